"""The family of errors that reach a person.

Takes: nothing.
Gives: errors with a plain message, a remedy and an exit code.
Knows nothing of: data, engines, the command line.
"""

from __future__ import annotations


class CandourError(Exception):
    """Something went wrong and we can say what.

    ``message`` says what is wrong and ``remedy`` what to do about it, both in plain words.
    Neither may hold a personal value: a row number or a column's name points back instead.
    """

    exit_code = 3

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class UserError(CandourError):
    """Something that the user can mend: a file not there, a column missing, an unknown name."""

    exit_code = 1


class UsageError(CandourError):
    """A command called with the wrong words."""

    exit_code = 2
