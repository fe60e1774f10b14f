"""The monthly flow holds to its specification: names, rules on dates and deaths, how heavy each is.

The specification is read in place; the last tests break each rule that is checked, one by one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from candour.dataset.findings import catalogue
from candour.pipeline.receive import receive_folder
from candour.pipeline.run import sent_tables
from candour.pipeline.standardise.stage import standardise
from candour.sources import Layouts
from candour.sources.mapping import FileRole
from candour.sources.parts import Check
from candour.sources.registry import SHIPPED
from candour.tables import open_engine

ROLES = Layouts.shipped().get("mhsds").files
LINE = re.compile(r"^\| (MHS\d{5}) \| (\w+) \| (.+?) \| (left out|warned of|) ?\|$", re.MULTILINE)
BEFORE_VERSION_5 = {"DischMethCodeHospProvSpell", "DischDestCodeHospProvSpell"}
DERIVED = {"UniqMonthID"}
WEIGHT = {
    "record rejected": "rejects-row",
    "group rejected": "rejects-row",
    "warning": "warns",
    "severity 1 warning": "warns",
}


@pytest.fixture(scope="module")
def rules(real_data: Path) -> dict[str, dict[str, str]]:
    """The rules of the tables that the layout reads, by code."""
    path = real_data / "mhsds" / "mhsds_validation_rules_v6.0.csv"
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {row["Error Code"]: row for row in rows if row["Table"][:6] in ROLES}


def page() -> dict[str, tuple[str, str, str]]:
    """The table on the layout's page: field, what is checked, and what becomes of the row."""
    text = (SHIPPED / "mhsds" / "README.md").read_text(encoding="utf-8")
    return {code: (field, words, out) for code, field, words, out in LINE.findall(text)}


def checks() -> Iterator[tuple[str, FileRole, Check]]:
    for name, role in ROLES.items():
        for check in role.checks:
            yield name, role, check


def columns_of(role: FileRole, path: str | None, column: str | None) -> tuple[str, ...]:
    """The columns in which a date may stand that a check speaks of."""
    if column is not None:
        return (column,)
    return next((t.columns for t in role.targets() if t.path == path), ())


def test_tables_and_fields_are_named_as_in_the_specification(rules, real_data):
    listed = real_data / "mhsds" / "mhsds_table_names_v6.0.csv"
    with listed.open(encoding="utf-8-sig", newline="") as handle:
        tables = {row["TBL_Code"] for row in csv.DictReader(handle)}
    fields: dict[str, set[str]] = {}
    for rule in rules.values():
        fields.setdefault(rule["Table"][:6], set()).add(rule["XML ELEMENT NAME"])

    assert set(ROLES) <= tables
    for name, role in ROLES.items():
        found_elsewhere = set(role.found_by)
        named = set(role.known_columns()) - BEFORE_VERSION_5 - DERIVED - found_elsewhere
        assert named <= fields[name], name
        for column, look_up in role.found_by.items():
            there = fields[look_up.role] | set(ROLES[look_up.role].found_by)
            assert column in there, (name, column)
            assert look_up.by is None or look_up.by in fields[name] & fields[look_up.role]


def test_each_check_has_the_code_the_field_and_the_weight_of_its_rule(rules):
    for name, role, check in checks():
        rule = rules[check.code]
        assert rule["Table"][:6] == name
        if check.never != "not-alone":
            assert rule["XML ELEMENT NAME"] in columns_of(role, check.field, check.column), (
                check.code
            )
        assert catalogue()[check.code].severity == WEIGHT[rule["Error Level"].lower()], check.code
        assert rule["Validation Text with Action"] not in catalogue()[check.code].message


def test_a_check_that_compares_names_the_field_that_its_rule_names(rules):
    for _, role, check in checks():
        said = rules[check.code]["Validation Text with Action"]
        if check.than_column is not None:
            assert check.than_column in said, check.code
        if check.than is not None:
            named = {c for t in role.targets() if t.path == check.than for c in t.columns}
            assert any(column in said for column in named), check.code
        if check.never in ("before-month", "after-month", "after-next-day"):
            end = "Start" if check.never == "before-month" else "End"
            assert f"ReportingPeriod{end}Date" in said, check.code
        if check.never in ("before-month", "before"):
            assert "is before" in said, check.code
        if check.never in ("after-month", "after"):
            assert "is after" in said, check.code


def test_every_rule_on_a_date_of_these_tables_is_checked_or_the_page_says_why_not(rules):
    about_dates = {
        code
        for code, rule in rules.items()
        if re.search(r"\b(DATE|TIME)\b", rule["Data Item Name (Data Dict Element)"])
    }
    told, checked = page(), {check.code for _, _, check in checks()}

    assert about_dates - set(told) == set()
    assert checked - set(told) == set()
    for code, (field, words, out) in told.items():
        assert field == rules[code]["XML ELEMENT NAME"], code
        assert bool(out) is (code in checked), code
        assert words.startswith(("no: ", "as `")) is (code not in checked), code
        if out:
            rejects = catalogue()[code].severity == "rejects-row"
            assert out == ("left out" if rejects else "warned of"), code


# ------------------------------------------------------- each rule broken, one by one

