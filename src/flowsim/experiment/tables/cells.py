"""Many cells of one table estimated at once: a line in a year, or in an area."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from flowsim.experiment.batch import Batch
from flowsim.experiment.estimates.curves import (
    QUANTILES,
    STATISTICS,
    Pool,
    not_followed,
    statistics,
)
from flowsim.experiment.estimates.estimate import (
    Estimates,
    Interval,
    Reason,
    estimate,
    mean_of,
    ratio_of,
)
from flowsim.experiment.estimates.resampled import quantiles
from flowsim.experiment.numbers.yearly import Line, Number
from flowsim.experiment.tables.verdicts import COLUMNS as VERDICT
from flowsim.experiment.tables.verdicts import judge

if TYPE_CHECKING:
    import pandas as pd

Labels = tuple[str, ...]
BELOW_0: Final = (("dwellings", "short"), ("dwellings", "unmet"))
"""Measures and details whose numbers may be below 0."""
NUMBERS: Final = ("value", "low", "high", "p10", "p90", "differs_in", "common")
"""Of `Interval`: columns of a table, and with ``difference`` before them of the differences."""
ABOUT: Final = ("measure", "detail", "statistic", "unit")
_SMOOTH: Final = np.array([name not in QUANTILES for name in STATISTICS])


@dataclass(frozen=True, slots=True)
class Cell:
    """A line in one year or area, and its values: scenarios x replications."""

    labels: Labels
    number: Number


@dataclass(frozen=True, slots=True)
class WaitCell:
    """A kind of wait in one year or area, and its waits in every scenario."""

    labels: Labels
    name: str
    pools: Sequence[Pool]


def wait_line(name: str, statistic: str) -> Line:
    """Return the line of a statistic of `flowsim.experiment.estimates.curves.STATISTICS`."""
    unit = "share" if statistic.startswith("placed") else "weeks"
    return Line("waits", "wait", name, statistic, unit)


def tabulate(
    batch: Batch,
    columns: Sequence[str],
    cells: Sequence[Cell],
    waits: Iterable[WaitCell],
    resamples: int = 0,
) -> pd.DataFrame:
    """Estimate every cell in every scenario, one a row.

    Parameters
    ----------
    batch
        Whose scenarios and replications these are.
    columns
        Names of the labels of a cell.
    cells, waits
        What to estimate.
    resamples
        How many, for the intervals of quantiles of waits; 0: they have none.

    Returns
    -------
    DataFrame
        ``scenario``, the labels, the columns of `Line`, the estimate, the paired ``difference``
        with the base, ``p``, ``reason`` and ``difference_reason`` (why a number is not there or
        has no interval: `Reason`) and ``replications``; without verdicts.
    """
    import pandas as pd

    parts, about = [], []
    for one in waits:
        if any(pool.count for pool in one.pools):
            parts.append(_of_waits(batch, columns, one, resamples))
            about += [(one.labels, wait_line(one.name, name)) for name in STATISTICS]
    about += [(one.labels, one.number.line) for one in cells]
    for share in (False, True):
        mine = [one for one in cells if (one.number.over is not None) is share]
        if mine:
            parts.append(_of_cells(batch, columns, mine))
    if not parts:
        return pd.DataFrame()
    return _in_order(pd.concat(parts, ignore_index=True), columns, about)


def _in_order(
    frame: pd.DataFrame, columns: Sequence[str], about: Sequence[tuple[Labels, Line]]
) -> pd.DataFrame:
    """Put rows by line and then by label, both as they were given; scenarios stay in order."""
    labels = {one: i for i, one in enumerate(dict.fromkeys(one for one, _ in about))}
    lines = {one: i for i, one in enumerate(dict.fromkeys(one for _, one in about))}
    names = [frame[name].tolist() for name in columns]
    label = [labels[one] for one in zip(*names, strict=True)] if columns else [0] * len(frame)
    listed = zip(*(frame[name].tolist() for name in Line.__slots__), strict=True)
    line = [lines[Line(*one)] for one in listed]
    return frame.iloc[np.lexsort((label, line))].reset_index(drop=True)


def judged(batch: Batch, frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Add the verdicts: the rows of a table with the same ``columns`` are looked at together."""
    family = list(zip(*(frame[name] for name in columns), strict=True))
    return judge(frame, batch.keys[0], family)


