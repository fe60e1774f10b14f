"""A year of a nation linked: Candour's stored model against Splink with training.

The lists (an index of people, the register of deaths, reports from providers) are invented, with
errors of a kind on which the stored weights were not trained. Both are given the same files, each
in processes of its own, turn by turn; the ratio is of the medians. Exit code 1 where the ratio is
above its limit, or where Candour's clusters are worse than Splink's by more than 0.0005 in F1.

    ./run bench link                          100,000 people, one round: half a minute
    ./run bench link --people 1000000 --repeat 3      the size that the limit is stated for
    ./run bench link --card                   write docs/generated/linkage-model.md anew

Splink is asked for what it does best without being told anything: random sampling for u, two
rounds of EM for m, eight blocking rules and the names changed round, prediction, and clusters at
0.95. What is counted is reading, linking and clustering; making the lists and judging are not.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

LIMIT, WORSE = 0.40, 0.0005
PROFILE, SEED = "copied", 4242
LISTS = ("index", "registrations", "reports")
CUT = 0.95


def invented(folder: Path, people: int, profile: str) -> None:
    """Write the three lists, each with the true person of every row."""
    from candour.synthetic.lists import invent_lists
    from candour.synthetic.noise import PROFILES

    lists = invent_lists(people, SEED, PROFILES[profile])
    for name in LISTS:
        getattr(lists, name).write_parquet(folder / f"{name}.parquet")


def ours(folder: Path) -> None:
    """Candour, from files to clusters."""
    import numpy as np
    import pyarrow as pa

    from candour.pipeline.link.lists import link_lists, prepare
    from candour.pipeline.link.model import stored
    from candour.tables import open_engine
    from candour.tables.arrays import place_array

    fields = ("given_name", "surname", "birth_date", "death_date", "sex", "postcode", "nhs_number")
    with open_engine() as engine:
        tables, held = [], []
        for name in LISTS:
            table = engine.read(folder / f"{name}.parquet", row_as="n")
            tables.append(table)
            held.append({f: f for f in fields if f in table.columns})
        prepared = prepare(engine, tables, held)
        linked = link_lists(engine, prepared, stored())
        found = pa.table(
            {
                "n": place_array(np.array([*linked.clusters])),
                "cluster": place_array(np.array([*linked.clusters.values()])),
            }
        )
        asked = {f"t{number}": table for number, table in enumerate(tables)}
        starts = [sum(prepared.sizes[:number]) for number in range(len(tables))]
        every = " UNION ALL ".join(
            f"SELECT id, n + {start} AS n FROM {{{name}}}"
            for name, start in zip(asked, starts, strict=True)
        )
        clusters = engine.sql(
            f"SELECT id, cluster FROM ({every}) JOIN {{found}} USING (n)",
            found=engine.table(found),
            **asked,
        )
        engine.copy(clusters, folder / "ours.parquet")


def splink(folder: Path) -> None:
    """Splink, from files to clusters."""
    import logging
    import warnings

    import splink.comparison_level_library as levels
    import splink.comparison_library as compare
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    warnings.filterwarnings("ignore")
    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI()
    api._con.execute("SET preserve_insertion_order=false")
    given = []
    for name in LISTS:
        died = "death_date" if name != "index" else "NULL::varchar AS death_date"
        query = (
            f"SELECT id AS unique_id, given_name, surname, birth_date, sex, postcode, nhs_number, "
            f"{died}, split_part(postcode, ' ', 1) AS district, "
            f"given_name || ' ' || surname AS full_name FROM '{folder / name}.parquet'"
        )
        table = api._con.execute(query).to_arrow_table()
        given.append(api.register(table, dataset_display_name=name))
    name_levels = [
        levels.NullLevel("full_name"),
        levels.ExactMatchLevel("full_name", term_frequency_adjustments=True),
        levels.ColumnsReversedLevel("given_name", "surname"),
        levels.And(
            levels.JaroWinklerLevel("given_name", 0.88), levels.JaroWinklerLevel("surname", 0.88)
        ),
        levels.ExactMatchLevel("surname", term_frequency_adjustments=True),
        levels.ExactMatchLevel("given_name", term_frequency_adjustments=True),
        levels.ElseLevel(),
    ]
    settings = SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=[
            block_on("nhs_number"),
            block_on("surname", "birth_date"),
            block_on("given_name", "birth_date"),
            block_on("birth_date", "postcode"),
            block_on("surname", "postcode"),
            block_on("given_name", "postcode"),
            block_on("surname", "given_name", "district"),
            block_on("birth_date", "district", "sex"),
            "l.given_name = r.surname AND l.surname = r.given_name",
        ],
        comparisons=[
            compare.CustomComparison(output_column_name="name", comparison_levels=name_levels),
            compare.DamerauLevenshteinAtThresholds("birth_date", [1, 2]),
            compare.DamerauLevenshteinAtThresholds("death_date", [1, 2]),
            compare.DamerauLevenshteinAtThresholds("nhs_number", [1, 2]),
            compare.DamerauLevenshteinAtThresholds("postcode", [1]).configure(
                term_frequency_adjustments=True
            ),
            compare.ExactMatch("sex"),
        ],
    )
    linker = Linker(given, settings, log_level="ERROR")
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("nhs_number"), block_on("full_name", "birth_date")], recall=0.95
    )
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("birth_date", "surname"), block_on("nhs_number")):
        training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True
        )
    found = linker.inference.predict(threshold_match_probability=0.01)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        found, threshold_match_probability=CUT
    )
    api._con.execute(
        f"COPY (SELECT unique_id AS id, cluster_id AS cluster FROM {clusters.physical_name}) "
        f"TO '{folder / 'splink.parquet'}'"
    )


def timed(folder: Path, who: str) -> tuple[float, int]:
    """Seconds and the peak of memory (MiB) of one run in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--only", who, "--folder", str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    said = json.loads(done.stdout.strip().splitlines()[-1])
    return said["seconds"], said["peak"]


