"""Records made plain, pairs brought together, and what a list itself tells: by small records."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pytest

from candour.pipeline.link import blocking, scoring
from candour.pipeline.link.blocking import Side, block
from candour.pipeline.link.comparisons import COLUMNS, COMPARISONS, comparisons_of
from candour.pipeline.link.lists import prepare, sides_of
from candour.pipeline.link.model import stored
from candour.pipeline.link.plain import SHARED_BY_MANY, plain, sound_number
from candour.tables import Engine, open_engine

NUMBER, OTHER = "9990010005", "9990010013"
FIELDS = ("given_name", "surname", "birth_date", "sex", "postcode", "nhs_number")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def made_plain(engine: Engine, **columns: Sequence[str | None]) -> dict[str, list[str | None]]:
    """Columns of a list, by kind of field, as they are compared."""
    size = len(next(iter(columns.values())))
    table = engine.table(
        pa.table(
            {"n": pa.array(range(size), pa.int64())}
            | {name: pa.array(said, pa.string()) for name, said in columns.items()}
        )
    )
    found = engine.arrow(plain(engine, table, {c: c for c in columns}, "n").order_by("n"))
    return {name: found[name].to_pylist() for name in found.column_names}


# ------------------------------------------------------------------ made plain


@pytest.mark.parametrize(
    ("kind", "column", "written", "expected"),
    [
        ("surname", "surname", ["O\u2019Bréan", " holmby", "ST. JOHN", "--", ""],
         ["obrean", "holmby", "stjohn", None, None]),
        ("surname", "consonants", ["Holmby", "Hulme", None], ["lm", "lm", None]),
        ("given_name", "given", ["Zoë", "ADA", "Mary-Ann", None], ["zoe", "ada", "maryann", None]),
        ("birth_date", "birth", ["1971-05-08", "19710508", "1971-05-08T00:00", "8/5/1971"],
         ["1971-05-08", "1971-05-08", "1971-05-08", None]),
        ("sex", "sex", ["1", "M", " female ", "2", "9", ""], ["1", "1", "2", "2", None, None]),
        ("postcode", "postcode", ["zz1 1aa", "ZZ11AA", " "], ["ZZ11AA", "ZZ11AA", None]),
        ("postcode", "outcode", ["zz1 1aa", "ZZ1A 1AA", "ZZ1"], ["ZZ1", "ZZ1A", None]),
        ("nhs_number", "nhs", [NUMBER, "999 001 0005", "999-001-0005", "12345", "unknown"],
         [NUMBER, NUMBER, NUMBER, None, None]),
        ("nhs_number", "nhs", ["0000000000", "9999999999", NUMBER], [None, None, NUMBER]),
        ("key1", "key1", [" ab12 ", "AB12", ""], ["AB12", "AB12", None]),
    ],
)  # fmt: skip
def test_ways_of_writing_are_set_aside(engine, kind, column, written, expected):
    assert made_plain(engine, **{kind: written})[column] == expected


def test_a_whole_name_is_taken_apart_at_its_comma_or_before_its_last_word(engine):
    found = made_plain(engine, full_name=["HOLMBY, Ada", "Ada Mary Holmby", "Holmby"])

    assert found["surname"] == ["holmby", "holmby", "holmby"]
    assert found["given"] == ["ada", "adamary", None]


def test_a_number_that_many_records_share_is_nobodys(engine):
    many = [OTHER] * (SHARED_BY_MANY + 1)

    assert made_plain(engine, nhs_number=[NUMBER, *many])["nhs"] == [NUMBER, *[None] * len(many)]
    assert made_plain(engine, nhs_number=many[1:])["nhs"] == many[1:]


def test_a_column_of_the_list_may_be_called_like_one_that_is_made(engine):
    table = engine.table(pa.table({"n": [0], "surname": ["Ada"], "consonants": ["Holmby"]}))

    made = plain(engine, table, {"given_name": "surname", "surname": "consonants"}, "n")

    (row,) = engine.rows(made)
    assert (row["surname"], row["given"], row["consonants"]) == ("holmby", "ada", "lm")


@pytest.mark.parametrize(
    ("number", "sound"),
    [(NUMBER, True), ("9990010006", False), ("999001000", False), ("999001000X", False),
     (None, False), ("9990010030", False)],
)  # fmt: skip
def test_a_number_is_sound_where_its_last_digit_checks_the_others(number, sound):
    assert sound_number(number) is sound


# ------------------------------------------------------------------ brought together


def side(engine: Engine, *lists: Sequence[tuple[str, ...]]) -> Side:
    """Lists of (given, surname, born, sex, postcode, number), prepared and set side by side."""
    tables = []
    for rows in lists:
        columns = zip(*rows, strict=True)
        named = dict(zip(FIELDS, columns, strict=True))
        tables.append(engine.table(pa.table({"n": pa.array(range(len(rows)))} | named)))
    (found,) = sides_of(engine, prepare(engine, tables, [{f: f for f in FIELDS}] * len(lists)))
    return found


def brought(engine: Engine, two: Side, shares: dict[str, float] | None = None) -> Any:
    columns = scoring.columns_of(engine, two.right)
    found = block(engine, two, columns, (), shares or dict.fromkeys(columns, 1e-4))
    pairs = {(row["a"], row["b"]) for row in engine.rows(found.pairs)}
    assert len(pairs) == found.count
    return pairs, found.rules


ADA = ("Ada", "Holmby", "1971-05-08", "2", "ZZ1 1AA", NUMBER)


def crowd(size: int) -> list[tuple[str, ...]]:
    """People who share nothing with each other or with Ada."""
    letters = "bcdfgjklmn"
    return [
        (
            "".join(letters[int(d)] for d in f"{n:04}"),
            "q" + "".join(letters[int(d)] for d in f"{n:04}"),
            f"{1900 + n % 60}-{1 + n % 12:02}-{1 + n % 28:02}",
            "1",
            f"ZY{n % 10} {n // 10 % 10}{'ABDEF'[n % 5]}{'ABDEF'[n // 50 % 5]}",
            "",
        )
        for n in range(size)
    ]


def test_of_short_lists_every_pair_is_looked_at(engine):
    pairs, rules = brought(engine, side(engine, [ADA, *crowd(3)], [ADA, *crowd(2)]))

    assert len(pairs) == 12
    assert rules == ("every pair",)


def test_within_one_list_each_pair_is_looked_at_once(engine):
    pairs, _ = brought(engine, side(engine, [ADA, *crowd(3)]))

    assert pairs == {(a, b) for b in range(4) for a in range(b)}


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("the number", ("Bea", "Oxley", "1990-01-02", "1", "ZX9 9ZZ", NUMBER)),
        ("surname and birth", ("Bea", "Holmby", "1971-05-08", "1", "ZX9 9ZZ", OTHER)),
        ("names changed round", ("Holmby", "Ada", "1990-01-02", "1", "ZX9 9ZZ", OTHER)),
        ("a surname by ear, and birth", ("Bea", "Hulmeby", "1971-05-08", "1", "ZX9 9ZZ", OTHER)),
        ("home and given name", ("Ada", "Oxley", "1990-01-02", "1", "ZZ1 1AA", OTHER)),
    ],
)
def test_of_long_lists_a_rule_brings_the_same_person_together(engine, monkeypatch, words, changed):
    monkeypatch.setattr(blocking, "EVERY_PAIR", 10)
    monkeypatch.setattr(blocking, "LEAST", 2_000)
    people = crowd(120)

    pairs, rules = brought(engine, side(engine, [changed, *people[:60]], [*people[60:], ADA]))

    assert (0, 121) in {tuple(sorted((a, b))) for a, b in pairs}, words
    assert "every pair" not in rules
    assert len(pairs) < 2_000


def test_a_rule_that_would_bring_too_many_strangers_together_is_left_out(engine, monkeypatch):
    monkeypatch.setattr(blocking, "EVERY_PAIR", 10)
    monkeypatch.setattr(blocking, "LEAST", 200)
    one_day = [(*row[:2], "1971-05-08", *row[3:]) for row in crowd(80)]
    two = side(engine, [ADA, *one_day[:40]], [ADA, *one_day[40:]])

    _, rules = brought(engine, two)

    assert "birth" not in rules
    assert "nhs" in rules


def test_a_rule_that_says_no_more_than_another_is_not_asked_beside_it(engine, monkeypatch):
    monkeypatch.setattr(blocking, "EVERY_PAIR", 10)
    people = crowd(80)

    _, rules = brought(engine, side(engine, [ADA, *people[:40]], [ADA, *people[40:]]))

    assert "birth" in rules
    assert not [rule for rule in rules if rule != "birth" and "birth" in rule.split(" and ")]


# ------------------------------------------------------------------ scored


def kind(name: str) -> Any:
    return next(each for each in COMPARISONS if each.name == name)


def level(engine: Engine, name: str, left: dict[str, str], right: dict[str, str]) -> str | None:
    said = {f"{c}_l": v for c, v in left.items()} | {f"{c}_r": v for c, v in right.items()}
    both = [f"{column}_{side}" for column in COLUMNS for side in "lr"]
    records = engine.table(pa.table({c: pa.array([said.get(c)], pa.string()) for c in both}))
    compared = kind(name)
    (row,) = engine.rows(
        engine.sql(" ".join(("SELECT", compared.level_sql(), "AS level FROM {t}")), t=records)
    )
    return None if row["level"] < 0 else compared.levels[row["level"]].name


@pytest.mark.parametrize(
    ("name", "column", "one", "other", "expected"),
    [
        ("surname", "surname", "holmby", "holmby", "exact"),
        ("surname", "surname", "holmby", "holmbey", "alike"),
        ("surname", "surname", "holmby", "oxley", "else"),
        ("given_name", "given", "ada", "a", "initial"),
        ("given_name", "given", "ada", "adamary", "within"),
        ("birth_date", "birth", "1971-05-08", "1971-08-05", "turned"),
        ("birth_date", "birth", "1971-05-08", "1971-05-09", "one-slip"),
        ("birth_date", "birth", "1971-05-08", "1917-05-08", "one-slip"),
        ("birth_date", "birth", "1971-05-08", "1962-05-08", "two-parts"),
        ("birth_date", "birth", "1971-05-08", "1972-06-08", "two-slips"),
        ("birth_date", "birth", "1971-05-08", "1971-12-31", "year"),
        ("birth_date", "birth", "1971-05-08", "1934-11-26", "else"),
        ("death_date", "death", "2025-02-20", "2025-02-23", "three-days"),
        ("death_date", "death", "2025-02-20", "2025-12-20", "slip"),
        ("death_date", "death", "2025-02-20", "2025-03-14", "month"),
        ("death_date", "death", "2025-02-20", "2025-09-14", "else"),
        ("postcode", "postcode", "ZZ11AA", "ZZ11AB", "one-slip"),
        ("postcode", "postcode", "ZZ11AA", "ZZ1A", "else"),
        ("nhs_number", "nhs", NUMBER, "9990010050", "one-slip"),
        ("nhs_number", "nhs", NUMBER, "9990020015", "two-slips"),
        ("nhs_number", "nhs", NUMBER, "9981230005", "else"),
    ],
)
def test_the_first_level_that_is_true_is_that_of_the_pair(
    engine, name, column, one, other, expected
):
    assert level(engine, name, {column: one}, {column: other}) == expected
    assert level(engine, name, {column: other}, {column: one}) == expected


def test_where_one_side_says_nothing_there_is_no_level(engine):
    assert level(engine, "surname", {"surname": "holmby"}, {}) is None
    assert (
        level(engine, "place", {"place": "a", "postcode": "Z"}, {"place": "a", "postcode": "Z"})
        is None
    )


def test_names_in_each_others_column_are_judged_once(engine):
    one, other = {"surname": "holmby", "given": "ada"}, {"surname": "ada", "given": "holmby"}

    assert level(engine, "surname", one, other) == "changed-round"
    assert level(engine, "given_name", one, other) is None


def scored(engine: Engine, *lists: Sequence[tuple[str, ...]]) -> Any:
    two = side(engine, *lists)
    records = engine.sql("FROM {l} UNION ALL FROM {r}", l=two.left, r=two.right)
    return scoring.score(engine, [two], stored(), records)


def test_a_value_that_few_share_weighs_more_than_one_that_many_share(engine):
    common = [("Bea", "Holmby", row[2], *row[3:]) for row in crowd(40)]
    rare = ("Ada", "Oxley", "1971-05-08", "2", "ZZ1 1AA", "")
    usual = ("Ada", "Holmby", "1971-05-08", "2", "ZZ2 2AA", "")

    found = scored(engine, [rare, usual], [rare, usual, *common])
    weights = {(r["a"], r["b"]): r["weight"] for r in engine.rows(found.weighed)}

    assert weights[0, 2] > weights[1, 3]


def test_a_weight_is_the_sum_of_what_each_kind_of_field_says(engine):
    found = scored(engine, [ADA, *crowd(20)], [ADA, *crowd(20)[10:]])
    rows = {(r["a"], r["b"]): r for r in engine.rows(found.weighed)}

    def own(number: int, row: dict[str, Any]) -> float:
        at = row[f"g{number}"]
        if at < 0:
            return 0.0
        chance = found.odds[number][at]
        counted = found.comparisons[number].levels[at].counted
        return math.log2(chance.m / (row[f"tf_{counted}"] if counted else chance.u))

    for row in rows.values():
        said = sum(own(number, row) for number in range(len(found.comparisons)))
        assert row["weight"] == pytest.approx(said)


def test_what_neither_list_says_is_not_compared(engine):
    nothing = [(*row[:5], "") for row in (ADA, *crowd(5))]

    found = scored(engine, nothing, nothing)

    assert "nhs_number" not in {each.name for each in found.comparisons}
    assert found.comparisons == comparisons_of(
        {"surname", "given", "birth", "sex", "postcode", "outcode"}
    )


def test_the_share_of_pairs_that_are_one_person_is_never_held_to_be_high(engine):
    alike = scored(engine, [ADA], [ADA])
    strangers = scored(engine, crowd(40)[:20], crowd(40)[20:])

    assert alike.prior <= scoring.MOST_LIKELY
    assert 0 < strangers.prior <= scoring.MOST_LIKELY
    assert engine.count(strangers.pairs) == 0
