"""Questions put to a finished run.

Takes: a run's folder.
Gives: deaths with their outcomes, counts, one death explained, what changed between two runs.
Knows nothing of: how a run is made, how an answer is printed.
"""

from candour.pipeline.answers.opening import OpenRun, open_run

__all__ = ["OpenRun", "open_run"]
