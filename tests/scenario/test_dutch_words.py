"""Dutch words for keys and values: told which English one is meant."""

import pytest

from flowsim.meant import _DUTCH, nearest
from flowsim.scenario.schema import json_schema
from tests.scenario.tiny import changed, problems_in

BEYOND_THE_SCHEMA = {
    "new", "move", "leave", "return", "urgent", "lightest_first", "home_first", "best_fit",
    "value", "range", "source", "confidence", "note", "assumption", "publisher", "read", "extends",
    "light", "heavy", "region", "access", "waiting", "recovery",
}  # fmt: skip
"""Names that the language gives to classes, evidence, sources and places."""


def words(part: object, found: set[str]) -> set[str]:
    """Collect every key and every literal of a JSON Schema."""
    if isinstance(part, dict):
        found |= set(part.get("properties", {}))
        found |= {one for one in (*part.get("enum", ()), part.get("const")) if isinstance(one, str)}
        for below in part.values():
            words(below, found)
    elif isinstance(part, list):
        for below in part:
            words(below, found)
    return found


def test_every_translation_is_a_word_of_the_language():
    known = words(json_schema(), set()) | BEYOND_THE_SCHEMA
    assert {word for meant in _DUTCH.values() for word in meant} - known == set()


@pytest.mark.parametrize(
    ("edit", "meant"),
    [
        ("[[dwellings]] -> [[woningen]]", "dwellings"),
        ("[[variant]] -> [[woonvorm]]", "variant"),
        ("[areas] -> [gemeenten]", "areas"),
        ("places = 3 -> plekken = 3", "places"),
        ("places = 3 -> Plekken = 3", "places"),
        ("per_year = 4 -> aantal = 4", "per_year"),
        ("places = 3 -> places = 3\nscale = 'gemeente'", "municipality"),
        ("places = 3 -> places = 3\nscale = 'deelregio'", "subregion"),
        ("years = 1 -> years = 1\n[plaatsing]\npriority = []", "placement"),
        ("years = 1 -> years = 1\n[placement]\npriority = ['doorstromers']", "move"),
        ("years = 1 -> years = 1\n[placement]\npriority = ['spoed']", "urgent"),
        ("years = 1 -> years = 1\n[placement]\nvolgorde = ['spoed']", "order"),
        ("years = 1 -> years = 1\n[geld]\noverhead = 0", "money"),
        ("years = 1 -> years = 1\n[[wijziging]]\ndatum = 2026-02-02", "change"),
        ("years = 1 -> years = 1\n[[change]]\nvanaf = 2026-02-02", "date"),
        ("years = 1 -> years = 1\n[[change]]\ntot = 2026-02-02", "until"),
    ],
)
def test_a_dutch_word_is_told_what_it_is_in_the_language(edit, meant, tmp_path):
    said = problems_in(tmp_path, changed(edit))
    assert any(line.endswith(f"did you mean '{meant}'?") for line in said), said


def test_a_name_that_is_there_goes_before_what_a_word_means_in_dutch():
    assert nearest("plekken", ["plekkenn", "places"]) == "plekkenn"
    assert nearest("woningen", ["places"]) is None
    assert nearest("places", ["places"]) == "places"
