"""Long tables hold each word once, and say the same as the runs they are made of."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.experiment.tables.long import Words, listed, measures_of, waits_of
from flowsim.metrics import ENDINGS, KEYS, KINDS
from tests.experiment.tiny_worlds import tiny_comparison


@pytest.mark.parametrize("names", [("a", "b"), ("a", "", "b"), ("a", "b", "a"), ()])
def test_a_number_without_a_name_is_an_empty_word_and_no_word_is_there_twice(names):
    numbers = np.arange(-1, len(names) + 2)
    found = Words.of(numbers, names)
    assert listed(found) == ["", *names, "", ""]
    assert len(set(found.known)) == len(found.known)


def test_waits_are_those_of_the_run_that_count():
    run = tiny_comparison().runs[-1]
    waits, labels, table = run.waits, run.labels, waits_of(run)
    rows = np.flatnonzero(waits.counts)
    assert 0 < len(rows) < len(waits.counts)
    names = {"kind": KINDS, "ending": ENDINGS, "municipality": labels.municipalities,
             "profile": labels.profiles, "variant": labels.variants, "held": labels.variants,
             "got": labels.variants, "level": labels.levels}  # fmt: skip
    for name, words in names.items():
        numbers = getattr(waits, name)[rows].tolist()
        assert listed(table[name]) == [words[one] if one >= 0 else "" for one in numbers], name
    for name in ("start", "entry", "wait", "transition", "assessor", "assessment", "paperwork"):
        mine = table[f"{name}_day" if name == "start" else f"{name}_days"]
        np.testing.assert_array_equal(mine, getattr(waits, name)[rows], err_msg=name)
    assert listed(table["client"]) == waits.client[rows].tolist()
    assert set(listed(table["scenario"])) == {run.scenario}
    assert set(listed(table["replication"])) == {run.replication}


def test_measures_are_those_of_the_run_with_their_units():
    results = tiny_comparison()
    for run in (results.runs[0], results.runs[-1]):
        table = measures_of(run, results.unit_of)
        parts = run.measures, run.costs, run.own
        for name in (*KEYS, "value"):
            rows = [one for part in parts for one in part[name].tolist()]
            assert listed(table[name]) == rows, name
        measures = listed(table["measure"])
        assert listed(table["unit"]) == [results.unit_of(one) for one in measures]
        known = [one.known for one in table.values() if isinstance(one, Words)]
        assert all(len(set(words)) == len(words) for words in known)
