"""Put a comparison on disk: tables, charts, and last of all the manifest."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flowsim.experiment.by_area import MUNICIPALITY, SUBREGION
from flowsim.experiment.files import remove, whole_file
from flowsim.experiment.manifest import write_manifest
from flowsim.experiment.results import Results
from flowsim.experiment.tables import write_tables
from flowsim.report.cells import Order, cells_of, ordered
from flowsim.report.charts import CHARTS, ChartData, styled
from flowsim.report.names import teams_of, titles_of, variants_of
from flowsim.report.spreadsheets import write_spreadsheets
from flowsim.report.terminal import judged_source_of, source_of
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from flowsim.scenario import Scenario

FORMATS = ("svg", "png")
DOTS_PER_INCH = 150


def write_results(
    results: Results,
    folder: Path,
    say: Wording,
    *,
    charts: bool,
    all_tables: bool = False,
    wall_seconds: float,
    jobs: int,
    settings: Sequence[str] = (),
    order: Order = "effect",
) -> None:
    """Write ``tables/``, ``excel/``, ``charts/`` and ``manifest.json`` in a folder.

    The manifest goes first and comes back last: a folder with a manifest is whole. Charts of an
    earlier run are removed when none are drawn now.

    Raises
    ------
    OutputError
        When something cannot be written.
    """
    manifest = folder / "manifest.json"
    remove(manifest)
    outputs = write_tables(results, folder / "tables", everything=all_tables)
    outputs += write_spreadsheets(results, folder / "excel", order)
    if charts:
        outputs += write_charts(results, folder / "charts", say, order)
    else:
        for name in CHARTS:
            for kind in FORMATS:
                remove(folder / "charts" / f"{name}.{kind}")
    write_manifest(
        results,
        manifest,
        outputs=outputs,
        wall_seconds=wall_seconds,
        jobs=jobs,
        settings=settings,
    )


def write_charts(
    results: Results, folder: Path, say: Wording, order: Order = "effect"
) -> list[Path]:
    """Draw every chart as SVG (for print) and PNG (for slides), and return the paths.

    The same results give the same bytes: identifiers in the SVG have a fixed salt, and no file
    holds a date.
    """
    data = chart_data(results, say, order)
    paths: list[Path] = []
    for name, draw in CHARTS.items():
        paths += save(draw(data, say), folder, name)
    return paths


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write one figure in all `FORMATS`, and return the paths."""
    paths = []
    for kind in FORMATS:
        picture = io.BytesIO()
        with styled():
            metadata = {"Date": None} if kind == "svg" else {"Software": None}
            figure.savefig(picture, format=kind, dpi=DOTS_PER_INCH, metadata=metadata)
        path = folder / f"{name}.{kind}"
        with whole_file(path) as stream:
            stream.write(picture.getvalue())
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
