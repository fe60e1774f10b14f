"""The files of ``truth/``: people, stays, deaths, counts, traps and totals."""

from __future__ import annotations

import numpy as np
import polars as pl

from candour.synthetic import extracts_after_death as after
from candour.synthetic import writing
from candour.synthetic.draws import Ints
from candour.synthetic.extracts_epr import client_ids, clients
from candour.synthetic.extracts_events import (
    deaths_naming_nobody,
    near_misses_as_events,
    near_misses_on_the_log,
)
from candour.synthetic.extracts_flow import restraints_and_harm
from candour.synthetic.extracts_incidents import is_kind, reports
from candour.synthetic.extracts_registration import (
    in_national_register,
    registration_ids,
    stranger_ids,
)
from candour.synthetic.lives import ENDS, Flags, Lives
from candour.synthetic.script import End
from candour.synthetic.stories import CUT_OFFS, stories
from candour.synthetic.strangers import Strangers, registered_in_contact
from candour.synthetic.truth import QUESTIONS, WINDOWS, Deaths, known_to_any

NEVER_MET = "never-in-contact"
_ENDING_WORDS = {
    End.WENT_HOME: "discharged alive",
    End.SELF_DISCHARGE: "discharged alive",
    End.METHOD_NOT_WRITTEN: "discharged alive",
    End.MOVED: "moved to a ward not heard of",
    End.TO_ACUTE: "discharged to a general hospital",
    End.CLOSED_WHILE_ABSENT: "closed while absent without leave",
    End.STILL_THERE: "still there",
}


def person_names(person: Ints) -> pl.Series:
    """The name by which ``truth/`` speaks of a person: P and the index."""
    return pl.select(pl.format("P{}", pl.Series(person)))[:, 0]


def stranger_names(serial: Ints) -> pl.Series:
    """The name by which ``truth/`` speaks of somebody whom no provider ever met."""
    return pl.select(pl.format("S{}", pl.Series(serial)))[:, 0]


def entered(others: Strangers) -> int:
    """How many of them are in the register by the last cut-off."""
    return int((others.registered <= np.datetime64(str(CUT_OFFS[-1]), "D")).sum())


def people(lives: Lives, others: Strangers) -> pl.DataFrame:
    """Each source identity of each person: ``person, story, provider, role, local_id``.

    Local ids are as the extracts write them. Registrations belong to no provider. Files without
    ids of people (rows of incidents, coroners' reports) are in :func:`rows`.
    """
    lists, found = clients(lives), reports(lives)
    cut = np.datetime64(str(CUT_OFFS[-1]), "D")
    codes = [one.code for one in lives.nation.providers]
    on_list = lists.since <= cut
    four = np.isin(lists.provider, lives.nation.four_lists)
    in_flow = on_list & np.isin(lists.provider, lives.nation.sends_flow)
    entered = np.flatnonzero((lives.registered <= cut) & in_national_register(lives))
    about = ~is_kind(found, "about-staff")
    about &= ~np.isin(found.provider, lives.nation.one_row_a_person)
    parts = (
        *(
            _identities(
                lists.person[which],
                writing.pick(codes, lists.provider[which]),
                role,
                client_ids(lists.person[which], lists.provider[which]),
            )
            for role, which in (
                ("caseload", on_list & ~four),
                ("patients", on_list & four),
                ("MHS001", in_flow),
            )
        ),
        _identities(
            entered,
            pl.Series([None] * len(entered), dtype=pl.String),
            "registrations",
            registration_ids(entered),
        ),
        _identities(
            found.person[about],
            writing.pick(codes, found.provider[about]),
            "contacts",
            writing.number(found.record[about]),
        ),
    )
    whole = pl.concat([*parts, *_after_death(lives)]).sort(
        "index", "role", "provider", maintain_order=True
    )
    names = [one.name for one in stories()]
    mine = whole.select(
        person_names(whole["index"].to_numpy()).alias("person"),
        writing.pick(names, lives.story[whole["index"].to_numpy()]).alias("story"),
        "provider", "role", "local_id",
    )  # fmt: skip
    serial = others.serial[others.registered <= cut]
    theirs = pl.DataFrame(
        {
            "person": stranger_names(serial),
            "story": pl.Series([NEVER_MET] * len(serial), dtype=pl.String),
            "provider": pl.Series([None] * len(serial), dtype=pl.String),
            "role": pl.Series(["registrations"] * len(serial), dtype=pl.String),
            "local_id": stranger_ids(serial),
        }
    )
    return pl.concat([mine, theirs])


