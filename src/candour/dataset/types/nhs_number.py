"""NHS numbers: ten digits, the last a check digit by modulus 11.

Source of the rules: NHS Data Dictionary (check digit; of a single number:
:mod:`candour.dataset.check_digit`) and published issue ranges. Libraries differ
on numbers that begin with 3, so these are doubted and kept. Numbers that begin with 9 are for tests
and are good numbers here.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from candour.dataset.types.parsed import (
    BLANKS,
    SCIENTIFIC,
    Parsed,
    clean,
    only_where,
    true_where,
)

ROUNDED = r"0000(\.0+)?$"
_NOUGHT = "0000000000"


def parse_column(
    texts: ir.StringValue, *, column_rounded: bool | ir.BooleanValue | None = None
) -> Parsed:
    """NHS numbers as ten digits without spaces.

    ``column_rounded`` is what ``whole_column_faults`` found for the column; None asks the column
    itself, which is right where ``texts`` is the whole of it.
    """
    return judged(*digits_of(texts), _rounded(texts, column_rounded))


def digits_of(texts: ir.StringValue) -> tuple[ir.StringValue, ir.StringValue, ir.StringValue]:
    """Texts without blanks at the ends; their digits; and these or, where they are not ten, ten
    noughts, so that sums can be made of them."""
    text = clean(texts)
    # A whole number that passed through a spreadsheet may end in ".0": nothing was lost.
    digits = text.re_replace(rf"[{BLANKS}\-\x{{2010}}-\x{{2015}}]|\.0+$", "")
    ten = true_where(digits.re_search("^[0-9]{10}$"))
    return text, digits, ibis.ifelse(ten, digits, ibis.literal(_NOUGHT))


def judged(
    text: ir.StringValue, digits: ir.StringValue, safe: ir.StringValue, rounded: ir.BooleanValue
) -> Parsed:
    """What ``parse_column`` gives, of what ``digits_of`` made."""
    scientific = true_where(text.re_search(SCIENTIFIC))
    ten = true_where(digits.re_search("^[0-9]{10}$"))
    same = safe.isin([str(d) * 10 for d in range(10)])
    total = safe.substr(0, 1).cast("int16") * 10
    for place in range(1, 10):
        total = total + safe.substr(place, 1).cast("int16") * (10 - place)
    passes = total % 11 == 0
    good = ten & ~same & passes & ~rounded
    usual = safe.substr(0, 1).isin(["4", "6", "7", "9"])
    return Parsed(
        value=only_where(good, digits),
        faults={
            "number-in-scientific-notation": scientific & ~rounded,
            "column-rounded-by-a-spreadsheet": text.notnull() & rounded,
            "nhs-number-not-ten-digits": text.notnull() & ~scientific & ~ten & ~rounded,
            "nhs-number-placeholder": ten & same & ~rounded,
            "nhs-number-check-digit": ten & ~same & ~passes & ~rounded,
            "nhs-number-unusual-range": good & ~usual,
        },
    )


def whole_column_faults(texts: ir.StringValue) -> Mapping[str, ir.BooleanScalar]:
    """Faults that only the column as a whole can show, as one boolean each.

    ``column-rounded-by-a-spreadsheet``: at least two values, and every one of them ends in four or
    more noughts or stands in scientific notation. One NHS number in ten thousand ends so by chance;
    two in a row that are all of a column hardly do.
    """
    text = clean(texts)
    stands = text.notnull()
    looks = true_where(text.re_search(ROUNDED) | text.re_search(SCIENTIFIC))
    ends = true_where(text.re_search(ROUNDED))
    rounded = (stands.sum() >= 2) & (looks.sum() == stands.sum()) & ends.any()
    return {"column-rounded-by-a-spreadsheet": rounded.fill_null(False)}


def _rounded(texts: ir.StringValue, known: bool | ir.BooleanValue | None) -> ir.BooleanValue:
    if known is None:
        found = whole_column_faults(texts)["column-rounded-by-a-spreadsheet"]
        return found.over(ibis.window())
    return ibis.literal(known) if isinstance(known, bool) else known
