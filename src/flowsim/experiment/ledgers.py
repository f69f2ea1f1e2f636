"""The ledger of a run: as it was kept, or simulated again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from flowsim.errors import EngineError, msg
from flowsim.experiment.batch import Run
from flowsim.experiment.keep import Keep
from flowsim.experiment.today import sample
from flowsim.ledger import Ledger
from flowsim.scenario import Scenario
from flowsim.system import simulate

KEPT: Final = ("ledger", "waits")
"""What can be asked to be kept of each run; its waits always are."""


def asked_of(keep: Keep | Collection[str] | None) -> tuple[Keep | None, bool]:
    """Return the store to keep runs in, and whether each goes with its ledger.

    Raises
    ------
    ValueError
        When it is a word that nothing is kept under.
    """
    if keep is None or isinstance(keep, Keep):
        return keep, False
    words = [keep] if isinstance(keep, str) else list(keep)
    unknown = [word for word in words if word not in KEPT]
    if unknown:
        raise ValueError(f"keep: no {unknown[0]!r}; there is: {list(KEPT)}")
    return None, "ledger" in words


def ledger_of(scenario: Scenario, run: Run) -> Ledger:
    """Return the ledger of a run; one that was not kept is simulated again.

    Raises
    ------
    EngineError
        When it does not come out as it did.
    """
    if run.ledger is not None:
        return run.ledger
    ledger = simulate(scenario, sample(scenario, run.replication))
    if ledger.digest() != run.digest:
        raise EngineError(
            msg(
                "replication {n} of {scenario!r} is not as it was in the batch",
                n=run.replication, scenario=run.scenario,
            )
        )  # fmt: skip
    return ledger
