"""Parts of a mapping that few layouts need: monthly flows, look-ups, aggregates, code lists."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1)]

MEASURES = {
    "deaths-in-scope": "Deaths that the provider took into its own scope of learning",
    "deaths-reviewed": "Of these, deaths that were reviewed or investigated",
    "deaths-judged-avoidable": "Of these, deaths that the provider judged more likely than not to "
    "have been avoidable",
    "ld-deaths-in-scope": "Deaths in scope of people with a learning disability",
    "ld-deaths-reviewed": "Of these, deaths that were reviewed",
    "ld-deaths-judged-avoidable": "Of these, deaths that the provider judged more likely than not "
    "to have been avoidable",
}
"""What a return may count. Judgements of avoidability exist here alone, for statutory counts: they
are never joined to a person."""


class Part(BaseModel):
    """Common habits: an unknown key is a fault (a misspelt one would be lost), nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Check(Part):
    """One rule of the flow's own specification about a date, under the specification's code.

    ``never`` says what the date at ``field`` must not be: ``blank``, ``unreadable``,
    ``before-month`` or ``after-month`` (against the submitted month; ``after-next-day`` leaves one
    day more), ``before`` or ``after`` (against the date at ``than``, or against ``than_found``, a
    column written year first that ``found_by`` finds in another table), or ``no-age`` (a birth date
    of somebody who is not 0 to 130 years old in the submitted month). The finding of the catalogue
    with this code says how heavy it is: one that rejects rows leaves the row out.
    """

    code: Text
    field: Text
    never: Literal[
        "blank",
        "unreadable",
        "before-month",
        "after-month",
        "after-next-day",
        "before",
        "after",
        "no-age",
    ]
    than: Text | None = None
    than_found: Text | None = None


class LookUp(Part):
    """Where a column that the file does not have is found: in another role of the layout.

    ``by`` is a column of this role that the other role has too; its row there holds the value. Used
    where the file lacks the column or leaves it blank, among files of the same provider.
    """

    role: Text
    by: Text


class Returns(Part):
    """What an aggregate counts: a row for each period, a column for each measure.

    ``provider`` is a column that says whose figures a row holds, where one file holds several.
    """

    period: Text
    measures: Annotated[dict[str, Text], Field(min_length=1)]
    provider: Text | None = None


class CodeSystem(Part):
    """One published list, in the version that the layout reads: its codes and what each says."""

    version: Text
    codes: Annotated[dict[str, Text], Field(min_length=1)]
