"""What a mapping may say, and how it is refused."""

import textwrap

import pytest

from candour.errors import UserError
from candour.sources import Layouts, load

SOUND = """
id: ward-list
version: 1.0.0
title: A ward's own list
purpose: learning from deaths
files:
  list:
    kind: epr
    header: {find: [Id, Number, Died]}
    rows_are: [person, death]
    key: {person: [Id]}
    columns:
      Id: person.local_patient_id
      Number: person.nhs_number
      Sex: person.sex
      Died: death.death_date
    codes: {Sex: {F: "2", M: "1", "?": ~}}
    dates: {order: dmy}
"""


@pytest.fixture
def write(tmp_path):
    def written(text: str, name: str = "mapping.yaml"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return written


def refused(path) -> str:
    with pytest.raises(UserError) as caught:
        load(path)
    return caught.value.message


def test_a_sound_mapping_is_read(write):
    mapping = load(write(SOUND))

    role = mapping.files["list"]
    targets = {target.path: target for target in role.targets()}
    assert targets["person.sex"].codes == {"F": "2", "M": "1", "?": None}
    assert targets["death.death_date"].dates.order == "dmy"
    assert role.nulls == [""]


def test_codes_are_text_whatever_yaml_would_make_of_them(write):
    mapping = load(
        write(
            SOUND.replace('{F: "2", M: "1", "?": ~}', "{yes: 1, 02: 2, ~: ~}").replace(
                "~: ~", "off: 9"
            )
        )
    )

    assert mapping.files["list"].codes["Sex"] == {"yes": "1", "02": "2", "off": "9"}


def test_a_field_that_is_not_in_the_data_set_is_refused_naming_both_sides(write):
    message = refused(write(SOUND.replace("person.nhs_number", "person.nhs_numbr")))

    assert "layout ward-list" in message
    assert "file role list maps column Number to person.nhs_numbr" in message
    assert "nearest: person.nhs_number" in message


def test_a_code_that_the_list_does_not_have_is_refused(write):
    message = refused(write(SOUND.replace('F: "2"', 'F: "3"')))

    assert "maps Sex value 'F' to code '3' of person.sex" in message
    assert "list sex" in message


def test_a_derived_entity_cannot_be_filled(write):
    message = refused(write(SOUND.replace("death.death_date", "discharge.discharge_date")))

    assert "discharge.discharge_date, which the data set does not have" in message


@pytest.mark.parametrize(
    ("sound", "broken", "said"),
    [
        ("key: {person: [Id]}", "key: {person: [Ids]}", "names column Ids"),
        ("key: {person: [Id]}", "key: {stay: [Id]}", "key for stay, which rows_are does not list"),
        ("    dates:", "    known_on: Told\n    dates:", "known_on names column Told"),
        (
            "    dates:",
            "    where: [{column: Stat, in: [A]}]\n    dates:",
            "where names column Stat",
        ),
        ("    dates:", "    where: [{column: Id}]\n    dates:", "needs either in or not_in"),
        (
            "    dates:",
            "    where: [{column: Id, in: [A], finding: not-a-code}]\n    dates:",
            "finding not-a-code, which the catalogue does not have",
        ),
        (
            "    dates:",
            "    parts: {person.birth_date: {year: Y, month: M, day: D}, "
            "person.sex: {year: Y, month: M, day: D}}\n    dates:",
            "builds person.sex from parts of a date",
        ),
        ("{order: dmy}", "{order: dmy, zone: Europe/Londn}", "not a known time zone"),
        ("{order: dmy}", '{order: dmy, format: "%d"}', "both an order and a format"),
        ("{order: dmy}", "{order: dym}", "dates > order"),
        ("[person, death]", "[person, death, stay]", "maps no column to stay"),
        ("[person, death]", "[person]", "rows_are does not list death"),
        ("[person, death]", "[person, deth]", "nearest: death"),
        (
            "Died: death.death_date",
            "Died: death.death_date\n      Gone: death.death_date",
            "both Died and Gone to death.death_date",
        ),
        ("codes: {Sex", "codes: {Sx", "codes names column Sx"),
        ("codes: {Sex", "codes: {Number", "person.nhs_number has no code list"),
        ("    kind: epr\n", "", "files > list > kind is missing"),
        ("    kind: epr", "    kind: epr\n    colums: {}", "colums is not a key"),
        ("version: 1.0.0", "version: '1'", "version"),
        ("files:", "implies: {death.died: perhaps}\nfiles:", "its code list does not have"),
        ("files:", "cannot_say: [stays]\nfiles:", "lists stays under cannot_say"),
        ("files:", "joins: [{left: list.Id, right: other.Id}]\nfiles:", "file role other"),
        ("files:", "joins: [{left: list.Id, right: list.Ident}]\nfiles:", "column Ident"),
    ],
)
def test_a_mapping_that_does_not_hold_together_is_refused(write, sound, broken, said):
    assert sound in SOUND

    assert said in refused(write(SOUND.replace(sound, broken)))


def test_every_fault_is_told_at_once(write):
    text = SOUND.replace("person.nhs_number", "person.nhs").replace('F: "2"', 'F: "Q"')

    message = refused(write(text))

    assert "person.nhs," in message
    assert "code 'Q'" in message


def test_a_key_written_twice_is_refused(write):
    text = SOUND.replace("      Sex: person.sex", "      Id: person.sex")

    assert "the key Id is written twice" in refused(write(text))


def test_text_that_is_not_yaml_is_refused_with_its_line(write):
    assert "not readable at line" in refused(write("id: [one\nversion: }"))


def test_an_empty_mapping_is_refused(write):
    assert "is empty" in refused(write("# nothing yet\n"))


def test_a_mapping_that_is_not_there_is_refused(tmp_path):
    assert "could not be read" in refused(tmp_path / "mapping.yaml")


def test_columns_that_feed_several_fields_give_codes_to_the_coded_one():
    role = Layouts.shipped().get("datix").files["incidents"]

    by_path = {t.path: t for t in role.targets() if t.columns == ("inc_result",)}

    assert by_path["report.result"].codes is None
    assert by_path["near_miss.harm_actual"].codes == {
        "NOHARM": "none",
        "NEARMISS": "none",
        "HARM": None,
        "DEATH": None,
    }


def test_a_column_may_write_its_dates_in_its_own_way(write):
    text = SOUND.replace("{order: dmy}", '{order: dmy, columns: {Died: {format: "%d-%b-%y"}}}')

    style = load(write(text)).files["list"].date_style("Died")

    assert (style.order, style.format) == (None, "%d-%b-%y")


def test_the_role_adds_to_what_the_layout_implies(write):
    text = SOUND.replace("files:", "implies: {person.sex: X}\nfiles:").replace(
        "    dates:", '    implies: {death.died: "yes"}\n    dates:'
    )

    assert load(write(text)).implied("list") == {"person.sex": "X", "death.died": "yes"}
