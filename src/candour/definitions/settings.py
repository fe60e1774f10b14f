"""What a reader may set when asking a definition, and how a setting is read from ``NAME=VALUE``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from candour.errors import UserError

if TYPE_CHECKING:
    from candour.definitions.model import Definition

UNRESOLVED_TRANSFER = "unresolved_transfer"
CANNOT_TELL = "cannot-tell"

Settings = dict[str, int | str]


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    plain: str


class IntegerSetting(_Setting):
    """A whole number within a range, both ends included."""

    type: Literal["integer"]
    default: int
    at_least: int
    at_most: int

    @model_validator(mode="after")
    def _default_is_allowed(self) -> IntegerSetting:
        if not self.at_least <= self.default <= self.at_most:
            raise ValueError("the default lies outside the allowed range")
        return self

    @property
    def allowed(self) -> str:
        """What may be given, in words."""
        return f"a whole number from {self.at_least} to {self.at_most}"

    def read(self, value: int | str) -> int | None:
        """The number, or None if the value is not one that is allowed."""
        if isinstance(value, bool):
            return None
        if isinstance(value, str):
            text = value.strip()
            # isdecimal alone would let other scripts' digits through
            if not (text.isascii() and text.isdecimal() and len(text) <= 6):
                return None
            value = int(text)
        return value if self.at_least <= value <= self.at_most else None


class ChoiceSetting(_Setting):
    """One of a few words."""

    type: Literal["choice"]
    default: str
    choices: dict[str, str] = Field(min_length=2)

    @model_validator(mode="after")
    def _default_is_allowed(self) -> ChoiceSetting:
        if self.default not in self.choices:
            raise ValueError("the default is not among the choices")
        return self

    @property
    def allowed(self) -> str:
        """What may be given, in words."""
        return "one of " + ", ".join(self.choices)

    def read(self, value: int | str) -> str | None:
        """The choice, or None if the value is not one that is allowed."""
        word = str(value).strip()
        return word if word in self.choices else None


Setting = Annotated[IntegerSetting | ChoiceSetting, Field(discriminator="type")]


def filled(definition: Definition, given: Mapping[str, int | str] | None = None) -> Settings:
    """Every setting of the definition: the given values, and its own defaults for the rest.

    Raises ``UserError`` for a name that the definition does not have or a value that it does not
    allow; the message names what it does allow, and repeats no value but the setting's name.
    """
    values: Settings = {name: kind.default for name, kind in definition.settings.items()}
    for name, value in (given or {}).items():
        kind = definition.settings.get(name)
        if kind is None:
            known = ", ".join(definition.settings) or "none"
            raise UserError(
                f"The definition {definition.id} has no setting called {name!r}.",
                f"Its settings are: {known}.",
            )
        read = kind.read(value)
        if read is None:
            raise UserError(
                f"The setting {name} of {definition.id} does not take that value.",
                f"Give {kind.allowed}, for instance {name}={kind.default}.",
            )
        values[name] = read
    return values


def settings_from(definition: Definition, texts: Iterable[str]) -> Settings:
    """Every setting of the definition, from ``NAME=VALUE`` texts such as ``days=7``.

    Raises ``UserError`` for a text without "=", a name given twice, an unknown name or a value out
    of range, each with what to write instead.
    """
    given: dict[str, int | str] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name:
            raise UserError(
                "A setting is written NAME=VALUE.",
                "For instance " + (settings_text(definition).split(", ")[0] or "days=30") + ".",
            )
        if name in given:
            raise UserError(f"The setting {name} is given twice.", "Give it once.")
        given[name] = value
    return filled(definition, given)


def settings_text(definition: Definition, given: Mapping[str, int | str] | None = None) -> str:
    """The settings in force as ``days=30, unresolved_transfer=cannot-tell``; may be empty.

    Each part can be handed back to ``settings_from``, so a printed figure can be asked for again.
    """
    return ", ".join(f"{name}={value}" for name, value in filled(definition, given).items())
