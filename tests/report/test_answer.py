"""The sentences: what they say is in the results, and only where the rules allow it."""

import math
import re
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flowsim
from flowsim.experiment.estimates.estimate import Direction, Verdict
from flowsim.report.amounts import weeks
from flowsim.report.answer import answer
from flowsim.report.cells import parts_of, since_of
from flowsim.report.wording import MINUS, wording
from tests.experiment.tiny_worlds import tiny

NL, EN = wording("nl"), wording("en")
WAIT = ("wait", "placement", "mean_104_weeks")
COST = ("cost", "", "mean")
UNITS = {"wait": "weeks", "late_decisions": "share", "cost": "EUR a year",
         "gave_up": "persons a year", "waiting": "persons"}  # fmt: skip


def cell(about, value, ends=(math.nan, math.nan), difference=None, **more):
    """A row of the summary; ``difference``: value, low, high and verdict."""
    measure, detail, statistic = about
    d, low, high, verdict = difference or (math.nan, math.nan, math.nan, Verdict.BASE)
    signed = verdict in (Verdict.SLIGHT, Verdict.LIKELY, Verdict.CLEAR)
    up = Direction.HIGHER if d > 0 else Direction.LOWER
    unit = "share" if statistic.startswith("placed") else UNITS[measure]
    return {
        "scenario": "o" if difference else "base", "measure": measure, "detail": detail,
        "statistic": statistic, "unit": unit, "value": value, "low": ends[0], "high": ends[1],
        "difference": d, "difference_low": low, "difference_high": high, "replications": 30,
        "verdict": str(verdict), "direction": str(up) if signed else "",
        "difference_differs_in": math.nan, "differs_in": math.nan, "matters": 1.0,
        "p_holm": 0.2 if verdict == Verdict.LIKELY else 0.01,
    } | more  # fmt: skip


def said(base, *others, say=NL):
    """The sentences on a base and one other scenario."""
    cells = {}
    for one in (base, *others):
        at = one["scenario"], one["measure"], one["detail"], one["statistic"]
        cells[at] = one
    titles = {"base": "Nu", "o": "Meer woningen"}
    return list(answer(["base", "o"], cells, titles, say))


def change(d, low, high, verdict, *others, say=NL):
    """The sentence on what another scenario changes in the wait."""
    base = cell(WAIT, 26.5, (25.2, 27.9))
    other = cell(WAIT, 26.5 + d, (20, 30), (d, low, high, verdict))
    return said(base, other, *others, say=say)[1]


def test_the_base_is_said_with_its_interval():
    (first,) = said(cell(WAIT, 26.3, (25.2, 27.9)))
    assert first == "Bij ‘Nu’ wachten mensen gemiddeld 26 weken op een eerste plek (25 tot 28)."


@pytest.mark.parametrize(
    ("difference", "sentence"),
    [
        ((-8.5, -9.9, -7.05, Verdict.CLEAR),
         "wachten mensen gemiddeld bijna 9 weken korter op een eerste plek (7 tot 10)."),
        ((8.3, 7.05, 9.9, Verdict.CLEAR),
         "wachten mensen gemiddeld ruim 8 weken langer op een eerste plek (7 tot 10)."),
        ((1.6, 0.3, 2.9, Verdict.LIKELY),
         "wachten mensen waarschijnlijk gemiddeld bijna 2 weken langer op een eerste plek (0,3 tot "
         "2,9)."),
        ((-0.6, -0.9, -0.31, Verdict.SLIGHT),
         "wachten mensen gemiddeld iets korter op een eerste plek (0,3 tot 0,9 weken)."),
        ((0.1, -0.3, 0.5, Verdict.SAME),
         "wachten mensen gemiddeld vrijwel even lang op een eerste plek: het verschil is minder "
         "dan 1 week."),
        ((-0.5, -1.1, 0.2, Verdict.CLOSE),
         "is niet te zeggen of mensen gemiddeld langer of korter wachten op een eerste plek "
         "(tussen 1,1 weken korter en 0,2 langer)."),
        ((0.0, 0.0, 0.0, Verdict.EXACT),
         "wachten mensen gemiddeld precies even lang op een eerste plek."),
        ((-1.5, math.nan, math.nan, Verdict.NONE),
         "wachten mensen gemiddeld 25 weken op een eerste plek (20 tot 30)."),
    ],
)  # fmt: skip
def test_each_verdict_has_a_sentence(difference, sentence):
    text = change(*difference)
    assert text == "Bij ‘Meer woningen’ " + sentence


def test_nobody_waits_is_a_result_but_not_beside_people_on_the_list():
    listed = ("waiting", "placement", "mean")
    (text,) = said(cell(WAIT, 0.0, (0.0, 0.0)), cell(listed, 0.0))
    assert text == "Bij ‘Nu’ wacht niemand op een eerste plek."
    (text,) = said(cell(WAIT, 0.0, (0.0, 0.0)), cell(listed, 20.0))
    assert "niemand" not in text


