"""What a scenario describes and nothing refers to, and new variants without what others have."""

from __future__ import annotations

from collections.abc import Iterator

from flowsim.errors import Problem, Said, msg
from flowsim.scenario import paths
from flowsim.scenario.access import Desk
from flowsim.scenario.identity import named_in
from flowsim.scenario.kinds import kind_said
from flowsim.scenario.model import Scenario


def unused(scenario: Scenario) -> Iterator[Problem]:
    """Yield teams, streams and desks that nobody comes to, in any phase, and bare new variants."""
    phases = [phase for _, phase in scenario.phases]
    named = {
        kind: {name for phase in phases for name in named_in(phase, kind)}
        for kind in ("team", "dwellings")
    }
    for kind, names in named.items():
        for block in getattr(scenario, kind):
            if block.name not in names:
                found = msg("nobody uses this {kind}", kind=kind_said(kind))
                hint = msg("is the name as you meant it? The {key} of a variant, or of what "
                           "follows it, names it", key=kind)  # fmt: skip
                yield _note(scenario, kind, block.name, found, hint)
    for desk in scenario.desk:
        later = [one for phase in phases for one in phase.desk if one.name == desk.name]
        if not any(map(_handles, later)):
            hint = msg("is its `handles` as you meant it?")
            yield _note(scenario, "desk", desk.name, msg("no case comes to it"), hint)
    yield from _bare(scenario)


def _handles(desk: Desk) -> bool:
    cases = desk.handles
    return cases.share > 0 and cases.profiles != () and cases.levels != ()


def _bare(scenario: Scenario) -> Iterator[Problem]:
    """Yield variants that are new beside those of the base, and lack what all of these have."""
    others = {variant.name: variant for variant in scenario.base.variant}
    if not others:
        return
    team = all(v.team for v in others.values())
    contract = all(v.contract for v in others.values())
    for variant in scenario.variant:
        if variant.name in others:
            continue
        lacks = [
            key
            for key, wanted, has in (
                ("team", team, variant.team),
                ("contract", contract, variant.contract),
            )
            if wanted and not has
        ]
        if lacks:
            hint = msg("is the name as you meant it? Other variants have them: give {keys}",
                       keys=lacks)  # fmt: skip
            yield _note(scenario, "variant", variant.name, _WITHOUT[tuple(lacks)], hint)


_WITHOUT = {
    ("team",): msg("a new variant without a team: its hours are no limit"),
    ("contract",): msg("a new variant without a contract: it costs nothing"),
    ("team", "contract"): msg(
        "a new variant without a team or a contract: its hours are no limit, and it costs nothing"
    ),
}


def _note(scenario: Scenario, kind: str, name: str, found: Said, allowed: Said) -> Problem:
    path = f"{kind}.{paths.part(name)}"
    file = scenario.provenance.file_of(path)
    return Problem(file=file, path=path, found=found, allowed=allowed)
