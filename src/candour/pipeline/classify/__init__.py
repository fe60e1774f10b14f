"""Classified: what each definition says of each death, and who knew of it.

Takes: deaths, stays and what each source knows of a person.
Gives: facets (each way the world may have been), outcomes per definition, the death ledger.
Knows nothing of: files, rows as sent, linkage rules.
"""

from candour.pipeline.classify.stage import Classified, classify

__all__ = ["Classified", "classify"]
