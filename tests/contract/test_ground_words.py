"""Words that do not belong here, anywhere in the repository; and files that stay small.

What is looked for is written in two halves, so that this file does not find itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "docs", "tests", "tools", "bench", "requirements", "schema", ".ci")
SUFFIXES = r"\.(py|md|ya?ml|toml|txt|json|html|csv|svg|cff|cmd)|"
LIMIT = 400

HURTFUL = {
    "committed " + "suicide": "died by suicide",
    "commit " + "suicide": "die by suicide",
    "failed " + "to report": "expected under RULE",
    "successful " + "suicide": "died by suicide",
}
OUT_OF_PLACE = {
    "pip install " + "candour": "another project has that name",
    "pypi" + ".org": "a registry's host",
    "python" + "hosted.org": "a registry's host",
    "regi" + "stry.npm" + "js.org": "a registry's host",
    "/wo" + "rk/": "a path of one machine",
    "/ro" + "ot/": "a path of one machine",
    "T" + "ODO": "what is not done is an issue, not a comment",
    "FIX" + "ME": "what is not done is an issue, not a comment",
}


def files() -> Iterator[Path]:
    """Every text file of the repository."""
    roots = [path for path in CHECKOUT.iterdir() if path.is_file()]
    inside = [path for name in FOLDERS for path in (CHECKOUT / name).rglob("*")]
    for path in [*roots, *inside]:
        if "__pycache__" in path.parts or not path.is_file():
            continue
        if re.fullmatch(SUFFIXES, path.suffix):
            yield path


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Path in the repository -> text; samples in other encodings are read by their bytes."""
    return {
        path.relative_to(CHECKOUT).as_posix(): path.read_bytes().decode("utf-8", "replace")
        for path in files()
    }


@pytest.mark.parametrize("phrase", HURTFUL)
def test_no_page_and_no_message_says_it_in_words_that_hurt(texts, phrase):
    where = [
        name
        for name, text in texts.items()
        if not name.startswith("tests/") and phrase in " ".join(text.lower().split())
    ]

    assert where == [], f"we say: {HURTFUL[phrase]}"


@pytest.mark.parametrize("phrase", OUT_OF_PLACE)
def test_nothing_is_out_of_place(texts, phrase):
    where = [name for name, text in texts.items() if phrase in text]

    assert where == [], OUT_OF_PLACE[phrase]


def test_every_nhs_number_in_the_repository_is_of_the_range_for_tests(texts):
    number = re.compile(r"(?<![\w.])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\w.])")
    real = {
        f"{name}: line {text[: found.start()].count(chr(10)) + 1}"
        for name, text in texts.items()
        if not name.startswith("requirements/")
        for found in number.finditer(text)
        if not found[0].startswith("999") and has_valid_check_digit(re.sub(r"\D", "", found[0]))
    }

    assert real == set()


def has_valid_check_digit(digits: str) -> bool:
    """Modulus 11, as anybody can look it up; placeholders of one digit are no numbers."""
    if len(set(digits)) == 1:
        return False
    total = sum(int(digits[place]) * (10 - place) for place in range(9))
    return (11 - total % 11) % 11 == int(digits[9])


def test_files_of_code_stay_small(texts):
    long = {
        name: text.count("\n")
        for name, text in texts.items()
        if name.endswith(".py") and text.count("\n") >= LIMIT
    }

    assert long == {}, f"split it: a file has fewer than {LIMIT} lines"


def test_only_receive_reads_csv(texts):
    """pyarrow's and polars' readers of CSV have one place; rows would be numbered in two ways."""
    readers = {"read_csv", "scan_csv", "open_csv"}
    elsewhere = []
    for name, text in texts.items():
        if not name.startswith("src/") or not name.endswith(".py"):
            continue
        if name.startswith("src/candour/pipeline/receive/"):
            continue
        calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)]
        elsewhere += [name for call in calls if call.attr in readers]

    assert elsewhere == []
