"""Candour: learning from deaths in mental health services.

Takes: extracts that providers already hold.
Gives: one reconciled record per death, counted under every published definition.
Knows nothing of: the web service.
"""

__version__ = "0.1.0"
