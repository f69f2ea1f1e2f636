"""Verdicts: what paired differences say, all of a table together.

One line among a hundred that do not differ looks as if it did about five times. So what is called
*clear* is sure among all lines that are looked at together (a family; Holm 1979), and larger than
the smallest difference that matters (`flowsim.experiment.quantities.quantity`).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from flowsim.experiment.estimates.estimate import Direction, Verdict
from flowsim.experiment.estimates.intervals import FEW, FEWEST, Array
from flowsim.experiment.quantities.quantity import quantity

if TYPE_CHECKING:
    import pandas as pd

SIGNIFICANT: Final = 0.05
"""Chance, adjusted for the family, below which a difference is clear."""
COLUMNS: Final = ("matters", "p_holm", "verdict", "direction", "warning")
"""What `judge` adds to a table."""
WARNING: Final = f"fewer than {FEW} futures: no difference is clear"
"""In every row with a verdict that was made from fewer than `FEW` replications."""


def judge(
    frame: pd.DataFrame, base: str, family: Sequence[Hashable] | npt.NDArray[np.object_] | None
) -> pd.DataFrame:
    """Add the verdict on each difference with the base.

    Parameters
    ----------
    frame
        One row per line and scenario, with the columns ``scenario``, ``measure``, ``detail``,
        ``statistic``, ``unit``, ``value``, ``difference``, ``difference_low``,
        ``difference_high``, ``difference_differs_in``, ``p`` and ``replications``.
    base
        Name of the base.
    family
        For each row, of which family it is: differences of one family are looked at together, such
        as all cells of the summary, all areas x scenarios, or all years x groups of a panel. None:
        all rows are one.

    Returns
    -------
    DataFrame
        The table with the columns of `COLUMNS`: ``matters`` (the smallest difference that does,
        in the unit of the line), ``p_holm`` (``p``, adjusted for its family), ``verdict``
        (`Verdict`), ``direction`` (`Direction`: of slight, likely and clear differences alone) and
        ``warning`` (`WARNING`, or empty).
    """
    out = frame.copy()
    is_base = out["scenario"].to_numpy() == base
    adjusted = _by_family(out["p"].to_numpy(dtype=float), family)
    matters, grain = _thresholds(out, is_base)
    found = _found(out, adjusted, matters, grain)
    found[is_base] = Verdict.BASE
    signed = np.isin(found, (Verdict.SLIGHT, Verdict.LIKELY, Verdict.CLEAR))
    up = out["difference"].to_numpy(dtype=float) > 0
    out["matters"], out["p_holm"] = matters, adjusted
    out["verdict"] = [str(one) for one in found]
    words = np.select([signed & up, signed], [str(Direction.HIGHER), str(Direction.LOWER)], "")
    out["direction"] = words.astype(object)
    few = out["replications"].to_numpy(dtype=int) < FEW
    out["warning"] = np.where(few & ~is_base, WARNING, "").astype(object)
    return out


def _found(
    frame: pd.DataFrame, p_holm: Array, matters: Array, grain: Array
) -> npt.NDArray[np.object_]:
    """Return the verdict of each row; one value in every future is both ends of its interval."""
    names = ("difference", "difference_low", "difference_high")
    difference, *ends = (frame[name].to_numpy(dtype=float) for name in names)
    shared = frame["difference_differs_in"].to_numpy(dtype=float) == 0
    low, high = (np.where(shared, difference, end) for end in ends)
    n = frame["replications"].to_numpy(dtype=int)
    return verdicts(
        difference, low, high, p_holm=p_holm, matters=matters, grain=grain, replications=n
    )


def _thresholds(frame: pd.DataFrame, is_base: npt.NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return the smallest difference that matters in each row, and what is written as 0."""
    about = zip(*(frame[name] for name in ("measure", "detail", "statistic", "unit")), strict=True)
    listed = [quantity(*(str(one) for one in row)) for row in about]
    value, difference = (frame[name].to_numpy(dtype=float) for name in ("value", "difference"))
    with np.errstate(invalid="ignore"):
        of_base = np.abs(value - np.where(is_base, 0.0, difference))
    share = np.array([one.of_base for one in listed], dtype=float)
    least = np.array([one.matters for one in listed], dtype=float)
    grain = np.array([one.grain for one in listed], dtype=float)
    return np.fmax(least, share * np.where(share > 0, of_base, 0.0)), grain


def verdicts(
    difference: Array,
    low: Array,
    high: Array,
    *,
    p_holm: Array,
    matters: npt.ArrayLike,
    grain: npt.ArrayLike,
    replications: npt.ArrayLike,
) -> npt.NDArray[np.object_]:
    """Return the `Verdict` on each difference; the first of these that holds.

    Parameters
    ----------
    difference, low, high
        Paired differences and the ends of their intervals.
    p_holm
        Adjusted for the family; nan counts as not sure.
    matters
        The smallest difference that matters.
    grain
        A difference below this is written as 0: it has no direction.
    replications
        How many there were.
    """
    m, n = np.asarray(matters, dtype=float), np.asarray(replications)
    with np.errstate(invalid="ignore"):
        unknown = ~(np.isfinite(difference) & np.isfinite(low) & np.isfinite(high))
        holds = {
            Verdict.NONE: unknown | (n < FEWEST),
            Verdict.EXACT: (low == 0) & (high == 0),
            Verdict.SAME: (-m < low) & (high < m),
            Verdict.CLOSE: ((low <= 0) & (high >= 0)) | (np.abs(difference) <= grain),
            Verdict.SLIGHT: np.abs(difference) < m,
            Verdict.CLEAR: (p_holm < SIGNIFICANT) & (n >= FEW),
        }
    words: npt.NDArray[np.object_] = np.empty(len(holds) + 1, dtype=object)
    words[:] = [*holds, Verdict.LIKELY]
    return np.asarray(words[np.select(list(holds.values()), range(len(holds)), len(holds))])


def holm(p: Array) -> Array:
    """Return chances adjusted for all being looked at together (Holm 1979); nan stays out."""
    out = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    times = np.arange(len(order), 0, -1)
    out[order] = np.minimum(np.maximum.accumulate(times * p[order]), 1.0)
    return out


def _by_family(p: Array, family: Sequence[Hashable] | npt.NDArray[np.object_] | None) -> Array:
    if family is None:
        return holm(p)
    members: dict[Hashable, list[int]] = {}
    for i, one in enumerate(family):
        members.setdefault(one, []).append(i)
    out = np.full(p.shape, np.nan)
    for rows in members.values():
        out[rows] = holm(p[rows])
    return out
