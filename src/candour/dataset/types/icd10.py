"""ICD-10 codes as death registration and hospitals write them.

The dot is left away, and so is the filler ``X`` that registration puts where a code has no fourth
character (``X70X`` is ``X70``), and the dagger or asterisk that hospitals write after a code.
"""

from __future__ import annotations

import ibis.expr.types as ir

from candour.dataset.types.parsed import Parsed, only_where, squeezed, true_where

FORM = r"^[A-Z][0-9]{2}([0-9X][0-9X]?)?$"


def parse_column(texts: ir.StringValue) -> Parsed:
    """ICD-10 codes in capitals, three to five characters, without dot and filler."""
    sent = squeezed(texts).upper()
    bare = sent.re_replace(r"[†*+]+$|\.", "")
    # Hospitals may mark dagger and asterisk by D or A in the last place of a filled-up code.
    bare = bare.re_replace(r"^([A-Z][0-9]{2}[0-9X][0-9X]?)[DA]$", r"\1")
    good = true_where(bare.re_search(FORM))
    code = bare.re_replace(r"^([A-Z][0-9]{2}.*?)X+$", r"\1")
    return Parsed(
        value=only_where(good, code),
        faults={"icd10-unreadable": sent.notnull() & ~good},
    )
