"""A price that no longer fits: the form of a contract is changed, and what it costs is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flowsim.errors import Problem, msg
from flowsim.scenario import paths
from flowsim.scenario.raw import Raw, blocks


def price_of_file(before: Raw, over: Raw, file: str) -> list[Problem]:
    """Return where a file changes the form of a contract that it inherits, and not the price."""
    forms = _forms(before)
    return [
        _problem(file, f"variant.{paths.part(name)}.contract.form", forms[name], form)
        for name, form in _forms(over, lambda contract: "eur" not in contract).items()
        if name in forms and forms[name] != form
    ]


def price_of_settings(before: Raw, after: Raw, settings: list[list[str]]) -> list[Problem]:
    """Return where ``--set`` changes the form of a contract, and not the price."""
    old, new = _forms(before), _forms(after)
    return [
        _problem("--set", f"variant.{paths.part(name)}.contract.form", form, new[name])
        for name, form in old.items()
        if new.get(name, form) != form and not _priced(name, settings)
    ]


def price_of_change(raw: Raw, values: Mapping[str, Any], where: str, file: str) -> list[Problem]:
    """Return where a dated change sets another form of a contract, and not the price."""
    forms = _forms(raw)
    told = []
    settings = [paths.split(path) or [""] for path in values]
    for path, keys in zip(values, settings, strict=True):
        if keys[0] == "variant" and keys[2:] == ["contract", "form"]:
            form = forms.get(keys[1], values[path])
            if form != values[path] and not _priced(keys[1], settings):
                at = f"{where}.set.{paths.part(path)}"
                told.append(_problem(file, at, form, values[path]))
    return told


def _forms(
    raw: Raw, counts: Callable[[Mapping[str, Any]], bool] = lambda contract: "form" in contract
) -> dict[str, Any]:
    found = {}
    for name, block in blocks(raw, "variant"):
        contract = block.get("contract")
        if isinstance(contract, Mapping) and "form" in contract and counts(contract):
            found[name] = contract["form"]
    return found


def _priced(name: str, settings: list[list[str]]) -> bool:
    contract = ["variant", name, "contract"]
    return any(keys == contract or keys[:4] == [*contract, "eur"] for keys in settings)


def _problem(file: str, path: str, old: Any, new: Any) -> Problem:
    found = msg("{new!r}, at the price of {old!r}", new=str(new), old=str(old))
    return Problem(file=file, path=path, found=found, allowed=msg("give contract.eur too"))
