"""What is done after a death: reviews and inquests as providers list them, coroners' reports, and
the figures of a trust's dashboard."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from candour.synthetic import writing
from candour.synthetic.draws import Days, Ints
from candour.synthetic.extracts_epr import deaths_as_written
from candour.synthetic.extracts_registration import AREAS
from candour.synthetic.identity import identities
from candour.synthetic.lives import Flags, Lives
from candour.synthetic.people import given_names, surnames
from candour.synthetic.ragged import ragged
from candour.synthetic.stories import CUT_OFFS, place_of, stories

EVERY = 4  # every fourth trust keeps these lists
_DMY = "%d/%m/%Y"
_PROSE = "%-d %B %Y"
DASHBOARD = (
    "Period", "Total deaths in scope", "Total reviewed",
    "Deaths >50% likely avoidable (RCP 1-3)", "LD deaths in scope", "LD deaths reviewed",
    "LD deaths >50% likely avoidable", "Notes",
)  # fmt: skip
SHEET = "Dashboard"


def _last_day() -> np.datetime64:
    return np.datetime64(str(CUT_OFFS[-1]), "D")


def _known(lives: Lives) -> Ints:
    """People whose death the provider of their last bed knew by the last cut-off, in a record that
    names them."""
    told = stories()
    held = np.array([one.number == "held" for one in told])[lives.story]
    known = held & (lives.told <= _last_day())
    return np.flatnonzero(known & ~np.isin(lives.last, lives.nation.four_lists))


def _keeps_lists(lives: Lives, person: Ints) -> Flags:
    flags: Flags = np.isin(lives.last[person], lives.nation.trusts[::EVERY])
    return flags


def _who(lives: Lives, name: str, person: Ints) -> dict[str, pl.Series]:
    who = identities(lives, name, person)
    return {
        "NHS Number": who["nhs_number"],
        "Forename": who["given_name"],
        "Surname": who["surname"],
        "DOB": writing.turned(who["birth_date"]),
        "Date of Death": writing.day(deaths_as_written(lives, person), _DMY),
    }


def reviews(lives: Lives) -> pl.DataFrame:
    """The logs of mortality reviews, a row for each death that a provider reviews: those on a ward
    or within 30 days of leaving one. ``provider`` and ``person`` stand beside the columns sent."""
    person = _known(lives)
    days = (lives.died[person] - lives.left[person]).astype(np.int64)
    admitted = np.zeros(len(lives.story), dtype=np.bool_)
    admitted[lives.spells.person] = True
    person = person[_keeps_lists(lives, person) & admitted[person] & (days <= 30)]
    told, chance = lives.told[person], lives.draws
    reached = chance.below("family reached", 4)[person] > 0
    scope = chance.below("review", 3)[person]
    finished = told + chance.between("review days", 40, 120)[person]
    nothing = pl.Series([None] * len(person), dtype=pl.String)

    def by(texts: tuple[str, ...]) -> pl.Series:
        return writing.pick(texts, scope)

    return pl.DataFrame(
        {
            "provider": lives.last[person],
            "person": person,
            "Log No": log_numbers(person),
            **_who(lives, "reviews", person),
            "Trust Notified On": writing.day(told, _DMY),
            "Notified By": nothing,
            "Screened On": writing.day(told + 2, _DMY),
            "Screened By (Role)": pl.Series(["Mortality lead"] * len(person), dtype=pl.String),
            "In Scope": pl.Series(["Y"] * len(person), dtype=pl.String),
            "Red Flags": pl.Series(["Discharged within a month"] * len(person), dtype=pl.String),
            "Review Tool": by(("RCPsych CRT", "SJR", "Screening only")),
            "Reviewer (Role)": pl.Series(["Consultant"] * len(person), dtype=pl.String),
            "Reviewer Not Involved In Care": by(("Y", "Y", "")),
            "Family Contacted": writing.pick(("N", "Y"), reached.astype(np.int64)),
            "Family Contacted On": writing.only(writing.day(told + 5, _DMY), reached),
            "Why Not Contacted": writing.pick(
                ("The family asked for time", ""), reached.astype(np.int64)
            ),
            "Family's Questions": nothing,
            "Response Type": by(("MDT review", "PSII", "None")),
            "Review Started": writing.day(told + 9, _DMY),
            "Review Finished": writing.only(writing.day(finished, _DMY), finished <= _last_day()),
            "Actions Agreed": nothing,
            "Actions Done": nothing,
            "Care As The Person Saw It": nothing,
            "Care As The Family Saw It": nothing,
            **_fuller_log(lives, person, scope, reached),
        }
    )


def _fuller_log(lives: Lives, person: Ints, scope: Ints, reached: Flags) -> dict[str, pl.Series]:
    """Columns that only some logs have, filled as raggedly as people do; dates follow the death."""
    provider, told = lives.last[person], lives.told[person]
    on_ward = lives.died[person] <= lives.left[person]

    def some(column: str, texts: tuple[str, ...], weights: tuple[int, ...]) -> pl.Series:
        return ragged(lives.draws, column, person, provider, texts, weights)

    yes_no = ("Y", "N", "Not known")
    spoken = some("Told In Person On", ("Y",), (1,)).is_not_null().to_numpy() & reached
    return {
        "Expected": some("Expected", ("Unexpected", "Expected", "Not judged"), (6, 3, 1)),
        "Concern Of The Family": some("Concern Of The Family", yes_no, (2, 7, 1)),
        "Concern Of Staff": some("Concern Of Staff", yes_no, (1, 8, 1)),
        "Inpatient Or Discharged Within A Month": some("Recent inpatient", ("Y",), (1,)),
        "Why An Investigation": writing.only(
            writing.pick(("Not required", "Problems in care", ""), scope), scope < 2
        ),
        "Lead (Role)": some("Lead (Role)", ("Head of safety", "Matron"), (3, 1)),
        "Terms Shared With Family": some("Terms Shared With Family", yes_no, (5, 4, 1)),
        "Where In Care": writing.pick(
            ("Discharged within 30 days", "On the ward"), on_ward.astype(np.int64)
        ),
        "Examiner": some("Examiner", ("No concern", "Referred to coroner"), (3, 1)),
        "Examiner Spoke With Family": some("Examiner Spoke With Family", yes_no, (6, 2, 2)),
        "Family's Part": some("Family's Part", ("Informed", "Consulted", "Involved"), (5, 3, 2)),
        "Family Support Offered": some("Family Support Offered", yes_no, (7, 2, 1)),
        "Duty Of Candour": some("Duty Of Candour", yes_no, (5, 4, 1)),
        "Told In Person On": writing.only(writing.day(told + 6, _DMY), spoken),
        "Staff Support Offered": some("Staff Support Offered", yes_no, (6, 2, 2)),
    }


def log_numbers(person: Ints) -> pl.Series:
    """The number of each person's review."""
    return pl.select(pl.format("ML-{}", pl.Series(person)))[:, 0]


