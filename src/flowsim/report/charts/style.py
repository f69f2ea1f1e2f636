"""How charts look.

Colours keep apart for the colour-blind; markers, line styles and hatches keep apart in grey.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.font_manager import FontProperties

from flowsim.report.charts.data import ChartData
from flowsim.report.charts.writing import lines, wrap
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    pass

INK: Final = "#222222"
FAINT: Final = "#8a8a8a"
MUTED: Final = "#555555"
COLOURS: Final[tuple[str, ...]] = (
    "#0173b2", "#de8f05", "#029e73", "#d55e00", "#cc78bc", "#ca9161", "#fbafe4", "#949494",
    "#ece133", "#56b4e9",
)  # fmt: skip
"""Of seaborn, *colorblind* (Waskom 2021)."""
MARKERS: Final = ("o", "s", "D", "^", "v", "P", "X", "*", "<", ">", "p", "h", "d")
"""Not as many as colours, so that the two together repeat late."""
HATCHES: Final = ("", "////", "....", "\\\\\\\\", "xxxx", "++++", "oo", "--")
LINE: Final = 0.165
"""Inches that a line of text takes, in the size of ticks and keys."""
_PLACES: Final = 6
"""Decimals of a place in a figure, as a share of its width or height."""


_TICKS: Final = ".15"
_LINES: Final = {
    "axes.linewidth": 1.25, "grid.linewidth": 1.0, "lines.linewidth": 1.5,
    "lines.solid_capstyle": "round", "patch.edgecolor": "w", "patch.force_edgecolor": True,
    "patch.linewidth": 1.0, "xtick.bottom": False, "ytick.left": False,
    "xtick.major.size": 6.0, "ytick.major.size": 6.0, "xtick.major.width": 1.25,
    "ytick.major.width": 1.25,
}  # fmt: skip
_SIZES: Final = {
    "font.size": 10.2, "axes.labelsize": 10.2, "xtick.labelsize": 9.35, "ytick.labelsize": 9.35,
    "legend.fontsize": 9.35, "legend.title_fontsize": 10.2,
}  # fmt: skip
"""Points."""


@contextmanager
def styled() -> Iterator[None]:
    """Draw and save inside this: our style, whatever the user's own; SVG files reproducible."""
    rules: Any = {
        **_LINES,
        **_SIZES,
        "axes.axisbelow": True,
        "axes.edgecolor": FAINT,
        "axes.grid": True,
        "axes.labelcolor": INK,
        "axes.titlelocation": "left",
        "axes.titlesize": 10.5,
        "axes.titleweight": "bold",
        "font.family": "DejaVu Sans",
        "grid.color": "#e2e2e2",
        "hatch.linewidth": 0.6,
        "svg.hashsalt": "flowsim",
        "text.color": INK,
        "text.parse_math": False,  # a dollar is a dollar
        "xtick.color": _TICKS,
        "ytick.color": _TICKS,
    }
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update(rules | {"timezone": "UTC"})
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing", UserWarning)  # drawn as a box
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


def stacked(
    width: float, heights: Sequence[float], heads: Sequence[str]
) -> tuple[Figure, list[SubFigure]]:
    """Return an empty figure and its parts one below the other, each with a heading or none.

    ``heights``: inches of each part, less its heading.
    """
    texts = [wrap(head, int(width * 9)) for head in heads]
    whole = [
        height + bool(text) * (0.15 + 0.2 * lines(text))
        for height, text in zip(heights, texts, strict=True)
    ]
    figure = Figure(figsize=(width, sum(whole)), layout="constrained")
    parts = figure.subfigures(len(whole), 1, height_ratios=whole, squeeze=False)[:, 0]
    for part, text in zip(parts, texts, strict=True):
        if text:
            part.suptitle(text, x=0.01, ha="left", fontsize=12, fontweight="bold", color=MUTED)
    return figure, list(parts)


def panels(
    data: ChartData,
    each: float,
    *,
    beside: float = 0.6,
    columns: int = 3,
    heads: Sequence[str] = ("",),
) -> tuple[Figure, list[list[Axes]]]:
    """Return a figure with a panel for each scenario: one set of them below each heading.

    The panels of a set are on the same scales. ``each``: inches of a row, less the titles;
    ``beside``: inches for the labels left of the axes; ``columns``: no more than these.
    """
    rows, columns = grid(len(data.keys), columns)
    width = 10 if columns > 1 else 7
    letters = int(((width - beside) / columns - 0.12) / 0.097)
    titles = [wrap(title, letters) for title in data.titles.values()]
    taken = [max(map(lines, titles[i * columns : (i + 1) * columns])) for i in range(rows)]
    height = 0.45 + rows * each + 0.18 * sum(taken)
    figure, parts = stacked(width, [height] * len(heads), heads)
    sets = []
    for part in parts:
        axes = list(part.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).flat)
        for spare in axes[len(titles) :]:
            spare.remove()
        for axis, title in zip(axes, titles, strict=False):
            axis.set_title(title)
        sets.append(axes[: len(titles)])
    return figure, sets


