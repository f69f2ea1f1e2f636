"""Put what hangs on guesses on disk: tables and charts, in a folder of their own."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flowsim.experiment.draws.tornado import Bar
from flowsim.experiment.draws.uncertainty import Uncertainty
from flowsim.experiment.writing.files import PARTIAL, whole_file
from flowsim.experiment.writing.swap import folder_swapped
from flowsim.experiment.writing.tables_on_disk import Sheet, write_frames
from flowsim.guesses import P90, Guesses
from flowsim.report.charts.uncertain import UNCERTAIN_CHARTS
from flowsim.report.guess_names import value_at
from flowsim.report.turning import line_of
from flowsim.report.wording import Wording
from flowsim.report.write import save

if TYPE_CHECKING:
    import pandas as pd

FOLDER: Final = "uncertainty"


def write_uncertainty(
    found: Uncertainty, folder: Path, say: Wording, *, charts: bool = True
) -> Path:
    """Write ``uncertainty/`` in a folder of results, whole or not at all; return where.

    ``uncertainty.csv``: the summary with two bands; ``tornado.csv``: on which guess each number
    hangs; ``draws.csv``: each draw, with what its guesses are and whether it was simulated;
    ``counts.csv``: what each draw gives of today.

    Raises
    ------
    OutputError
        When something cannot be written.
    """
    place, mark = folder / FOLDER, found.mark
    beside = folder / PARTIAL / FOLDER
    if mark is not None and place.exists():  # what is partial never takes the place of a whole one
        place = beside
    said = "" if mark is None else say.said(mark)
    with folder_swapped(place) as new:
        for name, made in TABLES.items():
            with whole_file(new / f"{name}.csv") as stream:
                write_frames([made(found)], Sheet(stream, None if mark is None else str(mark)))
        for name, draw in UNCERTAIN_CHARTS.items() if charts else ():
            save(draw(found, say), new, name, said)
    if mark is None:
        shutil.rmtree(beside, ignore_errors=True)
    return place


def tornado_table(found: Uncertainty) -> pd.DataFrame:
    """Return every bar of every main number: a row per number, scenario and guess."""
    import pandas as pd

    rows = []
    base = found.comparison.base
    guesses = Guesses(found.comparison.scenarios[0].base)
    ends = {name: {f"guess_{end}": value_at(guesses.of(name)[0], name, z)
                   for end, z in (("low", -P90), ("now", 0.0), ("high", P90))}
            for name in guesses.names}  # fmt: skip
    for row in found.table.to_dict("records"):
        for difference in (False, True):
            if difference and row["scenario"] == base:
                continue
            about = {name: row[name] for name in ("scenario", "measure", "detail", "statistic",
                                                  "unit")}  # fmt: skip
            for bar in found.bars(line_of(row), str(row["scenario"]), difference=difference):
                rows.append(about | {
                    "of": "difference" if difference else "value", "guess": bar.name,
                    **ends[bar.name], "at_low": bar.low, "at_high": bar.high,
                    "swing": bar.swing, "swing_error": bar.error,
                    "guess_where_0": _where_0(guesses, bar), "turns": str(bar.turns),
                })  # fmt: skip
    return pd.DataFrame(rows)


def _where_0(guesses: Guesses, bar: Bar) -> float:
    """Return what a guess is where a difference is 0; not a number: not inside its range."""
    known = math.isfinite(bar.crosses)
    return value_at(guesses.of(bar.name)[0], bar.name, bar.crosses) if known else math.nan


def draws_table(found: Uncertainty) -> pd.DataFrame:
    """Return every draw of the ensemble: what each guess is, as a standard normal and in a file."""
    import pandas as pd

    drawn, fit = found.drawn, found.drawn.fit
    guesses = Guesses(found.comparison.scenarios[0].base)
    simulated = {one.number for one in drawn.draws}
    rows = []
    for number, z in enumerate(fit.ensemble.moved):
        said = dict(text.split("=", 1) for text in guesses.texts(z))
        rows.append({"draw": number, "gives_today": bool(fit.fits[number]),
                     "simulated": number in simulated,
                     **{f"z {name}": one for name, one in zip(fit.guesses, z, strict=True)},
                     **said})  # fmt: skip
    return pd.DataFrame(rows)


def counts_table(found: Uncertainty) -> pd.DataFrame:
    """Return what is counted of today, and what draws give of it before and after they move."""
    import numpy as np
    import pandas as pd

    fit = found.drawn.fit
    rows = []
    for i, name in enumerate(fit.counts):
        about = {"count": name, "today": fit.target.value[i], "sd": fit.target.sd[i]}
        for which, given in (("before", fit.ensemble.prior_gives), ("after", fit.ensemble.gives)):
            low, middle, high = np.nanquantile(given[:, i], (0.1, 0.5, 0.9))
            about |= {f"{which}_p10": low, f"{which}_median": middle, f"{which}_p90": high}
        simulated = [found.drawn.simulated[one.number][i] for one in found.drawn.draws
                     if one.number in found.drawn.simulated]  # fmt: skip
        about["simulated_mean"] = float(np.mean(simulated)) if simulated else np.nan
        rows.append(about)
    return pd.DataFrame(rows)


TABLES: Final[dict[str, Callable[[Uncertainty], pd.DataFrame]]] = {
    "uncertainty": lambda found: found.table,
    "tornado": tornado_table,
    "draws": draws_table,
    "counts": counts_table,
}
