"""What the charts of a sweep share: estimates with intervals along one lever."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from flowsim.experiment.estimates.intervals import FEWEST
from flowsim.experiment.quantities.norm import Norm
from flowsim.experiment.sweep import Sweep
from flowsim.report.charts.style import COLOURS, MUTED
from flowsim.report.charts.writing import number_axis, wrap
from flowsim.report.sweep_labels import MAIN_WAITS, said_norm, said_value, swept_titles
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    import pandas as pd

NORM: Final = COLOURS[3]
LINES: Final = tuple(one for one in COLOURS if one != NORM)
_FROM_ZERO: Final = ("wait", "waiting", "blocked")
"""Measures whose axis begins at 0; that of others, such as costs, would hide what changes."""


def colour(number: int) -> str:
    """Return the colour of a scenario."""
    return LINES[number % len(LINES)]


def places(sweep: Sweep, lever: int = 0) -> list[float]:
    """Return where the points stand along a lever: at their numbers, or in the order of values."""
    factor = sweep.factors[lever]
    values = [point.values[lever] for point in sweep.points]
    if factor.is_number:
        return [float(value) for value in values]
    return [float(factor.values.index(value)) for value in values]


def draw_scenarios(
    axis: Axes, sweep: Sweep, x: list[float], name: str, factor: float, style: str
) -> bool:
    """Draw the points of each scenario, a little apart; return whether one is not reached."""
    rows, beyond = sweep.line(name), False
    finite = rows[["value", "low", "high"]].to_numpy(dtype=float) * factor
    finite = finite[np.isfinite(finite)]
    top = max(float(finite.max()) * 1.1, 1e-9) if len(finite) else 1.0
    scenarios = list(sweep.by_scenario().values())
    apart = 0.015 * (max(x) - min(x) or 1)
    for number, at in enumerate(scenarios):
        beside = apart * (number - (len(scenarios) - 1) / 2)
        mine = [x[i] + beside for i in at]
        beyond |= _line(axis, mine, rows.iloc[list(at)], factor, top, colour(number), style)
    return beyond


def _line(
    axis: Axes, x: list[float], rows: pd.DataFrame, factor: float, top: float, ink: str, style: str
) -> bool:
    """Draw estimates with intervals, in the order of the axis."""
    order = np.argsort(x, kind="stable")
    at = np.asarray(x)[order]
    numbers = rows[["value", "low", "high"]].to_numpy(dtype=float)[order] * factor
    value, low, high = numbers.T
    reached = np.where(np.isfinite(value), value, np.nan)
    axis.plot(at, reached, linestyle=style, color=ink, marker="o", markersize=5, linewidth=1.6)
    for i in np.flatnonzero(np.isfinite(low)):
        end = min(high[i], top)
        axis.plot([at[i]] * 2, [low[i], end], color=ink, linewidth=2.2, solid_capstyle="butt")
    beyond = np.isinf(value) | np.isinf(high)
    axis.plot(at[beyond], [top] * int(beyond.sum()), color=ink, marker="^", linestyle="",
              markersize=7, markerfacecolor="white")  # fmt: skip
    return bool(beyond.any())


def height_axis(axis: Axes, sweep: Sweep, name: str, unit: str, say: Wording) -> None:
    """Scale and name the axis of a measure."""
    weeks = wrap(say("mean, weeks (of the first 104)"), 22)
    axis.set_ylabel(weeks if name in MAIN_WAITS else unit)
    if name.partition(".")[0] in _FROM_ZERO:
        axis.set_ylim(0, max(axis.get_ylim()[1] * 1.04, 0.1))
    elif axis.get_ylim()[1] - axis.get_ylim()[0] < 1e-6:
        axis.margins(y=0.5)
    number_axis(axis.yaxis, say, 5)
    if not np.isfinite(sweep.line(name)[["value", "low"]].to_numpy(dtype=float)).any():
        axis.set_yticks([])  # nothing is reached: there is no scale


def lever_axis(axis: Axes, sweep: Sweep, lever: int, say: Wording) -> None:
    """Scale and name the axis of a lever."""
    factor = sweep.factors[lever]
    axis.set_xlabel(wrap(factor.path, 36))
    at = sorted(set(places(sweep, lever)))
    margin = 0.08 * (at[-1] - at[0] or 1)
    axis.set_xlim(at[0] - margin, at[-1] + margin)
    if factor.is_number and not _apart(at):
        number_axis(axis.xaxis, say, 5)
    else:
        said = dict(zip(places(sweep, lever), sweep.points, strict=True))
        texts = [wrap(said_value(said[place].values[lever], say), 14) for place in at]
        axis.set_xticks(at, texts)


def _apart(at: list[float]) -> bool:
    """Whether there is room for a number below every point."""
    return all(after - before >= (at[-1] - at[0]) / 7 for before, after in pairwise(at))


def norm_line(axis: Axes, height: float) -> None:
    """Draw what is asked for, inside the axes."""
    axis.axhline(height, color=NORM, linestyle="--", linewidth=1.4)
    low, high = axis.get_ylim()
    margin = 0.06 * (max(high, height) - min(low, height))
    axis.set_ylim(
        low if height > low or low == 0 else height - margin,
        high if height < high else height + margin,
    )


def line_handles(
    sweep: Sweep, norm: Norm | None, beyond: bool, own: bool, say: Wording
) -> list[Any]:
    """Return the key: what is drawn, and where the file itself is when that is (``own``)."""
    first = (
        say("95% interval")
        if len(sweep.replications) >= FEWEST
        else say("estimate, without an interval")
    )
    titles = swept_titles(sweep, say)
    labels = [wrap(one, 40) for one in titles.values()] if len(titles) > 1 else [first]
    handles: list[Any] = [
        Line2D([], [], color=colour(i), marker="o", linewidth=2.2, label=label)
        for i, label in enumerate(labels)
    ]
    if beyond:
        handles.append(
            Line2D([], [], color=LINES[0], marker="^", linestyle="", markerfacecolor="white",
                   label=say("not reached"))
        )  # fmt: skip
    if norm is not None:
        label = f"{say('norm')}: {said_norm(norm, sweep, say)}"
        handles.append(Line2D([], [], color=NORM, linestyle="--", label=label))
    if own:
        label = say("as in the scenario file")
        handles.append(Line2D([], [], color=MUTED, linestyle=":", linewidth=1.6, label=label))
    return handles
