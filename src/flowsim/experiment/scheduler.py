"""The scheduler of a Dask cluster: found and let go of, with one message where that fails."""

from __future__ import annotations

import asyncio
import importlib
import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from ipaddress import IPv6Address
from types import ModuleType
from typing import Any, Final

from flowsim.errors import EngineError, Said, msg, visible

EXTRA: Final = 'pip install "flowsim[cluster]"'
ADDRESS: Final = re.compile(
    r"(?:tcp|tls)://(?:(?P<host>[\w.-]{1,253})|\[(?P<six>[0-9A-Fa-f:.]+)\]):(?P<port>[0-9]{1,5})"
)
SECONDS_TO_ANSWER: Final = 10.0
"""How long a scheduler may take to answer, and its first worker to be there."""
_LAST_PORT: Final = 65_535
_LOGGERS: Final = ("distributed", "distributed.client", "tornado.application")


class ClusterError(EngineError):
    """A cluster cannot be used, or is gone."""


@contextmanager
def reached(address: str, seconds: float) -> Iterator[Any]:
    """Have a client of a scheduler at hand.

    Parameters
    ----------
    address, seconds
        As in `flowsim.experiment.cluster.cluster`.

    Raises
    ------
    ClusterError
        When that is no address, Dask is not installed, or no scheduler answers.
    """
    if not is_address(address):
        raise ClusterError(msg("{address} is no address of a scheduler: tcp://host:port",
                               address=visible(address)))  # fmt: skip
    distributed = library()
    with _quiet():
        try:
            _look(address, seconds)
            client = distributed.Client(address, timeout=seconds, set_as_default=False)
        except Exception as error:  # whatever one gets who reads what something else says
            raise ClusterError(msg("no scheduler answers at {address}", address=address)) from error
        try:
            yield client
        finally:
            with suppress(Exception):  # it may be gone
                client.close(timeout=2)


def is_address(address: str) -> bool:
    """Return whether a scheduler could be at an address, as far as its form says."""
    found = ADDRESS.fullmatch(address)
    if found is None or not 1 <= int(found["port"]) <= _LAST_PORT:
        return False
    try:
        if found["six"] is not None:
            IPv6Address(found["six"])
            return True
        host = found["host"].removesuffix(".")
        host.encode("idna")  # no part of it is empty or longer than a name may be
    except ValueError:
        return False
    return bool(host) and not any(one.isnumeric() and not one.isascii() for one in host)


def _look(address: str, seconds: float) -> None:
    """See that a scheduler of Dask answers, before there is a client that waits or is half made.

    It has a thread of its own: a notebook has an event loop in the one that asks.
    """
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(_answer(address, seconds))).result()


async def _answer(address: str, seconds: float) -> None:
    """Greet whoever is at an address, and ask what it is; all of it within so many seconds."""
    security = importlib.import_module("distributed").Security()
    core = importlib.import_module("distributed.core")
    async with asyncio.timeout(seconds):
        comm = await core.connect(
            address, timeout=seconds, **security.get_connection_args("client")
        )
        try:
            found = await core.send_recv(comm, op="identity")
        finally:
            comm.abort()
    if found["type"] != "Scheduler":
        raise ConnectionError(found["type"])


@contextmanager
def _quiet() -> Iterator[None]:
    """Let Dask say nothing of lines that break and of large things: what matters is said here."""
    dask = importlib.import_module("dask")
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.CRITICAL + 1)
    try:
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"}):
            yield
    finally:
        for one, level in zip(loggers, levels, strict=True):
            one.setLevel(level)


def library() -> ModuleType:
    """Return Dask's part for more machines, imported when it is needed."""
    try:
        return importlib.import_module("distributed")
    except ImportError as error:
        raise ClusterError(msg("{option} needs {library}: {command}", option="--cluster",
                               library="distributed", command=EXTRA)) from error  # fmt: skip


def gone(address: str) -> Said:
    """Say that a scheduler is no longer there."""
    return msg("the scheduler at {address} is no longer there", address=address)
