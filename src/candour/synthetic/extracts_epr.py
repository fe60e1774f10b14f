"""Layout (b): what each provider's patient record system hands over, as known on a day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from candour.synthetic import writing
from candour.synthetic.draws import Days, Ints
from candour.synthetic.identity import identities
from candour.synthetic.lives import ENDS, NEVER, Flags, Lives, by_variant, minute
from candour.synthetic.stories import CUT_OFFS, stories

CASELOAD = (
    "ClientID", "NHSNumber", "Surname", "DOB", "DateOfDeath", "DeathNotifiedDate",
    "SourceOfDeathInfo", "LastContactDate", "Team", "ReferralEnd", "WardCode", "AdmitDT", "DischDT",
    "DischMethod", "DischDest", "MHASection", "ObsLevel",
)  # fmt: skip
ABSENCES = ("ClientID", "AbsenceType", "AbsenceStart", "AbsenceEnd", "AbsenceEndReason")

_WARDS = ("ALDER", "BIRCH", "CEDAR", "DAMSON", "ELDER", "HAZEL")
_TEAMS = ("Community North", "Community South", "Older adults", "Early help", "Recovery")
_SECTIONS = ("Informal", "S2", "Sec 3", "37/41", "S3")
_LEVELS = ("general", "intermittent", "within-eyesight")
_TOLD_BY = ("Family", "GP", "Spine", "Coroner", "Ward")


@dataclass(frozen=True)
class Clients:
    """One entry per person and provider whose list holds them, by provider and person.

    ``knows``: this provider has learned of the death. ``since``: on its list from that day.
    """

    person: Ints
    provider: Ints
    knows: Flags
    since: Days


def clients(lives: Lives) -> Clients:
    """Who is on whose list."""
    told = stories()
    in_contact = np.array([one.in_contact for one in told])[lives.story]
    also = np.array([bool(one.also_at) for one in told])[lives.story]
    all_know = np.array([one.knows == "all" for one in told])[lives.story]
    count = len(lives.story)
    everyone = np.arange(count)
    # One number for provider and person together: it sorts and compares as the two would.
    both = np.concatenate(
        [
            lives.spells.provider * count + lives.spells.person,
            (lives.home * count + everyone)[in_contact],
            (lives.other * count + everyone)[also],
        ]
    )
    provider, person = np.divmod(np.unique(both), count)
    knows = (provider == lives.last[person]) | all_know[person]
    return Clients(person, provider, knows & ~np.isnat(lives.told[person]), _since(lives)[person])


def _since(lives: Lives) -> Days:
    """The day from which a person is on any list: the first admission, or a day in 2023."""
    since = np.datetime64("2023-01-02", "D") + lives.draws.below("referred", 360)
    first = lives.spells.order == 0
    since[lives.spells.person[first]] = lives.spells.admitted[first]
    return since


def styles(lives: Lives) -> NDArray[np.str_]:
    """How each provider's system writes a moment, by place in the nation's providers."""
    return np.array([one.writes for one in lives.nation.providers])


def client_ids(person: Ints, provider: Ints) -> pl.Series:
    """The local patient id: no two people of one provider share one (for up to ten million)."""
    scattered = (person * 7919 + provider * 104_729 + 1_000_003) % 10_000_000
    return pl.Series(scattered).cast(pl.String).str.zfill(7).str.pad_start(8, "C")


@dataclass(frozen=True)
class _Rows:
    """Rows of the caseload role: a client, and a spell or none (``spell`` -1)."""

    person: Ints
    provider: Ints
    client: Ints
    spell: Ints


def _rows(lives: Lives, lists: Clients) -> _Rows:
    of_spell = pl.DataFrame(
        {
            "person": lives.spells.person,
            "provider": lives.spells.provider,
            "spell": np.arange(len(lives.spells.person)),
        }
    )
    of_client = pl.DataFrame(
        {
            "person": lists.person,
            "provider": lists.provider,
            "client": np.arange(len(lists.person)),
        }
    )
    rows = of_client.join(of_spell, on=["person", "provider"], how="left").sort("client", "spell")
    return _Rows(
        rows["person"].to_numpy(),
        rows["provider"].to_numpy(),
        rows["client"].to_numpy(),
        rows["spell"].fill_null(-1).to_numpy(),
    )


def caseload(lives: Lives, delivery: int, *, corrected: bool = False) -> pl.DataFrame:
    """Every row of the caseload role as it stood at a cut-off, one for each client and spell.

    ``provider``, ``person`` and ``on_list`` (the row was there at all by then) stand beside the
    columns that are sent. ``corrected`` gives the true date of death where a provider sends its
    file a second time to mend one.
    """
    cut = np.datetime64(str(CUT_OFFS[delivery]), "D")
    lists = clients(lives)
    rows = _rows(lives, lists)
    person, provider, spells = rows.person, rows.provider, lives.spells
    style = styles(lives)[provider]
    has_spell = rows.spell >= 0
    at = np.maximum(rows.spell, 0)
    told = lives.told[person]
    knows = lists.knows[rows.client] & (told <= cut)
    ended = has_spell & (spells.entered[at] <= cut)
    on_list = (lists.since[rows.client] <= cut) & (~has_spell | (spells.admitted[at] <= cut))
    on_list &= ~np.isin(provider, lives.nation.four_lists)
    contact = _last_contact(lives)[person]
    chance, who = lives.draws, identities(lives, "caseload", person)
    return pl.DataFrame(
        {
            "provider": provider,
            "person": person,
            "on_list": on_list,
            "ClientID": client_ids(person, provider),
            "NHSNumber": who["nhs_number"],
            "Surname": who["surname"],
            "DOB": who["birth_date"],
            "DateOfDeath": writing.only(_date_of_death(lives, person, style, corrected), knows),
            "DeathNotifiedDate": writing.only(writing.day(told), knows),
            "SourceOfDeathInfo": writing.only(
                writing.pick(_TOLD_BY, chance.below("told by", 5)[person]), knows
            ),
            "LastContactDate": writing.only(writing.day(contact), contact <= cut),
            "Team": writing.pick(_TEAMS, chance.below("team", len(_TEAMS))[person]),
            "ReferralEnd": writing.day(care_closed(lives, person, provider, knows, cut)),
            "WardCode": writing.only(ward(at, provider), has_spell),
            "AdmitDT": writing.only(
                writing.moment(spells.admitted[at], spells.admitted_minute[at], style), has_spell
            ),
            "DischDT": writing.only(
                writing.moment(spells.written[at], spells.written_minute[at], style), ended
            ),
            "DischMethod": writing.only(_method(lives, at), ended),
            "DischDest": writing.only(writing.blank_to_none(spells.destination[at]), ended),
            "MHASection": writing.only(
                writing.pick(_SECTIONS, chance.weighted("section", (60, 15, 15, 4, 6))[person]),
                has_spell,
            ),
            "ObsLevel": writing.only(
                writing.pick(_LEVELS, chance.weighted("level", (70, 20, 10))[person]), has_spell
            ),
        }
    )


def _method(lives: Lives, at: Ints) -> pl.Series:
    return writing.pick([end.method for end in ENDS], lives.spells.end[at])


def deaths_as_written(lives: Lives, person: Ints, *, corrected: bool = True) -> Days:
    """The day of the death in the provider's record: off by a day in some stories."""
    told = stories()
    story, variant = lives.story[person], lives.variant[person]
    days = lives.died[person].copy()
    for place, one in enumerate(told):
        if any(one.written_off_by):
            here = story == place
            days[here] += by_variant(one.written_off_by, variant[here])
        if one.home == "corrects" and not corrected:
            days[story == place] += 1
    return days


