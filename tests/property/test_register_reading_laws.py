"""Laws of reading messy spellings: order, spaces, capitals and marks never change what is read."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from candour.register.reading import Areas, read_area, read_categories, read_reference

_AREAS = list(Areas.shipped())
_EDITS = st.sampled_from(["double", "drop", "swap"])

_LABELS = {
    "Suicide (from 2015)": "suicide",
    "Mental Health related deaths": "mental_health",
    "Hospital Death (Clinical Procedures and medical management) related deaths": "hospital_death",
    "Community health care related deaths": "community_health",
    "Alcohol, drug and medication related deaths": "alcohol_drug_medication",
    "Road (Highways Safety) related deaths": "road",
    "Other related deaths": "other",
}


@st.composite
def _spelt_otherwise(draw: st.DrawFn, text: str) -> str:
    """The same words with other spaces, capitals and joining words."""
    text = text.replace(" and ", draw(st.sampled_from([" and ", " & ", "  &  ", " And "])))
    text = text.replace(", ", draw(st.sampled_from([", ", " , ", "  ", "; "])))
    cased = draw(st.sampled_from([str.upper, str.lower, str.title, str]))
    before, after = draw(st.sampled_from([("", ""), (" ", "  "), ("\t", "\u00a0")]))
    return before + cased(text) + after


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(_AREAS), st.data())
def test_an_area_is_itself_in_other_spaces_capitals_and_marks(area, data) -> None:
    text = data.draw(_spelt_otherwise(area.name))

    assert read_area(text) == (area.name, "read")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(_AREAS), st.randoms(use_true_random=False))
def test_an_area_is_itself_with_its_words_in_another_order(area, random) -> None:
    words = area.name.replace("(", "").replace(")", "").replace(",", "").split()
    random.shuffle(words)

    assert read_area(" ".join(words)) == (area.name, "read")


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(_AREAS), st.integers(1, 50), _EDITS)
def test_a_slip_of_typing_is_read_as_the_area_or_not_at_all(area, place, edit) -> None:
    at = place % (len(area.name) - 1)
    name = area.name
    slipped = {
        "double": name[:at] + name[at] + name[at:],
        "drop": name[:at] + name[at + 1 :],
        "swap": name[:at] + name[at + 1] + name[at] + name[at + 2 :],
    }[edit]

    value, decision = read_area(slipped)

    assert value == area.name or decision != "read"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(_LABELS)), min_size=1, max_size=5, unique=True),
    st.sampled_from(["; ", " | ", " |", ", ", " and ", ";  "]),
    st.data(),
)
def test_categories_keep_their_order_whatever_stands_between(labels, between, data) -> None:
    text = data.draw(_spelt_otherwise(between.join(labels)))

    assert read_categories(text) == ("|".join(_LABELS[label] for label in labels), "read")


@settings(max_examples=80, deadline=None)
@given(
    st.integers(2013, 2026),
    st.integers(1, 1999),
    st.sampled_from(["-", " \u2013 ", "\u2013", " - ", "- ", " -", "\u2014", "-0", "/"]),
    st.sampled_from(["", "A", "a", "(b)", " C"]),
)
def test_a_reference_is_itself_with_any_dash_and_noughts(year, number, dash, letter) -> None:
    text = f"{year}{dash}{number:04d}{letter}"

    assert read_reference(text, 2026) == (
        f"{year}-{number:04d}{letter.strip('() ').upper()}",
        "read",
    )
