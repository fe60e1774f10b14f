"""The facts that a rule may rest on, read from ``facets.yaml``.

One facet is one column of the facets table that unifying hands to classifying. The file states what
each means and, above all, what an empty cell means: missing is never "no".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

FacetType = Literal["text", "integer", "yes-no", "date"]
NullMeans = Literal["never", "not-known", "none-if-stays-known", "nothing-assumed"]


class Facet(BaseModel):
    """One fact about a death: its name, type, plain meaning, and what an empty cell means.

    ``words`` says the fact to a reader: ``yes``, ``no`` and ``unknown`` for a yes-no fact,
    ``since`` and ``none`` for a date that a window may start from, ``coded`` for a coded fact.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: FacetType
    null_means: NullMeans
    meaning: str
    no_needs_stays_known: bool = False
    words: dict[str, str] = {}

    @property
    def may_start_a_window(self) -> bool:
        """True of a date that a rule may count days or months from."""
        return self.type == "date" and "since" in self.words

    @property
    def may_be_asked(self) -> bool:
        """True of a yes-no fact that a rule may use as it stands."""
        return self.type == "yes-no" and "yes" in self.words


@cache
def facets() -> Mapping[str, Facet]:
    """Every facet by name, in the order of the table."""
    text = files("candour.definitions").joinpath("facets.yaml").read_text(encoding="utf-8")
    return {entry["name"]: Facet(**entry) for entry in yaml.safe_load(text)["facets"]}


def whole_scenario(facts: Mapping[str, object], number: int = 0) -> dict[str, object]:
    """One scenario with every facet, from the few facts that matter to an example.

    A facet not given is null, except the number, an empty assumption, and ``stays_known``, which is
    taken as yes: an example that turns on it says so. A name that is no facet raises ``KeyError``.
    """
    unknown = sorted(set(facts) - set(facets()))
    if unknown:
        raise KeyError(", ".join(unknown))
    row: dict[str, object] = dict.fromkeys(facets())
    row.update(death_id="D", scenario=number, assumption="", stays_known=True)
    row.update(facts)
    return row
