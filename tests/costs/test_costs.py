"""What the year of four people costs (see `tests.handmade`), worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from flowsim.costs import COMPONENTS, FORMS, MEASURES, price
from flowsim.ledger import EventKind as K
from flowsim.ledger import How, Reason, RequestKind
from flowsim.metrics import Reading, measure
from flowsim.scenario.money import Contract
from tests.handmade import (
    BT,
    BW,
    cells,
    four,
    ledger_of,
    option,
    pool,
    pool_row,
    row,
    scenario_of,
    total,
)

Y = "2026"

# Client 1 is in sheltered housing 40 days, heavy; client 0 30 days heavy and 50 days light (waiting
# for a home: blocked days are paid).
BW_CARE = 40 * 200 + 30 * 200 + 50 * 100
# 300 minutes a week from day 130 to day 290: 30 of these days in transition, still in place.
BT_CARE = 300 / 60 * 160 / 7 * 70
AFTERCARE = 75 / 7 * 2 * 50


def variants(bw: dict | None, bt: dict | None) -> list[dict]:
    plain = [
        {"name": "bw", "places": 2, "turnover_days": 14.0, "team": "care"},
        {"name": "bt", "places": 5, "tenancy": "own", "dwellings": "homes", "team": "care"},
    ]
    for block, contract in zip(plain, (bw, bt), strict=True):
        if contract is not None:
            block["contract"] = contract
    return plain


def test_care_is_paid_by_the_form_of_each_contract_and_by_the_centre_alone():
    billed = price(four(), scenario_of())
    assert cells(billed, "cost_eur") == pytest.approx(
        {
            (Y, "b", "bw", "care"): BW_CARE,
            (Y, "b", "bt", "care"): BT_CARE,
            (Y, "b", "", "aftercare"): AFTERCARE,
        }
    )


def test_without_a_named_centre_the_largest_municipality_pays():
    billed = price(four(), scenario_of(money={"centre": "a"}))
    assert {key[1] for key in cells(billed, "cost_eur")} == {"a"}
    billed = price(four(), scenario_of(money=None))
    assert {key[1] for key in cells(billed, "cost_eur")} == {"a"}


def test_by_origin_the_municipality_where_someone_came_from_pays_wherever_they_live():
    billed = price(four(), scenario_of(money={"payer": "origin"}))
    assert cells(billed, "cost_eur") == pytest.approx(
        {
            (Y, "a", "bw", "care"): 30 * 200 + 50 * 100,
            (Y, "b", "bw", "care"): 40 * 200,
            (Y, "a", "bt", "care"): BT_CARE,
            (Y, "a", "", "aftercare"): AFTERCARE,
        }
    )


def test_who_comes_from_outside_the_region_is_paid_by_a_municipality_outside_it():
    scenario = scenario_of(
        money={"payer": "origin"},
        demand=[
            {
                "profile": "home",
                "on_days": [10.0],
                "level_mix": {"heavy": 1.0},
                "external": True,
            }
        ],
    )
    billed = price(four(origin=(-1, 1, 1, 0)), scenario)
    assert total(billed, "cost_eur", municipality="external", detail="aftercare") == pytest.approx(
        AFTERCARE
    )
    assert total(billed, "cost_eur", municipality="b") == 40 * 200


def test_by_residence_the_dwelling_decides_and_before_it_where_someone_notified():
    # Client 0 notified in a, lives in a dwelling of b from day 130 to 290, then in one of a.
    billed = price(four(), scenario_of(money={"payer": "residence"}))
    assert cells(billed, "cost_eur") == pytest.approx(
        {
            (Y, "a", "bw", "care"): 30 * 200 + 50 * 100,
            (Y, "b", "bw", "care"): 40 * 200,
            (Y, "b", "bt", "care"): BT_CARE,
            (Y, "a", "", "aftercare"): AFTERCARE,
        }
    )


def test_a_place_of_one_municipality_is_a_residence_there():
    pools = [pool("place", "bw", "b", 2)]
    rows = [row(100, 0, K.PLACED, ref=0), row(110, 0, K.GONE, why=Reason.DEATH)]
    ledger = ledger_of(rows, pools=pools, options=[option(BW, place=0)])
    billed = price(ledger, scenario_of(money={"payer": "residence"}))
    assert cells(billed, "cost_eur") == {(Y, "b", "bw", "care"): 10 * 200}


def test_availability_pays_for_every_place_filled_or_not():
    tariff = {"form": "availability", "eur": {"light": 30.0, "heavy": 60.0}}
    billed = price(four(), scenario_of(variant=variants(tariff, None)))
    filled = 40 * 60 + 30 * 60 + 50 * 30
    unfilled = (730 - 120) * 30  # turning over counts as not filled; the lowest tariff
    assert total(billed, "cost_eur", detail="care") == pytest.approx(filled + unfilled)


def test_places_without_a_resident_are_shared_by_population_unless_the_centre_pays():
    tariff = {"form": "availability", "eur": 50.0}
    scenario = scenario_of(variant=variants(tariff, None), money={"payer": "origin"})
    billed = price(four(), scenario)
    # 60,000 inhabitants in a and 40,000 in b; 610 place-days without a resident.
    assert total(billed, "cost_eur", municipality="a", variant="bw") == pytest.approx(
        80 * 50 + 0.6 * 610 * 50
    )
    assert total(billed, "cost_eur", municipality="b", variant="bw") == pytest.approx(
        40 * 50 + 0.4 * 610 * 50
    )


def test_housing_is_paid_for_filled_days_by_the_month():
    rent = {"form": "day_rate", "eur": 100.0, "housing_eur_per_month": 900.0}
    billed = price(four(), scenario_of(variant=variants(rent, None)))
    assert total(billed, "cost_eur", detail="housing") == pytest.approx(120 * 900 * 12 / 365.25)


def test_an_hourly_contract_without_a_team_pays_for_the_hours_that_are_needed():
    blocks = variants({"form": "hourly", "eur": 70.0}, None)
    del blocks[0]["team"]
    blocks[0]["hours_factor"] = 0.5
    billed = price(four(), scenario_of(variant=blocks))
    # 10 hours a week at the heavy level and 2 at the light one, times a half.
    hours = (70 / 7 * 10 + 50 / 7 * 2) * 0.5
    assert total(billed, "cost_eur", detail="care") == pytest.approx(hours * 70)


def test_daytime_activity_is_for_residents_by_level():
    money = {"half_day_eur": 40.0, "half_days_per_week": {"light": 1.0, "heavy": 3.0}}
    billed = price(four(), scenario_of(money=money))
    assert total(billed, "cost_eur", detail="daytime", variant="bw") == pytest.approx(
        (70 / 7 * 3 + 50 / 7) * 40
    )
    assert total(billed, "cost_eur", detail="daytime", variant="bt") == pytest.approx(160 / 7 * 40)


def test_assessments_moves_and_on_call():
    money = {"assessment_eur": 1400.0, "move_eur": 2500.0, "on_call_eur_per_fte_per_year": 70_000.0}
    team = [{"name": "care", "hours_per_week": 40.0, "on_call_fte": 2.0}]
    billed = price(four(), scenario_of(money=money, team=team))
    found = {key[3]: value for key, value in cells(billed, "cost_eur", variant="").items()}
    assert found["assessments"] == 1400  # the one that notified on day 300 is still in the queue
    # Into a home of b on day 130. Leaving it, client 0 stays where they are.
    assert found["moves"] == 2500
    assert found["on_call"] == pytest.approx(2 * 70_000 * 365 / 365.25)


def test_on_call_is_shared_by_the_population_of_the_team_s_area():
    team = [
        {
            "name": "care",
            "scale": "subregion",
            "hours_per_week": 40.0,
            "on_call_fte": {"south": 1.0},
        }
    ]
    money = {"on_call_eur_per_fte_per_year": 1000.0, "payer": "residence"}
    billed = price(four(), scenario_of(money=money, team=team))
    assert cells(billed, "cost_eur", detail="on_call") == pytest.approx(
        {(Y, "b", "", "on_call"): 1000 * 365 / 365.25}
    )


def test_overhead_is_a_share_of_all_else_for_every_payer():
    billed = price(four(), scenario_of(money={"payer": "origin", "overhead": 0.1}))
    for payer in ("a", "b"):
        whole = total(billed, "cost_eur", municipality=payer)
        overhead = total(billed, "cost_eur", municipality=payer, detail="overhead")
        assert overhead == pytest.approx(0.1 * (whole - overhead))


def test_nothing_is_paid_before_day_0_or_after_the_window():
    short = price(four(window_days=59.0), scenario_of(scenario={"years": None, "days": 59.0}))
    assert total(short, "cost_eur") == pytest.approx(40 * 200 + 9 * 200)


def test_a_component_that_is_not_priced_has_no_rows_and_every_payer_has_one_for_those_that_are():
    billed = price(four(), scenario_of())
    assert set(billed["detail"][billed["measure"] == "cost_eur"]) == {"care", "aftercare"}
    assert set(billed["municipality"]) == {"a", "b"}
    assert set(billed["measure"]) == set(MEASURES)


def test_every_funding_form_of_the_language_has_a_function():
    annotation = Contract.model_fields["form"].annotation
    assert set(FORMS) == set(annotation.__args__)


def test_every_component_has_a_definition():
    everything = scenario_of(
        money={
            "assessment_eur": 1.0,
            "reassessment_eur": 1.0,
            "move_eur": 1.0,
            "half_day_eur": 1.0,
            "half_days_per_week": 1.0,
            "on_call_eur_per_fte_per_year": 1.0,
            "overhead": 0.1,
        },
        variant=variants({"form": "day_rate", "eur": 1.0, "housing_eur_per_month": 1.0}, None),
        team=[{"name": "care", "hours_per_week": 40.0, "on_call_fte": 1.0}],
    )
    found = price(four(), everything)
    assert set(found["detail"][found["measure"] == "cost_eur"]) == set(COMPONENTS)


# ---------------------------------------------------------------- dated changes
def changed(day: date, **values: object):
    return scenario_of(change=[{"date": day, "reason": "r", "set": values}])


def test_a_new_tariff_holds_from_its_date():
    # Day 59 is 1 March: client 0 has been in sheltered housing for 9 days.
    scenario = changed(date(2026, 3, 1), **{"variant.bw.contract.eur": 500.0})
    care = 40 * 200 + 9 * 200 + (21 + 50) * 500
    assert total(price(four(), scenario), "cost_eur", variant="bw") == pytest.approx(care)


def test_another_rule_of_who_pays_holds_from_its_date():
    scenario = changed(date(2026, 3, 1), **{"money.payer": "origin"})
    assert cells(price(four(), scenario), "cost_eur") == pytest.approx(
        {
            (Y, "b", "bw", "care"): 49 * 200,
            (Y, "a", "bw", "care"): 21 * 200 + 50 * 100,
            (Y, "a", "bt", "care"): BT_CARE,
            (Y, "a", "", "aftercare"): AFTERCARE,
        }
    )


def test_prices_of_events_and_of_the_year_follow_the_dated_changes():
    money = {"centre": "b", "move_eur": 100.0, "on_call_eur_per_fte_per_year": 1000.0}
    scenario = scenario_of(
        money=money,
        team=[{"name": "care", "hours_per_week": 40.0, "on_call_fte": 1.0}],
        change=[
            {"date": date(2026, 5, 1), "reason": "r", "set": {"money.move_eur": 300.0}},
            {"date": date(2026, 7, 1), "reason": "r", "set": {"team.care.on_call_fte": 3.0}},
        ],
    )
    billed = price(four(), scenario)
    assert total(billed, "cost_eur", detail="moves") == 300  # on day 130, 11 May
    on_call = (181 * 1 + 184 * 3) * 1000 / 365.25
    assert total(billed, "cost_eur", detail="on_call") == pytest.approx(on_call)


# ---------------------------------------------------------------- who moves into a dwelling
MOVES = scenario_of(money={"move_eur": 1.0})
POOLS = [pool("place", "bw"), pool("place", "bt"), pool("dwellings", "homes", "a", 0)]
OPTIONS = [option(BW, place=0), option(BT, place=1), option(BT, place=1, dwelling=2), option()]


def moves(*rows, has_tenancy: bool = False) -> float:
    ledger = ledger_of(
        [*rows, pool_row(0, 2, 0), pool_row(0, 0, 0), pool_row(0, 1, 0)],
        pools=POOLS,
        options=OPTIONS,
        sets=[(1,), (3,)],
        has_tenancy=[has_tenancy] * 4,
    )
    return total(price(ledger, MOVES), "cost_eur", detail="moves")


def test_who_already_rents_does_not_move_into_a_dwelling():
    start = row(5, 0, K.PLACED, ref=2)
    assert moves(start) == 1
    assert moves(start, has_tenancy=True) == 0


def test_who_gave_up_a_tenancy_moves_into_a_dwelling_again():
    sheltered = row(5, 0, K.PLACED, ref=0)
    home = row(50, 0, K.PLACED, ref=1)
    assert moves(sheltered, home, has_tenancy=True) == 0
    assert moves(sheltered, row(5, 0, K.TENANCY_LOST), home, has_tenancy=True) == 1
    leaves = row(90, 0, K.HOUSED, ref=3), row(90, 0, K.AFTERCARE, ref=3)
    assert moves(sheltered, row(5, 0, K.TENANCY_LOST), home, *leaves, has_tenancy=True) == 1


def test_leaving_sheltered_housing_is_a_move_and_leaving_the_own_tenancy_is_not():
    leave = row(50, 0, K.HOUSED, ref=3), row(60, 0, K.AFTERCARE, ref=3)
    gone = row(50, 0, K.HOUSED, ref=3), row(60, 0, K.GONE, why=Reason.OWN_DWELLING)
    assert moves(row(0, 0, K.PLACED, ref=0, why=How.START), *leave) == 1
    assert moves(row(0, 0, K.PLACED, ref=0, why=How.START), *gone) == 1
    assert moves(row(0, 0, K.PLACED, ref=1, why=How.START), *leave) == 0


def test_becoming_tenant_of_the_dwelling_lived_in_is_no_move():
    start = row(0, 0, K.PLACED, ref=0, why=How.START)
    tenant = row(50, 0, K.PLACED, ref=1, why=How.FLIP)
    leave = row(90, 0, K.HOUSED, ref=3), row(90, 0, K.AFTERCARE, ref=3)
    assert moves(start, tenant, *leave) == 0
    stays = row(50, 0, K.HOUSED, ref=3, why=How.FLIP)
    assert moves(start, stays, row(50, 0, K.AFTERCARE, ref=3)) == 0
    assert moves(start, stays, row(50, 0, K.GONE, why=Reason.OWN_DWELLING)) == 0


def test_leaving_for_family_or_the_wlz_is_no_move_into_a_dwelling():
    start = row(0, 0, K.PLACED, ref=0, why=How.START)
    assert moves(start, row(9, 0, K.GONE, why=Reason.FAMILY)) == 0
    assert moves(start, row(9, 0, K.GONE, why=Reason.WLZ)) == 0


def test_who_finds_a_dwelling_alone_moves_into_it():
    start = row(0, 0, K.PLACED, ref=0, why=How.START)
    ask = row(20, 0, K.REQUESTED, ref=0, why=RequestKind.MOVE)
    found = start, ask, row(30, 0, K.FOUND_ALONE), row(30, 0, K.PLACED, ref=1)
    assert moves(*found) == 1
    assert moves(*found, row(70, 0, K.HOUSED, ref=3), row(70, 0, K.AFTERCARE, ref=3)) == 1


def test_the_reading_of_the_metrics_can_be_used_for_the_costs():
    ledger, scenario = four(), scenario_of()
    reading = Reading(ledger, scenario)
    measure(ledger, scenario, reading)
    assert cells(price(ledger, scenario, reading), "cost_eur") == cells(
        price(ledger, scenario), "cost_eur"
    )
