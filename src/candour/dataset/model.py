"""What a data set is made of: entities, and fields that say why they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

TYPES = (
    "text",
    "nhs_number",
    "ods_code",
    "icd10",
    "postcode",
    "date",
    "partial_date",
    "yes_no_unknown",
    "code",
    "integer",
    "local_id",
)
"""Every type that a field may have. Each has one parser in ``candour.dataset.types``."""

DATE_TYPES = ("date", "partial_date")
"""Types whose value may be a month or a year: earliest and latest day, and a precision."""

BIRTH_FIELDS = frozenset({"person.birth_date"})
"""Dates of birth: the first of January among them may be somebody's guess."""

EARLIEST_PLAUSIBLE = date(1900, 1, 1)
"""Days before this one are doubted."""

SENSITIVITIES = (
    "identifying",
    "restricted-detail",
    "special",
    "judgement",
    "pseudonymous",
    "open",
)
"""identifying: names or finds a person by itself. restricted-detail: how a person died or came
close to it, which could harm whoever reads it; on no public page. special: health, ethnicity and
what happened, harmful if a person is known. judgement: for statutory counts alone, joined to
nobody. pseudonymous: about one person, without telling who. open: about no person."""

RESTRICTED = "restricted-detail"
JUDGEMENT = "judgement"


@dataclass(frozen=True, slots=True)
class Field:
    """One fact that the data set holds about one thing.

    ``path`` is ``entity.name`` (``person.nhs_number``). ``codelist`` is the id of a code list or
    None. ``seconds`` is our estimate of what it costs a member of staff to answer by hand: 0 where
    the system that holds it writes it unasked. ``release`` is the data set release in which the
    field came; ``retired`` the one in which it went out of use, None while it is in use: its column
    stays, so that what was collected can still be read. ``may_be_future`` is true where a date
    later than the extract makes sense.
    """

    path: str
    name: str
    type: str
    title: str
    meaning: str
    why: str
    required_when: str
    sensitivity: str
    seconds: int
    release: str
    codelist: str | None = None
    may_be_future: bool = False
    retired: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of thing: a person, a stay, a death. ``path`` begins the paths of its fields.

    ``derived`` is true where no source sends it: the pipeline computes it. ``apart`` is true where
    it lies in a lane of its own and never in one row with a person (judgements for statutory
    counts).
    """

    name: str
    path: str
    title: str
    meaning: str
    derived: bool
    fields: Mapping[str, Field]
    apart: bool = False

    @property
    def sent(self) -> bool:
        """Whether rows about people may speak of it: neither computed nor kept apart."""
        return not self.derived and not self.apart


@dataclass(frozen=True, slots=True)
class DataSet:
    """One release of the data set.

    ``plausible_until`` is the last day that a date is believed where nothing says when a file was
    received: a fact of the release, because no result may depend on the day of reading.
    """

    release: str
    title: str
    plausible_until: date
    entities: Mapping[str, Entity]

    def entity_at(self, path: str) -> Entity:
        """The entity whose fields begin with ``path`` (``report`` gives SourceReport).

        Raises KeyError where there is none.
        """
        for entity in self.entities.values():
            if entity.path == path:
                return entity
        raise KeyError(path)

    def fields(self) -> tuple[Field, ...]:
        """Every field of every entity, in the order of the schema."""
        return tuple(f for entity in self.entities.values() for f in entity.fields.values())
