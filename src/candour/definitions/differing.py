"""From one rule to another, one clause at a time: what a waterfall between two counts is made of.

Both rules are written without a "not" round a group (De Morgan's laws hold in three values), then
laid side by side: what is the same stays, and each clause that differs becomes a step. Steps that
can only let more deaths in come first, those that can only let fewer in come last. So a death that
one definition counts and the other does not changes sides at one step and at no other, and the way
back is the same way turned round.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from candour.definitions.aloud import rule_in_one_line
from candour.definitions.grammar import AllOf, AnyOf, Not, Rule, Within, facets_of, rule_from
from candour.definitions.model import Definition
from candour.definitions.settings import CANNOT_TELL, UNRESOLVED_TRANSFER, Settings, filled

Word = Literal["any", "all"]
Side = Literal["old", "new"]
_OTHER: Mapping[Side, Side] = {"old": "new", "new": "old"}


@dataclass(frozen=True)
class Stage:
    """A definition on the way from one to another, with the settings to ask it under."""

    definition: Definition
    settings: Settings


@dataclass(frozen=True)
class Step:
    """A change of one clause: why, what is counted after it, and the clause that came or went.

    ``alternative`` is set where the clause lets deaths in by itself, so that a death which both
    definitions count may also be one that it lets in: the overlap.
    """

    reason: str
    after: Stage
    alternative: Stage | None = None


@dataclass(frozen=True)
class Way:
    """The way from one definition to another: where it starts, and its steps in order.

    ``turned`` is true where it was laid out from the other end; the steps are then to be read from
    the last to the first, each change with the other sign.
    """

    start: Stage
    steps: tuple[Step, ...]
    turned: bool


def way(
    first: Definition,
    settings_first: Mapping[str, int | str],
    second: Definition,
    settings_second: Mapping[str, int | str],
) -> Way:
    """The steps between two definitions under their settings; none where they ask the same.

    The way is laid out from the same end whichever is named first. Raises ``UserError`` for a
    setting that a definition does not have.
    """
    ends = [_End.of(first, settings_first), _End.of(second, settings_second)]
    turned = ends[0].key > ends[1].key
    old, new = reversed(ends) if turned else ends
    return _Layout(old, new, names_of(old.definition, old.settings, new.definition, new.settings)
                   ).way(turned)  # fmt: skip


def names_of(
    old: Definition, old_settings: Settings, new: Definition, new_settings: Settings
) -> tuple[str, str]:
    """What to call each: its id with numbers that were set; its version and all settings where that
    would be the same name twice."""
    short = [
        _named(d.id, {k: v for k, v in s.items() if isinstance(v, int)})
        for d, s in ((old, old_settings), (new, new_settings))
    ]
    if short[0] != short[1]:
        return short[0], short[1]
    return _named(old.ref, old_settings), _named(new.ref, new_settings)


def _named(name: str, settings: Mapping[str, int | str]) -> str:
    said = ", ".join(f"{key}={value}" for key, value in settings.items())
    return f"{name} ({said})" if said else name


@dataclass(frozen=True)
class _End:
    definition: Definition
    settings: Settings
    rule: Rule

    @classmethod
    def of(cls, definition: Definition, given: Mapping[str, int | str]) -> _End:
        settings = filled(definition, given)
        return cls(definition, settings, normal(_grounded(definition.rule, settings)))

    @property
    def key(self) -> tuple[str, str, str]:
        """What the two ends are ordered by, whichever was named first."""
        settings = json.dumps(self.settings, sort_keys=True)
        return (self.definition.ref, settings, _key(self.rule))

    @property
    def transfer(self) -> str:
        """How an unresolved transfer is taken; a rule that does not rest on stays has no choice."""
        return str(self.settings.get(UNRESOLVED_TRANSFER, CANNOT_TELL))


def _grounded(rule: Rule, settings: Settings) -> Rule:
    """The rule with every setting filled in."""

    def filled_in(data: Any) -> Any:
        if isinstance(data, dict):
            return {name: filled_in(value) for name, value in data.items()}
        if isinstance(data, list):
            return [filled_in(value) for value in data]
        if isinstance(data, str) and data.startswith("$"):
            return settings[data.removeprefix("$")]
        return data

    return rule_from(filled_in(_data(rule)))


def normal(rule: Rule, *, denied: bool = False) -> Rule:
    """The same rule with "not" pushed down to single clauses, groups within groups of their own
    kind opened, and nothing said twice. Every death has the same answer under both."""
    match rule:
        case Not(rule=part):
            return normal(part, denied=not denied)
        case AnyOf(any_of=parts) | AllOf(all_of=parts):
            word: Word = "any" if isinstance(rule, AnyOf) != denied else "all"
            return _group(word, [normal(part, denied=denied) for part in parts])
    return Not.model_validate({"not": rule}) if denied else rule


def _group(word: Word, parts: Iterable[Rule]) -> Rule:
    opened = [inner for part in parts for inner in _parts(part, word)]
    once = tuple({_key(part): part for part in opened}.values())
    if len(once) == 1:
        return once[0]
    return AnyOf(any_of=once) if word == "any" else AllOf(all_of=once)


def _parts(rule: Rule, word: Word) -> tuple[Rule, ...]:
    """The rule read as a group of this kind: one that is none is a group of one."""
    match rule, word:
        case (AnyOf(any_of=parts), "any") | (AllOf(all_of=parts), "all"):
            return parts
    return (rule,)


def _data(rule: Rule) -> dict[str, Any]:
    return rule.model_dump(mode="json", by_alias=True, exclude_none=True)


def _key(rule: Rule) -> str:
    return json.dumps(_data(rule), sort_keys=True)


def _size(rule: Rule) -> int:
    match rule:
        case AnyOf(any_of=parts) | AllOf(all_of=parts):
            return sum(_size(part) for part in parts)
    return 1


def _subject(rule: Rule) -> str | None:
    """What a single clause asks about; two clauses about one thing differ only in how much."""
    match rule:
        case AnyOf() | AllOf():
            return None
        case Not(rule=part):
            inner = _subject(part)
            return None if inner is None else f"not {inner}"
        case Within(within=window):
            return f"within {window.since}"
    word, asked = next(iter(_data(rule).items()))
    return f"{word} {asked}" if isinstance(asked, str) else str(word)


@dataclass(frozen=True)
class _Part:
    """A part of the two rules laid side by side: in both, or in one of them alone.

    ``beside`` is the clause in whose place it stands, where there is one.
    """

    node: Rule | _Side_by_side
    only: Side | None = None
    beside: Rule | None = None


@dataclass(frozen=True)
class _Side_by_side:
    word: Word
    parts: tuple[_Part, ...]


@dataclass(frozen=True)
class _Merged:
    """Two rules laid side by side, how many clauses differ, and whether anything is alike."""

    node: Rule | _Side_by_side
    differing: int
    alike: bool


def _merged(old: Rule, new: Rule) -> _Merged:
    if _key(old) == _key(new):
        return _Merged(old, 0, True)
    readings: list[_Merged] = []
    if isinstance(old, AnyOf) or isinstance(new, AnyOf):
        readings.append(_lists(old, new, "any"))
    if isinstance(old, AllOf) or isinstance(new, AllOf):
        as_all = _lists(old, new, "all")
        if as_all.alike:  # else there would be a moment without any condition
            readings.append(as_all)
    if not readings:
        paired = _subject(old) is not None and _subject(old) == _subject(new)
        parts = (
            _Part(old, "old", new if paired else None),
            _Part(new, "new", old if paired else None),
        )
        many = 1 if paired else _size(old) + _size(new)
        readings.append(_Merged(_Side_by_side("any", parts), many, paired))
    return min(readings, key=lambda each: each.differing)


def _lists(old: Rule, new: Rule, word: Word) -> _Merged:
    before, after = _parts(old, word), _parts(new, word)
    common = {_key(part) for part in before} & {_key(part) for part in after}
    left = [part for part in before if _key(part) not in common]
    right = [part for part in after if _key(part) not in common]
    kept = [_Part(part) for part in before if _key(part) in common]
    alike, differing = bool(kept), 0
    for one, other, merged in _pairs(left, right):
        kept.append(_Part(merged.node))
        left.remove(one)
        right.remove(other)
        alike, differing = True, differing + merged.differing
    parts = (*kept, *(_Part(p, "old") for p in left), *(_Part(p, "new") for p in right))
    differing += sum(_size(part) for part in (*left, *right))
    return _Merged(_Side_by_side(word, parts), differing, alike)


def _pairs(left: Sequence[Rule], right: Sequence[Rule]) -> list[tuple[Rule, Rule, _Merged]]:
    """Parts that have something in common, the most alike first, each in one pair at most."""
    found = []
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            merged = _merged(one, other)
            if merged.alike:
                found.append((merged.differing / (_size(one) + _size(other)), i, j, merged))
    chosen: list[tuple[Rule, Rule, _Merged]] = []
    taken: tuple[set[int], set[int]] = (set(), set())
    for _, i, j, merged in sorted(found, key=lambda each: each[:3]):
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            chosen.append((left[i], right[j], merged))
    return chosen


@dataclass(frozen=True)
class _Layout:
    """The two ends, and the names by which reasons call them."""

    old: _End
    new: _End
    names: tuple[str, str]

    def way(self, turned: bool) -> Way:
        whole = _Part(_merged(self.old.rule, self.new.rule).node)
        grows = [c for c in _changes(whole) if c.grows]
        shrinks = [c for c in _changes(whole) if not c.grows]
        done: list[_Part] = []
        steps: list[Step] = []
        transfer = self.old.transfer
        start = self._stage(whole, done, transfer)
        for change in grows:
            done.append(change.part)
            steps.append(self._step(change, self._stage(whole, done, transfer)))
        if self.new.transfer != transfer:
            transfer = self.new.transfer
            reason = self._transfer_reason()
            steps.append(Step(reason, self._stage(whole, done, transfer)))
        for change in shrinks:
            done.append(change.part)
            steps.append(self._step(change, self._stage(whole, done, transfer)))
        return Way(start, tuple(steps), turned)

    def _stage(self, whole: _Part, done: Sequence[_Part], transfer: str) -> Stage:
        return self._asking(_at(whole, {id(part) for part in done}), transfer)

    def _asking(self, rule: Rule, transfer: str) -> Stage:
        kinds = {**self.old.definition.settings, **self.new.definition.settings}
        known = {k: v for k, v in kinds.items() if k == UNRESOLVED_TRANSFER}
        definition = self.old.definition.model_copy(
            update={"rule": rule, "needs": tuple(facets_of(rule)), "settings": known}
        )
        return Stage(definition, dict.fromkeys(known, transfer))

    def _step(self, change: _Change, after: Stage) -> Step:
        step = Step(self._reason(change), after)
        if change.word == "any" and change.part.beside is None:
            alone = self._asking(_at(replace(change.part, only=None), set()), self.new.transfer)
            return replace(step, alternative=alone)
        return step

    def _reason(self, change: _Change) -> str:
        old, new = self.names
        part = change.part
        if part.only is None:
            raise ValueError("a part that both rules have is no change")
        has, has_not = (old, new) if part.only == "old" else (new, old)
        words = rule_in_one_line(_at(replace(part, only=None), set()))
        if part.beside is not None:
            # One reason for both halves of the change, whichever half moves the death.
            said = {part.only: words, _OTHER[part.only]: rule_in_one_line(part.beside)}
            return f"{old} asks: {said['old']}; {new} asks: {said['new']}"
        if change.word == "any":
            return f"{has} counts, and {has_not} does not: {words}"
        return f"{has} asks, and {has_not} does not: {words}"

    def _transfer_reason(self) -> str:
        takes = {
            CANNOT_TELL: "as not settled",
            "discharge": "as a discharge",
            "stay": "as one continuing stay",
        }
        old, new = self.names
        return (
            f"a transfer without an onward stay: {old} takes it {takes[self.old.transfer]}, "
            f"{new} {takes[self.new.transfer]}"
        )


@dataclass(frozen=True)
class _Change:
    part: _Part
    word: Word

    @property
    def grows(self) -> bool:
        """True where the change can only let more deaths in."""
        return (self.word == "any") == (self.part.only == "new")


def _changes(part: _Part, within: Word = "any") -> Iterator[_Change]:
    if part.only is not None:
        yield _Change(part, within)
    elif isinstance(part.node, _Side_by_side):
        for inner in part.node.parts:
            yield from _changes(inner, part.node.word)


def _at(part: _Part, done: set[int]) -> Rule:
    """The rule at a moment on the way: without what has gone, and what has not yet come."""
    if not isinstance(part.node, _Side_by_side):
        return part.node
    there = [p for p in part.node.parts if p.only is None or (p.only == "new") == (id(p) in done)]
    return _group(part.node.word, [_at(inner, done) for inner in there])
