"""Whatever a mechanism tells apart has a name for people, in both languages."""

import pytest

from flowsim.costs import COMPONENTS
from flowsim.experiment.quantities import flows, homes, people, quantity, waits
from flowsim.metrics import CAUSES, KINDS
from flowsim.metrics.chains.holders import ENDS
from flowsim.metrics.measures.outflow import OUTFLOW_TO
from flowsim.metrics.measures.persons import BALANCE
from flowsim.report import labels
from flowsim.report.wording import wording
from tests.experiment.tiny_worlds import tiny_comparison
from tests.report.test_wording import CATALOGUE

OUTFLOW = {one.detail: one.part for one in flows.FLOWS if one.measure == "outflow" and one.detail}
NL, EN = wording("nl"), wording("en")
FLOWS = tuple(name for name in BALANCE if name.startswith(("in_", "out_")))
NAMED = {
    "kinds of wait": (KINDS, {name: waits.WAITS[name].label for name in KINDS}),
    "causes": (CAUSES, people.CAUSES),
    "ends of a chain": (ENDS, homes.ENDS),
    "where people go": (OUTFLOW_TO, OUTFLOW),
    "components of cost": (tuple(COMPONENTS), COMPONENTS),
    "flows of the balance": (FLOWS, labels.BALANCE),
}
"""What measures tell apart, and its names."""


@pytest.mark.parametrize("what", NAMED)
def test_all_that_measures_tell_apart_has_a_label_in_both_languages(what):
    kinds, names = NAMED[what]
    assert [kind for kind in kinds if kind not in names] == []
    for kind in kinds:
        assert EN(names[kind]) == names[kind]
        assert CATALOGUE.get(names[kind]), f"{kind} has no Dutch"
        assert NL(names[kind]) == CATALOGUE[names[kind]]


@pytest.mark.parametrize("what", NAMED)
def test_two_kinds_have_two_labels(what):
    kinds, names = NAMED[what]
    for say in (NL, EN):
        said = [say(names[kind]) for kind in kinds]
        assert len(set(said)) == len(said)


def test_who_waits_is_told_by_every_cause_outside_a_place_and_in_one():
    told = {(one.measure, one.detail) for one in quantity.QUANTITIES}
    assert {("waiting", f"placement_{cause}") for cause in CAUSES} <= told
    assert {("blocked", cause) for cause in CAUSES} <= told


def test_who_waits_for_hours_or_anything_else_has_a_row_below_who_waits_for_a_place():
    (listed,) = [
        one for one in labels.sections(tiny_comparison().scenarios, NL)
        if one.title == "Wachtlijst (personen)"
    ]  # fmt: skip
    abouts = [row.about[:2] for row in listed.rows]
    head = abouts.index(("waiting", "placement"))
    assert abouts[head + 1 :] == [("waiting", f"placement_{cause}") for cause in people.CAUSES]
    assert all(row.is_part for row in listed.rows[head + 1 :])
    assert "geen begeleidingsuren vrij" in [row.label for row in listed.rows]


def test_every_wait_begins_with_the_word_for_it_and_sentences_go_on_after_it():
    for say in (NL, EN):
        for wait in waits.WAITS.values():
            assert say(wait.label).startswith(f"{say('Wait')} ")
