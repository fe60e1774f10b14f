"""The model: how much each agreement and disagreement weighs, and where the two cuts lie.

``m`` is how often a level is met among pairs of one person, ``u`` among pairs of two. Both are
kept per kind of field, so that one model serves whatever fields two lists share; ``u`` is only
where to begin, since it is estimated afresh from each input.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from candour.errors import UserError
from candour.pipeline.link.comparisons import COMPARISONS, Comparison, key_comparison

STORED = "weights.json"
FORMAT = 1


@dataclass(frozen=True)
class Odds:
    """How often a level is met among pairs of one person, and among pairs of two people."""

    m: float
    u: float

    @property
    def weight(self) -> float:
        """Evidence in bits: how many times the odds double (above 0) or halve (below)."""
        return math.log2(self.m / self.u)


@dataclass(frozen=True)
class Model:
    """Weights and cuts.

    ``kinds`` holds, for each kind of field, its levels' :class:`Odds` in the levels' order.
    ``match`` and ``review`` are the two cuts, probabilities: from ``match`` a pair is one person,
    between the two a person decides. ``training`` tells where the weights come from.
    """

    id: str
    match: float
    review: float
    kinds: Mapping[str, tuple[Odds, ...]]
    training: Mapping[str, Any]

    def odds(self, comparison: Comparison) -> tuple[Odds, ...]:
        """The odds of a comparison's levels."""
        return self.kinds[comparison.name]

    def with_kinds(self, kinds: Mapping[str, tuple[Odds, ...]], **changes: Any) -> Model:
        """The same model with other odds for some kinds."""
        return replace(self, kinds={**self.kinds, **kinds}, **changes)

    def as_data(self) -> dict[str, Any]:
        """For a file: levels by name."""
        return {
            "format": FORMAT,
            "id": self.id,
            "match": self.match,
            "review": self.review,
            "training": dict(self.training),
            "kinds": {
                kind.name: {
                    level.name: {"m": odds.m, "u": odds.u}
                    for level, odds in zip(kind.levels, self.kinds[kind.name], strict=True)
                }
                for kind in KINDS
            },
        }

    def as_text(self) -> str:
        """The model's file."""
        return json.dumps(self.as_data(), indent=1) + "\n"


KINDS: tuple[Comparison, ...] = (*COMPARISONS, key_comparison("key1"))
"""Every kind of field that a model weighs."""


@cache
def stored() -> Model:
    """The model that Candour comes with."""
    text = resources.files("candour.pipeline.link").joinpath(STORED).read_text(encoding="utf-8")
    return _model(json.loads(text))


def read_model(path: Path) -> Model:
    """A model from a file. Raises UserError where it is not there or is none."""
    try:
        return _model(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UserError(f"There is no model {path}.", "Check the name.") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise UserError(
            f"{path.name} is not a model of this version.",
            "Give the model.json that `candour link --train` wrote.",
        ) from None


def _model(data: Mapping[str, Any]) -> Model:
    if data["format"] != FORMAT:
        raise ValueError("another format")
    kinds = {
        kind.name: tuple(_odds(data["kinds"][kind.name][level.name]) for level in kind.levels)
        for kind in KINDS
    }
    match, review = float(data["match"]), float(data["review"])
    if not 0 < review <= match < 1:
        raise ValueError("cuts out of order")
    return Model(str(data["id"]), match, review, kinds, data["training"])


def _odds(said: Mapping[str, Any]) -> Odds:
    odds = Odds(float(said["m"]), float(said["u"]))
    if not (0 < odds.m <= 1 and 0 < odds.u <= 1):
        raise ValueError("a share lies between 0 and 1")
    return odds
