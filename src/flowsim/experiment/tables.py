"""Tables on disk: CSV with a comma, a point in numbers, UTF-8; floats as they are, unrounded.

Nothing in a table depends on when, where or how fast a run was made: the same scenarios, seed and
replications give the same bytes. Times and versions are in the manifest.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from flowsim.costs import MEASURES as COSTS
from flowsim.experiment.files import whole_file
from flowsim.experiment.manifest import scenario_hash
from flowsim.experiment.results import COLUMNS, Results
from flowsim.metrics import MEASURES

if TYPE_CHECKING:
    import pandas as pd


def write_tables(results: Results, folder: Path) -> list[Path]:
    """Write every table of `TABLES` as a CSV file in a folder, and return their paths."""
    paths = []
    for name, write in TABLES.items():
        path = folder / f"{name}.csv"
        with whole_file(path) as stream:
            write(results, stream)
        paths.append(path)
    return paths


def _write_measures(results: Results, stream: BinaryIO) -> None:
    """One row per replication x scenario x period x municipality x variant x measure x detail."""
    _write_rows(stream, COLUMNS, _measures(results))


def _measures(results: Results) -> Iterator[tuple[Any, ...]]:
    units = {name: one.unit for name, one in (MEASURES | COSTS).items()}
    for one in results.runs:
        for part in (one.measures, one.costs):
            keys = (
                part[k].tolist() for k in ("period", "municipality", "variant", "measure", "detail")
            )
            for *labels, value in zip(*keys, part["value"].tolist(), strict=True):
                yield (one.scenario, one.replication, *labels, value, units[labels[3]])


def _write_rows(stream: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows; Python writes a float with as few digits as give that very float again."""
    text = io.TextIOWrapper(stream, "utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    text.flush()
    text.detach()


def _write_frame(frame: pd.DataFrame, stream: BinaryIO) -> None:
    columns = [frame[name].tolist() for name in frame.columns]
    rows = ([_cell(value) for value in row] for row in zip(*columns, strict=True))
    _write_rows(stream, list(frame.columns), rows)


def _cell(value: Any) -> Any:
    """Leave a cell empty when there is no number."""
    return "" if value is None or value != value else value


def _write_scenarios(results: Results, stream: BinaryIO) -> None:
    """What each scenario is called, why it exists, and its hash."""
    header = ("scenario", "role", "title_nl", "title_en", "reason_nl", "reason_en", "start",
              "window_days", "follow_up_days", "sha256")  # fmt: skip
    rows = []
    for scenario in results.scenarios:
        about = scenario.scenario
        title, reason = about.title or {}, about.reason or {}
        rows.append(
            (
                scenario.key,
                "base" if scenario.key == results.keys[0] else "other",
                *(
                    texts.get(language, "")
                    for texts in (title, reason)
                    for language in ("nl", "en")
                ),
                about.start.isoformat(),
                _window_days(results, scenario.key),
                about.follow_up_days,
                scenario_hash(scenario),
            )
        )
    _write_rows(stream, header, rows)


def _window_days(results: Results, scenario: str) -> float:
    measures = results.runs_of(scenario)[0].measures
    return float(measures["value"][measures["measure"] == "exposure"].sum())


TABLES: Final[dict[str, Callable[[Results, BinaryIO], None]]] = {
    "scenarios": _write_scenarios,
    "measures": _write_measures,
    "waits": lambda results, stream: _write_frame(results.waits, stream),
    "summary": lambda results, stream: _write_frame(results.summary, stream),
    "by_municipality": lambda results, stream: _write_frame(results.by_municipality, stream),
    "over_time": lambda results, stream: _write_frame(results.over_time, stream),
}
"""Every table, by the name of its file."""
