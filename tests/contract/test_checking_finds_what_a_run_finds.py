"""A check holds fewer rows against each other than a run does, and finds the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import candour.sources
from candour.dataset.noticed import Listed
from candour.pipeline.receive import receive_folder
from candour.pipeline.run import sent_tables
from candour.pipeline.standardise.stage import check, standardise
from candour.sources import Layouts
from candour.tables import open_engine

LAYOUTS = sorted(p.parent for p in Path(candour.sources.__file__).parent.glob("*/sample"))


def told(findings):
    return sorted(
        (f.file or "", f.sheet or "", f.row or 0, f.line or 0, f.code, f.field or "", f.message)
        for f in findings
    )


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda path: path.name)
def test_undated_files_of_one_layout_have_the_same_findings_in_a_check(layout, tmp_path):
    folder = tmp_path / "in"
    shutil.copytree(layout / "sample", folder)
    (folder / "submissions.csv").unlink()
    for path in [*folder.iterdir()]:
        # The same rows in two files, of which one has a line more: each repeats the other.
        text = path.read_bytes()
        lines = text.splitlines(keepends=True)
        if path.suffix == ".csv" and len(lines) > 1 and lines[-1].endswith(b"\n"):
            (folder / f"again_{path.name}").write_bytes(text + lines[1])
    layouts = Layouts.shipped()
    received = receive_folder(folder, tmp_path / "work", layouts, tmp_path / "store")
    sent = sent_tables(received, layouts)
    checked = Listed()

    with open_engine() as engine:
        of_run = standardise(engine, sent).findings
    with open_engine() as engine:
        (tmp_path / "aside").mkdir(mode=0o700)
        engine.within(300, tmp_path / "aside", aside=True)
        check(engine, sent, checked)

    assert told(checked.findings) == told(of_run)
    assert of_run or layout.name in ("lfpse", "pfd-text")
