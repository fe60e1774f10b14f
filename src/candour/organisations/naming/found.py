"""What a text was found to name."""

from __future__ import annotations

from dataclasses import dataclass

MATCH = "match"
REVIEW = "review"
NONE = "none"

FOLLOWED = ("mh_trust", "independent_provider", "icb")
"""The kinds whose codes `Resolved.codes` gives unless all are asked for: who provides mental health
care, and who commissions it. `independent_provider` holds groups with psychiatric hospitals.
Of integrated trusts those are followed that were a mental health trust under the same code."""


@dataclass(frozen=True)
class Named:
    """One body that a text names.

    ``text`` is as written, ``code`` and ``name`` are the register's (none: it holds no such body),
    ``kind`` is the register's kind or one that the words show (council, police, ...).
    ``confidence`` goes from 0 to 1: how closely the words fit. ``decision`` is match, review
    (``candidates`` are the codes that it may be) or none: a body that bears no code. ``followed``:
    it provides or commissions mental health care (`FOLLOWED`).
    """

    text: str
    kind: str
    code: str | None = None
    name: str | None = None
    confidence: float = 0.0
    decision: str = NONE
    candidates: tuple[str, ...] = ()
    followed: bool = False


@dataclass(frozen=True)
class Resolved:
    """The bodies that one cell names, in the order in which it names them."""

    bodies: tuple[Named, ...]

    def followed(self, *, every_kind: bool = False) -> tuple[Named, ...]:
        """The bodies with a code, or that may have one, of the kinds that Candour follows."""
        return tuple(
            body for body in self.bodies if body.decision != NONE and (every_kind or body.followed)
        )

    def codes(self, *, every_kind: bool = False) -> tuple[str, ...]:
        """The codes that are sure, each once."""
        sure = [b.code for b in self.followed(every_kind=every_kind) if b.decision == MATCH]
        return tuple(dict.fromkeys(code for code in sure if code))

    def decision(self, *, every_kind: bool = False) -> str:
        """Review where any body is in doubt, else match where there is a code, else none."""
        decisions = {body.decision for body in self.followed(every_kind=every_kind)}
        return REVIEW if REVIEW in decisions else MATCH if MATCH in decisions else NONE
