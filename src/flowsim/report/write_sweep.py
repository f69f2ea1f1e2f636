"""Put a sweep on disk: tables, charts, and last of all the manifest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flowsim.experiment.keys import scenario_hash
from flowsim.experiment.quantities.norm import Meets, Norm
from flowsim.experiment.sweep import Sweep
from flowsim.experiment.writing.manifest import write_manifest
from flowsim.experiment.writing.swap import MANIFEST, swapped_in
from flowsim.experiment.writing.sweep_tables import write_sweep_tables
from flowsim.report.charts.sweep import SWEEP_CHARTS, drawn
from flowsim.report.wording import Wording
from flowsim.report.write import LARGE_TABLES, charts_of, listed_in, save


def write_sweep(
    sweep: Sweep,
    folder: Path,
    say: Wording,
    *,
    measure: str,
    norm: Norm | None,
    charts: bool | None,
    tables: bool = True,
    all_tables: bool = False,
    wall_seconds: float,
    jobs: int,
    settings: Sequence[str] = (),
) -> None:
    """Write ``tables/``, ``charts/`` and ``manifest.json`` in a folder.

    A folder with a manifest is whole. Charts of an earlier sweep that are not drawn now are
    removed.

    Parameters
    ----------
    sweep, folder, say
        What, where and in which language.
    measure, norm
        What the heat map shows, and what is marked as met.
    charts
        Whether to draw any; three factors or more have none. None: leave those that are there.
    tables
        Whether to write them; else those that are there are left.
    all_tables
        Whether to write every number of every year and date too.
    wall_seconds, jobs, settings
        For the manifest.

    Raises
    ------
    OutputError
        When something cannot be written.
    """
    left = (() if tables else ("tables",)) + (("charts",) if charts is None else ())
    kept, names = listed_in(folder, left), drawn(sweep) if charts else ()
    stale = [] if charts is None else charts_of(set(SWEEP_CHARTS) - set(names))
    mark = "" if sweep.mark is None else say.said(sweep.mark)
    with swapped_in(folder, stale if all_tables or not tables else [*stale, *LARGE_TABLES]) as new:
        outputs: list[Path] = []
        if tables:
            outputs += write_sweep_tables(sweep, new / "tables", everything=all_tables)
        for name in names:
            figure = SWEEP_CHARTS[name](sweep, measure, norm, say)
            outputs += save(figure, new / "charts", name, mark)
        write_manifest(
            sweep, new / MANIFEST, outputs=outputs, kept=kept, wall_seconds=wall_seconds,
            jobs=jobs, settings=settings, more=_about(sweep, measure, norm),
        )  # fmt: skip


def _about(sweep: Sweep, measure: str, norm: Norm | None) -> dict[str, Any]:
    """Return what the manifest says of the design; hashes as ``flowsim run --set`` gives them."""
    factors = [(one.path, list(one.values)) for one in sweep.factors]
    several, listed = len(sweep.design.keys) > 1, sweep.design.levers.listed is not None
    design: dict[str, Any] = {
        "scenario": sweep.design.keys[0],
        **({"scenarios": list(sweep.design.keys)} if several else {}),
        "factors": [{"path": path, "values": values} for path, values in factors],
        "points": {"planned": len(sweep.design.points), "complete": len(sweep.points)},
        "measure": measure,
    }
    if norm is not None:
        design["norm"] = _met(sweep, norm, ordered=not several and not listed)
    points = [
        {
            "name": one.name,
            **({"scenario": one.of} if several else {}),
            "values": dict(zip((path for path, _ in factors), one.values, strict=True)),
            "sha256": scenario_hash(one.scenario),
        }
        for one in sweep.points
    ]
    plain: dict[str, Any] = json.loads(
        json.dumps({"sweep": design, "scenarios": points}, default=str)
    )
    return plain


def _met(sweep: Sweep, norm: Norm, *, ordered: bool) -> dict[str, Any]:
    """Return which points meet a norm: the first of an order, or all that do."""
    meeting, said = sweep.meeting(norm), {"bound": str(norm.bound), "value": norm.value}
    if ordered:
        first, surely = (
            None if i is None else sweep.points[i].name
            for i in (meeting.first, meeting.first_clearly)
        )
        return said | {"first_point": first, "first_point_by_whole_interval": surely}
    pairs = list(zip(sweep.points, meeting.points, strict=True))
    return said | {
        "points": [point.name for point, meets in pairs if meets != Meets.NO],
        "points_by_whole_interval": [one.name for one, meets in pairs if meets == Meets.CLEARLY],
    }
