"""The same inputs give the same content; the same file twice is one submission."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from promise_world import digests, done, is_whole, manifest, say, table

POSIX = pytest.mark.skipif(os.name == "nt", reason="modes of this kind are POSIX")


@pytest.fixture(scope="module")
def there(small_run, tmp_path_factory, checkout) -> Path:
    """The same extracts elsewhere, named by relative paths, in another zone, locale and order; and
    with the list of submissions that the first run wrote, which is the list that it used."""
    folder = tmp_path_factory.mktemp("there") / "deeper"
    (folder / "extracts").mkdir(parents=True)
    shutil.copyfile(small_run / "run" / "submissions.csv", folder / "extracts" / "submissions.csv")
    for name in ("registrations.csv", "caseload.csv"):
        shutil.copyfile(small_run / "in" / name, folder / "extracts" / name)
    done_there = subprocess.run(
        [sys.executable, "-m", "candour", "run", "extracts", "--out", "made"],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(checkout / "src"),
            "PYTHONHASHSEED": "7",
            "TZ": "Pacific/Kiritimati",
            "LC_ALL": "C",
            "LANG": "C",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done_there.returncode == 0, done_there.stderr
    return folder


def test_digests_do_not_depend_on_place_zone_locale_order_or_who_lists_the_files(small_run, there):
    assert digests(there / "made") == digests(small_run / "run")
    assert manifest(there / "made") == manifest(small_run / "run")


def test_every_file_but_the_log_has_the_same_bytes_on_one_machine(small_run, there):
    for path in sorted(p for p in (small_run / "run").rglob("*") if p.is_file()):
        name = path.relative_to(small_run / "run")
        if name.name != "run-log.json":
            assert path.read_bytes() == (there / "made" / name).read_bytes(), str(name)


def test_what_depends_on_clock_and_host_lies_in_the_log_alone(small_run):
    log = (small_run / "run" / "run-log.json").read_text(encoding="utf-8")

    assert '"started"' in log
    assert "started" not in manifest(small_run / "run")
    assert str(small_run) not in (small_run / "run" / "manifest.json").read_text(encoding="utf-8")


def test_a_digest_is_that_of_the_table_that_lies_there(small_run):
    from candour.tables import content_digest

    said = digests(small_run / "run")

    assert {name: content_digest(table(small_run / "run", name)) for name in said} == said
    assert is_whole(small_run / "run")


def test_rows_in_are_accepted_rejected_or_duplicate(small_run):
    counts = manifest(small_run / "run")["counts"]

    assert counts["rows_in"] == 5
    assert counts["rows_in"] == counts["accepted"] + counts["rejected"] + counts["duplicate"]


@POSIX
def test_received_bytes_lie_in_the_store_once_for_their_owner_alone(small_run):
    store = small_run / "candour-store"
    kept = sorted(store.iterdir())

    assert [path.name for path in kept] == sorted(
        i["submission"] for i in manifest(small_run / "run")["inputs"]
    )
    assert stat.S_IMODE(store.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert {path.read_bytes() for path in kept} == {
        (small_run / "in" / name).read_bytes() for name in ("caseload.csv", "registrations.csv")
    }


@POSIX
def test_a_run_is_closed_to_others_and_a_question_is_refused_where_somebody_opened_it(small_run):
    run = small_run / "run"
    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    assert stat.S_IMODE((run / "identified").stat().st_mode) == 0o700

    (run / "identified").chmod(0o755)
    try:
        refused = say("deaths", run, "--definition", "inpatient")
    finally:
        (run / "identified").chmod(0o700)

    assert (refused.code, refused.out) == (1, "")
    assert "chmod 700" in refused.err


@POSIX
def test_a_store_that_others_can_read_is_refused(small_run):
    store = small_run / "candour-store"
    store.chmod(0o750)
    try:
        refused = say("run", small_run / "in", "--out", small_run / "other")
    finally:
        store.chmod(0o700)

    assert refused.code == 1
    assert f"chmod 700 {store}" in refused.err
    assert not (small_run / "other").exists()


def test_the_same_file_twice_is_one_submission_and_changes_no_death(small_run, tmp_path):
    shutil.copytree(small_run / "in", tmp_path / "in")
    again = tmp_path / "in" / "ZX901"
    again.mkdir()
    shutil.copyfile(small_run / "in" / "caseload.csv", again / "sent again.csv")

    said = done("run", tmp_path / "in", "--out", tmp_path / "run", "--format", "json").document

    assert (said["counts"]["files"], said["counts"]["submissions"]) == (3, 2)
    assert said["counts"]["rows_in"] == 5
    assert len(list((tmp_path / "candour-store").iterdir())) == 2
    before, after = digests(small_run / "run"), digests(tmp_path / "run")
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"findings", "submissions"}
    codes = table(tmp_path / "run", "findings").column("code").to_pylist()
    assert codes.count("same-file-again") == 1
