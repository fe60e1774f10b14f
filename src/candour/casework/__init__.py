"""Rules of case work as data: what good, restorative learning from a death is expected to hold.

Takes: what is recorded of a death, as fields of the data set.
Gives: expectations with their sources, and how far each was met, was not, or is not said.
Knows nothing of: runs, files, who may see what, the command line.
"""

from __future__ import annotations

from candour.casework.expectations import Expectation, Measured, expectations, measured

__all__ = ["Expectation", "Measured", "expectations", "measured"]
