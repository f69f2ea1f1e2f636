"""Every line of the summary by municipality and subregion, beside the region.

Of people: where they notified. What belongs to a larger area (a team of the region) cannot be told
for a part of it, and is left out there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from flowsim.experiment.batch import Batch
from flowsim.experiment.numbers.waits_of import Chosen, Waits, waits_of
from flowsim.experiment.numbers.years import Years
from flowsim.experiment.quantities.lines import lines
from flowsim.experiment.tables.cells import ABOUT, Cell, WaitCell, as_in_summary, judged, tabulate
from flowsim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = ("kind", "area")
MUNICIPALITY, SUBREGION, REGION = "municipality", "subregion", "region"


def by_area(
    batch: Batch, years: Years, summary: pd.DataFrame, waits: Waits | None = None
) -> pd.DataFrame:
    """Estimate every line in every municipality and subregion over the whole window.

    Parameters
    ----------
    batch, years
        What was run, and its numbers by year.
    summary
        Of the region (`flowsim.experiment.tables.summary.summarise`).
    waits
        Its waits, where they are at hand.

    Returns
    -------
    DataFrame
        The columns of `flowsim.experiment.tables.cells.tabulate` and of `judge`; ``kind``
        (`MUNICIPALITY`, `SUBREGION` or `REGION`) and ``area``. Verdicts on all areas of a kind and
        all scenarios are sure together; those on the region are the summary's.
    """
    import pandas as pd

    _, *parts = areas_of(batch.scenarios[0])
    cells = [cell for kind, area, _ in parts for cell in _numbers(batch, years, kind, area)]
    waits = waits or Waits(batch)
    listed = (
        WaitCell(
            (kind, area), waited.name, waits.pools(waited, Chosen(members=members), coarse=True)
        )
        for waited in waits_of(batch)
        for kind, area, members in parts
    )
    found = judged(batch, tabulate(batch, COLUMNS, cells, listed), ("kind", *ABOUT))
    frame = pd.concat([_region(batch, summary), as_in_summary(summary, found)])
    return frame.reset_index(drop=True)


def _region(batch: Batch, summary: pd.DataFrame) -> pd.DataFrame:
    """Return the summary as the rows of the region, with its verdicts."""
    frame = summary.copy()
    frame.insert(1, "kind", REGION)
    frame.insert(2, "area", batch.scenarios[0].areas.region)
    return frame


def areas_of(base: Scenario) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield kind, name and municipalities of the region and each of its parts with numbers."""
    areas = base.areas
    yield REGION, areas.region, areas.municipalities
    for name, members in areas.subregions:
        yield SUBREGION, name, tuple(m for m, _ in members)
    if base.numbers_by == MUNICIPALITY:
        for name in areas.municipalities:
            yield MUNICIPALITY, name, (name,)


def _numbers(batch: Batch, years: Years, kind: str, area: str) -> list[Cell]:
    """Return the lines of one area that can be told for it."""
    parts = areas_of(batch.scenarios[0])
    names = {one: {one, *mine} for k, one, mine in parts if k == kind}
    years = years.within(names[area], set().union(*names.values()))
    whole = np.ones((len(years.names), 1), dtype=bool)
    listed = lines(years, batch.scenarios)
    return [Cell((kind, area), one.over_periods(whole, years.length).at(0)) for one in listed]
