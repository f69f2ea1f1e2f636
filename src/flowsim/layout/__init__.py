"""A scenario in numbers: what is in it, who is next, and how much there is where."""

from flowsim.layout.has import Has
from flowsim.layout.numbers import Layout

__all__ = ["Has", "Layout"]
