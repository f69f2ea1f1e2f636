"""Every measure of a year with four people (see `story`), worked out by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

import flowsim
from flowsim.ledger import EventKind as K
from flowsim.ledger import How, RequestKind
from flowsim.metrics import MEASURES, Reading, measure
from flowsim.metrics.measures.places import place_days
from flowsim.scenario import parse
from tests.handmade import cells, four, pool_row, row, scenario_of, total

Y = "2026"
START, APRIL, JULY, OCTOBER, END = (
    "2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01", "2027-01-01",
)  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return measure(four(), scenario_of())


def test_persons_on_dates_are_where_they_are(found):
    assert cells(found, "persons") == {
        (START, "b", "bw", "settled"): 1,
        (START, "b", "", "waiting"): 1,
        (APRIL, "a", "bw", "moving"): 1,
        (JULY, "a", "bt", "settled"): 1,
        (OCTOBER, "a", "bt", "transit"): 1,
        (END, "a", "", "aftercare"): 1,
        (END, "a", "", "queue"): 1,
    }


def test_person_days_are_counted_in_the_window_only(found):
    assert {key[3]: value for key, value in cells(found, "person_days").items()} == {
        "queue": 2 + 65,
        "assessing": 3,
        "paperwork": 5,
        "waiting": 30 + 60,
        "settled": 30 + 70 + 40,
        "moving": 50,
        "ready": 60,
        "transit": 30,
        "aftercare": 75,
    }
    mean = cells(found, "mean_persons")
    assert mean[Y, "a", "bt", "settled"] == pytest.approx(70 / 365)
    assert sum(mean.values()) == pytest.approx(520 / 365)
    assert cells(found, "exposure") == {(Y, "", "", ""): 365}


def test_residents_by_level_and_by_tenancy(found):
    assert cells(found, "residents_by_level") == {
        (START, "", "bw", "heavy"): 1,
        (APRIL, "", "bw", "light"): 1,
        (JULY, "", "bt", "light"): 1,
        (OCTOBER, "", "bt", "light"): 1,
    }
    assert cells(found, "residents_by_tenancy") == {
        (START, "b", "", "provider"): 1,
        (APRIL, "a", "", "provider"): 1,
        (JULY, "a", "", "own"): 1,
        (OCTOBER, "a", "", "own"): 1,
    }


def test_the_balance_of_persons_closes(found):
    assert cells(found, "balance") == {
        (Y, "a", "", "in_notified"): 2,
        (Y, "a", "", "out_to_light"): 1,
        (Y, "a", "", "end"): 1,
        (Y, "b", "", "start"): 2,
        (Y, "b", "", "out_gave_up"): 1,
        (Y, "b", "", "out_to_other"): 1,
    }


def test_flows_are_events_of_the_year_and_not_of_the_start(found):
    assert cells(found, "notifications") == {(Y, "a", "", "new"): 2}
    assert cells(found, "decisions") == {(Y, "a", "", "award"): 1}
    assert cells(found, "starts") == {(Y, "a", "bw", ""): 1}
    assert cells(found, "moves") == {(Y, "a", "bt", "bw"): 1}
    assert cells(found, "exchanges") == {}
    assert cells(found, "outflow") == {
        (Y, "a", "bt", "to_light"): 1,
        (Y, "b", "bw", "to_other"): 1,
    }
    assert cells(found, "outflow_by_reason") == {
        (Y, "a", "", "own_dwelling"): 1,
        (Y, "b", "", "death"): 1,
    }
    assert cells(found, "gave_up") == {(Y, "b", "", "placement"): 1}
    assert cells(found, "changes_of_need") == {
        (Y, "a", "", "recovered"): 1,
        (Y, "a", "", "ready_to_leave"): 1,
    }


def test_days_of_waiting_by_kind_and_cause(found):
    # From day 45 on the team has 500 minutes free, and 600 are needed: half place, half hours.
    assert cells(found, "placement_days") == {
        (Y, "a", "bw", "place"): 25 + 2.5,
        (Y, "a", "bw", "hours"): 2.5,
        (Y, "b", "bw", "place"): 45 + 7.5,
        (Y, "b", "bw", "hours"): 7.5,
    }
    assert cells(found, "placement_days_sole") == {(Y, "", "bw", "place"): 25 + 45}
    assert cells(found, "placement_days_any") == {
        (Y, "", "bw", "place"): 30 + 60,
        (Y, "", "bw", "hours"): 5 + 15,
    }
    assert cells(found, "internal_days") == {(Y, "a", "bw", "dwelling"): 50}
    assert cells(found, "outflow_days") == {(Y, "a", "bt", "dwelling"): 60}
    assert cells(found, "access_days") == {
        (Y, "a", "", "assessor"): 67,
        (Y, "a", "", "assessing"): 3,
        (Y, "a", "", "paperwork"): 5,
    }


def test_persons_who_wait_on_dates_by_cause(found):
    assert cells(found, "access_persons") == {(END, "", "", "assessor"): 1}
    assert cells(found, "placement_persons") == {(START, "", "", "place"): 1}
    assert cells(found, "internal_persons") == {(APRIL, "", "", "dwelling"): 1}
    assert cells(found, "outflow_persons") == {}


def test_place_days_are_all_there_are(found):
    # bw: 14 days of turnover after day 40 and after day 130.
    assert cells(found, "place_days") == {
        (Y, "r", "bw", "settled"): 40 + 30,
        (Y, "r", "bw", "blocked"): 50,
        (Y, "r", "bw", "turning_over"): 28,
        (Y, "r", "bw", "unfilled"): 730 - 70 - 50 - 28,
        (Y, "r", "bt", "settled"): 70,
        (Y, "r", "bt", "blocked"): 60,
        (Y, "r", "bt", "transit"): 30,
        (Y, "r", "bt", "unfilled"): 1825 - 160,
    }


def test_hours_given_and_available(found):
    given = 600 * 40 + 600 * 40 + 200 * 40 + 300 * 160 + 120 * 75
    assert cells(found, "team_hours") == pytest.approx(
        {(Y, "r", "care", "given"): given / 420, (Y, "r", "care", "available"): 40 * 365 / 7}
    )
    assert cells(found, "under_supported_days") == {(Y, "a", "bw", ""): 40}


def test_dwellings_offered_used_and_lost(found):
    assert cells(found, "dwellings") == {
        (Y, "a", "homes", "offered"): 2,
        (Y, "a", "homes", "used"): 1,
        (Y, "a", "homes", "lost_hold"): 1,
        (Y, "b", "homes", "offered"): 1,
        (Y, "b", "homes", "used"): 1,
    }


def test_the_desk_and_its_terms(found):
    assert cells(found, "desk_cases") == {
        (Y, "r", "toegang", "notified"): 2,
        (Y, "r", "toegang", "assessed"): 1,
    }
    assert cells(found, "assessor_days") == {
        (Y, "r", "toegang", "assessing"): 3,
        (Y, "r", "toegang", "idle"): 362,
    }
    assert cells(found, "decisions_by_term") == {(Y, "a", "", "in_term"): 1}
    for decision, detail in ((5.0, "in_term"), (4.9, "late")):  # it took 5 + 5 days
        terms = {"investigation": 5.0, "decision": decision}
        desk = {"name": "toegang", "assessors": 1, "assessment_days": 3.0, "term_days": terms}
        decided = measure(four(), scenario_of(desk=[desk]))
        assert cells(decided, "decisions_by_term") == {(Y, "a", "", detail): 1}


def test_every_row_is_written_once_with_a_number_and_a_definition(found):
    keys = list(zip(*(found[k] for k in found if k != "value"), strict=True))
    assert len(keys) == len(set(keys))
    assert np.isfinite(found["value"]).all()
    assert set(found["measure"]) <= set(MEASURES)


def test_a_zero_inside_a_table_is_written(found):
    mine = (found["measure"] == "persons") & (found["value"] == 0)
    labels = set(
        zip(found["period"][mine], found["variant"][mine], found["detail"][mine], strict=True)
    )
    assert (END, "bw", "settled") in labels
    assert (START, "", "queue") in labels
    assert (START, "bw", "queue") not in labels  # nobody is in the queue and in a place


def test_who_is_ready_or_decided_upon_at_the_start_did_not_become_so_on_day_0():
    rows = [
        row(0, 0, K.PLACED, ref=0, why=How.START),
        row(0, 0, K.REQUESTED, ref=2, why=RequestKind.LEAVE),
        row(0, 1, K.NOTIFIED, ref=5),
        row(0, 1, K.PAPERWORK, ref=5),
        row(0, 2, K.AWARDED, ref=0),
        row(0, 3, K.NOTIFIED, ref=5),
    ]
    pools = [pool_row(0, 0, 0), pool_row(0, 2, 0), pool_row(0, 3, 0)]
    ledger = four(rows=[*rows, *pools], profile=(-1, -1, -1, 0))
    found = measure(ledger, scenario_of())
    assert cells(found, "notifications") == {(Y, "a", "", "new"): 1}
    assert total(found, "decisions") == 0
    assert total(found, "changes_of_need") == 0
    assert cells(found, "balance", municipality="a") == {
        (Y, "a", "", "start"): 1,
        (Y, "a", "", "in_notified"): 1,
        (Y, "a", "", "end"): 2,
    }


def test_residents_beyond_the_places_there_are_are_counted_by_day():
    scenario = parse(
        {
            "scenario": {"days": 80.0, "follow_up_days": 0.0, "start": date(2026, 1, 1)},
            "demand": [{"profile": "p", "on_days": [0.0, 0.0, 20.0]}],
            "variant": [{"name": "home", "places": 3, "stay_days": 50.0, "next": {"out": 1.0}}],
            "change": [
                {"date": date(2026, 1, 31), "reason": "fewer", "set": {"variant.home.places": 1}}
            ],
        }
    )
    ledger = flowsim.simulate(scenario, flowsim.sample(scenario), check=True)
    found = measure(ledger, scenario)
    over = found["value"][found["measure"] == "over_full_days"]
    assert over.sum() == pytest.approx(2 * (50 - 30))


def test_what_measures_and_costs_both_ask_is_worked_out_once_for_each_run():
    first, second = Reading(four(), scenario_of()), Reading(four(), scenario_of())
    assert place_days(first) is place_days(first)
    assert place_days(first) is not place_days(second)
    assert (place_days(first) == place_days(second)).all()
