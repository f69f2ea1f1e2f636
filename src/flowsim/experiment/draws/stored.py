"""An uncertainty run in a folder: the comparison, and beside it the store of its draws."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from flowsim.errors import msg
from flowsim.experiment.compare import Comparison
from flowsim.experiment.draws.drawn import drawn_of
from flowsim.experiment.draws.fit import Fit
from flowsim.experiment.draws.uncertainty import Uncertainty
from flowsim.experiment.keys import hash_of
from flowsim.experiment.stored import DRAWS, results_of
from flowsim.scenario import Scenario
from flowsim.store import Store, StoreError, sound

FOLDER: Final = "draws"
"""Where the store of the draws is, in the folder of the results."""


def said_of(fit: Fit, key: str, scenarios: Sequence[Scenario], count: int) -> dict[str, Any]:
    """Return what the store of draws needs besides the runs."""
    return {"kind": DRAWS, "fit": fit.to_json(), "fit_key": key, "draws": count,
            "scenarios": [hash_of(one) for one in scenarios]}  # fmt: skip


def fit_in(store: Store, key: str) -> Fit | None:
    """Return the ensemble that a store has under a key (`flowsim.experiment.draws.fit.key_of`)."""
    last = store.last_batch()
    if last is None or last[1].said.get("fit_key") != key:
        return None
    with sound(store.path, "batch.said (fit)"):
        return Fit.from_json(last[1].said["fit"])


def uncertainty_in(folder: Path) -> Uncertainty:
    """Return what an uncertainty run left in a folder.

    Raises
    ------
    StoreError
        When there is none, or it cannot be read.
    """
    with Store.read(folder) as store:
        results = results_of(store)
        if not isinstance(results, Comparison) or not (folder / FOLDER).is_dir():
            raise StoreError(msg("no draws in {folder}; flowsim uncertainty makes them",
                                 folder=str(folder)))  # fmt: skip
        _ = results.summary  # read before the store is closed
        with Store.read(folder / FOLDER) as draws:
            asked = draws.asked()
            with sound(draws.path, "batch.said (fit)"):
                same = asked.said["scenarios"] == [hash_of(one) for one in results.scenarios]
                fit, count = Fit.from_json(asked.said["fit"]), int(asked.said["draws"])
            if not same:
                raise StoreError(msg("the draws in {folder} are of other scenarios than the "
                                     "results there; flowsim uncertainty makes them anew",
                                     folder=str(folder)))  # fmt: skip
            return Uncertainty(results, drawn_of(draws, results.scenarios, fit, count, asked.seed))
