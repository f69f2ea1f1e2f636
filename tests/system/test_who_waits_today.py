"""Who is counted as waiting for a variant asks for it first, with a burn-in as without."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import flowsim
from tests.worlds import story

BASE = """
[scenario]
start = 2026-01-01
days = 60.0
follow_up_days = 0.0
[areas]
r = {{ a = 10000 }}
[leaving]
ready_at = "L0"
[exits_per_year]
wlz = 2.0
[[level]]
name = "L0"
hours_per_week = 0
[[level]]
name = "L1"
hours_per_week = 1
[[demand]]
profile = "p"
per_year = 40
level_mix = {{ L1 = 1.0 }}
patience_days = {{ exponential = 300 }}
[[variant]]
name = "one"
places = {one}
serves = ["L1", "L1"]
patience_days = 9999
[[variant]]
name = "other"
places = {other}
serves = ["L1", "L1"]
[placement]
order = ["one", "other"]
[start]
burn_in_years = {years}
drift = "accepted"
waiting = [
    {{ variant = "one", persons = 3, level_mix = {{ L1 = 1.0 }} }},
    {{ variant = "other", persons = 4, level_mix = {{ L1 = 1.0 }} }},
]
"""


def asked(base: Path, sets: list[str]) -> list[str]:
    """Return what people of the start ask for last on day 0, by client."""
    scenario = flowsim.load(base, sets)
    cohort = flowsim.sample(scenario)
    ledger = flowsim.simulate(scenario, cohort, check=True)
    last = {}
    for row in story(ledger, of="AWARDED REQUESTED"):
        day, client, _, _, *what = row.split()
        if float(day) <= 0 and int(client) < len(cohort.today):
            last[client] = " ".join(what)
    return sorted(last.values())


@pytest.mark.parametrize("years", [0, 3])
@pytest.mark.parametrize("order", [["one", "other"], ["other", "one"]])
@pytest.mark.parametrize(("one", "other"), [(5, 5), (0, 5), (5, 0)])
def test_two_counts_of_one_level_stay_two_queues(tmp_path, monkeypatch, years, order, one, other):
    monkeypatch.setenv("FLOWSIM_CACHE", str(tmp_path))
    base = tmp_path / "base.toml"
    base.write_text(BASE.format(one=one, other=other, years=years))
    text = base.read_text().replace('["one", "other"]', str(order).replace("'", '"'))
    base.write_text(text)
    both_open = [f"variant.one.places={one or 1}", f"variant.other.places={other or 1}"]
    for sets in ([], both_open):
        both = (one and other) or sets
        told = ["one | other", "other | one"] if both else ["one" if one else "other"] * 2
        assert Counter(asked(base, sets)) == Counter([told[0]] * 3 + [told[1]] * 4), sets


def test_what_is_closed_parts_the_counts_again_when_it_opens_on_a_date(tmp_path, monkeypatch):
    monkeypatch.setenv("FLOWSIM_CACHE", str(tmp_path))
    base = tmp_path / "base.toml"
    change = '[[change]]\ndate = 2026-01-11\nreason = "."\nset = { "variant.one.places" = 1 }\n'
    base.write_text(BASE.format(one=0, other=1, years=3) + change)
    scenario = flowsim.load(base, ["exits_per_year.wlz=0.0"])
    ledger = flowsim.simulate(scenario, flowsim.sample(scenario), check=True)
    asks = [row.split() for row in story(ledger, of="REQUESTED") if row.startswith("10 ")]
    told = {int(client): " ".join(what) for _, client, _, _, *what in asks if int(client) < 7}
    for client, what in told.items():
        assert what == ("one | other" if client < 3 else "other | one")
    assert len(told) >= 4, "one or two of them have been placed"
