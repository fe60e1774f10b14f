"""Free-text names of bodies, read back to the bodies that they name.

Takes: what somebody wrote in a field of addressees, and the register of bodies.
Gives: the bodies named, each with how sure that is; what is in doubt stays for a person.
Knows nothing of: people, deaths, extracts, reports.
"""

from candour.organisations.naming.found import MATCH, NONE, REVIEW, Named, Resolved
from candour.organisations.naming.resolving import Resolver

__all__ = ["MATCH", "NONE", "REVIEW", "Named", "Resolved", "Resolver"]
