"""`candour known RUN`: deaths that a provider's lists do not hold and another source does."""

from __future__ import annotations

import argparse
from typing import Any

from candour.cli import asking
from candour.cli.output import DISCLOSURE_NONE, Answer, Section

TOLD_FIRST = (
    "Before anybody calls a family: has the family been told by a person? A record elsewhere is no "
    "sign that they know."
)


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    asking.add_run(parser)
    parser.add_argument(
        "--provider", metavar="CODE", help="as this provider may see it (without: every provider)"
    )
    parser.add_argument(
        "--definition",
        metavar="ID[@VERSION]",
        help="say of each death whether it is in: ID[@VERSION][:NAME=VALUE,...]",
    )
    asking.add_period(parser)


def execute(args: argparse.Namespace) -> Answer:
    """What each list knows, and the deaths known elsewhere."""
    from candour.pipeline.answers.elsewhere import COLUMNS, elsewhere

    run = asking.opened(args.run)
    asked = asking.asked([args.definition], [])[0] if args.definition else None
    found = elsewhere(run, asking.period(args), args.provider, asked)
    sources, deaths = found["sources"], found["deaths"]
    whole = [row for row in sources if row["source"].endswith(", all lists")]
    hidden = sum(row["counted_only"] for row in whole)
    lines = [
        f"{row['provider']}: of {row['people_who_died']} people on its lists who died, its lists "
        f"know {row['known']}; of the {row['not_known']} others, {row['known_elsewhere']} are "
        "known to another source."
        for row in whole
        if args.provider
    ]
    if asked is not None:
        counted = sum(row["outcome"] == "in" for row in deaths)
        unsure = sum(row["outcome"] == "cannot-tell" for row in deaths)
        lines.append(
            f"Of the {len(deaths)} below, {counted} are in under {asked[0].id}"
            + (f", and of {unsure} it cannot be told." if unsure else ".")
        )
    return Answer(
        {**found, "disclosure": DISCLOSURE_NONE},
        title="Known there, not here",
        columns=COLUMNS,
        rows=sources,
        lines=[*lines, TOLD_FIRST],
        sections=[
            Section("Each list", [_source(row) for row in sources if _tells(row)]),
            Section(
                "Deaths known elsewhere",
                [_death(row) for row in deaths],
                if_empty="None that may be shown.",
            ),
        ],
        notes=[
            "days to know: the median of the days from the death until the list learned of it, "
            "where it says when; days to receipt: until the file came to us.",
            "expected: of those not known, the ones that the list is expected to know under a "
            f"rule; candour explain {args.run} DEATH names the rule. Not to know is "
            "no fault by itself.",
            "A list that came before the person died is left aside, and so is one here that tells "
            "of no death and is not expected to.",
            *(
                [f"{hidden} deaths are known only to sources that may not be shown: counted alone."]
                if hidden
                else []
            ),
            *asking.stamp(run),
        ],
        not_for_publication=True,
    )


def _tells(row: dict[str, Any]) -> bool:
    return bool(row["known"] or row["expected"])


def _source(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "list": row["source"],
        "people who died": row["people_who_died"],
        "known": row["known"],
        "not known": row["not_known"],
        "expected": row["expected"],
        "known elsewhere": row["known_elsewhere"],
        "days to know": _number(row["days_to_know"]),
        "days to receipt": _number(row["days_to_receipt"]),
    }


def _number(days: float | None) -> str:
    return "not said" if days is None else f"{days:g}"


def _death(row: dict[str, Any]) -> dict[str, Any]:
    known = [f"{each['source']} ({_when(each)})" for each in row["known_by"]]
    if row["further_sources"]:
        known.append(f"and {row['further_sources']} that may not be shown")
    return {
        "provider": row["provider"],
        "death": row["death_id"],
        "died": row["death_date"] or "not known",
        "not known to": ", ".join(row["lists_here"]),
        "known to": "; ".join(known),
        **({"outcome": row["outcome"].replace("-", " ")} if "outcome" in row else {}),
    }


def _when(known: dict[str, Any]) -> str:
    if known["days_to_know"] is not None:
        return f"{known['days_to_know']} days after"
    return f"on {known['known_on']}" if known["known_on"] else "since when is not said"
