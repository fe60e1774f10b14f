"""Words of published tables: what is alike, what is a total, what is only a note."""

from __future__ import annotations

import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP = _set(
    "a an and at by for from had has have in is it its of on or our that the their there these "
    "they this to was were when which while who whom whose with"
)
_SAME = {
    **dict.fromkeys(("died", "dying", "die", "dead", "deceased"), "death"),
    **dict.fromkeys(("patient", "person", "persons", "individual", "user", "client"), "people"),
    **dict.fromkeys(("detention", "detained", "detainee"), "detain"),
}
_FILLER = _set("total number count figure reported recorded overall people nhs trust")
_DATES = re.compile(
    r"\b(?:(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:january|february|march|april|june|july|august|september|"
    r"october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)|\d{1,2}(?:st|nd|rd|th)?"
    r"\s+may|(?:19|20)\d\d(?:\s*[/\u2013-]\s*\d{2,4})?|q[1-4]|(?:first|second|third|fourth)\s+"
    r"quarter|quarter\s+[1-4]|financial year|calendar year|\d\d/\d\d)\b",
    re.IGNORECASE,
)
_CONTRASTS = tuple(
    _set(words)
    for words in (
        "inpatient outpatient community discharge discharged",
        "expected unexpected",
        "natural unnatural",
        "men women male female boys girls",
        "detain informal voluntary",
        "adult child children older",
        "suicide homicide accident natural",
        "open closed",
    )
)
_UNFINISHED = re.compile(
    r"not (?:yet )?complete|incomplete|part[- ]year|part of (?:the|a) year|year[- ]to[- ]date|"
    r"to date|so far|provisional|year[- ]end|not (?:yet )?final|when published",
    re.IGNORECASE,
)
_TOTAL_BODY = re.compile(r"^all\b|\b(?:total|overall|combined|sum)\b", re.IGNORECASE)
_NATION = re.compile(
    r"^(?:nhs )?(?:england|wales|scotland|northern ireland|england and wales|great britain|"
    r"united kingdom|uk|national|nation|the country)(?: total)?$",
    re.IGNORECASE,
)
_AREA = re.compile(
    r"\b(?:sha|strategic health authority|icb|integrated care board|ics|stp|ccg|region|"
    r"commissioning region|county|health board)\b",
    re.IGNORECASE,
)
_TOTAL_WORDS = _set(
    "all total overall number death people reported recorded count figure altogether year"
)
_PROCESS = _set(
    "investigated investigation reviewed review reported inquest identified identifying subject "
    "referred examined screened notified"
)


def words_of(text: str) -> frozenset[str]:
    """The words that carry meaning, in small letters, without dates: when is another question."""
    joined = text.casefold().replace("in-patient", "inpatient").replace("out-patient", "outpatient")
    found = re.findall(r"[a-z0-9]+", _DATES.sub(" ", joined))
    return frozenset(_plain(word) for word in found) - _STOP


def _plain(word: str) -> str:
    one = word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
    return _SAME.get(one, one)


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two wordings ask the same but for words that add nothing."""
    return one - _FILLER == other - _FILLER


def continues(text: str, one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether a wording that begins with "…" is the end of the other."""
    cut = text.lstrip().startswith(("…", "..."))
    return cut and len(one) >= 3 and one - _FILLER <= other


def near(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two bodies may mean the same in words of their own: half of the words are shared, and
    they do not name opposites."""
    left, right = one - _FILLER, other - _FILLER
    if not left or not right or len(left & right) / len(left | right) < 0.5:
        return False
    return not any(c & (left - right) and c & (right - left) for c in _CONTRASTS)


def notes_of(text: str) -> tuple[str, ...]:
    """The parts of a wording that say that a figure is not finished."""
    return tuple(p for p in _parts(text) if _UNFINISHED.search(p) and not _only_year_end(p))


def _only_year_end(part: str) -> bool:
    """ "Year end" by itself names a period; it does not say that the period is unfinished."""
    return re.fullmatch(r"year[- ]end", part, re.IGNORECASE) is not None


def without_notes(text: str) -> str:
    """The wording without those parts."""
    return "; ".join(p for p in _parts(text) if not _UNFINISHED.search(p))


def _parts(text: str) -> list[str]:
    split = re.split(r"[;()\[\]]| - ", text)
    return [part.strip(" .,:…") for part in split if part.strip(" .,:…")]


def body_level(name: str) -> str:
    """``nation``, ``area`` or ``body``, or ``total`` for a row that sums up the others."""
    if _NATION.match(name.strip()):
        return "nation"
    if _TOTAL_BODY.search(name):
        return "total"
    return "area" if _AREA.search(name) else "body"


def is_total(words: frozenset[str]) -> bool:
    """Whether a wording says no more than that all are counted."""
    return bool(words) and words <= _TOTAL_WORDS


def says_total(words: frozenset[str]) -> bool:
    """Whether a wording calls itself a total."""
    return bool(words & {"all", "total", "overall", "altogether"})


def is_process(words: frozenset[str]) -> bool:
    """Whether a wording says what was done about deaths, and not what kind they were: such a figure
    is some of the others and stands beside no other part."""
    return bool(words & _PROCESS)
