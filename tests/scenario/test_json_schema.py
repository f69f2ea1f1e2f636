"""The JSON Schema: it takes what the language takes, and refuses what an editor should mark."""

import datetime
import json
import re
import tomllib
from pathlib import Path

import pytest

from flowsim.scenario.model import Scenario
from flowsim.scenario.schema import json_schema
from tests.scenario.tiny import TINY, changed

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = [path for path in sorted(SCENARIOS.glob("*/*.toml")) if path.name != "sources.toml"]
TYPES = {
    "object": dict, "array": list, "string": (str, datetime.date), "boolean": bool,
    "number": (int, float), "integer": int, "null": type(None),
}  # fmt: skip
KNOWN = {"$schema", "$defs", "title", "description", "default", "format", "type", "properties",
         "additionalProperties", "propertyNames", "required", "items", "prefixItems", "minItems",
         "maxItems", "minProperties", "anyOf", "enum", "const", "$ref", "minimum", "maximum",
         "exclusiveMinimum", "pattern", "maxLength"}  # fmt: skip


def errors(value, schema, root, path="$"):
    """Yield where a value breaks a schema: the part of JSON Schema that ours uses, and no more."""
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema:
        yield from errors(value, root["$defs"][schema["$ref"].split("/")[-1]], root, path)
    if "anyOf" in schema and all(any(errors(value, s, root, path)) for s in schema["anyOf"]):
        yield path
    wanted = schema.get("type")
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if wanted and not any(_is(value, name) for name in wanted):
        yield path
        return
    if "enum" in schema and value not in schema["enum"]:
        yield path
    if "const" in schema and value != schema["const"]:
        yield path
    if isinstance(value, dict):
        yield from _in_object(value, schema, root, path)
    elif isinstance(value, list):
        yield from _in_array(value, schema, root, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        low, above, high = (schema.get(k) for k in ("minimum", "exclusiveMinimum", "maximum"))
        wrong = (low is not None and value < low, above is not None and value <= above,
                 high is not None and value > high)  # fmt: skip
        yield from [path] * any(wrong)
    elif isinstance(value, str):
        fits = re.search(schema.get("pattern", ""), value)
        if not fits or len(value) > schema.get("maxLength", len(value)):
            yield path


def _is(value, name):
    number = name in ("number", "integer")
    return isinstance(value, TYPES[name]) and not (number and isinstance(value, bool))


def _in_object(value, schema, root, path):
    for key in schema.get("required", []):
        if key not in value:
            yield f"{path}.{key}"
    known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
    for key, below in value.items():
        if "propertyNames" in schema:
            yield from errors(key, schema["propertyNames"], root, f"{path}.{key}")
        if key in known:
            yield from errors(below, known[key], root, f"{path}.{key}")
        elif more is False:
            yield f"{path}.{key}"
        elif isinstance(more, dict):
            yield from errors(below, more, root, f"{path}.{key}")


def _in_array(value, schema, root, path):
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield path
    parts = schema.get("prefixItems") or [schema.get("items", {})] * len(value)
    for number, (below, part) in enumerate(zip(value, parts, strict=False)):
        yield from errors(below, part, root, f"{path}.{number}")


@pytest.fixture(scope="module")
def schema():
    return json.loads(json.dumps(json_schema()))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_schema_takes_every_shipped_scenario(path, schema):
    assert list(errors(tomllib.loads(path.read_text("utf-8")), schema, schema)) == []


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        ("places = 3 -> plaecs = 3", "$.variant.0.plaecs"),
        ("[varaint]", "$.varaint"),
        ('hours_per_week = 5 -> hours_per_week = "five"', "$.level.1.hours_per_week"),
        ("recovery_days = 100 -> recovery_days = { gamma = 100 }", "$.level.1.recovery_days"),
        ('places = 3 -> scale = "regio"', "$.variant.0.scale"),
        ("years = 1 -> years = 0", "$.scenario.years"),
        ("[exits_per_year]\nwlx = 0.1", "$.exits_per_year.wlx"),
        ("gamma = 6000 -> gamma = 0", "$.areas.south.gamma"),
        (
            'places = 3 -> places = { value = 3, range = [2, 4], moves_with = "All of them" }',
            "$.variant.0.places",
        ),
    ],
)
def test_the_schema_refuses_a_mistake_where_it_is(edit, where, schema):
    assert where in list(errors(tomllib.loads(changed(edit)), schema, schema))


def test_a_file_must_have_demand_unless_it_extends_another(schema):
    assert list(errors({"extends": "base.toml"}, schema, schema)) == []
    assert list(errors({"scenario": {"years": 1}}, schema, schema)) == ["$"]
    assert list(errors(tomllib.loads(TINY), schema, schema)) == []


def test_the_schema_takes_a_text_where_the_language_does(schema):
    text = changed(
        'years = 1 -> years = 1\ntitle = "One title"', '[placement]\norder = "home_first"'
    )
    assert list(errors(tomllib.loads(text), schema, schema)) == []


def test_the_schema_says_what_a_key_means(schema):
    variant = schema["$defs"]["Variant"]["properties"]
    assert (
        variant["turnover_days"]["description"] == "Days between two occupants (mutatieleegstand)."
    )


def test_every_reference_leads_somewhere_and_every_section_is_there(schema):
    named = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema)))
    assert named == set(schema["$defs"])
    assert set(schema["properties"]) == {"extends", *Scenario.model_fields}
