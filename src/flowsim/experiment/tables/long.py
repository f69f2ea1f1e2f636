"""The long tables run by run, each word once: a row for every number and for every wait.

Frames with a text in each row took six times as long to write as Parquet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from flowsim.experiment.batch import Run
from flowsim.metrics import ENDINGS, KEYS, KINDS
from flowsim.store.packed import coded, coded_labels_of


@dataclass(frozen=True, slots=True)
class Words:
    """A column of texts: which there are, none of them twice, and which stands in each row."""

    known: Sequence[str]
    codes: npt.NDArray[np.int32]

    @classmethod
    def of(cls, numbers: npt.NDArray[Any], names: Sequence[str]) -> Words:
        """Return the names that numbers stand for; an empty one for -1, and beyond the last."""
        known, place = coded([*names, ""])
        within = np.where((numbers >= 0) & (numbers < len(names)), numbers, len(names))
        return cls(known, place[within])

    @classmethod
    def same(cls, word: str, rows: int) -> Words:
        """Return one word in so many rows."""
        return cls([word], np.zeros(rows, dtype=np.int32))

    def texts(self) -> npt.NDArray[np.object_]:
        """Return the text of each row."""
        known = np.array([*self.known, ""], dtype=object)
        return np.asarray(known[self.codes])


Column = Words | npt.NDArray[Any]
Table = dict[str, Column]
"""Columns of equal length by name."""


def listed(column: Column) -> list[Any]:
    """Return the texts or numbers of a column, one a row."""
    rows: list[Any] = (column.texts() if isinstance(column, Words) else column).tolist()
    return rows


def measures_of(run: Run, unit_of: Callable[[str], str]) -> Table:
    """Return the rows of `flowsim.experiment.results.Results.measures` about one run."""
    labels = _stacked(*(one.labels for one in run.packed))
    values = np.concatenate([one.values() for one in run.packed])
    rows, measure = len(values), labels["measure"]
    units, place = coded([unit_of(one) for one in measure.known])
    return {
        "scenario": Words.same(run.scenario, rows),
        "replication": np.full(rows, run.replication, dtype=np.int64),
        **{name: labels[name] for name in _ORDER},
        "value": values,
        "unit": Words(units, place[measure.codes]),
    }


_ORDER = ("period", "municipality", "variant", "measure", "detail")


@lru_cache(maxsize=8)
def _stacked(*packed: bytes) -> dict[str, Words]:
    """Return the labels of tidy tables below one another; runs of a scenario mostly share them."""
    parts = [coded_labels_of(one) for one in packed]
    found = {}
    for key in KEYS:
        known, place = coded([word for part in parts for word in part[key][0]])
        first, codes = 0, []
        for words, mine in (part[key] for part in parts):
            codes.append(place[first : first + len(words)][mine])
            first += len(words)
        found[key] = Words(known, np.concatenate(codes))
    return found


def waits_of(run: Run) -> Table:
    """Return the rows of `flowsim.experiment.results.Results.waits` about one run."""
    waits, labels = run.waits, run.labels
    shown = waits.counts

    def named(numbers: npt.NDArray[Any], names: Sequence[str]) -> Words:
        return Words.of(numbers[shown], names)

    rows = int(np.count_nonzero(shown))
    return {
        "scenario": Words.same(run.scenario, rows),
        "replication": np.full(rows, run.replication, dtype=np.int64),
        "client": waits.client[shown],
        "kind": named(waits.kind, KINDS),
        "municipality": named(waits.municipality, labels.municipalities),
        "profile": named(waits.profile, labels.profiles),
        "variant": named(waits.variant, labels.variants),
        "held": named(waits.held, labels.variants),
        "got": named(waits.got, labels.variants),
        "level": named(waits.level, labels.levels),
        "start_day": waits.start[shown],
        "entry_days": waits.entry[shown],
        "wait_days": waits.wait[shown],
        "ending": named(waits.ending, ENDINGS),
        "transition_days": waits.transition[shown],
        "assessor_days": waits.assessor[shown],
        "assessment_days": waits.assessment[shown],
        "paperwork_days": waits.paperwork[shown],
    }
