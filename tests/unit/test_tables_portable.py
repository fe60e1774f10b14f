"""SQL said once: its form for Spark, and what may not be used because the engines differ."""

from __future__ import annotations

import pytest

from candour.tables.portable import NotPortable, in_spark


@pytest.mark.parametrize(
    ("text", "spark"),
    [
        ('SELECT "row" FROM "t"', "SELECT `row` FROM `t`"),
        (
            "SELECT max(a) FILTER (b) FROM t",
            "SELECT MAX(a) FILTER(WHERE b) FROM t",
        ),
        (
            "SELECT max(a) FILTER (WHERE b) FROM t",
            "SELECT MAX(a) FILTER(WHERE b) FROM t",
        ),
        (
            "SELECT strftime(d, '%Y-%m-%d') FROM t",
            "SELECT DATE_FORMAT(d, 'yyyy-MM-dd') FROM t",
        ),
        (
            "SELECT date_diff('day', a, b) FROM t",
            "SELECT DATEDIFF(DAY, a, b) FROM t",
        ),
        ("SELECT * EXCLUDE (a) FROM t", "SELECT * EXCEPT (a) FROM t"),
    ],
)
def test_a_text_is_written_as_spark_reads_it(text, spark):
    assert in_spark(text) == spark


def test_what_has_no_value_comes_last_on_both_engines():
    text = "SELECT row_number() OVER (PARTITION BY a ORDER BY b) = 1 AS first FROM t"

    assert "ORDER BY b NULLS LAST" in in_spark(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT date_diff('year', a, b) FROM t", "count days alone"),
        ("SELECT * REPLACE (a + 1 AS a) FROM t", "Add|REPLACE"),
        ("SELECT * REPLACE (b AS a) FROM t", "REPLACE"),
        ("SELECT a FROM t UNION ALL BY NAME SELECT a FROM u", "UNION BY NAME"),
        ("SELECT EXISTS (SELECT 1 FROM u) FROM t", "in WHERE alone"),
        ("SELECT a FROM t ASOF JOIN u ON t.a >= u.a", "ASOF"),
        ("SELECT nfc_normalize(a) FROM t", "nfc_normalize"),
        ("SELECT arg_max(a, b) FROM t", "none is first"),
        ("SELECT arg_max(a, (b, c)) FROM t", "none is first"),
        ("SELECT max(a) FILTER (b) OVER (PARTITION BY c) FROM t", "FILTER over a window"),
        ("SELECT list(a ORDER BY b) FROM t", "may not use"),
        ("SELECT a FROM t USING SAMPLE 10 ROWS", "may not use"),
    ],
)
def test_what_the_engines_read_in_two_ways_is_refused(text, said):
    with pytest.raises(NotPortable, match=said):
        in_spark(text)


def test_the_value_of_the_last_row_may_be_asked_for_where_nothing_ties():
    assert "MAX_BY(a, (b, a))" in in_spark("SELECT arg_max(a, (b, a)) FROM t")
