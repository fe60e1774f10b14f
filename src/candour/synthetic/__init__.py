"""An invented nation, whose truth is known because we made it.

Takes: a number of people, a seed, a folder to write into.
Gives: extracts in every shipped layout full of known traps, and ``truth/`` written from the events.
Knows nothing of: definitions, the pipeline, any real person, ward or organisation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from candour.synthetic.make import Summary, synthesise
    from candour.synthetic.nation import whole_nation

__all__ = ["Summary", "synthesise", "whole_nation"]


def __getattr__(name: str) -> object:
    """Fetch the public names when they are asked for: numpy and polars are slow to import."""
    if name in __all__:
        from candour.synthetic import make

        return getattr(make, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