def _after_death(lives: Lives) -> list[pl.DataFrame]:
    if not lives.nation.whole:
        return []
    codes = [one.code for one in lives.nation.providers]
    return [
        _identities(
            table["person"].to_numpy(), writing.pick(codes, table["provider"].to_numpy()), role,
            numbers(table["person"].to_numpy()),
        )
        for role, table, numbers in (
            ("log", after.reviews(lives), after.log_numbers),
            ("inquests", after.inquests(lives), after.inquest_numbers),
        )
    ]  # fmt: skip


def rows(named: pl.DataFrame) -> pl.DataFrame:
    """``file, row, person`` for files that give nobody an id."""
    return named.select("file", "row", person_names(named["person"].to_numpy()).alias("person"))


def _identities(person: Ints, provider: pl.Series, role: str, local_id: pl.Series) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "index": person,
            "provider": provider,
            "role": pl.Series([role] * len(person), dtype=pl.String),
            "local_id": local_id,
        }
    )


def stays(lives: Lives) -> pl.DataFrame:
    """Continuous stays: ``person, stay, started_on, ended_on, ending, providers, spells``.

    ``ended_on`` is the true end; empty for those still there. Those who moved to a ward not heard
    of have the day of the move. ``providers`` are joined by | in the order of the spells.
    """
    spells = lives.spells
    codes = [one.code for one in lives.nation.providers]
    frame = pl.DataFrame(
        {
            "index": spells.person,
            "stay": spells.chain,
            "order": spells.order,
            "provider": writing.pick(codes, spells.provider),
            "started_on": writing.day(spells.admitted),
            "ended_on": writing.day(spells.ended),
            "ending": writing.pick([_ENDING_WORDS.get(end, "died") for end in ENDS], spells.end),
        }
    ).sort("index", "order")
    whole = frame.group_by("index", "stay", maintain_order=True).agg(
        pl.col("started_on").first(),
        pl.col("ended_on").last(),
        pl.col("ending").last(),
        pl.col("provider").unique(maintain_order=True).str.join("|").alias("providers"),
        pl.len().alias("spells"),
    )
    return whole.select(
        person_names(whole["index"].to_numpy()).alias("person"),
        (pl.col("stay") + 1).alias("stay"),
        "started_on", "ended_on", "ending", "providers", "spells",
    )  # fmt: skip


def death_rows(lives: Lives, truth: Deaths, others: Strangers) -> pl.DataFrame:
    """One row per death: the truth (yes or no) and what the extracts allow, per definition."""
    names = [one.name for one in stories()]
    days = (truth.died - truth.left).astype(np.int64)
    known = ~np.isnat(truth.left)
    mine = pl.DataFrame(
        {
            "person": person_names(truth.person),
            "story": writing.pick(names, lives.story[truth.person]),
            "death_date": writing.day(truth.died),
            "registered_on": writing.day(lives.registered[truth.person]),
            "in_extracts": _yes_no(truth.in_extracts),
            "index_discharge": writing.day(truth.left),
            "days_since_discharge": writing.only(writing.number(days), known),
            **{f"in_{_column(name)}": _yes_no(truth.truth[name]) for name in QUESTIONS},
            **{
                f"expected_{_column(name)}": pl.Series(
                    truth.expected[name].tolist(), dtype=pl.String
                )
                for name in QUESTIONS
            },
            "why_cannot_tell": writing.only(
                pl.Series(truth.why.tolist(), dtype=pl.String), truth.why != ""
            ),
        }
    )
    return pl.concat([mine, _of_strangers(others)])


def _of_strangers(others: Strangers) -> pl.DataFrame:
    """Rows of those whom no provider met: out of everything, and nothing is in doubt."""
    cut = np.datetime64(str(CUT_OFFS[-1]), "D")
    said = pl.DataFrame(
        {
            "person": stranger_names(others.serial),
            "death_date": writing.day(others.died),
            "registered_on": writing.day(others.registered),
            "in_extracts": _yes_no(others.registered <= cut),
        }
    )
    nothing = pl.lit(None, pl.String)
    return said.select(
        "person", pl.lit(NEVER_MET).alias("story"), "death_date", "registered_on", "in_extracts",
        nothing.alias("index_discharge"), nothing.alias("days_since_discharge"),
        *(pl.lit("no").alias(f"in_{_column(name)}") for name in QUESTIONS),
        *(pl.lit("out").alias(f"expected_{_column(name)}") for name in QUESTIONS),
        nothing.alias("why_cannot_tell"),
    )  # fmt: skip


def alone(lives: Lives) -> int:
    """Deaths that a run finds beside the true ones: events and reports that say that somebody died,
    and too little of who it was. What they are under a definition cannot be told."""
    if not lives.nation.whole:
        return 0
    reported = after.coroners_register(lives), after.coroners_reports(lives)
    return deaths_naming_nobody(lives) + sum(len(table) for table in reported)


