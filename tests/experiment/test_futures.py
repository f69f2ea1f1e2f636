"""Each future beside the others: the longest waits, the worst, and what was unusual in it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from flowsim.experiment.batch import Batch
from flowsim.experiment.numbers.futures import EVENTS
from flowsim.experiment.results import Results
from flowsim.experiment.tables.futures import WAITS
from flowsim.ledger import EventKind as K
from flowsim.report.wording import wording
from flowsim.report.worst import CHANCE, print_worst
from tests.experiment.handmade_results import ROWS, five, results_of
from tests.handmade import HOMES_A, pool_row, row

YEARS = 730 / 365.25


def second_home(day: float | None, award: float = 500):
    """Return the five, of whom the last gets an award and then a home on a day, or never."""
    rows = [one for one in ROWS if one[1] != 4 or one[3] not in (K.AWARDED, K.PLACED)]
    rows += [row(award, 4, K.AWARDED, ref=1)]
    if day is not None:
        rows.append(row(day, 4, K.PLACED, ref=1))
    return five(sorted(rows, key=lambda one: one[0]))


@pytest.fixture(scope="module")
def results() -> Results:
    # The last waits 60 days, 200 days, and to the end of the run: 595 days so far.
    ledgers = [five(), second_home(700), second_home(None)]
    return results_of({"one": ledgers, "two": [ledgers[2], ledgers[0], ledgers[1]]})


def of_kind(results: Results, wait: str, scenario: str = "one") -> dict[str, object]:
    frame = results.longest_waits
    mine = frame[(frame["wait"] == wait) & (frame["scenario"] == scenario)]
    (found,) = mine.to_dict("records")
    return found


def test_the_longest_wait_of_each_future_and_whether_it_may_become_longer(results):
    frame = results.futures.query("scenario == 'one'")
    # Client 2 waited 30 days before the start and 60 after it.
    assert list(frame["longest_wait_weeks"]) == pytest.approx([90 / 7, 200 / 7, 595 / 7])
    assert list(frame["still_waiting"]) == [0, 0, 1]


def test_a_wait_that_is_not_over_may_become_the_longest_though_another_is_longer_now():
    late = second_home(None, award=729)  # 366 days so far
    rows = [one for one in late.rows.tolist() if one[0] != 50 or one[1] != 0]
    assert len(rows) == len(late.rows) - 1
    longer = results_of({"one": [second_home(700), late]})
    assert list(longer.futures["still_waiting"]) == [0, 1]
    found = of_kind(longer, "placement")
    assert found["most"] == pytest.approx(366 / 7)
    assert found["most_at_least"] is True
    assert found["at_least_in"] == 1


def test_the_mean_and_the_most_over_futures_by_kind_of_wait(results):
    found = of_kind(results, "placement")
    assert found["value"] == pytest.approx((90 + 200 + 595) / 3 / 7)
    assert found["most"] == pytest.approx(595 / 7)
    assert (found["at_least_in"], found["most_at_least"], found["replication"]) == (1, True, 2)
    assert of_kind(results, "placement", "two")["replication"] == 0
    access = of_kind(results, "access")  # client 3 waits from day 300 to the end
    assert access["value"] == access["most"] == pytest.approx(795 / 7)
    assert access["at_least_in"] == 3
    assert np.isnan(access["low"])  # the same in all futures: no interval
    assert set(results.longest_waits["wait"]) == {
        "access", "placement", "internal", "outflow", "return",
    }  # fmt: skip


def test_the_mean_wait_is_that_of_waits_that_begin_in_the_window_and_of_each_104_weeks(results):
    frame = results.futures.query("scenario == 'one'")
    assert list(frame["mean_wait_weeks"]) == pytest.approx(
        [(30 + 60) / 2 / 7, (30 + 200) / 2 / 7, (30 + 595) / 2 / 7]
    )
    long = results_of({"one": [second_home(None, award=100)]}).futures
    assert long["longest_wait_weeks"].item() == pytest.approx(995 / 7)
    assert long["mean_wait_weeks"].item() == pytest.approx((30 / 7 + 104) / 2)


def test_what_chance_decided_is_counted_in_each_future(results):
    first = results.futures.iloc[0]
    assert first["notified"] == pytest.approx(2 / YEARS)
    assert first["offered"] == pytest.approx(4 / YEARS)
    assert "relapsed" not in first  # nobody can
    assert first["left"] == pytest.approx(1 / YEARS)
    assert first["recovered"] == 0
    assert first["in_chain"] == 2


def test_the_worst_future_is_that_with_the_longest_mean_wait_of_that_scenario(results):
    assert results.worst().replication == 2
    assert results.worst("two").replication == 0
    found = results.worst("one")
    assert found.wait == pytest.approx((30 + 595) / 2 / 7)
    assert found.mean_wait == pytest.approx((90 + 230 + 625) / 6 / 7)
    assert (found.longest, found.still_waiting) == (pytest.approx(595 / 7), 1)
    with pytest.raises(ValueError, match="no scenario 'three'"):
        results.worst("three")


def test_its_numbers_stand_beside_their_means(results):
    numbers = results.worst().numbers.set_index(["measure", "detail"])
    waiting = numbers.loc[("waiting", "placement")]
    days = np.array([30 + 60 + 60, 30 + 60 + 200, 30 + 60 + 230]) + 350  # and who relapsed
    assert waiting["value"] == pytest.approx(days[2] / 730)
    assert waiting["mean"] == pytest.approx(days.mean() / 730)
    supported = results.summary.query("measure == 'supported' and scenario == 'one'")["value"]
    assert numbers.loc[("supported", ""), "mean"] == pytest.approx(supported.item())


def test_what_was_unusual_comes_first_in_standard_deviations():
    def offers(more: int):
        rows = [pool_row(601 + i, HOMES_A, 0, K.OFFERED) for i in range(more)]
        return [*ROWS[:-1], *rows, ROWS[-1]]

    alive = [one for one in ROWS if one[0] != 40]
    ledgers = [five(offers(0)), five(offers(1)), second_home(None), five(alive)]
    found = results_of({"one": ledgers}).worst()
    assert found.replication == 2
    chance = found.chance.set_index("what")
    # Offered 4, 5, 4, 4; died 1, 1, 1, 0.
    offered = np.array([4, 5, 4, 4]) / YEARS
    expected = (offered[2] - offered.mean()) / offered.std(ddof=1)
    assert chance.loc["offered", "deviation"] == pytest.approx(expected)
    assert chance.loc["offered", "sd"] == pytest.approx(offered.std(ddof=1))
    assert chance.loc["left", "deviation"] == pytest.approx(0.5)
    assert "recovered" not in chance.index  # the same in all
    sizes = found.chance["deviation"].abs()
    assert list(sizes) == sorted(sizes, reverse=True)


def test_two_futures_tell_nothing_unusual():
    assert len(results_of({"one": [five(), second_home(700)]}).worst().chance) == 0


def test_where_nobody_asks_for_a_first_place_no_future_is_the_worst():
    nobody = five([one for one in ROWS if one[3] >= K.POOL])
    found = results_of({"one": [nobody, nobody]})
    assert found.worst() is None
    assert found.futures["mean_wait_weeks"].isna().all()
    assert list(found.futures["longest_wait_weeks"]) == [0, 0]
    assert len(found.longest_waits) == 0


def test_replications_have_their_own_numbers_where_some_are_missing(results):
    runs = [dataclasses.replace(one, replication=one.replication + 4) for one in results.runs]
    later = Results(Batch.of(results.scenarios, runs, planned=7))
    assert later.worst().replication == 6
    assert list(later.futures["replication"]) == [4, 5, 6, 4, 5, 6]


def test_all_that_chance_decides_has_a_name(results):
    assert set(CHANCE) == {*EVENTS, "in_chain", "staff"}
    columns = set(results.futures) - {"scenario", "replication", *WAITS}
    assert columns <= set(CHANCE)


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", ("this future", "at least 85", "tell", "--replication 2")),
     ("nl", ("deze toekomst", "minstens 85", "Nog wachtend", "--replication 2"))],
)  # fmt: skip
def test_the_worst_future_is_told_in_words(results, lang, said, capsys):
    import sys

    print_worst(results, wording(lang), sys.stdout)
    told = capsys.readouterr().out
    for word in said:
        assert word in told
