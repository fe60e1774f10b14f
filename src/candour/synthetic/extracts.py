"""Every extract of a nation: which file holds what, who sent it and when it came."""

from __future__ import annotations

import polars as pl

from candour.synthetic import extracts_after_death as after
from candour.synthetic import extracts_epr as epr
from candour.synthetic import extracts_events as events
from candour.synthetic import extracts_incidents as incidents
from candour.synthetic import extracts_one_row as one_row
from candour.synthetic import writing
from candour.synthetic.extracts_flow import flow
from candour.synthetic.extracts_four_lists import four_lists
from candour.synthetic.extracts_registration import REGISTRATIONS, quarters, registrations
from candour.synthetic.lives import Lives
from candour.synthetic.sending import Sending, by_provider
from candour.synthetic.stories import CUT_OFFS
from candour.synthetic.strangers import Strangers

RECEIVED = ("2025-01-20", "2025-07-21")
RECEIVED_AGAIN, RECEIVED_CORRECTED = "2025-07-23", "2025-07-28"
SENT_AGAIN = "_sent_again"
_LAST = CUT_OFFS[-1].isoformat()
_NAMED = {"file": pl.String, "row": pl.Int64, "person": pl.Int64}


def send_all(lives: Lives, others: Strangers, sending: Sending) -> pl.DataFrame:
    """Write every extract of the nation.

    Gives ``file, row, person`` for files that give nobody an id; ``row`` is as a run counts it: of
    a workbook the sheet's own number.
    """
    _patient_records(lives, sending)
    _registrations(lives, others, sending)
    if not lives.nation.whole:
        return pl.DataFrame(schema=_NAMED)
    for delivery, received in enumerate(RECEIVED):
        for name, table in flow(lives, delivery).items():
            sending.each(table, f"{name}_{CUT_OFFS[delivery]}", received, "mhsds")
    for name, table in four_lists(lives).items():
        sending.each(table, name, RECEIVED[-1], "discharge-deaths")
    for name, table, layout in (
        ("mortality_reviews", after.reviews(lives), "mortality-review-log"),
        ("inquests", after.inquests(lives), "inquest-tracker"),
    ):
        sending.each(table.drop("person"), f"{name}_{_LAST}", RECEIVED[-1], layout)
    _of_events(lives, sending)
    _dashboards(lives, sending)
    return pl.concat([_rows_of_incidents(lives, sending), *_coroners(lives, sending)])


def _patient_records(lives: Lives, sending: Sending) -> None:
    """Patient records and incident records of each provider, and two files that came again."""
    known = [epr.caseload(lives, delivery) for delivery in range(len(CUT_OFFS))]
    for delivery, cut_off in enumerate(CUT_OFFS):
        before = known[delivery - 1] if delivery else None
        for role, table, columns, layout in (
            ("caseload", epr.sent(known[delivery], before), epr.CASELOAD, "epr"),
            ("absences", epr.absences(lives, delivery), epr.ABSENCES, "epr"),
            ("incidents", incidents.incidents(lives, delivery), incidents.INCIDENTS, "datix"),
            ("contacts", incidents.contacts(lives, delivery), incidents.CONTACTS, "datix"),
        ):
            sending.each(table, f"{role}_{cut_off}", RECEIVED[delivery], layout, columns)
    again, corrects = lives.nation.sends_again, lives.nation.corrects
    changed = epr.sent(known[-1], known[-2])
    latest = {each: changed.filter(pl.col("provider") == each) for each in (again, corrects)}
    theirs = known[-2].filter(pl.col("provider") == corrects)
    corrected = epr.caseload(lives, len(CUT_OFFS) - 1, corrected=True).filter(
        pl.col("provider") == corrects
    )
    mended = epr.sent(corrected, theirs)
    files = [(again, latest[again], SENT_AGAIN, RECEIVED_AGAIN)]
    if not mended.equals(latest[corrects]):
        files.append((corrects, mended, "_corrected", RECEIVED_CORRECTED))
    for provider, table, ending, received in files:
        code = lives.nation.providers[provider].code
        path = f"{code}/caseload_{_LAST}{ending}.csv"
        sending.send(table.select(epr.CASELOAD), path, received, code, "epr")


def _registrations(lives: Lives, others: Strangers, sending: Sending) -> None:
    table = registrations(lives, others)
    for quarter in quarters():
        part = table.filter(pl.col("quarter") == quarter).select(REGISTRATIONS)
        sending.send(part, f"registrations_{quarter}.csv", _received_quarter(quarter), "",
                     "registration")  # fmt: skip


def _received_quarter(quarter: str) -> str:
    """The twentieth day after a quarter of the calendar year: when its registrations came."""
    year, number = int(quarter[:4]), int(quarter[-1])
    return f"{year + 1}-01-20" if number == 4 else f"{year}-{number * 3 + 1:02d}-20"


def _of_events(lives: Lives, sending: Sending) -> None:
    """Serious incidents, a workbook for each board; safety events, JSON of each trust."""
    log = events.serious_incidents(lives)
    for (board,), part in log.partition_by("board", as_dict=True, maintain_order=True).items():
        path = f"{board}/serious_incidents_{_LAST}.xlsx"
        rows = [events.SERIOUS, *part.select(events.SERIOUS).rows()]
        writing.write_workbook(sending.folder / path, {events.SHEET: rows})
        sending.note(path, len(part), RECEIVED[-1], str(board), "steis")
    for path, (provider, many) in events.write_safety_events(lives, sending.folder).items():
        code = lives.nation.providers[provider].code
        sending.note(path, many, RECEIVED[-1], code, "lfpse")


def _dashboards(lives: Lives, sending: Sending) -> None:
    for delivery, received in enumerate(RECEIVED):
        for provider, rows in after.dashboards(lives, delivery).items():
            code = lives.nation.providers[provider].code
            path = f"{code}/learning_from_deaths_{CUT_OFFS[delivery]}.xlsx"
            writing.write_workbook(sending.folder / path, {after.SHEET: rows})
            sending.note(path, len(rows) - 1, received, code, "lfd-dashboard")


def _rows_of_incidents(lives: Lives, sending: Sending) -> pl.DataFrame:
    """Workbooks with a row for each person whom an incident touched."""
    named = [pl.DataFrame(schema=_NAMED)]
    for provider, part in by_provider(one_row.one_row_a_person(lives)).items():
        code = lives.nation.providers[provider].code
        path = f"{code}/incidents_{_LAST}.xlsx"
        one_row.write(part, sending.folder / path)
        sending.note(path, len(part), RECEIVED[-1], code, "ulysses")
        named.append(_named(path, part, first=len(one_row.ABOVE) + 2))
    return pl.concat(named).filter(pl.col("person") >= 0)


def _coroners(lives: Lives, sending: Sending) -> list[pl.DataFrame]:
    named = []
    for name, table in (
        ("coroners_register", after.coroners_register(lives)),
        ("coroners_reports", after.coroners_reports(lives)),
    ):
        path = f"{name}_{_LAST}.csv"
        sending.send(table.drop("person"), path, RECEIVED[-1], "", "pfd-text")
        named.append(_named(path, table, first=1))
    return named


def _named(path: str, table: pl.DataFrame, first: int) -> pl.DataFrame:
    return table.select(
        pl.lit(path).alias("file"),
        pl.int_range(first, len(table) + first, dtype=pl.Int64).alias("row"),
        pl.col("person").cast(pl.Int64),
    )
