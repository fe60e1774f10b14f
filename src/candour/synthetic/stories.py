"""The stories of the nation: the lives that people lead in it, each a trap or none.

Rules that the traps probe are those of the domain reference D2.1 to D2.8, with its golden cases.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

from candour.synthetic.script import Away, Bed, End, Story
from candour.synthetic.stories_by_sender import BY_SENDER

CUT_OFFS = (dt.date(2024, 12, 31), dt.date(2025, 6, 30))
"""The days on which the extracts were drawn."""

_HOME = Bed("home", End.WENT_HOME)
_D = dt.date

AFTER_DISCHARGE = (0, 1, 2, 3, 5, 7, 7, 8, 8, 10, 12, 15, 18, 21, 25, 28, 29, 30, 30, 31, 31, 45,
                   60, 75, 89, 90, 90, 91, 91, 120, 200)  # fmt: skip

_ON_THE_WARD = (
    Story("ward-death", 14, "Died on the ward; method 4, destination 79.",
          (Bed("home", End.DIED),), days_after=(0,), told_after=(0, 0), incident="death"),
    Story("ward-death-ending-not-told", 4,
          "Died on the ward; a discharge that day is written, with no method and no destination.",
          (Bed("home", End.DIED_ENDING_NOT_WRITTEN),), days_after=(0,)),
    Story("ward-death-stay-left-open", 4, "Died on the ward; the stay was never closed.",
          (Bed("home", End.DIED_LEFT_OPEN),), days_after=(0,)),
    Story("discharge-entered-after-death", 4,
          "Died on the ward; a discharge dated three days after the death was entered later.",
          (Bed("home", End.DIED_WRITTEN_AS_LEAVING),), days_after=(0,), entered_late=45,
          told_after=(0, 2), last=_D(2025, 4, 30)),
    Story("died-on-leave", 4, "Died on leave, the stay open; one on Christmas Day.",
          (Bed("home", End.DIED),), Away("Section 17 leave", 2), days_after=(0,),
          leaves_on=(_D(2024, 12, 25), _D(2024, 8, 14), _D(2025, 3, 2), _D(2024, 5, 30))),
    Story("died-while-absent", 3, "Died while absent without leave, the stay open.",
          (Bed("home", End.DIED_LEFT_OPEN),), Away("AWOL", 3), days_after=(0,)),
    Story("acute-spell-kept-open", 3,
          "Moved to a general hospital with the spell kept open, and died there.",
          (Bed("home", End.DIED),), days_after=(0,), told_after=(0, 3)),
    Story("transfer-died-on-ward", 4, "Moved to another trust's ward, and died there.",
          (Bed("home", End.MOVED), Bed("other", End.DIED)), days_after=(0,),
          destinations=("53", "50", "49"), incident="death"),
    Story("placement-died-on-ward", 4, "Placed at an independent site, and died there.",
          (Bed("home", End.MOVED), Bed("site", End.DIED)), days_after=(0,),
          destinations=("87", "84")),
    Story("readmitted-died-on-ward", 5,
          "Went home, was readmitted after eight days, and died on the ward 20 to 60 days on.",
          (_HOME, Bed("home", End.DIED, (12, 22, 23, 30, 52), True, gap=8)), days_after=(0,)),
)  # fmt: skip

_AFTER_DISCHARGE = (
    Story("died-after-discharge", 62, "Went home and died 0 to 200 days later.", (_HOME,),
          days_after=AFTER_DISCHARGE, closes_care_at_death=True,
          also_traps=("closure-of-care-dated-to-the-death",)),
    Story("day-of-discharge", 4, "Went home and died that day.", (_HOME,), days_after=(0,),
          incident="death", clock=("09:40",)),
    Story("three-months-month-end", 6, "Three calendar months that end with a short month.",
          (_HOME,), days_after=(92, 93, 90, 91, 91, 92),
          leaves_on=(_D(2024, 5, 31), _D(2024, 5, 31), _D(2024, 11, 30), _D(2024, 11, 30),
                     _D(2024, 8, 31), _D(2024, 8, 31))),
    Story("leap-day", 3, "Thirty days to, and from, 29 February.", (_HOME,),
          days_after=(30, 30, 31),
          leaves_on=(_D(2024, 1, 30), _D(2024, 2, 29), _D(2024, 2, 29))),
    Story("late-evening-day-30", 2, "Died at ten to midnight on day 30.", (_HOME,),
          days_after=(30,), written_time="23:50"),
    Story("closed-while-absent", 4,
          "Absent without leave; the stay was closed three days on; died later.",
          (Bed("home", End.CLOSED_WHILE_ABSENT),), Away("AWOL", 3), days_after=(12, 20, 40, 100)),
    Story("transfer-then-home", 12, "Moved to another trust's ward, and went home from there.",
          (Bed("home", End.MOVED), Bed("other", End.WENT_HOME)),
          days_after=(15, 30, 31, 5, 60, 36), destinations=("53", "50", "49")),
    Story("placement-then-home", 12, "Placed at an independent site, and went home from there.",
          (Bed("home", End.MOVED), Bed("site", End.WENT_HOME, gap=2)),
          days_after=(15, 30, 31, 5, 60, 36), destinations=("87", "84")),
    Story("moved-next-day-not-coded", 4,
          "Written as gone home; another trust's ward admitted the person the next day.",
          (_HOME, Bed("other", End.WENT_HOME, (25, 45), gap=1)), days_after=(9, 30, 31, 80)),
    Story("transfer-unresolved", 6,
          "Moved to another ward of which no extract tells; lived and died there.",
          (Bed("home", End.MOVED),), days_after=(3, 10, 25, 40, 80, 120),
          destinations=("49", "50", "53", "84", "87", "53")),
    Story("acute-and-back-next-day", 4,
          "To a general hospital and back to the ward the next day; went home later.",
          (Bed("home", End.TO_ACUTE), Bed("home", End.WENT_HOME, (25, 45), gap=1)),
          days_after=(6, 30, 31, 50)),
    Story("acute-and-back-later", 4,
          "To a general hospital and back to the ward after six days; went home later.",
          (Bed("home", End.TO_ACUTE), Bed("home", End.WENT_HOME, (25, 45), gap=6)),
          days_after=(6, 30, 31, 50)),
    Story("to-acute-died-there", 4,
          "To a general hospital, the spell closed; died 3 to 40 days later.",
          (Bed("home", End.TO_ACUTE),), days_after=(3, 10, 25, 40)),
    Story("self-discharge", 8, "Left against advice (method 6).",
          (Bed("home", End.SELF_DISCHARGE),), days_after=(0, 2, 7, 14, 30, 31, 44, 95)),
    Story("discharge-method-missing", 3,
          "Went home (destination 19), method not written; died later.",
          (Bed("home", End.METHOD_NOT_WRITTEN),), days_after=(6, 20, 70)),
)  # fmt: skip

_WHO_KNOWS = (
    Story("never-in-contact", 40, "Registered; in no provider's list.", days_after=(0,),
          in_contact=False, knows="none"),
    Story("caseload-death", 60,
          "On a caseload, never admitted; half are closed on the date of death.", days_after=(0,),
          closes_care_at_death=True, also_traps=("closure-of-care-dated-to-the-death",)),
    Story("caseload-death-not-told", 12, "On a caseload; the provider does not know of the death.",
          days_after=(0,), knows="none"),
    Story("two-providers-each-claim", 8, "Two providers each record the death.", (_HOME,),
          days_after=(4, 16, 30, 31, 64, 88, 93, 150), also_at="other", knows="all"),
    Story("dates-differ-by-a-day", 8,
          "The provider's date of death is a day off the registered one.", (_HOME,),
          days_after=(30, 31, 7, 8, 90, 91, 12, 45), written_off_by=(1, -1)),
    Story("registered-after-inquest", 5, "Registered five to nine months later; provider knows.",
          (_HOME,), days_after=(9, 18, 30, 31, 66), registered="after-inquest",
          last=_D(2024, 8, 31)),
    Story("registered-late-provider-not-told", 5,
          "Registered five to nine months later, cause pending; provider does not know.", (_HOME,),
          days_after=(9, 18, 30, 31, 66), registered="inquest-adjourned", knows="none",
          last=_D(2024, 8, 31)),
    Story("not-yet-registered", 6, "The provider knows; not registered when extracts were drawn.",
          (_HOME,), days_after=(2, 15, 30, 31, 59, 100), registered="no"),
    Story("not-yet-known", 2, "Died, and no extract knows of it yet.", (_HOME,), days_after=(10,),
          leaves_on=(_D(2025, 6, 15),), registered="no", knows="none"),
    Story("known-to-incident-system-only", 4, "Known from an incident record alone.", (_HOME,),
          days_after=(5, 30, 31, 100), registered="no", knows="none", incident="death"),
    Story("corrected-date-of-death", 1,
          "A second file corrects the date of death by a day, from day 31 to day 30.", (_HOME,),
          days_after=(30,), registered="no", home="corrects", once=True,
          leaves_on=(_D(2025, 3, 10),), also_traps=("resubmitted-with-one-row-changed",)),
)  # fmt: skip

_HOW_IT_IS_WRITTEN = (
    Story("day-of-death-not-registered", 6,
          "Only registered, with 00 for the day of death.", (_HOME,),
          days_after=(15, 20, 218, 71, 20, 87),
          leaves_on=(_D(2024, 5, 28), _D(2024, 9, 30), _D(2024, 2, 10), _D(2024, 7, 31),
                     _D(2025, 1, 31), _D(2024, 11, 15)), knows="none", day_not_registered=True),
    Story("day-of-death-known-to-provider", 2,
          "Registered with 00 for the day of death; the provider knows the day.", (_HOME,),
          days_after=(12, 40), leaves_on=(_D(2024, 10, 31), _D(2024, 9, 30)),
          day_not_registered=True),
    Story("nhs-number-missing", 4, "The provider holds no NHS number; name and dates agree.",
          (_HOME,), days_after=(11, 30, 31, 85), number="missing"),
    Story("nhs-number-missing-cannot-link", 4,
          "The provider holds no NHS number and does not know of the death.", (_HOME,),
          days_after=(11, 30, 31, 85), number="missing", knows="none"),
    Story("nhs-number-mistyped", 4, "The provider's NHS number fails its check digit.", (_HOME,),
          days_after=(11, 30, 31, 85), number="mistyped"),
    Story("nhs-number-shared-died", 4, "Bears the NHS number of somebody else; died.", (_HOME,),
          days_after=(12, 30, 31, 70), number="shared"),
    Story("nhs-number-shared-lives", 4, "Somebody else bears this NHS number.", (_HOME,),
          registered="nothing"),
    Story("summer-midnight-in-utc", 6,
          "Times in UTC: half past midnight in summer, and midnight, fall on the day before.",
          (_HOME,), days_after=(30, 31, 31, 30, 31, 30),
          leaves_on=(_D(2024, 6, 1), _D(2024, 5, 15), _D(2024, 1, 31), _D(2025, 4, 20),
                     _D(2024, 7, 9), _D(2024, 8, 3)),
          clock=("00:30", "10:00", "23:30", "00:30", "00:30", "10:00"), home="utc",
          registered="no"),
)  # fmt: skip

_LIVING = (
    Story("near-miss", 24, "Survived an event on the ward that was written as a near miss.",
          (Bed("home", End.WENT_HOME),), registered="nothing", incident="near-miss"),
    Story("incident-rejected", 6, "An incident written as a death, rejected: the person lives.",
          (_HOME,), registered="nothing", incident="rejected"),
    Story("incident-grave-survived", 6, "An incident of the gravest severity; the person lives.",
          (_HOME,), registered="nothing", incident="grave-survived"),
    Story("incident-about-staff", 4, "An incident about a member of staff.", (_HOME,),
          registered="nothing", incident="about-staff"),
    Story("came-back-from-absence", 10, "Was absent without leave, and came back.",
          (Bed("home", End.WENT_HOME, (20, 70)),),
          Away("Absent without leave", 12, True), registered="nothing"),
    Story("home-leave", 12, "Went on leave, and came back.",
          (Bed("home", End.WENT_HOME, (20, 70)),),
          Away("Home leave", 10, True), registered="nothing", trap=False),
    Story("placed-and-home", 20, "Placed at an independent site, and went home.",
          (Bed("home", End.MOVED), Bed("site", End.WENT_HOME)), registered="nothing",
          destinations=("87", "84"), trap=False),
    Story("still-on-the-ward", 18, "In a bed when the extracts were drawn.",
          (Bed("home", End.STILL_THERE),), registered="nothing", trap=False),
    Story("twice-on-the-ward", 40, "Two stays, two months apart.",
          (_HOME, Bed("home", End.WENT_HOME, gap=60)), registered="nothing", trap=False),
    Story("left-against-advice", 10, "Left against advice, and lives.",
          (Bed("home", End.SELF_DISCHARGE),), registered="nothing", trap=False),
    Story("on-two-caseloads", 10, "Known to two providers.", (_HOME,), registered="nothing",
          also_at="other", also_traps=("same-person-at-two-providers",)),
    Story("once-on-the-ward", 180, "One stay, and home.", (_HOME,), registered="nothing",
          trap=False),
    Story("caseload", 0, "On a caseload, never admitted; living.", registered="nothing",
          trap=False),
)  # fmt: skip


@cache
def stories() -> tuple[Story, ...]:
    """Every story; the last one, the caseload, is everybody else's."""
    others, caseload = _LIVING[:-1], _LIVING[-1]
    return (*_ON_THE_WARD, *_AFTER_DISCHARGE, *_WHO_KNOWS, *_HOW_IT_IS_WRITTEN, *others,
            *BY_SENDER, caseload)  # fmt: skip


def place_of(name: str) -> int:
    """The place of a story in :func:`stories`."""
    return [one.name for one in stories()].index(name)
