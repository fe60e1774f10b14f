"""Four lists of one hospital, under ids of its own: no name, no NHS number (discharge-deaths)."""

from __future__ import annotations

import numpy as np
import polars as pl

from candour.synthetic import writing
from candour.synthetic.extracts_epr import client_ids, clients
from candour.synthetic.lives import Lives
from candour.synthetic.script import End
from candour.synthetic.stories import CUT_OFFS


def four_lists(lives: Lives) -> dict[str, pl.DataFrame]:
    """The lists by the name of their file, as at the last cut-off, ``provider`` beside each."""
    cut = np.datetime64(str(CUT_OFFS[-1]), "D")
    senders, spells = lives.nation.four_lists, lives.spells
    known = clients(lives)
    mine = np.isin(known.provider, senders) & (known.since <= cut)
    person, provider = known.person[mine], known.provider[mine]
    told = known.knows[mine] & (lives.told[person] <= cut)
    entered = lives.registered[person] <= cut
    ids = client_ids(person, provider)
    deaths = pl.DataFrame(
        {"provider": provider, "subject_id": ids, "date_of_death": writing.day(lives.died[person])}
    )
    at = np.flatnonzero(np.isin(spells.provider, senders) & (spells.admitted <= cut))
    over = ~np.isnat(spells.written[at]) & (spells.written[at] <= cut)
    died = (spells.end[at] == list(End).index(End.DIED)) & over
    nothing = pl.Series([None] * len(at), dtype=pl.String)
    plain = np.full(len(at), "local")
    out = writing.only(
        writing.moment(spells.written[at], spells.written_minute[at], plain).str.replace("T", " "),
        over,
    )
    return {
        "patients": pl.DataFrame(
            {
                "provider": provider,
                "subject_id": ids,
                "gender": writing.pick(("M", "F"), lives.people.sex[person] - 1),
                "dob": writing.day(lives.people.birth[person]),
            }
        ),
        "admissions": pl.DataFrame(
            {
                "provider": spells.provider[at],
                "subject_id": client_ids(spells.person[at], spells.provider[at]),
                "hadm_id": pl.select(
                    pl.format(
                        "{}-{}",
                        client_ids(spells.person[at], spells.provider[at]),
                        pl.Series(spells.order[at]),
                    )
                )[:, 0],
                "admittime": writing.moment(
                    spells.admitted[at], spells.admitted_minute[at], plain
                ).str.replace("T", " "),
                "dischtime": out,
                "deathtime": writing.only(out, died),
                "admission_type": nothing,
                "admission_location": nothing,
                "discharge_location": writing.only(
                    writing.pick(("HOME", "DEAD/EXPIRED"), died.astype(np.int64)), over
                ),
                "hospital_expire_flag": writing.pick(("0", "1"), died.astype(np.int64)),
            }
        ),
        "deaths_known_to_provider": deaths.filter(pl.Series(told)),
        "deaths_known_to_registry": deaths.filter(pl.Series(entered)),
    }
