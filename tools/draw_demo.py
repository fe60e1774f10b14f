"""Draws docs/pictures/demo.svg from a real result of `./run demo`.

The picture is for readers of the README: it can be read aloud (title, description, and all words as
text), printed in grey, and needs no font of its own. Nothing in it is typed by hand but the labels:
every figure comes from the JSON document of the demo.

    draw_demo.py                  run the demo in a folder of its own and write the picture
    draw_demo.py --check          exit 1 where the picture in docs is not what would be drawn
    draw_demo.py --from FILE ...  draw what `candour demo --format json` once wrote into FILE
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "pictures" / "demo.svg"

WIDTH, MARGIN = 880, 24
BAR_LEFT, BAR_RIGHT = 376, 646
IN, CANNOT_TELL, OUT = 706, 790, WIDTH - MARGIN
ROW, LINE = 50, 20
INK, QUIET, PALE = "#1b2733", "#46525e", "#e9edf0"
LABELS = {
    "inpatient": "died during a stay in a mental health hospital",
    "post-discharge": "died within {window} of leaving one",
    "hssib-2025": "as if HSSIB's: during a stay, or within 30 days",
    "lampard-2024": "as if Lampard's: a stay, or three months after",
}

LISTS = {
    "registration": "the register of deaths",
    "epr": "patient record",
    "incidents": "incident system",
}
"""What kinds of source are called to a reader."""

Row = Mapping[str, Any]


class Sheet:
    """Lines of SVG, and how far down the sheet they have come."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.y = MARGIN

    def text(
        self, x: float, y: float, words: str, *, size: int = 15, bold: bool = False,
        colour: str = INK, anchor: str = "start",
    ) -> None:  # fmt: skip
        """Words with their baseline at y."""
        weight = ' font-weight="bold"' if bold else ""
        placed = f' text-anchor="{anchor}"' if anchor != "start" else ""
        self.lines.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}"{weight}{placed}>'
            f"{escape(words)}</text>"
        )

    def box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """A rectangle with a line around it, so that it shows in print."""
        self.lines.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
            f'fill="{fill}" stroke="{INK}" stroke-width="1"/>'
        )

    def rule(self) -> None:
        """A thin line across the sheet."""
        self.lines.append(
            f'<path d="M{MARGIN} {self.y:g}H{WIDTH - MARGIN}" stroke="{QUIET}" stroke-width="1"/>'
        )

    def open(self, **attributes: str) -> None:
        """Begin a group."""
        said = "".join(f" {n.replace('_', '-')}={quoteattr(v)}" for n, v in attributes.items())
        self.lines.append(f"<g{said}>")

    def close(self) -> None:
        """End a group."""
        self.lines.append("</g>")


def picture(said: Row) -> str:
    """The picture of one demo, from the document that `candour demo --format json` prints."""
    counts, definitions = said["counts"], said["definitions"]
    sheet = Sheet()
    title = (
        f"{counts['deaths']} deaths in an invented nation, under {_kinds(definitions)} definitions"
    )
    sheet.y += 20
    sheet.text(MARGIN, sheet.y, title, size=22, bold=True)
    sheet.y += 28
    sheet.text(MARGIN, sheet.y, _came_in(counts), colour=QUIET)
    sheet.y += 36
    _heading(sheet)
    for row in definitions:
        _counted(sheet, row)
    sheet.rule()
    sheet.y += 40
    sheet.text(MARGIN, sheet.y, "Three deaths of which no list alone tells the whole", size=18,
               bold=True)  # fmt: skip
    sheet.y += 14
    for row in said["ledger"]:
        _known(sheet, row)
    sheet.rule()
    sheet.y += 28
    sheet.text(MARGIN, sheet.y, "Invented data: nobody in it has lived. Made by ./run demo. True "
               "figures, not for publication.", size=14, colour=QUIET)  # fmt: skip
    return _framed(sheet, title, _aloud(said))


def _kinds(definitions: Sequence[Row]) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[len({row["definition"] for row in definitions})]


def _came_in(counts: Row) -> str:
    return (
        f"{counts['submissions'] - counts['left_out']} extracts, {counts['rows_in']:,} rows: "
        f"{counts['people']:,} people, {counts['stays']:,} stays, {counts['deaths']} deaths, "
        f"{counts['conflicts']} conflicts between sources."
    )


def _heading(sheet: Sheet) -> None:
    y = sheet.y
    sheet.text(MARGIN, y, "Definition", size=14, bold=True)
    sheet.text(BAR_LEFT, y, "in, cannot tell, and out of all deaths", size=14, bold=True)
    for x, words in ((IN, "in"), (CANNOT_TELL, "cannot tell"), (OUT, "out")):
        sheet.text(x, y, words, size=14, bold=True, anchor="end")
    sheet.y += 10


