"""Dates: from texts in any common way of writing to civil days in the United Kingdom.

A text without an offset is local: its day is its day. A text with ``Z`` or an offset is an instant,
and its day is the one on which it fell in the United Kingdom: half past eleven at night in June by
Greenwich time is the next day. Nothing is dropped without a finding and nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import ibis
import ibis.expr.types as ir

from candour.dataset.loading import load
from candour.dataset.model import EARLIEST_PLAUSIBLE
from candour.dataset.types.orders import check_order, settle_within
from candour.dataset.types.parsed import Parsed, clean, only_where, true_where
from candour.dataset.types.shapes import (
    MONTH_ONLY,
    SPREADSHEET_NUMBER,
    YEAR_ONLY,
    Pieces,
    take_apart,
    take_apart_parts,
)
from candour.dataset.types.words import (
    by_format,
    instant_by_format,
    instant_of,
    last_of_month,
    local_in,
)
from candour.errors import CandourError, UserError

CIVIL_ZONE = "Europe/London"
"""Where the days of the data set are counted (reference rules, version 1, day count)."""

PIVOT = 29
"""Two-digit years up to this one lie in the 2000s, later ones in the 1900s: 1930 to 2029."""

_DIRECTIVES = frozenset("YymdbBHIMSfpzaAj")
_CLOCK = (
    r"^([01]?[0-9]|2[0-3])[:.]?[0-5][0-9]([:.]?[0-5][0-9]([.,][0-9]{1,9})?)?"
    r"( ?[AaPp]\.?[Mm]\.?)?$"
)
_OFFSET = r"(?i) ?(Z|UTC|GMT|BST|[+-][0-9]{2}(:?[0-9]{2})?)$"


def parse_date_column(
    texts: ir.StringValue | Pieces,
    order: str | None = None,
    format: str | None = None,  # noqa: A002 - the mapping's own word
    zone: str = CIVIL_ZONE,
    *,
    received_on: dt.date | ir.DateValue | None = None,
    birth: bool = False,
    may_be_future: bool = False,
) -> Parsed:
    """Dates as days, months or years.

    ``texts`` may have been taken apart (``stage``), which is far quicker for a large column.
    ``order`` is ``iso``, ``dmy``, ``mdy`` or what ``settle_order`` found. None lets the column
    settle it, and so does ``iso`` for values that are not year first: right where ``texts`` is the
    whole of it. ``format`` is an explicit strptime format and excludes every other way of writing.
    ``zone`` is where local times of day were read off the clock; the days of the data set are
    always those of Europe/London. ``received_on`` is the day the file was received: later days are
    kept with a finding, unless ``may_be_future``. ``birth`` adds the finding for the first of
    January.

    Raises UserError for an unknown order or zone, or a format that is not understood.
    """
    check_zone(zone)
    check_order(order)
    limit = _limit(received_on, may_be_future)
    if format is not None:
        if isinstance(texts, Pieces):
            raise CandourError("A column with a format of its own must not be taken apart.")
        return _by_declared_format(clean(texts), format, zone, limit, birth)
    pieces = take_apart(texts)
    day, ambiguous = _in_order(pieces, order)
    parsed = _parse(pieces, day, ambiguous, zone)
    faults = dict(parsed.faults)
    sheet = true_where(pieces.written.re_search(SPREADSHEET_NUMBER))
    faults["date-unreadable"] = faults["date-unreadable"] & ~sheet
    faults["date-is-a-spreadsheet-number"] = sheet
    return _with_plausibility(parsed, faults, limit, birth)


def parse_date_parts(
    year: ir.StringValue,
    month: ir.StringValue,
    day: ir.StringValue,
    *,
    received_on: dt.date | ir.DateValue | None = None,
    birth: bool = False,
    may_be_future: bool = False,
) -> Parsed:
    """Dates whose year, month and day stand in columns of their own.

    A part that is blank or nought is not known. A day without its month, or either without a year,
    is ``date-parts-contradict``. For a large table have ``take_apart_parts`` staged, and give the
    pieces to ``parse_date_column``.
    """
    return parse_date_column(
        take_apart_parts(year, month, day),
        "dmy",
        received_on=received_on,
        birth=birth,
        may_be_future=may_be_future,
    )


def check_zone(zone: str) -> None:
    """Raise UserError where a mapping names a time zone that does not exist."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UserError(
            f"There is no time zone {zone!r}.", "Write it like Europe/London or UTC."
        ) from error


def check_format(form: str) -> None:
    """Raise UserError where an explicit format holds something that is not understood."""
    unknown = sorted(set(re.findall("%-?(.)", form)) - _DIRECTIVES)
    if unknown or "%" not in form:
        raise UserError(
            f"The date format {form!r} is not understood.",
            "Write it like %d/%m/%Y or %d-%b-%y %H:%M.",
        )


def _in_order(pieces: Pieces, order: str | None) -> tuple[ir.DateValue, ir.BooleanValue]:
    """The day of each text in the column's order, and where the order leaves two."""
    first, second = pieces.day_first, pieces.month_first
    if order in ("dmy", "mdy"):
        return (second if order == "mdy" else first), ibis.literal(False)
    same = true_where(first == second)
    some = first.notnull() | second.notnull()
    if order in ("mixed", "unsettled"):
        return only_where(same, first), some & ~same
    settled = settle_within(pieces)
    day = ibis.cases((settled == "dmy", first), (settled == "mdy", second), (same, first))
    return day, some & ~same & settled.isin(["mixed", "unsettled"])