def counts(lives: Lives, truth: Deaths, others: Strangers) -> pl.DataFrame:
    """``definition, days, in, out, cannot_tell``: what a run over all the extracts should count."""
    rows = []
    for name in QUESTIONS:
        answers = truth.expected[name][truth.in_extracts]
        window = next((days for days in WINDOWS if name == f"post-discharge-{days}"), None)
        rows.append(
            {
                "definition": name if window is None else "post-discharge",
                "days": window,
                "in": int((answers == "in").sum()),
                "out": int((answers == "out").sum()) + entered(others),
                "cannot_tell": int((answers == "cannot-tell").sum()) + alone(lives),
            }
        )
    return pl.DataFrame(rows, schema_overrides={"days": pl.Int64})


def traps(lives: Lives, files_sent_twice: int) -> pl.DataFrame:
    """``trap, says, count, persons`` (joined by |): every known difficulty and who stands in it.

    A file that was sent twice is a trap without persons.
    """
    rows = [
        {
            "trap": "file-sent-twice",
            "says": "A provider sends its second file twice, byte for byte.",
            "count": files_sent_twice,
            "persons": "",
        }
    ]
    named: dict[str, tuple[str, Flags]] = {}
    for place, story in enumerate(stories()):
        who = lives.story == place
        listed = {story.name: who} if story.trap else {}
        for also in story.also_traps:
            listed[also] = who & (lives.variant % 2 == 0) if story.closes_care_at_death else who
        for name, flags in listed.items():
            says, before = named.get(name, (_SAYS.get(name, story.says), np.zeros_like(who)))
            named[name] = (says, before | flags)
    for name, (says, flags) in named.items():
        who = np.flatnonzero(flags)
        rows.append(
            {
                "trap": name,
                "says": says,
                "count": len(who),
                "persons": "|".join(person_names(who).to_list()),
            }
        )
    return pl.DataFrame(rows).sort("trap")


_SAYS = {
    "closure-of-care-dated-to-the-death":
        "The caseload record is closed on the date of death: a closure of care, not a discharge.",
    "resubmitted-with-one-row-changed":
        "A provider sends its second file again with one row changed: the date of death.",
    "same-person-at-two-providers": "One person on the lists of two providers.",
}  # fmt: skip


def totals(lives: Lives, truth: Deaths, others: Strangers) -> pl.DataFrame:
    """``what, count``: figures that a run over all the extracts can be held against."""
    found, lists = reports(lives), clients(lives)
    cut = np.datetime64(str(CUT_OFFS[-1]), "D")
    known = np.zeros(len(lives.story), dtype=np.bool_)
    known[lists.person[lists.since <= cut]] = True
    known |= lives.registered <= cut
    reported = found.reported <= cut
    lines = [
        ("people in the nation", len(lives.story) + len(others.serial)),
        ("people in at least one extract", int(known.sum()) + entered(others)),
        ("deaths", len(truth.person) + len(others.serial)),
        ("deaths in at least one extract", int(known_to_any(lives).sum()) + entered(others)),
        ("stays", len(stays(lives))),
        ("incident records about patients, not rejected",
         int((reported & ~is_kind(found, "about-staff") & ~is_kind(found, "rejected")).sum())),
        ("near misses as labelled by the provider",
         int((reported & is_kind(found, "near-miss")).sum())),
    ]  # fmt: skip
    if lives.nation.whole:
        in_contact = np.zeros(len(lives.story), dtype=np.bool_)
        in_contact[registered_in_contact(lives)] = True
        lines += [
            ("registrations of people in contact",
             int((in_contact & (lives.registered <= cut)).sum())),
            ("registrations of people never in contact beside them", entered(others)),
            ("deaths told of by safety events that name nobody", deaths_naming_nobody(lives)),
            ("deaths told of by coroners' reports that do not say who, but for a name",
             alone(lives) - deaths_naming_nobody(lives)),
            ("near misses on the log of serious incidents", near_misses_on_the_log(lives)),
            ("near misses as safety events", near_misses_as_events(lives)),
            ("near misses that the national flow tells of", restraints_and_harm(lives)),
        ]  # fmt: skip
    return pl.DataFrame(lines, schema={"what": pl.String, "count": pl.Int64}, orient="row")


def _yes_no(flags: Flags) -> pl.Series:
    return pl.select(pl.when(pl.Series(flags)).then(pl.lit("yes")).otherwise(pl.lit("no")))[:, 0]


def _column(name: str) -> str:
    return name.replace("-", "_")
