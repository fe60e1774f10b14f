"""The journey of a record: receive, standardise, link, unify, classify; and the run that orders
them.

Takes: a folder of extracts, layouts, human decisions.
Gives: a run: a folder of tables with a manifest, and answers to questions about it.
Knows nothing of: measures, packs, web pages.
"""
