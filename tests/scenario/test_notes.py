"""What the reader of results must know of a scenario: said where it is so, and nowhere else."""

import tomllib
from pathlib import Path

import pytest

from flowsim.scenario import load, parse
from flowsim.scenario.notes import notes
from tests.scenario.tiny import TINY, changed

DRENTHE = Path(__file__).parents[2] / "scenarios" / "drenthe"
SHIPPED = [path for path in sorted(DRENTHE.glob("*.toml")) if path.name != "sources.toml"]


def said(scenario, *about):
    return [str(note) for note in notes(scenario) if note.path.startswith(about or "")]


def dated(*lines):
    """Return notes on a scenario of 2026 and two years of follow-up, with one dated change."""
    values = 'reason = "less"\nset = { "variant.house.places" = 2 }'
    change = "\n".join(("[[change]]", *lines, values))
    return said(parse(tomllib.loads(changed(change)), "s"), "change")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_nothing_has_to_be_said_of_a_shipped_scenario(path):
    assert said(load(path)) == []


@pytest.mark.parametrize(
    ("lines", "note"),
    [
        (["date = 2026-12-31"], None),
        (["date = 2027-01-01"], "change.1.date: 1 January 2027 is after the window, which ends on "
         "1 January 2027; only waits that end after it change"),
        (["date = 2028-12-30"], "change.1.date: 30 December 2028 is after the window, which ends "
         "on 1 January 2027; only waits that end after it change"),
        (["date = 2028-12-31"], "change.1.date: 31 December 2028 is after the end of the run, "
         "31 December 2028 (window to 1 January 2027); nothing changes"),
        (["date = 2026-06-01", "until = 2026-12-31"], None),
        (["date = 2026-06-01", "until = 2027-01-01"], "change.1.until: 1 January 2027 is after the "
         "window, which ends on 1 January 2027; the ramp is seen in part"),
    ],
)  # fmt: skip
def test_a_change_that_the_window_does_not_see_is_told(lines, note):
    assert dated(*lines) == ([] if note is None else [f"s.toml: {note}"])


def test_a_change_is_told_with_the_file_that_wrote_it(tmp_path):
    (tmp_path / "base.toml").write_text(TINY, "utf-8")
    (tmp_path / "more.toml").write_text(
        'extends = "base.toml"\n[[change]]\ndate = 2050-01-01\nreason = "r"\n'
        'set = { "variant.house.places" = 2 }\n',
        "utf-8",
    )
    (note,) = said(load(tmp_path / "more.toml"), "change")
    assert note.startswith(f"{tmp_path}/more.toml: change.1.date: ")


def test_a_seed_of_its_own_is_told_where_it_does_not_hold(tmp_path):
    (tmp_path / "base.toml").write_text(TINY, "utf-8")
    other = tmp_path / "other.toml"
    other.write_text('extends = "base.toml"\n[scenario]\nseed = 5\nreplications = 30\n', "utf-8")
    assert said(load(other), "scenario") == [
        f"{other}: scenario.seed: 5, and 20260101 in 'base'; a comparison uses that of its base"
    ]
    assert said(load(other, ["scenario.seed=7"]), "scenario") == []
    assert said(load(tmp_path / "base.toml"), "scenario") == []


def test_a_file_without_evidence_is_told_once_for_all_that_extend_it(tmp_path):
    (tmp_path / "base.toml").write_text(TINY, "utf-8")
    other = tmp_path / "other.toml"
    other.write_text('extends = "base.toml"\n', "utf-8")
    base, extending = (said(load(path)) for path in (tmp_path / "base.toml", other))
    assert base == extending
    assert base[0].startswith(f"{tmp_path}/base.toml: no number says how we know it; ")
    evidence = changed("places = 3 -> places = { value = 3, confidence = 'D' }")
    assert not any("how we know" in note for note in said(parse(tomllib.loads(evidence))))


def test_what_is_off_is_named_and_what_is_on_is_not():
    (note,) = [one for one in said(parse(tomllib.loads(TINY))) if "off" in one]
    for key in ("patience_days", "exits_per_year", "relapse", "turnover_days", "contract"):
        assert f"{key} (" in note
    for key in ("desk", "team", "dwellings"):
        assert f"{key} (" not in note
