"""Small random scenarios with everything in them, as tables that `flowsim.scenario.parse` reads.

Most times are whole numbers, so that much falls in one instant. No two blocks say the same: which
is which would then follow from their place in the file.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

Raw = dict[str, Any]

MUNICIPALITIES = {"north": {"a": 30_000, "b": 20_000}, "south": {"c": 10_000}}
PROFILES = ("p", "q")
LEVELS = ("L0", "L1", "L2", "L3")
HOURS = (0.5, 1.0, 2.0, 3.0)
READY = "L1"
"""At this level people are ready to leave; L2 and L3 need a place."""


def some(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def share() -> st.SearchStrategy[float]:
    return some(0.0, 0.3, 1.0)


def days(*whole: float) -> st.SearchStrategy[Any]:
    """Return a duration: a whole number of days, or a distribution with that mean."""
    number = some(*map(float, whole))
    return number | number.map(lambda mean: {"exponential": mean})


@st.composite
def worlds(draw: st.DrawFn) -> Raw:
    """Draw a scenario of a region with need levels; now and then with a line beside it."""
    raw: Raw = {
        "scenario": {
            "name": "random", "days": 300.0, "follow_up_days": 60.0,
            "seed": draw(st.integers(0, 99)),
        },
        "areas": {"region": "all", **MUNICIPALITIES},
        "level": _levels(draw),
        "situation": {
            name: {"recovery": draw(some(0.0, 0.5, 1.0)), "worse": draw(some(0.5, 1.0, 2.0))}
            for name in ("under", "unsupported")
        },
        "demand": [_profile(draw, name) for name in PROFILES],
        "dwellings": [_stream(draw, name) for name in ("first", "second")],
    }  # fmt: skip
    raw["team"] = [_team(draw, name) for name in ("t", "u")]
    raw["variant"] = _variants(draw)
    _refusals(draw, raw)
    raw["desk"] = _desks(draw)
    raw["leaving"] = _leaving(draw)
    raw["placement"] = _placement(draw, [block["name"] for block in raw["variant"]])
    if draw(st.booleans()):
        raw["exits_per_year"] = {draw(some("wlz", "death", "family")): draw(some(0.2, 2.0))}
    if draw(st.booleans()):
        raw["start"] = _start(draw, raw)
    if draw(some(False, False, True)):
        raw["change"] = _apart([_change(draw, raw) for _ in range(draw(some(1, 2)))])
    return raw


def _levels(draw: st.DrawFn) -> list[Raw]:
    blocks = []
    for name, hours in zip(LEVELS, HOURS, strict=True):
        block: Raw = {"name": name, "hours_per_week": hours}
        if name != "L0":
            block["recovery_days"] = draw(days(5, 20, 60))
            block["worse_per_year"] = draw(some(0.0, 1.0, 8.0))
        blocks.append(block)
    return blocks


def _profile(draw: st.DrawFn, name: str) -> Raw:
    far, near = sorted((draw(share()), draw(share())))
    block: Raw = {
        "profile": name,
        "level_mix": draw(some({"L2": 1.0}, {"L3": 1.0}, {"L2": 0.5, "L3": 0.5})),
        "has_tenancy": draw(share()),
        "accepts_elsewhere": {"municipality": near, "subregion": far},
        "urgent": draw(some(0.0, 0.3, 1.0) if name == "p" else some(0.1, 0.9)),
    }
    if draw(st.booleans()):
        block["on_days"] = [
            float(day) for day in draw(st.lists(st.integers(0, 60), min_size=4, max_size=15))
        ]
        block["municipality"] = draw(some("a", "b", "c"))
    else:
        block["per_year"] = draw(some(10.0, 40.0))
    if draw(st.booleans()):
        block["patience_days"] = draw(some(0.0) | days(10, 50))
    if draw(some(False, False, True)):
        after = draw(some(["gave_up"], ["rejected", "gave_up"]))
        block["again"] = {"after": after, "share": draw(some(0.5, 1.0)), "days": draw(days(3, 20))}
    return block


def _team(draw: st.DrawFn, name: str) -> Raw:
    block = {
        "name": name,
        "scale": draw(some("region", "subregion")),
        "response_days": draw(some(0.0, 2.0, 10.0) if name == "t" else some(1.0, 5.0)),
    }
    if draw(some(True, True, False)):
        return block | {"hours_per_week": draw(some({"each": 4.0}, {"each": 8.0}, "unlimited"))}
    return block | {
        "fte": {"each": draw(some(2.0, 3.5))}, "client_hours": 3.0,
        "turnover_per_year": draw(some(0.5, 4.0)), "hiring_days": draw(days(20, 60)),
    }  # fmt: skip


def _stream(draw: st.DrawFn, name: str) -> Raw:
    block: Raw = {
        "name": name,
        "scale": draw(some("region", "municipality")),
        "realised": draw(some(0.5, 1.0) if name == "first" else some(0.4, 0.9)),
        "batch": draw(some(1, 2)),
        "stock": draw(some(0, 2)),
    }
    if draw(st.booleans()):
        block |= {"pattern": "even", "every_days": draw(some(10.0, 30.0))}
    else:
        block |= {"pattern": draw(some("poisson", "monthly")), "per_year": draw(some(4.0, 12.0))}
    if draw(st.booleans()):
        block["hold_days"] = draw(some(0.0, 10.0, 30.0))
    if draw(st.booleans()):
        block["cap"] = {"each": draw(some(1.0, 2.0))}
    return block


def _variants(draw: st.DrawFn) -> list[Raw]:
    wide = draw(some(False, False, True))
    blocks: list[Raw] = [
        {"name": "bw", "serves": ["L2" if wide else "L3", "L3"]},
        {
            "name": "bt",
            "serves": ["L2", draw(some("L2", "L2", "L3"))],
            "tenancy": draw(some("own", "provider")),
        },
    ]
    if draw(st.booleans()):
        blocks.append({"name": "flat", "serves": ["L0", "L2"], "tenancy": "own"})
    for block in blocks:
        block["scale"] = draw(some("region", "subregion", "municipality"))
        block["turnover_days"] = draw(some(0.0, 5.0))
        block["hours_factor"] = draw(some(0.4, 0.9) if block["name"] == "bt" else some(0.5, 1.0))
        team = draw(some(None, "t", "u"))
        if team is not None:
            block["team"] = team
        stream = draw(some(None, "first", "second"))
        if block.get("tenancy") == "own" and stream is not None:
            block["dwellings"] = stream
        if draw(some(True, False)):
            block["places"] = {"each": draw(some(0.0, 1.0, 1.0, 2.0))}
        elif draw(some(True, True, False)):
            block["providers"] = {"x": {"each": 1.0}, "y": {"each": draw(some(0.0, 1.0))}}
        if draw(some(False, False, True)):
            block["patience_days"] = draw(some(0.0) | days(20, 60))
    if draw(some(False, False, True)):
        keep = draw(some("next_step", "never", "dwelling"))
        then = (
            {"line_b": 1.0} if draw(st.booleans()) else {"line_b": 0.5, "access": 0.3, "out": 0.2}
        )
        blocks += [
            {"name": "line_a", "places": {"each": 1.0}, "stay_days": draw(days(10, 30)),
             "next": then, "keep_place_until": keep, "turnover_days": draw(some(0.0, 3.0))},
            {"name": "line_b", "places": {"each": draw(some(1.0, 2.0))}, "tenancy": "own",
             "dwellings": "first", "stay_days": draw(days(20, 40)),
             "next": draw(some({"out": 1.0}, {"line_a": 0.5, "out": 0.5}, {"bw": 1.0}))},
        ]  # fmt: skip
    return blocks


def _refusals(draw: st.DrawFn, raw: Raw) -> None:
    """Add preferred providers, intakes and tenancy flips, where they can be."""
    by_need = [block for block in raw["variant"] if "stay_days" not in block]
    named = any("providers" in block for block in by_need)
    for profile in raw["demand"]:
        if named and draw(st.booleans()):
            profile["preferred_provider"] = draw(some({"x": 0.5, "y": 0.5}, {"y": 1.0}))
    own = [block["name"] for block in by_need if block.get("tenancy") == "own"]
    for block in by_need:
        if draw(some(False, False, True)):
            low, high = LEVELS.index(block["serves"][0]), LEVELS.index(block["serves"][1])
            table = {name: draw(some(0.0, 0.5, 1.0)) for name in LEVELS[low : high + 1]}
            block["accepts"] = draw(some(0.5, table))
            block["intake_again_days"] = draw(some(7.0, 40.0))
        if own and block.get("tenancy", "provider") == "provider" and draw(st.booleans()):
            block["flip"] = {"after_days": draw(some(0.0, 10.0, 40.0)), "to": draw(some(*own)),
                             "share": draw(some(0.5, 1.0))}  # fmt: skip


def _desks(draw: st.DrawFn) -> list[Raw]:
    if draw(st.booleans()):
        return []
    split = draw(some("none", "levels", "share"))
    blocks = []
    for name in ("one", "two")[: 1 if split == "none" else 2]:
        block: Raw = {
            "name": name,
            "scale": draw(some("region", "municipality")),
            "outcome": draw(some({"award": 1.0}, {"award": 0.7, "rejected": 0.3})),
            "paperwork_days": draw(some(0.0) | days(5, 20)),
            "priority": draw(some([], ["urgent"], ["reassessment", "q"], ["new"])),
        }
        if draw(st.booleans()):
            block |= {
                "fte": draw(some(0.5, 1.5, 3.0)), "hours_per_fte": 14.0,
                "assessment_hours": draw(days(4, 10)), "reassessment_hours": draw(days(2, 6)),
                "award_days": draw(some(30.0, 90.0)),
                "reassessment_lead_days": draw(some(0.0, 10.0)),
            }  # fmt: skip
            if draw(st.booleans()):
                block["other_work"] = {"cases_per_1000_per_year": 0.5, "hours": draw(days(3))}
        else:
            block |= {
                "assessors": {"each": draw(some(1.0, 2.0))},
                "assessment_days": draw(days(0, 5)),
            }
        if draw(st.booleans()):
            block["patience_days"] = draw(some(0.0) | days(5, 20))
        if draw(some(False, False, True)):
            block["guide"] = {"up_to": draw(some("L1", "L2")), "share": draw(some(0.5, 1.0))}
        if draw(some(False, False, True)):
            block |= {"too_light": draw(some(0.0, 0.3)), "too_heavy": draw(some(0.0, 0.3))}
        blocks.append(block)
    if split == "levels":
        blocks[0]["handles"] = {"levels": ["L0", "L1", "L2"]}
        blocks[1]["handles"] = {"levels": ["L3"]}
    elif split == "share":
        blocks[0]["handles"] = {"share": 0.25}
        blocks[1]["handles"] = {"share": 0.75}
    return blocks


def _leaving(draw: st.DrawFn) -> Raw:
    block: Raw = {
        "ready_at": READY,
        "transition_days": draw(some(0.0) | days(5, 15)),
        "destination": draw(some({"own_dwelling": 1.0}, {"own_dwelling": 0.7, "family": 0.3})),
        "find_alone_per_year": draw(some(0.0, 1.0)),
        "keeps_tenancy": draw(some(1.0, 1.0, 0.5)),
        "loses_tenancy_per_year": draw(some(0.0, 2.0)),
    }
    if draw(some(False, False, True)):
        block["urgency"] = {"share": draw(some(0.3, 1.0)), "lead_days": draw(days(0, 20))}
    stream = draw(some(None, "first", "second"))
    if stream is not None:
        block["dwellings"] = stream
    if draw(st.booleans()):
        block["aftercare"] = {"days": draw(days(20, 60)), "level": draw(some("L0", "L2"))}
        team = draw(some(None, "t", "u"))
        if team is not None:
            block["aftercare"]["team"] = team
        if draw(st.booleans()):
            block["relapse"] = {
                "per_year": 6.0, "level": draw(some("L2", "L3")),
                "met": draw(some("at_home", "desk")),
            }  # fmt: skip
    return block


def _placement(draw: st.DrawFn, variants: list[str]) -> Raw:
    policies = some("lightest_first", "home_first", "best_fit")
    return {
        "order": draw(policies | st.permutations(variants).map(list)),
        "priority": draw(some([], ["move", "leave"], ["urgent", "q"], ["return", "new"])),
        "passing": draw(some(True, True, False)),
        "widen_after_days": draw(some(0.0, 15.0)),
        "within": draw(some("region", "region", "subregion")),
    }


def _start(draw: st.DrawFn, raw: Raw) -> Raw:
    block: Raw = {"residents": {}, "level_mix": {}, "ready_since_days": draw(days(10))}
    for variant in raw["variant"]:
        room = variant.get("places", {}).get("each", 2.0)
        if "stay_days" in variant or room == 0:
            continue
        block["residents"][variant["name"]] = 1
        block["level_mix"][variant["name"]] = {variant["serves"][1]: 1.0}
    if "bw" in block["residents"] and draw(st.booleans()):
        block["ready_to_leave"] = {"bw": 1}
    block["waiting"] = [
        {"variant": "bw", "persons": 2, "since_days": draw(days(20)), "level_mix": {"L3": 1.0}}
    ]
    if draw(st.booleans()):
        block |= {"deciding": 2, "deciding_since_days": draw(days(5))}
    if "aftercare" in raw["leaving"]:
        block["aftercare"] = 1
    return block


def _apart(changes: list[Raw]) -> list[Raw]:
    """Leave out a change of a value that an earlier one changes: days that meet are refused."""
    kept: list[Raw] = []
    for change in changes:
        if not any(set(one["set"]) & set(change["set"]) for one in kept):
            kept.append(change)
    return kept


def _change(draw: st.DrawFn, raw: Raw) -> Raw:
    """Draw new values for one to three levers, from a day within the run."""
    levers = some_levers(draw, raw)
    month = draw(st.integers(1, 10))
    return {
        "date": date(2026, month, draw(st.integers(2, 28))),
        "reason": "to see what happens",
        "split": draw(some("home", "building")),
        "set": levers,
    }


def some_levers(draw: st.DrawFn, raw: Raw) -> Raw:
    """Draw new values for one to three levers, by path."""
    may: Raw = {
        "placement.passing": some(True, False),
        "placement.priority": some([], ["leave"], ["p"], ["new", "move"]),
        "placement.widen_after_days": some(0.0, 30.0),
        "placement.within": some("region", "subregion", "municipality"),
        "leaving.find_alone_per_year": some(0.0, 2.0),
        "leaving.transition_days": some(0.0, 20.0),
        "leaving.loses_tenancy_per_year": some(0.0, 5.0),
        "situation.under.recovery": some(0.0, 1.0),
        "level.L2.recovery_days": days(10, 30),
        "level.L3.worse_per_year": some(0.0, 4.0),
        "dwellings.first.every_days" if "every_days" in raw["dwellings"][0]
        else "dwellings.first.per_year": some(5.0, 40.0),
    }  # fmt: skip
    for profile in raw["demand"]:
        if "preferred_provider" in profile:
            path = f"demand.{profile['profile']}.preferred_provider"
            may[path] = some({"x": 1.0}, {"y": 0.5})
    own = [v["name"] for v in raw["variant"] if v.get("tenancy") == "own" and "serves" in v]
    for variant in raw["variant"]:
        at = f"variant.{variant['name']}"
        if "flip" in variant:
            may[f"{at}.flip.after_days"] = some(5.0, 30.0)
            may[f"{at}.flip.share"] = some(0.0, 1.0)
        elif own and "serves" in variant and variant.get("tenancy", "provider") == "provider":
            may[f"{at}.flip"] = some({"after_days": 10.0, "to": own[0]})
        if "stay_days" not in variant:
            may[f"{at}.accepts"] = some(0.0, 0.5, 1.0)
        if "providers" in variant:
            may[f"{at}.providers.x"] = some({"each": 0.0}, {"each": 2.0})
        if "places" in variant:
            may[f"{at}.places"] = some({"each": 0.0}, {"each": 1.0}, {"each": 4.0})
        if "stay_days" not in variant and "providers" not in variant:
            may[f"{at}.scale"] = some("region", "subregion", "municipality")
    for team in raw["team"]:
        may[f"team.{team['name']}.scale"] = some("region", "subregion", "municipality")
        if "hours_per_week" in team:
            may[f"team.{team['name']}.hours_per_week"] = some({"each": 4.0}, {"each": 12.0})
    for desk in raw["desk"]:
        may[f"desk.{desk['name']}.scale"] = some("region", "municipality")
        if "fte" in desk:
            may[f"desk.{desk['name']}.fte"] = some(0.5, 2.0)
    levers = draw(st.lists(some(*sorted(may)), min_size=1, max_size=3, unique=True))
    return {path: draw(may[path]) for path in levers}
