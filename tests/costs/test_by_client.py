"""The same cost by where the client notified, whoever pays."""

from __future__ import annotations

import pytest

from flowsim.costs import price
from tests.costs.test_costs import variants
from tests.handmade import cells, four, scenario_of, total
from tests.regions import WORLDS, run


@pytest.mark.parametrize("world", WORLDS)
def test_the_cost_of_clients_is_the_same_whoever_pays_and_adds_up_to_all_cost(world):
    ledger, _ = run(0, world=world)
    found = [price(ledger, WORLDS[world](payer=p)) for p in ("centre", "origin", "residence")]
    by_client = [cells(one, "cost_of_clients_eur") for one in found]
    assert {key[1] for key in by_client[0]} == {"a", "b", "c"}
    for one in by_client[1:]:
        assert one == pytest.approx(by_client[0], rel=1e-12)
    for year in ("2026", "2027", "2028"):
        whole = total(found[0], "cost_eur", period=year)
        assert total(found[0], "cost_of_clients_eur", period=year) == pytest.approx(whole)


def test_a_client_costs_where_notified_and_an_empty_place_by_population():
    contract = {"form": "availability", "eur": 100.0}
    billed = price(four(), scenario_of(variant=variants(contract, None)))
    # Client 0 (a) is in sheltered housing from 50 to 130, client 1 (b) to 40; two places are paid.
    empty = (2 * 365 - 80 - 40) * 100
    found = {key[1]: eur for key, eur in cells(billed, "cost_of_clients_eur").items()}
    care = total(billed, "cost_eur", detail="care")
    assert care == pytest.approx((80 + 40) * 100 + empty)
    rest = total(billed, "cost_eur") - care
    assert found == pytest.approx({"a": 80 * 100 + 0.6 * empty + rest, "b": 40 * 100 + 0.4 * empty})