def test_where_the_wait_is_not_known_the_list_is_said():
    listed = ("waiting", "placement", "mean")
    unknown = cell(WAIT, math.nan, difference=(math.nan,) * 3 + (Verdict.NONE,))
    fewer = cell(listed, 13.0, difference=(-10.4, -13.3, -7.5, Verdict.CLEAR))
    first, second = said(cell(WAIT, 18.3), cell(listed, 23.2), unknown, fewer)
    assert first == "Bij ‘Nu’ wachten mensen gemiddeld 18 weken op een eerste plek."
    assert (
        second == "Bij ‘Meer woningen’ wachten gemiddeld 10 mensen minder op een plek (7 tot 14)."
    )
    assert said(cell(WAIT, math.nan)) == []


def test_nobody_waits_is_said_of_every_scenario():
    same = cell(WAIT, 0.0, difference=(0.0, 0.0, 0.0, Verdict.EXACT))
    assert said(cell(WAIT, 0.0), same)[1] == "Bij ‘Meer woningen’ wacht niemand op een eerste plek."


def test_shorter_is_not_said_alone_where_more_give_up():
    gave_up = ("gave_up", "", "mean")
    more = cell(gave_up, 9.0, difference=(3.24, 2.0, 4.0, Verdict.CLEAR))
    text = change(-8.5, -9.9, -7.05, Verdict.CLEAR, more)
    assert text.endswith("(7 tot 10); maar per jaar haken gemiddeld 3,2 mensen meer af.")
    fewer = cell(gave_up, 2.0, difference=(-3.2, -4.0, -2.0, Verdict.CLEAR))
    unsure = cell(gave_up, 9.0, difference=(3.2, -1.0, 7.0, Verdict.CLOSE))
    for other in (fewer, unsure):
        assert "maar" not in change(-8.5, -9.9, -7.05, Verdict.CLEAR, other)
    assert "maar" not in change(8.5, 7.05, 9.9, Verdict.CLEAR, more)


def test_shorter_is_not_said_alone_where_fewer_have_a_place_within_a_year():
    about = ("wait", "placement", "placed_within_52_weeks")
    placed = cell(about, 0.5, difference=(-0.09, -0.1, -0.08, Verdict.LIKELY))
    text = change(-8.5, -9.9, -7.05, Verdict.CLEAR, placed)
    assert (
        "maar van de 100 mensen hebben er waarschijnlijk 9 minder binnen een jaar een plek" in text
    )


def test_one_group_that_gains_and_one_that_loses_are_both_said():
    own, provider = (("wait", f"placement_{t}", "mean_104_weeks") for t in ("own", "provider"))
    gains = cell(own, 5.0, difference=(-4.3, -5.0, -3.0, Verdict.CLEAR))
    loses = cell(provider, 30.0, difference=(6.0, 5.0, 7.0, Verdict.CLEAR))
    text = change(0.1, -0.3, 0.5, Verdict.SAME, gains, loses)
    assert text.endswith(
        "Wie een eigen woning kreeg toegekend, wacht gemiddeld ruim 4 weken korter; wie een plek "
        "bij een aanbieder kreeg toegekend, wacht gemiddeld 6 weken langer."
    )
    unsure = loses | {"verdict": str(Verdict.LIKELY)}
    assert "toegekend" not in change(0.1, -0.3, 0.5, Verdict.SAME, gains, unsure)


LATE = ("late_decisions", "", "share")


@pytest.mark.parametrize(
    ("share", "sentence"),
    [(0.12, " Van de 100 besluiten komen er gemiddeld 12 na de Wmo-termijn (9 tot 15)."),
     (0.02, " Van de 100 besluiten komen er gemiddeld 2 na de Wmo-termijn (9 tot 15)."),
     (0.019, ""), (math.nan, "")],
)  # fmt: skip
def test_late_decisions_are_said_where_they_matter(share, sentence):
    (text,) = said(cell(WAIT, 26.3, (25.2, 27.9)), cell(LATE, share, (0.09, 0.15)))
    assert (
        text
        == f"Bij ‘Nu’ wachten mensen gemiddeld 26 weken op een eerste plek (25 tot 28).{sentence}"
    )


