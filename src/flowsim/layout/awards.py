"""What an award names: the variants that serve a level, in the order of ``placement.order``."""

from __future__ import annotations

from collections.abc import Sequence

from flowsim.scenario.flow import ORDERS
from flowsim.scenario.housing import Variant


def by_need(variant: Variant) -> bool:
    """Tell whether residents leave when their need says so, not after a stay."""
    return variant.stay_days is None


def is_own(variant: Variant) -> bool:
    """Tell whether residents rent the dwelling that they live in."""
    return variant.tenancy == "own"


def named_by_level(
    order: tuple[str, ...], variants: Sequence[Variant], served: Sequence[range], levels: int
) -> tuple[tuple[int, ...], ...]:
    """Return the numbers of the variants that an award names, by level from light to heavy.

    A station of a line that another one leads to is named only where nothing else serves the
    level: else newcomers would pass over the stations before it. Movers ask in the same order.
    """
    if order[0] not in ORDERS:
        number = {variant.name: v for v, variant in enumerate(variants)}
        listed = [number[name] for name in order]
        return tuple(tuple(v for v in listed if level in served[v]) for level in range(levels))
    reached = {to for one in variants for to in one.next or {} if to != one.name}
    named = []
    for level in range(levels):
        able = [v for v, levels_served in enumerate(served) if level in levels_served]
        first = [v for v in able if by_need(variants[v]) or variants[v].name not in reached]
        ranks = {v: _rank(order[0], variants[v], served[v]) for v in able}
        named.append(tuple(sorted(first or able, key=ranks.__getitem__)))
    return tuple(named)


def _rank(policy: str, variant: Variant, serves: range) -> tuple[int, ...]:
    lightest, heaviest = serves[0], serves[-1]
    if policy == "best_fit":
        return heaviest - lightest, heaviest
    away = not is_own(variant) if policy == "home_first" else False
    return int(away), heaviest, lightest
