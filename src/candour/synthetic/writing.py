"""How values are written in an extract: days, moments, numbers; and the file itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from candour.synthetic.draws import Days, Ints

ZONE = "Europe/London"


def day(days: Days, form: str = "%Y-%m-%d") -> pl.Series:
    """Days as text; no text where there is none."""
    return pl.Series(days).cast(pl.Date).dt.to_string(form)


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


def number(values: Ints) -> pl.Series:
    """Whole numbers as text."""
    return pl.Series(values).cast(pl.String)


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """Write a CSV in UTF-8 with line feeds; nothing written where a value is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_csv(path, line_terminator="\n", null_value="")
