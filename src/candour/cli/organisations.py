"""`candour organisations show | list | diff`: bodies, what they were on a day, what they became."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from candour.cli.arguments import iso_date, near
from candour.cli.output import Answer, Row, Section
from candour.errors import UserError
from candour.organisations import Body, Held, Register, Succession

HEAD_OFFICE = (
    "A trust's ICB and region are those of its head office: a default only. They do not say whom "
    "the trust serves; ICB figures rest on the commissioner of each patient."
)
NOT_THERE = (
    "Sites of independent providers and community interest companies are not in this register; add "
    "them with --extra FILE.csv."
)
LICENCE = "Contains NHS Organisation Data Service information, OGL v3."


def _extra(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--extra",
        action="append",
        default=[],
        type=Path,
        metavar="FILE.csv",
        help="further organisations: code, name, type, and icb_ and region_ code and name",
    )


def configure_show(parser: argparse.ArgumentParser) -> None:
    """The words of `organisations show`."""
    parser.add_argument("code", metavar="CODE", help="an ODS code, such as RW1 or QJG")
    parser.add_argument("--on", type=iso_date, metavar="DATE", help="the day (default: today)")
    _extra(parser)


def execute_show(args: argparse.Namespace) -> Answer:
    """One body, whole: dates, names, ICB and region on the day, predecessors and successors."""
    register = Register.load(args.extra)
    body = register.show(args.code)
    if body is None:
        likely = near(args.code.upper(), register.codes())
        raise UserError(
            f"No organisation with the code {args.code[:12]} is known.",
            (f"Did you mean {likely}? " if likely else "") + NOT_THERE,
        )
    on = args.on or _today()
    data = _shown(register, body, on)
    here = [
        {"": "state", " ": data["state"]},
        {"": "kind", " ": body.kind.replace("_", " ")},
        {"": "from", " ": body.valid_from},
        {"": "to", " ": body.valid_to or ("not stated" if body.closed else "still open")},
        {"": "ICB", " ": _named(register, body, "icb", on, data["icb"])},
        {"": "region", " ": _named(register, body, "region", on, data["region"])},
    ]
    columns = ("code", "name", "on", "extent", "certainty", "note")
    sections = [
        Section("", here),
        Section("Came from", data["predecessors"], columns, "Nothing is stated."),
        Section("Became", data["successors"], columns, "Nothing is stated."),
        Section("Names", data["names"], ("name", "from", "to")),
    ]
    if data["belonged"]:
        sections.append(
            Section("Belonged to", data["belonged"], ("relation", "code", "name", "from", "to"))
        )
    return Answer(
        data,
        title=f"{body.code}  {data['name']}, on {on.isoformat()}",
        columns=(
            "code",
            "name",
            "kind",
            "state",
            "valid_from",
            "valid_to",
            "icb",
            "region",
            "predecessors",
            "successors",
            "source",
        ),
        rows=[_flat(data)],
        sections=sections,
        notes=(*_head_office_note([body]), f"Source: {data['source']}. {LICENCE}"),
    )


def configure_list(parser: argparse.ArgumentParser) -> None:
    """The words of `organisations list`."""
    parser.add_argument("--on", type=iso_date, metavar="DATE", required=True, help="the day")
    parser.add_argument(
        "--kind",
        metavar="KIND",
        help="region, icb, mh_trust, acute_trust, regulator, ..., or your own",
    )
    _extra(parser)


def execute_list(args: argparse.Namespace) -> Answer:
    """Every body that nothing rules out on the day, with its ICB and region by head office."""
    register = Register.load(args.extra)
    kinds = register.kinds()
    if args.kind and args.kind.replace("-", "_") not in {k.replace("-", "_") for k in kinds}:
        raise UserError("No organisation is of that kind.", f"Kinds: {', '.join(kinds)}.")
    bodies = register.list(args.on, args.kind)
    rows = [
        {
            "code": body.code,
            "kind": body.kind,
            "name": body.name(args.on),
            "valid_from": body.valid_from,
            "valid_to": body.valid_to,
            "state": body.state(args.on),
            "icb_code": register.icb_of(body.code, args.on),
            "region_code": register.region_of(body.code, args.on),
        }
        for body in bodies
    ]
    shown = ("code", "name", "kind", "state", "icb_code", "region_code")
    return Answer(
        rows,
        title=f"{len(rows)} organisations on {args.on.isoformat()}",
        columns=(
            "code",
            "kind",
            "name",
            "valid_from",
            "valid_to",
            "state",
            "icb_code",
            "region_code",
        ),
        sections=[Section("", rows, shown, "None of that kind on that day.")],
        labels={"icb_code": "ICB", "region_code": "region"},
        notes=(*_head_office_note(bodies), NOT_THERE, LICENCE),
    )


def configure_diff(parser: argparse.ArgumentParser) -> None:
    """The words of `organisations diff`."""
    parser.add_argument("old", metavar="OLD.csv", type=Path, help="the earlier ODS file")
    parser.add_argument("new", metavar="NEW.csv", type=Path, help="the later ODS file")


def execute_diff(args: argparse.Namespace) -> Answer:
    """What changed between two ODS files: added, removed, renamed, closed, moved."""
    from candour.organisations.compare import compare, facts

    changes = compare(facts(args.old), facts(args.new))
    headings = {
        "added": "In the later file only",
        "removed": "In the earlier file only",
        "renamed": "Renamed",
        "closed": "Closing date new in the later file",
        "moved": "Head office placed with another ICB or region",
    }
    return Answer(
        changes,
        title=f"From {args.old.name} to {args.new.name}",
        lines=[", ".join(f"{len(rows)} {kind}" for kind, rows in changes.items())],
        columns=(
            "change",
            "code",
            "name",
            "old_name",
            "new_name",
            "opened",
            "closed",
            "old_icb",
            "new_icb",
            "old_region",
            "new_region",
        ),
        rows=[{"change": kind, **row} for kind, rows in changes.items() for row in rows],
        sections=[Section(headings[kind], rows) for kind, rows in changes.items()],
        notes=(
            "A file's absence of a code is not proof that the body has ended: care trusts, for "
            "instance, stand in another ODS file.",
        ),
    )


def _shown(register: Register, body: Body, on: date) -> dict[str, Any]:
    def parent(relation: str) -> dict[str, Any] | None:
        held = register.belonging(body.code, relation, on)
        if held is None or held.value == body.code:
            return None
        basis = "head office" if body.icbs else "stated"
        return {"code": held.value, "name": register.name(held.value, on), "basis": basis}

    def link(one: Succession, code: str) -> dict[str, Any]:
        return {
            "code": code,
            "name": register.name(code),
            "on": one.on,
            "extent": one.extent,
            "certainty": one.certainty,
            "note": one.note or "",
        }

    from candour.organisations.reading import shipped_sources

    belonged = [
        {
            "relation": relation,
            "code": held.value,
            "name": register.name(held.value),
            **_times(held),
        }
        for relation, all_held in (("icb", body.icbs), ("region", body.regions))
        for held in all_held
    ]
    return {
        "code": body.code,
        "on": on,
        "name": body.name(on),
        "kind": body.kind,
        "state": body.state(on),
        "valid_from": body.valid_from,
        "valid_to": body.valid_to,
        "closed": body.closed,
        "icb": parent("icb"),
        "region": parent("region"),
        "names": [{"name": held.value, **_times(held)} for held in body.names],
        "belonged": belonged,
        "predecessors": [link(one, one.predecessor) for one in body.came_from],
        "successors": [link(one, one.successor) for one in body.succeeded_by],
        "source": shipped_sources().get(body.source, {"title": body.source})["title"],
    }


def _times(held: Held) -> dict[str, Any]:
    """A time for people (`from`, `to`) and for machines: an unstated end says what was seen."""
    first: date | str | None = held.valid_from
    if first is None:
        first = f"not stated (so by {held.seen_from})" if held.seen_from else "not stated"
    last: date | str | None = held.valid_to
    if last is None:
        last = f"not stated (after {held.seen_to})" if held.seen_to else "still"
    return {
        "from": first,
        "to": last,
        "valid_from": held.valid_from,
        "valid_to": held.valid_to,
        "seen_from": held.seen_from,
        "seen_to": held.seen_to,
    }


def _named(
    register: Register, body: Body, relation: str, on: date, parent: dict[str, Any] | None
) -> str:
    if parent:
        return f"{parent['code']} {parent['name']} (by {parent['basis']})"
    if body.kind in (relation, "region") or not body.may_be_there(on):
        return "does not apply on this day"
    possible = [held.value for held in register.possible_parents(body.code, relation, on)]
    return f"cannot be told: {' or '.join(possible)}" if possible else "none is stated"


def _flat(data: dict[str, Any]) -> Row:
    """One CSV row of a body: parents and successions by their codes."""
    flat = dict(data)
    for relation in ("icb", "region"):
        flat[relation] = data[relation]["code"] if data[relation] else None
    for side in ("predecessors", "successors"):
        flat[side] = [one["code"] for one in data[side]]
    return flat


def _head_office_note(bodies: list[Body]) -> tuple[str, ...]:
    return (HEAD_OFFICE,) if any(body.icbs for body in bodies) else ()


def _today() -> date:
    return datetime.now(ZoneInfo("Europe/London")).date()
