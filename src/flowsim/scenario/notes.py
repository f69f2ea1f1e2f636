"""What a scenario says that its author may not have meant, though it is allowed."""

from __future__ import annotations

from collections.abc import Iterator

from flowsim.errors import Problem
from flowsim.scenario.model import Scenario


def notes(scenario: Scenario) -> Iterator[Problem]:
    """Yield what a reader of the results should know about a scenario."""
    yield from ()
