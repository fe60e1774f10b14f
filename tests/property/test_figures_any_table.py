"""Any table of figures is read and answered, and its remarks keep to its rows."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from candour.figures import COLUMNS, KINDS, check, read

DAYS = st.sampled_from(["", "2019-04-01", "2019-06-30", "2019-07-01", "2020-03-31", "31/03/2020"])
ROWS = st.fixed_dictionaries(
    {
        "provider": st.sampled_from(["A", "B", "England", "All trusts", "X region", ""]),
        "ods_code": st.sampled_from(["", "ZA1"]),
        "period_start": DAYS,
        "period_end": DAYS,
        "measure_in_their_words": st.sampled_from(
            ["deaths", "expected deaths", "deaths investigated", "percentage investigated", "…", ""]
        ),
        "population_or_definition": st.sampled_from(
            ["", "on wards", "2 of them at home", "so far"]
        ),
        "value": st.one_of(
            st.sampled_from(["", "-", "*", "<5", "9999999", "0", "1,234", "12.5", "many", "40%"]),
            st.integers(0, 60).map(str),
        ),
        "unit": st.sampled_from(["deaths", "percent", ""]),
        "layout": st.just("table"),
        "source": st.sampled_from(["one", "two", ""]),
    }
)


@settings(max_examples=200, deadline=None)
@given(st.lists(ROWS, max_size=9))
def test_every_remark_is_of_a_known_kind_and_about_rows_of_the_table(rows):
    figures, unread = read(enumerate(rows, start=1))
    remarks = [*check(figures), *unread]

    for remark in remarks:
        assert remark.kind in KINDS
        assert remark.rows
        assert set(remark.rows) <= set(range(1, len(rows) + 1))
        assert remark.message.strip()
    assert len({(r.kind, r.rows) for r in remarks}) == len(remarks)


@settings(max_examples=100, deadline=None)
@given(st.lists(ROWS, max_size=9))
def test_a_hidden_figure_is_in_no_sum(rows):
    figures, _ = read(enumerate(rows, start=1))
    hidden = {f.row for f in figures if f.hidden}

    for remark in check(figures):
        if remark.kind in ("adds-up", "does-not-add-up"):
            assert not hidden & set(remark.rows)


def test_the_columns_are_those_of_the_table_that_the_command_names():
    assert COLUMNS[0] == "provider"
    assert len(COLUMNS) == 10
