"""The fluid balance: on average, is there enough of everything for what is asked."""

from __future__ import annotations

from flowsim.scenario.balance_lines import BalanceLine, fluid_balance, lines_of
from flowsim.scenario.balance_warnings import beside, drifts, of_phases, warnings

__all__ = ["BalanceLine", "beside", "drifts", "fluid_balance", "lines_of", "of_phases", "warnings"]
