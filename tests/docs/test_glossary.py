"""The glossary of the code names modules that there are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "glossary.md").read_text("utf-8")
WORDS = ("stream", "draw", "pool", "line", "phase", "step", "layout", "spread", "wait")
"""Words that once said several things."""


def test_every_module_that_the_glossary_names_is_there():
    named = set(re.findall(r"`((?:\w+/)*\w+\.py)`", PAGE))
    assert len(named) > 8
    assert [path for path in named if not (ROOT / "src" / "flowsim" / path).exists()] == []


def test_every_word_has_one_meaning():
    rows = re.findall(r"^\| \*\*(\w+)\*\* \|", PAGE, re.M)
    assert len(set(rows)) == len(rows)
    assert set(rows) >= set(WORDS)
