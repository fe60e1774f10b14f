"""What may leave, and in what form: the only maker of figures that can be published.

Takes: true counts by groups, a profile, what was released before.
Gives: rounded figures, hidden ones that cannot be worked out, rates from printed parts.
Knows nothing of: runs, deaths, files, pages.
"""

from candour.measures.disclosure.disclosed import Disclosed, Published, disclose
from candour.measures.disclosure.figures import System, Table, system
from candour.measures.disclosure.profiles import Profile, profile, profiles
from candour.measures.disclosure.protect import CannotBeHidden
from candour.measures.disclosure.rates import PublishedRate, crude_rate

__all__ = [
    "CannotBeHidden",
    "Disclosed",
    "Profile",
    "Published",
    "PublishedRate",
    "System",
    "Table",
    "crude_rate",
    "disclose",
    "profile",
    "profiles",
    "system",
]
