"""The data dictionary: as plain data, as a page to read on paper, and as a page for a browser."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.dataset.code_lists import Code, CodeList, codelist, codelist_ids
from candour.dataset.collected import RELATIONS, collected_by
from candour.dataset.findings import catalogue
from candour.dataset.loading import field as field_at
from candour.dataset.loading import load
from candour.dataset.model import Field
from candour.dataset.rules import rules

if TYPE_CHECKING:
    from jinja2 import Environment

PAGES = Path(__file__).parent / "pages"

SENSITIVITY_WORDS = {
    "identifying": "identifying: names or finds a person by itself",
    "restricted-detail": "restricted-detail: how a person died or came close to it; never public",
    "special": "special: health, ethnicity or what happened, harmful if the person is known",
    "judgement": "judgement: for statutory counts alone, joined to nobody",
    "pseudonymous": "pseudonymous: about one person, without telling who",
    "open": "open: about no person",
}

RELATION_WORDS = dict(
    zip(
        RELATIONS,
        (
            "the same fact",
            "takes in more, or says it more coarsely",
            "says less of it: some people, some cases, or a part",
            "another fact that bears on it",
            "looked for there, and not found",
        ),
        strict=True,
    )
)


def dictionary(field: str | None = None) -> dict[str, Any] | list[dict[str, Any]]:
    """Every field as plain data, or the one at the path ``field`` with its codes.

    Raises UserError for a path that is not.
    """
    if field is None:
        return [_plain(each) for each in load().fields()]
    found = field_at(field)
    listed = codes(found.codelist)["codes"] if found.codelist else []
    return {**_plain(found), "codes": listed, "collected_by": collected_by(found.path)}


def codes(list: str | None = None) -> dict[str, Any]:  # noqa: A002 - the command's own word
    """One code list, or the ids of all of them. ``LIST@VERSION`` asks for a version.

    Gives ``{list, version, complete, codes: [{code, display, ...}]}``, and where they are known
    ``missing``, ``valid_from`` and ``valid_to`` of the list; of a code dates of validity,
    ``retired_in`` and ``properties`` likewise. Raises UserError for a list or a version that is not
    shipped.
    """
    if list is None:
        return {"lists": [*codelist_ids()]}
    name, _, version = list.partition("@")
    found = codelist(name, version or None)
    return {
        "list": found.id,
        "version": found.version,
        "complete": found.complete,
        **({"missing": found.missing} if found.missing else {}),
        **_days(found),
        "codes": [_code(found, number) for number in range(len(found.codes))],
    }


@cache
def markdown() -> str:
    """The dictionary as a Markdown page."""
    return _rendered("dictionary.md.jinja")


@cache
def html() -> str:
    """The dictionary as an HTML page that needs nothing beside itself."""
    return _rendered("dictionary.html.jinja")


def _plain(each: Field) -> dict[str, Any]:
    return {
        "path": each.path,
        "title": each.title,
        "type": each.type,
        "meaning": each.meaning,
        "why": each.why,
        "required_when": each.required_when,
        "codelist": each.codelist,
        "sensitivity": each.sensitivity,
        "seconds": each.seconds,
        "release": each.release,
        "retired": each.retired,
    }


def _code(of: CodeList, number: int) -> dict[str, Any]:
    one = of.codes[number]
    plain: dict[str, Any] = {"code": one.code, "display": one.display}
    plain |= _days(one)
    if one.retired_in is not None:
        plain["retired_in"] = one.retired_in
    if one.properties:
        plain["properties"] = dict(one.properties)
    return plain


def _days(of: Code | CodeList) -> dict[str, str]:
    days = {"valid_from": of.valid_from, "valid_to": of.valid_to}
    return {name: day.isoformat() for name, day in days.items() if day is not None}


def _rendered(template: str) -> str:
    page: str = (
        _environment()
        .get_template(template)
        .render(
            data=load(),
            lists=[codelist(name) for name in codelist_ids()],
            collected_by=collected_by,
            relations=RELATION_WORDS,
            rules=rules(),
            findings=catalogue().values(),
            sensitivities=SENSITIVITY_WORDS,
        )
    )
    return page


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=select_autoescape(enabled_extensions=("html.jinja",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["cell"] = lambda text: str(text).replace("|", "\\|")
    return made
