"""Files that extend others, and values set on top: what wins, what is said, where it came from."""

import pytest

from flowsim.errors import ScenarioError
from flowsim.scenario import load, parse
from flowsim.scenario.files import MAX_DEPTH
from tests.scenario.tiny import TINY, problems_in, problems_of_file


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "base.toml").write_text(TINY, "utf-8")
    return tmp_path


def child(folder, text, name="child.toml"):
    (folder / name).write_text('extends = "base.toml"\n' + text, "utf-8")
    return folder / name


# ---------------------------------------------------------------- what a file inherits
def test_a_file_holds_what_it_changes_and_inherits_the_rest(folder):
    base = load(folder / "base.toml")
    scenario = load(child(folder, '[[variant]]\nname = "house"\nplaces = 5'))
    assert scenario.variant[0].places.total == 5
    assert scenario.variant[0].team == "carers"
    assert scenario.demand == base.demand


def test_a_section_is_merged_key_by_key(folder):
    scenario = load(child(folder, "[leaving]\nfind_alone_per_year = 0.5"))
    assert scenario.leaving.find_alone_per_year == 0.5
    assert scenario.leaving.ready_at == "light"


def test_a_table_of_numbers_is_replaced_whole(folder):
    scenario = load(child(folder, '[[demand]]\nprofile = "people"\nlevel_mix = { light = 1.0 }'))
    assert scenario.demand[0].level_mix == {"light": 1.0}


def test_a_new_block_is_added_after_the_inherited_ones(folder):
    scenario = load(child(folder, '[[variant]]\nname = "flat"'))
    assert [variant.name for variant in scenario.variant] == ["house", "flat"]


def test_name_title_and_reason_are_not_inherited(folder):
    text = TINY.replace("years = 1", 'years = 1\nname = "b"\ntitle = "Base"\nreason = "Because."')
    (folder / "base.toml").write_text(text, "utf-8")
    about = load(child(folder, "", "more_homes.toml")).scenario
    assert about.name == "more_homes"
    assert about.title == {"nl": "more_homes", "en": "more_homes"}
    assert about.reason == {"nl": "", "en": ""}
    assert about.years == 1


def test_the_nearest_of_a_chain_of_files_wins(folder):
    child(folder, '[[variant]]\nname = "house"\nplaces = 5\nturnover_days = 9', "middle.toml")
    last = folder / "last.toml"
    last.write_text('extends = "middle.toml"\n[[variant]]\nname = "house"\nplaces = 7\n', "utf-8")
    variant = load(last).variant[0]
    assert (variant.places.total, variant.turnover_days, variant.team) == (7, 9, "carers")


def test_the_path_of_the_extended_file_is_seen_from_the_file_itself(folder, monkeypatch):
    (folder / "deep").mkdir()
    deep = folder / "deep" / "child.toml"
    deep.write_text('extends = "../base.toml"\n', "utf-8")
    monkeypatch.chdir("/")
    assert load(deep).variant[0].places.total == 3


# ---------------------------------------------------------------- what is said about it
def test_a_mistake_is_blamed_on_the_file_that_wrote_it(folder):
    broken = TINY.replace("recovery_days = 100", "recovery_days = -1")
    (folder / "base.toml").write_text(broken, "utf-8")
    file = child(folder, '[[variant]]\nname = "house"\nplaces = "five"\n')
    assert [line.split(": ")[:2] for line in problems_of_file(file)] == [
        ["base.toml", "level.heavy.recovery_days"],
        ["child.toml", "variant.house.places"],
    ]


def test_an_unknown_key_in_an_inherited_block_is_blamed_on_the_file_that_wrote_it(folder):
    (said,) = problems_of_file(child(folder, '[[variant]]\nname = "house"\nplaecs = 5'))
    assert said.startswith("child.toml: variant.house.plaecs: unknown key 'plaecs'; ")


