"""What nobody foresaw: one line for the user, the whole story in a file."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from flowsim.errors import clipped, visible

if TYPE_CHECKING:
    from flowsim.report.wording import Wording

EXIT: Final = 70
"""Software error, as in sysexits.h: not 1 (cannot write) and not 2 (a mistake in the input)."""


def report(error: Exception, say: Wording) -> None:
    """Say in one line what to do, and keep the traceback in a file for who mends it."""
    if isinstance(error, MemoryError):
        click.echo(say("Not enough memory: run fewer futures at once (--jobs 1)."), err=True)
        return
    what = clipped(visible(f"{type(error).__name__}: {error}"), 200)
    file = _written(_story(error))
    where = say("see {file}", file=file) if file else say("and no file could be written")
    told = say("A fault in flowsim, not in your input ({what}); {where}, and report it with that.",
               what=what, where=where)  # fmt: skip
    click.echo(told, err=True)


def _story(error: Exception) -> str:
    from importlib.metadata import version

    about = f"flowsim {version('flowsim')}, Python {platform.python_version()}, {sys.platform}"
    command = " ".join(visible(word) for word in sys.argv[1:])
    return "\n".join((about, f"flowsim {command}", "", *traceback.format_exception(error)))


def _places() -> Iterator[Path]:
    yield Path()
    with suppress(OSError):  # there is none that can be written
        yield Path(tempfile.gettempdir())


def _written(story: str) -> Path | None:
    """Write the story in the current folder, or else in the temporary one."""
    name = f"flowsim-error-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    for folder in _places():
        try:
            (folder / name).write_text(story, "utf-8", errors="backslashreplace")
        except OSError:
            continue
        return folder / name
    return None
