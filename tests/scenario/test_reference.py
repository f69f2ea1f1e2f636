"""The reference of the scenario language: complete, and every example in it works."""

import math
import re
import tomllib
from pathlib import Path

import pytest

import flowsim
from flowsim.balance import fluid_balance
from flowsim.scenario import parse
from flowsim.scenario.identity import models_in
from flowsim.scenario.model import Scenario
from flowsim.scenario.values import FAMILIES, Evidence

PAGE = (Path(__file__).parents[2] / "docs" / "scenario_language.md").read_text("utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
WHOLE = [text for text in EXAMPLES if "[scenario]" in text and "extends" not in text]
SECTIONS = {
    "Scenario": PAGE, "About": "[scenario]", "Level": "[[level]]", "Situation": "[situation]",
    "Speed": "[situation]", "Demand": "[[demand]]", "Acceptance": "[[demand]]",
    "Again": "[[demand]]", "Desk": "[[desk]]", "Handles": "[[desk]]", "Guide": "[[desk]]",
    "Terms": "[[desk]]", "OtherWork": "[[desk]]", "Variant": "[[variant]]",
    "Contract": "[[variant]]", "Flip": "[[variant]]", "Team": "[[team]]",
    "Dwellings": "[[dwellings]]",
    "Placement": "[placement]", "Leaving": "[leaving]", "Urgency": "[leaving]",
    "Aftercare": "[leaving]", "Relapse": "[leaving]", "Money": "[money]", "Start": "[start]",
    "Waiting": "[start]", "Drift": "[start]", "Change": "[[change]]",
}  # fmt: skip


def section(title):
    """Return the text of a section of the reference."""
    (text,) = re.findall(rf"^### `{re.escape(title)}`(.*?)(?=^##)", PAGE, re.DOTALL | re.MULTILINE)
    return text


@pytest.mark.parametrize("model", {m.__name__: m for m in models_in(Scenario)}.values())
def test_every_key_stands_in_the_section_that_it_belongs_to(model):
    where = SECTIONS[model.__name__]
    text = where if where is PAGE else section(where)
    for key in model.model_fields:
        written = (f"`{key}`", f"`[{key}]`", f"`[[{key}]]`", f"{key} = ", f"{key}  ")
        assert any(form in text for form in written), key


def test_every_default_in_a_table_is_the_default_of_the_language():
    models = {m.__name__: m for m in models_in(Scenario)}
    checked = 0
    for name, where in SECTIONS.items():
        if where is PAGE:
            continue
        rows = re.findall(r"^\| `(\w+)` \| [^|]* \| ([^|]*) \|", section(where), re.MULTILINE)
        for key, told in rows:
            info = models[name].model_fields.get(key)
            plain = told.strip().strip('`"')
            if info is None or info.is_required() or not re.fullmatch(r"[\d.]+|\w+_\w+", plain):
                continue
            default = getattr(info.default, "written", lambda value=info.default: value)()
            default = default[0] if isinstance(default, tuple) else default
            if isinstance(default, bool) or default in (None, {}, ()):
                continue
            assert str(default).removesuffix(".0") == plain, (name, key)
            checked += 1
    assert checked > 30


def test_every_form_of_a_duration_and_every_key_of_evidence_is_explained():
    for family in FAMILIES:
        assert family == "constant" or f"`{{ {family} = " in PAGE, family
    for key in Evidence.model_fields:
        assert f"`{key}`" in PAGE, key


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_is_toml(text):
    assert tomllib.loads(text)


@pytest.mark.parametrize("text", WHOLE, ids=range(len(WHOLE)))
def test_every_whole_example_can_be_balanced_and_simulated(text):
    scenario = parse(tomllib.loads(text))
    assert all(math.isfinite(line.value) for line in fluid_balance(scenario))
    ledger = flowsim.simulate(scenario, flowsim.sample(scenario))
    assert len(ledger.rows)


def test_there_is_an_example_of_every_textbook_case():
    assert len(WHOLE) >= 9


def test_the_first_example_asks_what_the_page_says():
    (line,) = [
        line
        for line in fluid_balance(parse(tomllib.loads(WHOLE[0])))
        if line.what == "variant house, places"
    ]
    assert line.against == 60
    assert line.value == pytest.approx(67, abs=0.5)
    assert line.note.startswith("no balance: ")
