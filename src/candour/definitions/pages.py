"""A page for each definition and for each contested term, as Markdown, made from data alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from candour.definitions.facets import every_facet
from candour.definitions.model import AGREEMENT_MEANS, Definition, Example, heading
from candour.definitions.published import all_versions, order, whole_catalogue
from candour.definitions.settings import settings_text
from candour.definitions.standing import rests_on_general_knowledge, standings
from candour.definitions.tables import Case, Table, tables
from candour.definitions.terms import STANCE_MEANS, Position, Term, terms
from candour.definitions.words import rule_in_words

OUTCOME = {"in": "in", "out": "out", "cannot-tell": "cannot tell"}
_MADE = "<!-- Made by `python -m candour.definitions.derive`; change the catalogue instead. -->"
_CARE = """\
*This page speaks of deaths and of people who nearly died. Everyone in its examples is invented.
Nobody watches it for messages: if you need somebody to talk to, Samaritans answer day and night on
116 123; where a life is in danger, call 999.*"""


def pages() -> dict[str, str]:
    """Every page by the name of its file, each ending in one line feed."""
    made = {f"{d.id}.md": _page(d) for d in whole_catalogue().values()}
    return made | {f"{term.id}.md": _term_page(term) for term in terms().values()}


def _page(d: Definition) -> str:
    blocks = [f"# {d.title}", _MADE, _CARE, d.plain, _facts(d)]
    standing = standings()[d.id]
    blocks += ["## As one would tell it to a family", standing.family]
    blocks += ["## Rule", _rule(d), d.technical, *_facets_needed(d)]
    if d.settings:
        blocks.append(_settings(d))
    blocks += _listed("## What this version does not compute", d.leaves_out)
    blocks += _listed("## Unverified: our reading, not read in the source", d.unverified)
    blocks += ["## Who says what", _positions(d, standing.positions)]
    blocks += ["## Used by", "\n".join(f"- {user}" for user in standing.used_by)]
    blocks += ["## Examples", _examples(d.examples)]
    blocks += ["Easily taken for the above, and answered with care:", _examples(d.near_misses)]
    blocks += [_worked(table, d) for table in tables() if table.columns_of(d.id)]
    blocks.append(_versions(d))
    return "\n\n".join(blocks) + "\n"


def _facts(d: Definition) -> str:
    lines = [f"- Id and version: `{d.ref}`", f"- Owner: {d.owner}", f"- Source: {d.source}"]
    if d.source_url:
        lines.append(f"- Address: <{d.source_url}>")
    lines.append(f"- Valid: from {d.valid_from}" + (f" to {d.valid_to}" if d.valid_to else ""))
    lines.append(f"- Agreement: {d.agreement} ({AGREEMENT_MEANS[d.agreement]})")
    period = d.period.in_words() if d.period else "no period stated"
    lines.append(f"- Place and period: {d.place}; {period}")
    if d.borrowed_from:
        lines.append(f"- Borrowed from: {d.borrowed_from.body}")
        lines.append(f"- Heading when used elsewhere: {heading(d)}")
    if rests_on_general_knowledge(d.id):
        lines.append("- **Unverified:** its source was not read; it stands as known in the field")
    if d.term:
        lines.append(f"- One variant of a contested term: [{terms()[d.term].title}]({d.term}.md)")
    return "\n".join(lines)


def _rule(d: Definition) -> str:
    what = "death" if d.counts == "death" else "event"
    first, *parts = rule_in_words(d.rule)
    if not parts:
        return f"The {what} is in if {first}."
    return "\n".join([f"The {what} is in if {first}", "", *parts])


def _facets_needed(d: Definition) -> Iterator[str]:
    yield f"Facts needed: {', '.join(d.needs)} ([what each means](../definitions.md))."
    missing = [every_facet()[name] for name in d.needs if every_facet()[name].not_held]
    if missing:
        yield "\n".join(
            f"- No run holds `{facet.name}`: {facet.not_held}. What turns on it is answered "
            "*cannot tell*."
            for facet in missing
        )


def _settings(d: Definition) -> str:
    lines = [f"Settings (as they stand: {settings_text(d)}):", ""]
    for name, kind in d.settings.items():
        lines.append(f"- `{name}`: {kind.plain} Give {kind.allowed}; {kind.default} if not given.")
        if kind.type == "choice":
            lines += [f"  - `{word}`: {meaning}" for word, meaning in kind.choices.items()]
    return "\n".join(lines)


def _listed(title: str, items: Sequence[str]) -> list[str]:
    return [title, "\n".join(f"- {item}" for item in items)] if items else []


def _positions(d: Definition, positions: Sequence[Position]) -> str:
    if not positions:
        return "No body's position on this wording was found."
    return _position_table(positions)


def _position_table(positions: Sequence[Position]) -> str:
    lines = ["| body | position | in our words | source, and what of it was read |"]
    lines.append("| --- | --- | --- | --- |")
    for p in positions:
        read = {
            "source": "",
            "description": " (read as others describe it)",
            "general knowledge": " (not read: known in the field, unverified)",
        }[p.read]
        variant = f" [{p.variant}]({p.variant}.md)" if p.variant else ""
        lines.append(f"| {p.body} | {p.stance} | {p.says}{variant} | {p.source}{read} |")
    return "\n".join(lines)


def _examples(examples: Sequence[Example]) -> str:
    lines = ["| what happened | settings | answer |", "| --- | --- | --- |"]
    for example in examples:
        given = ", ".join(f"{name}={value}" for name, value in example.settings.items())
        lines.append(f"| {example.words} | {given} | {OUTCOME[example.outcome]} |")
    return "\n".join(lines)


def _worked(table: Table, d: Definition) -> str:
    asked = table.columns_of(d.id)
    lines = [f"## Worked cases: {table.title}", "", table.opening, ""]
    lines.append("| " + " | ".join(["case", *table.facts, *asked]) + " |")
    lines.append("| " + " | ".join("---" for _ in ["case", *table.facts, *asked]) + " |")
    for case in table.cases:
        lines += _rows(case, asked)
    return "\n".join(lines)


def _rows(case: Case, asked: Sequence[str]) -> Iterator[str]:
    for number, cells in enumerate(case.cells):
        answers = [OUTCOME[case.expected[c]] if number == 0 else "" for c in asked]
        words = case.words if number == 0 else ""
        yield "| " + " | ".join([words, *cells.values(), *answers]) + " |"


def _versions(d: Definition) -> str:
    held = [other for other in all_versions().values() if other.id == d.id]
    lines = ["## Versions", ""]
    for version in sorted(held, key=lambda one: order(one.version)):
        line = f"- {version.version}, valid from {version.valid_from}"
        if version.change:
            line += f": {version.change.motive} Decided by {version.change.decided_by}"
            line += f" on {version.change.decided_on}."
            moved = version.change.dual_run
            if moved:
                line += f" It moved {moved.moved} of {moved.deaths} deaths in the dual run."
        lines.append(line)
    return "\n".join(lines)


def _term_page(term: Term) -> str:
    blocks = [f"# {term.title}", _MADE, _CARE]
    if term.restricted:
        blocks.append(f"*{term.restricted}*")
    blocks += [term.plain]
    facts = [
        f"- Status: {term.status}",
        f"- Owner: {term.owner}",
        f"- Asked for by: {term.asked_for_by}",
        f"- Look again by {term.watch}: {term.watch_for}",
        f"- Rule here: {term.rule}",
    ]
    blocks.append("\n".join(facts))
    used = {p.stance for p in term.positions}
    meanings = "; ".join(f"*{s}* {m}" for s, m in STANCE_MEANS.items() if s in used)
    blocks += ["## Who says what", _position_table(term.positions), f"{meanings}."]
    if term.axes:
        rows = ["| question | what it asks | fields of the data set | today |"]
        rows.append("| --- | --- | --- | --- |")
        for axis in term.axes:
            fields = ", ".join(f"`{field}`" for field in axis.fields)
            rows.append(f"| {axis.name} | {axis.asks} | {fields} | {axis.held} |")
        blocks += ["## The questions that it mixes", "\n".join(rows)]
    variants = [d for d in whole_catalogue().values() if d.term == term.id]
    if variants:
        rows = [f"- [{d.id}]({d.id}.md): {d.title} ({d.owner})" for d in variants]
        blocks += ["## Variants that can be counted", "\n".join(rows)]
    return "\n\n".join(blocks) + "\n"
