"""How two records are compared, kind of field by kind of field: levels from "the same" downward.

A level is a condition in SQL on the columns of two records, ``COLUMN_l`` and ``COLUMN_r``; the
first that is true is the level of the pair. It is said once, here: the query that scores pairs and
Splink, which trains weights and checks the query, are both made from it. Weights are not here but
in the model's file.
"""

from __future__ import annotations

from dataclasses import dataclass

NULL = -1
"""The level of a pair in which one side says nothing: no evidence either way."""


@dataclass(frozen=True)
class Level:
    """One level. ``counted`` names the column whose value's frequency the weight takes account of:
    to share a rare value says more than to share a common one."""

    name: str
    condition: str
    words: str
    counted: str | None = None


@dataclass(frozen=True)
class Comparison:
    """The levels of one kind of field; the last one is "anything else"."""

    name: str
    columns: tuple[str, ...]
    nothing: str
    """True where the pair says nothing about this field."""
    levels: tuple[Level, ...]

    def level_sql(self) -> str:
        """A CASE that gives the level's number, from 0; :data:`NULL` where nothing is said."""
        whens = " ".join(
            f"WHEN {level.condition} THEN {number}" for number, level in enumerate(self.levels[:-1])
        )
        return f"CASE WHEN {self.nothing} THEN {NULL} {whens} ELSE {len(self.levels) - 1} END"


def _blank(*columns: str) -> str:
    return " OR ".join(f"{c}_l IS NULL OR {c}_r IS NULL" for c in columns)


def _same(column: str) -> str:
    return f"{column}_l = {column}_r"


def _alike(column: str, least: float) -> str:
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= {least}"


def _slips(column: str, most: int) -> str:
    return f"damerau_levenshtein({column}_l, {column}_r) <= {most}"


def _digit_slips(column: str, most: int) -> str:
    """For texts of one length. Counting places that differ is cheap and settles nearly all pairs:
    so few of them are slips, and a slip changes two of them at the most."""
    places = f"hamming({column}_l, {column}_r)"
    return (
        f"CASE WHEN {places} <= {most} THEN true "
        f"WHEN {places} <= {2 * most} THEN {_slips(column, most)} ELSE false END"
    )


def _one_slip(column: str) -> str:
    """One slip in a name of four letters or more; whoever is not alike at all needs no counting."""
    long = f"least(length({column}_l), length({column}_r)) >= 4"
    # Slips cost a hundred times what likeness does; only CASE promises the order.
    return f"CASE WHEN {long} AND {_alike(column, 0.75)} THEN {_slips(column, 1)} ELSE false END"


def _within(column: str, least: int) -> str:
    """One is the beginning or the end of the other, as in a double name or a short form."""
    return (
        f"(least(length({column}_l), length({column}_r)) >= {least} AND "
        f"(starts_with({column}_l, {column}_r) OR starts_with({column}_r, {column}_l) "
        f"OR ends_with({column}_l, {column}_r) OR ends_with({column}_r, {column}_l)))"
    )


# A slip leaves the one end of a postcode or the other as it was.
_HALF = "(postcode_l[1:2] = postcode_r[1:2] OR right(postcode_l, 3) = right(postcode_r, 3))"
_POSTCODE_SLIP = (
    f"CASE WHEN NOT {_HALF} THEN false "
    f"WHEN length(postcode_l) = length(postcode_r) THEN {_digit_slips('postcode', 1)} "
    f"WHEN abs(length(postcode_l) - length(postcode_r)) = 1 THEN {_slips('postcode', 1)} "
    "ELSE false END"
)
_CHANGED_ROUND = "coalesce(surname_l = given_r AND given_l = surname_r, false)"
_ELSE = Level("else", "true", "not the same")


def _parts(column: str) -> str:
    """How many of year, month and day agree in two dates written YYYY-MM-DD."""
    return " + ".join(
        f"(substr({column}_l, {at}, {size}) = substr({column}_r, {at}, {size}))::int"
        for at, size in ((1, 4), (6, 2), (9, 2))
    )


def _turned(column: str) -> str:
    return (
        f"(substr({column}_l, 1, 4) = substr({column}_r, 1, 4) "
        f"AND substr({column}_l, 6, 2) = substr({column}_r, 9, 2) "
        f"AND substr({column}_l, 9, 2) = substr({column}_r, 6, 2))"
    )


def _days(column: str, most: int) -> str:
    day = f"abs(date_diff('day', try_cast({column}_l AS date), try_cast({column}_r AS date)))"
    return f"coalesce({day} <= {most}, false)"


