from __future__ import annotations

import numpy as np
import pytest

from flowsim.ledger import EventKind as K
from flowsim.ledger import How, Reason, RequestKind, State
from flowsim.metrics import Spells, to_spells
from tests.handmade import BT, BW, ledger_of, option, pool_row, row

OPTIONS = [
    option(BW, place=0, team=2, minutes=600),
    option(BT, place=1, team=2, minutes=300, dwelling=3, municipality=1),
    option(municipality=0, dwelling=4, minutes=120, team=2),
]
SETS = [(0,), (1,), (2,)]
LIFE = [
    row(10, 0, K.NOTIFIED, ref=5),
    row(12, 0, K.ASSESSING, ref=5),
    row(15, 0, K.PAPERWORK, ref=5),
    row(20, 0, K.AWARDED, ref=0),
    row(50, 0, K.PLACED, ref=0),
    row(80, 0, K.LEVEL, level=0),
    row(80, 0, K.REQUESTED, ref=1, why=RequestKind.MOVE, level=0),
    row(90, 0, K.SUPPORT, ref=200, why=1, level=0),
    row(130, 0, K.PLACED, ref=1, level=0),
    row(200, 0, K.REQUESTED, ref=2, why=RequestKind.LEAVE, level=0),
    row(260, 0, K.HOUSED, ref=2, level=0),
    row(290, 0, K.AFTERCARE, ref=2, level=0),
    row(400, 0, K.GONE, why=Reason.DONE, level=0),
]


def columns(spells: Spells, *names: str) -> list[tuple[object, ...]]:
    return list(zip(*(getattr(spells, name).tolist() for name in names), strict=True))


def test_a_life_is_cut_into_one_state_after_another():
    spells = to_spells(ledger_of(LIFE, options=OPTIONS, sets=SETS))
    S = State
    assert columns(spells, "start", "end", "state") == [
        (10, 12, S.QUEUE),
        (12, 15, S.ASSESSING),
        (15, 20, S.PAPERWORK),
        (20, 50, S.WAITING),
        (50, 80, S.SETTLED),
        (80, 90, S.MOVING),
        (90, 130, S.MOVING),
        (130, 200, S.SETTLED),
        (200, 260, S.READY),
        (260, 290, S.TRANSIT),
        (290, 400, S.AFTERCARE),
        (400, 730, S.GONE),
    ]


def test_what_a_row_does_not_change_is_carried_forward():
    spells = to_spells(ledger_of(LIFE, options=OPTIONS, sets=SETS))
    assert columns(spells, "option", "option_set", "level", "minutes", "under", "home") == [
        (-1, -1, 1, 0, False, 0),
        (-1, -1, 1, 0, False, 0),
        (-1, -1, 1, 0, False, 0),
        (-1, 0, 1, 0, False, 0),
        (0, -1, 1, 600, False, 0),
        (0, 1, 0, 600, False, 0),
        (0, 1, 0, 200, True, 0),
        (1, -1, 0, 300, False, 1),
        (1, 2, 0, 300, False, 1),
        (1, -1, 0, 300, False, 1),
        (2, -1, 0, 120, False, 0),
        (-1, -1, 0, 0, False, 0),
    ]


def test_clients_whose_rows_are_mixed_get_the_spells_they_would_have_alone():
    other = [(day + 0.5, 1, *rest) for day, _, *rest in LIFE]
    mixed = sorted([*LIFE, *other], key=lambda one: one[0])
    pools = [pool_row(day, 2, 5) for day in (0.0, 49.0, 300.0)]
    rows = [pools[0], *mixed[:9], pools[1], *mixed[9:], pools[2]]
    spells = to_spells(ledger_of(rows, options=OPTIONS, sets=SETS))
    alone = to_spells(ledger_of(LIFE, options=OPTIONS, sets=SETS))
    for client in (0, 1):
        mine = spells.client == client
        assert np.array_equal(spells.state[mine], alone.state)
        assert np.array_equal(spells.option[mine], alone.option)
        assert np.array_equal(spells.start[mine], alone.start + 0.5 * client)


def test_a_state_of_no_length_is_no_spell():
    rows = [row(5, 0, K.AWARDED, ref=0), row(5, 0, K.PLACED, ref=0)]
    spells = to_spells(ledger_of(rows, options=OPTIONS, sets=SETS))
    assert columns(spells, "start", "end", "state") == [(5, 730, State.SETTLED)]


def test_people_of_the_start_keep_the_true_day_on_which_their_state_began():
    rows = [
        row(-40, 0, K.PLACED, ref=0, why=How.START),
        row(-40, 0, K.REQUESTED, ref=2, why=RequestKind.LEAVE),
        row(-7, 1, K.AWARDED, ref=0),
    ]
    spells = to_spells(ledger_of(rows, options=OPTIONS, sets=SETS))
    assert columns(spells, "client", "start", "end", "state") == [
        (0, -40, 730, State.READY),
        (1, -7, 730, State.WAITING),
    ]


def test_who_steps_out_of_a_place_gives_it_up_and_waits():
    rows = [
        row(0, 0, K.PLACED, ref=0),
        row(9, 0, K.STEPPED_OUT, ref=1, why=RequestKind.NEXT),
    ]
    spells = to_spells(ledger_of(rows, options=OPTIONS, sets=SETS))
    assert columns(spells, "start", "state", "option", "option_set", "minutes") == [
        (0, State.SETTLED, 0, -1, 600),
        (9, State.WAITING, -1, 1, 0),
    ]


def test_aftercare_stops_at_relapse():
    rows = [
        row(0, 0, K.AFTERCARE, ref=2),
        row(30, 0, K.RELAPSED),
        row(30, 0, K.REQUESTED, ref=1, why=RequestKind.RETURN),
    ]
    spells = to_spells(ledger_of(rows, options=OPTIONS, sets=SETS))
    assert columns(spells, "start", "state", "minutes") == [
        (0, State.AFTERCARE, 120),
        (30, State.WAITING, 0),
    ]


def test_a_first_row_that_says_nothing_about_the_state_is_refused():
    with pytest.raises(ValueError, match="first row of client 0 is LEVEL"):
        to_spells(ledger_of([row(3, 0, K.LEVEL)]))


def test_a_run_without_people_has_no_spells():
    assert len(to_spells(ledger_of([])).client) == 0