def _parse(pieces: Pieces, first: ir.DateValue, ambiguous: ir.BooleanValue, zone: str) -> Parsed:
    known = first.notnull()
    precision = ibis.cases(
        (pieces.tidied.re_search(YEAR_ONLY), "year"),
        (pieces.tidied.re_search(MONTH_ONLY), "month"),
        else_="day",
    )
    exact = known & true_where(precision == "day")
    clock, offset, timed = _time_of_day(pieces.clock)
    moved = ibis.coalesce(_day_of_instant(first, clock, offset, zone), first)
    latest = ibis.cases(
        (precision == "month", _last_day_of("month", first)),
        (precision == "year", _last_day_of("year", first)),
        else_=moved,
    )
    return Parsed(
        value=only_where(exact, moved),
        earliest=moved,
        latest=latest,
        precision=only_where(known, precision),
        faults={
            "date-ambiguous": ambiguous,
            "date-unreadable": pieces.written.notnull() & ~known & ~ambiguous & ~pieces.gap,
            "date-parts-contradict": pieces.gap,
            "date-two-digit-year": known & pieces.short_year,
            "date-partial": known & ~exact,
            "clock-time-unreadable": known & pieces.clock.notnull() & ~timed,
        },
    )


def _last_day_of(span: str, first: ir.DateValue) -> ir.DateValue:
    if span == "month":
        return last_of_month(first)
    return (first.year().cast("string").lpad(4, "0") + "-12-31").try_cast("date")


def _time_of_day(
    rest: ir.StringValue,
) -> tuple[ir.StringValue, ir.StringValue, ir.BooleanValue]:
    """The clock time as ``HH:MM…``, the offset as ``+HH:MM`` or null, and whether both are good."""
    offset = rest.re_extract(_OFFSET, 1).upper().nullif("")
    clock = rest.re_replace(_OFFSET, "")
    good = true_where(clock.re_search(_CLOCK))
    # 2330 and 23.30 as 23:30, and 233000 as 23:30:00.
    clock = clock.re_replace("^([0-9]{2})([0-9]{2})([0-9]{2})", r"\1:\2:\3")
    clock = clock.re_replace(r"^([0-9]{1,2})\.?([0-9]{2})", r"\1:\2").replace(",", ".")
    spelt = ibis.cases(
        (offset.isin(["Z", "UTC", "GMT"]), "+00:00"),
        (offset == "BST", "+01:00"),
        else_=offset.re_replace("^([+-][0-9]{2})([0-9]{2})$", r"\1:\2"),
    )
    return clock, spelt, good


def _day_of_instant(
    day: ir.DateValue, clock: ir.StringValue, offset: ir.StringValue, zone: str
) -> ir.DateValue:
    """The day in the United Kingdom of a time with an offset, or read off a clock elsewhere.

    Null where there is neither, or no clock time: then the day stands as written.
    """
    written = day.cast("string") + " " + clock
    instant = (written + offset).try_cast("timestamp('UTC')")
    if zone != CIVIL_ZONE:
        elsewhere = instant_of(zone, written.try_cast("timestamp"))
        instant = ibis.ifelse(offset.isnull(), elsewhere, instant)
    return local_in(CIVIL_ZONE, instant).date()


def _by_declared_format(
    text: ir.StringValue, form: str, zone: str, limit: ir.DateValue | None, birth: bool
) -> Parsed:
    check_format(form)
    if "%z" in form:
        local = local_in(CIVIL_ZONE, instant_by_format(text, form))
    elif zone != CIVIL_ZONE and re.search("%-?[HI]", form):
        local = local_in(CIVIL_ZONE, instant_of(zone, by_format(text, form)))
    else:
        local = by_format(text, form)
    day = local.date()
    if re.search("%-?y", form):
        # The engine's own window is 1969 to 2068, which would place an old birth in the future.
        late = day.year() > 2000 + PIVOT
        earlier = (day.year() - 100).cast("string") + day.strftime("-%m-%d")
        day = ibis.ifelse(late, earlier.try_cast("date"), day)
    known = day.notnull()
    parsed = Parsed(
        value=day,
        earliest=day,
        latest=day,
        precision=only_where(known, ibis.literal("day")),
    )
    return _with_plausibility(parsed, {"date-unreadable": text.notnull() & ~known}, limit, birth)


def _limit(received_on: dt.date | ir.DateValue | None, may_be_future: bool) -> ir.DateValue:
    plausible = ibis.literal(load().plausible_until)
    if received_on is None or may_be_future:
        return plausible
    if isinstance(received_on, dt.date):
        return ibis.literal(received_on)
    return received_on.fill_null(plausible)


def _with_plausibility(
    parsed: Parsed,
    faults: dict[str, ir.BooleanValue],
    limit: ir.DateValue | None,
    birth: bool,
) -> Parsed:
    first = parsed.earliest
    if first is None:
        raise CandourError("A date was parsed without its earliest day.")
    faults["date-far-in-the-future"] = true_where(first > limit)
    faults["date-improbably-early"] = true_where(first < ibis.literal(EARLIEST_PLAUSIBLE))
    if birth:
        new_year = (parsed.value.month() == 1) & (parsed.value.day() == 1)
        faults["date-may-be-estimated"] = true_where(new_year)
    return Parsed(
        value=parsed.value,
        faults=faults,
        earliest=parsed.earliest,
        latest=parsed.latest,
        precision=parsed.precision,
    )
