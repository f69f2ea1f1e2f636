"""The numbers that a comparison is read from: estimates, intervals, paired differences.

Flows, stocks and costs are averages over the reporting window: one number a replication, then
estimated over replications. Waits are pooled over replications first (`flowsim.experiment.curves`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from flowsim.experiment.curves import QUANTILES, STATISTICS, Pool, pool, statistics
from flowsim.experiment.estimate import (
    RESAMPLES,
    RESAMPLES_OF_A_CELL,
    Estimates,
    Interval,
    Reason,
    estimate,
    mean_of,
    ratio_of,
)
from flowsim.experiment.numbers import Line, Number, numbers
from flowsim.experiment.quantities import quantity
from flowsim.experiment.results import Results
from flowsim.experiment.verdicts import judge
from flowsim.metrics import KINDS
from flowsim.metrics.persons import TENANCIES

if TYPE_CHECKING:
    import pandas as pd

FIRST, LEAVING = "placement", "outflow"
BELOW_0: Final = (("dwellings", "short"), ("dwellings", "unmet"))
"""Measures and details whose numbers may be below 0."""
_NUMBERS: Final = ("value", "low", "high", "p10", "p90", "differs_in", "common")
_ABOUT: Final = ("measure", "detail", "statistic", "unit")
_SMOOTH: Final = np.array([name not in QUANTILES for name in STATISTICS])


def summarise(results: Results) -> pd.DataFrame:
    """Estimate the waits, stocks, flows and costs of every scenario.

    Returns
    -------
    DataFrame
        One row per line and scenario, with ``value`` and its 95% interval ``low`` to ``high`` (how
        well the mean is known); ``p10`` to ``p90`` (what one future may bring); for the others
        than the base the paired ``difference`` with the same, and the columns of
        `flowsim.experiment.verdicts.judge`. ``differs_in``: there is no interval, because only in
        so many replications the number differs from ``common``. Not a number: not known, and
        ``reason`` says why (`flowsim.experiment.estimate.Reason`). Infinite: not reached.
    """
    import pandas as pd

    parts = []
    for name, kind, tenancy in _waits_of(results):
        pools = [_pool(results, key, kind, tenancy=tenancy) for key in results.keys]
        if any(one.count for one in pools):
            parts.append(_of_waits(results, name, pools))
    listed = numbers(results)
    plain = [one for one in listed if one.over is None]
    parts += [
        _of_numbers(results, mine) for mine in (plain, *([n] for n in listed if n.over is not None))
    ]
    frame = pd.concat(parts, ignore_index=True)
    lines = {one.line: i for i, one in enumerate(listed)}
    rank = [
        lines.get(Line(*row), -1) for row in zip(*(frame[c] for c in Line.__slots__), strict=True)
    ]
    frame = frame.iloc[np.argsort(rank, kind="stable")].reset_index(drop=True)
    return judge_summary(frame, results.keys[0])


def judge_summary(frame: pd.DataFrame, base: str) -> pd.DataFrame:
    """Add the verdicts: the main lines are one family, and all the others one."""
    about = zip(*(frame[name] for name in _ABOUT), strict=True)
    return judge(frame, base, [quantity(*row).main for row in about])


def summarise_by_municipality(
    results: Results, kinds: Sequence[str] = ("access", "placement")
) -> pd.DataFrame:
    """Estimate the waits by municipality of notification: the columns of `summarise`, and that."""
    import pandas as pd

    parts = []
    for kind in kinds:
        for municipality in results.runs[0].labels.municipalities:
            pools = [_pool(results, key, kind, municipality) for key in results.keys]
            if any(one.count for one in pools):
                rows = _of_waits(results, kind, pools, RESAMPLES_OF_A_CELL)
                rows.insert(1, "municipality", municipality)
                parts.append(rows)
    if not parts:
        return pd.DataFrame()
    frame = pd.concat(parts, ignore_index=True)
    family = list(zip(*(frame[name] for name in _ABOUT), strict=True))  # all areas x scenarios
    return judge(frame, results.keys[0], family)


def _waits_of(results: Results) -> Iterator[tuple[str, str, str | None]]:
    """Yield what waits there are: name, kind, and a tenancy.

    Waits for a first place are also split by the tenancy of the variant that the award names
    first. Waits to leave are only given by the tenancy of what is held: a tenant mostly leaves at
    once, and who holds a place of a provider needs a dwelling, so that one number for both would
    be nobody's wait. Where all variants have one tenancy there is nothing to split.
    """
    present = {v.tenancy for scenario in results.scenarios for v in scenario.variant}
    split = [t for t in TENANCIES if t in present] if len(present) > 1 else []
    for kind in KINDS:
        if kind != LEAVING or not split:
            yield kind, kind, None
        if kind in (FIRST, LEAVING):
            yield from ((f"{kind}_{t}", kind, t) for t in split)


def _pool(
    results: Results,
    scenario: str,
    kind: str,
    municipality: str | None = None,
    tenancy: str | None = None,
) -> Pool:
    runs = results.runs_of(scenario)
    waits, labels = [one.waits for one in runs], runs[0].labels
    where = None
    if municipality is not None:
        names = labels.municipalities
        code = names.index(municipality) if municipality in names else len(names)
        where = [one.municipality == code for one in waits]
    elif tenancy is not None:
        blocks = results.scenarios[results.keys.index(scenario)].variant
        wanted = {block.name for block in blocks if block.tenancy == tenancy}
        codes = [i for i, name in enumerate(labels.variants) if name in wanted]
        what = "held" if kind == LEAVING else "variant"
        where = [np.isin(getattr(one, what), codes) for one in waits]
    return pool(waits, kind, where)


def _of_waits(
    results: Results, kind: str, pools: Sequence[Pool], resamples: int = RESAMPLES
) -> pd.DataFrame:
    lines = [
        Line("waits", "wait", kind, name, "share" if name.startswith("placed") else "weeks")
        for name in STATISTICS
    ]
    n = len(results.replications)
    most = [1.0 if line.unit == "share" else np.inf for line in lines]
    found = estimate(
        statistics(pools), n, smooth=_SMOOTH, resamples=resamples, least=0.0, most=most
    )
    waited = np.array([one.count for one in pools]) > 0
    return _rows(results, lines, found, np.isnan(found.own.value) & waited[:, None])


def _of_numbers(results: Results, listed: Sequence[Number]) -> pd.DataFrame:
    values = np.stack([one.values for one in listed], axis=1)
    shares = [one.over for one in listed if one.over is not None]
    statistic = ratio_of(values, np.stack(shares, axis=1)) if shares else mean_of(values)
    least = [-np.inf if (one.line.measure, one.line.detail) in BELOW_0 else 0.0 for one in listed]
    most = [1.0 if one.line.unit == "share" else np.inf for one in listed]
    found = estimate(statistic, len(results.replications), least=least, most=most)
    return _rows(results, [one.line for one in listed], found)


def _reason(own: Interval, at: tuple[int, int], unseen: bool) -> Reason:
    """Return why an estimate is not there, or has no interval."""
    if unseen:
        return Reason.UNSEEN
    if np.isinf(own.value[at]):
        return Reason.NOT_REACHED
    if np.isnan(own.value[at]) or not np.isnan(own.low[at]):
        return Reason.KNOWN
    return Reason.RARE if np.isfinite(own.differs_in[at]) else Reason.FEW


def _rows(
    results: Results,
    lines: Sequence[Line],
    found: Estimates,
    unseen: npt.NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    import pandas as pd

    own, difference = found.own, found.difference
    rows = []
    for k, line in enumerate(lines):
        for s, key in enumerate(results.keys):
            row: dict[str, object] = {"scenario": key, **asdict(line)}
            for name in _NUMBERS:
                row[name] = getattr(own, name)[s, k]
            for name in _NUMBERS:
                label = "difference" if name == "value" else f"difference_{name}"
                row[label] = getattr(difference, name)[s, k]
            late = unseen is not None and bool(unseen[s, k])
            rows.append(row | {"p": found.p[s, k], "reason": str(_reason(own, (s, k), late))})
    frame = pd.DataFrame(rows)
    frame["replications"] = len(results.replications)
    return frame
