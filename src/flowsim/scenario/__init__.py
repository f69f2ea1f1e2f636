"""The scenario language: what a council decides, and what we know about the world."""

from flowsim.scenario.load import load, parse
from flowsim.scenario.model import Scenario

__all__ = ["Scenario", "load", "parse"]
