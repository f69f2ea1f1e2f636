"""Charts: each a function from tables to a figure. It returns the figure and saves nothing.

A new chart is one function and its name in `CHARTS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from matplotlib.figure import Figure

from flowsim.report.charts.balance import draw_balance
from flowsim.report.charts.chains import draw_chains
from flowsim.report.charts.data import ChartData
from flowsim.report.charts.dwellings import draw_dwellings, draw_dwellings_by_municipality
from flowsim.report.charts.money import draw_cost, draw_cost_against_wait
from flowsim.report.charts.people import draw_people, draw_waiting
from flowsim.report.charts.staff import draw_staff
from flowsim.report.charts.style import styled
from flowsim.report.charts.waits import draw_waits, draw_waits_by_municipality
from flowsim.report.charts.waits_by_year import draw_waits_by_year
from flowsim.report.wording import Wording

__all__ = ["CHARTS", "ChartData", "styled"]

CHARTS: Final[dict[str, Callable[[ChartData, Wording], Figure]]] = {
    "waits": draw_waits,
    "people": draw_people,
    "waiting": draw_waiting,
    "cost": draw_cost,
    "cost_against_wait": draw_cost_against_wait,
    "waits_by_year": draw_waits_by_year,
    "waits_by_municipality": draw_waits_by_municipality,
    "balance": draw_balance,
    "dwellings": draw_dwellings,
    "dwellings_by_municipality": draw_dwellings_by_municipality,
    "staff": draw_staff,
    "chains": draw_chains,
}
"""Every chart, by the name of its file."""
