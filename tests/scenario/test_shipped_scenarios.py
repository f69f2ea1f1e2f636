"""The scenarios that come with flowsim: valid, explained, and every number with its evidence."""

import math
import re
import tomllib
from pathlib import Path
from typing import get_args, get_origin

import pytest
from pydantic import BaseModel

from flowsim.balance import fluid_balance
from flowsim.balance.rates import by_municipality
from flowsim.layout import Layout
from flowsim.scenario import load
from flowsim.scenario.draft import block_model, evidence_tables
from flowsim.scenario.model import BLOCK_KEYS, Scenario
from flowsim.scenario.sources import read_sources
from flowsim.scenario.values import EVIDENCE, is_evidence

SHIPPED = sorted(
    path
    for path in (Path(__file__).parents[2] / "scenarios").glob("*/*.toml")
    if path.name != "sources.toml"
)
DRENTHE = Path(__file__).parents[2] / "scenarios" / "drenthe"
NAMES = (
    "more_dwellings",
    "deeper_housing_shortage",
    "staff_shortage",
    "bw_staff_shortage",
    "movers_first",
    "fifteen_for_fifteen",
    "fewer_bw_more_bt",
    "local_access",
    "region_split",
    "zuidwest_ahead",
    "bw_converted",
    "demand_shock",
    "low_inflow",
)


def raw(path):
    return tomllib.loads(path.read_text("utf-8"))


def numbers_without_evidence(value, annotation, marked=False, path=""):
    """Yield the paths of evidence fields that hold a bare number instead of an evidence table."""
    if get_origin(annotation) is not None and hasattr(annotation, "__metadata__"):
        marked = marked or EVIDENCE in annotation.__metadata__
        yield from numbers_without_evidence(value, get_args(annotation)[0], marked, path)
    elif marked and is_evidence(value):
        if not (value.get("source") or isinstance(value.get("assumption"), str)):
            yield path
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _in_model(value, annotation, path)
    elif get_args(annotation):
        yield from _in_parts(value, annotation, marked, path)
    elif marked:
        yield path


def _in_model(value, model, path):
    for key, below in value.items():
        info = model.model_fields[key]
        marked = EVIDENCE in info.metadata
        yield from numbers_without_evidence(below, info.annotation, marked, f"{path}.{key}")


def _in_parts(value, annotation, marked, path):
    args = [arg for arg in get_args(annotation) if arg not in (type(None), Ellipsis)]
    if get_origin(annotation) is dict and isinstance(value, dict):
        for key, below in value.items():
            yield from numbers_without_evidence(below, args[1], marked, f"{path}.{key}")
    elif get_origin(annotation) is tuple and isinstance(value, list):
        for number, below in enumerate(value):
            yield from numbers_without_evidence(below, args[0], marked, f"{path}.{number + 1}")
    else:
        yield from numbers_without_evidence(value, args[0], marked, path)


def bare_numbers(tables):
    for key, value in tables.items():
        if key == "extends":
            continue
        if key == "areas":
            members = [n for sub in value.values() if isinstance(sub, dict) for n in sub.values()]
            yield from ("areas" for number in members if not is_evidence(number))
        elif key in BLOCK_KEYS:
            for block in value:
                name = f"{key}.{block[BLOCK_KEYS[key]]}"
                yield from _in_model(block, block_model(key), name)
        else:
            info = Scenario.model_fields[key]
            yield from numbers_without_evidence(value, info.annotation, False, key)


def test_there_are_a_base_and_five_others():
    assert {path.stem for path in DRENTHE.glob("*.toml")} >= {"base", "sources", *NAMES}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_evidence_number_has_a_source_or_a_stated_assumption(path):
    assert list(bare_numbers(raw(path))) == []


def test_what_the_base_says_of_its_numbers_is_in_dutch():
    text = (DRENTHE / "base.toml").read_text("utf-8")
    notes = re.findall(r'(?:note|assumption) *= *"([^"]*)"', text)
    assert len(notes) > 90
    english = re.compile(r"\b(the|and|with|a year|who|as|by|from|hours|people)\b")
    assert not [note for note in notes if english.search(note)]


