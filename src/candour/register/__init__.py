"""The register of recommendations and concerns: who asked what of whom, and what came of it.

Takes: events as they were learned of, each with its day and its source; rows of registers.
Gives: the state of each ask on a day, three voices side by side; references, areas, categories.
Knows nothing of: records of people, runs, the pages that show it.
"""

from candour.register.events import Event, Log
from candour.register.kinds import Kind, kinds
from candour.register.state import state
from candour.register.states import AddresseeState, AskState, Refusal, Standing

__all__ = [
    "AddresseeState",
    "AskState",
    "Event",
    "Kind",
    "Log",
    "Refusal",
    "Standing",
    "kinds",
    "state",
]
