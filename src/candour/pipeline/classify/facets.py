"""Facets: what a definition may ask about a death, under each way the world may have been.

Most deaths have one scenario. Where the extracts leave something open, each possible answer becomes
a scenario of its own, and a definition is *in* or *out* only where all of them agree. So nothing
has to be guessed: not the day of a death of which the month is known, nor whether somebody whose
stay "ended" on the day of the death had gone home.

Written with operations that DuckDB and Spark share. Rules: domain D2.1-D2.6, design 6.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from candour.dataset import codelist

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAYS_DATE_OF_DEATH_MAY_DIFFER = 3
"""A stay that ended by death and a registered date this close are the same death (domain E)."""


def of_the_dead(stays: ir.Table, deaths: ir.Table) -> ir.Table:
    """Every stay of somebody who died: any of them may be the one that matters, not the last alone.

    Most stays are of people who live, and looking a person up costs little beside reading the
    stays; whatever asks more of a stay should ask it of these. Both hold ``person_id``.
    """
    return stays.semi_join(deaths, "person_id")


def possible_dates(deaths: ir.Table, candidates: ir.Table, stays: ir.Table) -> ir.Table:
    """The dates of death that have to be looked at: ``death_id, person_id, death_date, date_as``.

    One for an exact date. For a date known to the month or year: its ends, and the days around each
    beginning and end of a stay between them, since no answer changes anywhere else. ``candidates``
    holds ``death_id, date_from, date_to, date_as`` (several where sources of equal standing
    differ); a death without candidates keeps one row without a date.
    """
    import ibis

    c = candidates
    exact = c.filter(c.date_from == c.date_to).select("death_id", "date_as", death_date=c.date_from)
    partial = c.filter(c.date_from != c.date_to).join(
        deaths.select("death_id", "person_id"), "death_id"
    )
    points = [
        partial.select("death_id", "date_as", death_date=partial.date_from),
        partial.select("death_id", "date_as", death_date=partial.date_to),
    ]
    near = partial.join(stays.select("person_id", "started_on", "ended_on"), "person_id")
    for column in ("started_on", "ended_on"):
        for days in (-1, 0, 1):
            day = near[column] + ibis.interval(days=days)
            inside = (day >= near.date_from) & (day <= near.date_to)
            points.append(
                near.filter(inside.fill_null(False)).select("death_id", "date_as", death_date=day)
            )
    possible = _not_before_leaving_alive(ibis.union(*points, distinct=True), deaths, stays)
    dates = ibis.union(exact, possible, distinct=True)
    all_dates = deaths.select("death_id", "person_id").left_join(dates, "death_id")
    return all_dates.select("death_id", "person_id", "death_date", "date_as")


def _not_before_leaving_alive(points: ir.Table, deaths: ir.Table, stays: ir.Table) -> ir.Table:
    """Leave out days on which the person, as a stay says, was yet to be admitted or to leave alive.

    A date that is known to the month leaves room for the stay; an exact one does not, and then
    the two are a conflict. Where no day is left the days stay as they were, for the same reason.
    """
    import ibis

    p = points.join(deaths.select("death_id", "person_id"), "death_id")
    seen = stays.select(
        "person_id",
        alive_on=ibis.ifelse(stays.ending == "alive", stays.ended_on, stays.started_on),
    )
    before = (
        p.join(seen, "person_id")
        .filter(lambda t: t.death_date < t.alive_on)
        .select("death_id", "death_date")
        .distinct()
    )
    left = p.anti_join(before, ["death_id", "death_date"])
    none_left = p.anti_join(left, "death_id")
    columns = ["death_id", "date_as", "death_date"]
    return left.select(columns).union(none_left.select(columns))


def scenarios(dates: ir.Table, stays: ir.Table) -> ir.Table:
    """Each possible date under each possible reading of the stays.

    Gives ``death_id, death_date, date_as, ending_as, transfer_as, open_as, during_stay,
    last_discharge, last_absence_start, last_transfer, detained, hidden, afterwards`` (``hidden``: a
    stay began before the death and its end is not known, so that finding no discharge proves
    nothing; ``afterwards``: a stay began after the death, so that one of the two dates is wrong),
    ``stay_of_death``, the stay in which the person died, and ``index_stay``, the stay that ended
    with the last discharge.
    """
    import ibis

    following = ibis.window(group_by="person_id", order_by=["started_on", "stay_id"])
    numbered = stays.mutate(next_start=stays.started_on.lead().over(following))
    j = dates.left_join(numbered, "person_id")
    day = j.death_date
    begun = (j.started_on <= day).fill_null(False)
    closed = j.ended_on.notnull()
    on_end = begun & closed & (day == j.ended_on).fill_null(False)
    after = begun & closed & (day > j.ended_on).fill_null(False)
    days_after = day.delta(j.ended_on, unit="day")
    # Who is said to have died in the last stay died there, whatever date is taken; where a later
    # stay began and the dates lie far apart, one of the two records is wrong (domain D2.4).
    last = j.next_start.isnull()
    far_after = (days_after > DAYS_DATE_OF_DEATH_MAY_DIFFER).fill_null(False)
    late_death = after & (j.ending == "died").fill_null(False) & far_after & ~last
    early = (day < j.started_on).fill_null(False) & (j.ending == "died").fill_null(False)
    days_early = j.started_on.delta(day, unit="day")
    far_before = (days_early > DAYS_DATE_OF_DEATH_MAY_DIFFER).fill_null(False)
    early_death = early & far_before & ~last
    j = j.mutate(
        begun=begun,
        on_end=on_end,
        after=after,
        late_death=late_death,
        early=early,
        early_death=early_death,
        asks_ending=((on_end & (j.ending == "not-told")) | late_death | early_death).fill_null(
            False
        ),
        asks_transfer=((on_end | after) & j.unresolved).fill_null(False),
        asks_open=((on_end | after) & j.open_earlier).fill_null(False),
        came_back=(j.next_start <= day).fill_null(False),
        no_date=day.isnull() & j.stay_id.notnull(),
    )
    asked = j.group_by(["death_id", "death_date", "date_as"]).agg(
        ask_ending=j.asks_ending.any(),
        ask_transfer=j.asks_transfer.any(),
        ask_open=j.asks_open.any(),
    )
    grid = _grid(asked)
    same_date = [
        j.death_id == grid.death_id,
        j.death_date.identical_to(grid.death_date),
        j.date_as.identical_to(grid.date_as),
    ]
    g = j.join(grid, same_date)
    said_died = (g.ending_as == "died").fill_null(False)
    died_there = (
        ((g.ending == "died") & (g.on_end | (g.after & ~g.late_death)))
        | (g.early & ~g.early_death)
        | ((g.late_death | g.early_death) & said_died)
        | ((g.ending == "not-told") & g.on_end & said_died)
    ).fill_null(False)
    inside = g.begun & ((g.ending == "open") | (g.death_date < g.ended_on)).fill_null(False)
    still_there = (
        (g.asks_transfer & (g.transfer_as == "stay") & ~g.came_back)
        | (g.asks_open & (g.open_as == "open"))
    ).fill_null(False)
    during = inside | died_there | still_there
    left = (g.on_end | g.after) & ~during
    statuses = codelist("mha_status")
    detentions = statuses.where(detained="yes")
    told = (*detentions, *statuses.where(detained="no"))
    moved_on = g.asks_transfer & (g.transfer_as == "stay").fill_null(False) & g.came_back
    left_on = ibis.cases(
        (~left, ibis.null("date")),
        (moved_on, g.next_start),
        else_=ibis.coalesce(g.absent_from, g.ended_on),
    )
    g = g.mutate(
        during=during,
        left_on=left_on,
        absent=ibis.ifelse(left, g.absent_from, ibis.null("date")),
        moved=ibis.ifelse(left & (g.to_acute | g.unresolved), g.ended_on, ibis.null("date")),
        held=during & g.mha_status.isin(detentions).fill_null(False),
        status_not_told=during & ~g.mha_status.isin(told).fill_null(False),
        hidden=g.begun & (g.ending == "not-known").fill_null(False),
        afterwards=(g.started_on > g.death_date).fill_null(False) & ~during,
    )
    latest = ibis.window(
        group_by=["death_id", "death_date", "date_as", "ending_as", "transfer_as", "open_as"],
        order_by=[g.left_on.desc(nulls_first=False), g.started_on.desc(), g.stay_id.desc()],
    )
    g = g.mutate(place=ibis.row_number().over(latest))
    keys = ["death_id", "death_date", "date_as", "ending_as", "transfer_as", "open_as"]
    s = g.group_by(keys).agg(
        is_during=g.during.any(),
        stay_of_death=g.stay_id.max(where=g.during),
        hidden=g.hidden.any(),
        afterwards=g.afterwards.any(),
        no_date=g.no_date.any(),
        last_discharge=g.left_on.max(),
        index_stay=g.stay_id.max(where=(g.place == 0) & g.left_on.notnull()),
        last_absence_start=g.absent.max(),
        last_transfer=g.moved.max(),
        held=g.held.any(),
        status_not_told=g.status_not_told.any(),
    )
    unsure = (s.hidden | s.afterwards | s.no_date).fill_null(False)
    is_during = s.is_during.fill_null(False)
    return s.mutate(
        during_stay=ibis.cases((is_during, True), (unsure, ibis.null("boolean")), else_=False),
        detained=ibis.cases(
            (s.held.fill_null(False), True),
            (s.status_not_told.fill_null(False) | unsure, ibis.null("boolean")),
            else_=False,
        ),
        hidden=s.hidden.fill_null(False),
        afterwards=s.afterwards.fill_null(False),
    ).drop("is_during", "no_date", "held", "status_not_told")


def _grid(asked: ir.Table) -> ir.Table:
    """Cross each death and date with the answers that it needs, and with none it does not."""
    import ibis

    def answers(table: ir.Table, ask: str, column: str, first: str, second: str) -> ir.Table:
        nothing = table.filter(~table[ask]).mutate(**{column: ibis.null("string")})
        one = table.filter(table[ask]).mutate(**{column: ibis.literal(first)})
        other = table.filter(table[ask]).mutate(**{column: ibis.literal(second)})
        return ibis.union(nothing, one, other)

    grid = answers(asked, "ask_ending", "ending_as", "died", "alive")
    grid = answers(grid, "ask_transfer", "transfer_as", "discharge", "stay")
    grid = answers(grid, "ask_open", "open_as", "open", "closed")
    return grid.drop("ask_ending", "ask_transfer", "ask_open")


def assumption(s: ir.Table) -> ir.StringValue:
    """What a scenario takes to be so, in plain words; empty where nothing is taken."""
    import ibis

    def words(column: ir.Column, **meaning: str) -> ir.StringValue:
        return ibis.cases(
            *((column == code, f"{text}; ") for code, text in meaning.items()), else_=""
        )

    date = ibis.ifelse(
        s.date_as.notnull() & s.death_date.notnull(),
        "the death was on " + s.death_date.cast("string") + " (" + s.date_as + "); ",
        "",
    )
    return (
        date
        + words(
            s.ending_as,
            died="the stay ended because the person died",
            alive="the person left alive and died afterwards",
        )
        + words(
            s.transfer_as,
            discharge="the move to another ward was a discharge",
            stay="the move to another ward went on as a stay there",
        )
        + words(
            s.open_as,
            open="the earlier stay without an end was still going on",
            closed="the earlier stay without an end had ended",
        )
        + ibis.ifelse(s.hidden, "a stay has a discharge date that cannot be believed; ", "")
        + ibis.ifelse(s.afterwards, "a stay is dated after that day, so one date is wrong; ", "")
    ).re_replace("; $", "")
