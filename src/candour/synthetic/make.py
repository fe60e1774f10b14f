"""Write the nation: extracts, who sent them and when, the truth, and that it is invented."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from candour.errors import UserError
from candour.synthetic import truth_tables
from candour.synthetic.draws import Draws
from candour.synthetic.extracts import SENT_AGAIN, send_all
from candour.synthetic.lives import Lives, Noise, live
from candour.synthetic.nation import Nation, invent, organisation_rows, whole_nation
from candour.synthetic.sending import Sending, Sent
from candour.synthetic.stories import CUT_OFFS
from candour.synthetic.strangers import strangers
from candour.synthetic.truth import deaths

__all__ = ["Summary", "synthesise", "whole_nation"]

INVENTED = "Invented data"
_FORMAT = 1

README = """\
Invented data

Every person, ward, provider, board, region and event in this folder is invented. No row is about
anybody who lives or has lived. NHS numbers begin with 9, a range that is given to nobody, and
postcodes with ZZ, which is no place.

Here are the extracts that invented providers, boards, coroners and an invented register of deaths
would have handed over: one folder for each sender, and beside them the registrations of deaths.
submissions.csv says who sent which file and when it came. organisations.csv lists the invented
organisations. The folder truth/ says what happened, as the simulation lived it: compare with it
what a run over the extracts finds.

People: {people}. Seed: {seed}. The same seed gives the same files.

Please read with care all the same: it is about deaths. If it brings back one you know of, you do
not have to read on. In the United Kingdom and Ireland the Samaritans answer on 116 123, day and
night.
"""


@dataclass(frozen=True)
class Summary:
    """What was written. ``files`` maps each file's path within ``folder`` to its rows of data."""

    folder: Path
    people: int
    seed: int
    deaths: int
    deaths_in_extracts: int
    providers: tuple[str, ...]
    files: dict[str, int]
    traps: dict[str, int]


def synthesise(
    people: int, seed: int, out: Path, nation: Nation | None = None, noise: Noise | None = None
) -> Summary:
    """Invent a nation of so many people and write it into the folder ``out``.

    :param nation: its organisations; by default few, with three layouts (``nation.invent``). The
        whole one (``nation.whole_nation``) has 55 providers and every layout.
    :param noise: laid over what each list says of who somebody is (see ``identity``). What the
        truth then says of an outcome holds only where every list still tells who is who.

    The folder appears whole or not at all; one that this function made before is replaced, any
    other that holds something is refused. Same people, seed and nation: same bytes. Person 17 is
    the same person, with the same life, whatever ``people`` is.

    Raises UserError where ``people`` or ``seed`` are out of range or the folder cannot be used.
    """
    if not 1 <= people <= 10_000_000:
        raise UserError("A nation has between 1 and 10,000,000 people.", "Give --people another.")
    if not 0 <= seed < 2**63:
        raise UserError("A seed is a whole number from 0 to 2^63 - 1.", "Give --seed another.")
    out = Path(out)
    _refuse_foreign(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        summary = _write(live(Draws(seed, people), nation or invent(), noise), beside, out)
        beside.chmod(0o755)
        if out.exists():
            shutil.rmtree(out)
        beside.rename(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return summary


def _refuse_foreign(out: Path) -> None:
    if out.is_file():
        raise UserError("The place to write to is a file.", "Name a folder.")
    if out.is_dir() and any(out.iterdir()):
        manifest = out / "manifest.json"
        ours = manifest.is_file() and INVENTED in manifest.read_text(encoding="utf-8")
        if not ours:
            raise UserError(
                "The folder holds something that this command did not write.",
                "Name an empty folder, or one that is not there yet.",
            )


def _write(lives: Lives, folder: Path, out: Path) -> Summary:
    others = strangers(lives)
    sending = Sending(folder, lives.nation)
    named = send_all(lives, others, sending)
    sending.table(_submissions(sending.sent), "submissions.csv")
    sending.table(_organisations(lives.nation), "organisations.csv")
    truth = deaths(lives)
    traps = truth_tables.traps(lives, sum(SENT_AGAIN in one.file for one in sending.sent))
    for name, table in (
        ("people", truth_tables.people(lives, others)),
        ("stays", truth_tables.stays(lives)),
        ("deaths", truth_tables.death_rows(lives, truth, others)),
        ("counts", truth_tables.counts(lives, truth, others)),
        ("traps", traps),
        ("totals", truth_tables.totals(lives, truth, others)),
        *([("rows", truth_tables.rows(named))] if lives.nation.whole else []),
    ):
        sending.table(table, f"truth/{name}.csv")
    people, seed, rows = len(lives.story), lives.draws.seed, sending.rows
    _write_text(folder / "README.txt", README.format(people=f"{people:,}", seed=seed))
    _write_text(folder / "truth" / "README.txt", f"{INVENTED}: what happened in the simulation.\n")
    _write_manifest(folder, lives, rows)
    return Summary(
        folder=out,
        people=people,
        seed=seed,
        deaths=len(truth.person) + len(others.serial),
        deaths_in_extracts=int(truth.in_extracts.sum()) + truth_tables.entered(others),
        providers=tuple(one.code for one in lives.nation.providers),
        files=rows,
        traps=dict(zip(traps["trap"].to_list(), traps["count"].to_list(), strict=True)),
    )


def _submissions(sent: list[Sent]) -> pl.DataFrame:
    """Who sent which file, when it came, and on what basis: none is needed for invented data."""
    return pl.DataFrame(
        [
            {
                "file": one.file,
                "received_on": one.received_on,
                "provider": one.provider or None,
                "layout": one.layout,
                "purpose": "demonstration and tests",
                "legal_basis": "invented data: about nobody",
                "basis_expires": None,
                "may_be_shown_to": "anyone",
            }
            for one in sent
        ],
        schema_overrides={"basis_expires": pl.String, "provider": pl.String},
    )


def _organisations(nation: Nation) -> pl.DataFrame:
    columns = ("code", "name", "type", "icb_code", "icb_name", "region_code", "region_name")
    return pl.DataFrame(organisation_rows(nation), schema=dict.fromkeys(columns, pl.String),
                        orient="row")  # fmt: skip


def _write_manifest(folder: Path, lives: Lives, rows: dict[str, int]) -> None:
    """Say what was made and from what, with a digest of each file; no clock, no host."""
    files = {name: {"rows": rows[name], "sha256": _digest(folder / name)} for name in sorted(rows)}
    content = {
        "notice": INVENTED,
        "format": _FORMAT,
        "people": len(lives.story),
        "seed": lives.draws.seed,
        "extracts_drawn_on": [day.isoformat() for day in CUT_OFFS],
        "providers": {one.code: one.name for one in lives.nation.providers},
        "files": files,
    }
    _write_text(folder / "manifest.json", json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
