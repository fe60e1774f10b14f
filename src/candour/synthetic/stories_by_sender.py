"""Stories that show what one sender does: how it closes records, and what its layout has no room
for. Where a nation has no such sender, somebody lives them elsewhere as an ordinary life."""

from __future__ import annotations

import datetime as dt

from candour.synthetic.script import Away, Bed, End, Story

_HOME = Bed("home", End.WENT_HOME)
_LONG = Bed("home", End.WENT_HOME, (20, 70))
_D = dt.date

BY_SENDER = (
    Story("spell-closed-on-death", 4,
          "Died on the ward; the provider closes a spell on the day of the death, with method 9 "
          "and destination 99.",
          (Bed("home", End.DIED_SPELL_CLOSED),), days_after=(0,), told_after=(0, 3),
          home="closes-spells"),
    Story("caseload-closed-on-death", 4,
          "Went home and died later; the provider closes a caseload record on the day of the "
          "death.",
          (_HOME,), days_after=(10, 30, 31, 75), home="closes-caseloads"),
    Story("flow-death-in-its-month", 3,
          "The provider learned of the death within its month, and that month of its flow holds "
          "it.",
          (_HOME,), days_after=(9, 14, 3), home="flow", told_after=(0, 2),
          leaves_on=(_D(2024, 5, 10), _D(2024, 9, 4), _D(2025, 2, 11))),
    Story("flow-death-after-its-month", 3,
          "The provider learned of the death months later, and no month of its flow has room for "
          "it.",
          (_HOME,), days_after=(12, 30, 31), home="flow", told_after=(70, 90),
          first=_D(2024, 4, 1), last=_D(2025, 2, 28)),
    Story("flow-death-in-a-later-month", 2,
          "The flow holds the death in a month that is not its own, so the row is left out.",
          (_HOME,), days_after=(17, 44), home="flow", told_after=(45, 60),
          first=_D(2024, 4, 1), last=_D(2025, 2, 28)),
    Story("flow-injured-in-restraint", 2, "Hurt while being restrained, and went home later.",
          (_LONG,), registered="nothing", home="flow", first=_D(2024, 7, 1)),
    Story("flow-harmed-themselves", 2, "Harmed themselves on the ward, and survived.",
          (_LONG,), registered="nothing", home="flow", first=_D(2024, 7, 1)),
    Story("flow-home-leave", 1, "Went on home leave, and came back.", (_LONG,),
          Away("Home leave", 10, True), registered="nothing", home="flow", first=_D(2024, 7, 1)),
    Story("flow-section-17-leave", 1, "Went on leave under section 17, and came back.", (_LONG,),
          Away("S17 leave", 10, True), registered="nothing", home="flow", first=_D(2024, 7, 1)),
    Story("flow-absent-without-leave", 1, "Was absent without leave, and came back.", (_LONG,),
          Away("AWOL", 10, True), registered="nothing", home="flow", first=_D(2024, 7, 1)),
    Story("flow-trial-leave", 1, "Went on trial leave, and came back.", (_LONG,),
          Away("Trial leave", 10, True), registered="nothing", home="flow", first=_D(2024, 7, 1)),
    Story("one-row-death-expected", 3,
          "An incident written as DEATH - EXPECTED, its number held as a number.",
          (_HOME,), days_after=(14, 30, 31), home="one-row", incident="death"),
    Story("one-row-near-miss", 3, "A near miss, written in a row of the person's own.", (_HOME,),
          registered="nothing", home="one-row", incident="near-miss"),
    Story("one-row-number-rounded", 2,
          "A near miss whose NHS number a spreadsheet rounded: nothing links the row.", (_HOME,),
          registered="nothing", home="one-row", incident="near-miss"),
    Story("four-lists-died-after-discharge", 4,
          "Went home and died; both the provider's list and the registry's know it.", (_HOME,),
          days_after=(3, 30, 31, 120), home="four-lists"),
    Story("four-lists-registry-alone", 3,
          "Went home and died; the provider's list of deaths does not know it.", (_HOME,),
          days_after=(12, 30, 64), home="four-lists", knows="none"),
    Story("four-lists-ward-death", 2, "Died on the ward, in four lists without a number.",
          (Bed("home", End.DIED),), days_after=(0,), told_after=(0, 0), home="four-lists"),
    Story("four-lists-lives", 3, "One stay in four lists without a number, and home.", (_HOME,),
          registered="nothing", home="four-lists", trap=False),
)  # fmt: skip
"""``home`` names the sender whose ways the story shows: see ``placing``."""
