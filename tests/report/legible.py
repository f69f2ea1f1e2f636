"""Whether a chart can be read: nothing clipped, nothing on top of anything else."""

from itertools import combinations

SLACK = 0.03
"""Inches."""


def assert_legible(figure):
    """A figure that was drawn: texts, panels and key have each their own place in it."""
    renderer = figure.canvas.get_renderer()
    width, height = figure.get_size_inches()
    box = figure.get_tightbbox(renderer)
    assert min(box.x0, box.y0) >= -SLACK
    assert box.x1 <= width + SLACK
    assert box.y1 <= height + SLACK
    axes = [axis for axis in figure.axes if axis.axison]
    heads = [*figure.texts, *(part._suptitle for part in figure.subfigs)]
    placed = [text.get_window_extent(renderer) for text in heads if text and text.get_text()]
    placed += [key.get_window_extent(renderer) for key in figure.legends]
    placed += [axis.get_tightbbox(renderer) for axis in axes]
    for one in placed:
        assert one.x1 <= figure.bbox.x1 + SLACK * figure.dpi
        assert one.y1 <= figure.bbox.y1 + SLACK * figure.dpi
    _assert_apart(placed)
    for axis in axes:
        for line in (axis.xaxis, axis.yaxis):
            _assert_apart([label.get_window_extent(renderer) for label in _ticks(line)])
    lowest = [label for axis in axes for label in _ticks(axis.xaxis)]
    _assert_apart([label.get_window_extent(renderer) for label in lowest])


def _ticks(line):
    """The tick labels that are seen."""
    low, high = sorted(line.get_view_interval())
    return [
        tick.label1
        for tick in line.get_major_ticks()
        if tick.label1.get_visible() and tick.label1.get_text() and low <= tick.get_loc() <= high
    ]


def _assert_apart(boxes):
    """Boxes without a size are nowhere."""
    there = [box for box in boxes if box.width > 0 and box.height > 0]
    for one, other in combinations(there, 2):
        assert not one.shrunk(0.99, 0.99).overlaps(other), (one, other)
