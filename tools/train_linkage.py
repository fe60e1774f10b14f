"""Trains the weights that Candour comes with, on an invented nation whose truth is known.

    python tools/train_linkage.py            write src/candour/pipeline/link/weights.json
    python tools/train_linkage.py --check    change nothing; end with 1 if the file is not this one

How often the parts of one person agree (m) is counted on the true pairs of lists spoiled in the
manner of one noise profile. How often strangers agree (u) is counted on drawn pairs, but for
numbers that hardly ever agree by chance: there it follows from how many numbers there are.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import polars as pl

from candour.pipeline.link.blocking import Side
from candour.pipeline.link.model import KINDS, STORED, Model, Odds
from candour.pipeline.link.plain import plain
from candour.pipeline.link.scoring import levels_of, strangers
from candour.pipeline.link.training import counted_m, renewed
from candour.synthetic.lists import invent_lists
from candour.synthetic.noise import PROFILES
from candour.tables import Engine, open_engine

PROFILE, SEED, PEOPLE, DATE = "typed", 20251125, 200_000, "2026-11-25"
MATCH, REVIEW = 0.95, 0.1
FILE = Path(__file__).resolve().parents[1] / "src" / "candour" / "pipeline" / "link" / STORED

# Ten digits of which nine are free, sixty million in use; a slip makes some hundred neighbours.
BY_ARITHMETIC = {
    "nhs_number": [1.7e-8, 2e-7, 6e-6, 1.0],
    "key": [1e-6, 2e-5, 1.0],
}
FIELDS = {
    name: name
    for name in ("given_name", "surname", "birth_date", "death_date", "sex", "postcode",
                 "nhs_number", "address", "place", "occupation")
} | {"key1": "local_id"}  # fmt: skip


PLACE = [kind for kind in KINDS if kind.name == "place"]


def begin() -> Model:
    """A model that knows nothing yet."""
    kinds = {
        kind.name: (*(Odds(0.3, 1e-3) for _ in kind.levels[:-1]), Odds(0.02, 0.99))
        for kind in KINDS
    }
    for name, chances in BY_ARITHMETIC.items():
        kinds[name] = tuple(Odds(0.02 if u == 1.0 else 0.3, u) for u in chances)
    return Model("none", MATCH, REVIEW, kinds, {})


def trained() -> Model:
    lists = invent_lists(PEOPLE, SEED, PROFILES[PROFILE])
    everybody = (
        pl.concat([lists.index, lists.registrations, lists.reports], how="diagonal")
        .with_row_index("n")
        .with_columns(pl.col("n").cast(pl.Int64))
    )
    with open_engine() as engine:
        records = plain(engine, engine.table(everybody.to_arrow()), FIELDS, "n, person, id")
        model = _with_u(engine, begin(), records, len(everybody))
        true = engine.sql(
            "SELECT l.n AS a, r.n AS b FROM {t} l JOIN {t} r ON l.person = r.person "
            "AND l.n < r.n AND l.id[1] <> r.id[1]",
            t=records,
        )
        side = Side(records, records, "l.n < r.n", len(everybody), len(everybody))
        columns = set(records.columns) - {"n", "person", "id"}
        shares = counted_m(engine, levels_of(engine, side, true, KINDS, columns), KINDS)
        # A place is compared only where postcode and address do not say it already: what it is
        # worth then is learned as if nobody had written them down.
        homeless = engine.sql(
            "SELECT * REPLACE (NULL::varchar AS postcode, NULL::varchar AS address) FROM {t}",
            t=records,
        )
        bare = Side(homeless, homeless, "l.n < r.n", len(everybody), len(everybody))
        shares |= counted_m(engine, levels_of(engine, bare, true, PLACE, columns), PLACE)
        pairs = engine.count(true)
    training = {
        "how": "m counted on true pairs, u on drawn pairs of strangers",
        "noise_profile": PROFILE, "seed": SEED, "people": PEOPLE, "true_pairs": pairs,
        "trained_on": DATE, "command": "python tools/train_linkage.py",
    }  # fmt: skip
    return _rounded(renewed(model, shares, id=f"{PROFILE}-{DATE}", training=training))


def _with_u(engine: Engine, model: Model, records: object, count: int) -> Model:
    side = Side(records, records, "l.n < r.n", count, count)  # type: ignore[arg-type]
    kinds = [kind for kind in KINDS if kind.name not in BY_ARITHMETIC]
    columns = set(records.columns) - {"n", "person", "id"}  # type: ignore[attr-defined]
    odds = strangers(engine, side, model, kinds, columns, 2_000_000)
    return model.with_kinds({k.name: chances for k, chances in zip(kinds, odds, strict=True)})


def _rounded(model: Model) -> Model:
    """Four figures: what a few more or fewer pairs would change is no knowledge."""
    kinds = {
        name: tuple(Odds(float(f"{c.m:.4g}"), float(f"{c.u:.4g}")) for c in chances)
        for name, chances in model.kinds.items()
    }
    return model.with_kinds(kinds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    text = trained().as_text()
    if parser.parse_args().check:
        same = FILE.read_text(encoding="utf-8") == text
        print("The weights are those that training gives." if same else "The weights are others.")
        return 0 if same else 1
    FILE.write_text(text, encoding="utf-8")
    print(f"Written: {FILE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
