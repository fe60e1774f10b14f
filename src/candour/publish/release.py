"""A release: a folder of open data, whole or absent, entered in the register of releases."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour import __version__
from candour.measures.disclosure import Profile
from candour.measures.disclosure import register as releases
from candour.publish.released_counts import COLUMNS, ReleasedCounts, released_counts
from candour.tables import building

if TYPE_CHECKING:
    from candour.organisations.register import Register
    from candour.pipeline.answers.counts import Asked
    from candour.pipeline.answers.opening import OpenRun

FORMAT = 1
MEANINGS = {
    "definition": "the definition under which deaths are counted",
    "version": "the version of the definition",
    "settings": "what was set in the definition, such as days after discharge; else empty",
    "outcome": "in: the definition counts the death. cannot-tell: what is known does not settle it",
    "financial_year": "1 April to 31 March, by date of death; empty: every year together",
    "by": "the column that the figure is split by besides; empty: everybody",
    "group": "the group in that column: a code, or an age band",
    "group_name": "the group in words",
    "kind": "count: `value` is printed. suppressed: it is not, and it is not nought",
    "value": "the count, rounded as the profile says; empty where it is suppressed",
}


def release(
    run: OpenRun,
    asked: Sequence[Asked],
    by: Sequence[str],
    profile: Profile,
    register: Register,
    earlier: Path,
    out: Path,
) -> dict[str, Any]:
    """Make a release of a run's counts; gives its manifest.

    The folder holds ``figures.csv``, ``dictionary.csv``, ``README.txt`` and ``manifest.json``. No
    id of a death or person and no hash of a file that was received stands in it.

    :param earlier: the register of releases. What it holds is allowed for, and this release is
        entered in it.

    Raises UserError where the run may not be published or the register cannot be read.
    """
    made = released_counts(run, asked, by, profile, register, releases.read(earlier))
    files = {
        "figures.csv": _csv(made.rows(register), COLUMNS),
        "dictionary.csv": _csv(
            [{"column": name, "meaning": MEANINGS[name]} for name in COLUMNS],
            ("column", "meaning"),
        ),
        "README.txt": _read_me(run, made, profile),
    }
    manifest = _manifest(run, made, by, profile, files)
    with building(out) as folder:
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
        content = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        (folder / "manifest.json").write_text(content, encoding="utf-8")
        # Entered first: a release that nobody knows of would be worse than an entry without one.
        releases.add(earlier, releases.entry(made.disclosed, run=manifest["run"]))
    return manifest


def _manifest(
    run: OpenRun,
    made: ReleasedCounts,
    by: Sequence[str],
    profile: Profile,
    files: dict[str, str],
) -> dict[str, Any]:
    from candour.definitions import settings_text

    shown = [figure for figure in made.disclosed if figure.kind == "count"]
    return {
        "format": FORMAT,
        "candour": __version__,
        # A digest of the run's whole manifest: it names the run and leads to no file of it.
        "run": hashlib.sha256(
            json.dumps(run.manifest, sort_keys=True, ensure_ascii=False).encode("utf-8")
        ).hexdigest(),
        "data": run.manifest["data"],
        "as_known_on": run.manifest["as_known_on"],
        "profile": profile.ref,
        "profile_source": profile.source,
        "definitions": [
            {"definition": d.id, "version": d.version, "settings": settings_text(d, settings)}
            for _, (d, settings) in made.asked
        ],
        "by": list(by),
        "figures": len(made.disclosed),
        "suppressed": len(made.disclosed) - len(shown),
        "restated": made.restated,
        "left_out": [
            {
                "definition": dict(made.asked)[label][0].id,
                "settings": settings_text(*dict(made.asked)[label]),
                "outcome": outcome,
                "by": table.columns[-1],
            }
            for table in made.left_out
            for label, outcome in table.within
        ],
        "files": {
            name: hashlib.sha256(text.encode("utf-8")).hexdigest() for name, text in files.items()
        },
    }


def _read_me(run: OpenRun, made: ReleasedCounts, profile: Profile) -> str:
    from candour.definitions import heading, settings_text

    invented = run.manifest["data"] == "invented"
    lines = [
        *(["INVENTED DATA. Nobody named or counted here ever lived.", ""] if invented else []),
        "Deaths in and after mental health care: counts",
        "",
        "Each death counted here was a person's. Figures are given under several definitions, and",
        "none of them is the only right one:",
        "",
        *(
            f"- {d.ref} {settings_text(d, settings)}: {heading(d)}"
            for _, (d, settings) in made.asked
        ),
        "",
        f"Disclosure control: {profile.ref} ({profile.title}).",
        f"{profile.source}.",
        "A figure marked `suppressed` is not nought: it may be small, or it would give another",
        "away. Totals are worked out from true counts and then rounded, so parts need not add up.",
        "A death that several providers share counts once, under one of them.",
        "Figures under `cannot-tell` are deaths of which what is known does not say whether the",
        "definition counts them; they are neither in nor out.",
        *(
            [
                "",
                f"{made.restated} figures of earlier releases are restated: later notice of a",
                "death, or a correction, changed them.",
            ]
            if made.restated
            else []
        ),
    ]
    return "\n".join(lines) + "\n"


def _csv(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
