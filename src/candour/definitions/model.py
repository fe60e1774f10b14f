"""A definition as data: what it says, whose it is, how far it is agreed, and its rule."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from candour.definitions.facets import About, every_facet, whole_scenario
from candour.definitions.grammar import Rule, about_of, facets_of, settings_of
from candour.definitions.settings import UNRESOLVED_TRANSFER, ChoiceSetting, Setting, filled
from candour.definitions.standing import rests_on_general_knowledge
from candour.definitions.words import rule_in_words

Outcome = Literal["in", "out", "cannot-tell"]
Agreement = Literal["agreed", "varied", "contested", "none"]

AGREEMENT_MEANS: Mapping[Agreement, str] = {
    "agreed": "the bodies concerned have agreed to it",
    "varied": "bodies use it with different details",
    "contested": "bodies dispute it",
    "none": "no body has agreed to it as a way to count",
}

TRANSFER_CHOICES = ("cannot-tell", "discharge", "stay")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Period(_Part):
    """From and to, both included; either may be open."""

    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")

    def in_words(self) -> str:
        """The period for a heading."""
        if self.start and self.end:
            return f"{self.start} to {self.end}"
        if self.start:
            return f"from {self.start}"
        return f"until {self.end}" if self.end else "no period stated"


class Borrowed(_Part):
    """The inquiry's or investigation's scope that a definition is made from."""

    body: str
    scope: str


class Example(_Part):
    """One invented death: what happened in words, the facts as scenarios, and the answer."""

    words: str
    scenarios: tuple[dict[str, Any], ...] = Field(min_length=1)
    settings: dict[str, int | str] = {}
    outcome: Outcome

    @field_validator("scenarios")
    @classmethod
    def _rest_on_facets(cls, given: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
        for facts in given:
            unknown = sorted(set(facts) - set(every_facet()))
            if unknown:
                raise ValueError(f"not facets: {', '.join(unknown)}")
        return given

    def rows(self) -> list[dict[str, object]]:
        """The scenarios with every facet, as either evaluator takes them."""
        about = {every_facet()[name].about for facts in self.scenarios for name in facts}
        kind: About = "event" if about == {"event"} else "death"
        return [whole_scenario(facts, n, kind) for n, facts in enumerate(self.scenarios)]


class Consultation(_Part):
    """Who was asked about a change, from when to when, and whether people who lived it were."""

    start: date = Field(alias="from")
    end: date = Field(alias="to")
    who: str
    with_lived_experience: bool

    @property
    def days(self) -> int:
        """Whole days between its first and its last day."""
        return (self.end - self.start).days


class Moved(_Part):
    """What a dual run found: deaths of a run whose answer a change moves, and where.

    ``run`` is the content digest of the run's facets; ``by_provider`` counts the deaths that move
    by primary provider, ``by_answer`` by the answers before and after.
    """

    run: str
    invented: bool
    deaths: int = Field(ge=0)
    moved: int = Field(ge=0)
    by_provider: dict[str, int] = {}
    by_answer: dict[str, int] = {}


class Change(_Part):
    """Why a version follows another: motive, consultation, who decided, and the dual run."""

    motive: str = Field(min_length=10)
    decided_by: str
    decided_on: date
    consultation: Consultation | None = None
    dual_run: Moved | None = None


class Definition(_Part):
    """One published version of one way to count.

    ``leaves_out`` holds, in words, the parts of the body's scope that this version does not
    compute; ``unverified`` what is our reading rather than something read in the source;
    ``near_misses`` deaths that look like the others and are answered with care. ``counts`` says
    whether it counts deaths, or events that people survived; ``term`` names the contested term of
    which it is one variant; ``change`` says of a version after the first why it came and what it
    moved.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    title: str
    plain: str
    technical: str
    owner: str
    source: str
    source_url: str | None = None
    valid_from: date
    valid_to: date | None = None
    agreement: Agreement
    place: str
    period: Period | None = None
    borrowed_from: Borrowed | None = None
    counts: About = "death"
    term: str | None = Field(default=None, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    settings: dict[str, Setting] = {}
    rule: Rule
    leaves_out: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    needs: tuple[str, ...]
    change: Change | None = None
    examples: tuple[Example, ...] = Field(min_length=1)
    near_misses: tuple[Example, ...] = Field(min_length=1)

    @property
    def ref(self) -> str:
        """``id@version``: what every stored outcome and every figure carries."""
        return f"{self.id}@{self.version}"

    @model_validator(mode="after")
    def _holds_together(self) -> Definition:
        if list(self.needs) != facets_of(self.rule):
            raise ValueError(f"needs must be {facets_of(self.rule)}")
        if about_of(self.rule) != {self.counts}:
            raise ValueError(f"the rule must rest on facets of a {self.counts} alone")
        transfer = self.settings.get(UNRESOLVED_TRANSFER)
        if transfer is not None and (
            not isinstance(transfer, ChoiceSetting) or tuple(transfer.choices) != TRANSFER_CHOICES
        ):
            raise ValueError(f"{UNRESOLVED_TRANSFER} must offer {', '.join(TRANSFER_CHOICES)}")
        declared = set(self.settings) - {UNRESOLVED_TRANSFER}
        if declared != settings_of(self.rule):
            raise ValueError("the settings declared and those used by the rule differ")
        if any(self.settings[name].type != "integer" for name in declared):
            raise ValueError("the length of a window is a whole number")
        if "stays_known" in self.needs and transfer is None:
            raise ValueError(f"a rule about stays needs the setting {UNRESOLVED_TRANSFER}")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        for example in (*self.examples, *self.near_misses):
            filled(self, example.settings)
        return self


def heading(definition: Definition, *, elsewhere: bool = True) -> str:
    """The heading for an output that counts under the definition.

    A definition borrowed from an inquiry's or investigation's scope is headed "as if" unless the
    caller knows that the count keeps to its own place and period (``elsewhere=False``). One whose
    source nobody read for Candour is headed as unverified.
    """
    borrowed = definition.borrowed_from
    if borrowed is None:
        unread = rests_on_general_knowledge(definition.id)
        return f"{definition.title}{' (UNVERIFIED: its source was not read)' if unread else ''}"
    period = definition.period.in_words() if definition.period else "no period stated"
    scope = f"{borrowed.scope} ({definition.place}; {period})"
    if not elsewhere:
        return f"{definition.id.upper()}: {scope}"
    return f"as if {definition.id.upper()}: {scope}, used here as if made for this place and time"


def canonical(content: Mapping[str, Any]) -> str:
    """The content of a published version as one text that layout and comments do not touch."""
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_iso
    )


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def content_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical content, in hexadecimal: what ``lock.json`` holds."""
    return hashlib.sha256(canonical(content).encode("utf-8")).hexdigest()


def as_data(definition: Definition) -> dict[str, Any]:
    """The definition as plain data for JSON: its fields, its rule and agreement in words."""
    data = definition.model_dump(mode="json", by_alias=True, exclude_none=True)
    data["ref"] = definition.ref
    data["heading"] = heading(definition)
    data["rule_in_words"] = rule_in_words(definition.rule)
    data["agreement_means"] = AGREEMENT_MEANS[definition.agreement]
    return data
