"""Show on stderr how far a batch of runs is: a bar in a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flowsim.report.wording import Wording

Progress = Callable[[int, int], None]
"""Called with how many runs are done and how many there are."""

SECONDS_BETWEEN_LINES = 10.0


@contextmanager
def show_progress(say: Wording) -> Iterator[Progress]:
    """Give a function to call after every run; rich draws the bar and respects NO_COLOR."""
    if not sys.stderr.isatty():
        yield _lines(say)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TextColumn(say("left")), TimeRemainingColumn())  # fmt: skip
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("Simulating"), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(say: Wording) -> Progress:
    """Write a line at the first run, at the last, and now and then between."""
    last = -SECONDS_BETWEEN_LINES

    def report(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done == total or now - last >= SECONDS_BETWEEN_LINES:
            last = now
            line = say("Simulating: {done} of {total} runs done", done=done, total=total)
            print(line, file=sys.stderr, flush=True)

    return report
