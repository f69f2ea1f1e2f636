from __future__ import annotations

import math

import numpy as np
import pytest

from flowsim.ledger import EventKind as K
from flowsim.ledger import How, Reason, RequestKind
from flowsim.metrics import ENDINGS, KINDS, Episodes, episodes
from tests.handmade import BT, BW, ledger_of, option, row
from tests.regions import WORLDS, run

OPTIONS = [option(BW, place=0), option(BT, place=1, dwelling=2), option(dwelling=2)]
SETS = [(0,), (1, 0), (2,)]
FOR_A_PLACE = [KINDS.index(kind) for kind in ("placement", "internal", "return")]


def waits(*rows, **changes) -> list[tuple[object, ...]]:
    found = of(*rows, **changes)
    return [
        (KINDS[kind], start, wait, ENDINGS[ending])
        for kind, start, wait, ending in zip(
            found.kind.tolist(),
            found.start.tolist(),
            found.wait.tolist(),
            found.ending.tolist(),
            strict=True,
        )
    ]


def of(*rows, **changes) -> Episodes:
    return episodes(ledger_of(rows, options=OPTIONS, sets=SETS, **changes))


def test_a_life_has_a_wait_for_each_thing_it_waited_for():
    assert waits(
        row(10, 0, K.NOTIFIED, ref=5),
        row(12, 0, K.ASSESSING, ref=5),
        row(15, 0, K.PAPERWORK, ref=5),
        row(20, 0, K.AWARDED, ref=0),
        row(50, 0, K.PLACED, ref=0),
        row(80, 0, K.REQUESTED, ref=1, why=RequestKind.MOVE),
        row(130, 0, K.PLACED, ref=1),
        row(200, 0, K.REQUESTED, ref=2, why=RequestKind.LEAVE),
        row(260, 0, K.HOUSED, ref=2),
        row(290, 0, K.AFTERCARE, ref=2),
        row(300, 0, K.RELAPSED),
        row(300, 0, K.REQUESTED, ref=1, why=RequestKind.RETURN),
        row(345, 0, K.PLACED, ref=1),
    ) == [
        ("access", 10, 10, "placed"),
        ("placement", 20, 30, "placed"),
        ("internal", 80, 50, "placed"),
        ("outflow", 200, 60, "placed"),
        ("return", 300, 45, "placed"),
    ]


def test_a_wait_can_end_in_five_ways():
    def wait(*end):
        return waits(row(20, 0, K.AWARDED, ref=0), *end)[0][3]

    assert wait(row(30, 0, K.PLACED, ref=0)) == "placed"
    assert wait(row(30, 0, K.GONE, why=Reason.GAVE_UP)) == "gave_up"
    assert wait(row(30, 0, K.GONE, why=Reason.DEATH)) == "left_or_died"
    assert wait() == "unfinished"
    ready = row(0, 0, K.PLACED, ref=0), row(20, 0, K.REQUESTED, ref=2, why=RequestKind.LEAVE)
    assert waits(*ready, row(30, 0, K.WITHDRAWN, why=RequestKind.LEAVE))[1] == (
        "outflow", 20, 10, "withdrawn",
    )  # fmt: skip


def test_a_decision_ends_access_whatever_it_is():
    for end in (row(9, 0, K.AWARDED, ref=0), row(9, 0, K.NOT_AWARDED, why=Reason.GENERAL)):
        assert waits(row(2, 0, K.NOTIFIED, ref=5), end)[0] == ("access", 2, 7, "placed")
    gave_up = row(9, 0, K.GONE, why=Reason.GAVE_UP)
    assert waits(row(2, 0, K.NOTIFIED, ref=5), gave_up) == [("access", 2, 7, "gave_up")]


def test_the_unfinished_are_censored_at_the_end_of_the_run_and_not_of_the_window():
    assert waits(row(20, 0, K.AWARDED, ref=0), window_days=100, end_days=150) == [
        ("placement", 20, 130, "unfinished")
    ]


def test_a_change_of_options_while_waiting_is_no_new_wait():
    rows = (
        row(0, 0, K.PLACED, ref=0),
        row(20, 0, K.REQUESTED, ref=1, why=RequestKind.MOVE),
        row(35, 0, K.LEVEL),
        row(35, 0, K.REQUESTED, ref=0, why=RequestKind.MOVE),
        row(60, 0, K.PLACED, ref=1),
    )
    assert waits(*rows)[1:] == [("internal", 20, 40, "placed")]


def test_waiting_outside_for_the_next_station_goes_on_with_the_wait_that_began_inside():
    rows = (
        row(0, 0, K.PLACED, ref=0),
        row(20, 0, K.REQUESTED, ref=2, why=RequestKind.DWELLING),
        row(30, 0, K.STEPPED_OUT, ref=1, why=RequestKind.NEXT),
        row(60, 0, K.PLACED, ref=1),
    )
    assert waits(*rows)[1:] == [("internal", 20, 40, "placed")]


