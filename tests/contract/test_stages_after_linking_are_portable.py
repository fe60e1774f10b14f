"""Every SQL text of the stages after linking keeps to what DuckDB and Spark read alike."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from candour.pipeline import run as pipeline
from candour.synthetic.make import synthesise
from candour.tables.engine import Engine
from candour.tables.portable import in_spark
from candour.tables.seam import AfterLinking


class Listening:
    """DuckDB, which keeps each text that it is given."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.texts: list[str] = []

    def sql(self, text: str, **tables: Any) -> Any:
        self.texts.append(text.format(**{name: f'"{name}"' for name in tables}))
        return self.engine.sql(text, **tables)

    def __getattr__(self, name: str) -> Any:
        assert name in {"table", "keep", "arrow", "rows", "count"}, "Spark has no such thing"
        return getattr(self.engine, name)


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that a run over a small nation asks for after linking."""
    listening: list[Listening] = []

    @contextlib.contextmanager
    def with_an_ear(name: str, before: Engine, work: Path) -> Iterator[AfterLinking]:
        listening.append(Listening(before))
        yield AfterLinking(listening[-1], lambda table: table, lambda table: table)

    monkeypatch.setattr(pipeline, "after_linking", with_an_ear)
    synthesise(60, 1, tmp_path / "nation", None)
    pipeline.run(tmp_path / "nation", tmp_path / "run")
    return listening[0].texts


def test_every_text_after_linking_has_a_form_for_spark(heard: list[str]) -> None:
    translated = [in_spark(text) for text in heard]

    assert len(translated) > 20
    assert all(text.startswith(("SELECT", "WITH")) for text in translated)
