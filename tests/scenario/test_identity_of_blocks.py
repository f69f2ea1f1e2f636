"""The lasting order of blocks: from what they say, not from their names or places in the file."""

import copy
import random
import re
import tomllib
from pathlib import Path

import pytest

from flowsim.scenario import load
from flowsim.scenario.identity import ORDERED, block_order, named_in
from flowsim.scenario.model import BLOCK_KEYS

DRENTHE = Path(__file__).parents[2] / "scenarios" / "drenthe"
KINDS = ("level", "demand", "desk", "variant", "team", "dwellings")


def base():
    return tomllib.loads((DRENTHE / "base.toml").read_text("utf-8"))


def renamed(raw, names, areas):
    """Return a scenario with blocks and areas renamed wherever their names stand."""

    def again(value, kind=""):
        if isinstance(value, dict):
            return {rename(key, kind): again(below, kind_of(key, kind)) for key, below in
                    value.items()}  # fmt: skip
        if isinstance(value, list):
            return [again(below, kind) for below in value]
        return names.get((kind, value), value) if isinstance(value, str) else value

    def rename(key, kind):
        return areas.get(key, names.get((kind, key), key))

    def kind_of(key, kind):
        inner = {"value": kind, "serves": "level", "levels": "level", "level_mix": "level",
                 "has_tenancy": "level", "eur": "level", "half_days_per_week": "level",
                 "ready_at": "level", "level": "level", "profiles": "demand", "team": "team",
                 "dwellings": "dwellings", "order": "variant", "variant": "variant",
                 "residents": "variant", "ready_to_move": "variant", "ready_to_leave": "variant",
                 "wlz": "variant", "death": "variant", "unknown": "variant",
                 "elsewhere": "variant"}  # fmt: skip
        return inner.get(key, "")

    new = again(raw)
    for kind in KINDS:
        for old, block in zip(raw[kind], new[kind], strict=True):
            name = old[BLOCK_KEYS[kind]]
            block[BLOCK_KEYS[kind]] = names.get((kind, name), name)
    return new


def places_in(raw, order):
    """Return the order as the places of the blocks in the file."""
    named = {
        kind: [block[BLOCK_KEYS[kind]] for block in raw[kind]] for kind in ORDERED if kind in raw
    }
    return {kind: [named[kind].index(name) for name in order[kind]] for kind in named}


def all_names(raw, make):
    names = {}
    for kind in KINDS:
        for number, block in enumerate(raw[kind]):
            names[kind, block[BLOCK_KEYS[kind]]] = make(kind, number)
    return names


@pytest.mark.parametrize(
    "make",
    [
        lambda kind, number: f"{kind}_{9 - number}",
        lambda kind, number: f"{number}",
        lambda kind, number: "zyxwvu"[number],
        lambda kind, number: ("team", "places", "title", "eur", "scale", "serves")[number],
    ],
    ids=["by kind", "numbers", "the same names for all kinds", "names that are also keys"],
)
def test_new_names_leave_the_order(make):
    raw = base()
    areas = {"noord_midden": "zz", "assen": "Assen", "meppel": "a"}
    new = renamed(raw, all_names(raw, make), areas)
    assert places_in(new, block_order(new, {})) == places_in(raw, block_order(raw, {}))


def test_new_names_of_areas_leave_the_order_of_areas():
    raw = base()
    new = renamed(raw, {}, {"noord_midden": "zz", "assen": "zzz", "meppel": "a"})
    before, after = block_order(raw, {}), block_order(new, {})
    for kind in ("municipality", "subregion"):
        given = {"noord_midden": "zz", "assen": "zzz", "meppel": "a"}
        assert after[kind] == tuple(given.get(name, name) for name in before[kind])


