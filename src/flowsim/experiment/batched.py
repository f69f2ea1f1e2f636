"""What results tell of the batch that they are of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flowsim.errors import Said, msg
from flowsim.experiment.batch import Batch, Failed, Run
from flowsim.experiment.today import Origin
from flowsim.scenario import Scenario


@dataclass(frozen=True)
class Batched:
    """Something about a batch."""

    batch: Batch
    """What was run."""

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """What was run, the base first."""
        return self.batch.scenarios

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the scenarios, the base first."""
        return self.batch.keys

    @property
    def runs(self) -> tuple[Run, ...]:
        """By scenario, then replication; every replication is there for every scenario."""
        return self.batch.runs

    @property
    def replications(self) -> tuple[int, ...]:
        """Numbers of the replications that are complete."""
        return self.batch.replications

    @property
    def planned(self) -> int:
        """Replications that were asked for."""
        return self.batch.planned

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C came before the planned number."""
        return self.batch.interrupted

    @property
    def failed(self) -> tuple[Failed, ...]:
        """Replications that brought nothing; none of their number is in the results."""
        return self.batch.failed

    @property
    def partial(self) -> bool:
        """Whether not all is there that was asked for."""
        return self.batch.partial

    @property
    def mark(self) -> Said | None:
        """What every export of it says, when not all is there that was asked for."""
        if not self.partial:
            return None
        return msg("PARTIAL {done}/{planned}", done=len(self.replications), planned=self.planned)

    @property
    def seed(self) -> int:
        """The seed of all chance."""
        return self.batch.seed

    @property
    def today(self) -> tuple[Origin, ...]:
        """Where the people of today came from, when they are those of a burn-in."""
        return self.batch.today

    @property
    def own_units(self) -> Mapping[str, str]:
        """The unit of each metric of one's own."""
        return self.batch.own_units

    def runs_of(self, scenario: str) -> tuple[Run, ...]:
        """Return the runs of one scenario, by replication."""
        return self.batch.runs_of(scenario)