def inquest_numbers(person: Ints) -> pl.Series:
    """The number of each person's inquest in the provider's list."""
    return pl.select(pl.format("IQ-{}", pl.Series(person)))[:, 0]


def inquests(lives: Lives) -> pl.DataFrame:
    """Providers' lists of inquests. What a coroner has yet to say is blank or awaited."""
    person = _known(lives)
    how = np.array([one.registered for one in stories()])[lives.story[person]]
    some = np.isin(how, ("after-inquest", "no")) & _keeps_lists(lives, person)
    person, how = person[some], how[some]
    over = (how == "after-inquest") & (lives.registered[person] <= _last_day())
    hearing: Days = np.where(over, lives.registered[person] - 7, lives.told[person] + 200)
    return pl.DataFrame(
        {
            "provider": lives.last[person],
            "person": person,
            "Inquest No": inquest_numbers(person),
            **_who(lives, "inquests", person),
            "Coroner Area": _areas(lives, person),
            "Coroner Reference": pl.select(pl.format("C-{}", pl.Series(person)))[:, 0],
            "Inquest Opened": writing.day(lives.told[person] + 7, _DMY),
            "Hearing Date": writing.day(hearing, _DMY),
            "Conclusion": writing.pick(("Awaited", "Narrative"), over.astype(np.int64)),
            "Jury": writing.only(pl.Series(["N"] * len(person), dtype=pl.String), over),
            "Article 2": writing.only(pl.Series(["N"] * len(person), dtype=pl.String), over),
            "PFD": writing.pick(("Awaited", "N"), over.astype(np.int64)),
            "PFD Date": pl.Series([None] * len(person), dtype=pl.String),
            "Stage": writing.pick(("Inquest opened", "Concluded"), over.astype(np.int64)),
            "Neglect": writing.only(
                ragged(lives.draws, "Neglect", person, lives.last[person], ("N",), (1,)), over
            ),
            "Reported To Coroner": writing.day(lives.told[person] + 1, _DMY),
        }
    )


