"""What the types alone cannot say: names that must exist, shares that add up, areas that fit.

Works on the raw tables, so that these problems are found beside the errors in types.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from types import MappingProxyType

from flowsim.errors import Problem
from flowsim.scenario.checks import access, circles, dates, housing, limits, names, staff, today
from flowsim.scenario.problems import MOST_FOUND
from flowsim.scenario.raw import Raw


def check(
    raw: Raw, file_of: Callable[[str], str], like: Raw = MappingProxyType({})
) -> list[Problem]:
    """Return the problems in names, shares, areas and combinations of keys.

    ``like``: tables without a mistake, whose blocks the others may share.
    """
    topics = (dates, access, housing, circles, staff, limits)
    findings = list(names.findings(raw, like))
    findings += [one for topic in topics for one in topic.findings(raw)]
    findings += today.findings(raw, file_of)
    unique = {(path, found): allowed for path, found, allowed in findings}
    return [
        Problem(file=file_of(path), path=path, found=found, allowed=allowed)
        for (path, found), allowed in islice(unique.items(), MOST_FOUND)
    ]
