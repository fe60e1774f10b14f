"""What counts: published, versioned definitions of a death or of an event survived.

Takes: facets, one row per death and scenario or per event, a definition's id, its settings.
Gives: in, out or cannot tell, with the reasons; a catalogue of definitions and terms as data.
Knows nothing of: extracts, linkage, how facets were found, the command line.

``evaluate`` walks one death and explains itself; ``columnar.outcomes`` answers for millions and is
imported by itself because it needs the engine's expressions. Property tests hold the two equal.
"""

from __future__ import annotations

from candour.definitions.model import Definition, as_data, heading
from candour.definitions.published import catalogue, get, whole_catalogue
from candour.definitions.reference import Result, evaluate
from candour.definitions.settings import settings_from, settings_text
from candour.definitions.terms import terms

__all__ = [
    "Definition",
    "Result",
    "as_data",
    "catalogue",
    "evaluate",
    "get",
    "heading",
    "settings_from",
    "settings_text",
    "terms",
    "whole_catalogue",
]
