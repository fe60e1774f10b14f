"""The facts that a rule may rest on, read from ``facets.yaml``.

One facet of a death is one column of the facets table that classifying makes; one of an event is a
column of the table of near misses. A table of an older run may lack a column: then nothing is known
of it. The file states what
each means and, above all, what an empty cell means: missing is never "no".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

from candour import yaml_file

FacetType = Literal["text", "integer", "yes-no", "date"]
About = Literal["death", "event"]
NullMeans = Literal["never", "not-known", "none-if-stays-known", "nothing-assumed"]


class Facet(BaseModel):
    """One fact about a death or an event: its name, type, meaning, and what an empty cell means.

    ``words`` says the fact to a reader: ``yes``, ``no`` and ``unknown`` for a yes-no fact,
    ``since`` and ``none`` for a date that a window may start from, ``coded`` for a coded fact.
    ``codelist`` is the data set's list of which a coded fact is one word; without it the codes are
    ICD-10. ``not_held`` says why no run of this version has the fact: it is then always empty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: FacetType
    null_means: NullMeans
    meaning: str
    about: About = "death"
    no_needs_stays_known: bool = False
    codelist: str | None = None
    not_held: str | None = None
    words: dict[str, str] = {}

    @property
    def may_start_a_window(self) -> bool:
        """True of a date that a rule may count days or months from."""
        return self.type == "date" and "since" in self.words

    @property
    def may_be_asked(self) -> bool:
        """True of a yes-no fact that a rule may use as it stands."""
        return self.type == "yes-no" and "yes" in self.words

    @property
    def none_is_an_answer(self) -> bool:
        """Whether an empty cell can mean that there was none, so that a window is not met."""
        return self.null_means == "none-if-stays-known"


@cache
def every_facet() -> Mapping[str, Facet]:
    """Every facet by name, of deaths and of events."""
    sheet = yaml_file.read(files("candour.definitions").joinpath("facets.yaml"))
    return {entry["name"]: Facet(**entry) for entry in sheet["facets"]}


@cache
def facets(about: About = "death") -> Mapping[str, Facet]:
    """The facets of a death, or of an event that a person survived, in the order of the table."""
    return {name: facet for name, facet in every_facet().items() if facet.about == about}


def key_of(about: About) -> str:
    """The facet that tells one death, or one event, from another."""
    return "death_id" if about == "death" else "near_miss_id"


def whole_scenario(
    facts: Mapping[str, object], number: int = 0, about: About = "death"
) -> dict[str, object]:
    """One scenario with every facet, from the few facts that matter to an example.

    A facet not given is null, except the number, an empty assumption, and ``stays_known``, which is
    taken as yes: an example that turns on it says so. An event has no scenarios, and so none of
    these. A name that is no facet raises ``KeyError``.
    """
    unknown = sorted(set(facts) - set(facets(about)))
    if unknown:
        raise KeyError(", ".join(unknown))
    row: dict[str, object] = dict.fromkeys(facets(about))
    if about == "death":
        row.update(death_id="D", scenario=number, assumption="", stays_known=True)
    else:
        row.update(near_miss_id="N")
    row.update(facts)
    return row
