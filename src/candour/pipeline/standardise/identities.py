"""The identities of rows (design 6.2), worked out for a typed table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import ibis

from candour.pipeline.standardise.columns import as_sent

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.pipeline.standardise.identity import Keys
    from candour.sources.mapping import FileRole, Mapping

PROVIDER = "came__provider"
PERIOD = "came__period"
WHOLE = "whole__hash"
"""The column of ``whole``: it has to be worked out once, and not in every branch that names it."""
LIKE_WORDS = r"\s|[0-9]/[0-9]+/|.{25}"


def whole(rows: ir.Table, role: FileRole, there: frozenset[str]) -> ir.StringValue:
    """The hash that equal rows share, of all that they say and the layout knows.

    ``there`` are the columns that the file itself has: what was looked up elsewhere is no part of
    what it said.
    """
    used = sorted({c for c in role.known_columns() if c in there})
    said: ir.StringValue = ibis.literal("")
    for name, text in zip(used, as_sent(rows, role.nulls, used), strict=True):
        said = said + (ibis.literal(f"\x1f{name}\x1e") + text).fill_null("")
    return said.hexdigest("sha256")


def identities(
    rows: ir.Table,
    mapping: Mapping,
    role_name: str,
    keys: Keys,
    numbers: Callable[[str], ir.Value],
) -> dict[str, ir.StringValue]:
    """The identities of each row by the name of their column, and the hash that equal rows share.

    ``rows`` have it as ``WHOLE``. ``numbers`` gives, for a column that begins a key, the NHS number
    in it, if any.
    """
    role = mapping.files[role_name]
    row_hash = rows[WHOLE]
    of_row = ibis.literal("#") + row_hash.substr(0, 16)
    # Whose list it is stands before its role; a list that nobody owns to is named by role alone.
    provider = rows[PROVIDER]
    source = ibis.ifelse(
        provider.isnull(), ibis.literal(f"{role_name}:"), provider + f"/{role_name}:"
    )

    def local_id(names: Sequence[str]) -> ir.StringValue:
        parts = as_sent(rows, role.nulls, names)
        if not parts:
            return of_row
        text = parts[0].fill_null("")
        for part in parts[1:]:
            text = text + "|" + part.fill_null("")
        hashed = ibis.literal("#") + text.hexdigest("sha256").substr(0, 16)
        if keys.hides(tuple(names)):
            text = hashed
        else:
            # Some systems use the NHS number as their own id of a person, and some let an id be
            # typed: a number, a name or a date in it must not show.
            is_number = numbers(names[0]).notnull()
            text = ibis.ifelse(is_number | text.re_search(LIKE_WORDS), hashed, text)
        # Where the whole key is blank the row is told apart by all that it says: blank is no id.
        return ibis.ifelse(ibis.coalesce(*parts).isnull(), of_row, text)

    # Two providers' local ids, and two layouts' ids, never mean each other.
    owner = provider.fill_null("") + f"/{keys.space}:"
    space = owner + local_id(keys.joined)
    named = as_sent(rows, role.nulls, keys.joined[:1])
    # Figures about many, and what is said of files, are about nobody: no person is made of them.
    about_many = role.returns is not None
    return {
        "row_hash": row_hash,
        "identity": space,
        "person_key": ibis.null("string") if role.about_nobody else source + local_id(keys.person),
        "row_key": source + (rows[PERIOD].fill_null("") if about_many else local_id(keys.row)),
        "stay_key": source + local_id(keys.stay),
        "namespace_key": ibis.ifelse(named[0].isnull(), None, space)
        if named
        else ibis.null("string"),
    }
