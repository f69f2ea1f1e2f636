"""Ways through a scenario that have no end: circles of variants that nobody ever leaves."""

from __future__ import annotations

import math
from collections.abc import Iterator

from flowsim.balance.stays import Stays

Node = tuple[str, int]
"""A variant, and the level at which someone enters it."""
SURELY = 1 - 1e-9


def without_end(stays: Stays) -> dict[Node, list[str]]:
    """Return from which variants, entered at which level, there is no way out of care.

    With each stands where its people go round. A stay that lasts for ever is not among them: it
    is no circle.
    """
    nodes = [(v.name, level) for v in stays.layout.variants for level in range(len(stays.levels))]
    leads = {node: set(_leads(stays, node)) for node in nodes}
    ends = {node for node, to in leads.items() if None in to}
    grows = True
    while grows:
        more = {node for node, to in leads.items() if node not in ends and to & ends}
        ends |= more
        grows = bool(more)
    return {node: _round(node, leads) for node in nodes if node not in ends}


def _round(node: Node, leads: dict[Node, set[Node | None]]) -> list[str]:
    """Return the variants that people pass from a node on, in order."""
    passed, queue = {node: None}, [node]
    while queue:
        for to in sorted(n for n in leads[queue.pop(0)] if n is not None and n not in passed):
            passed[to] = None
            queue.append(to)
    return list(dict.fromkeys(name for name, _ in passed))


def _leads(stays: Stays, node: Node) -> Iterator[Node | None]:
    """Yield where a stay can lead to; None is the way out."""
    layout = stays.layout
    variant = layout.variants[layout.variant_number[node[0]]]
    stay = stays.of(variant, node[1])
    known = stay.ready + math.fsum([*stay.moves.values(), *stay.onward.values()])
    if stay.ready > 0 or known < SURELY:
        yield None
    named, desks = stays.named, layout.desks
    for level in stay.moves:
        to = [v for v in named[level] if v.name != node[0]]
        yield from ((v.name, level) for v in to)
        if not to:
            yield None
    for name, chance in stay.onward.items():
        if not chance:
            continue
        if name == "access":
            yield from ((v.name, node[1]) for v in named[node[1]])
            if not named[node[1]] or any(d.outcome.get("award", 0.0) < 1 for d in desks):
                yield None
        else:
            yield None if name == "out" else (name, node[1])