def test_a_bare_number_or_an_empty_assumption_would_be_seen():
    tables = {
        "variant": [{"name": "bw", "places": 5, "contract": {"form": "hourly", "eur": {"x": 1}}}],
        "exits_per_year": {"wlz": 0.1},
        "desk": [{"name": "d", "fte": {"value": 3}, "outcome": {"award": 1.0}}],
        "start": {"residents": {"bw": 3}},
        "leaving": {"aftercare": {"days": {"value": 3, "assumption": True}}},
        "areas": {"north": {"alpha": 100}},
    }
    assert list(bare_numbers(tables)) == [
        "variant.bw.places",
        "variant.bw.contract.eur",
        "exits_per_year.wlz",
        "desk.d.fte",
        "desk.d.outcome.award",
        "start.residents.bw",
        "leaving.aftercare.days",
        "areas",
    ]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_source_is_described_and_every_range_holds_its_value(path):
    sources = read_sources(path.parent)
    for where, evidence in load(path).provenance.evidence.items():
        assert evidence.source is None or evidence.source in sources, where
        assert evidence.confidence is not None, where
        if evidence.range is not None and isinstance(evidence.value, int | float):
            assert evidence.range[0] <= evidence.value <= evidence.range[1], where


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_guess_has_a_range_wider_than_a_point(path):
    """The loader holds that the value lies in it; a dated change has guesses too."""
    guesses = [(at, e) for at, e in evidence_tables(raw(path)) if e.get("confidence") == "D"]
    for where, evidence in guesses:
        said = evidence["range"]
        for low, high in said.values() if isinstance(said, dict) else [said]:
            assert low < high, where
        if isinstance(said, dict):
            assert set(said) == set(evidence["value"]), where


def test_every_source_tells_what_it_is_and_when_it_was_read_and_is_used():
    sources = read_sources(DRENTHE)
    named = {e.source for path in SHIPPED for e in load(path).provenance.evidence.values()}
    for key, source in sources.items():
        assert {"title", "publisher", "read"} <= set(source), key
        assert set(source) <= {"title", "publisher", "url", "read", "note"}, key
        assert source.get("url", "https://").startswith("https://"), key
    assert set(sources) <= named | {"cbs_wmo"}


@pytest.mark.parametrize("name", NAMES)
def test_a_variant_is_small_and_says_why_it_exists_in_both_languages(name):
    scenario, base = load(DRENTHE / f"{name}.toml"), load(DRENTHE / "base.toml")
    assert raw(DRENTHE / f"{name}.toml")["extends"] == "base.toml"
    for text in (scenario.scenario.title, scenario.scenario.reason):
        assert set(text) == {"nl", "en"}
        assert text["nl"] != text["en"]
    if name == "low_inflow":  # another reading of today, not a decision
        assert scenario.start.drift == "accepted"
        assert sum(d.per_year.total for d in scenario.demand) == pytest.approx(45)
    else:
        assert scenario.demand == base.demand
        assert scenario.start == base.start


# ---------------------------------------------------------------- the base adds up
@pytest.fixture(scope="module")
def balance():
    return {line.what: line for line in fluid_balance(load(DRENTHE / "base.toml"))}


def test_the_nine_municipalities_add_up_to_the_population_of_the_region():
    areas = load(DRENTHE / "base.toml").areas
    assert areas.region == "Regio Assen (9 gemeenten)"
    assert len(areas.municipalities) == 9
    assert areas.population_of("subregion", "noord_midden") == 196041
    assert areas.population_of("subregion", "zuidwest") == 136977


def test_notifications_by_municipality_follow_population_and_weight():
    rates = by_municipality(Layout(load(DRENTHE / "base.toml")))
    expected = {"assen": 26.6, "hoogeveen": 19.1, "meppel": 11.0, "tynaarlo": 8.2,
                "midden_drenthe": 8.0, "noordenveld": 7.4, "aa_en_hunze": 6.1, "de_wolden": 5.8,
                "westerveld": 4.7}  # fmt: skip
    assert math.fsum(rates.values()) == pytest.approx(97)
    assert rates == pytest.approx(expected, abs=0.06)


