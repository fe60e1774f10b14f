"""How a word or a number comes to be written otherwise: one slip at a time.

Every function takes the text and some whole number, from which it draws where and what; the same
number makes the same slip. A text too short for the slip stays as it is.
"""

from __future__ import annotations

_BESIDE = {
    "a": "qsz", "b": "vgn", "c": "xdv", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy",
    "i": "uok", "j": "hku", "k": "jli", "l": "kop", "m": "njk", "n": "bmh", "o": "ipl", "p": "ol",
    "q": "wa", "r": "etf", "s": "adw", "t": "ryg", "u": "yij", "v": "cbf", "w": "qes", "x": "zcs",
    "y": "tuh", "z": "xas",
}  # fmt: skip
_SOUNDS = (
    ("ph", "f"), ("qu", "kw"), ("ck", "k"), ("th", "t"), ("wh", "w"), ("y", "ie"), ("z", "s"),
    ("c", "k"), ("v", "f"), ("ee", "i"), ("oo", "u"), ("ll", "l"), ("nn", "n"), ("tt", "t"),
    ("e", "a"), ("o", "u"), ("d", "t"), ("m", "n"),
)  # fmt: skip
_SHAPES = (
    ("rn", "m"), ("m", "rn"), ("cl", "d"), ("d", "cl"), ("vv", "w"), ("w", "vv"), ("l", "i"),
    ("i", "l"), ("h", "b"), ("e", "c"), ("u", "v"), ("n", "h"), ("s", "f"),
)  # fmt: skip
_DIGIT_SHAPES = {"1": "7", "7": "1", "3": "8", "8": "3", "5": "6", "6": "5", "0": "6", "4": "9",
                 "9": "4", "2": "7"}  # fmt: skip


def key_beside(text: str, chance: int) -> str:
    """A finger falls on the key beside, twice on one, on two in the wrong order, or on none."""
    if len(text) < 3:
        return text
    kind, chance = chance % 4, chance // 4
    at, chance = 1 + chance % (len(text) - 1), chance // (len(text) - 1)
    letter = text[at]
    if kind == 0:
        near = _BESIDE.get(letter.lower(), "e")
        return text[:at] + near[chance % len(near)] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[: at - 1] + letter + text[at - 1] + text[at + 1 :]
    return text[:at] + letter + text[at:]


def heard(text: str, chance: int) -> str:
    """Written by ear: a sound that can be spelled in another way is."""
    return _replaced(text, _SOUNDS, chance)


def misread(text: str, chance: int) -> str:
    """Copied from handwriting: a letter taken for another of its shape."""
    return _replaced(text, _SHAPES, chance)


def _replaced(text: str, pairs: tuple[tuple[str, str], ...], chance: int) -> str:
    small = text.lower()
    fitting = [(a, b) for a, b in pairs if a in small[1:]]
    if not fitting:
        return text
    old, new = fitting[chance % len(fitting)]
    at = small.index(old, 1)
    return text[:at] + new + text[at + len(old) :]


def shortened(text: str, chance: int) -> str:
    """A short form: the first three or four letters, at times with an ending."""
    return text[: 3 + chance % 2] + ("", "", "ie", "y")[chance // 2 % 4] if len(text) > 4 else text


def digit_beside(text: str, chance: int) -> str:
    """One digit is another, or two neighbours have changed places."""
    places = [n for n, letter in enumerate(text) if letter.isdigit()]
    if len(places) < 2:
        return text
    kind, chance = chance % 3, chance // 3
    n = chance % (len(places) - 1)
    at, after = places[n], places[n + 1]
    if kind == 0 and after == at + 1 and text[at] != text[after]:
        return text[:at] + text[after] + text[at] + text[after + 1 :]
    other = str((int(text[at]) + 1 + chance // len(places) % 9) % 10)
    return text[:at] + other + text[at + 1 :]


def digit_misread(text: str, chance: int) -> str:
    """One digit is taken for another of its shape."""
    places = [n for n, letter in enumerate(text) if letter in _DIGIT_SHAPES]
    if not places:
        return text
    at = places[chance % len(places)]
    return text[:at] + _DIGIT_SHAPES[text[at]] + text[at + 1 :]
