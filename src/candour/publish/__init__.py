"""What leaves Candour: charts, releases, packs.

Takes: runs, and figures after disclosure control.
Gives: files for people and for other systems, with the manifest that lets anybody make them again.
Knows nothing of: how a definition is worked out, who may see what, the web service.
"""
