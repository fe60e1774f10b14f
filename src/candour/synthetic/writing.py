"""How values are written in an extract: days, moments, numbers; and the file itself."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from candour.synthetic.draws import Days, Ints

ZONE = "Europe/London"


def day(days: Days, form: str = "%Y-%m-%d") -> pl.Series:
    """Days as text; no text where there is none."""
    return pl.Series(days).cast(pl.Date).dt.to_string(form)


def turned(iso: pl.Series, form: str = "{day}/{month}/{year}") -> pl.Series:
    """Dates written year first, in another order; what is no date is cut in the same places."""
    year, month, day_ = iso.str.slice(0, 4), iso.str.slice(5, 2), iso.str.slice(8, 2)
    pieces = {"{day}": day_, "{month}": month, "{year}": year}
    order = re.findall(r"\{\w+\}", form)
    return pl.select(pl.format(re.sub(r"\{\w+\}", "{}", form), *(pieces[p] for p in order)))[:, 0]


def moment(days: Days, minutes: Ints, style: NDArray[np.str_]) -> pl.Series:
    """Local days and minutes as each provider's system writes them (see ``Provider.writes``).

    A moment in UTC may lie on the day before the local one: so it is in life, and so it is here.
    """
    local = pl.Series(
        days.astype("datetime64[ms]") + np.asarray(minutes, dtype="timedelta64[m]")
    ).cast(pl.Datetime("ms"))
    utc = local.dt.replace_time_zone(ZONE, ambiguous="earliest").dt.convert_time_zone("UTC")
    return choose(
        style,
        {
            "date": local.dt.to_string("%Y-%m-%d"),
            "local": local.dt.to_string("%Y-%m-%dT%H:%M:%S"),
            "utc": utc.dt.to_string("%Y-%m-%dT%H:%M:%SZ"),
        },
    )


def choose(which: NDArray[np.str_], texts: dict[str, pl.Series]) -> pl.Series:
    """For each row the text of the series that ``which`` names."""
    frame = pl.DataFrame({"which": pl.Series(which.tolist(), dtype=pl.String), **texts})
    picked = pl.lit(None, dtype=pl.String)
    for name in texts:
        picked = pl.when(pl.col("which") == name).then(pl.col(name)).otherwise(picked)
    return frame.select(picked.alias("text"))["text"]


def pick(texts: tuple[str, ...] | list[str], places: Ints) -> pl.Series:
    """The texts at ``places``; an empty text counts as nothing written."""
    values = pl.Series([text or None for text in texts], dtype=pl.String)
    return values.gather(pl.Series(places))


def only(text: pl.Series, where: NDArray[np.bool_]) -> pl.Series:
    """The text where told to keep it, nothing elsewhere."""
    return pl.select(pl.when(pl.Series(where)).then(text))[:, 0]


def blank_to_none(texts: NDArray[np.str_]) -> pl.Series:
    """The texts; nothing where one is empty."""
    return only(pl.Series(texts.tolist(), dtype=pl.String), texts != "")


def number(values: Ints) -> pl.Series:
    """Whole numbers as text."""
    return pl.Series(values).cast(pl.String)


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """Write a CSV in UTF-8 with line feeds; nothing written where a value is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_csv(path, line_terminator="\n", null_value="")


def write_workbook(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[str | int | None]]],
    *,
    head: Sequence[str] = (),
    numbers: Collection[str] = (),
    dates: Collection[str] = (),
) -> None:
    """Write each sheet from its first row; the same rows give the same bytes.

    Text is written as text, except in the columns of ``head`` that are named in ``numbers`` (where
    it is all digits) and in ``dates`` (where it is an ISO date).
    """
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    # A fixed date: the file's bytes must not depend on the day it was written.
    book.set_properties(
        {"title": "Invented data", "created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)}
    )
    day = book.add_format({"num_format": "dd-mmm-yyyy"})
    as_number = {head.index(name) for name in numbers}
    as_date = {head.index(name) for name in dates}
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is None:
                    continue
                if isinstance(value, int) or (column in as_number and value.isdigit()):
                    sheet.write_number(number, column, int(value))
                elif column in as_date and _ISO.fullmatch(value):
                    sheet.write_datetime(number, column, dt.datetime.fromisoformat(value), day)
                else:
                    sheet.write_string(number, column, value)
    book.close()


_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
