"""Every line of the summary in every future by itself."""

from __future__ import annotations

import numpy as np

from flowsim.experiment.batch import Batch
from flowsim.experiment.estimates.curves import STATISTICS, statistics
from flowsim.experiment.estimates.estimate import mean_of, ratio_of
from flowsim.experiment.estimates.intervals import Array
from flowsim.experiment.numbers.waits_of import Waits, waits_of
from flowsim.experiment.numbers.yearly import Line
from flowsim.experiment.numbers.years import Years
from flowsim.experiment.quantities.lines import over_window
from flowsim.experiment.tables.cells import wait_line


def by_future(batch: Batch) -> dict[Line, Array]:
    """Return the lines of `flowsim.experiment.tables.summary.summarise`: scenarios x replications.

    Not a number where a future by itself has none, infinite where a wait was not reached.
    """
    each = np.eye(len(batch.replications))
    found: dict[Line, Array] = {}
    waits = Waits(batch)
    for one in waits_of(batch):
        pools = waits.pools(one)
        if any(pool.count for pool in pools):
            values = statistics(pools)(each)  # scenarios x statistics x replications
            found |= {wait_line(one.name, name): values[:, i] for i, name in enumerate(STATISTICS)}
    for number in over_window(Years(batch), batch.scenarios):
        over = number.over
        statistic = mean_of(number.values) if over is None else ratio_of(number.values, over)
        found[number.line] = statistic(each)
    return found
