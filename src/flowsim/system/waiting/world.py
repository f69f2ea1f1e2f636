"""The world of a run: the ground, and all that has to do with waiting on it."""

from __future__ import annotations

from flowsim.cohort import Cohort
from flowsim.system.state.ground import Ground
from flowsim.system.waiting.cases import Casework
from flowsim.system.waiting.holding import Holding
from flowsim.system.waiting.options import Options
from flowsim.system.waiting.queues import Queues
from flowsim.system.waiting.requests import Requests
from flowsim.system.waiting.routes import Routes
from flowsim.system.waiting.settling import Settling


class World(Ground):
    """What the mechanisms share. Each mechanism is a small object that holds this one."""

    def __init__(self, cohort: Cohort) -> None:
        super().__init__(cohort)
        self.options = Options(self)
        self.queues = Queues(self, self.options.catalogue)
        self.holding = Holding(self)
        self.routes = Routes(self)
        self.casework = Casework(self, self.queues, self.routes)
        self.requests = Requests(self, self.options, self.queues)
        self.settling = Settling(
            self, self.options.catalogue, self.queues, self.casework, self.requests
        )
