"""The register of bodies: what a code meant on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from candour.organisations import reading
from candour.organisations.bodies import Body, Held, Succession, pick


class Register:
    """Bodies by code, with the names, parents and successions of each."""

    def __init__(self, bodies: Mapping[str, Body], successions: Sequence[Succession]) -> None:
        out: defaultdict[str, list[Succession]] = defaultdict(list)
        into: defaultdict[str, list[Succession]] = defaultdict(list)
        for one in successions:
            out[one.predecessor].append(one)
            into[one.successor].append(one)
        self._bodies = {
            code: body.with_successions(out[code], into[code]) for code, body in bodies.items()
        }
        self._in_capitals = {code.upper(): body for code, body in self._bodies.items()}

    @classmethod
    def load(cls, extra: Sequence[Path] = ()) -> Register:
        """The shipped register, with the bodies of further CSV files.

        A code that is in both means what the user's file says; of two files the later one. What is
        wrong with such a file is a `UserError`.
        """
        if not extra:
            return _shipped()
        bodies, successions = reading.shipped()
        for path in extra:
            bodies |= reading.added(path)
        return cls(bodies, successions)

    def show(self, code: str, on: date | None = None) -> Body | None:
        """The body of a code (capitals do not matter); none where it is not known.

        With a day, none also where the body certainly was not there on that day.
        """
        body = self._bodies.get(code) or self._in_capitals.get(code.strip().upper())
        return None if body and on and not body.may_be_there(on) else body

    def list(self, on: date, kind: str | None = None) -> list[Body]:
        """The bodies that nothing rules out on the day, in order of kind and code.

        A body whose start or end is not stated is among them; `Body.state` says so.
        """
        wanted = kind.replace("-", "_") if kind else None
        found = [
            body
            for body in self._bodies.values()
            if body.may_be_there(on) and wanted in (None, body.kind.replace("-", "_"))
        ]
        return sorted(found, key=lambda body: (body.kind, body.code))

    def kinds(self) -> tuple[str, ...]:
        """Every kind of body in the register."""
        return tuple(sorted({body.kind for body in self._bodies.values()}))

    def codes(self) -> tuple[str, ...]:
        """Every code in the register."""
        return tuple(sorted(self._bodies))

    def successors(self, code: str) -> tuple[Succession, ...]:
        """What took over from the body; empty where nothing is known to have."""
        body = self.show(code)
        return body.succeeded_by if body else ()

    def predecessors(self, code: str) -> tuple[Succession, ...]:
        """What the body took over from."""
        body = self.show(code)
        return body.came_from if body else ()

    def belonging(self, code: str, relation: str, on: date) -> Held | None:
        """The ICB or region (``relation`` icb or region) that a body belonged to on the day.

        By its head office, which gives only a default: ODS places a trust where its office stands,
        not where its patients live. None where it had none, or where it cannot be told.
        """
        body = self.show(code)
        if body is None or not body.may_be_there(on):
            return None
        if relation == "icb" and body.kind == "icb":
            return Held(body.code, body.valid_from, body.valid_to, source=body.source)
        if relation == "region" and body.kind == "region":
            return Held(body.code, source=body.source)
        found = pick(self._of(body, relation, on), on)
        if found is None and relation == "region" and not body.regions:
            icb = self.belonging(code, "icb", on)
            return self.belonging(icb.value, "region", on) if icb else None
        return found

    def possible_parents(self, code: str, relation: str, on: date) -> tuple[Held, ...]:
        """Every ICB or region that nothing rules out for the body on the day."""
        body = self.show(code, on)
        held = self._of(body, relation, on) if body else ()
        return tuple(one for one in held if one.possibly(on))

    def icb_of(self, provider: str, on: date) -> str | None:
        """The code of the ICB of a provider's head office on the day; none where not known."""
        held = self.belonging(provider, "icb", on)
        return held.value if held else None

    def region_of(self, code: str, on: date) -> str | None:
        """The code of the region of a body's head office on the day; none where not known."""
        held = self.belonging(code, "region", on)
        return held.value if held else None

    def name(self, code: str, on: date | None = None) -> str | None:
        """The name that a code bore on the day (none: its latest); none where it is not known."""
        body = self.show(code)
        return body.name(on) if body else None

    def names(self, code: str) -> tuple[Held, ...]:
        """Every name that is known of a code, the earliest first."""
        body = self.show(code)
        return body.names if body else ()

    def _of(self, body: Body, relation: str, on: date) -> tuple[Held, ...]:
        held = body.icbs if relation == "icb" else body.regions
        # A parent that was not there on the day cannot have held: ICBs began on 1 July 2022.
        return tuple(one for one in held if self._may_be_parent(one.value, on))

    def _may_be_parent(self, code: str, on: date) -> bool:
        parent = self.show(code)
        return parent is None or parent.may_be_there(on)


@cache
def _shipped() -> Register:
    return Register(*reading.shipped())
