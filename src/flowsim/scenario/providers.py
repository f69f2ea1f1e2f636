"""What cannot be of preferred providers, refusals and tenancy flips: checks on the raw tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flowsim.errors import msg
from flowsim.scenario.raw import Finding, Raw, blocks, number, plain, unreadable, whole
from flowsim.scenario.toml_text import as_found


def providers_of(raw: Raw) -> list[str]:
    """Return the names of the providers of all variants."""
    tables = [block.get("providers") for _, block in blocks(raw, "variant")]
    return list(dict.fromkeys(name for table in tables for name in _keys(table)))


def provider_findings(raw: Raw) -> Iterator[Finding]:
    """Yield what is wrong in ``accepts`` and ``flip`` of the variants."""
    for name, block in blocks(raw, "variant"):
        yield from _accepts(raw, block, f"variant.{name}")
        yield from _flip(raw, block, f"variant.{name}")


def _accepts(raw: Raw, block: Raw, path: str) -> Iterator[Finding]:
    accepts = plain(block.get("accepts"))
    shares = accepts if isinstance(accepts, Mapping) else {"": accepts}
    for level, share in shares.items():
        if (number(share) or 0.0) > 1:
            at = f"{path}.accepts.{level}".rstrip(".")
            yield at, as_found(plain(share)), msg("a share: at most 1")
    if isinstance(accepts, Mapping):
        for level in _levels_served(raw, block):
            if level not in accepts:
                found = msg("level {level!r} is served and not in the table", level=level)
                yield f"{path}.accepts", found, msg("give a share for every level that it serves")


def _levels_served(raw: Raw, block: Raw) -> list[str]:
    levels = [name for name, _ in blocks(raw, "level")]
    serves = block.get("serves")
    if isinstance(serves, list) and len(serves) == 2 and all(s in levels for s in serves):
        return levels[levels.index(serves[0]) : levels.index(serves[1]) + 1]
    return levels if serves is None and whole(raw, "level") else []


def _flip(raw: Raw, block: Raw, path: str) -> Iterator[Finding]:
    flip = block.get("flip")
    if not isinstance(flip, Mapping):
        return
    tenancy = block.get("tenancy", "provider")
    if tenancy != "provider" and not unreadable(tenancy):
        found = msg("given with tenancy = {tenancy!r}", tenancy=tenancy)
        allowed = msg("only a place that the provider rents can be taken over")
        yield f"{path}.flip", found, allowed
    if "stay_days" in block:
        found = msg("given with {key}", key="stay_days")
        yield f"{path}.flip", found, msg("in a line the stay leads to `next`")
    other = dict(blocks(raw, "variant")).get(str(flip.get("to")))
    if other is None or unreadable(other.get("tenancy")):
        return
    if other.get("tenancy") != "own" or "stay_days" in other:
        found = msg("{variant!r} is not lived in as a tenant", variant=flip["to"])
        yield f"{path}.flip.to", found, msg('name a variant by need with tenancy = "own"')


def _keys(table: object) -> list[str]:
    return [str(key) for key in table] if isinstance(table, Mapping) else []
