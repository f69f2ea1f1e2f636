"""A lever as a difference with what is extended: times and add, whatever the base says."""

from __future__ import annotations

import pytest

from flowsim.errors import ScenarioError
from flowsim.report.resolved import resolved
from flowsim.scenario import load

BASE = """
[scenario]
years = 5

[areas]
north = { alpha = 60000, beta = 30000 }

[[level]]
name = "light"
hours_per_week = 1

[[level]]
name = "heavy"
hours_per_week = 8
recovery_days = { value = { lognormal = 900, cv = 1 }, range = [600, 1200], confidence = "D" }

[[demand]]
profile = "people"
per_year = { value = 40, range = [30, 50], confidence = "D" }
level_mix = { light = 0.2, heavy = 0.8 }
accepts_elsewhere = { municipality = 1 }

[[variant]]
name = "house"
scale = "municipality"
places = { value = { alpha = 40, beta = 20 }, range = { alpha = [30, 50], beta = [15, 25] } }
patience_days = { uniform = [100, 300] }
team = "carers"

[[team]]
name = "carers"
fte = 26
client_hours = 24

[[dwellings]]
name = "contingent"
per_year = 24

[leaving]
ready_at = "light"
dwellings = "contingent"
"""


@pytest.fixture
def files(tmp_path):
    """Write files that extend one another, the first one the base; return the last."""

    def write(*texts: str):
        (tmp_path / "base.toml").write_text(BASE, "utf-8")
        name = "base.toml"
        for number, text in enumerate(texts):
            above, name = name, f"option_{number}.toml"
            (tmp_path / name).write_text(f'extends = "{above}"\n{text}', "utf-8")
        return tmp_path / name

    return write


def said(scenario, path):
    return next(one for one in resolved(scenario) if one.path == path)


def contingent(text):
    return f'[[dwellings]]\nname = "contingent"\nper_year = {text}\n'


def house(text):
    return f'[[variant]]\nname = "house"\n{text}\n'


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (["{ times = 1.25 }"], 30.0),
        (["{ add = -6 }"], 18.0),
        (["{ times = 1.5, add = -6 }"], 30.0),
        (["{ times = 2 }", "{ times = 1.5 }"], 72.0),
        (["{ add = 6 }", "{ add = -2 }"], 28.0),
        (["{ add = 6 }", "{ times = 2 }"], 54.0),  # 24 x 2 + 6: all times before all add
        (["{ add = 6 }", "{ times = 2, add = 1 }", "{ times = 0.5 }"], 31.0),
        (["30", "{ times = 2 }"], 60.0),
        (["{ add = 6 }", "30", "{ times = 2 }"], 60.0),
        (['{ value = { times = 1.25 }, range = [20, 40], confidence = "D" }'], 30.0),
    ],
)
def test_all_times_count_before_all_add_from_the_last_number_on(files, texts, value):
    scenario = load(files(*map(contingent, texts)))
    assert scenario.dwellings[0].per_year.total == value


@pytest.mark.parametrize(
    ("text", "path", "written"),
    [
        (house("places = { times = 0.5 }"), "variant.house.places", "{ alpha = 20, beta = 10 }"),
        (house("places = { beta = { add = 5 } }"), "variant.house.places",
         "{ alpha = 40, beta = 25 }"),
        (house("places = { alpha = 3, beta = { add = 5 } }"), "variant.house.places",
         "{ alpha = 3, beta = 25 }"),
        (house("patience_days = { times = 2 }"), "variant.house.patience_days",
         "{ uniform = [200, 600] }"),
        (house("patience_days = { add = 5 }"), "variant.house.patience_days",
         "{ uniform = [105, 305] }"),
        ('[[level]]\nname = "heavy"\nrecovery_days = { times = 0.8 }', "level.heavy.recovery_days",
         "{ lognormal = 720, cv = 1 }"),
        ('[[team]]\nname = "carers"\nclient_hours = { times = 1.05 }', "team.carers.client_hours",
         "25.2"),
        ("[leaving]\nready_at = \"light\"", "leaving.ready_at", '"light"'),
    ],
)  # fmt: skip
def test_of_a_table_every_number_changes_and_of_a_duration_its_length(files, text, path, written):
    assert said(load(files(text)), path).written == written


@pytest.mark.parametrize("order", [0, 1])
def test_all_times_of_a_table_count_before_what_is_added_to_a_part_of_it(files, order):
    texts = [house("places = { alpha = { add = 5 } }"), house("places = { times = 2 }")]
    option = load(files(*(texts[::-1] if order else texts)))
    assert said(option, "variant.house.places").written == "{ alpha = 85, beta = 40 }"
    assert said(option, "variant.house.places").difference == "x 2, alpha + 5"


@pytest.mark.parametrize("text", [contingent("30"), ""])
def test_what_stands_as_it_is_shows_no_difference_of_before(files, text):
    file = files(contingent("{ times = 2 }"), text) if text else files(contingent("{ times = 2 }"))
    option = load(file) if text else load(file, ["dwellings.contingent.per_year=30"])
    assert said(option, "dwellings.contingent.per_year").written == "30"
    assert said(option, "dwellings.contingent.per_year").difference == ""


def test_show_says_what_was_done(files):
    twice = load(files(contingent("{ add = 6 }"), contingent("{ times = 2, add = 1 }")))
    assert said(twice, "dwellings.contingent.per_year").difference == "x 2 + 7"
    more = load(files(contingent("{ times = 1.25, add = -2 }")))
    assert said(more, "dwellings.contingent.per_year").difference == "x 1.25 - 2"
    assert said(more, "team.carers.fte").difference == ""