def label_outer(axes: Sequence[Axes], x: str, y: str = "") -> None:
    """Name the axes of panels on the same scales, and number them, at the outer ones only.

    The lowest of a column has its numbers also when the last row is not full.
    """
    place = axes[0].get_subplotspec()
    assert place is not None
    columns = place.get_gridspec().ncols
    for number, axis in enumerate(axes):
        first, lowest = number % columns == 0, number + columns >= len(axes)
        axis.tick_params(labelleft=first, labelbottom=lowest)
        axis.set_ylabel(y if first else "")
        axis.set_xlabel(x if lowest else "")


def name_rows(axis: Axes, names: Sequence[str]) -> None:
    """Give an axis a row for each name, from the top down."""
    axis.set_yticks(range(len(names)), names)
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.grid(axis="y", visible=False)
    despine(axis)


def beside(names: Sequence[str]) -> float:
    """Return the inches that names take left of an axis."""
    return 0.2 + 0.08 * max(len(line) for name in names for line in name.split("\n"))


def rows_height(names: Sequence[str], least: float) -> float:
    """Return the inches that rows with these names need, with at least so many for each."""
    return len(names) * max(least, 0.1 + LINE * max(map(lines, names)))


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


def year_axis(axis: Axes, years: Sequence[str], most: int = 6) -> None:
    """Give an axis a place for each year, and name so many of them as fit."""
    step = -(-len(years) // most)
    axis.set_xticks(range(0, len(years), step), years[::step])
    axis.set_xlim(-0.6, len(years) - 0.4)
    axis.grid(axis="x", visible=False)


def finish(
    figure: Figure,
    title: str,
    source: str,
    handles: Sequence[Any] = (),
    columns: int = 4,
    note: str = "",
) -> Figure:
    """Put the title and the source above the axes, and the key and a note below them.

    The figure grows by what they take.
    """
    width, height = figure.get_size_inches()
    note = "\n".join(wrap(line, int(width * 15)) for line in note.splitlines())
    foot = 0.12 + 0.16 * lines(note) if note else 0.0
    height += _key_height([handle.get_label() for handle in handles], columns)
    wrapped, small = wrap(title, int(width * 8.5)), wrap(source, int(width * 13))
    strip = 0.25 + 0.24 * lines(wrapped) + 0.16 * lines(small)
    top = foot + height + strip
    figure.set_size_inches(width, top)
    if note:
        figure.text(
            0.01, (foot - 0.04) / top, note, va="top", fontsize=8.5, color=MUTED
        ).set_in_layout(False)
    below = top - 0.16 - 0.24 * lines(wrapped)
    figure.suptitle(
        wrapped, x=0.01, y=1 - 0.1 / top, ha="left", va="top", fontsize=13, fontweight="bold"
    ).set_in_layout(False)
    figure.text(0.01, below / top, small, va="top", fontsize=8.5, color=MUTED).set_in_layout(False)
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.set(rect=(0, foot / top, 1, height / top))  # type: ignore[call-arg]
    if handles:
        letter = FontProperties(size=mpl.rcParams["legend.fontsize"]).get_size_in_points() / 72
        pad = mpl.rcParams["legend.borderaxespad"] + foot / letter  # leave room for the note
        figure.legend(
            handles=handles,
            loc="outside lower center",
            ncols=columns,
            frameon=False,
            borderaxespad=pad,
        )
    return settled(figure)


def settled(figure: Figure) -> Figure:
    """Lay a figure out for good, with every place rounded: the same figure each time.

    The solver of the layout adds in an order of its own, which moves places by their last bit.
    """
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.execute(figure)
    figure.set_layout_engine(None)  # none at all: with "none" each file is drawn twice
    for part in _parts(figure):
        box = part.bbox_relative
        box.set_points(np.round(box.get_points(), _PLACES))
    for axis in figure.axes:
        axis.set_position(np.round(axis.get_position(original=True).bounds, _PLACES).tolist())
    return figure


def _parts(figure: Figure | SubFigure) -> Iterator[SubFigure]:
    """Yield the parts of a figure, and their parts."""
    for part in figure.subfigs:
        yield part
        yield from _parts(part)


def _key_height(labels: Sequence[str], columns: int) -> float:
    """Return the inches that a key takes; it fills column after column."""
    filled = np.array_split(np.array([lines(label) for label in labels]), columns)
    return max(float(np.sum(LINE * column + 0.07)) for column in filled) + 0.1 if labels else 0.0


def nothing(title: str, source: str, say: Wording) -> Figure:
    """Return a figure that says that the scenarios have no mechanism for what it would show."""
    figure, (axis,) = canvas(1, 1, 7, 1.2)
    axis.set_axis_off()
    axis.text(0, 0.5, say("These scenarios have nothing to show here."), fontsize=11)
    return finish(figure, title, source)


def despine(axes: Axes) -> None:
    """Remove the frame, but for the lower edge."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