def test_the_base_does_not_drift(balance):
    residents = [line.ratio for what, line in balance.items() if what.endswith(", residents")]
    assert residents == pytest.approx([1, 1, 1], abs=0.10)
    assert not any(line.note.startswith("no balance") for line in balance.values())


def test_the_desk_is_busy_for_82_percent_of_its_hours(balance):
    desk = balance["desk Access, hours a week"]
    assert desk.ratio == pytest.approx(0.82, abs=0.01)
    assert desk.against == pytest.approx(3.4 * 21.1)


def test_the_flows_are_those_that_an_independent_simulation_of_the_region_found():
    from flowsim.balance.steady import steady_flow

    flow = steady_flow(load(DRENTHE / "base.toml"))
    bw, cluster, home = (flow.stations[name] for name in ("bw", "bt_cluster", "bt_home"))
    stepped_up = sum(rate for (_, to), rate in flow.moved.items() if to == "bw")
    moved_home = sum(rate for (origin, _), rate in flow.moved.items() if origin == "bw")
    assert flow.awarded == pytest.approx(68, abs=0.2)
    assert sum(bw.entries.values()) == pytest.approx(38.1, rel=0.03)
    assert stepped_up == pytest.approx(2.5, abs=0.5)
    assert moved_home == pytest.approx(20.9, rel=0.05)
    assert flow.relapsed == pytest.approx(3.6, abs=0.2)
    assert bw.given_up == pytest.approx(5.2, abs=0.6)
    assert bw.residents == pytest.approx(193, abs=1)
    assert cluster.residents + home.residents == pytest.approx(126, rel=0.06)
    assert bw.blocked + cluster.blocked == pytest.approx(20, abs=1.5)
    assert min(flow.used["contingent"], 28.8) == pytest.approx(28.7, abs=0.2)
    assert flow.reassessed["toegang"] == pytest.approx(160, abs=5)


def test_as_many_leave_for_a_dwelling_as_there_under_the_rules_of_that_simulation():
    """There nobody worsens, dies or goes to the Wlz while waiting, and one in four finds alone."""
    from flowsim.balance.steady import steady_flow

    ways_out = {"wlz": (0.034, 0.016), "death": (0.007, 0.007)}
    settings = [
        f"exits_per_year.{to}={{bw={bw}, bt_cluster={bt}, bt_home={bt}}}"
        for to, (bw, bt) in ways_out.items()
    ]
    settings += ["situation.unsupported.worse=0", "leaving.find_alone_per_year=0.25"]
    flow = steady_flow(load(DRENTHE / "base.toml", settings))
    assert flow.left["own_dwelling"] == pytest.approx(37.0, rel=0.03)


def test_fewer_places_move_their_staff_along_at_the_hours_that_the_new_places_need():
    base, scenario = load(DRENTHE / "base.toml"), load(DRENTHE / "fewer_bw_more_bt.toml")
    places = {v.name: v.places for v in base.variant}, {v.name: v.places for v in scenario.variant}
    fte = {t.name: t.fte.total for t in base.team}, {t.name: t.fte.total for t in scenario.team}
    closed = places[0]["bw"].total - places[1]["bw"].total
    opened = sum(dict(places[1]["bt_cluster"].areas).values()) - 40
    assert fte[0]["bw_team"] - fte[1]["bw_team"] == pytest.approx(closed * 100 / 195, abs=0.05)
    assert fte[1]["bt_team"] - fte[0]["bt_team"] == pytest.approx(opened * 5.13 / 21.1, abs=0.05)


def test_a_local_desk_is_as_busy_as_the_regional_one(balance):
    desks = [
        line
        for line in fluid_balance(load(DRENTHE / "local_access.toml"))
        if line.what.startswith("desk")
    ]
    regional = balance["desk Access, hours a week"].ratio
    assert len(desks) == 9
    assert [line.ratio for line in desks] == pytest.approx([regional] * 9, abs=0.015)
