"""Spells chained into stays: a transfer is not a discharge (domain D2.2).

A *spell* is one record of a hospital: this admission to that discharge. A *stay* is what the person
lived through: spells, of any provider, that overlap or follow each other within a day, or within
three days where the discharge was to another mental health ward. Windows are counted from the end
of a stay.

Written with operations that DuckDB and Spark share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from candour.dataset import codelist

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAYS_FOLLOWING = 1
DAYS_TRANSFER = 3


def transfers() -> tuple[str, ...]:
    """Destinations that are another mental health ward (domain D2.2)."""
    return codelist("discharge_destination").where(kind="mental-health-transfer")


def to_acute() -> tuple[str, ...]:
    """General and maternity wards: the stay ends, flagged (domain D2.3)."""
    return codelist("discharge_destination").where(kind="acute-transfer")


def _not_told() -> tuple[str, ...]:
    """Destinations that say nothing of how the person left."""
    destinations = codelist("discharge_destination")
    return (*destinations.where(kind="unknown"), *destinations.where(kind="not-ended"))


def endings(spells: ir.Table) -> ir.Table:
    """Add ``ending`` to spells: how each one ended, as far as its record tells.

    ``open``: no discharge is recorded. ``died``. ``alive``. ``not-told``: it ended, and nothing
    says whether the person died or left. ``not-known``: a discharge is recorded whose date cannot
    be read or lies before the admission, so that the date is not believed.
    """
    import ibis

    s = spells
    died_destinations = codelist("discharge_destination").where(kind="died")
    died = (
        (s.ended_by_death == "yes")
        | s.discharge_method.isin(codelist("discharge_method").where(left="died"))
        | s.discharge_destination.isin(died_destinations)
    ).fill_null(False)
    alive = (
        (s.ended_by_death == "no")
        | s.discharge_method.isin(codelist("discharge_method").where(left="alive"))
        | (
            s.discharge_destination.notnull()
            & s.discharge_destination.notin((*died_destinations, *_not_told()))
        )
    ).fill_null(False)
    believed = s.discharged_on.notnull() & (
        s.admitted_on.isnull() | (s.discharged_on >= s.admitted_on)
    ).fill_null(False)
    recorded = s.discharged_on.notnull() | s.discharge_unread
    # Who is said to have died there died there, though the day of it cannot be believed; the stay
    # then ends no earlier than it began.
    begun_and_ended = s.admitted_on.notnull() & s.discharged_on.notnull()
    ending = ibis.cases(
        (~recorded, "open"),
        (died & (believed | begun_and_ended), "died"),
        (~believed, "not-known"),
        (alive, "alive"),
        else_="not-told",
    )
    return s.mutate(
        ending=ending,
        start=ibis.coalesce(s.admitted_on, s.discharged_on),
        ended_on=ibis.cases(
            (believed, s.discharged_on),
            (died & begun_and_ended, s.admitted_on),
            else_=ibis.null("date"),
        ),
        died_here=died,
    )


def chained(spells: ir.Table) -> ir.Table:
    """Give each spell the number of the stay that it belongs to, within its person.

    Takes the table of :func:`endings`; spells without any date stand alone, each its own stay.
    """
    import ibis

    far = ibis.date("9999-12-31")
    s = spells
    onward = s.discharge_destination.isin(transfers()).fill_null(False)
    reach = ibis.cases(
        (s.ended_on.isnull(), far),
        (s.ending == "died", s.ended_on),
        (onward, s.ended_on + ibis.interval(days=DAYS_TRANSFER)),
        else_=s.ended_on + ibis.interval(days=DAYS_FOLLOWING),
    )
    return numbered(s.mutate(reach=reach.cast("date"))).drop("reach")


def numbered(spells: ir.Table) -> ir.Table:
    """The same for spells that say how far they ``reach``: ``person, start, reach`` and any more.

    A stay begins where no earlier spell of the person reaches; its number is how many have begun.
    Equal starts need no further order to tell that: the first of them reaches the others, whichever
    it is, and is counted before them.
    """
    import ibis

    s = spells
    by_start = s.start.asc(nulls_first=False)
    before = ibis.window(group_by="person", order_by=by_start, preceding=(None, 1))
    reached = s.reach.max().over(before)
    begins = reached.isnull() | s.start.isnull() | (s.start > reached)
    laid = s.mutate(begins=begins.fill_null(True))
    so_far = ibis.window(
        group_by="person",
        order_by=[laid.start.asc(nulls_first=False), laid.begins.desc()],
        preceding=(None, 0),
    )
    begun = ibis.ifelse(laid.begins, 1, ibis.null("int8")).count().over(so_far)
    return laid.mutate(chain=begun).drop("begins")


def stays(spells: ir.Table, absences: ir.Table) -> ir.Table:
    """One row per stay, from chained spells.

    ``ending`` is that of the last spell to end, or ``open``. ``open_earlier``: an earlier spell of
    the chain was never closed though a later one ended: either the person is still there or the
    record was left open, and nothing tells which. ``unresolved``: the last discharge was to another
    ward, and no spell there was found. ``absent_from``: the person was absent without leave when
    the stay was closed, from that day (domain D2.5).
    """
    import ibis

    s = spells
    last = ibis.window(
        group_by=["person", "chain"],
        order_by=[s.ended_on.desc(nulls_first=False), s.start.desc(), s.spell_key.desc()],
    )
    s = s.mutate(place=ibis.row_number().over(last))
    ends = s.filter(s.place == 0).select(
        "person",
        "chain",
        last_end="ended_on",
        last_ending="ending",
        last_method="discharge_method",
        last_destination="discharge_destination",
        last_provider="provider",
        last_ward="ward",
        last_mha="mha_status",
        last_key="spell_key",
    )
    whole = s.group_by(["person", "chain"]).agg(
        started_on=s.start.min(),
        spells=s.count(),
        first_key=s.first_order.min(),
        open_start=s.start.max(where=s.ending == "open"),
        unknown_start=s.start.max(where=s.ending == "not-known"),
        unknown=(s.ending == "not-known").any(),
        undated=s.start.isnull().any(),
        admission_told=s.admitted_on.notnull().any(),
    )
    w = whole.join(ends, ["person", "chain"])
    closed = w.last_end.notnull()
    onward = w.last_destination.isin(transfers()).fill_null(False) & (w.last_ending != "died")
    # An open spell that began on or after the last recorded end is where the person is now; so is
    # one to whose ward the last discharge may have led back.
    is_open = w.open_start.notnull() & (~closed | (w.open_start >= w.last_end) | onward)
    not_known = w.undated | (
        w.unknown & (~closed | (w.unknown_start >= w.last_end).fill_null(False))
    )
    w = w.mutate(
        ending=ibis.cases((is_open, "open"), (not_known, "not-known"), else_=w.last_ending),
    )
    settled = w.ending.isin(("died", "alive", "not-told"))
    w = w.mutate(
        ended_on=ibis.ifelse(settled, w.last_end, ibis.null("date")),
        unresolved=settled & onward,
        to_acute=settled & w.last_destination.isin(to_acute()).fill_null(False),
        open_earlier=settled & (w.open_start.notnull() | w.unknown),
    )
    absent = (
        absences.filter(absences.absence_kind == "absent-without-leave")
        .join(w, "person")
        .filter(
            lambda t: (
                t.ended_on.notnull()
                & (t.absent_on >= t.started_on)
                & (t.absent_on <= t.ended_on)
                & (t.absent_until.isnull() | (t.absent_until >= t.ended_on))
                & (t.ending != "died")
            )
        )
        .group_by(["person", "chain"])
        .agg(absent_from=lambda t: t.absent_on.max())
    )
    w = w.left_join(absent, ["person", "chain"]).drop("person_right", "chain_right")
    return w.select(
        "person",
        "chain",
        "first_key",
        "started_on",
        "ended_on",
        "ending",
        "spells",
        "unresolved",
        "to_acute",
        "open_earlier",
        "admission_told",
        "absent_from",
        discharge_method="last_method",
        discharge_destination="last_destination",
        provider="last_provider",
        ward="last_ward",
        mha_status="last_mha",
        last_spell="last_key",
    )
