"""Settings of this machine that other libraries take at their word; wrong ones are forgotten."""

from __future__ import annotations

import logging
import os
import re
import stat
from typing import Final

from flowsim.errors import Problem, ScenarioError, msg, reason_of
from flowsim.threads import one_each

_FORGOTTEN: Final = (
    "MPLBACKEND", "MATPLOTLIBRC", "SOURCE_DATE_EPOCH", "LOKY_PICKLER", "JOBLIB_START_METHOD",
)  # fmt: skip
"""Variables that choose how charts are drawn and processes begin; the results are ours."""
_RC: Final = "matplotlibrc"
_COMPLETE: Final = "_FLOWSIM_COMPLETE"
"""What a shell asks of click; it ends the program without a word on anything else."""
_SHELLS: Final = re.compile("(?:bash|zsh|fish)_(?:source|complete)")
_COUNTS: Final = {"COLUMNS": (20, 9_999), "LINES": (1, 9_999), "LOKY_MAX_CPU_COUNT": (1, 9_999),
                  "JOBLIB_MULTIPROCESSING": (0, 1)}  # fmt: skip
"""Variables that hold a whole number, the least and the most that is one."""


def mend_settings() -> None:
    """Forget variables of the environment that would change charts, or that are no number."""
    for name in _FORGOTTEN:
        os.environ.pop(name, None)
    os.environ.update(one_each(os.environ))
    if not _SHELLS.fullmatch(os.environ.get(_COMPLETE, "")):
        os.environ.pop(_COMPLETE, None)
    for name, (least, most) in _COUNTS.items():
        text = os.environ.get(name, str(least))
        known = text.isascii() and text.isdecimal() and len(text) <= len(str(most))
        if not (known and least <= int(text) <= most):
            del os.environ[name]
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it warns of a user's own settings


def import_matplotlib() -> None:
    """Import what draws; it reads a file of settings in the current folder, which may be broken.

    Raises
    ------
    ScenarioError
        With one problem.
    """
    try:
        kind = os.stat(_RC).st_mode if os.path.exists(_RC) else stat.S_IFREG  # noqa: PTH110, PTH116
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):  # a queue waits for ever
            raise ValueError(_RC)
        import matplotlib  # noqa: F401
    except (OSError, ValueError) as error:
        why = reason_of(error) if isinstance(error, OSError) else msg("it holds no settings")
        found = msg("cannot be read: {why}", why=why)
        problem = Problem(file=_RC, path="", found=found, allowed=msg("mend or remove that file"))
        raise ScenarioError([problem]) from None
