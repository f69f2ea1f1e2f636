"""Exports of results that are stored, made again without a run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowsim.cli.settings import import_matplotlib

if TYPE_CHECKING:
    from flowsim.experiment.results import Results
    from flowsim.report.wording import Wording


def write_again(
    folder: Path, say: Wording, *, tables: bool, charts: bool | None, all_tables: bool = False
) -> Path:
    """Write what the store of a folder says; return where.

    `flowsim.report.write.write_results` says what is left alone.
    """
    import_matplotlib()
    from flowsim.experiment.processes import processors
    from flowsim.experiment.quantities.norm import read_norm
    from flowsim.experiment.sweep import Sweep
    from flowsim.experiment.writing.swap import place_of
    from flowsim.report.write import write_results
    from flowsim.report.write_sweep import write_sweep

    with _stored(folder) as (results, said):
        seconds, settings = said.get("wall_seconds", 0.0), tuple(said["settings"])
        place = place_of(folder, partial=results.mark is not None)
        if isinstance(results, Sweep):
            measure, norm = said["measure"], said["norm"]
            write_sweep(
                results, place, say, measure=measure,
                norm=None if norm is None else read_norm(norm, measure), tables=tables,
                charts=charts, all_tables=all_tables, wall_seconds=seconds, jobs=said["jobs"],
                settings=settings,
            )  # fmt: skip
        else:
            write_results(
                results, place, say, tables=tables, charts=charts, all_tables=all_tables,
                wall_seconds=seconds, jobs=min(said["jobs"], processors()), settings=settings,
                order=said["order"],
            )  # fmt: skip
    return place


def export(folder: Path, kinds: Collection[str]) -> Path:
    """Write what the store of a folder says for other programs; return where."""
    from flowsim.experiment.writing.export import write_export

    with _stored(folder) as (results, _):
        return write_export(results, folder, kinds)


@contextmanager
def _stored(folder: Path) -> Iterator[tuple[Results, Mapping[str, Any]]]:
    """Yield what the store of a folder says; estimates that were made of it are kept there."""
    from flowsim.experiment.stored import results_of
    from flowsim.store import Store, locked

    with Store.read(folder) as store, locked(folder):
        results = results_of(store)
        yield results, store.asked().said
        if results.estimated is not None:
            store.close()
            results.estimated.put_in(folder, vars(results))


def log(folder: Path, form: str) -> Path:
    """Write the events that the store of a folder has; return where."""
    from flowsim.experiment.stored import results_of
    from flowsim.experiment.writing.log import FOLDER, write_log
    from flowsim.store import Store, locked

    with Store.read(folder) as store, locked(folder):
        return write_log(results_of(store), folder / FOLDER, form)
