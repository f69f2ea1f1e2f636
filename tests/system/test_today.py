"""Today is the base's: nothing of it depends on what a scenario decides on day 0."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flowsim
from flowsim.errors import ScenarioError
from flowsim.ledger import EventKind, Ledger
from flowsim.metrics import measure
from flowsim.scenario import Scenario
from flowsim.system.run.simulate import build

BASE = """
[scenario]
days = 60.0
follow_up_days = 30.0
seed = 3
[areas]
north = { a = 50000, b = 30000 }
south = { c = 20000 }
[situation]
unsupported = { recovery = 0.5, worse = 1.0 }
[exits_per_year]
wlz = 0.1
[[level]]
name = "L0"
hours_per_week = 0.5
[[level]]
name = "L1"
hours_per_week = 1
recovery_days = { exponential = 90 }
worse_per_year = 0.5
[[level]]
name = "L2"
hours_per_week = 2
recovery_days = { gamma = 200, cv = 0.5 }
[[level]]
name = "L3"
hours_per_week = 4
recovery_days = 300
worse_per_year = 0.2
[[demand]]
profile = "p"
per_10k_per_year = 6
level_mix = { L1 = 0.2, L2 = 0.5, L3 = 0.3 }
patience_days = { gamma = 300, cv = 0.5 }
preferred_provider = { x = 0.4 }
accepts_elsewhere = { municipality = 0.6, subregion = 0.3 }
has_tenancy = 0.2
[[demand]]
profile = "q"
per_year = 9
level_mix = { L1 = 1.0 }
[[team]]
name = "t"
scale = "subregion"
fte = 5.5
client_hours = 24
turnover_per_year = 0.5
hiring_days = 60
[[team]]
name = "u"
hours_per_week = 40
[[dwellings]]
name = "d"
scale = "region"
per_year = 14
stock = 1
hold_days = 14
[[variant]]
name = "bw"
scale = "subregion"
serves = ["L2", "L3"]
team = "t"
turnover_days = 5
[variant.providers]
x = { north = 14, south = 4 }
y = { north = 4, south = 6 }
[[variant]]
name = "bt"
serves = ["L1", "L2"]
tenancy = "own"
dwellings = "d"
team = "u"
places = 9
patience_days = 200
[placement]
order = ["bt", "bw"]
[[desk]]
name = "desk"
fte = 1.5
hours_per_fte = 14
assessment_hours = { exponential = 6 }
reassessment_hours = 4
paperwork_days = { exponential = 10 }
outcome = { award = 0.9, rejected = 0.1 }
patience_days = 90
too_light = 0.1
[leaving]
ready_at = "L0"
dwellings = "d"
transition_days = 20
find_alone_per_year = 0.1
loses_tenancy_per_year = 0.2
relapse = { per_year = 0.2, level = "L1" }
aftercare = { days = 90, level = "L0", team = "u" }
[start]
drift = "accepted"
residents = { bw = 27, bt = 8 }
level_mix = { bw = { L2 = 0.4, L3 = 0.6 }, bt = { L1 = 0.5, L2 = 0.5 } }
ready_to_leave = { bw = 4 }
ready_to_move = { bw = 2 }
ready_since_days = { exponential = 40 }
deciding = 4
deciding_since_days = 8
aftercare = 3
waiting = [
    { variant = "bw", persons = 6, since_days = { exponential = 50 }, level_mix = { L3 = 1.0 } },
    { variant = "bt", persons = 3, since_days = 30, level_mix = { L1 = 0.6, L2 = 0.4 } },
]
"""

LEVERS = (
    "variant.bw.providers={ x = { north = 4, south = 14 }, y = { north = 8 } }",
    "variant.bw.providers={ y = { each = 40 }, x = { each = 0 } }",
    "variant.bw.providers={ x = { each = 4 }, z = { each = 5 } }",
    "variant.bw.providers.x.north=0",
    'variant.bw.serves=["L1", "L3"]',
    'variant.bw.serves=["L3", "L3"]',
    'variant.bw.tenancy="own"',
    "variant.bw.turnover_days=30",
    "variant.bw.hours_factor=0.4",
    'variant.bw.team="u"',
    "variant.bw.accepts=0.5",
    'variant.bw.flip={ after_days = 30, to = "bt" }',
    "variant.bt.places=0",
    "variant.bt.places=90",
    'variant.bt.scale="municipality"',
    "variant.bt.patience_days=10",
    "demand.p.per_10k_per_year=60",
    "demand.q.per_year={ c = 30 }",
    "demand.p.level_mix={ L3 = 1.0 }",
    "demand.p.accepts_elsewhere={ municipality = 0.0, subregion = 0.0 }",
    "demand.p.preferred_provider={ y = 1.0 }",
    "demand.p.patience_days=0",
    "demand.p.has_tenancy=1.0",
    "team.t.fte=16",
    'team.t.scale="region"',
    'team.t.scale="municipality"',
    "team.u.hours_per_week=8",
    "team.u.response_days=14",
    "level.L2.hours_per_week=3",
    "level.L2.recovery_days=20",
    "level.L3.worse_per_year=9.0",
    "situation.under.recovery=0.0",
    "exits_per_year.death=0.5",
    "desk.desk.fte=0.4",
    "desk.desk.fte=6",
    'desk.desk.scale="municipality"',
    "desk.desk.paperwork_days=0",
    "desk.desk.paperwork_days=90",
    "desk.desk.patience_days=1",
    "desk.desk.too_light=0.9",
    'desk.desk.guide={ up_to = "L1", share = 1.0 }',
    'leaving.ready_at="L1"',
    "leaving.transition_days=0",
    "leaving.aftercare.days=300",
    'leaving.aftercare.level="L1"',
    "leaving.keeps_tenancy=0.0",
    "leaving.relapse.per_year=5.0",
    "leaving.destination={ family = 1.0 }",
    'placement.order="lightest_first"',
    "placement.passing=false",
    'placement.priority=["move", "leave"]',
    "placement.widen_after_days=20",
    'placement.within="municipality"',
    "dwellings.d.per_year=140",
    "dwellings.d.stock=0",
    'dwellings.d.scale="municipality"',
)  # fmt: skip


@pytest.fixture(params=[0, 3], ids=["counts", "burn-in"])
def base(request, tmp_path, monkeypatch) -> Path:
    """Write a base: people as its counts say, or as a burn-in of some years leaves them."""
    monkeypatch.setenv("FLOWSIM_CACHE", str(tmp_path))
    file = tmp_path / "base.toml"
    file.write_text(BASE.replace("[start]", f"[start]\nburn_in_years = {request.param}"))
    return file


def today(scenario: Scenario) -> bytes:
    """Return the rows of everybody who is there on day 0, before anything is decided or settled."""
    return build(flowsim.sample(scenario)).rows.getvalue()


@pytest.mark.parametrize(
    "levers", [LEVERS[::8], pytest.param(LEVERS, marks=pytest.mark.slow)], ids=["some", "all"]
)
def test_no_row_of_today_depends_on_what_is_decided_on_day_0(base, levers):
    rows = today(flowsim.load(base))
    given = {one: today(flowsim.load(base, [one]))[: len(rows)] for one in levers}
    assert [one for one, there in given.items() if there != rows] == []


@pytest.mark.parametrize(
    "levers", [LEVERS[4::9], pytest.param(LEVERS, marks=pytest.mark.slow)], ids=["some", "all"]
)
def test_no_row_of_persons_on_the_start_date_depends_on_it(base, levers):
    now = persons(base, [])
    assert sum(now.values()) == 27 + 8 + 4 + 3 + 9, "the counts of the base"
    assert [one for one in levers if persons(base, [one]) != now] == []


def names_what_it_has(ledger: Ledger) -> None:
    """Test that rows refer to pools, options and sets of the ledger."""
    pools, options, sets = len(ledger.pools), len(ledger.options), len(ledger.option_sets)
    desk = (EventKind.ASSESSING, EventKind.PAPERWORK, EventKind.REVIEW_STARTED)
    for kinds, most in (
        ((EventKind.POOL, EventKind.CAPACITY, EventKind.OFFERED, EventKind.LOST, *desk), pools),
        ((EventKind.PLACED, EventKind.HOUSED, EventKind.REASSIGNED), options),
        ((EventKind.REQUESTED, EventKind.STEPPED_OUT), sets),
    ):
        refs = ledger.rows["ref"][np.isin(ledger.rows["kind"], kinds)]
        assert ((refs >= 0) & (refs < most)).all()


def together(base: Path, examples: int) -> None:
    """Decide several things at once: today is the same, and the run adds up."""
    rows = today(flowsim.load(base))

    @settings(max_examples=examples)
    @given(st.lists(st.sampled_from(LEVERS), min_size=2, max_size=5, unique_by=_path))
    def check(levers):
        try:
            scenario = flowsim.load(base, levers)
        except ScenarioError:
            return  # these two do not go together
        assert today(scenario)[: len(rows)] == rows
        names_what_it_has(flowsim.simulate(scenario, flowsim.sample(scenario), check=True))

    check()


def test_nor_on_what_is_decided_together(base):
    together(base, 6)


@pytest.mark.slow
def test_nor_on_what_is_decided_together_at_length(base):
    together(base, 150)


def _path(lever: str) -> str:
    return lever.split("=")[0].removesuffix(".x.north")


@pytest.mark.parametrize("scale", ["municipality", "subregion"])
def test_work_at_a_desk_that_is_new_on_day_0_is_done_by_a_desk_of_the_ledger(base, scale):
    base.write_text(base.read_text().replace("paperwork_days = { exponential = 10 }", ""))
    scenario = flowsim.load(base, [f'desk.desk.scale="{scale}"', "start.deciding=40"])
    ledger = flowsim.simulate(scenario, flowsim.sample(scenario), check=True)
    names_what_it_has(ledger)
    at_work = ledger.rows["ref"][ledger.rows["kind"] == EventKind.ASSESSING]
    areas = {ledger.pools[desk].area for desk in at_work.tolist()}
    assert len(areas) > 1


PROFILE = """
[[demand]]
profile = "new{n}"
per_year = 20
level_mix = {{ L{n} = 1.0 }}
preferred_provider = {{ y = 1.0 }}
accepts_elsewhere = {{ municipality = 1.0, subregion = 1.0 }}
"""
LEVEL = """
[[level]]
name = "heavier"
hours_per_week = 9
[[demand]]
profile = "heavy"
per_year = 20
level_mix = { heavier = 1.0 }
[[variant]]
name = "clinic"
serves = ["heavier", "heavier"]
places = 3
"""
OTHERS = """
[[{kind}]]
name = "aaa{n}"
{more}
"""
NEW = {
    **{f"profiles: {k}": "".join(PROFILE.format(n=n) for n in range(1, k + 1)) for k in (1, 2, 3)},
    "a level": LEVEL,
    **{
        f"{kind}: 3": "".join(OTHERS.format(kind=kind, n=n, more=more) for n in range(3))
        for kind, more in {
            "team": "hours_per_week = 3",
            "dwellings": "per_year = 3",
            "variant": 'serves = ["L2", "L3"]\nplaces = 3\nteam = "t"',
            "desk": "assessors = 1\nassessment_days = 3\nhandles = { share = 0.25 }",
        }.items()
    },
}
NEW["desk: 3"] += '[[desk]]\nname = "desk"\nhandles = { share = 0.25 }\n'


@pytest.mark.parametrize("new", NEW)
def test_nothing_of_today_depends_on_what_is_new_on_day_0(base, new):
    file = base.with_name("new.toml")
    file.write_text(f'extends = "{base.name}"\n{NEW[new]}')
    rows, scenario = today(flowsim.load(base)), flowsim.load(file)
    assert today(scenario)[: len(rows)] == rows
    names_what_it_has(flowsim.simulate(scenario, flowsim.sample(scenario), check=True))


# ---------------------------------------------------------------- in the table of persons
def persons(path: Path, sets: list[str]) -> dict[tuple[str, ...], float]:
    """Return who is where on the start date, as the table says."""
    scenario = flowsim.load(path, sets)
    ledger = flowsim.simulate(scenario, flowsim.sample(scenario), check=True)
    table = measure(ledger, scenario)
    here = (table["measure"] == "persons") & (table["period"] == "2026-01-01")
    keys = zip(*(table[key][here] for key in ("municipality", "variant", "detail")), strict=True)
    return {key: n for key, n in zip(keys, table["value"][here], strict=True) if n}


FULL = """
scenario = {{ days = 400.0, follow_up_days = 0.0 }}
demand = [{{ profile = "p", on_days = [399.0] }}]
areas = {{ north = {{ a = 60000, b = 30000 }}, south = {{ c = 30000 }} }}
start = {{ residents = {{ bw = 60 }} }}
[[variant]]
name = "bw"
scale = "subregion"
stay_days = {{ exponential = 200 }}
next = {{ out = 1.0 }}
{places}
"""


@pytest.mark.parametrize(
    ("places", "decided"),
    [
        ("places = { north = 40, south = 20 }", "places = { north = 24, south = 36 }"),
        ("places = { north = 40, south = 20 }", "places = { north = 50, south = 9 }"),
        ("places = { north = 40, south = 20 }", "places = 0"),
        ("places = 60", 'scale = "municipality"'),
        ("places = { north = 40, south = 20 }", "providers = { x = 20 }"),
        (
            "providers = { x = { north = 30, south = 10 }, y = { north = 10, south = 10 } }",
            "providers = { x = { north = 5, south = 5 }, y = { north = 25, south = 25 } }",
        ),
        (
            "providers = { x = { north = 30, south = 10 }, y = { north = 10, south = 10 } }",
            "providers = { y = { north = 20, south = 20 } }",
        ),
    ],
)
def test_places_that_move_or_close_on_day_0_move_nobody(tmp_path, places, decided):
    file = tmp_path / "base.toml"
    file.write_text(FULL.format(places=places))
    key, value = decided.split(" = ", 1)
    sets = [f"variant.bw.{key}={value}"]
    if key == "providers" and places.startswith("places"):
        file.write_text(FULL.format(places=places.replace("places = ", "providers.only = ")))
    assert persons(file, sets) == persons(file, [])
    assert sum(persons(file, []).values()) == 60


# ---------------------------------------------------------------- a split on day 0
@pytest.mark.parametrize("split", ["home", "building"])
def test_a_split_on_day_0_counts_people_as_one_on_a_date_does(tmp_path, split):
    """Of sixty in the region's places three quarters live in the north, which has two thirds."""
    text = FULL.format(places="places = 60").replace('scale = "subregion"\n', "")
    (tmp_path / "base.toml").write_text(text.replace("{ exponential = 200 }", "900"))
    scale = '"variant.bw.scale" = "subregion"'
    places = '"variant.bw.places" = { north = 40, south = 20 }'
    dated = f'[[change]]\ndate = 2026-01-02\nreason = "."\nsplit = "{split}"\n'
    ends = {}
    for name, more in {
        "on day 0": f'[start]\nsplit = "{split}"\n[[variant]]\nname = "bw"\nscale = "subregion"\n'
        "places = { north = 40, south = 20 }\n",
        "the day after": f"{dated}set = {{ {scale}, {places} }}\n",
    }.items():
        (tmp_path / "own.toml").write_text(f'extends = "base.toml"\n{more}')
        scenario = flowsim.load(tmp_path / "own.toml")
        ledger = flowsim.simulate(scenario, flowsim.sample(scenario), check=True)
        moved = ledger.rows[ledger.rows["kind"] == EventKind.REASSIGNED]
        where = [ledger.pools[ledger.options[ref].place].area for ref in moved["ref"].tolist()]
        ends[name] = {area: where.count(area) for area in ("north", "south")}
    assert ends["on day 0"] == ends["the day after"]
    assert ends["on day 0"] == ({"north": 45, "south": 15} if split == "home" else
                                {"north": 40, "south": 20})  # fmt: skip