def test_a_file_that_extends_itself_is_refused_with_the_ring(folder):
    (folder / "a.toml").write_text('extends = "b.toml"\n', "utf-8")
    (folder / "b.toml").write_text('extends = "a.toml"\n', "utf-8")
    assert problems_of_file(folder / "a.toml") == [
        "b.toml: extends: a.toml -> b.toml -> a.toml; no file extends itself"
    ]


def test_too_long_a_chain_is_refused(folder):
    for depth in range(1, MAX_DEPTH + 1):
        below = f"f{depth - 1}.toml" if depth > 1 else "base.toml"
        (folder / f"f{depth}.toml").write_text(f'extends = "{below}"\n', "utf-8")
    assert problems_of_file(folder / f"f{MAX_DEPTH - 1}.toml") == []
    assert problems_of_file(folder / f"f{MAX_DEPTH}.toml") == [
        f"f1.toml: extends: more than {MAX_DEPTH} files; extend fewer files"
    ]


def test_a_base_that_is_not_there_names_the_nearest_file(folder):
    (folder / "child.toml").write_text('extends = "bse.toml"\n', "utf-8")
    assert problems_of_file(folder / "child.toml") == [
        "child.toml: extends: no file 'bse.toml'; "
        "allowed: base.toml, child.toml; did you mean 'base.toml'?"
    ]


def test_a_base_that_is_no_text_is_refused(folder):
    (folder / "child.toml").write_text("extends = 5\n", "utf-8")
    assert problems_of_file(folder / "child.toml") == [
        "child.toml: extends: 5; the path of one file"
    ]


def test_a_file_that_is_not_there_and_a_folder_are_refused(folder):
    assert problems_of_file(folder / "basee.toml") == [
        "basee.toml: no file 'basee.toml'; allowed: base.toml; did you mean 'base.toml'?"
    ]
    (folder / "empty").mkdir()
    assert problems_of_file(folder / "empty" / "x.toml") == [
        "x.toml: no file 'x.toml'; give the path of a scenario file (.toml)"
    ]
    assert problems_of_file(folder / "empty") == [
        "empty: a folder; give the path of a scenario file (.toml)"
    ]


def test_fewer_places_than_residents_close_as_they_fall_free_when_a_later_file_says_so(folder):
    start = "\n[start]\nlevel_mix = { house = { heavy = 1.0 } }\nresidents"
    (folder / "base.toml").write_text(f"{TINY}{start} = {{ house = 3 }}\n", "utf-8")
    assert problems_of_file(child(folder, '[[variant]]\nname = "house"\nplaces = 2')) == []
    assert problems_of_file(folder / "base.toml", "variant.house.places=2") == []
    (said,) = problems_in(folder, f"{TINY}{start} = {{ house = 4 }}\n")
    assert said.startswith("s.toml: start.residents.house: 4 residents in 3 places; ")


# ---------------------------------------------------------------- --set
def set_on(folder, *settings):
    return load(folder / "base.toml", settings)


def test_set_reaches_blocks_sections_areas_and_the_scenario_itself(folder):
    scenario = set_on(
        folder,
        "variant.house.places=8",
        "leaving.find_alone_per_year=0.25",
        "areas.north.alpha=9000",
        "scenario.start=2030-01-01",
        "placement.order=home_first",
        'variant.house.serves=["light", "heavy"]',
        "level.heavy.recovery_days={ gamma = 50, cv = 2 }",
    )
    assert scenario.variant[0].places.total == 8
    assert scenario.leaving.find_alone_per_year == 0.25
    assert scenario.areas.populations["alpha"] == 9000
    assert scenario.scenario.start.year == 2030
    assert scenario.placement.order == ("home_first",)
    assert scenario.variant[0].serves == ("light", "heavy")
    assert (scenario.level[1].recovery_days.mean, scenario.level[1].recovery_days.cv) == (50, 2)