@pytest.mark.parametrize(
    ("difference", "sentence"),
    [((0.06, 0.04, 0.08, Verdict.CLEAR), "er gemiddeld 6 meer na de Wmo-termijn (4 tot 8)."),
     ((-0.06, -0.08, -0.04, Verdict.LIKELY),
      "er waarschijnlijk gemiddeld 6 minder na de Wmo-termijn (4 tot 8)."),
     ((0.01, 0.005, 0.015, Verdict.SLIGHT), ""), ((0.03, -0.01, 0.07, Verdict.CLOSE), ""),
     ((0.0, 0.0, 0.0, Verdict.EXACT), ""), ((0.0, -0.01, 0.01, Verdict.SAME), "")],
)  # fmt: skip
def test_decisions_that_come_late_by_another_scenario_are_said_where_that_is_sure(
    difference, sentence
):
    late = cell(LATE, 0.2, difference=difference)
    text = change(0.1, -0.3, 0.5, Verdict.SAME, late)
    assert ("besluiten" in text) == bool(sentence)
    assert text.endswith(f"besluiten komen {sentence}" if sentence else "dan 1 week.")
    untold = cell(LATE, 0.2, (0.1, 0.3), (math.nan,) * 3 + (Verdict.NONE,))
    level = change(-1.5, math.nan, math.nan, Verdict.NONE, untold)
    assert level.endswith(
        "Van de 100 besluiten komen er gemiddeld 20 na de Wmo-termijn (10 tot 30)."
    )


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (0.02, "minder dan een dag", "less than a day"),
        (0.4, "0,4 weken", "0.4 weeks"),
        (0.97, "1 week", "1 week"),
        (1.0, "1 week", "1 week"),
        (1.3, "ruim 1 week", "just over 1 week"),
        (1.6, "bijna 2 weken", "nearly 2 weeks"),
        (8.19, "8 weken", "8 weeks"),
        (8.2, "ruim 8 weken", "just over 8 weeks"),
        (8.5, "bijna 9 weken", "nearly 9 weeks"),
        (8.81, "9 weken", "9 weeks"),
    ],
)
def test_whole_weeks_get_a_word_for_what_is_left(value, dutch, english):
    assert (weeks(value, NL), weeks(value, EN)) == (dutch, english)


# ---------------------------------------------------------------- laws
differences = st.tuples(
    st.floats(-40, 40), st.floats(0.05, 10), st.floats(0.05, 10),
    st.sampled_from(sorted(set(Verdict) - {Verdict.BASE, Verdict.NONE})),
)  # fmt: skip


def lawful(d, below, above, verdict):
    """Make a difference that its verdict fits."""
    if verdict == Verdict.EXACT:
        return 0.0, 0.0, 0.0, verdict
    if verdict == Verdict.SAME:
        return d / 50, -0.9, 0.9, verdict
    if verdict == Verdict.CLOSE:
        return d / 10, min(d / 10, 0) - below - 0.01, max(d / 10, 0) + above + 1.01, verdict
    size = (0.2 + abs(d) / 60) if verdict == Verdict.SLIGHT else 1 + abs(d)
    low, high = max(size - below, size / 3), size + above
    sign = -1 if d < 0 else 1
    return sign * size, *sorted((sign * low, sign * high)), verdict


@settings(max_examples=400)
@given(differences.map(lambda one: lawful(*one)), st.sampled_from([NL, EN]))
def test_a_sentence_says_what_the_results_say(one, say):
    d, low, high, verdict = one
    text = change(*one, say=say)
    shorter, longer = (say(word) for word in ("shorter", "longer"))
    assert MINUS not in text
    assert "-" not in text
    assert not re.search(r"\binf|\bnan", text)
    if verdict in (Verdict.SLIGHT, Verdict.LIKELY, Verdict.CLEAR):
        assert (shorter in text) == (d < 0)
        assert (longer in text) == (d > 0)
        ends = numbers(text.split("(")[1], say)
        assert ends[0] <= min(abs(low), abs(high)) + 0.1
        assert ends[1] >= max(abs(low), abs(high)) - 0.1
        amounts = numbers(text.split("(")[0], say)
        if amounts:
            assert abs(amounts[0] - abs(d)) < 1
    elif verdict == Verdict.CLOSE:
        assert shorter in text
        assert longer in text
    else:
        assert shorter not in text
        assert longer not in text
    assert (say("slightly") in text.split()) == (verdict == Verdict.SLIGHT)
    probably = "waarschijnlijk" if say is NL else "probably"
    assert (probably in text) == (verdict == Verdict.LIKELY)


def numbers(text, say):
    found = re.findall(r"\d[\d.,]*", text)
    point = "," if say is NL else "."
    return [float(one.strip(".,").replace(point, ".")) for one in found]


