"""Types that the acceptance tests share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Ask = Callable[..., Any]
"""Runs a command with ``--format json`` and gives its document."""


@dataclass(frozen=True)
class Made:
    """A run: its folder, the folder that it read, and what the command said as JSON."""

    folder: Path
    source: Path
    said: dict[str, Any]
