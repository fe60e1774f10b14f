"""Linked: which source identities are one person.

Takes: standardised rows, human decisions.
Gives: links, each with its rule, and clusters of source identities; doubtful pairs for review.
Knows nothing of: how files were read, stays, definitions.
"""

from candour.pipeline.link.decisions import Decision, read_decisions
from candour.pipeline.link.stage import Linked, link

__all__ = ["Decision", "Linked", "link", "read_decisions"]
