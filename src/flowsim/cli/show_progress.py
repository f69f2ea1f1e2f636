"""Show on stderr how far a batch is: a bar in a terminal, plain lines elsewhere."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module

from flowsim.report.wording import Wording

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""

SECONDS_BETWEEN_LINES = 10.0


@dataclass(frozen=True, slots=True)
class Shown:
    """What to call while a batch is made."""

    preparing: Progress
    """After every path of the burn-in."""
    running: Progress
    """After every run."""
    fitting: Progress
    """After every balance that draws of guesses are fitted with."""


def importing(module: str, running: Progress) -> Progress:
    """Import a module after the first run, while other processes work on the next ones.

    What draws takes seconds to import: nobody is kept from working meanwhile, nor from being
    given the next run.
    """
    begun = threading.Thread(target=import_module, args=(module,))

    def report(done: int, total: int) -> None:
        running(done, total)
        if begun.ident is None:
            begun.start()

    return report


@contextmanager
def show_progress(say: Wording) -> Iterator[Shown]:
    """Give what to call; rich draws the bar and respects NO_COLOR. Warnings are said meanwhile."""
    with (
        _saying_warnings(say),
        _bar(say)
        if sys.stderr is not None and sys.stderr.isatty()
        else nullcontext(_lines(say)) as at,
    ):
        yield at


@contextmanager
def _bar(say: Wording) -> Iterator[Shown]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TextColumn(say("left")), TimeRemainingColumn())  # fmt: skip
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:

        def showing(what: str) -> Progress:
            task = bar.add_task(what, total=None, visible=False)
            return lambda done, total: bar.update(
                task, completed=done, total=total, visible=done < total
            )

        yield Shown(showing(say("The people of today")), showing(say("Simulating")),
                    showing(say("Fitting what is guessed to today")))  # fmt: skip


def _lines(say: Wording) -> Shown:
    return Shown(
        _now_and_then(
            lambda done, total: say(
                "The people of today: {done} of {total} paths of the burn-in made",
                done=done,
                total=total,
            )
        ),
        _now_and_then(
            lambda done, total: (
                say("Simulating: {done} of 1 run done", done=done)
                if total == 1
                else say("Simulating: {done} of {total} runs done", done=done, total=total)
            )
        ),
        _now_and_then(
            lambda done, total: say(
                "Fitting what is guessed to today: {done} of {total}",
                done=done,
                total=total,
            )
        ),
    )


def _now_and_then(text: Callable[[int, int], str]) -> Progress:
    """Write a line at the first, at the last, and now and then between."""
    last = -SECONDS_BETWEEN_LINES

    def report(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done == total or now - last >= SECONDS_BETWEEN_LINES:
            last = now
            print(text(done, total), file=sys.stderr, flush=True)

    return report


class _Saying(logging.Handler):
    """Writes what is logged on stderr, once, in the language of the command."""

    def __init__(self, say: Wording) -> None:
        super().__init__()
        self.say = say
        self.told: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; what happens in every future is said of the first."""
        text = record.getMessage() if record.args else self.say.said(record.msg)
        kind = getattr(record.msg, "template", "") or text
        if kind not in self.told:
            self.told.add(kind)
            print(text, file=sys.stderr, flush=True)


@contextmanager
def _saying_warnings(say: Wording) -> Iterator[None]:
    log, handler = logging.getLogger("flowsim"), _Saying(say)
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
