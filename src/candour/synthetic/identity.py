"""Who a list says that somebody is: the one place where noise can be laid over it.

A list's identities are as they truly are, but for stories about NHS numbers. A nation may be given
a noise: a function from such a table, and draws for its rows, to the table as it would stand in a
list kept with less care. It is laid over each list apart, by person, so that what becomes of a
person in one list depends neither on the other lists nor on how many people there are.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from candour.synthetic import writing
from candour.synthetic.draws import Draws, Ints
from candour.synthetic.lives import Lives
from candour.synthetic.people import People, given_names, mistyped, postcodes, surnames
from candour.synthetic.stories import stories

REGISTERED = "registrations"
"""The list that holds everybody's own NHS number."""


def identities(lives: Lives, name: str, person: Ints) -> pl.DataFrame:
    """What the lists of one name hold of these people, in step with ``person``, all text.

    Columns ``given_name, surname, birth_date`` (ISO)``, sex, nhs_number, postcode``.
    """
    if lives.noise is None:
        return _before_noise(lives, name, person)
    everyone = np.arange(len(lives.story))
    drawn = Draws(lives.draws.seed, len(everyone), f"{name}: ")
    held = lives.noise(_before_noise(lives, name, everyone), drawn)
    return held.select(pl.all().gather(pl.Series(person)))


def true_identities(people: People) -> pl.DataFrame:
    """The same columns, as people truly are."""
    return pl.DataFrame(
        {
            "given_name": writing.pick(given_names(), people.given_name),
            "surname": writing.pick(surnames(), people.surname),
            "birth_date": writing.day(people.birth),
            "sex": writing.number(people.sex),
            "nhs_number": writing.number(people.nhs_number),
            "postcode": postcodes(people.postcode),
        }
    )


def _before_noise(lives: Lives, name: str, person: Ints) -> pl.DataFrame:
    held = true_identities(lives.people.of(person))
    if name == REGISTERED:
        return held
    return held.with_columns(nhs_number=_held_numbers(lives, person))


def _held_numbers(lives: Lives, person: Ints) -> pl.Series:
    """The NHS number as providers hold it: some hold none, some a mistyped one."""
    how = np.array([one.number for one in stories()])[lives.story[person]]
    own = lives.people.nhs_number[person]
    text = writing.number(np.where(how == "mistyped", mistyped(own), own))
    return writing.only(text, how != "missing")
