"""Put a comparison on disk: tables, charts, and last of all the manifest."""

from __future__ import annotations

import io
import json
import pickle
import zlib
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flowsim.experiment.processes import started
from flowsim.experiment.results import Results
from flowsim.experiment.tables.by_area import MUNICIPALITY, SUBREGION
from flowsim.experiment.writing.files import remove, whole_file
from flowsim.experiment.writing.manifest import write_manifest
from flowsim.experiment.writing.tables_on_disk import write_tables
from flowsim.report.cells import Order, cells_of, ordered
from flowsim.report.charts import CHARTS, ChartData, styled
from flowsim.report.names import teams_of, titles_of, variants_of
from flowsim.report.spreadsheets import write_spreadsheets
from flowsim.report.terminal import judged_source_of, source_of
from flowsim.report.wording import Language, Wording, wording

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from flowsim.scenario import Scenario

FORMATS = ("svg", "png")
DOTS_PER_INCH = 150
Pictures = dict[str, bytes]
"""One chart as files, by format."""


def write_results(
    results: Results,
    folder: Path,
    say: Wording,
    *,
    charts: bool | None,
    tables: bool = True,
    all_tables: bool = False,
    wall_seconds: float,
    jobs: int,
    settings: Sequence[str] = (),
    order: Order = "effect",
) -> None:
    """Write ``tables/``, ``excel/``, ``charts/`` and ``manifest.json`` in a folder.

    The manifest goes first and comes back last: a folder with a manifest is whole. Charts of an
    earlier run are removed when none are drawn now.

    Parameters
    ----------
    charts
        Whether to draw them; None: leave those that are there.
    tables
        Whether to write them; else those that are there are left.

    Raises
    ------
    OutputError
        When something cannot be written.
    """
    manifest = folder / "manifest.json"
    left = (() if tables else ("tables", "excel")) + (("charts",) if charts is None else ())
    outputs = listed_in(manifest, left)
    remove(manifest)
    names = tuple(CHARTS) if charts else ()
    with closing(drawing(results, say, order, names, jobs)) as drawn:
        if tables:
            outputs += write_tables(results, folder / "tables", everything=all_tables)
            outputs += write_spreadsheets(results, folder / "excel", order)
        outputs += _write_drawn(drawn, folder / "charts")
    if charts is not None:
        remove_charts(folder / "charts", set(CHARTS) - set(names))
    write_manifest(
        results, manifest, outputs=outputs, wall_seconds=wall_seconds, jobs=jobs, settings=settings
    )


def listed_in(manifest: Path, folders: Sequence[str]) -> list[Path]:
    """Return the files in these folders that a manifest lists and that are there."""
    try:
        names = json.loads(manifest.read_text("utf-8"))["files"] if folders else ()
    except (OSError, ValueError, KeyError, TypeError):
        return []
    paths = [manifest.parent / name for name in names if name.split("/")[0] in folders]
    return [path for path in paths if path.is_file()]


def remove_charts(folder: Path, names: Iterable[str]) -> None:
    """Remove charts that are not drawn any more."""
    for name in names:
        for kind in FORMATS:
            remove(folder / f"{name}.{kind}")


def write_charts(
    results: Results, folder: Path, say: Wording, order: Order = "effect", jobs: int = 1
) -> list[Path]:
    """Draw every chart as SVG (for print) and PNG (for slides), and return the paths.

    The same results give the same bytes, on any number of processes: identifiers in the SVG have a
    fixed salt, and no file holds a date.
    """
    with closing(drawing(results, say, order, tuple(CHARTS), jobs)) as drawn:
        return _write_drawn(drawn, folder)


def drawing(
    results: Results, say: Wording, order: Order, names: Sequence[str], jobs: int
) -> Generator[tuple[str, Pictures]]:
    """Draw charts in processes that have no more to simulate, while this one goes on."""
    if not names:
        return started(_drawn, (), 1)
    packed = zlib.compress(pickle.dumps(chart_data(results, say, order)), 1)
    tasks = ((name, packed, say.language) for name in names)
    return started(_drawn, tasks, min(jobs, len(names)))


def _drawn(task: tuple[str, bytes, Language]) -> tuple[str, Pictures]:
    name, packed, language = task
    return name, pictures(CHARTS[name](_unpacked(packed), wording(language)))


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> ChartData:
    return cast(ChartData, pickle.loads(zlib.decompress(packed)))


def _write_drawn(drawn: Iterable[tuple[str, Pictures]], folder: Path) -> list[Path]:
    """Write charts as they come; return the paths in the order of `CHARTS`."""
    paths = {name: _write_pictures(made, folder, name) for name, made in drawn}
    return [path for name in CHARTS if name in paths for path in paths[name]]


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write one figure in all `FORMATS`, and return the paths."""
    return _write_pictures(pictures(figure), folder, name)


def pictures(figure: Figure) -> Pictures:
    """Return a figure as files, by format."""
    made = {}
    for kind in FORMATS:
        picture = io.BytesIO()
        with styled():
            metadata = {"Date": None} if kind == "svg" else {"Software": None}
            figure.savefig(picture, format=kind, dpi=DOTS_PER_INCH, metadata=metadata)
        made[kind] = picture.getvalue()
    return made


def _write_pictures(made: Pictures, folder: Path, name: str) -> list[Path]:
    paths = []
    for kind, picture in made.items():
        path = folder / f"{name}.{kind}"
        with whole_file(path) as stream:
            stream.write(picture)
        paths.append(path)
    return paths


def chart_data(results: Results, say: Wording, order: Order = "effect") -> ChartData:
    """Gather what the charts are drawn from, the scenarios in the order of the terminal."""
    scenarios = results.scenarios
    titles = titles_of(scenarios, say)
    return ChartData(
        summary=results.summary,
        over_time=results.over_time,
        by_area=results.by_area,
        by_year=results.by_year,
        balance=results.balance,
        dwellings=results.dwellings,
        staff=results.staff,
        chains=results.chains,
        titles={key: titles[key] for key in ordered(results, cells_of(results), order)},
        variants=variants_of(scenarios, say),
        teams={name: title for name, title, _ in teams_of(scenarios, say)},
        areas=list(_areas(scenarios[0])),
        source=source_of(results, say),
        judged=judged_source_of(results, say),
    )


def _areas(base: Scenario) -> Iterator[tuple[str, str]]:
    """Yield kind and key of each subregion, followed by its municipalities."""
    placed = set()
    for name, members in base.areas.subregions:
        yield SUBREGION, name
        for key, _ in members:
            placed.add(key)
            yield MUNICIPALITY, key
    yield from ((MUNICIPALITY, key) for key in base.areas.municipalities if key not in placed)
