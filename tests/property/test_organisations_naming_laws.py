"""Laws of resolving: spelling, spacing and order may cost a match, and never make a wrong one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from candour.organisations.naming import Resolver
from candour.organisations.register import Register

_REGISTER = Register.load()
_RESOLVER = Resolver.shipped()
_KINDS = ("mh_trust", "icb")
_NAMES = [
    (code, held.value)
    for code in _REGISTER.codes()
    for held in _REGISTER.names(code)
    if _REGISTER.show(code).kind in _KINDS  # type: ignore[union-attr]
]
_BESIDE = (
    "NHS England",
    "Department of Health and Social Care",
    "Leeds City Council",
    "Care Quality Commission",
    "Kent Police",
)
_OFFICES = ("", "Chief Executive, ", "The Chief Executive of ", "Medical Director - ")


@st.composite
def _spelt_otherwise(draw: st.DrawFn, name: str) -> str:
    """The same name in other capitals and spaces, with other forms of words that tell nothing."""
    name = name.replace(" and ", draw(st.sampled_from([" and ", " & ", " And ", "  and "])))
    name = name.replace(" Foundation Trust", draw(st.sampled_from([" Foundation Trust", " Trust"])))
    cased = draw(st.sampled_from([str, str.upper, str.lower]))
    return cased(name.replace(" ", draw(st.sampled_from([" ", "  ", "\u00a0"]))))


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(_NAMES), st.sampled_from(_OFFICES), st.data())
def test_a_body_is_itself_in_other_capitals_spaces_and_after_an_office(named, office, data) -> None:
    code, name = named

    found = _RESOLVER.resolve(office + data.draw(_spelt_otherwise(name)))

    assert found.codes() == (code,)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from(_NAMES), min_size=1, max_size=3, unique_by=lambda named: named[0]),
    st.lists(st.sampled_from(_BESIDE), max_size=2, unique=True),
    st.sampled_from(["; ", ", ", " and ", "\n", " / "]),
    st.randoms(use_true_random=False),
)
def test_bodies_in_any_order_and_between_any_marks_are_the_same_bodies(
    named, beside, between, random
) -> None:
    parts = [name for _, name in named] + list(beside)
    random.shuffle(parts)

    found = _RESOLVER.resolve(between.join(parts))

    assert set(found.codes()) == {code for code, _ in named}


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(_NAMES),
    st.integers(1, 200),
    st.sampled_from(["double", "drop", "swap", "cut", "another"]),
    st.sampled_from("aeirstnlo"),
)
def test_a_slip_of_typing_never_makes_another_body(named, place, edit, letter) -> None:
    code, name = named
    at = 1 + place % (len(name) - 2)
    slipped = {
        "double": name[:at] + name[at] + name[at:],
        "drop": name[:at] + name[at + 1 :],
        "swap": name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        "cut": name[: max(at, len(name) - 3)],
        "another": name[:at] + letter + name[at + 1 :],
    }[edit]

    assert set(_RESOLVER.resolve(slipped).codes()) <= {code}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_at_all_is_answered_and_what_is_shown_was_written(text) -> None:
    found = _RESOLVER.resolve(text)

    assert all(body.text in text for body in found.bodies)
    assert all(0 <= body.confidence <= 1 for body in found.bodies)
