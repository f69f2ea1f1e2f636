"""People of today at hand: read from the cache folder, or made and kept there.

A worker process imports this module, so nothing here imports pandas, scipy.stats or matplotlib.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import tempfile
import zlib
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from flowsim.cohort import Cohort, sample_cohort
from flowsim.cohort.snapshot import People
from flowsim.errors import Said, msg, reason_of
from flowsim.experiment import kept
from flowsim.experiment.burn_in import PATHS, BurnIn, base_key, path_of
from flowsim.experiment.processes import (
    Place,
    Progress,
    as_finished,
    place_of,
    processors,
)
from flowsim.interrupts import noting_interrupts
from flowsim.scenario import Scenario

MOST_REMEMBERED: Final = PATHS
"""Paths whose people a process holds; it reads the others again."""
_remembered: dict[str, People] = {}
_log = logging.getLogger("flowsim")


def sample(scenario: Scenario, replication: int = 0) -> Cohort:
    """Draw all chance of one replication.

    Parameters
    ----------
    scenario
        A validated scenario; its seed and the replication fix every draw.
    replication
        Number of the replication, from 0. It can be sampled alone.
    """
    return sample_cohort(scenario, replication, people_of(scenario, replication))


@dataclass(frozen=True, slots=True)
class Folders:
    """Where people of today are kept."""

    cache: Path | None
    """For later runs; None: there is no such folder."""
    spare: Path | None = None
    """For one batch: what the cache folder could not keep."""
    sent: Mapping[str, bytes] = field(default_factory=dict)
    """For a machine that sees neither: people by the key of their path, packed."""

    @classmethod
    def now(cls, spare: Path | None = None) -> Folders:
        """Return the folders as they are now."""
        try:
            return cls(kept.cache_folder(), spare)
        except OSError:
            return cls(None, spare)

    def to_send(self, keys: Iterable[str]) -> Folders:
        """Return the people of these paths themselves, in the place of where they are kept."""
        sent = {}
        for key in keys:
            for folder in (self.spare, self.cache):
                with suppress(kept.DoubtError):  # who needs them makes them
                    text = None if folder is None else kept.read_text(folder, key)
                    if text is not None:
                        sent[key] = zlib.compress(text, 1)
        return Folders(None, None, sent)


def people_of(
    scenario: Scenario, replication: int = 0, folders: Folders | None = None
) -> People | None:
    """Return the people that the start resamples from; None where it asks for no burn-in.

    Read from the cache folder (``FLOWSIM_CACHE``, else the user's cache folder) or made, which
    takes some seconds, and kept there when the folder can be written.

    Parameters
    ----------
    scenario, replication
        Whose today, with the seed of the run.
    folders
        Of the batch (`Todays.folders`).
    """
    folders = folders or Folders.now()
    path = path_of(scenario, replication)
    if path is None:
        return None
    people = _remembered.get(path.key)
    if people is None and (found := _find(path.key, folders)) is not None:
        people = found[0]
    if people is None:
        people, made = _make(folders, path)
        if made.why_not_kept is not None and folders.spare is None:
            _warn_not_kept(made.why_not_kept)
    return people


# ---------------------------------------------------------------- before a batch
@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the people of a path came from, for the manifest."""

    base: str
    """Name of the base."""
    path: int
    made: bool
    """Made for this batch; else read from the cache folder."""
    key: str
    """`BurnIn.key`."""
    sha256: str
    """Of the people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Todays:
    """The people of today of a batch."""

    origins: tuple[Origin, ...]
    folders: Folders
    """Where they are, while the batch runs."""
    interrupted: bool
    """Whether Ctrl-C came before they were all there."""

    def at(self, place: Place) -> Folders:
        """Return where they are for who works at a place: they are sent where it sees no files."""
        if place.sees_files:
            return self.folders
        return self.folders.to_send(one.key for one in self.origins)


@contextmanager
def todays(
    scenarios: Sequence[Scenario],
    replications: int | Collection[int],
    jobs: int | Place = 1,
    progress: Progress | None = None,
) -> Generator[Todays]:
    """Have the paths that a batch needs at hand while it runs, made where they are not kept.

    Parameters
    ----------
    scenarios
        All with the seed of the run; one may stand there more than once.
    replications
        How many, or which; they may need fewer than `PATHS` paths.
    jobs
        Processes at work, or where runs are made; they are always made on this machine.
    progress
        Called before the first path is made and after each.
    """
    named = {one.key: one for one in scenarios if path_of(one, 0) is not None}
    bases = {base_key(one.base): one for one in named.values()}
    which = range(replications) if isinstance(replications, int) else replications
    numbers = sorted({number % PATHS for number in which})
    paths = [path_of(one, number) for one in bases.values() for number in numbers]
    needed = {path.key: path for path in paths if path is not None}
    with _spare_folder(bool(needed)) as spare:
        folders = Folders.now(spare)
        found = {key: one[1] for key in needed if (one := _find(key, folders)) is not None}
        missing = [path for key, path in needed.items() if key not in found]
        place = place_of(jobs)
        here = place.jobs if place.sees_files else processors()
        made, interrupted = _make_all(missing, folders, here, progress)
        digests = found | {one.key: one.sha256 for one in made}
        origins = tuple(
            Origin(base=path.base.key, path=path.number, made=key not in found, key=key,
                   sha256=digests[key])
            for key, path in needed.items() if key in digests
        )  # fmt: skip
        yield Todays(origins=origins, folders=folders, interrupted=interrupted)


@dataclass(frozen=True, slots=True)
class _Made:
    key: str
    sha256: str
    why_not_kept: Said | None


def _make_all(
    paths: Sequence[BurnIn], folders: Folders, jobs: int, progress: Progress | None
) -> tuple[list[_Made], bool]:
    """Make paths; return what is there, and whether Ctrl-C came first."""
    made: list[_Made] = []
    if paths and progress is not None:
        progress(0, len(paths))
    jobs = min(jobs, max(len(paths), 1))
    # Alone, Ctrl-C stops a path half-way; with more processes, once the next one is ready.
    watching = noting_interrupts() if jobs > 1 else nullcontext(_never)
    try:
        making = as_finished(partial(_made, folders), paths, jobs)
        with watching as interrupted, closing(making):
            for one in making:
                if one.why_not_kept is not None and all(m.why_not_kept is None for m in made):
                    _warn_not_kept(one.why_not_kept)
                made.append(one)
                if progress is not None:
                    progress(len(made), len(paths))
                if interrupted():
                    return made, True
    except KeyboardInterrupt:
        return made, True
    return made, False


def _never() -> bool:
    return False


def _made(folders: Folders, path: BurnIn) -> _Made:
    return _make(folders, path)[1]


def _make(folders: Folders, path: BurnIn) -> tuple[People, _Made]:
    """Make a path and keep it, for later runs or else in the spare folder."""
    key, text, why = path.key, path.make(), None
    try:
        if folders.cache is None:
            raise OSError(msg("no home folder; name one in FLOWSIM_CACHE"))
        kept.write(folders.cache, key, text)
    except OSError as error:
        why = reason_of(error)
        if folders.spare is not None:
            with suppress(OSError):  # each process then makes them itself
                kept.write(folders.spare, key, text)
    people = People.from_json(text)  # as they are read: a run does not depend on which it was
    _remember(key, people)
    return people, _Made(key, kept.digest_of(text), why)


def _find(key: str, folders: Folders) -> tuple[People, str] | None:
    """Read people and their hash: what was sent, or the first folder that has them."""
    if key in folders.sent:
        text = zlib.decompress(folders.sent[key])
        people = People.from_json(text)
        _remember(key, people)
        return people, kept.digest_of(text)
    for folder in (folders.spare, folders.cache):
        if folder is None:
            continue
        try:
            found = kept.read(folder, key)
        except kept.DoubtError as error:
            file = str(kept.file_of(folder, key))
            _log.warning(
                msg("{file}: {why}; the people of today are made again", file=file, why=error.why)
            )
        else:
            if found is not None:
                _remember(key, found[0])
                return found
    return None


def _remember(key: str, people: People) -> None:
    while len(_remembered) >= MOST_REMEMBERED:
        del _remembered[next(iter(_remembered))]
    _remembered[key] = people


def _warn_not_kept(why: Said) -> None:
    _log.warning(msg("the people of today cannot be kept for a later run: {why}", why=why))


@contextmanager
def _spare_folder(needed: bool) -> Generator[Path | None]:
    """Give a folder of this batch alone, made by who needs it; None where nothing is needed.

    It goes afterwards. After a kill it stays, in the folder for temporary things, until the next
    batch: that removes what a process left that is no longer there.
    """
    folder = None
    if needed:
        with suppress(OSError):  # there is no such folder
            temporary = Path(tempfile.gettempdir())
            kept.left_by_nobody(temporary, "flowsim-*.today")
            folder = temporary / f"flowsim-{kept.mine()}-{secrets.token_hex(8)}.today"
    try:
        yield folder
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
