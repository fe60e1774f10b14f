"""Standardised: rows as sent become typed rows of the data set.

Takes: staged text tables, the mapping of each, the data set.
Gives: one wide table of typed rows with their identities and standing, and findings.
Knows nothing of: which rows are one person, stays, definitions.
"""

from candour.pipeline.standardise.sent import Sent

__all__ = ["Sent"]
