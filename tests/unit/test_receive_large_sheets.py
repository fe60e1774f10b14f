"""Large sheets: read in a process of its own, which does not stay and which harms nobody else."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

import candour
from candour.pipeline.receive import ahead
from candour.pipeline.receive.workbook import Refusal, open_package, shown, values
from candour.pipeline.receive.workbook.values import ValuesApart

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux keeps a process to a limit of memory"
)
SHEET = "xl/worksheets/sheet1.xml"
SRC = str(Path(candour.__file__).parents[1])


@pytest.fixture
def book(tmp_path):
    def written(cells):
        made = openpyxl.Workbook()
        for place, value in cells.items():
            value, look = value if isinstance(value, tuple) else (value, None)
            made.active[place] = value
            if look:
                made.active[place].number_format = look
        path = tmp_path / "book.xlsx"
        made.save(path)
        return path

    return written


@pytest.fixture
def all_are_large(monkeypatch):
    """Every sheet counts as large; gives the readers that were started."""
    monkeypatch.setattr(values, "LARGE", 0)
    monkeypatch.setattr(ahead, "LARGE", 0)
    started = []
    start = ValuesApart.__init__

    def noted(self, package, sheet):
        started.append(self)
        start(self, package, sheet)

    monkeypatch.setattr(ValuesApart, "__init__", noted)
    return started


def changed(path, name, make):
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    parts[name] = make(parts.get(name, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
    return path


def read(path):
    package = open_package(path)
    return shown(package, package.sheets[0])


def is_there(pid):
    """Whether a process is at work; one that ended and was not asked after yet is not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_process_of_its_own_reads_what_is_read_here(book, monkeypatch):
    path = book(
        {
            "C3": "Head",
            "D3": "O'Brien \N{WHITE SMILING FACE}",
            "C5": (45702.395833333336, "dd/mm/yyyy hh:mm"),
            "D5": (123, "0000000"),
            "C6": True,
            "D7": (60, "dd/mm/yyyy"),
            "F9": "=1+1",
        }
    )
    here = read(path)
    monkeypatch.setattr(values, "LARGE", 0)

    apart = read(path)

    assert [c.to_pylist() for c in apart.columns] == [c.to_pylist() for c in here.columns]
    assert (apart.first_column, apart.structure) == (3, here.structure)
    assert apart.row(5) == ["2025-02-14 09:30:00", "0000123"]


def test_no_value_and_no_path_stands_in_the_words_of_the_process(book, all_are_large):
    path = book({"A1": "Head", "A2": "x"})

    read(path)

    (reader,) = all_are_large
    assert reader._process.args == [
        sys.executable,
        "-P",
        str(Path(values.__file__).with_name("values_apart.py")),
    ]


def _doctype(xml):
    return b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>" + xml.split(b"?>", 1)[-1]


@pytest.mark.parametrize(
    ("part", "make", "code"),
    [
        (SHEET, _doctype, "workbook-not-safe"),
        ("xl/sharedStrings.xml", _doctype, "workbook-not-safe"),
        (SHEET, lambda xml: xml.replace(b'r="A2"', b'r="XFD1048576"'), "workbook-too-large"),
        (SHEET, lambda xml: xml.replace(b"</row>", b"</c>"), "file-not-readable"),
    ],
)
def test_what_is_refused_here_is_refused_there_and_its_reader_ended(
    book, all_are_large, part, make, code
):
    path = changed(book({"A1": "Head", "A2": "x", "B2": "=1"}), part, make)

    with pytest.raises(Refusal) as caught:
        read(path)

    (reader,) = all_are_large
    assert caught.value.code == code
    assert reader._process.returncode is not None
    assert not is_there(reader._process.pid)


def test_a_reader_that_needs_more_memory_than_its_limit_ends_alone(book, monkeypatch):
    # From corner to corner this sheet spans 134 million cells: some gigabytes when laid out.
    path = book({"A1": "x", "DX1048576": "x"})
    package = open_package(path)
    monkeypatch.setattr(values, "MOST_MEMORY", 2 << 30)
    reader = ValuesApart(package, package.sheets[0])

    with contextlib.closing(reader), pytest.raises(Refusal) as caught:
        reader.columns()

    assert caught.value.code == "workbook-too-large"


def test_a_reader_that_the_system_ends_is_no_damage_of_the_workbook(book):
    package = open_package(book({"A1": "x"}))
    reader = ValuesApart(package, package.sheets[0])
    os.kill(reader._process.pid, signal.SIGSTOP)
    os.kill(reader._process.pid, signal.SIGKILL)

    with contextlib.closing(reader), pytest.raises(Refusal) as caught:
        reader.columns()

    assert caught.value.code == "workbook-too-large"


def test_where_no_process_can_read_the_sheet_is_read_here(
    book, all_are_large, tmp_path, monkeypatch
):
    (tmp_path / "fastexcel.py").write_text("raise ImportError", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    found = read(book({"A1": "Head", "A2": "x"}))

    (reader,) = all_are_large
    assert reader._process.returncode == 1
    assert found.row(2) == ["x"]


def test_a_reader_whose_process_was_killed_does_not_read_for_ever(book, tmp_path):
    # A reader of values that never comes to an end stands in for a sheet that takes long.
    (tmp_path / "fastexcel.py").write_text(
        "import time\nclass FastExcelError(Exception): ...\n"
        "def read_excel(path): time.sleep(600)\n",
        encoding="utf-8",
    )
    programme = (
        "import sys, time; from pathlib import Path\n"
        "from candour.pipeline.receive.workbook import open_package, values\n"
        "package = open_package(Path(sys.argv[1]))\n"
        "reader = values.ValuesApart(package, package.sheets[0])\n"
        "print(reader._process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", programme, str(book({"A1": "x"}))],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), SRC))},
    ) as parent:
        pid = int(parent.stdout.readline())
        time.sleep(0.5)
        assert is_there(pid)

        parent.kill()
        parent.wait()

        until = time.monotonic() + 10
        while is_there(pid) and time.monotonic() < until:
            time.sleep(0.05)
        assert not is_there(pid)


@pytest.mark.parametrize("name", ["book.xlsx", "cut off.xlsx", "text.xlsx", "nothing.xlsx"])
def test_only_a_sound_workbook_is_begun_ahead_and_no_fault_is_raised(
    book, all_are_large, tmp_path, name
):
    content = book({"A1": "Head", "A2": "x"}).read_bytes()
    (tmp_path / "cut off.xlsx").write_bytes(content[:900])
    (tmp_path / "text.xlsx").write_text("a,b\n1,2\n", encoding="utf-8")

    with ahead.begun([tmp_path / name]) as reader:
        assert (reader is not None) == (name == "book.xlsx")
        if reader is not None:
            columns, _ = reader.columns()
            assert columns[0].to_pylist() == ["Head", "x"]

    assert all(not is_there(each._process.pid) for each in all_are_large)


def test_several_files_are_not_begun_ahead(book, all_are_large):
    path = book({"A1": "x"})

    with ahead.begun([path, path]) as reader:
        assert reader is None
