"""Names taken apart: the words that say where a body is, and those that say what it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from candour.spelling import stem, words

# Words that any NHS body may have in its name and that tell none from another.
GENERIC = frozenset(
    stem(word) for word in ("nhs", "national", "trust", "foundation", "ft", "the", "of", "uk", "hm")
)

TRUST_WORDS = frozenset(("nhs", "trust", "foundation", "ft"))

# Words that say what a body is, and how much each tells: two trusts of one place are told apart by
# them. A community, an acute and a mental health trust of one county are three bodies.
_WEIGHTS = {
    "mental": 1.0,
    "partnership": 1.0,
    "hospital": 1.0,
    "ambulance": 1.0,
    "community": 1.0,
    "acute": 1.0,
    "infirmary": 1.0,
    "royal": 1.0,
    "county": 1.0,
    "general": 1.0,
    "united": 1.0,
    "children": 1.0,
    "women": 1.0,
    "eye": 1.0,
    "orthopaedic": 1.0,
    "district": 1.0,
    "healthcare": 0.7,
    "health": 0.5,
    "care": 0.5,
    "teaching": 0.5,
    "integrated": 0.5,
    "combined": 0.5,
    "social": 0.5,
    "university": 0.3,
    "group": 0.3,
    "service": 0.3,
}
TYPE_WORDS = frozenset(_WEIGHTS)

# What may be said of any mental health trust, whether or not it is in its name, and of any other.
SAID_OF_MENTAL_HEALTH = frozenset(
    ("mental", "health", "care", "social", "partnership", "healthcare", "university")
)
SAID_OF_OTHERS = frozenset(("hospital", "university", "teaching", "general", "acute", "health"))
OF_MENTAL_HEALTH_ALONE = frozenset(("mental", "partnership"))
"""Among trusts, these words are those of mental health trusts."""

_LOOSELY = 0.1

DIRECTIONS = frozenset(
    words("north south east west central mid inner outer northern southern eastern western")
)
_COUNTY = "shire"


@dataclass(frozen=True)
class Apart:
    """A name as its place words and its type words; both without order."""

    places: frozenset[str]
    types: frozenset[str]


def apart(plain: Iterable[str]) -> Apart:
    """Take the words of a name apart; what tells no body from another is left out."""
    kept = [word for word in plain if word not in GENERIC]
    return Apart(
        frozenset(county_free(word) for word in kept if word not in TYPE_WORDS),
        frozenset(word for word in kept if word in TYPE_WORDS),
    )


def of_name(name: str) -> list[str]:
    """The words of a name as they are compared."""
    out: list[str] = []
    for word in (stem(word) for word in words(name)):
        if out and (out[-1], word) == ("health", "care"):
            out[-1] = "healthcare"
        else:
            out.append(word)
    return [word for word in out if word != "and"]


def county_free(word: str) -> str:
    """Leicester for Leicestershire: names of bodies take the county and its town as one."""
    short = word.removesuffix(_COUNTY)
    return short if len(short) >= 5 else word


def likeness(
    said: frozenset[str], held: frozenset[str], among: dict[str, int], *, mental: bool
) -> float:
    """How well the type words of a text fit those of a body, 0 to 1.

    ``among`` counts the bodies of the same place that have each word: one that several have tells
    less. What may be said of any trust of its sort counts little against it.
    """
    loose = SAID_OF_MENTAL_HEALTH if mental else SAID_OF_OTHERS
    both = sum(_WEIGHTS[word] / among.get(word, 1) for word in said & held)
    missing = sum(_WEIGHTS[word] / among.get(word, 1) for word in held - said)
    beyond = sum(
        _LOOSELY if word in loose else _WEIGHTS[word] / among.get(word, 1) for word in said - held
    )
    # The place alone says something, so that a name without type words can be met at all.
    base = 0.2
    return (base + both) / (base + both + missing + beyond)
