"""The shelf of published definitions: one file per definition, all its versions in it.

A published version never changes. ``catalogue/lock.json`` holds the SHA-256 of each version's
content; a changed text without a new version is found by ``changed_since_published``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import ValidationError

from candour import yaml_file
from candour.definitions.facets import About
from candour.definitions.model import Definition, content_digest
from candour.definitions.terms import terms
from candour.errors import CandourError, UserError

LOCK = "lock.json"


def contents() -> Iterator[dict[str, Any]]:
    """The content of every published version as it stands in its file, by id, then as listed."""
    folder = files("candour.definitions").joinpath("catalogue")
    for entry in sorted(folder.iterdir(), key=lambda item: item.name.removesuffix(".yaml")):
        if entry.name.endswith(".yaml"):
            sheet = yaml_file.read(entry)
            for version in sheet["versions"]:
                yield {"id": sheet["id"], **version}


def read(content: Mapping[str, Any]) -> Definition:
    """One version read and checked; a fault in it is the catalogue's, so ``CandourError``."""
    try:
        return Definition.model_validate(dict(content))
    except ValidationError as fault:
        places = ", ".join(".".join(str(p) for p in e["loc"]) or "whole" for e in fault.errors())
        name = f"{content.get('id')}@{content.get('version')}"
        raise CandourError(
            f"The definition {name} cannot be read ({places}).",
            "The catalogue that came with this installation is damaged: install it again.",
        ) from fault


@cache
def all_versions() -> Mapping[str, Definition]:
    """Every published version by ``id@version``."""
    found: dict[str, Definition] = {}
    for content in contents():
        definition = read(content)
        if definition.ref in found:
            raise CandourError(f"The definition {definition.ref} is published twice.")
        found[definition.ref] = definition
    return found


def catalogue(about: About = "death") -> dict[str, Definition]:
    """The latest version of each definition of deaths, or of events, by id."""
    return {i: d for i, d in whole_catalogue().items() if d.counts == about}


def whole_catalogue() -> dict[str, Definition]:
    """The latest version of each definition, whatever it counts, by id."""
    latest: dict[str, Definition] = {}
    for definition in all_versions().values():
        held = latest.get(definition.id)
        if held is None or order(held.version) < order(definition.version):
            latest[definition.id] = definition
    return latest


def order(version: str) -> tuple[int, ...]:
    """A version's numbers, by which versions are put in order."""
    return tuple(int(part) for part in version.split("."))


def get(reference: str, about: About | None = "death") -> Definition:
    """The definition called ``ID`` (its latest version) or ``ID@VERSION``.

    Capitals do not matter. ``about`` says what is to be counted, deaths unless another thing is
    asked; None takes either. Raises ``UserError`` naming the known ids or versions, and for a
    contested term the variants, one of which has to be named.
    """
    identity, at, version = reference.strip().lower().partition("@")
    latest = whole_catalogue()
    if identity not in latest:
        _refuse_a_term(identity)
        known = [i for i, d in latest.items() if about in (None, d.counts)]
        raise UserError(
            "There is no definition of that name.", f"Known definitions: {', '.join(known)}."
        )
    if about not in (None, latest[identity].counts):
        counted, asked = (
            ("events that people survived", "deaths")
            if about == "death"
            else ("deaths", "events that people survived")
        )
        raise UserError(
            f"The definition {identity} counts {counted}, and {asked} are asked for.",
            "`candour near-misses RUN` counts events under each definition of them.",
        )
    if not at:
        return latest[identity]
    found = all_versions().get(f"{identity}@{version}")
    if found is None:
        known = sorted((d.version for d in all_versions().values() if d.id == identity), key=order)
        raise UserError(
            f"The definition {identity} has no such version.",
            f"Published versions: {', '.join(known)}.",
        )
    return found


def _refuse_a_term(identity: str) -> None:
    """A contested term is no measure: one of its variants has to be named, if it has any."""
    term = terms().get(identity)
    if term is None:
        return
    variants = [d.id for d in whole_catalogue().values() if d.term == identity]
    if variants:
        raise UserError(
            f"Bodies dispute what {term.title.lower()} means, so nothing is counted under it.",
            f"Name one of its variants: {', '.join(variants)}.",
        )
    raise UserError(
        f"Bodies dispute what {term.title.lower()} means, and nothing is measured on it.",
        f"`candour definitions {identity}` shows what each body says.",
    )


def lock() -> dict[str, str]:
    """The lock as published: SHA-256 by ``id@version``."""
    text = files("candour.definitions").joinpath("catalogue", LOCK).read_text(encoding="utf-8")
    held: dict[str, str] = json.loads(text)
    return held


def digests(given: Iterator[Mapping[str, Any]] | None = None) -> dict[str, str]:
    """SHA-256 of every version's present content by ``id@version``."""
    return {f"{c['id']}@{c['version']}": content_digest(c) for c in given or contents()}


def changed_since_published(present: Mapping[str, str], locked: Mapping[str, str]) -> list[str]:
    """The versions that were published and now read differently or are gone: always an error."""
    return sorted(ref for ref, digest in locked.items() if present.get(ref) != digest)


def not_yet_locked(present: Mapping[str, str], locked: Mapping[str, str]) -> list[str]:
    """The versions that stand in the catalogue and not yet in the lock."""
    return sorted(set(present) - set(locked))
