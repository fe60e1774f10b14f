"""Parquet that was cut off or changed on its way: read right, or left out with a finding."""

import random

import pyarrow as pa
import pyarrow.parquet as pq
from workbooks import EPR, person

from candour.pipeline.receive import receive_folder
from candour.sources import Layouts

ROWS = 400


def whole(path):
    rows = [[cell or "" for cell in person(n)] for n in range(ROWS)]
    columns = dict(zip(EPR, map(list, zip(*rows, strict=True)), strict=True))
    pq.write_table(pa.table(columns), path, row_group_size=100)
    return path.read_bytes()


def received(folder, tmp_path):
    return receive_folder(folder, tmp_path / "work", Layouts.shipped(), tmp_path / "store")


def test_a_file_cut_anywhere_is_left_out_with_a_finding(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    data = whole(tmp_path / "whole.parquet")
    for n in range(1, 24):
        (folder / f"cut_{n:02}.parquet").write_bytes(data[: len(data) * n // 24])

    found = received(folder, tmp_path)

    assert found.staged == []
    left = {s.file: s.left_out for s in found.submissions}
    assert set(left.values()) == {"file-not-readable"}
    assert len(left) == 23
    assert {f.file for f in found.findings if f.severity == "blocks-file"} == set(left)


def test_a_file_of_which_bytes_changed_is_read_whole_or_left_out(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    data = whole(tmp_path / "whole.parquet")
    chance = random.Random(5)  # noqa: S311 - no secret is made
    for n in range(120):
        changed = bytearray(data)
        for _ in range(1 + n % 3):
            changed[chance.randrange(4, len(changed))] = chance.randrange(256)
        (folder / f"changed_{n:02}.parquet").write_bytes(changed)

    found = received(folder, tmp_path)

    left = {s.file for s in found.submissions if s.left_out is not None}
    blocked = {f.file for f in found.findings if f.severity == "blocks-file"}
    assert left == blocked
    assert len(left) + len(found.staged) == 120
    assert {each.rows_read for each in found.staged} <= {ROWS}
    assert not any((tmp_path / "work").glob(".*"))
