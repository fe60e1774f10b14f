"""Columns that a file does not have and another file of the same flow does.

In a flow of many tables a spell names its referral and only the referral names the person. So the
local id is looked up, along as many tables as it takes, among files of the same provider. An id
under which two different values are found leads nowhere: nobody is given somebody else's stay.
What a header says of the files beside it is taken likewise, if all that came together agree.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from candour.pipeline.standardise.columns import as_sent

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import ibis.expr.types as ir

    from candour.pipeline.standardise.sent import Sent
    from candour.sources.mapping import FileRole
    from candour.tables import Engine

WHOSE = "file__provider"
PROVIDER = "found__provider"
KEY = "found__key"
VALUE = "found__value"
PAIRS = pa.schema([(PROVIDER, pa.string()), (KEY, pa.string()), (VALUE, pa.string())])


class LookUps:
    """Answers "which value of this column goes with this id" from the files of one run."""

    def __init__(self, engine: Engine, sent: Sequence[Sent]) -> None:
        self._engine = engine
        self._sent = sent
        self._made: dict[tuple[str, str, str, str], ir.Table] = {}

    def filled(self, table: ir.Table, mapping_id: str, role: FileRole, provider: str) -> ir.Table:
        """A staged table with every column that its role finds elsewhere by an id.

        ``provider`` is the table's column that says whose file a row is from. A column that the
        file has is kept where it holds something.
        """
        for column, look_up in role.found_by.items():
            if look_up.by is None or look_up.by not in table.columns:
                continue
            found = self._pairs(mapping_id, look_up.role, look_up.by, column)
            (own,) = as_sent(table, role.nulls, [column])
            (key,) = as_sent(table, role.nulls, [look_up.by])
            asked = table.mutate(**{"asked__key": key, "asked__own": own})
            joined = asked.left_join(
                found,
                [
                    asked[provider].identical_to(found[PROVIDER]),
                    asked["asked__key"] == found[KEY],
                ],
            )
            value = ibis.coalesce(joined["asked__own"], joined[VALUE]).fill_null("")
            table = joined.mutate(**{column: value}).drop(
                "asked__key", "asked__own", PROVIDER, KEY, VALUE
            )
        return table

    def headed(
        self, table: ir.Table, role: FileRole, alike: Sequence[Sent], submission: str
    ) -> ir.Table:
        """The same table with every column that is found in the header of what was sent with it.

        ``alike`` are the files of which the table is made, ``submission`` its column that tells
        them apart. Where two headers that came together differ, neither is believed.
        """
        mapping_id = alike[0].mapping.id
        for column, look_up in role.found_by.items():
            if look_up.by is not None:
                continue
            said = self._headers(mapping_id, look_up.role, column)
            found = [(s.submission, said[_parcel(s)]) for s in alike if _parcel(s) in said]
            value: ir.StringValue = ibis.null("string")
            if found:
                value = ibis.cases(*((table[submission] == s, v) for s, v in found), else_=None)
            (own,) = as_sent(table, role.nulls, [column])
            table = table.mutate(**{column: ibis.coalesce(own, value).fill_null("")})
        return table

    def _headers(self, mapping_id: str, role_name: str, column: str) -> dict[Parcel, str]:
        """The one value of a column in the headers of each parcel that has one."""
        values: dict[Parcel, set[str]] = {}
        for each in self._sent:
            if each.mapping.id != mapping_id or each.role != role_name:
                continue
            if column in _columns(each.path):
                nulls = each.mapping.files[role_name].nulls
                with pq.ParquetFile(each.path) as source:
                    for batch in source.iter_batches(columns=[column]):
                        texts = batch.column(0).unique().to_pylist()
                        said = {str(text).strip() for text in texts} - {*nulls, ""}
                        values.setdefault(_parcel(each), set()).update(said)
        return {parcel: said.pop() for parcel, said in values.items() if len(said) == 1}

    def _pairs(self, mapping_id: str, role_name: str, by: str, column: str) -> ir.Table:
        key = (mapping_id, role_name, by, column)
        if key not in self._made:
            self._made[key] = self._engine.keep(self._read(*key))
        return self._made[key]

    def _read(self, mapping_id: str, role_name: str, by: str, column: str) -> ir.Table:
        pieces = []
        for (provider, _), alike in _grouped(self._sent, mapping_id, role_name).items():
            role = alike[0].mapping.files[role_name]
            staged = self._engine.read([each.path for each in alike])
            if by not in staged.columns:
                continue
            staged = staged.mutate(**{WHOSE: ibis.literal(provider, type="string")})
            staged = self.filled(staged, mapping_id, role, WHOSE)
            if column not in staged.columns:
                continue
            key, value = as_sent(staged, role.nulls, [by, column])
            pieces.append(
                staged.select(**{PROVIDER: staged[WHOSE], KEY: key, VALUE: value}).filter(
                    lambda t: t[KEY].notnull() & t[VALUE].notnull()
                )
            )
        if not pieces:
            return self._engine.table(PAIRS.empty_table())
        every = ibis.union(*pieces) if len(pieces) > 1 else pieces[0]
        one = every.group_by([PROVIDER, KEY]).aggregate(
            last=every[VALUE].max(), **{VALUE: every[VALUE].min()}
        )
        # Counting different values would hold them all.
        return one.filter(one.last == one[VALUE]).drop("last")


Parcel = tuple["str | None", str, "dt.date | None", "str | None"]
"""What came together: the provider's files of one folder, received on one day, of one period."""


def _parcel(sent: Sent) -> Parcel:
    return (sent.provider, posixpath.dirname(sent.file), sent.received_on, sent.period)


def _grouped(
    sent: Sequence[Sent], mapping_id: str, role_name: str
) -> Mapping[tuple[str | None, tuple[str, ...]], list[Sent]]:
    """Files of one role by provider and columns, so that each group is read as one table."""
    groups: dict[tuple[str | None, tuple[str, ...]], list[Sent]] = {}
    for each in sent:
        if each.mapping.id == mapping_id and each.role == role_name:
            groups.setdefault((each.provider, _columns(each.path)), []).append(each)
    return groups


def _columns(path: Path) -> tuple[str, ...]:
    return tuple(sorted(pq.read_schema(path).names))
