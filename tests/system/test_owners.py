"""Every field of a client has one owner: the module that writes it. Others ask the owner."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import flowsim.system
from flowsim.system.state.people import Client

SYSTEM = Path(flowsim.system.__file__).parent

WRITES = {
    "state.people": {
        "number", "profile", "origin", "notified_at", "reach", "urgent", "provider",
        "line_tenancy", "home", "tenancy", "state", "counts", "due",
    },
    "state.timers": {"ticket", "booked_at", "booked_act", "stage_at", "stage_act"},
    "state.ground": {"gone_for"},
    "waiting.routes": {"desk"},
    "waiting.cases": {"case"},
    "waiting.queues": {"request"},
    "waiting.holding": {"place", "variant", "team", "minutes", "step", "reserved"},
    "mechanisms.access": {"notified_on", "visit", "returning"},
    "mechanisms.aftercare": {"relapse_left"},
    "mechanisms.exits": {"exit_left", "exit_place", "exit_since", "exit_kind"},
    "mechanisms.finding": {"find_left"},
    "mechanisms.flips": {"flip_due"},
    "mechanisms.judgement": {"award_level", "error"},
    "mechanisms.leaving": {"destination", "times_ready", "found", "moving_to", "housed_by"},
    "mechanisms.lines": {"stays", "target"},
    "mechanisms.needs": {
        "level", "level_changes", "recovery_left", "worse_left", "clock_since", "speed", "hazard",
        "recovers",
    },
    "mechanisms.providers": {"wish"},
    "mechanisms.support": {"under"},
    "mechanisms.terms": {"award_end", "review_asked"},
}  # fmt: skip
"""Who writes what of a client, but for its first value; a timer (an item of `Client.due`) is
written by who made it known."""
CLIENTS = ("c", "client")
"""What a client is called in the system; a test holds that nobody calls one otherwise."""


def fields() -> set[str]:
    return {name for kind in Client.__mro__ for name in getattr(kind, "__slots__", ())}


def written(source: str) -> Iterator[str]:
    """Yield the fields that a module assigns of a client."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            owner = node.value
            if isinstance(owner, ast.Name) and owner.id in CLIENTS:
                yield node.attr
            if isinstance(owner, ast.Attribute) and owner.attr in CLIENTS:
                yield node.attr


def modules() -> list[tuple[str, str]]:
    paths = sorted(SYSTEM.glob("*/*.py"))
    return [(f"{path.parent.name}.{path.stem}", path.read_text("utf-8")) for path in paths]


def test_every_field_has_one_owner():
    owned = [field for owners in WRITES.values() for field in owners]
    assert len(owned) == len(set(owned))
    assert set(owned) == fields()


@pytest.mark.parametrize(("name", "source"), modules(), ids=[name for name, _ in modules()])
def test_a_module_writes_what_it_owns_and_nothing_else(name, source):
    assert set(written(source)) <= WRITES.get(name, set())


def test_an_owner_writes_what_it_owns():
    for name, source in modules():
        if name not in ("state.people", "state.timers"):
            assert set(written(source)) == WRITES.get(name, set()), name


@pytest.mark.parametrize(("name", "source"), modules(), ids=[name for name, _ in modules()])
def test_a_client_is_called_one(name, source):
    """Else the test of what a module writes would not see it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.arg | ast.AnnAssign):
            said = node.annotation
            called = node.arg if isinstance(node, ast.arg) else ast.unparse(node.target)
            if said is not None and ast.unparse(said) in ("Client", "Client | None"):
                assert called in CLIENTS, f"{name} calls a client {called}"


def test_nothing_sets_a_field_by_its_name():
    for name, source in modules():
        assert "setattr(" not in source, name


def test_every_field_is_declared_once_and_says_what_it_is():
    """With its type, and a sentence under it."""
    source = (SYSTEM / "state" / "people.py").read_text("utf-8")
    kinds = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    said = []
    for kind in kinds[: [kind.name for kind in kinds].index("Client") + 1]:
        for node, after in zip(kind.body, kind.body[1:], strict=False):
            if isinstance(node, ast.AnnAssign):
                assert isinstance(after, ast.Expr), ast.unparse(node)
                said.append(ast.unparse(node.target))
    assert sorted(said) == sorted(fields() - {"ticket"})  # every actor has one


def test_nothing_that_a_run_makes_is_a_dataclass():
    """Compiled, one is made a hundred times as slowly as a class that says its first values."""
    for name, source in modules():
        assert "@dataclass" not in source, name