def _areas(lives: Lives, person: Ints) -> pl.Series:
    return writing.pick(AREAS, lives.draws.below("area", len(AREAS))[person])


def _reported_on(lives: Lives, which: int) -> tuple[Ints, Days]:
    """Deaths of which a coroner wrote, a name or none in each report, and the day of the report."""
    of = (lives.story == place_of("registered-after-inquest")) & (lives.variant % 5 == which)
    person = np.flatnonzero(of & lives.nation.whole)
    wrote: Days = lives.registered[person] + 21
    there = wrote <= _last_day()
    return person[there], wrote[there]


def coroners_register(lives: Lives) -> pl.DataFrame:
    """The register of reports: it names the person who died, and neither number nor birth."""
    person, wrote = _reported_on(lives, 0)
    people, year = lives.people.of(person), wrote.astype("datetime64[Y]").astype(np.int64) + 1970
    name = pl.select(
        pl.format("{} {}", writing.pick(given_names(), people.given_name),
                  writing.pick(surnames(), people.surname))
    )[:, 0]  # fmt: skip
    return pl.DataFrame(
        {
            "person": person,
            "date_of_report": pl.Series(wrote).cast(pl.Date).dt.to_string(_PROSE),
            "ref": pl.select(pl.format("{}-{}", pl.Series(year), pl.Series(person)))[:, 0],
            "deceased_name": name,
            "coroner_name": pl.Series([None] * len(person), dtype=pl.String),
            "coroner_area": _areas(lives, person),
            "category": pl.Series(
                ["Mental Health related deaths | Community health care"] * len(person),
                dtype=pl.String,
            ),
            "this_report_is_being_sent_to": writing.pick(
                [one.name for one in lives.nation.providers], lives.last[person]
            ),
            "concerns": pl.Series([None] * len(person), dtype=pl.String),
        }
    )


def coroners_reports(lives: Lives) -> pl.DataFrame:
    """Reports as those who read them wrote them down: nobody is named."""
    person, wrote = _reported_on(lives, 1)
    year = wrote.astype("datetime64[Y]").astype(np.int64) + 1970
    return pl.DataFrame(
        {
            "person": person,
            "id": pl.select(pl.format("{}-{}", pl.Series(year), pl.Series(person)))[:, 0],
            "date": writing.day(wrote),
            "area": _areas(lives, person),
            "receiver": writing.pick(
                [one.name for one in lives.nation.providers], lives.last[person]
            ),
            "concerns": pl.Series([None] * len(person), dtype=pl.String),
        }
    )


def dashboards(lives: Lives, delivery: int) -> dict[int, list[tuple[str | int | None, ...]]]:
    """The quarterly figures of two trusts, from the head down, by provider.

    Counted over deaths that the trust knew when it drew the sheet, so that a later sheet restates
    earlier quarters. Small figures are hidden, some are not collected, and one row is a total.
    """
    if not lives.nation.whole:
        return {}
    cut = np.datetime64(str(CUT_OFFS[delivery]), "D")
    sheets = {}
    for trust in (lives.nation.sends_again, lives.nation.corrects):
        mine = (lives.last == trust) & (lives.told <= cut)
        quarter = _quarters(lives.died[mine])
        rows: list[tuple[str | int | None, ...]] = [DASHBOARD]
        total = 0
        for name in _names(cut):
            many = int((quarter == name).sum())
            total += many
            rows.append((name, _shown(many), _shown(many // 2), "-", "n/a", "n/a", "n/a", None))
        rows.append(("Total", total, None, None, None, None, None, "Invented data"))
        sheets[trust] = rows
    return sheets


def _shown(many: int) -> str | int:
    return "<5" if 0 < many < 5 else many


def _names(cut: np.datetime64) -> list[str]:
    first = np.datetime64("2024-04", "M")
    months = np.arange(first, cut.astype("datetime64[M]") + 1, 3)
    return list(dict.fromkeys(_quarters(months.astype("datetime64[D]")).tolist()))


def _quarters(days: Days) -> NDArray[np.str_]:
    """The quarter of the financial year, which begins in April, as Q1 2024-25."""
    month = days.astype("datetime64[M]").astype(np.int64) - 3
    year, quarter = 1970 + month // 12, month % 12 // 3 + 1
    names: NDArray[np.str_] = np.array(
        [f"Q{q} {y}-{(y + 1) % 100:02d}" for y, q in zip(year, quarter, strict=True)]
    )
    return names
