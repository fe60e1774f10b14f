"""The small language that rules are written in.

A rule is a tree of clauses over facets. Within one scenario each clause is true, false or not
known, and ``any_of``, ``all_of`` and ``not`` combine them by Kleene's strong three-valued logic: a
clause that is not known leaves the whole not known, unless its neighbours decide without it.

    {fact: during_stay}                              a yes-no facet as it stands
    {within: {since: last_discharge, days: 30}}      0 <= death - since <= 30, whole calendar days
    {within: {since: last_discharge, months: 3}}     up to the same day of the third month after
    {within: {..., or_before: true}}                 the same with no first day: death - since <= n
    {code: underlying_cause, in: [X60-X84]}          ICD-10, both ends included
    {word: inquest_conclusion, in: [suicide]}        one of the words of the facet's list
    {age: {at_least: 10}}                            completed years at death
    {any_of: [...]}  {all_of: [...]}  {not: ...}
    {first_that_tells: [...]}                        the answer of the first part that is known

A window's length may be a setting, written ``$name``. A code or word may stand under ``unsettled``:
it says that the matter is still being looked into or needs reading, so the clause is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    field_validator,
    model_validator,
)

from candour.definitions.codes import CodeRange, code_range
from candour.definitions.facets import About, every_facet

Length = (
    Annotated[int, Field(strict=True, ge=0, le=3660)]
    | Annotated[str, Field(pattern=r"^\$[a-z][a-z_]*$")]
)


class Clause(BaseModel):
    """What every part of a rule has in common: it cannot be changed, and takes no unknown word."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Fact(Clause):
    """A yes-no facet as it stands."""

    fact: str

    @field_validator("fact")
    @classmethod
    def _is_a_yes_no_facet(cls, name: str) -> str:
        if name not in every_facet() or not every_facet()[name].may_be_asked:
            raise ValueError(f"{name!r} is not a yes-no facet that a rule may ask for")
        return name


class Window(Clause):
    """A stretch of time from a dated facet: a number of days or of calendar months, not both."""

    since: str
    days: Length | None = None
    months: Length | None = None
    or_before: Literal[True] | None = None

    @field_validator("since")
    @classmethod
    def _is_a_dated_facet(cls, name: str) -> str:
        if name not in every_facet() or not every_facet()[name].may_start_a_window:
            raise ValueError(f"{name!r} is not a date that a window may start from")
        return name

    @model_validator(mode="after")
    def _has_one_length(self) -> Window:
        if (self.days is None) == (self.months is None):
            raise ValueError("a window has either days or months")
        return self

    @property
    def length(self) -> int | str:
        """The number, or the setting that gives it as ``$name``."""
        given = self.days if self.days is not None else self.months
        if given is None:  # the validator above leaves no such window
            raise ValueError("a window has either days or months")
        return given


class Within(Clause):
    """The death lies within a window, its first and last day included."""

    within: Window