def test_what_is_no_wait_is_said_too():
    base = cell(COST, 31.2e6, (31.0e6, 31.4e6))
    other = cell(COST, 31.9e6, difference=(0.7e6, 0.5e6, 0.9e6, Verdict.CLEAR))
    first, second = said(base, other)
    assert first == "Bij ‘Nu’: kosten gemiddeld 31,20 miljoen euro per jaar (31,00 tot 31,40)."
    assert second == (
        "Bij ‘Meer woningen’: kosten gemiddeld 0,7 miljoen euro per jaar hoger (0,5 tot 0,9)."
    )
    unsure = cell(COST, 31.3e6, difference=(0.1e6, -0.2e6, 0.4e6, Verdict.CLOSE))
    assert said(base, unsure)[1] == (
        "Bij ‘Meer woningen’: kosten, niet te zeggen of dat gemiddeld hoger of lager is (tussen "
        "0,20 miljoen euro per jaar lager en 0,40 hoger)."
    )


def test_an_effect_that_begins_later_is_said_from_then_on():
    base = cell(WAIT, 26.5)
    other = cell(WAIT, 25.0, difference=(-1.5, -3.0, 0.2, Verdict.CLOSE))
    later = cell(WAIT, 23.0, difference=(-4.3, -6.0, -3.0, Verdict.CLEAR)) | {"year": "2028-2035"}
    cells = {(one["scenario"], *WAIT): one for one in (base, other)}
    titles = {"base": "Nu", "o": "Later"}
    for verdict, said_so in ((Verdict.CLEAR, True), (Verdict.CLOSE, False)):
        since = {"o": later | {"verdict": str(verdict)}}
        _, text = answer(["base", "o"], cells, titles, NL, since)
        assert (
            text.endswith(" Vanaf 2028 is het gemiddeld ruim 4 weken korter (3 tot 6).") == said_so
        )


def test_what_is_no_more_than_probable_is_said_so_in_every_sentence():
    slight = (-0.6, -0.9, -0.31, Verdict.SLIGHT)
    base = cell(WAIT, 26.5)
    later = cell(WAIT, 27.5, difference=(1.1, 0.3, 2.9, Verdict.LIKELY)) | {"year": "2028-2035"}
    listed = ("waiting", "placement", "mean")
    for more, said_so in (({"replications": 19}, True), ({"p_holm": 0.05}, True), ({}, False)):
        for about in (WAIT, COST, listed):
            other = cell(about, 25.9, difference=slight) | more
            text = said(cell(about, 26.5), other)[1]
            assert ("waarschijnlijk gemiddeld iets" in text) == said_so
            assert "iets" in text
    cells = {("base", *WAIT): base, ("o", *WAIT): cell(WAIT, 25.9, difference=slight)}
    _, text = answer(["base", "o"], cells, {"base": "Nu", "o": "Later"}, NL, {"o": later})
    assert "Vanaf 2028 is het waarschijnlijk gemiddeld 1 week langer" in text


def test_how_many_wait_is_a_dutch_sentence():
    (text,) = said(cell(("waiting", "placement", "mean"), 1.2, (0.02, 2.55)))
    assert text == "Bij ‘Nu’ wachten gemiddeld 1,2 mensen op een plek (0,02 tot 2,6)."


def test_only_what_begins_later_has_a_number_since_then():
    dated = 'change=[{date=2027-01-01, set={"variant.bw.places"=30}, reason={nl="x"}}]'
    later = tiny("base", "scenario.name=later", dated)
    results = flowsim.compare(tiny(), [later, tiny("more_dwellings")], replications=3)
    found = since_of(results)
    assert list(found) == ["later"]
    assert found["later"]["year"] in ("2027", "2027-2027")
    assert found["later"]["detail"] == "placement"


def test_a_subregion_that_is_hit_most_is_said_once():
    base = cell(WAIT, 26.5)
    other = cell(WAIT, 26.5, difference=(-1.5, -3.0, 0.2, Verdict.CLOSE))
    worse = cell(WAIT, 31.0, difference=(4.6, 3.0, 7.0, Verdict.CLEAR)) | {"area": "zuidwest"}
    better = cell(WAIT, 20.0, difference=(-6.0, -7.0, -5.0, Verdict.CLEAR)) | {"area": "noord"}
    frame = pd.DataFrame([better, worse]).assign(kind="subregion")
    areas = SimpleNamespace(subregions=[("noord", ()), ("zuidwest", ())])
    results = SimpleNamespace(
        keys=("base", "o"), scenarios=[SimpleNamespace(areas=areas)], by_area=frame
    )
    cells = {(one["scenario"], *WAIT): one for one in (base, other)}
    parts = parts_of(results, cells)
    _, text = answer(["base", "o"], cells, {"base": "Nu", "o": "x"}, NL, None, parts)
    assert text.endswith(
        " In deelregio Zuidwest wachten mensen gemiddeld bijna 5 weken langer (3 tot 7)."
    )
    assert "Noord" not in text
    frame["verdict"] = str(Verdict.CLOSE)
    assert parts_of(results, cells) == {}
