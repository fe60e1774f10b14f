"""Charts as SVG, drawn by us so that they can be read by everybody.

Takes: a chart or a funnel, and its title.
Gives: a `Figure`: the picture, one sentence, and the table behind it.
Knows nothing of: how limits are computed, files, the command line.
"""

from candour.publish.svg.chart import chart_figure
from candour.publish.svg.figure import Figure
from candour.publish.svg.funnel import funnel_figure

__all__ = ["Figure", "chart_figure", "funnel_figure"]
