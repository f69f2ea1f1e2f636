"""What must go together in variants, dwellings, placement and leaving."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flowsim.errors import msg
from flowsim.scenario.checks.both import exactly_one, needs
from flowsim.scenario.checks.staff import hours_served, serves_unknown
from flowsim.scenario.flow import ORDERS
from flowsim.scenario.providers import provider_findings
from flowsim.scenario.raw import Finding, Raw, blocks, number, plain, unreadable, whole
from flowsim.scenario.toml_text import as_found


def findings(raw: Raw) -> Iterator[Finding]:
    """Yield what is wrong in variants, dwellings, placement and leaving."""
    yield from _variants(raw)
    yield from provider_findings(raw)
    yield from _dwellings(raw)
    yield from _placement(raw)
    yield from _leaving(raw)
    yield from _levels_served(raw)


def _variants(raw: Raw) -> Iterator[Finding]:
    levels = [name for name, _ in blocks(raw, "level")]
    for name, block in blocks(raw, "variant"):
        path = f"variant.{name}"
        yield from needs(block, "stay_days", ("next",), path)
        yield from needs(block, "next", ("stay_days",), path)
        kept = block.get("keep_place_until", "next_step")
        if kept != "next_step" and not unreadable(kept) and "stay_days" not in block:
            found = msg("given without {key}", key="stay_days")
            hint = msg("by need a place is kept until the next step")
            yield f"{path}.keep_place_until", found, hint
        if "stay_days" not in block and not raw.get("level"):
            found = msg("no stay_days, and there are no levels")
            yield path, found, msg("give stay_days and next, or levels")
        if "places" in block and "providers" in block:
            found = msg("given with {key}", key="providers")
            yield f"{path}.places", found, msg("give one of the two")
        tenancy = block.get("tenancy")
        if "dwellings" in block and tenancy != "own" and not unreadable(tenancy):
            found = msg("given without an own tenancy")
            yield f"{path}.dwellings", found, msg("write {example}", example='tenancy = "own"')
        serves = block.get("serves")
        if isinstance(serves, list) and not serves_unknown(raw, block):
            at = [levels.index(s) for s in serves]
            if len(at) == 2 and at != sorted(at):
                yield f"{path}.serves", as_found(serves), msg("the lightest level first")
        yield from _same_tenancy(raw, block, path)


def _same_tenancy(raw: Raw, block: Raw, path: str) -> Iterator[Finding]:
    if block.get("keep_place_until") == "dwelling" and isinstance(block.get("next"), Mapping):
        tenancies = {n: b.get("tenancy") for n, b in blocks(raw, "variant")}
        known = whole(raw, "variant") and not unreadable(*tenancies.values())
        known = known and all(n in (*tenancies, "out", "access") for n in block["next"])
        if known and not any(tenancies.get(n) == "own" for n in block["next"]):
            found = msg('"dwelling", but no next variant has an own tenancy')
            yield f"{path}.keep_place_until", found, msg('use "next_step" or "never"')


def _dwellings(raw: Raw) -> Iterator[Finding]:
    for name, block in blocks(raw, "dwellings"):
        path = f"dwellings.{name}"
        yield from exactly_one(block, ("per_year", "every_days"), path, msg("the supply"))
        pattern = block.get("pattern", "even")
        if "every_days" in block and pattern != "even" and not unreadable(pattern):
            found = as_found(pattern)
            yield f"{path}.pattern", found, msg('every_days goes with pattern = "even"')


def _placement(raw: Raw) -> Iterator[Finding]:
    placement = raw.get("placement")
    order = placement.get("order") if isinstance(placement, Mapping) else None
    if order == []:
        hint = msg("name variants, or one of {names}", names=ORDERS)
        yield "placement.order", msg("an empty list"), hint
    elif isinstance(order, list) and len(order) > 1:
        for policy in (word for word in order if word in ORDERS):
            found = msg("{policy!r} in a list", policy=policy)
            yield "placement.order", found, msg("a policy alone, or variants by name")


def _leaving(raw: Raw) -> Iterator[Finding]:
    leaving = raw.get("leaving", {})
    if not isinstance(leaving, Mapping):
        return
    by_need = [n for n, b in blocks(raw, "variant") if "stay_days" not in b]
    if by_need and raw.get("level") and "ready_at" not in leaving:
        hint = msg("name the level at which a resident is ready to leave")
        yield "leaving", msg("{key} is missing", key="ready_at"), hint
    if "relapse" in leaving and "aftercare" not in leaving:
        found = msg("given without {key}", key="aftercare")
        yield "leaving.relapse", found, msg("relapse happens during aftercare")
    start = raw.get("start")
    if isinstance(start, Mapping) and start.get("aftercare") and "aftercare" not in leaving:
        found = msg("people in aftercare, but none is given")
        yield "start.aftercare", found, msg("describe it in [leaving.aftercare]")


def _levels_served(raw: Raw) -> Iterator[Finding]:
    variants = list(blocks(raw, "variant"))
    unknown = any(serves_unknown(raw, block) for _, block in variants)
    if not variants or unknown or not whole(raw, "variant"):
        return
    served = {level for _, block in variants for level, _ in hours_served(raw, block)}
    levels = [name for name, _ in blocks(raw, "level")]
    for name, block in blocks(raw, "demand"):
        mix = plain(block.get("level_mix"))
        if isinstance(mix, Mapping):
            for level, share in mix.items():
                if level in levels and level not in served and number(share):
                    yield (
                        f"demand.{name}.level_mix.{level}",
                        msg("no variant serves level {level!r}", level=level),
                        msg("widen the `serves` of a variant"),
                    )
