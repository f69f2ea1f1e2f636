"""Charts of money: the cost by component, and the cost against the wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from flowsim.costs import COMPONENTS
from flowsim.experiment.quantities.waits import MEAN
from flowsim.report.brief import (
    FEWER_HELPED,
    about_fewer,
    about_signs,
    cheaper_for_fewer,
    said_difference,
)
from flowsim.report.cells import Cells, cells_from
from flowsim.report.charts.data import ChartData
from flowsim.report.charts.style import (
    COLOURS,
    FAINT,
    INK,
    MARKERS,
    canvas,
    despine,
    finish,
    look,
    name_rows,
    nothing,
    rows_height,
    styled,
)
from flowsim.report.charts.writing import number_axis, wrap
from flowsim.report.finding import COST, finding
from flowsim.report.saying import quantity_of, said_interval
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    import pandas as pd

_MILLION: Final = 1e-6
_SMALL: Final = 0.02
"""Components below this share of the cost in every scenario are drawn together."""
_FAR: Final = 3.0
"""A scenario further from the base than so many times the range of the others is left out."""
_OTHERS: Final = 2
"""With fewer other scenarios than this nothing is left out."""


def draw_cost(data: ChartData, say: Wording) -> Figure:
    """What a year costs, and what it is spent on."""
    cells = cells_from(data.summary)
    found = finding(COST, cells, data.decisions, say)
    title = found or say("Cost of a year")
    whole = data.lines(measure="cost", detail="")
    with styled():
        if whole["value"].isna().all():
            return nothing(title, data.source, say)
        parts = _components(data)
        names = [wrap(title, 32) for title in data.titles.values()]
        figure, (axis,) = canvas(1, 1, 10, 0.8 + rows_height(names, 0.46))
        left = np.zeros(len(data.keys))
        handles = []
        for i, (name, values) in enumerate(parts.items()):
            label = " + ".join(say(COMPONENTS.get(one, one)) for one in name.split("+"))
            axis.barh(range(len(data.keys)), values, left=left, height=0.62, **look(i))
            handles.append(Patch(label=wrap(label, 40), **look(i)))
            left += values
        _totals(axis, whole, cells, say)
        name_rows(axis, names)
        axis.set_xlim(
            0,
            max(float(np.nanmax(whole["value"])) * _MILLION, 1e-9)
            * (1.45 if len(names) > 1 else 1.3),
        )
        axis.set_xlabel(say("million EUR a year, mean and 95% interval"))
        number_axis(axis.xaxis, say)
        others = [row for row in _rows(whole)[1:] if isinstance(row["verdict"], str)]
        fewer = about_fewer(data.keys, cells, data.titles, say, ["cost"])
        note = "\n".join(filter(None, (_about_costs(say), about_signs(others, say), *fewer)))
        return finish(figure, title, data.judged, handles, 3, note)


def draw_cost_against_wait(data: ChartData, say: Wording) -> Figure:
    """What shorter waiting costs: the levels, and the paired differences with the base."""
    wait = data.lines(measure="wait", detail="placement", statistic=MEAN)
    cost = data.lines(measure="cost", detail="")
    title = say("Cost of a year against the wait for a first place")
    paired = len(data.keys) > 1
    with styled():
        if (wait["value"] + cost["value"]).isna().all():
            return nothing(title, data.source, say)
        figure, axes = canvas(1, 1 + paired, 10 if paired else 6.5, 4.6)
        far, unknown = _far(wait, cost), list(wait.index[(wait["value"] + cost["value"]).isna()])
        keys = [key for key in data.keys if key not in (far, *unknown)]
        _crosses(axes[0], data, keys, wait, cost, ("value", "low", "high"))
        axes[0].set_title(say("Level"))
        axes[0].set_xlabel(say("mean wait for a first place, weeks"))
        axes[0].set_ylabel(say("cost, million EUR a year"))
        for axis in axes[1:]:
            _differences(axis, data, keys, wait, cost, say)
        for axis in axes:
            axis.margins(0.12)
            number_axis(axis.xaxis, say)
            number_axis(axis.yaxis, say)
            despine(axis)
        handles = [
            Line2D([], [], label=wrap(data.titles[key], 32), **_mark(i))
            for i, key in enumerate(data.keys)
            if key in keys
        ]
        note = _about_costs(say)
        if far is not None:
            note += "\n" + _about_far(far, data, wait, cost, say)
        if unknown:
            listed = ", ".join(data.titles[key] for key in unknown)
            note += "\n" + say("No wait or cost is known of: {listed}.", listed=listed)
        return finish(figure, title, data.judged, handles, 3, note)


def _differences(
    axis: Axes, data: ChartData, keys: Sequence[str], wait: pd.DataFrame, cost: pd.DataFrame,
    say: Wording,
) -> None:  # fmt: skip
    """Draw the paired differences with the base."""
    for line in (axis.axhline, axis.axvline):
        line(0, color=FAINT, linewidth=0.9)
    names = ("difference", "difference_low", "difference_high")
    _crosses(axis, data, keys, wait, cost, names)
    axis.set_title(say("Difference with the base, on the same chance"))
    axis.set_xlabel(say("difference in mean wait, weeks"))
    axis.set_ylabel(say("difference in cost, million EUR a year"))


def _about_far(
    key: str, data: ChartData, wait: pd.DataFrame, cost: pd.DataFrame, say: Wording
) -> str:  # fmt: skip
    """Say where the scenario is that is left out."""
    return say(
        "Out of the picture: {title} ({weeks} weeks and {cost} million EUR a year from the base).",
        title=data.titles[key],
        weeks=say.number(float(wait["difference"][key]), 1, signed=True),
        cost=say.number(float(cost["difference"][key]) * _MILLION, 2, signed=True),
    )


def _about_costs(say: Wording) -> str:
    """Say what the costs do not hold, for it changes what they seem to say."""
    return say(
        "People on the list cost nothing here (shelter, clinic, police); no one-off costs. A "
        "scenario that helps fewer people looks cheaper."
    )


def _far(wait: pd.DataFrame, cost: pd.DataFrame) -> str | None:
    """Return the one scenario so far from the base that the others would shrink to a dot."""
    table = np.stack([one["difference"].to_numpy(dtype=float) for one in (wait, cost)])
    table[:, 0] = 0.0  # the base
    there = np.flatnonzero(np.isfinite(table).all(axis=0))
    found: dict[int, float] = {}
    for i in there[1:]:
        others = table[:, there[there != i]]
        if others.shape[1] > _OTHERS:
            spread = np.ptp(others, axis=1)
            times = np.divide(np.abs(table[:, i]), spread, out=np.zeros(2), where=spread > 0)
            found[int(i)] = float(times.max())
    most = max(found, key=lambda i: found[i], default=None)
    return None if most is None or found[most] <= _FAR else str(wait.index[most])


def _components(data: ChartData) -> dict[str, Any]:
    """Return million EUR a year by component, scenario by scenario; the small ones together."""
    frame = data.summary[(data.summary["measure"] == "cost") & (data.summary["detail"] != "")]
    whole = data.lines(measure="cost", detail="")["value"].to_numpy(dtype=float)
    parts: dict[str, Any] = {}
    small: dict[str, Any] = {}
    there = set(frame["detail"])
    for name in [*(one for one in COMPONENTS if one in there), *sorted(there - set(COMPONENTS))]:
        values = data.lines(measure="cost", detail=name)["value"].to_numpy(dtype=float)
        large = np.nanmax(np.divide(values, whole, out=np.zeros_like(values), where=whole > 0))
        (parts if large >= _SMALL else small)[name] = values * _MILLION
    if small:
        parts["+".join(small)] = np.sum(list(small.values()), axis=0)
    return parts


def _rows(whole: pd.DataFrame) -> list[dict[Any, Any]]:
    return [dict(row) for row in whole.to_dict("records")]


def _totals(axis: Axes, whole: pd.DataFrame, cells: Cells, say: Wording) -> None:
    """Draw the interval at the end of each bar, and write the total beside it."""
    for place, (key, row) in enumerate(zip(whole.index, _rows(whole), strict=True)):
        value, low, high = (row[name] * _MILLION for name in ("value", "low", "high"))
        text = say.number(value, 2)
        if np.isfinite(low):
            axis.plot([low, high], [place, place], color=INK, linewidth=2.4, solid_capstyle="butt")
            text += f" ({said_interval(quantity_of(row), row['low'], row['high'], say)})"
        if place and isinstance(row["verdict"], str):
            text += f"  {said_difference(row, say)}"
            text += FEWER_HELPED if cheaper_for_fewer(row, key, cells) else ""
        end = np.nanmax([value, high])
        axis.annotate(
            text, (end, place), (6, 0), textcoords="offset points", va="center", fontsize=9
        )


def _crosses(
    axis: Axes, data: ChartData, keys: Sequence[str], wait: pd.DataFrame, cost: pd.DataFrame,
    names: tuple[str, ...],
) -> None:  # fmt: skip
    """Draw each of these scenarios as a marker with both intervals."""
    for i, key in reversed(list(enumerate(data.keys))):
        if key not in keys:
            continue
        x, left, right = wait.loc[key, list(names)].to_numpy(dtype=float)
        y, low, high = cost.loc[key, list(names)].to_numpy(dtype=float) * _MILLION
        if i == 0 and names[0] == "difference":
            x = y = 0.0
        axis.plot([left, right], [y, y], color=_colour(i), linewidth=1.4)
        axis.plot([x, x], [low, high], color=_colour(i), linewidth=1.4)
        axis.plot([x], [y], **_mark(i))


def _mark(number: int) -> dict[str, Any]:
    """The base is a black ring, so that what lies under it shows; the others are filled."""
    if number == 0:
        return {"color": INK, "marker": "o", "markersize": 12, "markerfacecolor": "none",
                "markeredgewidth": 1.8, "linestyle": ""}  # fmt: skip
    marker = MARKERS[number % len(MARKERS)]
    return {"color": _colour(number), "marker": marker, "markersize": 8, "linestyle": "",
            "markeredgecolor": INK, "markeredgewidth": 0.5}  # fmt: skip


def _colour(number: int) -> str:
    """The base is black; the others take the colours in turn."""
    return INK if number == 0 else COLOURS[(number - 1) % len(COLOURS)]
