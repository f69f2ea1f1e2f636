"""flowsim: what a decision does to the chain from beschermd wonen to beschermd thuis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowsim.compiled import use_compiled

if TYPE_CHECKING:
    from flowsim.cohort import Cohort
    from flowsim.experiment import compare, run
    from flowsim.experiment.beforehand import estimate
    from flowsim.experiment.draws.uncertainty import uncertainty
    from flowsim.experiment.own_intervals import intervals
    from flowsim.experiment.sweep import sweep
    from flowsim.experiment.today import sample
    from flowsim.experiment.why.why import why
    from flowsim.ledger import Ledger
    from flowsim.scenario import Scenario, load, parse
    from flowsim.system import simulate

__version__ = "0.1.0"
__all__ = [
    "Cohort", "Ledger", "Scenario", "compare", "estimate", "intervals", "load", "parse", "run",
    "sample", "simulate", "sweep", "uncertainty", "why",
]  # fmt: skip

use_compiled()

_HOMES = {
    "Cohort": ("flowsim.cohort", "Cohort"),
    "Ledger": ("flowsim.ledger", "Ledger"),
    "Scenario": ("flowsim.scenario", "Scenario"),
    "compare": ("flowsim.experiment", "compare"),
    "estimate": ("flowsim.experiment.beforehand", "estimate"),
    "intervals": ("flowsim.experiment.own_intervals", "intervals"),
    "load": ("flowsim.scenario", "load"),
    "parse": ("flowsim.scenario", "parse"),
    "run": ("flowsim.experiment", "run"),
    "sample": ("flowsim.experiment.today", "sample"),
    "simulate": ("flowsim.system", "simulate"),
    "sweep": ("flowsim.experiment.sweep", "sweep"),
    "uncertainty": ("flowsim.experiment.draws.uncertainty", "uncertainty"),
    "why": ("flowsim.experiment.why.why", "why"),
}


def __getattr__(name: str) -> Any:
    """Import the public names when they are first used: the command line starts fast."""
    if name not in _HOMES:
        raise AttributeError(f"module 'flowsim' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