def peak() -> int:
    """The most memory that this process held, in MiB. Its own memory is asked, since what the
    system counts of a process begins with that of whoever started it (Linux alone says so)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def quality(folder: Path, who: str) -> dict[str, float]:
    """Precision, recall and F1 of the pairs of two lists that share a cluster."""
    rows = pl.concat(
        [
            pl.read_parquet(folder / f"{name}.parquet", columns=["id", "person"]).with_columns(
                pl.lit(name).alias("list")
            )
            for name in LISTS
        ]
    )
    joined = rows.join(pl.read_parquet(folder / f"{who}.parquet"), on="id", how="left")

    def pairs(table: pl.DataFrame, key: list[str]) -> int:
        """Pairs of two lists within groups: all pairs less those of one list."""
        sizes = table.group_by(key).len()["len"].cast(pl.Int64)
        within = table.group_by([*key, "list"]).len()["len"].cast(pl.Int64)
        return int((sizes * (sizes - 1) // 2).sum() - (within * (within - 1) // 2).sum())

    told = joined.filter(pl.col("cluster").is_not_null())
    claimed, true = pairs(told, ["cluster"]), pairs(told, ["cluster", "person"])
    every = pairs(rows, ["person"])
    return {
        "precision": true / claimed,
        "recall": true / every,
        "f1": 2 * true / (claimed + every),
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench link", description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--card", action="store_true", help="write the model card")
    parser.add_argument("--only", choices=("ours", "splink"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.card:
        sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
        import linkage_card

        return linkage_card.main([])
    if asked.only:
        begun = time.perf_counter()
        {"ours": ours, "splink": splink}[asked.only](asked.folder)
        print(json.dumps({"seconds": time.perf_counter() - begun, "peak": peak()}))
        return 0
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as held:
        folder = Path(held)
        invented(folder, asked.people, PROFILE)
        runs: dict[str, list[tuple[float, int]]] = {"splink": [], "ours": []}
        for _ in range(asked.repeat):
            for who, taken in runs.items():
                taken.append(timed(folder, who))
        judged = {who: quality(folder, who) for who in runs}
    medians = {who: statistics.median(s for s, _ in taken) for who, taken in runs.items()}
    peaks = {who: max(p for _, p in taken) for who, taken in runs.items()}
    ratio = medians["ours"] / medians["splink"]
    result = {
        "people": asked.people, "repeat": asked.repeat, "seconds": medians, "peak_mib": peaks,
        "ratio": ratio, "limit": LIMIT, "clustered": judged,
    }  # fmt: skip
    if asked.json:
        print(json.dumps(result, indent=1))
    else:
        for who in ("ours", "splink"):
            told = judged[who]
            print(
                f"{who:6} {medians[who]:7.2f} s  {peaks[who]:6,} MiB  clustered: precision "
                f"{told['precision']:.5f}, recall {told['recall']:.5f}, F1 {told['f1']:.5f}"
            )
        print(f"ratio {ratio:.3f} (limit {LIMIT}), {asked.people:,} people, {asked.repeat} rounds")
    good = ratio <= LIMIT and judged["ours"]["f1"] >= judged["splink"]["f1"] - WORSE
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
