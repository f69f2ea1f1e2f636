"""Waits pooled over replications, against curves worked out by hand."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsim.experiment.estimates.curves import STATISTICS, not_followed, pool, rounded, statistics
from flowsim.metrics import KINDS, Episodes
from flowsim.metrics.aalen_johansen import incidence, risk_set
from flowsim.metrics.lives.waits import GAVE_UP, PLACED, UNFINISHED
from tests.experiment.tiny_worlds import tiny_comparison

PLACEMENT = KINDS.index("placement")


def waits(*listed, counts=True, variant=0, held=-1, level=0):
    """Waits for a first place: (days, ending) or (days, ending, days already waited)."""
    rows = [(*one, 0.0)[:3] for one in listed]
    n = len(rows)
    blank = np.zeros(n, dtype=np.int16)
    return Episodes(
        kind=np.full(n, PLACEMENT, dtype=np.int8),
        client=np.arange(n),
        start=np.zeros(n),
        entry=np.array([row[2] for row in rows], dtype=float),
        wait=np.array([row[0] for row in rows], dtype=float),
        ending=np.array([row[1] for row in rows], dtype=np.int8),
        transition=np.full(n, np.nan),
        municipality=blank,
        profile=blank,
        variant=np.full(n, variant),
        held=np.full(n, held),
        level=np.full(n, level, dtype=np.int8),
        counts=np.full(n, counts),
        got=blank,
        assessor=np.full(n, np.nan),
        assessment=np.full(n, np.nan),
        paperwork=np.full(n, np.nan),
    )


def both(*listed):
    """Put waits together as those of one replication."""
    names = [field.name for field in fields(Episodes)]
    return Episodes(**{n: np.concatenate([getattr(one, n) for one in listed]) for n in names})


def read(*replications, weights=None):
    pools = [pool(replications, "placement")]
    rows = np.ones((1, len(replications))) if weights is None else np.atleast_2d(weights)
    return dict(zip(STATISTICS, statistics(pools)(rows)[0, :, 0], strict=True))


def test_who_still_waits_is_censored_and_not_left_out():
    found = read(waits((7, PLACED), (14, PLACED), (14, UNFINISHED)))
    # Two thirds wait longer than 7 days, one third longer than 14: how much longer, nobody saw.
    assert found["median"] == 2
    assert found["p90"] == np.inf
    assert np.isnan(found["mean_104_weeks"])
    assert np.isnan(found["placed_within_13_weeks"])
    seen = read(waits((7, PLACED), (14, PLACED), (728, UNFINISHED)))
    assert seen["mean_104_weeks"] == pytest.approx(1 + 1 / 3 + 103 / 3)
    assert seen["placed_within_13_weeks"] == pytest.approx(2 / 3)


def test_nobody_followed_for_so_long_is_no_number_and_says_so():
    pools = [pool([waits((7, PLACED), (day, UNFINISHED))], "placement") for day in (91, 364, 728)]
    known = {91: {13}, 364: {13, 26, 52}, 728: {13, 26, 52, 104}}
    for day, short, row in zip(
        known, not_followed(pools), statistics(pools)(np.ones((1, 1))), strict=True
    ):
        found = dict(zip(STATISTICS, row[:, 0], strict=True))
        assert found["median"] == 1
        assert found["p90"] == np.inf
        for weeks in (13, 26, 52, 104):
            name = "mean_104_weeks" if weeks == 104 else f"placed_within_{weeks}_weeks"
            assert np.isfinite(found[name]) == (weeks in known[day]), (day, name)
            assert short[STATISTICS.index(name)] == (weeks not in known[day])


def test_a_gap_in_which_nobody_is_seen_ends_what_is_known():
    """New people are followed for 100 days, and on day 0 some had waited for 300 already."""
    new, old = [(7, PLACED)] * 5 + [(100, UNFINISHED)] * 5, [(400, PLACED, 300)] * 5
    for runs in ((new + old,), (new, old)):
        found = read(*(waits(*one) for one in runs))
        assert found["placed_within_13_weeks"] == pytest.approx(1 / 2)
        for name in ("placed_within_26_weeks", "placed_within_52_weeks", "mean_104_weeks"):
            assert np.isnan(found[name]), name
    bridged = read(waits(*new), waits(*old, (300, GAVE_UP, 100)))
    assert bridged["placed_within_26_weeks"] == pytest.approx(1 / 2)


def test_a_resample_that_was_not_followed_by_chance_keeps_an_interval():
    """One of three futures is followed for two years; without it the others have no number."""
    runs = [waits((7, PLACED), (day, UNFINISHED)) for day in (91, 91, 728)]
    read_all = statistics([pool(runs, "placement")])
    row = STATISTICS.index("mean_104_weeks")
    whole, left_out = (read_all(w)[0, row] for w in (np.ones((1, 3)), 1 - np.eye(3)))
    assert whole == pytest.approx(0.5 + 52)
    assert left_out == pytest.approx([52.5] * 3)
    assert np.isnan(read_all(np.eye(3))[0, row]).tolist() == [True, True, False]


def test_a_quantile_that_the_unseen_could_bring_forward_is_no_number():
    """Half are followed for 100 days; of the others nine in ten are placed by day 400."""
    short = waits(*[(14, PLACED)] * 5, *[(100, UNFINISHED)] * 5)
    long = waits(*[(400, PLACED)] * 9, (1_000, PLACED), variant=1)
    found = read(both(short, long))
    assert np.isnan(found["median"])  # day 400 at the latest
    assert np.isinf(found["p90"])


@settings(max_examples=200, deadline=None)
@given(
    waited=st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 60), st.booleans()), min_size=1, max_size=12
    )
)
def test_who_is_seen_and_where_nobody_is_by_a_walk_through_the_days(waited):
    rows = [(entry * 7.0, (entry + more) * 7.0, over) for entry, more, over in waited]
    entry, exit, over = (np.array(column) for column in zip(*rows, strict=True))
    curve = incidence(risk_set(entry, exit, np.where(over, PLACED, UNFINISHED)))
    share, ends, left = 1.0, np.inf, 0.0
    for day in np.arange(entry.min(), 61 * 14 + 1, 3.5):
        there = (entry <= day) & (day <= exit)
        later = (entry > day).any() or (exit > day).any()
        if not there.any():
            ends, left = np.nextafter(exit[entry < day].max(), np.inf), share
            break
        gone = (over & (exit == day)).sum() / there.sum()
        if gone == 1:
            if later:
                ends, left = day, share / there.sum()
            break
        share *= 1 - gone
    assert curve.ends == ends
    assert curve.left == pytest.approx(left)


def test_who_gave_up_was_not_placed():
    found = read(waits((7, PLACED), (14, GAVE_UP)))
    assert found["mean_104_weeks"] == pytest.approx(1.5)
    assert found["placed_within_52_weeks"] == pytest.approx(0.5)
    assert found["p90"] == np.inf


def test_who_waited_at_the_start_joins_at_the_wait_reached_by_then():
    # Seen from day 70 only: says nothing about the first 70 days, in which one of two is placed.
    found = read(waits((7, PLACED), (100, PLACED), (140, PLACED, 70)))
    assert found["median"] == 1
    # After day 7 a half waits; on day 100 one of the two who are then seen is placed.
    assert found["placed_within_26_weeks"] == 1
    assert found["mean_104_weeks"] == pytest.approx((7 + 0.5 * 93 + 0.25 * 40) / 7)


def test_where_a_curve_comes_to_0_before_others_are_seen_there_is_no_number_from_there_on():
    found = read(waits((7, PLACED), (200, PLACED), (300, UNFINISHED, 250)))
    # From day 200 on: nobody is left who was seen from the start, and one more waits.
    assert found["placed_within_26_weeks"] == pytest.approx(0.5)
    assert found["median"] == 1
    for name in ("mean_104_weeks", "placed_within_52_weeks", "p90"):
        assert np.isnan(found[name]), name


def test_what_is_not_known_of_hardly_anyone_moves_no_number():
    late = (700, UNFINISHED, 690)
    few = [(7, PLACED)] * 199 + [(350, PLACED)]  # 1 of 200 is left when the curve comes to 0
    found = read(waits(*few, late))
    assert found["placed_within_52_weeks"] == 1
    assert found["mean_104_weeks"] == pytest.approx((199 * 1 + 50) / 200)
    more = [(7, PLACED)] * 39 + [(350, PLACED)]  # 1 of 40
    found = read(waits(*more, late))
    assert found["placed_within_26_weeks"] == pytest.approx(39 / 40)
    assert np.isnan(found["placed_within_52_weeks"])
    assert np.isnan(found["mean_104_weeks"])  # between 2.2 and 3.6 weeks
    assert found["p90"] == 1


@pytest.mark.parametrize("apart", [0.0, 1e-6])
@pytest.mark.parametrize(("newcomers", "known"), [(1_000, True), (20, False), (1, False)])
def test_who_end_in_one_instant_leave_as_much_unknown_as_who_end_one_by_one(
    newcomers, known, apart
):
    shown = [(7 + apart * i, PLACED) for i in range(newcomers)]
    found = read(waits(*shown, (30, PLACED, 30)))
    assert np.isfinite(found["placed_within_52_weeks"]) == known


def test_one_who_is_served_at_once_says_nothing_of_those_who_wait_already():
    still = [(1_030, UNFINISHED, 300)] * 20
    found = read(waits((0, PLACED), *still))
    assert all(np.isnan(value) for value in found.values())


def test_who_waits_for_another_variant_or_holds_another_place_has_a_curve_of_its_own():
    still = [(1_030, UNFINISHED, 300)] * 20
    for other in ({"variant": 1, "level": 1}, {"held": 3}):
        found = read(both(waits((0, PLACED)), waits(*still, **other)))
        assert found["placed_within_52_weeks"] == pytest.approx(1 / 21)
        assert found["mean_104_weeks"] == pytest.approx(20 / 21 * 104)
        assert found["median"] == np.inf


def test_a_new_wait_is_weighed_and_not_who_waits_longest():
    """As many ask for either; of the long wait a hundred times as many are found on day 0."""
    short = waits(*[(7, PLACED)] * 10, (7, PLACED, 3), variant=0)
    days = np.linspace(1, 699, 1_000)
    long = waits(*[(700, PLACED)] * 10, *[(700, PLACED, day) for day in days], variant=1, level=1)
    assert read(both(short, long))["mean_104_weeks"] == pytest.approx((1 + 100) / 2)


def test_an_award_in_another_order_changes_no_wait():
    new, old = [(40, PLACED), (90, GAVE_UP), (300, PLACED)], [(100, PLACED, 50), (400, PLACED, 80)]
    one, other = (read(both(waits(*new, variant=v), waits(*old, variant=0))) for v in (0, 1))
    assert one == pytest.approx(other, nan_ok=True)


def test_curves_are_mixed_by_persons():
    short = [(7 * i, PLACED) for i in range(1, 11)]
    long = [(70 + 7 * i, PLACED) for i in range(1, 31)]
    found = read(both(waits(*short), waits(*long, variant=1)))
    # With nobody seen late, the mixture is the plain distribution of all.
    assert found["mean_104_weeks"] == pytest.approx(np.mean([one / 7 for one, _ in short + long]))
    assert found["median"] == 20
    assert found["p90"] == 36
    assert found["placed_within_13_weeks"] == pytest.approx(13 / 40)


@settings(max_examples=150)
@given(
    people=st.integers(1, 30), waited=st.integers(301, 700), more=st.integers(1, 500),
    newcomers=st.lists(st.integers(0, 300), max_size=6),
)  # fmt: skip
def test_n_people_who_have_waited_m_days_beside_newcomers(people, waited, more, newcomers):
    """Late entry: what is known of the first days comes from newcomers alone."""
    old = [(waited + more, UNFINISHED, waited)] * people
    new = [(days, PLACED) for days in newcomers]
    found = read(waits(*new, *old))
    last = waited + more
    for weeks in (13, 26, 52):
        share = found[f"placed_within_{weeks}_weeks"]
        if not newcomers and last < 7 * weeks:
            assert np.isnan(share), "nobody was followed for so long"
        elif not newcomers:
            assert share == 0  # nobody was seen in the first days
        elif 7 * weeks >= max(newcomers):
            assert np.isnan(share), "nobody is left of those who were seen from the start"
        else:
            placed = np.mean([days <= 7 * weeks for days in newcomers])
            assert share == pytest.approx(placed)
    apart = read(both(waits(*new), waits(*old, variant=1, level=1)))
    total = people + len(newcomers)
    for weeks in (13, 26, 52):
        placed = sum(days <= 7 * weeks for days in newcomers) / total
        expected = placed if last >= 7 * weeks else np.nan
        assert apart[f"placed_within_{weeks}_weeks"] == pytest.approx(expected, nan_ok=True)
    mean = (sum(newcomers) + people * 728) / 7 / total
    known = people / total * (728 - last) / 7 <= 0.5
    assert apart["mean_104_weeks"] == pytest.approx(mean if known else np.nan, nan_ok=True)


def test_replications_are_pooled_before_a_curve_is_read():
    apart = read(waits((7, PLACED)), waits((21, PLACED), (21, PLACED), (21, PLACED)))
    assert apart["mean_104_weeks"] == pytest.approx((1 + 3 * 3) / 4)


def test_a_replication_drawn_twice_counts_twice():
    found = read(waits((7, PLACED)), waits((21, PLACED)), weights=[3, 1])
    assert found["mean_104_weeks"] == pytest.approx((3 * 1 + 3) / 4)


def test_waits_that_tables_do_not_count_are_left_out():
    one = waits((7, PLACED))
    other = waits((70, PLACED), counts=False)
    assert read(one, other)["mean_104_weeks"] == 1


def test_where_nobody_waited_there_is_no_wait_to_speak_of():
    found = read(waits(), waits())
    assert all(np.isnan(value) for value in found.values())


# ---------------------------------------------------------------- rounding
def test_short_waits_are_not_rounded_to_days():
    days = np.random.default_rng(1).exponential(0.36, 20_000)
    found = read(waits(*[(one, PLACED) for one in days]))
    assert found["mean_104_weeks"] * 7 == pytest.approx(days.mean(), rel=1e-3)
    assert found["median"] * 7 == pytest.approx(np.median(days), rel=0.01)


def test_few_waits_are_not_rounded_at_all():
    days = np.random.default_rng(2).exponential(100, 500)
    found = read(waits(*[(one, PLACED) for one in days]))
    assert found["mean_104_weeks"] * 7 == pytest.approx(np.minimum(days, 728).mean(), rel=1e-12)
    assert found["median"] * 7 == np.sort(days)[249]


@given(days=st.floats(0, 5_000))
def test_a_wait_is_rounded_by_less_than_half_a_step(days):
    (found,) = rounded(np.array([days]))
    assert abs(found - days) <= min(max(days / 128, 2**-11), 0.5) * (1 + 1e-9)


@given(days=st.floats(0, 800), weeks=st.sampled_from([13, 26, 52, 104]))
def test_rounding_takes_nobody_over_a_number_of_weeks(days, weeks):
    (found,) = rounded(np.array([days]))
    assert (found <= 7 * weeks) == (days <= 7 * weeks)


def test_waits_of_whole_days_stay_as_they_are():
    assert rounded(np.arange(0.0, 4_000)).tolist() == list(range(4_000))


def test_rounding_is_not_downward_or_upward():
    days = np.random.default_rng(3).uniform(0, 600, 50_000)
    moved = rounded(days) - days
    assert moved.mean() == pytest.approx(0, abs=4 * moved.std() / np.sqrt(len(days)))


def test_many_waits_make_some_thousands_of_steps():
    days = np.random.default_rng(4).uniform(0, 3_650, 60_000)
    assert len(np.unique(rounded(days))) < 8_200


def test_the_curve_of_a_real_run_is_the_mean_of_its_strata_by_persons():
    results = tiny_comparison()
    runs = [one.waits for one in results.runs_of("base")]
    ones = np.ones((1, len(runs)))
    for kind in KINDS:
        whole = statistics([pool(runs, kind)])(ones)[0, 0, 0]
        parts, people = [], []
        cells = {(v, h) for one in runs for v, h in zip(one.variant, one.held, strict=True)}
        for variant, held in cells:
            where = [(one.variant == variant) & (one.held == held) for one in runs]
            mine = pool(runs, kind, where)
            if mine.count:
                parts.append(statistics([mine])(ones)[0, 0, 0])
                people.append(mine.count)
        if people:
            assert whole == pytest.approx(np.average(parts, weights=people), nan_ok=True)
