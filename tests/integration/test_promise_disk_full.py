"""A disk that is full says so in a sentence, and nothing is half-written.

Every write of a command is counted once; then the disk is made full at one of them, and at all that
follow. By default this is tried at the first and at the last write of each line of Candour that
writes (of a run, at the first: a run costs seconds). Where trying them all takes half a minute, the
default is every sixth of those lines and the last ones, and `./run test all` does them all; in
`./run test deep` it is every write there is.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

import pytest
from promise_world import Said, done, say
from writes import Writes, counted, full_from

# The writer of workbooks leaves its files open where it fails; they end with the process.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

FULL = "The disk is full. Make room and try again; nothing was kept.\n"
LENGTH = 64  # characters of the hash of a submission
COMMANDS = {
    "run": ("run", "{at}/in", "--out", "{at}/run"),
    "run anew": ("run", "{at}/in", "--out", "{at}/new", "--store", "{at}/other-store"),
    "workbook": ("validate", "{at}/in/caseload.csv", "--workbook", "{at}/kept.xlsx"),
    "checked": ("validate", "{at}/in/caseload.csv", "{at}/in/registrations.csv"),
    "answer": ("count", "{at}/run", "--definition", "inpatient", "--out", "{at}/kept.csv"),
    "draft": ("layouts", "new", "{at}/in/caseload.csv", "--out", "{at}/drafts"),
    "withdrawal": (
        *("withdraw", "{hash}", "--reason", "x", "--by", "y"),
        *("--store", "{at}/candour-store"),
    ),
}


@pytest.fixture
def place(small_run, tmp_path, monkeypatch):
    """A run with its extracts, its store and two files that commands replace; scratch beside it."""
    at = tmp_path / "place"
    shutil.copytree(small_run, at)
    for name in ("kept.xlsx", "kept.csv"):
        (at / name).write_text("earlier", encoding="utf-8")
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    return at


def everything(place: Path) -> dict[str, str]:
    """Every file and folder of a place and of the scratch beside it, with the hash of its bytes."""
    return {
        str(path.relative_to(place.parent)): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        )
        for path in sorted(place.parent.rglob("*"))
    }


def words_of(name: str, place: Path) -> list[str]:
    names = {path.stem for path in (place / "candour-store").iterdir()}
    digest = min(name for name in names if len(name) == LENGTH)
    return [word.format(at=place, hash=digest) for word in COMMANDS[name]]


def writes_of(name: str, place: Path) -> list[str]:
    """What a command writes where nothing stands in its way: the line that asked, by write."""
    writes = Writes([place.parent], lambda number: None)
    with counted(writes):
        done(*words_of(name, place))
    return writes.sites


def said_when_full(name: str, place: Path, at: int, last: int | None = None) -> Said:
    with counted(Writes([place.parent], full_from(at, last))):
        return say(*words_of(name, place))


def refused_and_untouched(said: Said, place: Path, before: dict[str, str]) -> bool:
    """Whether a command said that the disk is full and left all as it was. Bytes that were received
    whole may stay in the store: the run after it takes them from there."""
    after = everything(place)
    new = {name for name in after if name not in before}
    stored = {name for name in new if len(Path(name).name) == LENGTH or name.endswith("-store")}
    changed = {name for name, content in before.items() if after.get(name) != content}
    return (said.code, said.out, changed, new - stored) == (1, "", set(), set()) and (
        said.err.endswith(FULL)
    )


@pytest.fixture(scope="session")
def sites(small_run, tmp_path_factory):
    """Of each command the lines that write, by number of the write."""
    found: dict[str, list[str]] = {}

    def of(name: str) -> list[str]:
        if name not in found:
            at = tmp_path_factory.mktemp("sites") / "place"
            shutil.copytree(small_run, at)
            (at.parent / "scratch").mkdir()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(tempfile, "tempdir", str(at.parent / "scratch"))
                found[name] = writes_of(name, at)
        return found[name]

    return of


ALL_OR_NOTHING = [name for name in COMMANDS if name != "withdrawal"]
"""What is to be taken away is gone even where the disk is full: a withdrawal is tried below."""


EVERY = pytest.param("every line", marks=pytest.mark.soak)


def some(numbers: list[int], which: str) -> list[int]:
    """Every number; or, where that takes long, every sixth of them and the last three."""
    return numbers if which == "every line" else sorted({*numbers[::6], *numbers[-3:]})


@pytest.mark.parametrize(
    ("name", "which"),
    [
        *((name, "every line") for name in ("workbook", "checked", "answer")),
        ("draft", "some lines"),
        pytest.param("draft", "every line", marks=pytest.mark.soak),
    ],
)
def test_whatever_line_meets_a_full_disk_all_is_as_before(place, sites, name, which):
    lines = sites(name)
    before = everything(place)
    first = {line: n for n, line in reversed([*enumerate(lines, start=1)])}
    last = {line: n for n, line in enumerate(lines, start=1)}

    wrong = [
        (n, lines[n - 1], said.err)
        for n in some(sorted({*first.values(), *last.values()}), which)
        if not refused_and_untouched(said := said_when_full(name, place, n), place, before)
    ]

    assert len(first) >= 5
    assert wrong == []


@pytest.mark.parametrize("which", ["some lines", EVERY])
def test_whatever_line_of_a_run_meets_a_full_disk_the_earlier_run_stays(place, sites, which):
    lines = sites("run")
    before = everything(place)
    first = {line: n for n, line in reversed([*enumerate(lines, start=1)])}

    wrong = [
        (n, lines[n - 1], said.err)
        for n in some(sorted(first.values()), which)
        # The last two renames put the new run in the old one's place: undone by another rename.
        for last in (n if n > len(lines) - 2 else None,)
        if not refused_and_untouched(said := said_when_full("run", place, n, last), place, before)
    ]

    assert len(first) >= 15
    assert wrong == []


@pytest.mark.parametrize("name", ["workbook", "checked", "answer"])
def test_a_write_that_fails_once_is_not_passed_over(place, sites, name):
    lines = sites(name)
    first = {line: n for n, line in reversed([*enumerate(lines, start=1)])}
    whole = done(*words_of(name, place)).out, everything(place)

    for line, n in first.items():
        said = said_when_full(name, place, n, last=n)

        # What could go another way gives the whole answer; all else is refused.
        assert said.code == 1 or (said.out, everything(place)) == whole, line


def test_a_withdrawal_that_meets_a_full_disk_is_ended_by_the_next(small_run, tmp_path, sites):
    ends = []
    for at in range(1, len(sites("withdrawal")) + 1):
        place = tmp_path / str(at) / "place"
        shutil.copytree(small_run, place)
        said = said_when_full("withdrawal", place, at)
        again = done(*words_of("withdrawal", place))
        left = {path.name for path in (place / "candour-store").iterdir()}
        marks = (place / "run" / "withdrawn.json").is_file()
        ends.append((said.code, len(left), marks, again.code))

    assert len(ends) >= 5
    assert set(ends) == {(1, len(left), True, 0)}


@pytest.mark.deep
@pytest.mark.parametrize("name", ALL_OR_NOTHING)
def test_at_whatever_write_a_disk_is_full_all_is_as_before(place, name):
    before, at = everything(place), 0

    wrong = []
    while True:
        at += 1
        said = said_when_full(name, place, at)
        if said.code == 0:
            break
        if not refused_and_untouched(said, place, before):
            wrong.append((at, said.err))

    assert at >= 5
    assert wrong == []
