"""The categories that the Chief Coroner's office gives a report, however they were written."""

from __future__ import annotations

import re
from functools import cache

from candour.spelling import Vocabulary, words

Reading = tuple[str, str]
"""Category ids joined by `|`, in the order in which they were written, and the decision."""

# The seventeen categories of judiciary.uk's list of reports, each by the words that no other has.
# A key of several words is met when they stand in this order with nothing but other words of the
# labels between them.
_TELLING: dict[str, tuple[str, ...]] = {
    "accident_at_work": ("accident", "accidents"),
    "alcohol_drug_medication": ("alcohol", "drug", "drugs", "medication", "medications"),
    "care_home": ("home", "homes"),
    "child": ("child", "children"),
    "community_health": ("community",),
    "emergency_services": ("emergency", "ambulance"),
    "hospital_death": ("hospital", "hospitals", "clinical"),
    "mental_health": ("mental",),
    "other": ("other", "others"),
    "police": ("police",),
    "product": ("product", "products"),
    "railway": ("railway", "railways", "rail"),
    "road": ("road", "roads", "highway", "highways"),
    "service_personnel": ("personnel", "military"),
    "state_custody": ("custody", "custodial"),
    "suicide": ("suicide", "suicides"),
    "wales": ("wales", "welsh"),
}

# What the labels say besides; it tells nothing of its own.
_BESIDE = frozenset(
    words(
        "and at work health healthcare safety related relating death deaths care heath the of "
        "in from onwards onward procedure procedures medical management including primary gp "
        "service services state prevention future report reports pfd category categories"
    )
)

# Words that lie one letter from a telling one and mean something else.
_NOT_A_SLIP = frozenset(words("policy policies mother brother produce produces house water"))

_CATEGORY_OF = {word: category for category, told in _TELLING.items() for word in told}

# The heading of the next field of the page, where it was read without its line end.
_NEXT_HEADING = re.compile(
    r"\s*(?:this|these)\s+reports?\s+(?:is|are)\s+being\s+sent\s+to\b\s*:?\s*$", re.I
)
_GLUED_HEADING = re.compile(r"(?<=[a-z)])(?=(?:This|These) reports? (?:is|are) being sent)")


def ids() -> tuple[str, ...]:
    """The id of every category."""
    return tuple(sorted(_TELLING))


def read_categories(text: str | None) -> Reading:
    """The categories in a cell, each once.

    Capitals, plurals, slips of typing and the marks between labels do not matter. Where words
    stand beside them that belong to no label, the cell is for review; a cell without a word of any
    label is unreadable.
    """
    cell = _GLUED_HEADING.sub(" ", " ".join((text or "").split()))
    found: list[str] = []
    strange = False
    for word in words(_NEXT_HEADING.sub("", cell)):
        known = word if word.isdigit() else _vocabulary().meant(word)
        if known is None or known in _NOT_A_SLIP:
            strange = True
        elif known in _CATEGORY_OF and _CATEGORY_OF[known] not in found:
            found.append(_CATEGORY_OF[known])
    if not found:
        return "", "unreadable"
    return "|".join(found), "review" if strange else "read"


@cache
def _vocabulary() -> Vocabulary:
    return Vocabulary([*_CATEGORY_OF, *_BESIDE, *_NOT_A_SLIP])
