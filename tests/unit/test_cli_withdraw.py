"""`candour withdraw`: bytes leave, a tombstone stays, runs are marked, a hold forbids it."""

from __future__ import annotations

import hashlib
import json
import os
import stat

import pytest
import tiny_run

from candour.cli.main import main

BYTES = b"a file that must not be here\n"
HASH = hashlib.sha256(BYTES).hexdigest()
WHY = ("--reason", "Sent by mistake", "--by", "A records officer")


@pytest.fixture
def store(tmp_path):
    """A store that holds one submission, beside two runs of which one used it."""
    folder = tmp_path / "candour-store"
    folder.mkdir(mode=0o700)
    (folder / HASH).write_bytes(BYTES)
    used = {"submission": HASH, "file": "x.csv", "received_on": None, "left_out": None}
    tiny_run.write(tmp_path / "used", inputs=[used])
    tiny_run.write(tmp_path / "other", inputs=[])
    tiny_run.write(tmp_path / "left-out", inputs=[{**used, "left_out": "unknown-layout"}])
    return folder


def _say(capsys, *words):
    code = main(["withdraw", *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_bytes_go_and_a_tombstone_says_who_why_and_when(capsys, store):
    code, out, err = _say(capsys, HASH, *WHY, "--store", str(store), "--format", "json")

    said = json.loads(out)
    assert (code, err) == (0, "")
    assert set(said) == {"hash", "reason", "by", "on", "runs_marked"}
    assert not (store / HASH).exists()
    tombstone = store / f"{HASH}.withdrawn"
    assert json.loads(tombstone.read_text(encoding="utf-8"))["reason"] == "Sent by mistake"
    if os.name != "nt":
        assert stat.S_IMODE(tombstone.stat().st_mode) == 0o600


def test_only_runs_that_used_the_file_are_marked_and_they_say_so(capsys, store):
    _, out, _ = _say(capsys, HASH[:8], *WHY, "--store", str(store), "--format", "json")

    runs = store.parent
    assert json.loads(out)["runs_marked"] == ["used"]
    assert not (runs / "other" / "withdrawn.json").exists()
    assert not (runs / "left-out" / "withdrawn.json").exists()
    main(["count", str(runs / "used"), "--definition", "inpatient"])
    assert "was withdrawn since" in " ".join(capsys.readouterr().out.split())


def test_withdrawing_again_keeps_the_first_tombstone_and_one_mark(capsys, store):
    _say(capsys, HASH, *WHY, "--store", str(store))

    code, out, _ = _say(
        capsys, HASH, "--reason", "Again", "--by", "B", "--store", str(store), "--format", "json"
    )

    assert (code, json.loads(out)["reason"]) == (0, "Sent by mistake")
    marks = json.loads((store.parent / "used" / "withdrawn.json").read_text(encoding="utf-8"))
    assert len(marks) == 1


def test_a_hold_keeps_the_bytes_and_says_where_to_ask(capsys, store):
    hold = ("--hold", "--reason", "An inquest is open", "--by", "A coroner's officer")
    code, out, _ = _say(capsys, HASH, *hold, "--store", str(store), "--format", "json")
    assert (code, json.loads(out)["by"]) == (0, "A coroner's officer")

    code, out, err = _say(capsys, HASH, *WHY, "--store", str(store))

    assert (code, out) == (1, "")
    assert "A hold is on this submission" in err
    assert (store / HASH).read_bytes() == BYTES
    assert not (store.parent / "used" / "withdrawn.json").exists()


def test_the_page_names_marked_runs_and_what_it_does_not_reach(capsys, store):
    _, out, _ = _say(capsys, HASH, *WHY, "--store", str(store))

    page = " ".join(out.split())
    assert "Marked, and not to be published: used" in page
    assert "copies that were sent on, are not reached" in page


@pytest.mark.parametrize(
    ("digest", "said"),
    [
        ("f" * 64, "knows no such submission"),
        ("Aldermoor", "not the hash of a submission"),
        ("abc", "at least the first 8"),
    ],
)
def test_what_is_not_in_the_store_is_the_users_to_mend(capsys, store, digest, said):
    code, out, err = _say(capsys, digest, *WHY, "--store", str(store))

    assert (code, out) == (1, "")
    assert said in err
    assert "Aldermoor" not in err


def test_a_store_that_is_not_there_is_said_plainly(capsys, tmp_path):
    code, _, err = _say(capsys, HASH, *WHY, "--store", str(tmp_path / "nowhere"))

    assert code == 1
    assert "There is no store" in err


def test_a_reason_and_a_name_are_needed(capsys, store):
    assert _say(capsys, HASH, "--reason", " ", "--by", "A", "--store", str(store))[0] == 1
    code, _, err = _say(capsys, HASH, "--store", str(store))
    assert code == 2
    assert "Still needed: --reason, --by." in err
    assert (store / HASH).exists()
