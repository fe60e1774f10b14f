"""Figures of returns: a number, or the reason why there is none."""

import pytest

from candour.dataset.types.typed_count import KINDS, TypedCount, parse_count


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("5", 5), (" 12 ", 12), ("1,234", 1234), ("1,234,567", 1234567), ("7.0", 7)],
)
def test_a_number_is_a_count(text, value):
    assert parse_count(text) == (TypedCount("count", value), True)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *((text, "suppressed") for text in ("<5", "< 5", "≤7", "less than 5", "*", "**", "[c]")),
        *((text, "suppressed") for text in ("1-4", "1 to 7", "9999999", "Suppressed", "[low]")),
        *((text, "not-collected") for text in ("-", "–", "[x]", "not collected", "..")),  # noqa: RUF001
        *((text, "not-applicable") for text in ("n/a", "N/A", "na", "#N/A", "[z]")),
        *((text, "not-yet-due") for text in ("not yet due", "TBC", "awaited")),
    ],
)
def test_a_sign_in_place_of_a_figure_is_neither_five_nor_nought(text, kind):
    assert parse_count(text) == (TypedCount(kind, None), True)
    assert kind in KINDS


@pytest.mark.parametrize("text", [None, "", "  ", "\N{NO-BREAK SPACE}"])
def test_a_blank_says_nothing(text):
    assert parse_count(text) == (None, True)


@pytest.mark.parametrize("text", ["five", "-5", "4.5", "1,23", "12 deaths", "5>", "12%", "1e3"])
def test_what_is_no_figure_and_no_sign_is_not_read(text):
    assert parse_count(text) == (None, False)