def test_a_need_that_changes_from_moving_to_leaving_ends_one_wait_and_begins_another():
    rows = (
        row(0, 0, K.PLACED, ref=0),
        row(20, 0, K.REQUESTED, ref=1, why=RequestKind.MOVE),
        row(50, 0, K.REQUESTED, ref=2, why=RequestKind.LEAVE),
        row(51, 0, K.GONE, why=Reason.WLZ),
    )
    assert waits(*rows)[1:] == [
        ("internal", 20, 30, "withdrawn"),
        ("outflow", 50, 1, "left_or_died"),
    ]


def test_who_is_served_in_the_instant_of_asking_has_a_wait_of_zero_days():
    rows = (
        row(5, 0, K.NOTIFIED, ref=5),
        row(5, 0, K.AWARDED, ref=0),
        row(5, 0, K.PLACED, ref=0),
        row(9, 0, K.PLACED, ref=1),
        row(70, 0, K.HOUSED, ref=2),
        row(70, 0, K.GONE, why=Reason.OWN_DWELLING),
    )
    assert waits(*rows) == [
        ("access", 5, 0, "placed"),
        ("placement", 5, 0, "placed"),
        ("internal", 9, 0, "placed"),
        ("outflow", 70, 0, "placed"),
    ]


def test_without_a_desk_there_is_no_access_to_wait_for():
    assert waits(row(5, 0, K.NOTIFIED), row(5, 0, K.AWARDED, ref=0)) == [
        ("placement", 5, 725, "unfinished")
    ]


def test_an_award_without_any_variant_is_no_wait():
    rows = row(5, 0, K.AWARDED), row(5, 0, K.GONE, why=Reason.NO_VARIANT)
    assert waits(*rows) == []


def test_the_second_client_is_not_taken_for_the_end_of_the_first():
    rows = row(5, 0, K.AWARDED, ref=0), row(8, 1, K.AWARDED, ref=0), row(9, 1, K.PLACED, ref=0)
    assert waits(*rows) == [("placement", 5, 725, "unfinished"), ("placement", 8, 1, "placed")]


def test_people_who_waited_at_the_start_enter_at_the_days_already_waited():
    found = of(
        row(-40, 0, K.AWARDED, ref=0),
        row(30, 0, K.PLACED, ref=0),
        row(50, 1, K.AWARDED, ref=0),
        notified_at=[0, 1],
    )
    assert found.start.tolist() == [-40, 50]
    assert found.entry.tolist() == [40, 0]
    assert found.wait.tolist() == [70, 680]
    assert found.municipality.tolist() == [0, 1]


def test_a_wait_counts_when_it_begins_in_the_window_or_is_open_on_day_0():
    found = of(
        row(-40, 0, K.NOTIFIED, ref=5),
        row(-20, 0, K.AWARDED, ref=0),
        row(0, 1, K.AWARDED, ref=0),
        row(99, 2, K.AWARDED, ref=0),
        row(100, 3, K.AWARDED, ref=0),
        window_days=100,
        end_days=200,
    )
    assert found.counts.tolist() == [False, True, True, True, False]


def test_a_wait_that_ends_on_day_0_counts_and_one_that_ended_before_it_does_not():
    found = of(
        row(-40, 0, K.AWARDED, ref=0),
        row(0, 0, K.PLACED, ref=0),
        row(-40, 1, K.AWARDED, ref=0),
        row(-1, 1, K.GONE, why=Reason.GAVE_UP),
        profile=[0] * 4,
    )
    assert found.wait.tolist() == [40, 39]
    assert found.counts.tolist() == [True, False]


def test_the_transition_is_apart_from_the_wait_for_a_dwelling():
    found = of(
        row(0, 0, K.PLACED, ref=0),
        row(20, 0, K.REQUESTED, ref=2, why=RequestKind.LEAVE),
        row(50, 0, K.HOUSED, ref=2),
        row(78, 0, K.AFTERCARE, ref=2),
        row(0, 1, K.PLACED, ref=0),
        row(20, 1, K.REQUESTED, ref=2, why=RequestKind.LEAVE),
        row(50, 1, K.HOUSED, ref=2),
    )
    outflow = found.kind == KINDS.index("outflow")
    assert found.wait[outflow].tolist() == [30, 30]
    assert found.transition[outflow][0] == 28
    assert math.isnan(found.transition[outflow][1])
    assert np.isnan(found.transition[~outflow]).all()


def test_wanted_is_the_first_option_and_held_is_where_one_lives():
    found = of(
        row(0, 0, K.AWARDED, ref=1),
        row(4, 0, K.PLACED, ref=0),
        row(20, 0, K.REQUESTED, ref=1, why=RequestKind.MOVE),
        row(30, 0, K.PLACED, ref=1),
        row(40, 0, K.REQUESTED, ref=2, why=RequestKind.LEAVE),
    )
    assert found.variant.tolist() == [BT, BT, -1]
    assert found.held.tolist() == [-1, BW, BT]


