"""Figures on deaths as bodies publish them: what may be compared, and what may not.

Takes: rows of a table, each with a body, a period, what is counted in its words, and a figure.
Gives: remarks of a few kinds, each with the rows that it rests on and the figures worked out.
Knows nothing of: records of people, runs, files, how our own counts are made.
"""

from candour.figures.checks import KINDS, check
from candour.figures.reading import COLUMNS, Figure, Remark, read

__all__ = ["COLUMNS", "KINDS", "Figure", "Remark", "check", "read"]