def as_in_summary(summary: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Give rows that are a number of the summary (one municipality, one year) its verdict.

    One number has one verdict, in whatever table it stands.
    """
    names = [f"{which}{end}" for which in ("", "difference_") for end in ("low", "high")]
    names += ["value", "difference"]
    at = ["scenario", *ABOUT]
    there = frame[at].merge(summary, on=at, how="left", validate="many_to_one")
    mine, told = (one[names].to_numpy(dtype=float) for one in (frame, there))
    same = np.isclose(mine, told, rtol=1e-9, atol=1e-12, equal_nan=True).all(axis=1)
    out = frame.copy()
    for name in VERDICT:
        out[name] = np.where(same, there[name].to_numpy(), frame[name].to_numpy())
    return out


def _of_waits(batch: Batch, columns: Sequence[str], cell: WaitCell, resamples: int) -> pd.DataFrame:
    lines = [wait_line(cell.name, name) for name in STATISTICS]
    most = [1.0 if line.unit == "share" else np.inf for line in lines]
    found = estimate(
        statistics(cell.pools),
        len(batch.replications),
        smooth=_SMOOTH if resamples else True,
        resamples=resamples,
        least=0.0,
        most=most,
        paths=batch.paths,
        quantiles=quantiles(cell.pools),
    )
    if not resamples:
        for one in (found.own, found.difference):
            # A difference of 0 in every future needs no interval.
            alike = one.shared & (one.common == 0) & (one is found.difference)
            for numbers in (one.low, one.high, one.differs_in, one.common):
                numbers[~_SMOOTH & ~alike] = np.nan
        found.p[:, ~_SMOOTH] = np.nan
    waited = np.array([pool.count for pool in cell.pools]) > 0
    why = np.full(found.own.value.shape, "", dtype=object)
    if (lost := np.isnan(found.own.value) & waited[:, None]).any():
        why[lost] = np.where(not_followed(cell.pools), str(Reason.SHORT), str(Reason.UNSEEN))[lost]
    return _rows(batch, columns, [(cell.labels, line) for line in lines], found, why)


def _of_cells(batch: Batch, columns: Sequence[str], cells: Sequence[Cell]) -> pd.DataFrame:
    listed = [one.number for one in cells]
    values = np.stack([one.values for one in listed], axis=1)
    over = [one.over for one in listed if one.over is not None]
    statistic = ratio_of(values, np.stack(over, axis=1)) if over else mean_of(values)
    least = [-np.inf if (n.line.measure, n.line.detail) in BELOW_0 else 0.0 for n in listed]
    most = [1.0 if n.line.unit == "share" else np.inf for n in listed]
    found = estimate(statistic, len(batch.replications), least=least, most=most, paths=batch.paths)
    about = [(one.labels, one.number.line) for one in cells]
    return _rows(batch, columns, about, found, np.full(found.own.value.shape, "", dtype=object))


def _rows(
    batch: Batch,
    columns: Sequence[str],
    about: Sequence[tuple[Labels, Line]],
    found: Estimates,
    lost: npt.NDArray[np.object_],
) -> pd.DataFrame:
    """Write estimates (scenarios x cells) below one another, cell by cell.

    ``lost``: why there is no number of what did happen; empty elsewhere.
    """
    import pandas as pd

    keys, times = batch.keys, len(batch.keys)
    data: dict[str, object] = {"scenario": list(keys) * len(about)}
    for i, name in enumerate(columns):
        data[name] = [labels[i] for labels, _ in about for _ in range(times)]
    for name in Line.__slots__:
        data[name] = [getattr(line, name) for _, line in about for _ in range(times)]
    for name in NUMBERS:
        data[name] = getattr(found.own, name).T.ravel() + 0.0
    for name in NUMBERS:
        label = "difference" if name == "value" else f"difference_{name}"
        data[label] = getattr(found.difference, name).T.ravel() + 0.0
    data["p"] = found.p.T.ravel()
    reasons = _reasons(found.own, lost)
    data["reason"] = reasons.T.ravel()
    data["difference_reason"] = _reasons_apart(found.difference, reasons).T.ravel()
    data["replications"] = len(batch.replications)
    return pd.DataFrame(data)


def _reasons(own: Interval, lost: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return why an estimate is not there, or has no interval."""
    known = np.isnan(own.value) | ~np.isnan(own.low)
    when = [np.isinf(own.value), known, own.shared, np.isfinite(own.differs_in)]
    said = (Reason.NOT_REACHED, Reason.KNOWN, Reason.SHARED, Reason.RARE, Reason.FEW)
    words = np.array([str(one) for one in said], dtype=object)
    others = words[np.select(when, range(len(when)), len(when))]
    return np.asarray(np.where(lost != "", lost, others))


def _reasons_apart(
    difference: Interval, own: npt.NDArray[np.object_]
) -> npt.NDArray[np.object_]:  # fmt: skip
    """Return the same of differences: one that is not there for a reason of either side."""
    there = np.isfinite(difference.value)
    out = _reasons(difference, np.full(there.shape, "", dtype=object))
    for why in (str(Reason.NOT_REACHED), str(Reason.UNSEEN), str(Reason.SHORT)):
        out[~there & ((own == why) | (own[:1] == why))] = why
    out[0] = str(Reason.KNOWN)
    return out
