"""The JSON Schema of the scenario language, for editors and for other programs."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import Any, get_args

from pydantic import BaseModel, BeforeValidator

from flowsim.scenario.draft import block_model
from flowsim.scenario.gate import longest
from flowsim.scenario.identity import models_in
from flowsim.scenario.model import BLOCK_KEYS, Scenario
from flowsim.scenario.numbers import ADD, TIMES

WHOLE = ("Change", "Waiting")
"""Blocks that a file never gives in part: a list of them is taken as it is."""
DIFFERENCE = {
    "type": "object",
    "description": "By how much a number of the file that is extended changes.",
    "properties": {TIMES: {"type": "number"}, ADD: {"type": "number"}},
    "minProperties": 1,
    "additionalProperties": False,
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file.

    A file that extends another may leave anything out, so that of the required keys only the
    names of blocks are kept, and at the top ``scenario`` and ``demand`` where nothing is extended.
    """
    schema = Scenario.model_json_schema()
    names = {block_model(kind).__name__: key for kind, key in BLOCK_KEYS.items()}
    models = {model.__name__: model for model in models_in(Scenario)}
    for name, definition in schema["$defs"].items():
        known = definition["properties"]
        for key, info in models[name].model_fields.items():
            if _is_said_shorter(info.annotation, info.metadata):
                known[key] = {"anyOf": [{"type": "string"}, known[key]]}
        for key, meaning in meanings(models[name]).items():
            known[key]["description"] = meaning
        for key, said in known.items():
            _limit(said, key)
        if name not in WHOLE:
            definition["properties"] = {key: _or_differs(said) for key, said in known.items()}
        if name not in WHOLE:
            definition.pop("required", None)
        if name in names:
            definition["required"] = [names[name]]
    required = schema.pop("required")
    schema["properties"] = {
        "extends": {
            "type": "string",
            "description": "Path of the file that this one extends, seen from this file.",
        },
        **schema["properties"],
    }
    schema["$defs"]["Difference"] = DIFFERENCE
    schema["anyOf"] = [{"required": ["extends"]}, {"required": required}]
    return {"$schema": DIALECT, **schema, "title": "flowsim scenario"}


def _or_differs(said: Any) -> Any:
    """Let a number be a difference with that of the file that is extended, in a table too."""
    if not isinstance(said, dict):
        return said
    if said.get("type") in ("number", "integer"):
        return {"anyOf": [said, {"$ref": "#/$defs/Difference"}]}
    inside = {key: [_or_differs(one) for one in said[key]] for key in ("anyOf",) if key in said}
    if "additionalProperties" in said:
        inside["additionalProperties"] = _or_differs(said["additionalProperties"])
    return said | inside


def _limit(said: Any, key: str) -> None:
    """Say how long the texts of a key may be, wherever they stand in its schema."""
    if isinstance(said, dict):
        if said.get("type") == "string" and not {"enum", "const", "format"} & set(said):
            said["maxLength"] = longest([key])
        for below, inner in said.items():
            _limit(inner, below if below in ("note", "assumption") else key)
    elif isinstance(said, list):
        for inner in said:
            _limit(inner, key)


def _is_said_shorter(annotation: Any, marks: list[Any]) -> bool:
    """Tell whether a field takes a text for what it means in full, such as one title for both."""
    inner = [part for part in get_args(annotation) if not isinstance(part, BeforeValidator)]
    return (
        any(isinstance(mark, BeforeValidator) for mark in marks)
        or len(inner) < len(get_args(annotation))
        or any(_is_said_shorter(part, []) for part in inner)
    )


def meanings(model: type[BaseModel]) -> dict[str, str]:
    """Return what the keys of a model mean: the text under each in the source."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for field, below in zip(tree.body, tree.body[1:], strict=False):
        key = field.target if isinstance(field, ast.AnnAssign) else None
        text = below.value if isinstance(below, ast.Expr) else None
        if isinstance(key, ast.Name) and isinstance(text, ast.Constant):
            found[key.id] = " ".join(str(text.value).split())
    return {key: meaning for key, meaning in found.items() if key in model.model_fields}