class Coded(Clause):
    """An ICD-10 code lies in one of several ranges; in ``unsettled`` it is not known."""

    code: str
    ranges: tuple[str, ...] = Field(alias="in", min_length=1)
    unsettled: tuple[str, ...] | None = Field(default=None, min_length=1)

    @field_validator("code")
    @classmethod
    def _is_a_coded_facet(cls, name: str) -> str:
        facet = every_facet().get(name)
        if facet is None or "coded" not in facet.words or facet.codelist:
            raise ValueError(f"{name!r} is not a facet coded in ICD-10")
        return name

    @field_validator("ranges", "unsettled")
    @classmethod
    def _are_ranges(cls, texts: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for text in texts or ():
            code_range(text)
        return texts

    @property
    def code_ranges(self) -> tuple[CodeRange, ...]:
        """The ranges, read."""
        return tuple(code_range(text) for text in self.ranges)

    @property
    def unsettled_ranges(self) -> tuple[CodeRange, ...]:
        """The ranges that settle nothing, read."""
        return tuple(code_range(text) for text in self.unsettled or ())


class Worded(Clause):
    """A facet is one of several words of its list; if it is one of ``unsettled``, not known."""

    word: str
    words: tuple[str, ...] = Field(alias="in", min_length=1)
    unsettled: tuple[str, ...] | None = Field(default=None, min_length=1)

    @field_validator("word")
    @classmethod
    def _is_a_facet_with_a_list(cls, name: str) -> str:
        if name not in every_facet() or every_facet()[name].codelist is None:
            raise ValueError(f"{name!r} is not a facet whose words come from a list")
        return name


class AgeBounds(Clause):
    """Completed years, both bounds included; at least one of them."""

    at_least: Annotated[int, Field(ge=0, le=130)] | None = None
    at_most: Annotated[int, Field(ge=0, le=130)] | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> AgeBounds:
        if self.at_least is None and self.at_most is None:
            raise ValueError("an age needs at_least, at_most or both")
        return self


class Age(Clause):
    """Age at death lies within bounds."""

    age: AgeBounds


class AnyOf(Clause):
    """True if one part is true; false if every part is false; else not known."""

    any_of: tuple[Rule, ...] = Field(min_length=1)


class AllOf(Clause):
    """True if every part is true; false if one part is false; else not known."""

    all_of: tuple[Rule, ...] = Field(min_length=1)


class FirstThatTells(Clause):
    """The answer of the first part that is known; not known if none is."""

    first_that_tells: tuple[Rule, ...] = Field(min_length=2)


class Not(Clause):
    """The other way round; not known stays not known."""

    rule: Rule = Field(alias="not")


_KINDS: dict[str, type[Clause]] = {
    "fact": Fact,
    "within": Within,
    "code": Coded,
    "word": Worded,
    "age": Age,
    "any_of": AnyOf,
    "all_of": AllOf,
    "first_that_tells": FirstThatTells,
    "not": Not,
}


def _kind(value: Any) -> str | None:
    """The word that tells a clause's kind, so that a mistake is reported for that kind alone."""
    if isinstance(value, Clause):
        return next((word for word, kind in _KINDS.items() if type(value) is kind), None)
    if isinstance(value, Mapping):
        return next((word for word in _KINDS if word in value), None)
    return None


Rule = Annotated[
    Annotated[Fact, Tag("fact")]
    | Annotated[Within, Tag("within")]
    | Annotated[Coded, Tag("code")]
    | Annotated[Worded, Tag("word")]
    | Annotated[Age, Tag("age")]
    | Annotated[AnyOf, Tag("any_of")]
    | Annotated[AllOf, Tag("all_of")]
    | Annotated[FirstThatTells, Tag("first_that_tells")]
    | Annotated[Not, Tag("not")],
    Discriminator(_kind),
]

for _model in (AnyOf, AllOf, FirstThatTells, Not):
    _model.model_rebuild()


_READER: TypeAdapter[Rule] = TypeAdapter(Rule)


def rule_from(data: object) -> Rule:
    """Read a rule from plain data, as YAML gives it; pydantic's ``ValidationError`` if wrong."""
    return _READER.validate_python(data)


def clauses(rule: Rule) -> Iterator[Rule]:
    """The rule and every clause within it, outermost first."""
    yield rule
    match rule:
        case AnyOf(any_of=parts) | AllOf(all_of=parts) | FirstThatTells(first_that_tells=parts):
            for part in parts:
                yield from clauses(part)
        case Not(rule=part):
            yield from clauses(part)


def facets_of(rule: Rule) -> list[str]:
    """The facets that the rule rests on, in the order of the facets table.

    A clause about stays also rests on ``stays_known``, without which finding none says nothing.
    """
    used: set[str] = set()
    for clause in clauses(rule):
        match clause:
            case Fact(fact=name):
                used.add(name)
            case Within(within=window):
                used.update((window.since, "death_date"))
            case Coded(code=name) | Worded(word=name):
                used.add(name)
            case Age():
                used.add("age_years")
    table = every_facet()
    if any(table[n].no_needs_stays_known or table[n].may_start_a_window for n in used):
        used.add("stays_known")
    return [name for name in table if name in used]


def about_of(rule: Rule) -> set[About]:
    """What the rule speaks of: deaths, events, or by mistake both."""
    return {every_facet()[name].about for name in facets_of(rule)}


def settings_of(rule: Rule) -> set[str]:
    """The names of the settings that the rule's windows refer to."""
    lengths = (c.within.length for c in clauses(rule) if isinstance(c, Within))
    return {length.removeprefix("$") for length in lengths if isinstance(length, str)}


def length_in(window: Window, settings: Mapping[str, int | str]) -> int:
    """How long the window is, in its own unit, under these settings."""
    length = window.length
    return int(settings[length.removeprefix("$")]) if isinstance(length, str) else length
