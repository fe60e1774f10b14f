"""A figure: picture, sentence and table, which never part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_STYLE = """\
body{font-family:Arial,Helvetica,sans-serif;line-height:1.45;color:#1b2733;margin:1rem auto;\
max-width:40rem;padding:0 .75rem}
h1{font-size:1.6rem;line-height:1.2}.said{font-size:1.15rem}
figure{margin:0 -.75rem}svg{display:block;width:100%;height:auto;max-width:36rem}
tbody th{font-weight:normal}.short{white-space:nowrap}
.table{overflow-x:auto}
table{border-collapse:collapse;margin-top:1rem}
caption{text-align:left;font-weight:bold;padding-bottom:.4rem}
th,td{padding:.2rem .7rem .2rem 0;text-align:left;border-bottom:1px solid #c3cbd3;\
vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
@media print{body{max-width:none;margin:0}svg{max-width:14cm}tr{break-inside:avoid}\
thead{display:table-header-group}.table{overflow:visible}}"""


def _short(cell: str) -> str:
    """Dates and codes stay on one line; names may be folded."""
    return "short" if len(cell) < 13 else ""


@dataclass(frozen=True)
class Figure:
    """What a reader gets. ``rows`` are texts under ``columns``; ``notes`` are said beneath.

    ``svg`` stands alone. ``bare`` is the same picture for a page that says title, sentence and
    notes in words of its own.
    """

    title: str
    sentence: str
    svg: str
    bare: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]
    table: str = "The figures"

    def page(self) -> str:
        """A page of its own: readable without scripts, in print and on a narrow screen."""
        numeric = [
            all(row[at].replace(",", "").replace(".", "").lstrip("-").isdigit() or not row[at]
                for row in self.rows)
            for at in range(len(self.columns))
        ]  # fmt: skip
        sides = ['class="n"' if each else "" for each in numeric]
        head = "".join(
            f'<th scope="col" {side}>{escape(name)}</th>'
            for name, side in zip(self.columns, sides, strict=True)
        )
        body = "\n".join(
            "<tr>"
            + "".join(
                f"<td {side}>{escape(cell)}</td>"
                if at
                else f'<th scope="row" class="{_short(cell)}">{escape(cell)}</th>'
                for at, (cell, side) in enumerate(zip(row, sides, strict=True))
            )
            + "</tr>"
            for row in self.rows
        )
        notes = "".join(f"<li>{escape(each)}</li>" for each in self.notes)
        return f"""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(self.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{escape(self.title)}</h1>
<p class="said">{escape(self.sentence)}</p>
<figure>
{self.bare}</figure>
<h2>To bear in mind</h2>
<ul>{notes}</ul>
<div class="table" tabindex="0" role="region" aria-label="{escape(self.table)}">
<table>
<caption>{escape(self.table)}</caption>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
</div>
<p><strong>True figures, not for publication.</strong></p>
</main>
</body>
</html>
"""
