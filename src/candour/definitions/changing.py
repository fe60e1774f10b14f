"""A change to a published definition: a draft of the next version, and what stands in its way.

A version after the first is published with a motive, a decision, and a dual run that says how many
deaths it moves. Where it moves any, or its rule differs, people were asked first: for 30 days at
least, those who have lived it among them. Source: Candour's rules for its registry.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ValidationError

from candour import yaml_file
from candour.definitions import published
from candour.definitions.model import Definition, Moved, content_digest
from candour.errors import UserError

Part = Literal["major", "minor", "patch"]

DAYS_ASKED = 30
"""Days for which people are asked about a change that moves deaths."""

_ASK = {
    "motive": None,
    "decided_by": None,
    "decided_on": None,
    "consultation": {"from": None, "to": None, "who": None, "with_lived_experience": None},
}
_HEAD = """\
# A draft of {ref}. Change the rule, the words and the examples below, and fill in `change`:
#   candour definitions change {id} --draft THIS --on RUN
# shows which deaths it moves, and with --publish CATALOGUE puts it beside the versions before it.
# Raise the first number of the version where answers change, the second where a setting is added,
# the third for words.
"""


def next_version(version: str, part: Part) -> str:
    """The version after this one, with the first, second or third number raised."""
    major, minor, patch = published.order(version)
    raised = {
        "major": (major + 1, 0, 0),
        "minor": (major, minor + 1, 0),
        "patch": (major, minor, patch + 1),
    }
    return ".".join(str(number) for number in raised[part])


def draft(definition: Definition, part: Part) -> str:
    """The next version as a file to be edited: the latest one with its number raised."""
    content = next(
        c
        for c in published.contents()
        if (c["id"], c["version"]) == (definition.id, definition.version)
    )
    version = {**content, "version": next_version(definition.version, part), "change": _ASK}
    del version["id"]
    head = _HEAD.format(ref=f"{definition.id}@{version['version']}", id=definition.id)
    return head + _as_yaml({"id": definition.id, "versions": [version]})


def _as_yaml(data: Any) -> str:
    text: str = yaml.dump(
        data,
        Dumper=_Plain,
        sort_keys=False,
        allow_unicode=True,
        width=110,
        default_flow_style=False,
    )
    return text


class _Plain(yaml.SafeDumper):
    """YAML without anchors: a reader of a rule should not have to look elsewhere."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def read_draft(path: Path, latest: Definition, *, whole: bool) -> dict[str, Any]:
    """The content of a draft, checked as a version of ``latest`` and newer than it.

    ``whole`` asks for the change to be filled in; else it is left aside. Raises ``UserError`` with
    the places that are wrong, and none of their content.
    """
    remedy = f"`candour definitions change {latest.id} --draft FILE` writes a draft anew."
    try:
        sheet = yaml_file.read(path)
        (version,) = sheet["versions"]
        content: dict[str, Any] = {"id": sheet["id"], **version}
    except FileNotFoundError:
        raise UserError(f"There is no file {path}.", remedy) from None
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, ValueError):
        raise UserError(f"{path} is no draft of one version.", remedy) from None
    if not whole:
        content.pop("change", None)
    elif isinstance(content.get("change"), dict):
        content["change"].pop("dual_run", None)
        if all(v is None for v in (content["change"].get("consultation") or {}).values()):
            content["change"].pop("consultation", None)
    try:
        found = Definition.model_validate(content)
    except ValidationError as fault:
        places = ", ".join(".".join(str(p) for p in e["loc"]) or "whole" for e in fault.errors())
        raise UserError(
            f"The draft does not hold together ({places}).", "Mend those places in the file."
        ) from None
    if found.id != latest.id or published.order(found.version) <= published.order(latest.version):
        raise UserError(
            f"The draft is no later version of {latest.ref}.", "Raise its number, and keep its id."
        )
    return content


def refusals(latest: Definition, content: Mapping[str, Any], moved: Moved | None) -> list[str]:
    """What stands in the way of publishing a draft, in words; empty if nothing does."""
    draft_of = Definition.model_validate(dict(content))
    if moved is None:
        return ["there is no dual run: give the run on which to count, with --on RUN"]
    found = []
    if moved.deaths == 0:
        found.append("the run of the dual run holds no death, so it shows nothing")
    change = draft_of.change
    if change is None:
        return [*found, "the draft does not say why, and who decided: fill in its change"]
    differs = draft_of.rule != latest.rule or draft_of.settings != latest.settings
    asked = change.consultation
    if (differs or moved.moved) and asked is None:
        found.append("the rule differs or deaths move, and nobody was asked: fill in consultation")
    if asked is not None and asked.days < DAYS_ASKED:
        found.append(f"people were asked for {asked.days} days; it takes {DAYS_ASKED} at least")
    if asked is not None and not asked.with_lived_experience:
        found.append("nobody who has lived it was asked")
    answers_change = moved.moved > 0 or draft_of.rule != latest.rule
    same_first = published.order(draft_of.version)[0] == published.order(latest.version)[0]
    if answers_change and same_first:
        found.append("answers change, so the first number of the version has to be raised")
    return found


def publish(content: Mapping[str, Any], moved: Moved, folder: Path) -> str:
    """Write a version beside the others in a catalogue's folder, and lock it; gives ``id@version``.

    The folder is that of a checkout. What stands in the file already is not touched.
    """
    identity = content["id"]
    path, lock = folder / f"{identity}.yaml", folder / published.LOCK
    if not path.is_file() or not lock.is_file():
        raise UserError(
            f"{folder} is no catalogue that holds {identity}.",
            "Name src/candour/definitions/catalogue of a checkout.",
        )
    version = {name: value for name, value in content.items() if name != "id"}
    version["change"] = {
        **version["change"],
        "dual_run": moved.model_dump(mode="json", by_alias=True),
    }
    lines = _as_yaml([version]).splitlines()
    text = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    text += "".join(f"  {line}\n" if line else "\n" for line in lines)
    reference = f"{identity}@{version['version']}"
    held: dict[str, str] = json.loads(lock.read_text(encoding="utf-8"))
    if reference in held:
        raise UserError(f"{reference} is published already.", "Raise the number of the draft.")
    written = {"id": identity, **yaml.safe_load(text)["versions"][-1]}
    held[reference] = content_digest(written)
    path.write_text(text, encoding="utf-8", newline="\n")
    lock.write_text(
        json.dumps(held, indent=2, sort_keys=True) + "\n", encoding="utf-8", newline="\n"
    )
    return reference


def without_dual_run(versions: Iterable[Definition], locked: Mapping[str, str]) -> list[str]:
    """Versions not locked yet that follow another and do not say what they move."""
    held = list(versions)
    first: dict[str, str] = {}
    for each in held:
        earlier = first.get(each.id)
        if earlier is None or published.order(each.version) < published.order(earlier):
            first[each.id] = each.version
    return sorted(
        each.ref
        for each in held
        if each.ref not in locked
        and each.version != first[each.id]
        and (each.change is None or each.change.dual_run is None)
    )
