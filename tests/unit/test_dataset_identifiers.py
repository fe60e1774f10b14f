"""NHS numbers, organisation codes, ICD-10, postcodes, local ids, numbers and codes."""

from __future__ import annotations

import ibis

from candour.dataset import codelist
from candour.dataset.types import (
    Parsed,
    icd10,
    integer,
    local_id,
    nhs_number,
    ods_code,
    parse_many,
    parse_one,
    postcode,
    yes_no_unknown,
)
from candour.dataset.types import code as code_type
from candour.dataset.types import text as text_type


def test_an_nhs_number_is_read_however_its_digits_are_spaced() -> None:
    sent = ["9994104411", "999 410 4411", "999-410-4411", " 9994104411\u00a0", "9994104411.0"]

    assert parse_many(nhs_number.parse_column, sent) == [("9994104411", [])] * len(sent)


NO_NUMBERS = {
    "9994104410": "nhs-number-check-digit",
    "9994104141": "nhs-number-check-digit",
    "999410441": "nhs-number-not-ten-digits",
    "99941044111": "nhs-number-not-ten-digits",
    "not known": "nhs-number-not-ten-digits",
    "9.99410441E9": "number-in-scientific-notation",
    "9.9941E+09": "number-in-scientific-notation",
    "0000000000": "nhs-number-placeholder",
    "4444444444": "nhs-number-placeholder",
}


def test_what_is_no_nhs_number_is_dropped_with_the_reason() -> None:
    read = parse_many(nhs_number.parse_column, [*NO_NUMBERS])

    assert read == [(None, [code]) for code in NO_NUMBERS.values()]


def test_a_number_outside_the_usual_ranges_is_kept_and_doubted() -> None:
    # Put together here, so that no number that could be somebody's stands in the repository.
    number = "3" + "0" * 7 + "11"

    assert parse_one(nhs_number.parse_column, number) == (number, ["nhs-number-unusual-range"])


def test_an_empty_nhs_number_is_no_fault() -> None:
    assert parse_many(nhs_number.parse_column, [None, "", "  "]) == [(None, [])] * 3


def test_a_column_in_which_every_number_ends_in_four_noughts_is_refused_whole() -> None:
    rounded = parse_many(nhs_number.parse_column, ["9994100000", "9994110000", None])

    assert rounded == [
        (None, ["column-rounded-by-a-spreadsheet"]),
        (None, ["column-rounded-by-a-spreadsheet"]),
        (None, []),
    ]


def test_one_number_that_ends_in_noughts_refuses_nobody_else() -> None:
    _, other = parse_many(nhs_number.parse_column, ["9990010000", "9994104411"])

    assert other == ("9994104411", [])


def test_a_single_number_that_ends_in_noughts_is_judged_by_its_check_digit_alone() -> None:
    value, found = parse_one(nhs_number.parse_column, "9994100000")

    assert "column-rounded-by-a-spreadsheet" not in found
    assert value is None
    assert found == ["nhs-number-check-digit"]


ORGANISATIONS = {
    "rvn": "RVN",
    " G6V2S ": "G6V2S",
    "8A123": "8A123",
    "A123": "A123",
    "NQL": "NQL",
    "RW1AB1": "RW1AB1",
}


def test_organisation_codes_of_every_length_are_read() -> None:
    read = parse_many(ods_code.parse_column, [*ORGANISATIONS])

    assert read == [(code, []) for code in ORGANISATIONS.values()]


def test_words_are_not_organisation_codes() -> None:
    sent = ["WARD", "London", "AB", "ABCDEFG", "R-N", "NULL"]

    assert parse_many(ods_code.parse_column, sent) == [(None, ["ods-code-unreadable"])] * len(sent)


CAUSES = {
    "X70X": "X70",
    "x70.x": "X70",
    "X70": "X70",
    "F20.9": "F209",
    "F209": "F209",
    "U50.9": "U509",
    "G01XA": "G01",
    "A170D": "A170",
    "M47.80": "M4780",
}


def test_icd10_codes_lose_dot_and_filler_and_nothing_else() -> None:
    read = parse_many(icd10.parse_column, [*CAUSES])

    assert read == [(code, []) for code in CAUSES.values()]