def _counted(sheet: Sheet, row: Row) -> None:
    sheet.rule()
    sheet.open(data_definition=row["definition"], data_window=row["window"])
    sheet.text(MARGIN, sheet.y + 21, row["definition"], bold=True)
    sheet.text(MARGIN, sheet.y + 40, _label(row), size=14, colour=QUIET)
    parts = ((row["in"], INK), (row["cannot tell"], "url(#hatched)"), (row["out"], PALE))
    whole = sum(many for many, _ in parts) or 1
    x = float(BAR_LEFT)
    for many, fill in parts:
        width = round((BAR_RIGHT - BAR_LEFT) * many / whole, 1)
        if width:
            sheet.box(x, sheet.y + 15, width, 20, fill)
        x += width
    for x_end, key in ((IN, "in"), (CANNOT_TELL, "cannot tell"), (OUT, "out")):
        sheet.text(x_end, sheet.y + 31, str(row[key]), size=16, bold=key == "in", anchor="end")
    sheet.close()
    sheet.y += ROW


def _label(row: Row) -> str:
    name = row["definition"].partition("@")[0]
    return LABELS.get(name, row["window"]).format(window=row["window"])


def _known(sheet: Sheet, row: Row) -> None:
    sheet.open(data_death=row["death"])
    sheet.y += 12
    sheet.text(MARGIN, sheet.y + 10, f"Died {row['died']}", bold=True)
    lines = [
        *textwrap.wrap(_who_knows(row), 96),
        *textwrap.wrap(f"Why it matters: {row['why it matters']}.", 96),
    ]
    for line in lines:
        sheet.text(170, sheet.y + 10, line)
        sheet.y += LINE
    sheet.y += 6
    sheet.close()


def _who_knows(row: Row) -> str:
    known = f"Known to {_lists(row['known to'])}"
    if row["not known to"].startswith("nobody"):
        return f"{known}: every list that holds this person."
    return f"{known}; not known to {_lists(row['not known to'], 'or')}."


def _lists(names: str, joined_by: str = "and") -> str:
    """``ZQ3 epr, registration`` as a reader would say it."""
    said = []
    for name in names.split(", "):
        owner, _, kind = name.rpartition(" ")
        said.append(f"{owner}'s {LISTS.get(kind, kind)}" if owner else LISTS.get(kind, kind))
    return f" {joined_by} ".join(said)


def _aloud(said: Row) -> str:
    """The picture in sentences, for who hears it."""
    told = [
        f"{row['definition']}, {_label(row)}: "
        f"{row['in']} in, {row['cannot tell']} cannot tell, {row['out']} out."
        for row in said["definitions"]
    ]
    known = [f"A death of {row['died']}. {_who_knows(row)}" for row in said["ledger"]]
    return " ".join(["Invented data.", _came_in(said["counts"]), *told, *known])


def _framed(sheet: Sheet, title: str, aloud: str) -> str:
    height = sheet.y + MARGIN
    body = "\n".join(sheet.lines)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:g}" \
viewBox="0 0 {WIDTH} {height:g}" role="img" aria-labelledby="title desc" \
font-family="Arial, Helvetica, sans-serif">
<title id="title">{escape(title)}</title>
<desc id="desc">{escape(aloud)}</desc>
<defs>
<pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" \
patternTransform="rotate(45)">
<rect width="6" height="6" fill="#ffffff"/><path d="M0 0V6" stroke="{INK}" stroke-width="3"/>
</pattern>
</defs>
<rect width="{WIDTH}" height="{height:g}" fill="#ffffff"/>
{body}
</svg>
"""


def made() -> Row:
    """The document of a demo that is run now, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="candour-") as folder:
        words = ["-m", "candour", "demo", "--out", str(Path(folder, "demo")), "--format", "json"]
        done = subprocess.run(  # noqa: S603 - our own program, in words written here
            [sys.executable, *words], capture_output=True, text=True, check=True, cwd=ROOT / "src"
        )
    found: Row = json.loads(done.stdout)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, or say whether the picture is stale."""
    parser = argparse.ArgumentParser(description="Draw docs/pictures/demo.svg.")
    parser.add_argument("--check", action="store_true", help="only say whether it is stale")
    parser.add_argument("--from", dest="source", type=Path, metavar="FILE", help="a demo's JSON")
    parser.add_argument("--to", type=Path, default=PICTURE, metavar="FILE", help="where to write")
    args = parser.parse_args(arguments)
    said = json.loads(args.source.read_text(encoding="utf-8")) if args.source else made()
    drawn = picture(said)
    if args.check:
        if args.to.is_file() and args.to.read_text(encoding="utf-8") == drawn:
            return 0
        print(f"{args.to.name} is stale. Draw it again: tools/draw_demo.py", file=sys.stderr)
        return 1
    args.to.parent.mkdir(parents=True, exist_ok=True)
    args.to.write_text(drawn, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
