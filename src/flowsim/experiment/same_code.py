"""Workers of a cluster that would bring the same numbers; others are refused."""

from __future__ import annotations

import time
from typing import Any

from flowsim.errors import Said, msg
from flowsim.experiment import elsewhere
from flowsim.experiment.scheduler import ClusterError, gone


def workers_of(client: Any, address: str) -> dict[str, int]:
    """Return the threads of each worker of a scheduler, by address.

    Raises
    ------
    ClusterError
        When the scheduler is gone.
    """
    try:
        found: dict[str, int] = client.nthreads()
    except OSError as error:
        raise ClusterError(gone(address)) from error
    return found


def check(client: Any, address: str, seconds: float) -> None:
    """Refuse workers that would bring other numbers, or none.

    Parameters
    ----------
    seconds
        How long it may take until a worker is there.

    Raises
    ------
    ClusterError
        With the first that is refused, and how to start it.
    """
    until = time.monotonic() + seconds
    while not _checked(client, address):
        if time.monotonic() > until:
            raise ClusterError(msg("the scheduler at {address} has no workers", address=address))
        time.sleep(0.1)


def _checked(client: Any, address: str) -> bool:
    """Return whether there is a worker; refuse one that would bring other numbers, or none."""
    for worker, threads in workers_of(client, address).items():
        if threads != 1:
            raise ClusterError(
                msg("worker {worker} has {n} threads; start it with --nthreads 1, and more workers "
                    "where there are more processors", worker=worker, n=threads)
            )  # fmt: skip
    try:
        said = client.run(elsewhere.about, on_error="return")
    except Exception as error:  # whatever it is that a worker cannot read
        raise ClusterError(msg("the workers at {address} cannot run flowsim: {why}",
                               address=address, why=_line(error))) from error  # fmt: skip
    there = {worker: one for worker, one in said.items() if not isinstance(one, OSError)}
    for worker, found in there.items():  # of the others the line broke: they have just gone
        if isinstance(found, BaseException):
            raise ClusterError(msg("worker {worker} cannot run flowsim: {why}", worker=worker,
                                   why=_line(found)))  # fmt: skip
        if found != elsewhere.about():
            raise ClusterError(other(worker, found))
    return bool(there)


def other(worker: str, found: dict[str, str]) -> Said:
    """Say in what a worker differs from here."""
    here = elsewhere.about()
    differs = [f"{name} {found.get(name, '-')} / {here[name]}" for name in here
               if found.get(name) != here[name]]  # fmt: skip
    return msg("worker {worker} has another version ({what}; there / here): its numbers would be "
               "others; install the same there", worker=worker, what=differs)  # fmt: skip


def _line(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]
