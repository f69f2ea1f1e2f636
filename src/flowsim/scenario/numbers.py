"""Numbers as a scenario file writes them, and how one is refused."""

from __future__ import annotations

import math
from typing import Any, Final

from pydantic_core import PydanticCustomError

from flowsim.errors import Said, msg
from flowsim.scenario.toml_text import as_found

TIMES: Final = "times"
ADD: Final = "add"
"""What a difference with a number of the file that is extended says."""


def refused(found: Said, allowed: Said) -> PydanticCustomError:
    """Return the error that refuses a value, for a `Problem` with these words."""
    return PydanticCustomError("flowsim", "{found}|{allowed}", {"found": found, "allowed": allowed})


def is_number(raw: object) -> bool:
    """Tell whether a raw value is a finite number."""
    return isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw)


def positive(raw: Any) -> float:
    """Return a number of at least 0, or refuse it."""
    if raw < 0:
        raise refused(as_found(raw), msg("expected a number of at least {number}", number="0"))
    return float(raw)
