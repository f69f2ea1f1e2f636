"""The fluid balance: on average, is there enough of everything for what is asked."""

from __future__ import annotations

from flowsim.balance.lines import fluid_balance, lines_of
from flowsim.balance.rows import BalanceLine
from flowsim.balance.told import beside, drifts, of_phases, warnings

__all__ = ["BalanceLine", "beside", "drifts", "fluid_balance", "lines_of", "of_phases", "warnings"]
