"""What a worker of a cluster does: open what it is sent once, work, and send what is new."""

from __future__ import annotations

import hashlib
import io
import pickle
import platform
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from flowsim.experiment.keys import code
from flowsim.experiment.worker import Answer, answer_of, portable

MOST_OPENED: Final = 64
"""Scenarios and the like that a worker holds open."""
_opened: dict[str, Any] = {}
_shared: dict[str, bytes] = {}
"""What runs of this worker have in common, pickled, by hash."""


class OtherCodeError(Exception):
    """A worker has another version of the code than who sends it tasks."""

    def __init__(self, worker: str, found: dict[str, str]) -> None:
        super().__init__(worker, found)
        self.worker = worker
        self.found = found


@cache
def about() -> dict[str, str]:
    """Return what must be the same at a worker: flowsim, its code, and Python."""
    return {
        "flowsim": version("flowsim"),
        "code": code()[:12],
        "python": ".".join(platform.python_version_tuple()[:2]),
    }


@dataclass(frozen=True, slots=True)
class Held:
    """Something that many tasks need, pickled."""

    key: str
    packed: bytes

    def open(self) -> Any:
        """Return it, opened once as long as it is used."""
        found = _opened.pop(self.key, None)
        if found is None:
            found = pickle.loads(self.packed)
            while len(_opened) >= MOST_OPENED:
                del _opened[next(iter(_opened))]
        _opened[self.key] = found  # last used
        return found


@dataclass(frozen=True, slots=True)
class Said:
    """What a worker says of a task: an `Answer`, pickled, without what runs have in common."""

    worker: str
    packed: bytes
    shares: tuple[str, ...]
    """Hashes of what was left out; `shared` gives it."""


def done(work: Held, parts: Sequence[Any], several: bool, wanted: Mapping[str, str]) -> Said:
    """Do a task, where the code is the same."""
    from distributed import get_worker

    worker = str(get_worker().address)
    if dict(wanted) != about():
        return _said(worker, Answer(raised=OtherCodeError(worker, about())))

    def call() -> Any:
        opened = tuple(one.open() if isinstance(one, Held) else one for one in parts)
        return work.open()(opened if several else opened[0])

    return _said(worker, answer_of(call))


def _said(worker: str, answer: Answer) -> Said:
    try:
        return Said(worker, *_packed(answer))
    except Exception as error:  # a value that no other process can have
        return Said(worker, *_packed(Answer(raised=portable(error), logged=answer.logged)))


def _packed(answer: Answer) -> tuple[bytes, tuple[str, ...]]:
    """Pickle an answer; of what its value shares with others only hashes."""
    stream = io.BytesIO()
    pickler = _Pickler(stream, {id(one): one for one in getattr(answer.value, "shared", ())})
    pickler.dump(answer)
    return stream.getvalue(), tuple(pickler.left_out)


class _Pickler(pickle.Pickler):
    def __init__(self, stream: io.BytesIO, shared: Mapping[int, Any]) -> None:
        super().__init__(stream, protocol=pickle.HIGHEST_PROTOCOL)
        self._ids = shared
        self.left_out: list[str] = []

    def persistent_id(self, thing: Any) -> str | None:
        """Return a hash in the place of what is shared."""
        if id(thing) not in self._ids:
            return None
        said = pickle.dumps(thing)
        sha256 = hashlib.sha256(said).hexdigest()
        _shared[sha256] = said
        self.left_out.append(sha256)
        return sha256


def shared(wanted: Collection[str]) -> dict[str, Any]:
    """Return what was left out, by hash."""
    return {sha256: pickle.loads(_shared[sha256]) for sha256 in wanted}


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, known: Mapping[str, Any]) -> None:
        super().__init__(stream)
        self._known = known

    def persistent_load(self, sha256: str) -> Any:
        """Return what was left out."""
        return self._known[sha256]


def opened(packed: bytes, known: Mapping[str, Any]) -> Any:
    """Return what `_packed` pickled, with what was left out."""
    return _Unpickler(io.BytesIO(packed), known).load()
