"""A text as words that know where they stand, and what stands between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from candour.spelling import Vocabulary, stem

NOTHING, COMMA, AND, WALL = 0, 1, 2, 3
"""What stands before a word: a space; a comma; the word and; a mark that no name goes across."""

_INITIALS = re.compile(r"\b(?:[A-Za-z]\.){2,}[A-Za-z]?\b\.?")
_DOTTED_TITLE = re.compile(r"\b(St|Mr|Mrs|Ms|Dr|Prof|Ltd|Co|plc|Rev)\.", re.I)
_PIECE = re.compile(r"[^\W_]+(?:[\u2019'\u2018`][^\W_]+)*[\u2019']?|[^\w\s]|\n", re.UNICODE)
_GLUED = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[a-z])(?=NHS\b)|(?<=\d)(?=[A-Z][a-z]{6})")
_WALLS = frozenset("()[]{};:/|\\\n\u2013\u2014\u2022*")
_ANDS = frozenset(("and", "adn", "nad", "andd", "amd", "annd"))
_APOSTROPHES = re.compile(r"[\u2019'\u2018`]")

_AS_ONE = {
    ("health", "care"): "healthcare",
    ("head", "quarter"): "headquarters",
    ("2", "gether"): "2gether",
}

# The words with which names end; told by their beginning where a cell was cut off.
_ENDINGS = (
    "trust",
    "foundation",
    "partnership",
    "board",
    "hospital",
    "group",
    "council",
    "commission",
    "university",
    "authority",
    "healthcare",
    "service",
)

# Short forms of words in names: counties, directions, offices.
_WRITTEN_OUT = {
    short: tuple(long.split())
    for short, long in {
        "five": "5",
        "bham": "birmingham",
        "beds": "bedfordshire",
        "berks": "berkshire",
        "bucks": "buckinghamshire",
        "cambs": "cambridgeshire",
        "derbys": "derbyshire",
        "glos": "gloucestershire",
        "hants": "hampshire",
        "herts": "hertfordshire",
        "lancs": "lancashire",
        "leics": "leicestershire",
        "lincs": "lincolnshire",
        "northants": "northamptonshire",
        "notts": "nottinghamshire",
        "oxon": "oxfordshire",
        "shrops": "shropshire",
        "staffs": "staffordshire",
        "wilts": "wiltshire",
        "worcs": "worcestershire",
        "yorks": "yorkshire",
        "gtr": "greater",
        "gt": "greater",
        "nth": "north",
        "sth": "south",
        "ne": "north east",
        "nw": "north west",
        "se": "south east",
        "sw": "south west",
        "mh": "mental health",
        "hosp": "hospital",
        "uni": "university",
        "univ": "university",
        "pship": "partnership",
        "dept": "department",
        "depart": "department",
        "govt": "government",
        "sos": "secretary of state",
    }.items()
}


@dataclass(frozen=True)
class Word:
    """One word: as it is compared, where it stands in the text, and what stands before it."""

    plain: str
    start: int
    end: int
    before: int = NOTHING
    acronym: str = ""


def tokens(text: str, vocabulary: Vocabulary) -> list[Word]:
    """The words of a text with `and` and the marks turned into what stands before the next word.

    Slips of typing are put right where the vocabulary leaves no doubt. ``acronym`` is the word in
    capitals where it was written in capitals, or with some.
    """
    text = _INITIALS.sub(_without_dots, text)
    text = _DOTTED_TITLE.sub(lambda found: found.group(1) + " ", text)
    words: list[Word] = []
    before = WALL
    for piece in _PIECE.finditer(text):
        mark = piece.group(0)
        if mark in _WALLS or (mark == "-" and _stands_alone(text, piece.start(), piece.end())):
            before = WALL
        elif mark == ",":
            before = max(before, COMMA)
        elif mark in ("&", "+"):
            before = max(before, AND)
        elif mark[0].isalnum():
            for start, end in _parts(mark, piece.start(), vocabulary):
                if text[start:end].casefold() in _ANDS:
                    before = max(before, AND)
                    continue
                if end - start == 1 and mark[start - piece.start()].isalpha():
                    # A letter that lost its word, or an initial: no name hangs on one.
                    continue
                words += _words(text, start, end, before, vocabulary)
                before = NOTHING
    return _completed(_joined(words), vocabulary)


def _completed(words: list[Word], vocabulary: Vocabulary) -> list[Word]:
    """A cell that was cut off within its last word: the word that such names end with, if one."""
    if not words or words[-1].acronym or words[-1].plain in vocabulary:
        return words
    last = words[-1]
    after_nhs = len(words) > 1 and words[-2].plain in ("nhs", "foundation")
    if len(last.plain) < (1 if after_nhs else 2):
        return words
    endings = [word for word in _ENDINGS if word.startswith(last.plain)]
    if len(endings) != 1 or endings[0] == last.plain:
        return words
    return [*words[:-1], Word(endings[0], last.start, last.end, last.before)]


def _parts(mark: str, at: int, vocabulary: Vocabulary) -> list[tuple[int, int]]:
    """Where the words in one run of letters begin and end: most often it is one."""
    cuts = [0, *(found.start() for found in _GLUED.finditer(mark)), len(mark)]
    if len(cuts) > 2:
        return [(at + a, at + b) for a, b in pairwise(cuts)]
    split = vocabulary.split(mark.casefold()) if mark.isalpha() else (mark,)
    if len(split) == 2:
        return [(at, at + len(split[0])), (at + len(split[0]), at + len(mark))]
    return [(at, at + len(mark))]


def _words(text: str, start: int, end: int, before: int, vocabulary: Vocabulary) -> list[Word]:
    """The word at a place, or the words for which a short form stands."""
    raw = _APOSTROPHES.sub("", text[start:end])
    written_large = sum(letter.isupper() for letter in raw) >= 2
    acronym = raw.upper() if written_large else ""
    plain = raw.casefold()
    if len(plain) == 3 and sorted(plain) == ["h", "n", "s"]:
        plain = "nhs"
    meant = _WRITTEN_OUT.get(plain) or (vocabulary.meant(plain) or plain,)
    first, *rest = (stem(word) for word in meant)
    return [
        Word(first, start, end, before, "" if rest else acronym),
        *(Word(word, start, end) for word in rest),
    ]


def _joined(words: list[Word]) -> list[Word]:
    out: list[Word] = []
    for word in words:
        if out and word.before == NOTHING and (out[-1].plain, word.plain) in _AS_ONE:
            last = out.pop()
            both = _AS_ONE[last.plain, word.plain]
            out.append(Word(both, last.start, word.end, last.before))
        else:
            out.append(word)
    return out


def _without_dots(found: re.Match[str]) -> str:
    # As long as before, so that places in the text stay what they were.
    letters = found.group(0).replace(".", "")
    return letters + " " * (len(found.group(0)) - len(letters))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a hyphen has a space on a side: then it parts names, not the halves of a word."""
    return text[start - 1 : start].isspace() or text[end : end + 1].isspace()
