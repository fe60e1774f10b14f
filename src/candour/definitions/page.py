"""The page of definitions as Markdown, made from the catalogue alone."""

from __future__ import annotations

from collections.abc import Sequence

from candour.definitions.facets import facets
from candour.definitions.model import (
    AGREEMENT_MEANS,
    Definition,
    Example,
    heading,
)
from candour.definitions.published import catalogue
from candour.definitions.settings import settings_text
from candour.definitions.words import rule_in_words

_OUTCOME = {"in": "in", "out": "out", "cannot-tell": "cannot tell"}
_NULL = {
    "never": "never empty",
    "not-known": "not known",
    "none-if-stays-known": "there was none, if stays_known is yes; else not known",
    "nothing-assumed": "nothing of the kind is assumed",
}

_OPENING = """\
# Definitions

<!-- Made by `python -m candour.definitions.derive` from the catalogue; change that instead. -->

Behind each count stands a person who died. These are the ways in which Candour counts, each with
its owner, its source, its rule and how far it is agreed. Every answer is *in*, *out* or *cannot
tell*; what is missing is never taken for "no". The people in the examples are invented.

A death is looked at in each way that the world may have been, given what is known (a scenario): in
means in under all of them, out means out under all, and anything else cannot be told. Days are
whole civil days in Europe/London; day 0 is the day of discharge itself. Months are calendar months,
and a month too short for the day ends the window on its own last day.

How far a definition is agreed:
"""


def page() -> str:
    """The whole page, ending in one line feed."""
    shelf = catalogue()
    blocks = [_OPENING + "\n" + "\n".join(f"- {k}: {v}." for k, v in AGREEMENT_MEANS.items())]
    blocks.append(_contents(list(shelf.values())))
    blocks += [_definition(definition) for definition in shelf.values()]
    blocks.append(_facets())
    return "\n\n".join(blocks) + "\n"


def _contents(shelf: Sequence[Definition]) -> str:
    rows = ["| id | version | in a few words | agreement |", "| --- | --- | --- | --- |"]
    for d in shelf:
        rows.append(f"| [{d.id}](#{d.id}) | {d.version} | {d.title} | {d.agreement} |")
    return "\n".join(rows)


def _definition(d: Definition) -> str:
    lines = [f"## {d.id}", "", f"**{d.title}** (version {d.version})", "", d.plain, ""]
    lines += [f"- Owner: {d.owner}", f"- Source: {d.source}"]
    if d.source_url:
        lines.append(f"- Address: <{d.source_url}>")
    lines.append(f"- Valid: from {d.valid_from}" + (f" to {d.valid_to}" if d.valid_to else ""))
    lines.append(f"- Agreement: {d.agreement} ({AGREEMENT_MEANS[d.agreement]})")
    period = d.period.in_words() if d.period else "no period stated"
    lines.append(f"- Place and period: {d.place}; {period}")
    if d.borrowed_from:
        lines.append(f"- Borrowed from: {d.borrowed_from.body}")
        lines.append(f"- Heading when used elsewhere: {heading(d)}")
    first, *parts = rule_in_words(d.rule)
    lines += (
        ["", f"The death is in if {first}", "", *parts]
        if parts
        else [
            "",
            f"The death is in if {first}.",
        ]
    )
    lines += ["", d.technical, ""]
    lines.append(f"Facts needed: {', '.join(d.needs)}.")
    lines += _settings(d)
    lines += _listed("Not computed in this version:", d.leaves_out)
    lines += _listed("Our reading, not read in the source:", d.unverified)
    lines += ["", "Examples:", "", *_examples(d, d.examples)]
    lines += ["", "Easily taken for the above, and answered with care:", ""]
    lines += _examples(d, d.near_misses)
    return "\n".join(lines)


def _settings(d: Definition) -> list[str]:
    lines = ["", f"Settings (as they stand: {settings_text(d)}):", ""] if d.settings else []
    for name, kind in d.settings.items():
        lines.append(f"- `{name}`: {kind.plain} Give {kind.allowed}; {kind.default} if not given.")
        if kind.type == "choice":
            lines += [f"  - `{word}`: {meaning}" for word, meaning in kind.choices.items()]
    return lines


def _listed(title: str, items: Sequence[str]) -> list[str]:
    return ["", title, "", *(f"- {item}" for item in items)] if items else []


def _examples(d: Definition, examples: Sequence[Example]) -> list[str]:
    lines = ["| what happened | settings | answer |", "| --- | --- | --- |"]
    for example in examples:
        given = ", ".join(f"{name}={value}" for name, value in example.settings.items())
        lines.append(f"| {example.words} | {given} | {_OUTCOME[example.outcome]} |")
    return lines


def _facets() -> str:
    lines = ["## The facts that rules rest on", ""]
    lines += ["| fact | meaning | an empty cell means |", "| --- | --- | --- |"]
    for facet in facets().values():
        empty = _NULL[facet.null_means]
        if facet.no_needs_stays_known:
            empty += '; a "no" counts only if stays_known is yes'
        lines.append(f"| {facet.name} | {facet.meaning} | {empty} |")
    return "\n".join(lines)
