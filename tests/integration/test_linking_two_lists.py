"""Two lists of one's own linked in one command, the doubtful pairs decided in a file, and again."""

from __future__ import annotations

import csv
import json

import pytest
from linking import MAPPING, clusters, decisions, link, person, read, write_list

# A ward's list and a register. W1 and R1 are one person with an accent and a slip; W2 and R2 are
# twins; W3 and R3 have one name and one home, a father and his son; W4 is nobody in the register.
WARD = [
    person("W1", "Zoë", "Aldermoor", "1961-04-17", "F", "ZZ1 1AA", "9990010009"),
    person("W2", "Perran", "Birchenall", "1988-09-30", "M", "ZZ2 2BB"),
    person("W3", "Jory", "Corrimony", "1950-02-11", "M", "ZZ3 3DD"),
    person("W4", "Elowen", "Dunwold", "1972-12-05", "F", "ZZ4 4EE"),
]
REGISTER = [
    person("R1", "Zoe", "Aldermor", "1961-04-17", "F", "ZZ1 1AA", "9990010009"),
    person("R2", "Piran", "Birchenall", "1988-09-30", "M", "ZZ2 2BB"),
    person("R3", "Jory", "Corrimony", "1978-07-21", "M", "ZZ3 3DD"),
]
TWINS, SAME = frozenset(("W2", "R2")), frozenset(("W1", "R1"))


@pytest.fixture
def lists(tmp_path):
    left = write_list(tmp_path / "ward.csv", WARD)
    right = write_list(tmp_path / "register.csv", REGISTER)
    return left, right


def decide(out, pair, decision):
    """Fill in the decision on one pair, as a person does in the file."""
    path = out / "doubtful.csv"
    rows = read(path)
    for row in rows:
        if {row["left"], row["right"]} == pair:
            row |= {"decision": decision, "decided_on": "2025-06-30", "by": "A", "why": "Read."}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_one_command_finds_who_stands_in_both_and_asks_about_the_doubtful(lists, tmp_path):
    said = link(tmp_path / "out", *lists)
    found = decisions(tmp_path / "out")
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))

    assert said.code == 0, said.err
    assert found[SAME] == "match"
    assert found[TWINS] == "review"
    assert found.get(frozenset(("W3", "R3"))) != "match"
    assert not any("W4" in pair for pair in found)
    assert report["pairs"]["match"] == 1
    assert {row["id"] for row in read(tmp_path / "out" / "clusters.csv")} == {
        row["id"] for row in (*WARD, *REGISTER)
    }


def test_no_value_of_anybody_is_said_on_the_screen(lists, tmp_path):
    said = link(tmp_path / "out", *lists)

    values = {value for row in (*WARD, *REGISTER) for name, value in row.items() if value}
    assert not [v for v in values if len(v) > 1 and v not in ("W1",) and v in said.out + said.err]


@pytest.mark.parametrize("decision", ["same", "different"])
def test_a_decision_in_the_file_outranks_the_model_and_is_asked_no_more(lists, tmp_path, decision):
    out = tmp_path / "out"
    link(out, *lists)
    kept = decide(out, TWINS, decision)

    said = link(out, *lists, "--decisions", kept)
    again = link(out, *lists, "--decisions", out / "doubtful.csv")

    assert (said.code, again.code) == (0, 0), said.err + again.err
    assert (TWINS in clusters(out)) == (decision == "same")
    assert decisions(out).get(TWINS) != "review"
    held = [row for row in read(out / "doubtful.csv") if {row["left"], row["right"]} == TWINS]
    assert [row["decision"] for row in held] == [decision]


def test_a_decision_can_be_taken_back(lists, tmp_path):
    out = tmp_path / "out"
    link(out, *lists)
    link(out, *lists, "--decisions", decide(out, TWINS, "same"))

    said = link(out, *lists, "--decisions", decide(out, TWINS, ""))
    elsewhere = link(tmp_path / "fresh", *lists, "--decisions", out / "doubtful.csv")

    assert said.code == 0, said.err
    assert elsewhere.code == 0, elsewhere.err
    assert decisions(tmp_path / "fresh")[TWINS] == "review"


def test_decisions_are_not_overwritten_by_a_run_that_was_not_given_them(lists, tmp_path):
    out = tmp_path / "out"
    link(out, *lists)
    decide(out, TWINS, "different")

    said = link(out, *lists)

    assert said.code == 1
    assert "--decisions" in said.err
    assert [row["decision"] for row in read(out / "doubtful.csv") if row["decision"]]


def test_the_answer_does_not_depend_on_the_order_of_rows_or_lists(lists, tmp_path):
    left, right = lists
    link(tmp_path / "one", left, right)
    turned = write_list(tmp_path / "turned.csv", WARD[::-1])
    also = write_list(tmp_path / "also.csv", REGISTER[::-1])
    link(tmp_path / "two", turned, also)
    link(tmp_path / "three", right, left)

    assert decisions(tmp_path / "two") == decisions(tmp_path / "one")
    assert decisions(tmp_path / "three") == decisions(tmp_path / "one")
    assert clusters(tmp_path / "two") == clusters(tmp_path / "one")


@pytest.mark.parametrize(
    ("mapping", "word"),
    [
        (MAPPING.replace("surname", "sirname"), "Fields:"),
        (MAPPING.replace("id: id", "id: ident"), "ident"),
        (MAPPING.replace("born: birth_date", "boren: birth_date"), "boren"),
        ("columns: {given: given_name}\n", "id"),
        ("id: id\n", "columns"),
        ("- a\n- b\n", "id"),
        (MAPPING + "exact: 7\n", "no column 7"),
        (MAPPING + "dates: {order: upside-down}\n", "Orders"),
        (MAPPING + "once_each: perhaps\n", "once_each"),
        (MAPPING + "colour: blue\n", "colour"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused_and_nothing_is_made(
    lists, tmp_path, mapping, word
):
    said = link(tmp_path / "out", *lists, mapping=mapping)

    assert said.code == 1
    assert word in said.err
    assert "Traceback" not in said.err
    assert not (tmp_path / "out").exists()


def test_ids_that_do_not_tell_rows_apart_are_refused(tmp_path):
    twice = write_list(tmp_path / "twice.csv", [WARD[0], WARD[0]])

    said = link(tmp_path / "out", twice)

    assert said.code == 1
    assert "more than once" in said.err


def test_a_folder_that_holds_something_else_is_left_alone(lists, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep", encoding="utf-8")

    said = link(tmp_path / "mine", *lists)

    assert said.code == 1
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_weights_can_be_learned_from_ones_own_lists_and_used_again(tmp_path):
    born = [f"19{50 + n % 40}-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(160)]
    rows = [
        person(f"A{n}", f"Given{chr(97 + n % 26)}ia", f"Family{chr(97 + n // 7)}on", born[n],
               "F" if n % 2 else "M", f"ZZ{1 + n % 90} {n % 9}AA")
        for n in range(160)
    ]  # fmt: skip
    left = write_list(tmp_path / "a.csv", rows)
    right = write_list(tmp_path / "b.csv", [{**row, "id": f"B{row['id']}"} for row in rows])

    learned = link(tmp_path / "learned", left, right, "--train")
    used = link(tmp_path / "used", left, right, "--model", tmp_path / "learned" / "model.json")

    assert (learned.code, used.code) == (0, 0), learned.err + used.err
    assert len(decisions(tmp_path / "used")) >= 150
