"""A chart of many points over several levers: one measure against each of them."""

from __future__ import annotations

from matplotlib.figure import Figure

from flowsim.experiment.quantities.norm import Norm
from flowsim.experiment.sweep import Sweep
from flowsim.report.charts.style import canvas, despine, finish, grid, nothing, styled
from flowsim.report.charts.sweep_line import (
    draw_scenarios,
    height_axis,
    lever_axis,
    line_handles,
    norm_line,
    places,
)
from flowsim.report.charts.writing import wrap
from flowsim.report.sweep_labels import told
from flowsim.report.terminal import source_of
from flowsim.report.wording import Wording


def draw_by_lever(sweep: Sweep, measure: str, norm: Norm | None, say: Wording) -> Figure:
    """One measure at all points, against the value of each lever in turn."""
    look = told(measure, sweep, say)
    count = len(sweep.factors)
    title = say("{measure} at {n} points, against each of {levers} values",
                measure=look.label, n=say.number(len(sweep.points)), levers=count)  # fmt: skip
    with styled():
        if not sweep.line(measure)["value"].notna().any():
            return nothing(title, source_of(sweep, say), say)
        rows, columns = grid(count)
        width = 10 if columns > 1 else 5
        figure, axes = canvas(rows, columns, width, 0.4 + 2.7 * rows)
        beyond = False
        for lever, axis in enumerate(axes[:count]):
            x = places(sweep, lever)
            beyond |= draw_scenarios(axis, sweep, x, measure, look.factor, "none")
            height_axis(axis, sweep, measure, wrap(look.unit, 24), say)
            lever_axis(axis, sweep, lever, say)
            if norm is not None and measure == norm.measure:
                norm_line(axis, norm.value * look.factor)
            despine(axis)
        for axis in axes[count:]:
            axis.set_axis_off()
        handles = line_handles(sweep, norm, beyond, False, say)
        return finish(figure, title, source_of(sweep, say), handles, 2)
