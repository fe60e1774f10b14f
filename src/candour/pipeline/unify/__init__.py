"""Unified: one record per person and death, every value with its source.

Takes: standardised rows, clusters of source identities.
Gives: people, stays, absences, deaths, near misses, values with provenance, conflicts, aliases.
Knows nothing of: files, how clusters were made, definitions.
"""

from candour.pipeline.unify.stage import Unified, knowledge, unify

__all__ = ["Unified", "knowledge", "unify"]
