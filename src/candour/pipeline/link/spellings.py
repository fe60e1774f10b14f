"""The identities that decisions speak of, however their author wrote them.

A decision may name an identity as ``candour deaths`` prints it (``ABC/caseload:17``), by its list
alone (``caseload:17``), by a file that it stands in (``caseload.csv:17``) or by the bare local id
(``17``), as long as that means one person. Where the local id itself is not shown (a key that holds
more than local ids, an NHS number used as one), the id as it stands in the file is understood too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from candour.pipeline.link.cluster import Pair
from candour.pipeline.link.decisions import Decision

DECIDED = "decision"
_WORDS = {
    "same": "A person decided that they are one person.",
    "different": "A person decided that they are different people.",
}
"""Instead of the words in which somebody gave a reason: these may name the person."""


def resolved(
    decisions: Sequence[Decision], nodes: Mapping[str, Mapping[str, Any]]
) -> tuple[list[tuple[Pair, Decision]], list[Decision]]:
    """Find whom each decision means.

    :param nodes: every source identity with its ``space`` (identities of one space and id are one
        person by the layout's own word) and the ``files`` that it stands in.
    :returns: a pair for each decision that can be kept (of several about one pair the latest), and
        the decisions that name nobody, several people, or one identity as two.
    """
    spelled = _spellings(nodes)
    latest: dict[tuple[str, str], Decision] = {}
    lost: list[Decision] = []
    for decision in sorted(decisions, key=lambda d: (d.decided_on or dt.date.min, d.row)):
        sides = [_one(spelled, nodes, side) for side in (decision.left, decision.right)]
        a, b = min(sides, key=str), max(sides, key=str)
        if a is None or b is None or (a == b and decision.decision == "different"):
            lost.append(decision)
        elif a != b:
            latest[a, b] = decision
    kept = [
        (Pair(a, b, DECIDED, decision.decision, _WORDS[decision.decision]), decision)
        for (a, b), decision in sorted(latest.items(), key=lambda item: item[1].row)
    ]
    return kept, lost


def _spellings(nodes: Mapping[str, Mapping[str, Any]]) -> dict[str, set[str]]:
    spelled: dict[str, set[str]] = defaultdict(set)
    for key, node in nodes.items():
        source, _, local = key.partition(":")
        names = {source, source.rpartition("/")[2]}
        for file in node["files"]:
            names |= {file, file.rpartition("/")[2]}
        for spelling in (local, *(f"{name}:{local}" for name in names)):
            spelled[spelling].add(key)
    return spelled


def _one(
    spelled: Mapping[str, set[str]], nodes: Mapping[str, Mapping[str, Any]], written: str
) -> str | None:
    """The one identity that is meant, or None. Of several that are one person, the first."""
    name, _, local = written.rpartition(":")
    hashed = "#" + hashlib.sha256(local.encode("utf-8")).hexdigest()[:16]
    keys = spelled.get(written) or spelled.get(f"{name}:{hashed}" if name else hashed) or set()
    spaces = {nodes[key]["space"] for key in keys}
    if len(keys) == 1 or (len(spaces) == 1 and None not in spaces):
        return min(keys)
    return None
