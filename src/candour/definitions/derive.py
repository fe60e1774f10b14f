"""Writes the pages of definitions, and locks versions that are newly published.

    python -m candour.definitions.derive            write the pages under docs/generated
    python -m candour.definitions.derive --check    change nothing; 1 if something is stale

A version that is already locked and reads differently is refused in both: it needs a new version.
So is a new version of something published whose change moved nobody knows how many deaths: see
``candour definitions change``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from candour.definitions import published
from candour.definitions.changing import without_dual_run
from candour.definitions.page import page
from candour.definitions.pages import pages
from candour.errors import CandourError, UserError

ROOT = Path(__file__).resolve().parents[3]
PAGE = Path("docs") / "generated" / "definitions.md"
FOLDER = Path("docs") / "generated" / "definitions"
LOCK = Path("src") / "candour" / "definitions" / "catalogue" / published.LOCK


def stale(root: Path) -> list[str]:
    """What does not fit the catalogue in the checkout at ``root``; empty if all is well."""
    texts = _texts()
    found = []
    for name, text in texts.items():
        path = root / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            found.append(f"{name.as_posix()} is stale")
    for path in sorted((root / FOLDER).glob("*.md")):
        if FOLDER / path.name not in texts:
            found.append(f"{(FOLDER / path.name).as_posix()} has no definition any more")
    fresh = published.not_yet_locked(published.digests(), _locked(root))
    return found + [f"{reference} is not locked" for reference in fresh]


def _texts() -> dict[Path, str]:
    return {PAGE: page(), **{FOLDER / name: text for name, text in pages().items()}}


def write(root: Path) -> None:
    """Write the pages and lock new versions; ``UserError`` if a published one changed."""
    present, locked = published.digests(), _locked(root)
    _refuse_changes(present, locked)
    fresh = {ref: present[ref] for ref in published.not_yet_locked(present, locked)}
    if fresh:
        text = json.dumps({**locked, **fresh}, indent=2, sort_keys=True) + "\n"
        (root / LOCK).write_text(text, encoding="utf-8", newline="\n")
    texts = _texts()
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    for path in (root / FOLDER).glob("*.md"):
        if FOLDER / path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        (root / name).write_text(text, encoding="utf-8", newline="\n")


def _locked(root: Path) -> dict[str, str]:
    path = root / LOCK
    held: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return held


def _refuse_changes(present: dict[str, str], locked: dict[str, str]) -> None:
    changed = published.changed_since_published(present, locked)
    if changed:
        raise UserError(
            f"Published and changed since: {', '.join(changed)}.",
            "Put the published text back, and write the change as a new version beside it.",
        )
    unproved = without_dual_run(published.all_versions().values(), locked)
    if unproved:
        raise UserError(
            f"Nobody has said what this change moves: {', '.join(unproved)}.",
            "`candour definitions change ID` prepares a version and publishes it with a dual run.",
        )


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the command; 0 if all is well, 1 if something is stale or a published version changed."""
    parser = argparse.ArgumentParser(
        prog="python -m candour.definitions.derive", description="The pages of definitions."
    )
    parser.add_argument("--check", action="store_true", help="change nothing, say what is stale")
    options = parser.parse_args(arguments)
    try:
        if options.check:
            _refuse_changes(published.digests(), _locked(root))
            found = stale(root)
            for line in found:
                sys.stderr.write(f"{line}: run python -m candour.definitions.derive\n")
            return 1 if found else 0
        write(root)
    except CandourError as fault:
        sys.stderr.write(f"{fault}\n")
        return fault.exit_code
    sys.stdout.write(f"wrote {PAGE.as_posix()} and {FOLDER.as_posix()}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
