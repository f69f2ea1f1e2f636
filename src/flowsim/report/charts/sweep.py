"""Charts of a sweep: lines along one factor, a heat map over two."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from flowsim.experiment.design import Factor
from flowsim.experiment.estimates.intervals import FEWEST
from flowsim.experiment.quantities.norm import Meets, Norm
from flowsim.experiment.quantities.waits import MEAN
from flowsim.experiment.sweep import Sweep
from flowsim.report.charts.style import (
    COLOURS,
    INK,
    MUTED,
    canvas,
    despine,
    finish,
    grid,
    nothing,
    styled,
)
from flowsim.report.charts.writing import number_axis, wrap
from flowsim.report.sweep_labels import MAIN_WAITS, Told, said_norm, said_value, short_label, told
from flowsim.report.terminal import source_of
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    import pandas as pd

_LINE, _NORM = COLOURS[0], COLOURS[3]
_LITTLE: Final = f"wait.return.{MEAN}"
"""A wait that is not drawn unasked: few have it, and mostly none."""
_FROM_ZERO: Final = ("wait", "waiting", "blocked")
"""Measures whose axis begins at 0; that of others, such as costs, would hide what changes."""
_EDGES: Final[dict[Meets, dict[str, Any]]] = {
    meets: {"fill": False, "edgecolor": _NORM, "linewidth": 2.4, "linestyle": style}
    for meets, style in ((Meets.CLEARLY, "-"), (Meets.BY_ESTIMATE, (0, (3, 2))))
}


# ---------------------------------------------------------------- one factor
def draw_lines(sweep: Sweep, measure: str, norm: Norm | None, say: Wording) -> Figure:
    """How waits, blocked people and cost change along one factor."""
    (factor,) = sweep.factors
    title = say("What changes with {path}", path=factor.path)
    names = _shown(sweep, measure)
    with styled():
        if not names:
            return nothing(title, source_of(sweep, say), say)
        rows, columns = grid(len(names))
        width = 10 if columns > 1 else 5
        figure, axes = canvas(rows, columns, width, 0.4 + 2.7 * rows)
        x = _places(sweep, factor)
        beyond = False
        for axis, name in zip(axes, names, strict=False):
            style = "-" if factor.is_number else "none"
            beyond |= _line(axis, x, sweep.line(name), told(name, sweep, say).factor, style)
            _line_axes(axis, sweep, name, say)
            if norm is not None and name == norm.measure:
                _norm_line(axis, norm.value * told(name, sweep, say).factor)
            if sweep.own is not None:
                axis.axvline(x[sweep.own], color=MUTED, linestyle=":", linewidth=1.6, zorder=1)
        for axis in axes[len(names) :]:
            axis.set_axis_off()
        handles = _line_handles(sweep, norm, beyond, say)
        return finish(figure, title, source_of(sweep, say), handles, 4)


def _shown(sweep: Sweep, measure: str) -> list[str]:
    """Return the measure asked for and the main ones, as far as the scenario has them."""
    waits = (name for name in MAIN_WAITS if name != _LITTLE)
    names = dict.fromkeys((*waits, "blocked", "cost"))
    listed = list(names) if measure in names else [measure, *names]
    return [name for name in listed if sweep.line(name)["value"].notna().any()]


def _places(sweep: Sweep, factor: Factor) -> list[float]:
    """Return where the points stand: at their numbers, or one after another."""
    if factor.is_number:
        return [float(point.values[0]) for point in sweep.points]
    return [float(i) for i in range(len(sweep.points))]


def _line(axis: Axes, x: list[float], rows: pd.DataFrame, factor: float, style: str) -> bool:
    """Draw estimates with intervals; return whether some end, or value, is not reached."""
    order = np.argsort(x)
    at = np.asarray(x)[order]
    numbers = rows[["value", "low", "high"]].to_numpy(dtype=float)[order] * factor
    value, low, high = numbers.T
    reached = np.where(np.isfinite(value), value, np.nan)
    axis.plot(at, reached, linestyle=style, color=_LINE, marker="o", markersize=5, linewidth=1.6)
    ends = np.concatenate([reached, low, high])
    ends = ends[np.isfinite(ends)]
    top = max(float(ends.max()) * 1.1, 1e-9) if len(ends) else 1.0
    for i in np.flatnonzero(np.isfinite(low)):
        end = min(high[i], top)
        axis.plot([at[i]] * 2, [low[i], end], color=_LINE, linewidth=2.2, solid_capstyle="butt")
    beyond = np.isinf(value) | np.isinf(high)
    axis.plot(at[beyond], [top] * int(beyond.sum()), color=_LINE, marker="^", linestyle="",
              markersize=7, markerfacecolor="white")  # fmt: skip
    return bool(beyond.any())


def _line_axes(axis: Axes, sweep: Sweep, name: str, say: Wording) -> None:
    (factor,) = sweep.factors
    look = told(name, sweep, say)
    axis.set_title(wrap(short_label(name, sweep, say), 28))
    axis.set_ylabel(say("weeks (of the first 104)") if name in MAIN_WAITS else look.unit)
    axis.set_xlabel(wrap(factor.path, 36))
    if name.partition(".")[0] in _FROM_ZERO:
        axis.set_ylim(0, max(axis.get_ylim()[1] * 1.04, 0.1))
    elif axis.get_ylim()[1] - axis.get_ylim()[0] < 1e-6:
        axis.margins(y=0.5)
    number_axis(axis.yaxis, say, 5)
    if not np.isfinite(sweep.line(name)[["value", "low"]].to_numpy(dtype=float)).any():
        axis.set_yticks([])  # nothing is reached: there is no scale
    at = sorted(_places(sweep, factor))
    margin = 0.08 * (at[-1] - at[0] or 1)
    axis.set_xlim(at[0] - margin, at[-1] + margin)
    if factor.is_number and not _apart(at):
        number_axis(axis.xaxis, say, 5)
    else:
        texts = [wrap(said_value(point.values[0], say), 14) for point in sweep.points]
        axis.set_xticks(_places(sweep, factor), texts)
    despine(axis)


def _apart(at: list[float]) -> bool:
    """Whether there is room for a number below every point."""
    return all(after - before >= (at[-1] - at[0]) / 7 for before, after in pairwise(at))


def _norm_line(axis: Axes, height: float) -> None:
    axis.axhline(height, color=_NORM, linestyle="--", linewidth=1.4)
    low, high = axis.get_ylim()
    margin = 0.06 * (max(high, height) - min(low, height))
    axis.set_ylim(
        low if height > low or low == 0 else height - margin,
        high if height < high else height + margin,
    )


def _line_handles(sweep: Sweep, norm: Norm | None, beyond: bool, say: Wording) -> list[Any]:
    first = (
        say("95% interval")
        if len(sweep.replications) >= FEWEST
        else say("estimate, without an interval")
    )
    handles: list[Any] = [Line2D([], [], color=_LINE, marker="o", linewidth=2.2, label=first)]
    if beyond:
        handles.append(
            Line2D([], [], color=_LINE, marker="^", linestyle="", markerfacecolor="white",
                   label=say("not reached"))
        )  # fmt: skip
    if norm is not None:
        label = f"{say('norm')}: {said_norm(norm, sweep, say)}"
        handles.append(Line2D([], [], color=_NORM, linestyle="--", label=label))
    if sweep.own is not None:
        label = say("as in the scenario file")
        handles.append(Line2D([], [], color=MUTED, linestyle=":", linewidth=1.6, label=label))
    return handles


# ---------------------------------------------------------------- two factors
def draw_heat_map(sweep: Sweep, measure: str, norm: Norm | None, say: Wording) -> Figure:
    """One measure at every combination of two factors."""
    across, up = sweep.factors
    title = say("What {x} and {y} do together", x=across.path, y=up.path)
    look = told(measure, sweep, say)
    rows = sweep.line(measure)[["value", "low", "high"]].to_numpy(dtype=float)
    with styled():
        if np.isnan(rows[:, 0]).all():
            return nothing(title, source_of(sweep, say), say)
        width = min(max(2.5 + 1.15 * len(across.values), 7), 16)
        figure, (axis,) = canvas(1, 1, width, 1.0 + 0.6 * len(up.values))
        where = _cells(sweep)
        shades = np.full((len(up.values), len(across.values)), np.nan)
        for place, value in zip(where, rows[:, 0] * look.factor, strict=True):
            shades[place] = value if np.isfinite(value) else np.nan
        palette = mpl.colormaps["Blues"].with_extremes(bad="#f0f0f0")
        picture = axis.imshow(shades, cmap=palette, aspect="auto", origin="lower")
        room = (width - 2.5) / len(across.values) > 0.95
        _write_cells(axis, where, rows, look, room, say)
        _heat_axes(axis, across, up, say)
        bar = figure.colorbar(picture, ax=axis, shrink=0.9, label=look.unit)
        number_axis(bar.ax.yaxis, say, 5)
        axis.set_title(wrap(look.label, int(width * 8)))
        handles = _edges(axis, sweep, norm, measure, where, say)
        return finish(figure, title, source_of(sweep, say), handles, 3)


def _cells(sweep: Sweep) -> list[tuple[int, int]]:
    """Return the row and the column of every point."""
    across, up = sweep.factors
    columns, rows = _ranks(across), _ranks(up)
    return [
        (rows[up.values.index(y)], columns[across.values.index(x)])
        for x, y in (point.values for point in sweep.points)
    ]


def _ranks(factor: Factor) -> list[int]:
    """Return the place of each value along its axis: numbers by size, others as given."""
    if not factor.is_number:
        return list(range(len(factor.values)))
    return [sorted(factor.values).index(value) for value in factor.values]


def _write_cells(
    axis: Axes, where: list[tuple[int, int]], rows: Any, look: Told, room: bool, say: Wording
) -> None:
    """Write each estimate, and below it its interval where there is room."""
    finite = rows[np.isfinite(rows[:, 0]), 0]
    least, most = finite.min(initial=np.inf), finite.max(initial=-np.inf)
    for (y, x), (value, low, high) in zip(where, rows, strict=True):
        dark = np.isfinite(value) and most > least and (value - least) / (most - least) > 0.6
        text = look.number(value, say)
        interval = look.interval(low, high, say)
        if interval and room and np.isfinite(value):
            text += f"\n({interval})"
        colour = "white" if dark else INK
        axis.text(x, y, text, ha="center", va="center", color=colour, fontsize=8)


def _heat_axes(axis: Axes, across: Factor, up: Factor, say: Wording) -> None:
    axis.set_xlabel(across.path)
    axis.set_ylabel(wrap(up.path, 24))
    axis.set_xticks(_ranks(across), [wrap(said_value(value, say), 12) for value in across.values])
    axis.set_yticks(_ranks(up), [wrap(said_value(value, say), 18) for value in up.values])
    axis.grid(visible=False)
    despine(axis)


def _edges(
    axis: Axes, sweep: Sweep, norm: Norm | None, measure: str, where: list[tuple[int, int]],
    say: Wording,
) -> list[Any]:  # fmt: skip
    """Frame the cells that meet the norm, and return the key to the frames."""
    if norm is None or norm.measure != measure:
        return []
    found = sweep.meeting(norm).points
    for (y, x), meets in zip(where, found, strict=True):
        if meets != Meets.NO:
            axis.add_patch(Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, **_EDGES[meets]))
    asked = said_norm(norm, sweep, say)
    labels = {
        Meets.CLEARLY: say("{norm}: the whole 95% interval", norm=asked),
        Meets.BY_ESTIMATE: say("{norm}: the estimate only", norm=asked),
    }
    return [
        Patch(label=label, **_EDGES[meets]) for meets, label in labels.items() if meets in found
    ]


SWEEP_CHARTS: Final[dict[str, Callable[[Sweep, str, Norm | None, Wording], Figure]]] = {
    "lines": draw_lines,
    "heat_map": draw_heat_map,
}
"""Every chart of a sweep, by the name of its file."""


def drawn(sweep: Sweep) -> tuple[str, ...]:
    """Return which charts fit the number of factors."""
    return {1: ("lines",), 2: ("heat_map",)}.get(len(sweep.factors), ())
