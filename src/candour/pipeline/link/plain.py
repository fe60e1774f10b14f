"""Records made plain for comparison: case, accents, signs and ways of writing a date set aside.

The plain form lives only here, to compare by; it is never kept or shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from candour.dataset.check_digit import check_digit

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

SHARED_BY_MANY = 50
"""More records of one list than this under one number: a placeholder, not a person."""

_BARE = "strip_accents(lower(trim({0})))"
# Most names are letters and nothing else: to look is cheaper than to mend.
_LETTERS = (
    "CASE WHEN regexp_full_match({0}, '[A-Za-z]+') THEN lower({0}) "
    f"ELSE nullif(regexp_replace({_BARE}, '[^a-z]', '', 'g'), '') END"
)
_WORDS = f"nullif(trim(regexp_replace({_BARE}, '[^a-z0-9]+', ' ', 'g')), '')"
_POSTCODE = "nullif(regexp_replace(upper(replace({0}, ' ', '')), '[^A-Z0-9]', '', 'g'), '')"
_DIGITS = "regexp_replace({0}, '[^0-9]', '', 'g')"
_NUMBER = (
    "CASE WHEN regexp_full_match({0}, '[0-9]{{10}}') THEN {0} "
    f"WHEN length({_DIGITS}) = 10 THEN {_DIGITS} END"
)
_DATE = (
    "CASE WHEN regexp_full_match({0}, '[12][0-9]{{3}}-[0-9]{{2}}-[0-9]{{2}}([T ].*)?') "
    "THEN substr({0}, 1, 10) WHEN regexp_full_match({0}, '[12][0-9]{{7}}') "
    "THEN substr({0}, 1, 4) || '-' || substr({0}, 5, 2) || '-' || substr({0}, 7, 2) END"
)
_SEX = (
    "CASE WHEN {0} IN ('1', '2') THEN {0} "
    "WHEN lower(trim({0})) IN ('1', 'm', 'male', 'man', 'boy') THEN '1' "
    "WHEN lower(trim({0})) IN ('2', 'f', 'female', 'woman', 'girl') THEN '2' END"
)
_CONSONANTS = "translate({0}, 'aeiouyhwckqzpb', '')"
_KEY = "nullif(upper(trim({0})), '')"
_OUTCODE = (
    "CASE WHEN regexp_full_match({0}, '[A-Z]{{1,2}}[0-9][A-Z0-9]?[0-9][A-Z]{{2}}') "
    "THEN left({0}, length({0}) - 3) END"
)
# "SURNAME, Given" where there is a comma, else the last word is the surname.
_LAST = (
    "CASE WHEN contains({0}, ',') THEN split_part({0}, ',', 1) "
    "ELSE split_part(trim({0}), ' ', -1) END"
)
_FIRST = (
    "CASE WHEN contains({0}, ',') THEN split_part({0}, ',', 2) WHEN contains(trim({0}), ' ') "
    "THEN left(trim({0}), length(trim({0})) - length(split_part(trim({0}), ' ', -1))) END"
)
_PLAIN = {
    "surname": _LETTERS, "given_name": _LETTERS, "birth_date": _DATE, "death_date": _DATE,
    "sex": _SEX, "postcode": _POSTCODE, "nhs_number": _NUMBER, "address": _WORDS, "place": _WORDS,
    "occupation": _WORDS,
}  # fmt: skip
_CALLED = {
    "given_name": "given", "birth_date": "birth", "death_date": "death", "nhs_number": "nhs",
}  # fmt: skip


def plain(engine: Engine, raw: ir.Table, held: Mapping[str, str], keep: str) -> ir.Table:
    """Records with the columns of :data:`~candour.pipeline.link.comparisons.COLUMNS` that they can
    have, all text, null where nothing is said.

    :param raw: records as text.
    :param held: kind of field (``surname``, ``full_name``, ``key1``, …) to the SQL that gives it, a
        column's name as a rule.
    :param keep: SQL of what is carried along, before the columns to compare by.

    Beside them ``consonants``: what is left of a surname without vowels and without letters that
    are taken for each other by ear.

    An NHS number that cannot be anybody's (one digit ten times) or that many records of the table
    share is set aside: equal placeholders are no evidence.
    """
    sources = {kind: f"({said})" for kind, said in held.items()}
    if "full_name" in sources:
        whole = sources["full_name"]
        sources.setdefault("surname", f"({_LAST.format(whole)})")
        sources.setdefault("given_name", f"({_FIRST.format(whole)})")
    made = {
        _CALLED.get(kind, kind): form.format(sources[kind])
        for kind, form in _PLAIN.items()
        if kind in sources
    }
    made |= {
        kind: _KEY.format(source) for kind, source in sources.items() if kind.startswith("key")
    }
    tables, joined = {"raw": raw}, ""
    if "surname" in made:
        tables["names"] = _names(engine, raw, sources["surname"])
        made |= {"surname": "plain_surname", "consonants": "plain_consonants"}
        joined = f" LEFT JOIN {{names}} ON written_surname = {_as_sql(sources['surname'])}"
    columns = ", ".join(f"{form} AS {name}" for name, form in made.items())
    query = f"SELECT {keep}, {_as_sql(columns)} FROM {{raw}}{joined}"
    mended = []
    if "nhs" in made:
        tables["shared"] = _placeholders(engine, raw, made["nhs"])
        mended.append(
            "* REPLACE (CASE WHEN nhs NOT IN (SELECT nhs FROM {shared}) THEN nhs END AS nhs)"
        )
    if "postcode" in made:
        mended = [*(mended or ["*"]), f"{_as_sql(_OUTCODE.format('postcode'))} AS outcode"]
    if mended:
        query = f"SELECT {', '.join(mended)} FROM ({query})"
    return engine.sql(query, **tables)


def _as_sql(text: str) -> str:
    """Braces of a pattern are not names of tables."""
    return text.replace("{", "{{").replace("}", "}}")


def _names(engine: Engine, raw: ir.Table, surname: str) -> ir.Table:
    """Each surname once, as written and plain: there are far fewer surnames than people."""
    written, letters = _as_sql(surname), _as_sql(_LETTERS.format("written_surname"))
    return engine.sql(
        f"SELECT *, {_CONSONANTS.format('plain_surname')} AS plain_consonants FROM "
        f"(SELECT written_surname, {letters} AS plain_surname FROM "
        f"(SELECT DISTINCT {written} AS written_surname FROM {{raw}}))",
        raw=raw,
    )


def _placeholders(engine: Engine, raw: ir.Table, number: str) -> ir.Table:
    return engine.sql(
        f"SELECT nhs FROM (SELECT {_as_sql(number)} AS nhs FROM {{raw}}) WHERE nhs IS NOT NULL "
        f"GROUP BY nhs HAVING count(*) > {SHARED_BY_MANY} "
        "UNION ALL SELECT repeat(digit::varchar, 10) FROM range(10) one_digit(digit)",
        raw=raw,
    )


@cache
def sound_number(number: str | None) -> bool:
    """Whether ten digits are an NHS number: the last one is a check on the others (modulus 11)."""
    if number is None or len(number) != 10 or not number.isdigit():
        return False
    return check_digit(int(number[:9])) == int(number[9])
