"""What an award names: the variants that serve a level, in the order of ``placement.order``."""

from __future__ import annotations

from flowsim.scenario.flow import ORDERS
from flowsim.scenario.housing import Variant
from flowsim.scenario.model import Scenario


def named_by_level(scenario: Scenario) -> tuple[tuple[Variant, ...], ...]:
    """Return the variants that an award names, by level from light to heavy.

    A station of a line that another one leads to is named only where nothing else serves the
    level: else newcomers would pass over the stations before it. Movers ask in the same order.
    """
    order = scenario.placement.order
    by_name = {variant.name: variant for variant in scenario.variant}
    listed = scenario.order["variant"] if order[0] in ORDERS else order
    variants = [by_name[name] for name in listed]
    reached = {to for v in variants for to in v.next or {} if to != v.name}
    index = {level.name: i for i, level in enumerate(scenario.level)}
    named = []
    for level in range(max(len(index), 1)):
        able = [v for v in variants if level in levels_served(v, index)]
        if order[0] in ORDERS:
            able = [v for v in able if v.stay_days is None or v.name not in reached] or able
            able.sort(key=lambda v: _rank(order[0], v, levels_served(v, index)))
        named.append(tuple(able))
    return tuple(named)


def levels_served(variant: Variant, index: dict[str, int]) -> range:
    """Return the levels that a variant serves; ``index`` numbers them from light to heavy."""
    if variant.serves is None:
        return range(max(len(index), 1))
    return range(index[variant.serves[0]], index[variant.serves[1]] + 1)


def _rank(policy: str, variant: Variant, serves: range) -> tuple[int, ...]:
    lightest, heaviest = serves[0], serves[-1]
    if policy == "best_fit":
        return heaviest - lightest, heaviest
    away = variant.tenancy != "own" if policy == "home_first" else False
    return int(away), heaviest, lightest
