"""The register of recommendations and concerns: who asked what of whom, and what came of it.

Takes: rows of published registers as they were written.
Gives: their references, coroner areas and categories, read and never guessed.
Knows nothing of: records of people, runs, the pages that show it.
"""
