"""The face of the library to the shell: one file per command.

Takes: the words of a command line.
Gives: an answer as tables, JSON or CSV, and an exit code.
Knows nothing of: how any answer is computed; the web service.
"""
