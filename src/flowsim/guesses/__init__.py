"""Guesses: what their numbers may be, and which of it fits what is counted today."""

from __future__ import annotations

from flowsim.guesses.laws import P90, Law
from flowsim.guesses.listed import Guess, Guesses
from flowsim.guesses.smoother import Ensemble, Target, hypercube, moved

__all__ = ["P90", "Ensemble", "Guess", "Guesses", "Law", "Target", "hypercube", "moved"]
