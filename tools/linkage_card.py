"""Writes the card of the linkage model: docs/generated/linkage-model.md.

    python tools/linkage_card.py              measure anew and write it: half a minute
    python tools/linkage_card.py --check      change nothing; end with 1 if it is not fresh

Everything in it is measured, on the lists of an invented nation of 100,000 people that were spoiled
in ways on which the weights were not trained.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from linkage_measured import FIELDS, LEAST_OF_A_GROUP, Measured, Told, measure

from candour.pipeline.link.blocking import RULES
from candour.pipeline.link.model import KINDS, stored
from candour.synthetic.noise import PROFILES

PEOPLE, SEED = 100_000, 4242
PAGE = Path(__file__).resolve().parents[1] / "docs" / "generated" / "linkage-model.md"

_WAYS = {
    "typed": "entered at a keyboard in a hurry",
    "heard": "taken by telephone",
    "copied": "copied from paper",
}

_HEAD = """\
# The linkage model: what it is, how often it errs, and what it must not be used for

This page is written by `python tools/linkage_card.py` from what it measures; a test holds it to
that. Everybody in these measurements is invented.

## What it is for

Different lists name the same person: a trust's caseload, the register of deaths, an incident
report. Exact rules join what an NHS number and a second fact, or a name and both dates, make
certain. What they leave is compared by this model, pair by pair. From a probability of {match} a
pair is taken for one person; from {review} it is shown to a person, who decides; below that the two
stay two. A person's decision outranks the model in every later run, and can be taken back.

## What it must not be used for

- To decide anything about somebody who is alive: care, benefits, immigration, policing, insurance.
- To publish who died. A match is a reason to look, not a finding about a person.
- To join without people: the pairs that it leaves to somebody are there to be decided.
- To count a group by how many of it were found, without the table of errors below beside it.
- On lists of a kind that it was never held against (names not written in Latin letters, dates that
  are no dates of birth) before somebody has measured it there: `candour link --train` learns from
  such lists, and does not tell how well.

## What it knows

It weighs {kinds}. How often one person's two records agree in each of them was learned from lists
that were *{trained}* ({way}): {true:,} pairs of one person among {people:,} people, seed {seed}, on
{on}, by `{command}`. How often strangers agree, how common a name is, and how many pairs are one
person at all is told anew from the lists that are linked.

Never all pairs are compared where lists are long. {rules} rules say which are; the cheapest are
taken as long as there are few enough pairs, and what they do not bring together cannot be found.
"""

_LIMITS = """
## What these figures do not tell

- They are of invented people. Real lists have errors that nobody has thought of.
- Names here do not differ by ethnicity, since nobody's real names were used. So the figures by
  ethnicity show only what chance does. Real names of some communities are spelled in more ways and
  shared by more people, and errors there are known to be more frequent: it has to be measured on
  real lists, by those who may hold them.
- A group with fewer than {least} pairs is not called the worst: its error is mostly chance.
"""


def measured() -> list[Measured]:
    """The measurements of the card: every profile but the one that was trained on."""
    trained_on = stored().training["noise_profile"]
    return [measure(PEOPLE, SEED, name) for name in PROFILES if name != trained_on]


def page(found: Sequence[Measured]) -> str:
    """The card as Markdown."""
    model = stored()
    told = model.training
    kinds = [kind.name.replace("_", " ").replace("nhs", "NHS") for kind in KINDS]
    parts = [
        _HEAD.format(
            match=model.match,
            review=model.review,
            kinds=", ".join(kinds[:-1]) + " and further keys that both lists hold",
            trained=told["noise_profile"],
            way=_WAYS[told["noise_profile"]],
            true=told["true_pairs"],
            people=told["people"],
            seed=told["seed"],
            on=told["trained_on"],
            command=told["command"],
            rules=len(RULES) + 1,
        )
    ]
    parts += [_section(m) for m in found]
    parts.append(_LIMITS.format(least=LEAST_OF_A_GROUP))
    return "".join(parts)


def _section(m: Measured) -> str:
    whole, (name, worst) = m.whole, m.worst
    lines = [
        f"\n## On lists that were *{m.profile}* ({_WAYS[m.profile]})\n",
        f"{m.people:,} people in contact with services, {m.deaths:,} registered deaths, and "
        f"reports from providers: {whole.true:,} pairs are of one person. Compared by "
        f"{', '.join(f.replace('_', ' ').replace('nhs', 'NHS') for f in FIELDS)}.\n",
        f"- Of {whole.matched + whole.wrongly_matched:,} matches {whole.wrongly_matched} join two "
        f"people: precision {whole.precision:.5f}.",
        f"- {whole.recall:.2%} of the pairs are matched; with those left to a person "
        f"{whole.recall_with_review:.2%} are found.",
        f"- {m.review} pairs are left to a person ({m.review / m.deaths:.2%} of the deaths); "
        f"{whole.to_review} of them are one person.",
        f"- Blocking brings {m.in_reach / whole.true:.2%} of the pairs together: more cannot be "
        "found.",
        f"- The worst group is *{name}*: {worst.recall_with_review:.2%} found, "
        f"{worst.recall:.2%} matched.\n",
        "| group | pairs | matched | found with review | matches that join two people |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [_line(group, told) for group, told in sorted(m.groups.items())]
    return "\n".join(lines) + "\n"


def _line(group: str, told: Told) -> str:
    return (
        f"| {group} | {told.true:,} | {told.recall:.2%} | {told.recall_with_review:.2%} "
        f"| {told.wrongly_matched} |"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the card, or see whether it is fresh."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args(arguments)
    text = page(measured())
    if asked.check:
        fresh = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text
        print("The card is fresh." if fresh else "The card is not fresh: write it anew.")
        return 0 if fresh else 1
    PAGE.write_text(text, encoding="utf-8")
    print(f"Written: {PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
