"""The page of all definitions as Markdown: what there is, and the facts that rules rest on."""

from __future__ import annotations

from collections.abc import Sequence

from candour.definitions.facets import every_facet
from candour.definitions.model import AGREEMENT_MEANS, Definition
from candour.definitions.published import whole_catalogue
from candour.definitions.terms import Term, terms

NULL_MEANS = {
    "never": "never empty",
    "not-known": "not known",
    "none-if-stays-known": "there was none, if stays_known is yes; else not known",
    "nothing-assumed": "nothing of the kind is assumed",
}

_OPENING = """\
# Definitions

<!-- Made by `python -m candour.definitions.derive` from the catalogue; change that instead. -->

Each definition is one way to count deaths in or after mental health care, or events that people
survived. Its rule is data that a machine runs and a person can read. An answer is *in*, *out* or
*cannot tell*: missing is never "no". Nothing is called agreed that nobody agreed. Each has a page
of its own with its rule, its source, who takes which position, who uses it, worked cases, and an
example as one would tell it to a family.

Days are whole civil days in Europe/London; the day of discharge is day 0. Months are calendar
months, and a month too short for the day ends the window on its own last day.

How far a definition is agreed:
"""

_TERMS = """\
Bodies dispute what these words mean. Nothing is measured under them; where something can be
counted, it is counted under a variant that names whose it is."""


def page() -> str:
    """The whole page, ending in one line feed."""
    shelf = whole_catalogue().values()
    blocks = [_OPENING + "\n" + "\n".join(f"- {k}: {v}." for k, v in AGREEMENT_MEANS.items())]
    blocks.append(_contents("Deaths", [d for d in shelf if d.counts == "death"]))
    blocks.append(
        _contents("Events that people survived", [d for d in shelf if d.counts == "event"])
    )
    blocks.append(_terms(list(terms().values())))
    blocks.append(_facets())
    return "\n\n".join(blocks) + "\n"


def _contents(title: str, shelf: Sequence[Definition]) -> str:
    rows = [
        "| id | version | in a few words | owner | agreement |",
        "| --- | --- | --- | --- | --- |",
    ]
    for d in shelf:
        rows.append(
            f"| [{d.id}](definitions/{d.id}.md) | {d.version} | {d.title} | {d.owner} "
            f"| {d.agreement} |"
        )
    return "\n".join([f"## {title}", "", *rows])


def _terms(shelf: Sequence[Term]) -> str:
    rows = ["| term | status | owner | look again by |", "| --- | --- | --- | --- |"]
    for term in shelf:
        rows.append(
            f"| [{term.title}](definitions/{term.id}.md) | {term.status} | {term.owner} "
            f"| {term.watch} |"
        )
    return "\n".join(["## Contested terms", "", _TERMS, "", *rows])


def _facets() -> str:
    lines = ["## The facts that rules rest on", ""]
    lines += ["| fact | of | meaning | an empty cell means |", "| --- | --- | --- | --- |"]
    for facet in every_facet().values():
        empty = NULL_MEANS[facet.null_means]
        if facet.no_needs_stays_known:
            empty += '; a "no" counts only if stays_known is yes'
        if facet.not_held:
            empty = f"always empty: {facet.not_held}"
        about = "a death" if facet.about == "death" else "an event"
        lines.append(f"| {facet.name} | {about} | {facet.meaning} | {empty} |")
    return "\n".join(lines)