def test_what_is_no_icd10_code_is_dropped_with_a_finding() -> None:
    sent = ["X7", "70X", "X70 X71", "natural", "X70-X84"]

    assert parse_many(icd10.parse_column, sent) == [(None, ["icd10-unreadable"])] * len(sent)


POSTCODES: list[tuple[str, str | None, list[str]]] = [
    ("zz11aa", "ZZ1 1AA", ["postcode-not-allocated"]),
    ("ZZ99 3VZ", "ZZ99 3VZ", ["postcode-not-allocated"]),
    ("zz9a  9zz", "ZZ9A 9ZZ", ["postcode-not-allocated"]),
    ("gir 0aa", "GIR 0AA", []),
    ("ZZ1", None, ["postcode-unreadable"]),
    ("no fixed abode", None, ["postcode-unreadable"]),
]


def test_postcodes_are_spaced_alike() -> None:
    read = parse_many(postcode.parse_column, [sent for sent, _, _ in POSTCODES])

    assert read == [(value, found) for _, value, found in POSTCODES]


def test_local_ids_keep_their_noughts_and_lose_only_outer_blanks() -> None:
    read = parse_many(local_id.parse_column, [" 0000123 ", "P 01", "12E5", "-", None])

    assert [value for value, _ in read] == ["0000123", "P 01", "12E5", "-", None]
    assert all(not found for _, found in read)


def test_a_local_id_that_lost_digits_is_refused() -> None:
    sent = ["9.43476E+09", "1,5e+10", "1E+05"]

    assert parse_many(local_id.parse_column, sent) == [
        (None, ["number-in-scientific-notation"])
    ] * len(sent)


def test_text_is_kept_within_as_it_was_written() -> None:
    assert parse_one(text_type.parse_column, " two  spaces, “quotes” ") == (
        "two  spaces, “quotes”",
        [],
    )


ANSWERS = {
    "Y": "yes",
    "True": "yes",
    "1": "yes",
    "n": "no",
    "0": "no",
    "NK": "unknown",
}


def test_yes_no_and_unknown_are_three_answers() -> None:
    read = parse_many(yes_no_unknown.parse_column, [*ANSWERS])

    assert read == [(answer, []) for answer in ANSWERS.values()]


def test_nothing_said_is_none_of_the_three_answers() -> None:
    assert parse_many(yes_no_unknown.parse_column, ["", None, "perhaps"]) == [
        (None, []),
        (None, []),
        (None, ["yes-no-unreadable"]),
    ]


NUMBERS = {
    "1,234": 1234,
    "12.0": 12,
    "-3": -3,
    "+7": 7,
    "0": 0,
}


def test_whole_numbers_are_read() -> None:
    read = parse_many(integer.parse_column, [*NUMBERS])

    assert read == [(number, []) for number in NUMBERS.values()]


def test_a_hidden_or_broken_number_is_never_a_nought() -> None:
    sent = ["<5", "*", "12.5", "1,23", "n/a", "1e3"]

    assert parse_many(integer.parse_column, sent) == [(None, ["number-unreadable"])] * len(sent)


def test_a_code_is_taken_as_written_and_noughts_are_not_added() -> None:
    status = codelist("mha_status")

    read = parse_many(lambda texts: code_type.parse_column(texts, status), ["03", "3", "s3", ""])

    assert read == [
        ("03", []),
        (None, ["code-not-in-list"]),
        (None, ["code-not-in-list"]),
        (None, []),
    ]


def test_small_letters_find_their_code() -> None:
    assert parse_one(lambda texts: code_type.parse_column(texts, codelist("sex")), "x") == ("X", [])


def test_a_retired_code_is_kept_with_a_finding_where_the_day_is_known() -> None:
    destination = codelist("discharge_destination")

    def on_a_day(texts: ibis.expr.types.StringValue) -> Parsed:
        return code_type.parse_column(texts, destination, on=ibis.date("2025-01-01"))

    assert parse_one(on_a_day, "65") == ("65", ["code-retired"])
    assert parse_one(on_a_day, "19") == ("19", [])
    assert parse_one(lambda texts: code_type.parse_column(texts, destination), "65") == ("65", [])