def test_got_is_where_one_came_to_live_beside_what_was_wanted():
    found = of(
        row(0, 0, K.AWARDED, ref=1),
        row(4, 0, K.PLACED, ref=0),
        row(20, 0, K.REQUESTED, ref=0, why=RequestKind.MOVE),
        row(30, 0, K.PLACED, ref=1),
        row(30, 0, K.PLACED, ref=0),
        row(40, 0, K.REQUESTED, ref=2, why=RequestKind.LEAVE),
        row(50, 0, K.HOUSED, ref=2),
        row(0, 1, K.AWARDED, ref=1),
        row(4, 1, K.GONE, why=Reason.GAVE_UP),
        row(0, 2, K.AWARDED, ref=1),
    )
    assert found.variant.tolist() == [BT, BW, BW, -1, BT, BT]
    assert found.got.tolist() == [BW, BT, BW, -1, -1, -1]


# ---------------------------------------------------------------- parts of the wait for a decision
NOTIFIED, ASSESSING, PAPERWORK = K.NOTIFIED, K.ASSESSING, K.PAPERWORK


def parts(*rows, **changes) -> list[tuple[float, float, float]]:
    found = of(*rows, **changes)
    access = found.kind == KINDS.index("access")
    for days in (found.assessor, found.assessment, found.paperwork):
        assert np.isnan(days[~access]).all()
    listed = (found.assessor[access], found.assessment[access], found.paperwork[access])
    return [tuple(one) for one in np.stack(listed, axis=1).tolist()]


def test_the_wait_for_an_assessor_is_apart_from_the_assessment_and_the_paperwork():
    desk = row(10, 0, NOTIFIED, ref=5), row(12, 0, ASSESSING, ref=5), row(15, 0, PAPERWORK, ref=5)
    decided = row(20, 0, K.AWARDED, ref=0)
    assert parts(*desk, decided) == [(2, 3, 5)]
    assert parts(*desk[:2], decided) == [(2, 8, 0)]
    assert parts(*desk) == [(2, 3, 715)]


def test_who_never_saw_an_assessor_waited_for_one_all_the_time():
    came, gave_up = row(10, 0, NOTIFIED, ref=5), row(50, 0, K.GONE, why=Reason.GAVE_UP)
    again = (
        row(50, 0, NOTIFIED, ref=5), row(50, 0, ASSESSING, ref=5), row(60, 0, K.AWARDED, ref=0),
    )  # fmt: skip
    assert np.array_equal(parts(came), [(720, math.nan, math.nan)], equal_nan=True)
    found = parts(came, gave_up, *again)
    assert np.array_equal(found, [(40, math.nan, math.nan), (0, 10, 0)], equal_nan=True)


def test_of_people_found_in_the_paperwork_on_day_0_nobody_knows_the_parts():
    found = parts(row(-30, 0, NOTIFIED, ref=5), row(0, 0, PAPERWORK, ref=5))
    assert np.isnan(found).all()


@pytest.mark.parametrize("world", WORLDS)
def test_the_parts_add_up_to_the_wait_for_a_decision(world):
    found = episodes(run(0, world=world)[0])
    access = found.kind == KINDS.index("access")
    listed = np.stack([found.assessor, found.assessment, found.paperwork])[:, access]
    known = ~np.isnan(listed[0])
    assert known.sum() > 100
    assert (~known == (found.start[access] < 0))[~known].all()
    np.testing.assert_allclose(np.nansum(listed, axis=0)[known], found.wait[access][known])
    assert (listed[:, known][~np.isnan(listed[:, known])] >= 0).all()


@pytest.mark.parametrize("world", WORLDS)
def test_what_was_got_is_a_variant_for_every_wait_for_a_place_that_ended_in_one(world):
    found = episodes(run(0, world=world)[0])
    placed = (found.ending == ENDINGS.index("placed")) & np.isin(found.kind, FOR_A_PLACE)
    assert np.array_equal(found.got >= 0, placed)
    wanted = (found.got == found.variant)[placed & (found.wait > 0)]
    assert 0 < wanted.mean() <= 1


def test_being_there_at_the_start_is_no_wait():
    rows = row(0, 0, K.PLACED, ref=0, why=How.START), row(9, 0, K.GONE, why=Reason.DEATH)
    assert waits(*rows) == []


def test_being_in_transit_at_the_start_is_no_wait_of_zero_days():
    rows = row(0, 0, K.PLACED, ref=0, why=How.START), row(0, 0, K.HOUSED, ref=2)
    assert waits(*rows, profile=[-1] * 4) == []
    ready = row(0, 0, K.REQUESTED, ref=2, why=RequestKind.LEAVE)
    assert waits(rows[0], ready, rows[1], profile=[-1] * 4) == [("outflow", 0, 0, "placed")]
