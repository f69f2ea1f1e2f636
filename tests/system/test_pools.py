"""The books of a pool: what is free changes by its methods alone, and the board hears of it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flowsim.system
from flowsim.ledger import PoolInfo
from flowsim.system.state.board import Board, Pool
from flowsim.system.state.desks import Case, DeskPool
from flowsim.system.state.pools import PlacePool, Step, TeamPool
from flowsim.system.state.shelves import DwellingPool, Offer

FILES = sorted(Path(flowsim.system.__file__).parent.rglob("*.py"))
BOOKS = {"free", "taken", "promised", "kept", "capacity"}
BOARD = {"raised", "touched", "stepping", "starting", "filled", "expiring"}
POOLS = {"board.py", "pools.py", "shelves.py", "desks.py"}
SETTLING = {"queues.py", "settling.py", "turns.py"}


# ---------------------------------------------------------------- nobody else
def written(tree: ast.AST) -> set[str]:
    """Names of attributes that are assigned to, or that something is added to."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Attribute) and node.func.attr in ("append", "extend"):
                found.add(owner.attr)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_only_a_pool_changes_what_is_free_in_it(path):
    if path.name not in POOLS:
        assert not written(ast.parse(path.read_text("utf-8"))) & BOOKS


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_only_pools_and_the_settling_mark_the_board(path):
    if path.name not in POOLS | SETTLING:
        assert not written(ast.parse(path.read_text("utf-8"))) & BOARD


# ---------------------------------------------------------------- any sequence of acts
def pool_of(kind: str, board: Board, size: int) -> Pool:
    info = PoolInfo(kind=kind, block="b", area="a", provider="", capacity=size)
    match kind:
        case "place":
            return PlacePool(board, info, 0, size, 5.0, -1)
        case "team":
            return TeamPool(board, info, 0, size)
        case "dwellings":
            return DwellingPool(board, info, 0, 0, size, 30.0)
        case _:
            return DeskPool(board, info, 0, size, 0, 0, 1.0)


def act(pool: Pool, word: str, amount: int) -> None:
    """Carry out an act, where there is something to carry it out on."""
    if isinstance(pool, DwellingPool):
        if word in ("give", "resize"):
            pool.offer(Offer(pool, float(amount)))
        elif pool.shelf and word == "take":
            pool.take()
        elif pool.shelf and word == "keep":
            pool.hand_on()
        elif pool.shelf:
            pool.lose(pool.shelf[-1])
    elif word == "take":
        pool.take(amount)
    elif word == "give" and pool.taken >= amount:
        pool.give(amount)
    elif word == "resize":
        pool.resize(amount)
    elif isinstance(pool, PlacePool):
        if word == "keep" and pool.taken:
            pool.keep()
        elif word == "release" and pool.kept:
            pool.release()
    elif isinstance(pool, TeamPool):
        waiting = [step for _, _, step in pool.steps if step.open]
        if word == "promise":
            pool.promise(Step(1, 0.0, amount))
        elif word == "keep" and waiting:
            pool.fulfil(waiting[0])
        elif word == "release" and waiting:
            pool.take_back(waiting[-1])
    elif isinstance(pool, DeskPool) and word == "promise":
        pool.line_up(0, 0.0, Case(pool, "new", 1, 1.0))


WORDS = ("take", "give", "promise", "keep", "release", "resize")
ACTS = st.lists(st.tuples(st.sampled_from(WORDS), st.integers(1, 4)), max_size=30)


@given(kind=st.sampled_from(("place", "team", "dwellings", "desk")), acts=ACTS)
def test_the_books_of_a_pool_add_up_and_the_board_hears_of_every_change(kind, acts):
    board = Board()
    pool = pool_of(kind, board, 3)
    if kind != "desk":
        pool.watch()
    for word, amount in acts:
        before, has_steps = pool.free, bool(getattr(pool, "steps", ()))
        queue = len(getattr(pool, "queue", ()))
        board.unsettled = False
        for marks in (board.raised, board.touched, board.stepping, board.starting):
            marks.clear()
        act(pool, word, amount)
        assert pool.free + pool.taken + pool.promised + pool.kept == pool.size
        if kind == "desk":
            assert bool(board.starting) == ((pool.free > before and queue > 0) or (
                word in ("promise", "resize")))  # fmt: skip
        elif pool.free > before:
            assert board.raised == [pool]
            assert board.unsettled
            assert bool(board.stepping) == (kind == "team" and (has_steps or word == "resize"))
        elif pool.free < before:
            assert board.touched == [pool]
            assert not board.raised


def test_offers_stand_on_a_shelf_by_the_day_on_which_they_came():
    board = Board()
    first, second = (pool_of("dwellings", board, 9) for _ in range(2))
    assert isinstance(first, DwellingPool)
    assert isinstance(second, DwellingPool)
    for pool, days in ((first, (1.0, 4.0, 4.0)), (second, (2.0, 4.0, 9.0))):
        for day in days:
            pool.offer(Offer(pool, day))
    moved = list(first.shelf)
    while first.shelf:
        second.offer(first.hand_on())
    assert [offer.since for offer in second.shelf] == [1.0, 2.0, 4.0, 4.0, 4.0, 9.0]
    assert list(second.shelf)[3:5] == moved[1:]  # after who stood there already
    assert all(offer.pool is second for offer in second.shelf)


def test_what_is_more_than_may_be_there_is_for_the_end_of_the_instant():
    board = Board()
    pool = pool_of("dwellings", board, 1)
    assert isinstance(pool, DwellingPool)
    for day in (0.0, 1.0):
        board.unsettled = False
        pool.offer(Offer(pool, day))
        pool.look_at_cap()
    assert board.filled == [pool]
    assert board.unsettled
