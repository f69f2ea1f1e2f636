"""The scenarios that come with flowsim: valid, explained, and every number with its evidence."""

import math
import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import get_args, get_origin

import pytest
from pydantic import BaseModel

from flowsim.balance import fluid_balance
from flowsim.balance.rates import by_municipality
from flowsim.layout import Layout
from flowsim.scenario import load, paths
from flowsim.scenario.draft import block_model, evidence_tables
from flowsim.scenario.model import BLOCK_KEYS, Scenario
from flowsim.scenario.number_kinds import domain_of, drawn, kind_of
from flowsim.scenario.sources import read_sources
from flowsim.scenario.values import EVIDENCE, Duration, is_evidence

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


HELD = {
    "demand.*.accepts_elsewhere.municipality": "everybody: nobody counted who does not",
    "demand.*.accepts_elsewhere.subregion": "everybody: nobody counted who does not",
    "leaving.destination": "all other ways out are exits",
    "leaving.keeps_tenancy": "nobody keeps a dwelling beside a place",
    "situation.unsupported.recovery": "nobody recovers on a waiting list",
}
"""What the model leaves out, and why: 0 or 1 by decision 0039, and so without a range."""


def is_held(where):
    return any(fnmatch(where, path) for path in HELD)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_source_is_described_and_every_number_graded(path):
    sources = read_sources(path.parent)
    for where, evidence in load(path).provenance.evidence.items():
        assert evidence.source is None or evidence.source in sources, where
        assert (evidence.confidence is None) == is_held(where), where


def test_what_is_held_is_a_0_or_a_1_and_says_why():
    known = load(DRENTHE / "base.toml").provenance.evidence
    held = {where: evidence for where, evidence in known.items() if is_held(where)}
    assert all(any(fnmatch(where, path) for where in held) for path in HELD)
    for where, evidence in held.items():
        assert evidence.value in (0, 1, {"own_dwelling": 1}), where
        assert isinstance(evidence.assumption, str), where
        assert (evidence.range, evidence.moves_with) == (None, None), where


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_guess_has_a_range_with_its_value_strictly_inside(path):
    """A dated change has guesses too; villages are the measure of the weight of cities."""
    guesses = [(at, e) for at, e in evidence_tables(raw(path)) if e.get("confidence") == "D"]
    for where, evidence in guesses:
        said, value = evidence["range"], evidence["value"]
        share = domain_of(paths.split(where)) in ("share", "shares")
        if isinstance(said, dict):
            assert set(said) == set(value) or where.endswith(".weight"), where
        for key, (low, high) in said.items() if isinstance(said, dict) else [("", said)]:
            inside = [value[key]] if key else numbers_of(value)
            assert all(low < one < high for one in inside), where
            assert low >= 0, where
            assert not share or 0 < low < high < 1, where


def numbers_of(value):
    try:
        return [Duration.parse(value).mean]
    except ValueError:
        return list(value.values())


def test_the_guesses_of_the_base_are_few_because_some_move_together():
    """The numbers that stand in the README of Drenthe."""
    base = load(DRENTHE / "base.toml")
    guesses, prices = drawn(base), drawn(base, "price")
    assert (len(guesses), sum(map(len, guesses.values()))) == (43, 63)
    assert (len(prices), sum(map(len, prices.values()))) == (8, 10)
    readme = (DRENTHE / "README.md").read_text("utf-8")
    assert "63 numbers are drawn as 43 guesses" in readme
    assert "10 prices as 8" in readme
    assert sum(kind_of(paths.split(where)) == "count" and e.confidence == "D"
               for where, e in base.provenance.evidence.items()) == 20  # fmt: skip


def test_numbers_that_move_together_are_of_one_field_and_say_the_same():
    """One z for both: a client hour of one team and that of the other, not two things alike."""
    base = load(DRENTHE / "base.toml")
    known = base.provenance.evidence
    for kind in ("guess", "price"):
        for name, members in drawn(base, kind).items():
            assert (len(members) > 1) == (known[members[0]].moves_with is not None), name
            fields = {path.split(".")[-1] for path in members}
            assert len(fields) == 1 or name == "hourly_tariff", name
            if name != "demand":  # five shares of one number: their ranges are as wide
                assert len({str((known[p].value, known[p].range)) for p in members}) == 1, name
            wide = [known[p].range[1] / known[p].value for p in members if name == "demand"]
            assert not wide or max(wide) - min(wide) < 0.1, name


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
