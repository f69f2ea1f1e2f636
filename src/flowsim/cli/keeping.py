"""The store of a folder while a command fills it: locked, and told what is there already."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from flowsim.errors import EngineError, msg

if TYPE_CHECKING:
    from flowsim.experiment.keep import Keep
    from flowsim.report.wording import Wording
    from flowsim.scenario import Scenario
    from flowsim.store import Holder

BEFORE: Final = "results.before.sqlite"
"""What a store is called that was set aside, until the new one is complete."""
_BESIDE: Final = ("", "-wal", "-shm")
"""Files of one store."""


def there_already(
    folder: Path, scenarios: Sequence[Scenario], count: int, seed: int | None, say: Wording,
    more: Collection[str], *, fresh: bool,
) -> int:  # fmt: skip
    """Return how many runs need not be done again; ends the program where no store can be used."""
    from flowsim.experiment.keep import there
    from flowsim.experiment.run import with_seed
    from flowsim.store import StoreError

    if fresh:
        return 0
    seed = scenarios[0].scenario.seed if seed is None else seed
    try:
        found = there(folder, [with_seed(one, seed) for one in scenarios], count, more)
    except StoreError as error:
        click.echo(say.said(error.said), err=True)
        sys.exit(2)
    if found:
        total = count * len(scenarios)
        told = say("{n} of {total} runs are there already; --fresh runs them again.",
                   n=say.number(found), total=say.number(total))  # fmt: skip
        click.echo(told, err=True)
    return found


@contextmanager
def keeping(
    folder: Path, say: Wording, said: Mapping[str, Any], more: Collection[str], *, fresh: bool
) -> Iterator[Keep]:
    """Have the store of a folder filled by this program alone, as long as results are read.

    With ``fresh`` what is there is set aside, and goes when the new results are complete.
    """
    from importlib.metadata import version

    from flowsim.experiment.keep import Keep
    from flowsim.experiment.writing.files import OutputError
    from flowsim.interrupts import exit_code
    from flowsim.store import FILE, Filling, StoreError, locked

    began = False
    try:
        with _nothing_left(folder), locked(folder) as before:
            if before is not None:
                click.echo(_told(before, say), err=True)
            if fresh:
                _set_aside(folder)
            with Filling.of(folder, version("flowsim")) as store:
                began = True
                yield Keep(store, said, more)
                last = store.last_batch()
            if last is not None and last[0] == "complete":
                _remove(folder / BEFORE)
    except (StoreError, OutputError) as error:
        click.echo(say.said(error.said), err=True)
        if began:
            click.echo(_goes_on(say), err=True)
        sys.exit(1 if began else 2)
    except EngineError as error:
        _end_without_cluster(error, say)
        raise
    except KeyboardInterrupt:
        if not (folder / FILE).exists():
            raise
        click.echo(_goes_on(say), err=True)
        sys.exit(exit_code())


def _end_without_cluster(error: EngineError, say: Wording) -> None:
    """End the program when it is a cluster that cannot be used any more."""
    from flowsim.experiment.scheduler import ClusterError  # loads asyncio

    if isinstance(error, ClusterError):
        click.echo(say.said(error.said), err=True)
        click.echo(_goes_on(say), err=True)
        sys.exit(1)


def _goes_on(say: Wording) -> str:
    return say("What was finished is kept. The same command goes on from here.")


@contextmanager
def _nothing_left(folder: Path) -> Iterator[None]:
    """Make a folder; a new store goes when it has no run, or only those that told of a mistake."""
    from flowsim.errors import ScenarioError
    from flowsim.store import FILE

    made = list(itertools.takewhile(lambda one: not one.exists(), (folder, *folder.parents)))
    new, mistaken = not (folder / FILE).exists(), False
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except ScenarioError:
        mistaken = True
        raise
    finally:
        if new and (mistaken or _is_empty(folder)):
            _remove(folder / FILE)
        with suppress(OSError):
            for one in made:
                one.rmdir()


def _is_empty(folder: Path) -> bool:
    """Return whether a folder has a store in which there is no run."""
    from flowsim.store import Store, StoreError

    try:
        with Store.read(folder) as store:
            return store.is_empty()
    except StoreError:
        return False


def _told(before: Holder, say: Wording) -> str:
    return say("Process {pid} on {host} ended without a word; what it finished is kept.",
               pid=before.pid, host=before.host)  # fmt: skip


def _set_aside(folder: Path) -> None:
    """Move a store aside; what was set aside before stays, and what is there goes."""
    from flowsim.errors import reason_of
    from flowsim.store import FILE, StoreError, refuse_other_kind

    for name in (FILE, BEFORE):
        refuse_other_kind(folder / name)
    try:
        if (folder / BEFORE).exists():
            _remove(folder / FILE)
        for end in _BESIDE:
            with suppress(FileNotFoundError):
                (folder / f"{FILE}{end}").rename(folder / f"{BEFORE}{end}")
    except OSError as error:
        said = msg("cannot use {path}: {why}", path=folder / FILE, why=reason_of(error))
        raise StoreError(said) from error


def _remove(path: Path) -> None:
    for end in _BESIDE:
        with suppress(OSError):
            path.with_name(path.name + end).unlink(missing_ok=True)
