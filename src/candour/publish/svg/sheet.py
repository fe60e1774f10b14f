"""Lines of SVG: shapes and words on a sheet 360 units wide.

At that width every word is 14 units high or more, so that on a screen of 320 pixels it stays above
12. Shapes carry what colour carries; colours are dark enough for print in grey.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

WIDTH, MARGIN = 360.0, 12.0
SIZE, SMALL, LARGE = 15.0, 14.0, 18.0
LINE = 1.3
INK, QUIET, FAINT, PAPER = "#1b2733", "#46525e", "#c3cbd3", "#ffffff"
BLUE, ORANGE, PURPLE = "#004f9f", "#a84300", "#5b2a86"
FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"


_NARROW, _WIDE = frozenset("ijltfrI.,:;'|!()[] "), frozenset("mwMW%—")


def width_of(text: str) -> float:
    """How wide words are in Arial, in units of their size, and never less than that."""
    return sum(
        0.32 if each in _NARROW else 0.9 if each in _WIDE else 0.7 if each.isupper() else 0.56
        for each in text
    )


def wrapped(text: str, width: float) -> list[str]:
    """The text in lines of at most that width, in units of its size."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


class Sheet:
    """A picture under way: what is drawn, and how far down it has come."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.y = MARGIN

    def words(
        self, text: str, *, size: float = SIZE, bold: bool = False, colour: str = INK
    ) -> None:
        """A paragraph at the margin, wrapped to the sheet; the sheet grows by its lines."""
        for line in wrapped(text, (WIDTH - 2 * MARGIN) / size / (1.08 if bold else 1.0)):
            self.y += size * LINE
            self.text(MARGIN, self.y, line, size=size, bold=bold, colour=colour)

    def heading(self, title: str, sentence: str) -> None:
        """The title and the sentence that a reader takes away."""
        self.words(title, size=LARGE, bold=True)
        self.gap(2)
        self.words(sentence)
        self.gap(4)

    def gap(self, height: float) -> None:
        """Leave room."""
        self.y += height

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = SMALL,
        bold: bool = False,
        colour: str = INK,
        anchor: str = "start",
        halo: bool = False,
    ) -> None:
        """Words with their baseline at y; a halo keeps them readable on lines."""
        extra = ' font-weight="bold"' if bold else ""
        extra += f' text-anchor="{anchor}"' if anchor != "start" else ""
        if halo:
            extra += (
                f' stroke="{PAPER}" stroke-width="4" paint-order="stroke" stroke-linejoin="round"'
            )
        self.lines.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}"{extra}>'
            f"{escape(words)}</text>"
        )

    def path(
        self,
        points: Sequence[tuple[float, float]],
        *,
        colour: str = INK,
        width: float = 1.2,
        dash: str = "",
    ) -> None:
        """A line through points."""
        if len(points) < 2:
            return
        steps = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.lines.append(
            f'<path d="M{steps}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashed}/>'
        )

    def mark(self, x: float, y: float, size: float, shape: str, colour: str, told: str) -> None:
        """A point: ``shape`` is dot, up, down or ring. ``told`` is shown where one points at it."""
        title = f"<title>{escape(told)}</title>" if told else ""
        if shape in ("dot", "ring"):
            inside = PAPER if shape == "ring" else colour
            self.lines.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="{inside}" '
                f'stroke="{colour}" stroke-width="1">{title}</circle>'
            )
            return
        tip, base = (-size, size * 0.8) if shape == "up" else (size, -size * 0.8)
        self.lines.append(
            f'<path d="M{x:.1f} {y + tip:.1f}L{x + size:.1f} {y + base:.1f}L{x - size:.1f} '
            f'{y + base:.1f}Z" fill="{colour}" stroke="{PAPER}" stroke-width="0.8">{title}</path>'
        )

    def whole(
        self, title: str, description: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
    ) -> str:
        """The picture: title, description, what is drawn, and the table for those who listen."""
        height = self.y + MARGIN
        table = [f'<g role="table" aria-label={quoteattr(title)} opacity="0" font-size="1">']
        table += [_row(columns, "columnheader"), *(_row(row, "cell") for row in rows), "</g>"]
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:.0f}" '
                f'width="{WIDTH * 1.5:g}" height="{height * 1.5:.0f}" role="figure" '
                f'aria-labelledby="title description" font-family="{FONT}" '
                'style="max-width:100%;height:auto">',
                f'<title id="title">{escape(title)}</title>',
                f'<desc id="description">{escape(description)}</desc>',
                f'<rect width="{WIDTH:g}" height="{height:.0f}" fill="{PAPER}"/>',
                '<g role="img" aria-labelledby="title description">',
                *self.lines,
                "</g>",
                *table,
                "</svg>\n",
            ]
        )


def _row(cells: Sequence[str], role: str) -> str:
    held = " ".join(f'<tspan role="{role}">{escape(cell)}</tspan>' for cell in cells)
    return f'<text role="row">{held}</text>'
