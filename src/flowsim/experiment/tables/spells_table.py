"""Every day of every client, as a tidy table: what a run was, person by person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from flowsim.experiment.batch import Batch, Run
from flowsim.experiment.ledgers import ledger_of
from flowsim.ledger import RefusedBy, RequestKind, State
from flowsim.metrics import Reading
from flowsim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

_STATES = tuple(one.name.lower() for one in sorted(State))
_REQUESTS = tuple(one.name.lower() for one in sorted(RequestKind))
_REFUSED = tuple(one.name.lower() for one in sorted(RefusedBy))


def spells_table(batch: Batch) -> pd.DataFrame:
    """Return the spells of every run; each is simulated again, unless its ledger was kept.

    Raises
    ------
    EngineError
        When a run does not come out as it did.
    """
    import pandas as pd

    scenarios = {one.key: one for one in batch.scenarios}
    parts = [_spells(scenarios[one.scenario], one) for one in batch.runs]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _spells(scenario: Scenario, run: Run) -> pd.DataFrame:
    import pandas as pd

    ledger = ledger_of(scenario, run)
    reading = Reading(ledger, scenario)
    spells = reading.spells
    columns = {
        "client": spells.client,
        "start_day": spells.start,
        "end_day": spells.end,
        "state": named(spells.state, _STATES),
        "municipality": named(reading.municipality, ledger.municipalities),
        "home": named(spells.home, ledger.municipalities),
        "profile": named(ledger.clients.profile[spells.client], ledger.profiles),
        "variant": named(reading.variant, ledger.variants),
        "request": named(spells.request, _REQUESTS),
        "wanted": named(np.where(spells.request < 0, -1, spells.wanted), ledger.variants),
        "level": named(spells.level, ledger.levels),
        "hours_per_week": spells.minutes / 60,
        "too_little_support": spells.under,
        "refused_by": named(spells.refused, _REFUSED),
    }
    there = (spells.state != State.GONE) & (spells.end > spells.start)
    frame = pd.DataFrame({name: column[there] for name, column in columns.items()})
    frame.insert(0, "scenario", run.scenario)
    frame.insert(1, "replication", run.replication)
    return frame


def named(numbers: npt.NDArray[Any], names: Sequence[str]) -> npt.NDArray[np.object_]:
    """Return the names that numbers stand for; none for -1."""
    listed = np.array([*names, ""], dtype=object)
    return np.asarray(listed[np.where(numbers < len(names), numbers, -1)])
