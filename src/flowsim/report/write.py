"""Put a comparison on disk: tables, charts, and last of all the manifest."""

from __future__ import annotations

import io
import pickle
import zlib
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from flowsim.experiment.processes import started
from flowsim.experiment.results import Results
from flowsim.experiment.tables.by_area import MUNICIPALITY, SUBREGION
from flowsim.experiment.writing.apart import tell_apart
from flowsim.experiment.writing.files import whole_file
from flowsim.experiment.writing.manifest import write_manifest
from flowsim.experiment.writing.swap import MANIFEST, manifest_of, swapped_in
from flowsim.experiment.writing.tables_on_disk import LARGE, write_tables
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

    All of it is written beside what is there, and put in its place when it is whole: the manifest
    goes first and comes back last, so that a folder with a manifest is whole. Charts of an earlier
    run are removed when none are drawn now.

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
    left = (() if tables else ("tables", "excel")) + (("charts",) if charts is None else ())
    kept, names = listed_in(folder, left), tuple(CHARTS) if charts else ()
    stale = [] if charts is None else charts_of(set(CHARTS) - set(names))
    with swapped_in(folder, stale if all_tables or not tables else [*stale, *LARGE_TABLES]) as new:
        outputs: list[Path] = []
        written = tell_apart(results, jobs, new / "tables" if tables else None,
                             everything=all_tables)  # fmt: skip
        with closing(drawing(results, say, order, names, jobs)) as drawn:
            if tables:
                outputs += (
                    write_tables(results, new / "tables", everything=all_tables)
                    if written is None
                    else written
                )
                outputs += write_spreadsheets(results, new / "excel", order)
            outputs += _write_drawn(drawn, new / "charts")
        write_manifest(
            results, new / MANIFEST, outputs=outputs, kept=kept, wall_seconds=wall_seconds,
            jobs=jobs, settings=settings,
        )  # fmt: skip


LARGE_TABLES: Final = tuple(f"tables/{name}.csv" for name in LARGE)
"""Tables that go when they are not written."""


def listed_in(folder: Path, folders: Sequence[str]) -> dict[str, str]:
    """Return the hashes of files in these folders that a manifest lists and that are there."""
    try:
        said = manifest_of(folder).get("files", {}) if folders else {}
        there = {name: str(sha) for name, sha in said.items() if name.split("/")[0] in folders}
    except AttributeError:
        return {}
    return {name: sha for name, sha in there.items() if (folder / name).is_file()}


def charts_of(names: Iterable[str]) -> list[str]:
    """Return the files of charts, from the folder of results on."""
    return [f"charts/{name}.{kind}" for name in names for kind in FORMATS]


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
    data = _unpacked(packed)
    return name, pictures(CHARTS[name](data, wording(language)), data.mark)


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> ChartData:
    return cast(ChartData, pickle.loads(zlib.decompress(packed)))


def _write_drawn(drawn: Iterable[tuple[str, Pictures]], folder: Path) -> list[Path]:
    """Write charts as they come; return the paths in the order of `CHARTS`."""
    paths = {name: _write_pictures(made, folder, name) for name, made in drawn}
    return [path for name in CHARTS if name in paths for path in paths[name]]


def save(figure: Figure, folder: Path, name: str, mark: str = "") -> list[Path]:
    """Write one figure in all `FORMATS`, and return the paths."""
    return _write_pictures(pictures(figure, mark), folder, name)


def pictures(figure: Figure, mark: str = "") -> Pictures:
    """Return a figure as files, by format; a ``mark`` stands across it, also in grey."""
    made = {}
    if mark:
        with styled():
            figure.text(0.5, 0.5, mark, size=36, rotation=20, alpha=0.3, ha="center", va="center")
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
    titles = {key: titles[key] for key in ordered(results, cells_of(results), order)}
    decided = {one.key for one in scenarios if one.scenario.decision} | {scenarios[0].key}
    return ChartData(
        summary=results.summary,
        over_time=results.over_time,
        by_area=results.by_area,
        by_year=results.by_year,
        balance=results.balance,
        dwellings=results.dwellings,
        staff=results.staff,
        chains=results.chains,
        titles=titles,
        decisions={key: title for key, title in titles.items() if key in decided},
        variants=variants_of(scenarios, say),
        teams={name: title for name, title, _ in teams_of(scenarios, say)},
        areas=list(_areas(scenarios[0])),
        source=source_of(results, say),
        judged=judged_source_of(results, say),
        mark="" if results.mark is None else say.said(results.mark),
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
