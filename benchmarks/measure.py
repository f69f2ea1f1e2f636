"""Time one engine at one size in a fresh process, so that no engine inherits another's heap.

``python -m benchmarks.measure '{"engine": ...}'`` is how the harness calls itself: it prints one
line of JSON. The draws are made in a process of their own and read from a file.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from math import nan
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from benchmarks.engines import ENGINES, Job, load, make_job, sample_draws
from benchmarks.pathway import SIZES, Draws, Result, written_out

LEAST_SECONDS = 0.5
"""A process repeats a short run until it has measured this much CPU time."""
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What one process measured.

    Attributes
    ----------
    engine, size : str
    cpu_seconds : list of float
        `time.process_time` of every repetition.
    imports_mb, draws_mb, peak_mb : float
        Highest memory of the process so far (`ru_maxrss`): after the imports, when the draws (for
        flowsim: the scenario and the cohort) are in memory, and after the first run.
    result : Result
    """

    engine: str
    size: str
    cpu_seconds: list[float]
    imports_mb: float
    draws_mb: float
    peak_mb: float
    result: Result

    @property
    def us_per_stage(self) -> float:
        """CPU microseconds per client-stage: the median repetition."""
        return median(self.cpu_seconds) / self.result.client_stages * 1e6


class NotMeasured(Exception):
    """An engine could not run; the message says why."""


def measure(
    engine: str, size: str, seed: int, draws: Path, *, gc_on: bool, limit: float
) -> Measurement:
    """Measure in a fresh process, for at most `limit` seconds.

    Returns
    -------
    Measurement

    Raises
    ------
    NotMeasured
        When the library is missing, the adapter is not written, the run fails or takes too long.
    """
    answer = _ask(
        limit, task="measure", engine=engine, size=size, seed=seed, draws=str(draws), gc_on=gc_on
    )
    if "skipped" in answer:
        raise NotMeasured(answer["skipped"])
    return Measurement(**{**answer, "result": Result(**answer["result"])})


def write_draws(size: str, seed: int, path: Path) -> str:
    """Draw for one size in a fresh process, into a file; returns who drew."""
    # A child's ru_maxrss starts at what its parent held: the harness itself must stay small.
    answer = _ask(None, task="draw", size=size, seed=seed, draws=str(path))
    if "skipped" in answer:
        raise NotMeasured(answer["skipped"])
    return str(answer["source"])


def _ask(limit: float | None, **task: Any) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.measure", json.dumps(task)]
    mine = ENGINES[task["engine"]].environment if "engine" in task else {}
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=limit, env=os.environ | mine
        )
    except subprocess.TimeoutExpired:
        return {"skipped": f"not finished in {limit:g} seconds"}
    if done.returncode:
        return {"skipped": f"failed: {(done.stderr.strip().splitlines() or ['no message'])[-1]}"}
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _draw(*, size: str, seed: int, draws: str) -> dict[str, Any]:
    source, drawn = sample_draws(SIZES[size], seed)
    with Path(draws).open("wb") as file:
        pickle.dump(written_out(drawn), file)
    return {"source": source}


def _read_draws(path: Path) -> Draws:
    with path.open("rb") as file:
        draws: Draws = pickle.load(file)
    return draws


def _measure(*, engine: str, size: str, seed: int, draws: str, gc_on: bool) -> dict[str, Any]:
    try:
        load(engine)
        imports_mb = peak_mb()
        job = make_job(engine, SIZES[size], seed, partial(_read_draws, Path(draws)))
    except (ImportError, NotImplementedError) as error:
        return {"skipped": str(error)}
    draws_mb = peak_mb()
    seconds, result, highest_mb = _repeat(job, gc_on=gc_on)
    return {
        "engine": engine,
        "size": size,
        "cpu_seconds": seconds,
        "imports_mb": imports_mb,
        "draws_mb": draws_mb,
        "peak_mb": highest_mb,
        "result": asdict(result),
    }


def _repeat(job: Job[Any], *, gc_on: bool) -> tuple[list[float], Result, float]:
    first, raw = _timed(job.simulate, gc_on=gc_on)
    highest_mb = peak_mb()
    result = job.read(raw)
    seconds = [first]
    while sum(seconds) < LEAST_SECONDS:
        del raw
        again, raw = _timed(job.simulate, gc_on=gc_on)
        seconds.append(again)
    return seconds, result, highest_mb


def _timed(simulate: Callable[[], Any], *, gc_on: bool) -> tuple[float, Any]:
    gc.collect()
    if not gc_on:
        gc.disable()
    start = process_time()
    raw = simulate()
    seconds = process_time() - start
    gc.enable()
    return seconds, raw


def peak_mb() -> float:
    """Highest resident memory of this process so far, in MB; NaN where it cannot be asked."""
    try:
        import resource
    except ImportError:
        return nan
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _main(task: dict[str, Any]) -> None:
    steps: dict[str, Callable[..., dict[str, Any]]] = {"draw": _draw, "measure": _measure}
    print(json.dumps(steps[task.pop("task")](**task)))


if __name__ == "__main__":
    _main(json.loads(sys.argv[1]))
