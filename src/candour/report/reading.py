"""The rows of ``rows.yaml``, checked as they are read."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from candour import yaml_file

HERE = Path(__file__).parent / "rows.yaml"
STATES = ("answered", "in part", "not yet")


class Answered(BaseModel):
    """One thing that a person can open or run: a command, a page of the documents or a file of the
    checkout, and what it shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["command", "page", "file"]
    name: str
    shows: str


class Row(BaseModel):
    """One thing asked for or found: its reference, to whom, in our words, and what answers it.

    ``lacks`` says what is still missing; a row that nothing answers has no ``answered_by``, and
    one without ``lacks`` is answered as far as software can.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ref: str
    to: str | None = None
    asks: str
    answered_by: tuple[Answered, ...] = ()
    lacks: str | None = None

    @model_validator(mode="after")
    def _says_what_is_missing(self) -> Row:
        if not self.answered_by and not self.lacks:
            raise ValueError(f"{self.ref}: nothing answers it, so it lacks something")
        return self

    @property
    def state(self) -> str:
        """One of :data:`STATES`."""
        if not self.answered_by:
            return "not yet"
        return "in part" if self.lacks else "answered"

    def as_data(self) -> dict[str, Any]:
        """For output."""
        return {
            "ref": self.ref,
            "to": self.to,
            "asks": self.asks,
            "state": self.state,
            "answered_by": [each.model_dump() for each in self.answered_by],
            "lacks": self.lacks,
        }


@cache
def rows() -> tuple[Row, ...]:
    """Every row in the order of the report: recommendations, observations, findings."""
    return tuple(Row.model_validate(each) for each in yaml_file.read(HERE)["rows"])