@pytest.mark.parametrize("seed", range(10))
def test_another_order_of_blocks_and_keys_leaves_the_order(seed):
    raw, chance = base(), random.Random(seed)
    order = block_order(raw, {})
    mixed = copy.deepcopy(raw)
    for kind in ORDERED:
        chance.shuffle(mixed[kind])
        mixed[kind] = [dict(chance.sample(list(b.items()), len(b))) for b in mixed[kind]]
    for name, members in mixed["areas"].items():
        if name != "region":
            mixed["areas"][name] = dict(chance.sample(list(members.items()), len(members)))
    assert block_order(mixed, {}) == order


def test_evidence_is_no_part_of_what_a_block_says():
    raw = base()
    bare = copy.deepcopy(raw)
    for block in bare["demand"]:
        block["per_year"] = block["per_year"]["value"]
    assert block_order(bare, {}) == block_order(raw, {})


def test_blocks_that_say_different_things_are_told_apart_by_what_they_refer_to():
    raw = base()
    flat = {"name": "flat", "tenancy": "provider", "team": "bt_team"}
    raw["variant"] += [flat, flat | {"name": "house", "team": "bw_team"}]
    first = block_order(raw, {})["variant"]
    raw["variant"][-2:] = raw["variant"][:-3:-1]
    assert block_order(raw, {})["variant"] == first


def test_a_scenario_that_extends_the_base_keeps_its_order_whatever_it_changes():
    order = load(DRENTHE / "base.toml").order
    changed = load(
        DRENTHE / "base.toml",
        ["demand.detention.per_year=500", "variant.bw.places=1", "team.bt_team.fte=900"],
    )
    assert changed.order == order
    for file in ("fewer_bw_more_bt", "local_access", "staff_shortage"):
        assert load(DRENTHE / f"{file}.toml").order == order


def test_a_new_block_comes_after_those_of_the_base(tmp_path):
    text = f'extends = "{DRENTHE / "base.toml"}"\n[[variant]]\nname = "aaa"\nteam = "bw_team"\n'
    (tmp_path / "new.toml").write_text(text, "utf-8")
    order = load(DRENTHE / "base.toml").order["variant"]
    assert load(tmp_path / "new.toml").order["variant"] == (*order, "aaa")


@pytest.mark.parametrize("refers", ["team", "serves", "places", "next", "level_mix"])
def test_new_names_of_what_blocks_refer_to_leave_their_order(refers):
    def tables(one, two):
        """Two blocks that differ in nothing but what they refer to."""
        to = {"team": (one, two), "serves": ([one, one], [two, two]),
              "places": ({one: 1}, {two: 1}), "next": ({one: 1.0}, {two: 1.0}),
              "level_mix": ({one: 1.0}, {two: 1.0})}[refers]  # fmt: skip
        kind = "demand" if refers == "level_mix" else "variant"
        name = BLOCK_KEYS[kind]
        pair = [{name: "first", refers: to[0]}, {name: "second", refers: to[1]}]
        ends = [{"name": one, "stay_days": 1}, {"name": two, "stay_days": 2}]
        return kind, {
            "areas": {"north": {one: 1, two: 2}},
            "level": [{"name": one}, {"name": two}],
            "team": [{"name": one, "hours_per_week": 1}, {"name": two, "hours_per_week": 2}],
            kind: pair + (ends if refers == "next" else []),
        }

    kind, written = tables("a", "b")
    _, swapped = tables("b", "a")
    pair = [name for name in block_order(written, {})[kind] if name in ("first", "second")]
    assert [n for n in block_order(swapped, {})[kind] if n in ("first", "second")] == pair


# ---------------------------------------------------------------- what names what
def test_a_name_is_found_wherever_it_stands():
    """So that a team, or a stream of dwellings, of any mechanism is known to be used."""
    text = (DRENTHE / "base.toml").read_text("utf-8")
    for kind in ("team", "dwellings"):
        given = set(re.findall(rf'^{kind} *= *"(\w+)"', text, re.M))
        assert given
        assert set(named_in(load(DRENTHE / "base.toml"), kind)) == given