_NO_PLACE = (
    f"{_blank('place')} OR coalesce(postcode_l = postcode_r OR address_l = address_r, false)"
)
COMPARISONS: tuple[Comparison, ...] = (
    Comparison("surname", ("surname",), _blank("surname"), (
        Level("exact", _same("surname"), "the same", "surname"),
        Level("changed-round", _CHANGED_ROUND, "in each other's column"),
        Level("alike", f"({_alike('surname', 0.92)} OR {_one_slip('surname')})",
              "nearly the same"),
        Level("within", _within("surname", 4), "one within the other"),
        Level("near", _alike("surname", 0.82), "alike"),
        _ELSE,
    )),
    Comparison("given_name", ("given",), f"{_blank('given')} OR {_CHANGED_ROUND}", (
        Level("exact", _same("given"), "the same", "given"),
        Level("initial", "least(length(given_l), length(given_r)) = 1 AND given_l[1] = given_r[1]",
              "the same initial"),
        Level("within", _within("given", 2), "a long and a short form"),
        Level("alike", f"({_alike('given', 0.9)} OR {_one_slip('given')})", "nearly the same"),
        Level("near", _alike("given", 0.78), "alike"),
        _ELSE,
    )),
    Comparison("birth_date", ("birth",), _blank("birth"), (
        Level("exact", _same("birth"), "the same"),
        Level("turned", _turned("birth"), "day and month changed round"),
        Level("one-slip", _digit_slips("birth", 1), "one slip apart"),
        Level("two-parts", f"{_parts('birth')} = 2", "two of year, month and day the same"),
        Level("two-slips", _digit_slips("birth", 2), "two slips apart"),
        Level("year", "substr(birth_l, 1, 4) = substr(birth_r, 1, 4)", "the same year"),
        _ELSE,
    )),
    Comparison("death_date", ("death",), _blank("death"), (
        Level("exact", _same("death"), "the same"),
        Level("three-days", _days("death", 3), "within three days"),
        Level("slip", f"({_turned('death')} OR {_digit_slips('death', 1)})", "one slip apart"),
        Level("month", _days("death", 31), "within a month"),
        _ELSE,
    )),
    Comparison("sex", ("sex",), _blank("sex"), (
        Level("exact", _same("sex"), "the same"), _ELSE,
    )),
    Comparison("postcode", ("postcode",), _blank("postcode"), (
        Level("exact", _same("postcode"), "the same", "postcode"),
        Level("one-slip", _POSTCODE_SLIP, "one slip apart"),
        Level("district", "coalesce(outcode_l = outcode_r, false)", "the same district"),
        _ELSE,
    )),
    Comparison("nhs_number", ("nhs",), _blank("nhs"), (
        Level("exact", _same("nhs"), "the same"),
        Level("one-slip", _digit_slips("nhs", 1), "one slip apart"),
        Level("two-slips", _digit_slips("nhs", 2), "two slips apart"),
        _ELSE,
    )),
    Comparison("address", ("address",), _blank("address"), (
        Level("exact", _same("address"), "the same", "address"),
        Level("alike", _alike("address", 0.92), "nearly the same"),
        Level("near", _alike("address", 0.82), "alike"),
        _ELSE,
    )),
    # Where the postcode or the address is the same the place follows from it: no second evidence.
    Comparison("place", ("place",), _NO_PLACE,
               (Level("exact", _same("place"), "the same", "place"),
                Level("alike", _alike("place", 0.9), "nearly the same"),
                _ELSE)),
    Comparison("occupation", ("occupation",), _blank("occupation"), (
        Level("exact", _same("occupation"), "the same", "occupation"),
        Level("alike", _alike("occupation", 0.9), "nearly the same"),
        _ELSE,
    )),
)  # fmt: skip

KEYS = tuple(f"key{number}" for number in range(1, 10))
"""Columns for further keys that a mapping names: at most nine."""


def key_comparison(column: str) -> Comparison:
    """The comparison of one further key; all of them share the weights of kind ``key``."""
    return Comparison(
        "key",
        (column,),
        _blank(column),
        (
            Level("exact", _same(column), "the same", column),
            Level(
                "one-slip",
                f"least(length({column}_l), length({column}_r)) >= 5 AND {_slips(column, 1)}",
                "one slip apart",
            ),
            _ELSE,
        ),
    )


COLUMNS = (
    "surname", "given", "birth", "death", "sex", "postcode", "outcode", "nhs", "address", "place",
    "occupation",
)  # fmt: skip
"""Columns of a prepared record, beside the further keys: plain text, null where nothing is said."""


def comparisons_of(columns: set[str]) -> tuple[Comparison, ...]:
    """The comparisons for records in which these columns hold something."""
    keys = tuple(key_comparison(key) for key in KEYS if key in columns)
    return tuple(c for c in COMPARISONS if set(c.columns) <= columns) + keys
