"""FC-X2: the total tells. A hidden cell beside figures that would give it back."""

from __future__ import annotations

import csv

from attacker import fitting

from candour.measures.disclosure import Table, disclose, profile, system


def test_the_hidden_count_can_be_any_of_seven_and_every_total_is_told(real_data):
    with (real_data / "field_cases" / "x2_table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    groups = {name: tuple(dict.fromkeys(r[name] for r in rows)) for name in ("provider", "sex")}
    cells = {(r["provider"], r["sex"]): int(r["deaths"]) for r in rows}

    disclosed = disclose([system(groups, cells, [Table(tuple(groups))])], profile("hes"))

    told = {each.key: each.value for each in disclosed}
    assert [key for key, value in told.items() if value is None] == [
        (("provider", "B"), ("sex", "F"))
    ]
    assert [disclosed.figure(provider=p).value for p in "ABC"] == [25, 15, 20]
    assert [disclosed.figure(sex=s).value for s in "FM"] == [25, 35]
    assert disclosed.figure().value == 55
    ((low, high),) = fitting(
        groups, told, lambda n: (0, 0) if n == 0 else (max(8, n - 2), n + 2), 1
    ).values()
    assert low <= 1
    assert high >= 7
