"""The manifest: all that is needed to make the same results again, and when they were made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flowsim.compiled import engine
from flowsim.experiment.batch import STEPS
from flowsim.experiment.environment import versions
from flowsim.experiment.keys import scenario_hash
from flowsim.experiment.results import Results
from flowsim.experiment.today import Origin
from flowsim.experiment.writing.files import whole_file


def write_manifest(
    results: Results,
    path: Path,
    *,
    outputs: Sequence[Path],
    wall_seconds: float,
    jobs: int,
    settings: Sequence[str] = (),
    kept: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Write the manifest of a batch, after all other files.

    Parameters
    ----------
    results
        The batch.
    path
        ``manifest.json``; the outputs are named relative to its folder.
    outputs
        Files that belong to it; their hashes are kept.
    wall_seconds, jobs
        How long the runs took, and on how many processes.
    settings
        Overrides of the command line (``path=value``).
    kept
        Hashes of files that belong to it too, as they were written before.
    more
        Further entries, or other ones in the place of these.
    """
    about: dict[str, Any] = {
        "status": _status(results),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "wall_seconds": round(wall_seconds, 3),
        "cpu_seconds": _cpu_seconds(results),
        "jobs": jobs,
        "engine": engine(),
        "seed": results.seed,
        "replications": {"planned": results.planned, "complete": list(results.replications)},
        "settings": list(settings),
        "scenarios": [
            {"name": one.key, "title": one.scenario.title, "sha256": scenario_hash(one)}
            for one in results.scenarios
        ],
        "warnings": results.warned["warning"].tolist(),
        "today": [_origin(one) for one in results.today],
        "ledgers": {key: [one.digest for one in results.runs_of(key)] for key in results.keys},
        "versions": versions(),
        "files": {file.relative_to(path.parent).as_posix(): _hash_of(file) for file in outputs}
        | dict(kept or {}),
    }
    if results.failed:
        about["failed"] = [
            {"scenario": one.scenario, "replication": one.replication, "error": str(one.why)}
            for one in results.failed
        ]
    about |= more or {}
    with whole_file(path) as stream:
        stream.write((json.dumps(about, indent=2, ensure_ascii=False) + "\n").encode("utf-8"))


def _status(results: Results) -> str:
    if results.interrupted:
        return "interrupted"
    return "partial" if results.partial else "complete"


def _origin(one: Origin) -> dict[str, Any]:
    """Say where the people of today of one path of a burn-in came from."""
    where = "made" if one.made else "cache"
    return {"base": one.base, "path": one.path, "from": where, "key": one.key, "sha256": one.sha256}


def _cpu_seconds(results: Results) -> dict[str, float]:
    totals = [sum(one.cpu_seconds[i] for one in results.runs) for i in range(len(STEPS))]
    return {step: round(total, 3) for step, total in zip(STEPS, totals, strict=True)}


def _hash_of(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
