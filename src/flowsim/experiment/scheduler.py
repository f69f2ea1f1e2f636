"""The scheduler of a Dask cluster: found and let go of, with one message where that fails."""

from __future__ import annotations

import importlib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any, Final

from flowsim.errors import EngineError, msg

EXTRA: Final = 'pip install "flowsim[cluster]"'
ADDRESS: Final = re.compile(r"(?:tcp|tls)://(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}")
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
        When that is no address, Dask is not installed, or nobody answers.
    """
    if not ADDRESS.fullmatch(address):
        raise ClusterError(msg("{address} is no address of a scheduler: tcp://host:port",
                               address=address))  # fmt: skip
    distributed = library()
    with _quiet():
        try:
            client = distributed.Client(address, timeout=seconds, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise ClusterError(msg("no scheduler answers at {address}", address=address)) from error
        try:
            yield client
        finally:
            with suppress(Exception):  # it may be gone
                client.close(timeout=2)


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