OPEN, ENDED = "P-OPEN", "P-ENDED"
"""What other rows lead to: begun long ago and not ended; or of 12 to 20 April."""
PARENTS = {
    "MHS001": ("LocalPatientID", "", ""),
    "MHS101": ("ServiceRequestID", "ReferralRequestReceivedDate", ""),
    "MHS501": ("HospProvSpellID", "StartDateHospProvSpell", "DischDateHospProvSpell"),
    "MHS401": ("MHActLegalStatusClassPeriodID", "StartDateMHActLegalStatusClass", ""),
    "MHS502": ("WardStayID", "StartDateWardStay", "EndDateWardStay"),
    "MHS505": (
        "RestrictiveIntIncID",
        "StartDateRestrictiveIntInc",
        "EndDateRestrictiveIntInc",
    ),
}
HEADER = {
    "DatSetVer": "6.0",
    "OrgIDProvider": "ZX901",
    "ReportingPeriodStartDate": "2024-04-01",
    "ReportingPeriodEndDate": "2024-04-30",
    "DateTimeDatSetCreate": "2024-05-10T09:00:00",
}
BROKEN = {
    "blank": "",
    "unreadable": "2024-02-31",
    "before-month": "2024-03-31",
    "after-month": "2024-05-20",
    "after-next-day": "2024-05-05",
    "no-age": "1870-01-01",
}


def sound(name: str, role: FileRole, at: int) -> dict[str, str]:
    """A row that breaks no rule, with an id of its own."""
    if name == "MHS000":
        return {**HEADER, "PrimSystemInUse": f"System {at}"}
    row = {look_up.by: OPEN for look_up in role.found_by.values() if look_up.by}
    if name in ("MHS005", "MHS101", "MHS401"):
        row["LocalPatientID"] = OPEN
    own = {"MHS515": "RestrictiveIntTypeID", "MHS604": "PrimDiag", "MHS605": "SecDiag"}
    key = own.get(name) or (PARENTS[name][0] if name in PARENTS else None)
    if key:
        row[key] = f"R-{at:03}"
    for check in role.checks:
        if check.never == "blank":
            row[columns_of(role, check.field, check.column)[0]] = "2024-04-14"
    return {**row, "PersonBirthDate": "1961-04-17"} if name == "MHS001" else row


def broken(name: str, role: FileRole, check: Check, at: int) -> dict[str, str]:
    """The same row, changed so that it breaks one rule."""
    row = sound(name, role, at)
    if check.never == "not-alone":
        return row
    column = columns_of(role, check.field, check.column)[0]
    if check.never in BROKEN:
        return {**row, column: BROKEN[check.never]}
    before = check.never == "before"
    look_up = role.found_by.get(check.than_column or "")
    if look_up is not None and look_up.by is None:
        return {**row, column: "2024-05-11"}
    if look_up is not None:
        return {**row, look_up.by: ENDED, column: "2024-04-11" if before else "2024-04-21"}
    other = columns_of(role, check.than, check.than_column)[0]
    return {**row, other: "2024-04-15", column: "2024-04-10" if before else "2024-04-16"}


def write(path: Path, rows: list[dict[str, str]], role: FileRole, *, month: str | None) -> None:
    names = [c for c in role.known_columns() if c not in BEFORE_VERSION_5]
    names = [c for c in names if c not in role.found_by or c in rows[-1]]
    names = [c for c in names if month is not None or c != role.month]
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(names)
        for row in rows:
            full = {**row, role.month: month} if month else row
            writer.writerow([full.get(name, "") for name in names])


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Every table of two providers, one with the month on each row and one with a header alone; a
    third has the headers that are not as they should be. Gives the codes of each row."""
    place = tmp_path_factory.mktemp("mhsds")
    for provider, month in (("ZX901", "1489"), ("ZV901", None)):
        folder = place / "in" / provider
        folder.mkdir(parents=True)
        header = {**HEADER, "OrgIDProvider": provider}
        write(folder / "MHS000.csv", [header], ROLES["MHS000"], month=None)
        for name, role in ROLES.items():
            if name == "MHS000":
                continue
            rows = [sound(name, role, 0)]
            rows += [broken(name, role, check, n) for n, check in enumerate(role.checks, start=1)]
            if name in PARENTS:
                key, begun, ended = PARENTS[name]
                leads = sound(name, role, 0)
                rows.append({**leads, key: OPEN, begun: "2024-03-01"})
                rows.append({**leads, key: ENDED, begun: "2024-04-12", ended: "2024-04-20"})
            write(folder / f"{name}.csv", rows, role, month=month)
    (place / "in" / "ZW901").mkdir()
    headers = [
        broken("MHS000", ROLES["MHS000"], check, n)
        for n, check in enumerate(ROLES["MHS000"].checks, start=1)
    ]
    write(place / "in" / "ZW901" / "MHS000.csv", headers, ROLES["MHS000"], month=None)
    received = receive_folder(place / "in", place / "work", Layouts.shipped(), place / "store")
    with open_engine() as engine:
        found = standardise(engine, sent_tables(received, Layouts.shipped())).findings
    codes: dict[tuple[str, int | None], set[str]] = {}
    for each in found:
        codes.setdefault((str(each.file), each.row), set()).add(each.code)
    return codes


@pytest.mark.parametrize("provider", ["ZX901", "ZV901"])
@pytest.mark.parametrize("name", [name for name in ROLES if name != "MHS000"])
def test_a_row_that_breaks_a_rule_has_its_code_wherever_the_month_is_told(name, provider, told):
    """ZV901 sends no numbers of months: its header says the month for all tables beside it."""
    for n, check in enumerate(ROLES[name].checks, start=1):
        assert check.code in told.get((f"{provider}/{name}.csv", n + 1), set()), check
    sound_row = told.get((f"{provider}/{name}.csv", 1), set())
    assert {code for code in sound_row if code.startswith("MHS")} == set()
    assert (f"{provider}/{name}.csv", None) not in told or (
        "month-not-known" not in told[f"{provider}/{name}.csv", None]
    )


def test_a_header_that_is_not_as_it_should_be_has_the_code_of_the_rule(told):
    for n, check in enumerate(ROLES["MHS000"].checks, start=1):
        assert check.code in told["ZW901/MHS000.csv", n], check
    assert ("ZX901/MHS000.csv", 1) not in told
