"""Words that commands about a run share: the run, definitions with settings, periods."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.cli.arguments import iso_date
from candour.errors import UsageError

if TYPE_CHECKING:
    from candour.definitions import Definition
    from candour.pipeline.answers import OpenRun
    from candour.pipeline.answers.periods import Period


def add_run(parser: argparse.ArgumentParser) -> None:
    """The run's folder."""
    parser.add_argument("run", metavar="RUN", type=Path, help="a run's folder")


def add_period(parser: argparse.ArgumentParser) -> None:
    """A period by date of death."""
    parser.add_argument(
        "--from", dest="since", type=iso_date, metavar="DATE", help="first day of death, included"
    )
    parser.add_argument(
        "--to", dest="until", type=iso_date, metavar="DATE", help="last day of death, included"
    )


def period(args: argparse.Namespace) -> Period:
    """The period asked for."""
    from candour.pipeline.answers.periods import Period

    if args.since and args.until and args.since > args.until:
        raise UsageError("The period ends before it begins.", "Give --from a day before --to.")
    return Period(args.since, args.until)


def asked(
    names: Sequence[str], settings: Sequence[str]
) -> list[tuple[Definition, dict[str, int | str]]]:
    """Definitions by ``ID[@VERSION][:NAME=VALUE,...]``, with ``--set`` applied where it is known.

    Raises UserError for a definition or setting that none of them has.
    """
    from candour.definitions import get, settings_from

    found = []
    used: set[str] = set()
    definitions = [name.split(":", 1) for name in names]
    for parts in definitions:
        definition = get(parts[0])
        own = parts[1].split(",") if len(parts) > 1 else []
        mine = [s for s in settings if s.split("=", 1)[0].strip() in definition.settings]
        used.update(mine)
        found.append((definition, settings_from(definition, [*mine, *own])))
    left = [s for s in settings if s not in used]
    if left:
        # Asking the first definition says which settings there are.
        settings_from(found[0][0], left)
    return found


def settings_shown(definition: Definition, settings: Mapping[str, int | str]) -> str:
    """The settings that a person needs to see: ``days=7``. A choice that was left as published says
    nothing; JSON and CSV hold all of them."""
    published = {name: setting.default for name, setting in definition.settings.items()}
    return ", ".join(
        f"{name}={value}"
        for name, value in settings.items()
        if isinstance(value, int) or value != published.get(name)
    )


def opened(path: Path) -> OpenRun:
    """The run at ``path``."""
    from candour.pipeline.answers import open_run

    return open_run(path)


def stamp(run: OpenRun) -> list[str]:
    """What every answer about a run says below it: invented or not, as known when, its basis."""
    manifest: Mapping[str, Any] = run.manifest
    notes = []
    if manifest["data"] == "invented":
        notes.append("Invented data.")
    if manifest["as_known_on"]:
        notes.append(f"As known on {manifest['as_known_on']}.")
    if manifest["basis"] != "stated":
        notes.append(
            "The legal basis of these files is not stated, so this run can't be published."
        )
    if run.withdrawn:
        one = len(run.withdrawn) == 1
        notes.append(
            f"{'A file' if one else f'{len(run.withdrawn)} files'} that this run used "
            f"{'was' if one else 'were'} withdrawn since, so it can't be published."
        )
    return notes
