"""A line of the summary by the name that a user gives it: ``wait.placement``, ``cost``."""

from __future__ import annotations

from flowsim.errors import Problem, Said, ScenarioError, msg, one_of
from flowsim.experiment.quantities.kinds import ANY, Quantity
from flowsim.experiment.quantities.quantity import QUANTITIES


def read_line(text: str, option: str) -> tuple[Quantity, str]:
    """Return the line of the summary that is meant, and its detail.

    Parameters
    ----------
    text
        Measure, detail and statistic with points between them; the last two left out where the
        first line of that measure is meant.
    option
        With which it was given.

    Raises
    ------
    ScenarioError
        When there is no such line.

    >>> about, detail = read_line("wait.placement", "--on")
    >>> about.measure, detail, about.statistic
    ('wait', 'placement', 'mean_104_weeks')
    """
    measure, detail, statistic = (*text.split(".", 2), None, None)[:3]
    return find_line(str(measure), detail, statistic, at=(option, text))


def find_line(
    measure: str, detail: str | None, statistic: str | None, at: tuple[str, str]
) -> tuple[Quantity, str]:
    """Return the first line of the summary that fits, and its detail.

    Parameters
    ----------
    measure, detail, statistic
        As in the summary; None: whatever it is.
    at
        With which option it was given, and as what text.

    Raises
    ------
    ScenarioError
        When there is no such line.
    """
    of_measure = [one for one in QUANTITIES if one.measure == measure]
    if not of_measure:
        names = sorted({one.measure for one in QUANTITIES})
        raise _refused(at, msg("no measure {name!r}", name=measure), one_of(names, measure))
    fitting = [
        one for one in of_measure
        if (detail is None or one.detail in (detail, ANY)) and statistic in (None, one.statistic)
    ]  # fmt: skip
    fitting.sort(key=lambda one: one.detail == ANY)
    if not fitting or (detail is None and fitting[0].detail == ANY):
        lines = sorted({f"{measure}.{one.detail}.{one.statistic}" for one in of_measure})
        wrong = msg("no such line of {name!r}", name=measure)
        raise _refused(at, wrong, one_of(lines, f"{measure}.{detail}"))
    about = fitting[0]
    return about, about.detail if detail is None else detail


def _refused(at: tuple[str, str], found: Said, allowed: Said) -> ScenarioError:
    option, text = at
    return ScenarioError([Problem(file=option, path=text, found=found, allowed=allowed)])