def _date_of_death(
    lives: Lives, person: Ints, style: NDArray[np.str_], corrected: bool
) -> pl.Series:
    """The provider's date of death, with a time of day in some stories."""
    days, minutes = deaths_as_written(lives, person, corrected=corrected), np.zeros_like(person)
    times = np.zeros(len(person), dtype=np.bool_)
    for place, one in enumerate(stories()):
        if one.written_time:
            here = lives.story[person] == place
            minutes[here], times[here] = minute(one.written_time), True
    # A system that keeps local time writes a death as a day; one that keeps UTC writes a midnight.
    plain = np.where((style == "utc") | ((style == "local") & times), style, "date")
    return writing.moment(days, minutes, plain)


def sent(now: pl.DataFrame, before: pl.DataFrame | None) -> pl.DataFrame:
    """The rows of one delivery: all that were there, or those new or changed since ``before``.

    The layout delivers by increment. Both tables are as :func:`caseload` gives them, in step.
    """
    if before is None:
        return now.filter(pl.col("on_list"))
    same = pl.Series(np.ones(len(now), dtype=np.bool_))
    for column in ("on_list", *CASELOAD):
        same = same & now[column].eq_missing(before[column])
    return now.filter(~same & now["on_list"])


def _last_contact(lives: Lives) -> Days:
    """The last contact: soon after the last stay, or for a caseload some days before the end."""
    contact = lives.left + lives.draws.below("contact", 4)
    never_admitted = np.ones(len(contact), dtype=np.bool_)
    never_admitted[lives.spells.person] = False
    before = lives.left - lives.draws.between("contact before", 1, 40)
    contact = np.where(never_admitted, before, contact)
    return np.where(np.isnat(lives.died), contact, np.minimum(contact, lives.died))


def ward(spell: Ints, provider: Ints) -> pl.Series:
    """The ward of each spell."""
    return writing.pick(_WARDS, (spell + provider) % len(_WARDS))


def care_closed(
    lives: Lives, person: Ints, provider: Ints, knows: Flags, cut: np.datetime64
) -> Days:
    """The closure of care: dated to the death by one provider, and in some stories; some living
    people's too."""
    copies = np.array([one.closes_care_at_death for one in stories()])[lives.story[person]]
    at_death = copies & (lives.variant[person] % 2 == 0)
    at_death = (at_death | (provider == lives.nation.closes_caseloads)) & knows
    closed = lives.left + lives.draws.between("closed", 20, 90)
    living = np.isnat(lives.died) & (lives.draws.below("is closed", 5) == 0) & (closed <= cut)
    return np.where(at_death, lives.died[person], np.where(living[person], closed[person], NEVER))


def absences(lives: Lives, delivery: int) -> pl.DataFrame:
    """Rows of the absences role in one delivery: those that began since the delivery before."""
    gone = lives.absences
    style = styles(lives)[gone.provider]
    frame = pl.DataFrame(
        {
            "provider": gone.provider,
            "person": gone.person,
            "ClientID": client_ids(gone.person, gone.provider),
            "AbsenceType": pl.Series(gone.kind.tolist(), dtype=pl.String),
            "AbsenceStart": writing.moment(gone.started, np.full(len(style), 15 * 60), style),
            "AbsenceEnd": writing.moment(gone.ended, np.full(len(style), 10 * 60), style),
            "AbsenceEndReason": writing.blank_to_none(gone.reason),
        }
    )
    cut = [np.datetime64(str(one), "D") for one in CUT_OFFS]
    known = np.where(np.isnat(gone.ended), gone.started, gone.ended)
    mine = known <= cut[delivery]
    if delivery > 0:
        mine &= known > cut[delivery - 1]
    return frame.filter(pl.Series(mine)).sort("provider", "person")