@pytest.mark.parametrize(
    ("text", "path", "found"),
    [
        (house("places = { add = 5 }"), "variant.house.places", "something added to a table"),
        (house("turnover_days = { times = 2 }"), "variant.house.turnover_days",
         "a difference with nothing"),
        ("[leaving]\nready_at = { times = 2 }", "leaving.ready_at", "a difference with nothing"),
        (house("places = { gamma = { add = 5 } }"), "variant.house.places.gamma",
         "a difference with nothing"),
        ('[[variant]]\nname = "barn"\nplaces = { times = 2 }', "variant.barn.places",
         "a difference with nothing"),
    ],
)  # fmt: skip
def test_a_difference_without_a_number_to_change_is_one_problem(files, text, path, found):
    with pytest.raises(ScenarioError) as error:
        load(files(text))
    told = [one for one in error.value.problems if one.path == path]
    assert [one.found for one in told] == [found]


def test_a_base_has_nothing_to_differ_from(tmp_path):
    (tmp_path / "base.toml").write_text(BASE.replace("fte = 26", "fte = { times = 2 }"), "utf-8")
    with pytest.raises(ScenarioError, match="a difference with nothing"):
        load(tmp_path / "base.toml")


def test_what_is_no_longer_whole_is_refused(files):
    with pytest.raises(ScenarioError, match="whole number"):
        load(files(house("places = { times = 0.33 }")))


# ---------------------------------------------------------------- guesses
def test_a_guess_changes_the_base_and_what_extends_it_by_as_much(files):
    file = files(contingent("30"))
    for guess, base, more in [("24", 24, 30), ("32", 32, 40), ("12", 12, 15)]:
        scenario = load(file, guess=[f"dwellings.contingent.per_year={guess}"])
        assert scenario.dwellings[0].per_year.total == pytest.approx(more)
        assert scenario.base.dwellings[0].per_year.total == pytest.approx(base)
        by_set = load(file, [f"dwellings.contingent.per_year={guess}"])
        assert by_set.base.dwellings[0].per_year.total == 24
        assert by_set.dwellings[0].per_year.total == base


def test_a_guess_of_the_base_is_a_base(files):
    file = files()
    guess = "demand.people.per_year=45"
    scenario = load(file, guess=[guess])
    assert not scenario.extends
    assert scenario.base is scenario
    assert said(scenario, "demand.people.per_year").origin == "--guess demand.people.per_year"
    assert load(file, [guess]).extends


def test_places_follow_by_what_they_add_and_rates_by_their_ratio(files):
    option = load(
        files(house("places = { alpha = 30, beta = 20 }")),
        guess=["variant.house.places.alpha=44", "demand.people.per_year=45"],
    )
    assert said(option, "variant.house.places").written == "{ alpha = 34, beta = 20 }"
    assert said(option.base, "variant.house.places").written == "{ alpha = 44, beta = 20 }"


def test_shares_go_on_adding_up(files):
    text = '[[demand]]\nprofile = "people"\nlevel_mix = { light = 0.5, heavy = 0.5 }'
    option = load(files(text), guess=["demand.people.level_mix={ light = 0.4, heavy = 0.6 }"])
    found = option.demand[0].level_mix
    assert sum(found.values()) == pytest.approx(1, abs=1e-9)
    # 0.5 x 0.4 / 0.2 against 0.5 x 0.6 / 0.8
    assert found["light"] == pytest.approx(1 / (1 + 0.375), abs=1e-9)


def test_a_dated_change_follows_too(files):
    set_then = 'set = { "dwellings.contingent.per_year" = 30 }'
    text = f'[[change]]\ndate = 2027-01-01\nreason = "more"\n{set_then}'
    option = load(files(text), guess=["dwellings.contingent.per_year=32"])
    (_, first), (_, later) = option.phases
    assert first.dwellings[0].per_year.total == 32
    assert later.dwellings[0].per_year.total == pytest.approx(40)


def test_a_difference_is_with_the_guess(files):
    option = load(
        files(contingent("{ add = 6 }"), contingent("{ times = 2 }")),
        guess=["dwellings.contingent.per_year=30"],
    )
    assert option.dwellings[0].per_year.total == 66


def test_a_guess_beyond_its_range_is_read_all_the_same(files):
    for path, value in [
        ("demand.people.per_year", "90"),
        ("level.heavy.recovery_days.lognormal", "2000"),
        ("variant.house.places.alpha", "60"),
    ]:
        load(files(contingent("30")), guess=[f"{path}={value}"])


@pytest.mark.parametrize(
    ("guess", "found"),
    [
        ("nothing", "no path=value"),
        ("demand.people.per_yaer=3", "unknown key"),
        ("variant.barn.places=3", "no variant 'barn'"),
        ("demand.people.per_year=-3", "-3"),
        ("scenario.seed=3", "how it is run is no guess"),
    ],
)
def test_a_guess_that_is_none_is_said_as_of_set(files, guess, found):
    with pytest.raises(ScenarioError, match=found) as error:
        load(files(contingent("30")), guess=[guess])
    assert str(error.value).startswith("--guess")


def test_it_is_read_back_from_its_text(files):
    from flowsim.experiment.keys import Keys
    from flowsim.scenario.again import again, text_of

    option = load(files(contingent("30")), guess=["dwellings.contingent.per_year=32"])
    back = again(text_of(option))
    keys = Keys([option]).of(option, 0), Keys([back]).of(back, 0)
    assert keys[0].sha256 == keys[1].sha256
    plain = load(files(contingent("40")))
    assert Keys([plain]).of(plain, 0).sha256 != keys[0].sha256  # its base is another
