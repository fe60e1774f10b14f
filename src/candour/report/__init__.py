"""What HSSIB's report of January 2025 asked for and found, and what in Candour answers each.

Takes: the rows that lie beside this file, in our own words.
Gives: each row with the command, file or page that answers it, or that nothing does yet.
Knows nothing of: how any of them is made, runs, the web service.
"""

from candour.report.reading import Answered, Row, rows

__all__ = ["Answered", "Row", "rows"]
