"""The JSON Schema of the scenario language, for editors and for other programs."""

from __future__ import annotations

from typing import Any

from flowsim.scenario.model import BLOCK_KEYS, Scenario

WHOLE = ("Change", "Waiting")
"""Blocks that a file never gives in part: a list of them is taken as it is."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file.

    A file that extends another may leave anything out, so that of the required keys only the
    names of blocks are kept, and at the top ``scenario`` and ``demand`` where nothing is extended.
    """
    schema = Scenario.model_json_schema()
    names = set(BLOCK_KEYS.values())
    for name, definition in schema["$defs"].items():
        if name in WHOLE:
            continue
        kept = [key for key in definition.pop("required", []) if key in names]
        if kept:
            definition["required"] = kept
    required = schema.pop("required")
    schema["properties"] = {
        "extends": {
            "type": "string",
            "description": "Path of the file that this one extends, seen from this file.",
        },
        **schema["properties"],
    }
    schema["anyOf"] = [{"required": ["extends"]}, {"required": required}]
    return {"$schema": DIALECT, **schema, "title": "flowsim scenario"}
