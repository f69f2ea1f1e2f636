"""How charts look: the only module that uses seaborn.

Colours keep apart for the colour-blind; markers, line styles and hatches keep apart in grey.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter, MaxNLocator

from flowsim.report.wording import Wording

if TYPE_CHECKING:
    import pandas as pd

INK: Final = "#222222"
FAINT: Final = "#8a8a8a"
MUTED: Final = "#555555"
COLOURS: Final = tuple(sns.color_palette("colorblind").as_hex())
MARKERS: Final = ("o", "s", "D", "^", "v", "P", "X", "*", "<", ">")
HATCHES: Final = ("", "////", "....", "\\\\\\\\", "xxxx", "++++", "oo", "--")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartData:
    """The tables that charts are drawn from, as `flowsim.Comparison` gives them."""

    summary: pd.DataFrame
    over_time: pd.DataFrame
    by_municipality: pd.DataFrame
    balance: pd.DataFrame
    dwellings: pd.DataFrame
    staff: pd.DataFrame
    chains: pd.DataFrame
    titles: dict[str, str]
    """What each scenario is called, by name; the base first."""
    variants: dict[str, str]
    """What each housing variant is called, by name."""
    teams: dict[str, str]
    """What each team is called, by name."""
    source: str
    """Where, when, how often: stands under the title of every chart."""

    @property
    def keys(self) -> list[str]:
        """Names of the scenarios, the base first."""
        return list(self.titles)

    def lines(self, **where: str) -> pd.DataFrame:
        """Return rows of the summary, by scenario, for example ``lines(measure="cost")``."""
        frame = self.summary
        for column, wanted in where.items():
            frame = frame[frame[column] == wanted]
        return frame.set_index("scenario").reindex(self.keys)


@contextmanager
def styled() -> Iterator[None]:
    """Draw and save inside this: it sets the style, and makes SVG files reproducible."""
    rules: Any = {
        **sns.axes_style("whitegrid"),
        **sns.plotting_context("notebook", font_scale=0.85),
        "axes.edgecolor": FAINT,
        "axes.labelcolor": INK,
        "axes.titlelocation": "left",
        "axes.titlesize": 10.5,
        "axes.titleweight": "bold",
        "font.family": "DejaVu Sans",
        "grid.color": "#e2e2e2",
        "hatch.linewidth": 0.6,
        "svg.hashsalt": "flowsim",
        "text.color": INK,
    }
    with mpl.rc_context(rules):
        yield


def canvas(
    rows: int, columns: int, width: float, height: float, **share: bool | str
) -> tuple[Figure, list[Axes]]:
    """Return an empty figure (inches) and its axes, row by row."""
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, **share)  # type: ignore[call-overload]
    return figure, [axis for row in axes for axis in row]


def grid(count: int, columns: int = 3) -> tuple[int, int]:
    """Return rows and columns for small multiples."""
    return -(-count // columns), min(count, columns)


def panels(data: ChartData, below: float = 0.0) -> tuple[Figure, list[Axes]]:
    """Return a figure with a panel for each scenario, on the same scales.

    ``below``: inches for a long key to the marks.
    """
    rows, columns = grid(len(data.keys))
    width = 10 if columns > 1 else 7
    figure, axes = canvas(rows, columns, width, 0.8 + 2.3 * rows + below, sharex=True, sharey=True)
    for axis in axes[len(data.keys) :]:
        axis.set_axis_off()
    return figure, axes


def look(number: int) -> dict[str, Any]:
    """Return the fill of the bar or area of that number: apart in colour and in grey."""
    return {
        "facecolor": COLOURS[number % len(COLOURS)],
        "hatch": HATCHES[number % len(HATCHES)],
        "edgecolor": INK,
        "linewidth": 0.4,
    }


def whisker(axis: Axes, x: Sequence[float], y: Sequence[float], **style: Any) -> None:
    """Draw an interval as a line with flat ends; nothing where it is not known."""
    if np.isfinite([*x, *y]).all():
        axis.plot(x, y, **{"color": INK, "linewidth": 2.2, "solid_capstyle": "butt", **style})


def year_axis(axis: Axes, years: Sequence[str]) -> None:
    """Give an axis a place for each year, and name so many of them as fit."""
    step = -(-len(years) // 6)
    axis.set_xticks(range(0, len(years), step), years[::step])
    axis.set_xlim(-0.6, len(years) - 0.4)
    axis.grid(axis="x", visible=False)


def finish(
    figure: Figure, title: str, source: str, handles: Sequence[Any] = (), columns: int = 4
) -> Figure:
    """Put the title and the source above the axes, and the key to the marks below them."""
    width, height = figure.get_size_inches()
    wrapped, small = wrap(title, int(width * 8.5)), wrap(source, int(width * 13))
    strip = 0.25 + 0.24 * (wrapped.count("\n") + 1) + 0.16 * (small.count("\n") + 1)
    figure.set_size_inches(width, height + strip)
    top = height + strip
    below = top - 0.16 - 0.24 * (wrapped.count("\n") + 1)
    figure.suptitle(
        wrapped, x=0.01, y=1 - 0.1 / top, ha="left", va="top", fontsize=13, fontweight="bold"
    ).set_in_layout(False)
    figure.text(0.01, below / top, small, va="top", fontsize=8.5, color=MUTED).set_in_layout(False)
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.set(rect=(0, 0, 1, height / top))  # type: ignore[call-arg]
    if handles:
        figure.legend(handles=handles, loc="outside lower center", ncols=columns, frameon=False)
    return figure


def nothing(title: str, source: str, say: Wording) -> Figure:
    """Return a figure that says that the scenarios have no mechanism for what it would show."""
    figure, (axis,) = canvas(1, 1, 7, 1.2)
    axis.set_axis_off()
    axis.text(0, 0.5, say("These scenarios have nothing to show here."), fontsize=11)
    return finish(figure, title, source)


def wrap(text: str, width: int) -> str:
    """Break a long text into lines."""
    return textwrap.fill(text, width)


class Numbers(Formatter):
    """Writes ticks as the language does, all with the same decimals."""

    def __init__(self, say: Wording) -> None:
        self.say = say

    def __call__(self, value: float, position: int | None = None) -> str:
        """Return the text of one tick by itself."""
        return self.format_ticks([value])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Return the texts of all ticks."""
        exact = (d for d in range(6) if np.allclose(values, np.round(values, d), rtol=0, atol=1e-9))
        decimals = next(exact, 6)
        return [self.say.number(value, decimals) for value in values]


def number_axis(axis: Axis, say: Wording, ticks: int = 6) -> None:
    """Give an axis a few round ticks, written as the language does."""
    axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(Numbers(say))


def despine(axes: Axes) -> None:
    """Remove the frame, but for the lower edge."""
    sns.despine(ax=axes, left=True)
