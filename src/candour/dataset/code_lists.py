"""Code lists: which codes a field may hold, what each means, and from when to when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from candour import yaml_file
from candour.errors import CandourError, UserError

FOLDER = Path(__file__).parent / "codelists"


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list.

    ``valid_from`` and ``valid_to`` are inclusive days; None is "not stated", never "always".
    ``retired_in`` names the release of the source that took the code away, where no day is known.
    ``properties`` are facts that follow from the code by its source, such as ``detained``.
    """

    code: str
    display: str
    valid_from: date | None = None
    valid_to: date | None = None
    retired_in: str | None = None
    properties: Mapping[str, str] = dataclass_field(default_factory=lambda: MappingProxyType({}))

    def valid_on(self, day: date | None) -> bool:
        """Whether the code could be used on ``day``; without a day, whether it still can be."""
        if day is None:
            return self.valid_to is None and self.retired_in is None
        if self.valid_from is not None and day < self.valid_from:
            return False
        if self.valid_to is not None:
            return day <= self.valid_to
        return self.retired_in is None


@dataclass(frozen=True, slots=True)
class CodeList:
    """A published or proposed list of codes, one version of it.

    ``valid_from`` and ``valid_to`` bound the days on which the list was in force, as far as its
    source says. ``missing`` says what a list that is not ``complete`` leaves out. ``used_by`` names
    what uses a list that no field holds codes of. The codes of a ``restricted`` list tell of means:
    they stand on no public page.
    """

    id: str
    version: str
    title: str
    source: str
    licence: str
    codes: tuple[Code, ...]
    valid_from: date | None = None
    valid_to: date | None = None
    missing: str | None = None
    used_by: str | None = None
    restricted: bool = False

    @property
    def complete(self) -> bool:
        """Whether every code of the source's list is here."""
        return self.missing is None

    @property
    def ref(self) -> str:
        """``id@version``: with a code, all that is needed to say what it meant."""
        return f"{self.id}@{self.version}"

    def get(self, code: str) -> Code | None:
        """The code written ``code`` exactly, or None."""
        for each in self.codes:
            if each.code == code:
                return each
        return None

    def uses(self, code: str) -> bool:
        """Whether the code could be used for as long as this version was in force.

        A list keeps codes that went out of use, so that what was sent can still be read.
        """
        found = self.get(code)
        return (
            found is not None
            and found.retired_in is None
            and found.valid_to in (None, self.valid_to)
        )

    def where(self, **properties: str) -> tuple[str, ...]:
        """Codes that have all the given properties (``detained="yes"``), in list order."""
        return tuple(
            each.code
            for each in self.codes
            if all(each.properties.get(name) == value for name, value in properties.items())
        )


@cache
def _shipped() -> MappingProxyType[str, tuple[CodeList, ...]]:
    found: dict[str, list[CodeList]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        one = read(path)
        found.setdefault(one.id, []).append(one)
    return MappingProxyType(
        {name: tuple(sorted(versions, key=_age)) for name, versions in found.items()}
    )


def _age(one: CodeList) -> tuple[tuple[int, ...], str]:
    """Orders versions of one list, oldest first: by the numbers in them (mhsds-5, mhsds-6)."""
    return tuple(int(number) for number in re.findall(r"\d+", one.version)), one.version


def codelist_ids() -> tuple[str, ...]:
    """The id of every list that is shipped, in alphabetical order."""
    return tuple(sorted(_shipped()))


def versions_of(id: str) -> tuple[CodeList, ...]:  # noqa: A002 - the contract's word
    """Every version of the list ``id`` that is shipped, oldest first; none for an unknown one."""
    return _shipped().get(id, ())


def codelist(id: str, version: str | None = None) -> CodeList:  # noqa: A002 - the contract's word
    """The list ``id``, its newest version unless one is asked for.

    Raises UserError where the list or the version is not shipped.
    """
    versions = _shipped().get(id, ())
    wanted = [each for each in versions if version is None or each.version == version]
    if not versions:
        raise UserError(f"There is no code list {id!r}.", "`candour codes` names every list.")
    if not wanted:
        known = ", ".join(each.version for each in versions)
        raise UserError(f"Code list {id!r} has no version {version!r}.", f"It has: {known}.")
    return wanted[-1]


def version_of(id: str, code: str) -> str:  # noqa: A002 - the contract's word
    """The version of the list ``id`` that a code is of: the newest in which it is in force, else
    the newest that has it, else the newest of all.

    A list keeps its retired codes so that they can be read; what they meant is said by the version
    in which they were used.
    """
    newest_first = versions_of(id)[::-1]
    holding = [held for held in newest_first if held.get(code) is not None]
    in_force = [held for held in holding if held.uses(code)]
    return (in_force or holding or list(newest_first))[0].version


def read(path: Path) -> CodeList:
    """The code list written in the YAML file at ``path``.

    Raises CandourError where a code is given twice or the file leaves out source or licence.
    """
    data: dict[str, Any] = yaml_file.read(path)
    missing = [key for key in ("id", "version", "title", "source", "licence") if not data.get(key)]
    if missing:
        raise CandourError(f"Code list {path.name} does not say its {', '.join(missing)}.")
    if bool(data.get("missing")) is bool(data.get("complete", True)):
        raise CandourError(f"Code list {path.name} must say what is missing if not complete.")
    codes = tuple(_code(entry) for entry in data["codes"])
    if len({each.code for each in codes}) != len(codes):
        raise CandourError(f"Code list {path.name} gives one code twice.")
    return CodeList(
        id=str(data["id"]),
        version=str(data["version"]),
        title=str(data["title"]),
        source=" ".join(str(data["source"]).split()),
        licence=" ".join(str(data["licence"]).split()),
        codes=codes,
        valid_from=data.get("valid_from"),
        valid_to=data.get("valid_to"),
        missing=data.get("missing"),
        used_by=data.get("used_by"),
        restricted=bool(data.get("restricted")),
    )


def _code(entry: dict[str, Any]) -> Code:
    if not isinstance(entry["code"], str):
        raise CandourError(f"The code {entry['code']} stands without quotes, so zeros could go.")
    properties = {str(k): str(v) for k, v in (entry.get("properties") or {}).items()}
    return Code(
        code=entry["code"],
        display=str(entry["display"]),
        valid_from=entry.get("valid_from"),
        valid_to=entry.get("valid_to"),
        retired_in=entry.get("retired_in"),
        properties=MappingProxyType(properties),
    )