def test_set_passes_through_evidence_or_replaces_it(folder):
    evidence = '{ value = { gamma = 9, cv = 1 }, source = "x" }'
    text = TINY.replace("recovery_days = 100", f"recovery_days = {evidence}")
    (folder / "base.toml").write_text(text, "utf-8")
    inside = set_on(folder, "level.heavy.recovery_days.value.gamma=12")
    assert inside.level[1].recovery_days.parameters == (12, 1)
    assert inside.provenance.evidence["level.heavy.recovery_days"].source == "x"
    through = set_on(folder, "level.heavy.recovery_days.gamma=12")
    assert through.level[1].recovery_days.parameters == (12, 1)
    whole = set_on(folder, "level.heavy.recovery_days=12")
    assert whole.level[1].recovery_days.mean == 12
    assert "level.heavy.recovery_days" not in whole.provenance.evidence


def test_set_makes_a_section_that_the_file_left_out(folder):
    scenario = set_on(
        folder, "leaving.aftercare.days=100", "leaving.aftercare.level=light", "money.move_eur=5"
    )
    assert scenario.leaving.aftercare.days.mean == 100
    assert scenario.money.move_eur == 5


def test_set_reaches_people_who_wait_by_their_variant(folder):
    text = (
        TINY + '\n[[start.waiting]]\nvariant = "house"\npersons = 2\nlevel_mix = { heavy = 1.0 }\n'
    )
    (folder / "base.toml").write_text(text, "utf-8")
    assert set_on(folder, "start.waiting.house.persons=4").start.waiting[0].persons == 4


def test_the_last_of_two_settings_wins(folder):
    scenario = set_on(folder, "variant.house.places=8", "variant.house.places=9")
    assert scenario.variant[0].places.total == 9


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("variant.house.places", "--set: variant.house.places: no path=value; "
         "write for example variant.bw.places=140"),
        ("variant..places=1", "--set: variant..places=1: no path=value; "
         "write for example variant.bw.places=140"),
        ("variant.hose.places=1", "--set: variant.hose.places: no variant 'hose'; "
         "allowed: house; did you mean 'house'?"),
        ("variant.house=1", "--set: variant.house: a whole block; "
         "add a key: variant.house.key=value"),
        ("desk.access.fte.much.more=1", "--set: desk.access.fte.much.more: "
         "leads to a value, not a table; shorten the path"),
    ],
)  # fmt: skip
def test_a_setting_that_leads_nowhere_is_said_in_exactly_these_words(folder, setting, said):
    assert problems_of_file(folder / "base.toml", setting) == [said]


def test_a_setting_for_an_unknown_section_names_the_nearest(folder):
    (said,) = problems_of_file(folder / "base.toml", "varaint.house.places=1")
    assert said.startswith("--set: varaint.house.places: no 'varaint'; allowed: scenario, ")
    assert said.endswith("; did you mean 'variant'?")


def test_a_wrong_value_is_blamed_on_the_setting(folder):
    (said,) = problems_of_file(folder / "base.toml", "variant.house.turnover_days=soon")
    assert said.startswith("--set: variant.house.turnover_days")
    assert said.endswith(" variant.house.turnover_days: 'soon'; expected a number")


def test_every_wrong_setting_is_said_at_once(folder):
    said = problems_of_file(folder / "base.toml", "variant.x.places=1", "varaint.y=2", "z")
    assert len(said) == 3


def test_a_setting_leaves_the_tables_that_were_given_as_they_were(folder):
    raw = {"a": 1}
    with pytest.raises(ScenarioError):
        parse(raw)
    assert raw == {"a": 1}
    plain = load(folder / "base.toml")
    set_on(folder, "demand.people.level_mix.heavy=0.5", "demand.people.level_mix.light=0.5")
    assert load(folder / "base.toml") == plain


def test_a_base_that_is_wrong_by_itself_can_be_mended_by_the_file_that_extends_it(folder):
    (folder / "base.toml").write_text(TINY.replace("gamma = 6000", "gamma = 0"), "utf-8")
    (said,) = problems_of_file(folder / "base.toml")
    assert said.startswith("base.toml: areas: south.gamma = 0; ")
    assert problems_of_file(child(folder, "[areas]\nnorth = { alpha = 1 }\n")) == []
