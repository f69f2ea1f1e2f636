"""Which number is a guess, a count of today, a lever or a price; and which are one guess."""

import re
import types
from typing import Annotated, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from flowsim.scenario import parse
from flowsim.scenario.model import BLOCK_KEYS, Scenario
from flowsim.scenario.number_kinds import domain_of, drawn, kind_of
from flowsim.scenario.values import EVIDENCE
from tests.scenario.tiny import changed


def evidence_fields(annotation, marks=(), path=()):
    """Yield the path of every field of the language that takes evidence, with `*` for names."""
    if EVIDENCE in marks:
        yield path
        return
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from evidence_fields(args[0], args[1:], path)
    elif origin in (Union, types.UnionType):
        yield from evidence_fields(args[0], (), path)
    elif origin in (dict, tuple) and args:
        yield from evidence_fields(args[1 if origin is dict else 0], (), (*path, "*"))
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for key, info in annotation.model_fields.items():
            yield from evidence_fields(info.annotation, tuple(info.metadata), (*path, key))


FIELDS = [path for path in evidence_fields(Scenario) if path[0] != "change"]
COUNTS = {
    "desk.*.fte", "desk.*.assessors", "variant.*.places", "variant.*.providers.*", "team.*.fte",
    "team.*.hours_per_week", "team.*.on_call_fte", "dwellings.*.stock", "start.residents.*",
    "start.ready_to_leave", "start.ready_to_move.*", "start.ready_since_days",
    "start.waiting.*.persons", "start.waiting.*.since_days", "start.deciding",
    "start.deciding_since_days", "start.aftercare",
}  # fmt: skip
PRICES = {
    "variant.*.contract.eur", "variant.*.contract.housing_eur_per_month", "money.assessment_eur",
    "money.reassessment_eur", "money.move_eur", "money.half_day_eur", "money.half_days_per_week",
    "money.on_call_eur_per_fte_per_year", "money.overhead", "leaving.aftercare.eur_per_hour",
}  # fmt: skip


def test_every_number_about_the_world_has_the_kind_that_stands_here():
    """A new field that counts or costs, and is not marked so where it is declared, fails here."""
    assert len(FIELDS) > 75
    assert {kind_of(path) for path in FIELDS} == {"guess", "count", "price"}
    assert {".".join(path) for path in FIELDS if kind_of(path) == "count"} == COUNTS
    assert {".".join(path) for path in FIELDS if kind_of(path) == "price"} == PRICES
    words = {path: set(re.split(r"[._]", ".".join(path))) for path in FIELDS}
    assert all(kind_of(path) == "price" for path in FIELDS if "eur" in words[path])
    of_today = [path for path in FIELDS if path[0] == "start" and path[-2:][0] != "level_mix"]
    assert {kind_of(path) for path in of_today if path[-1] != "level_mix"} == {"count"}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("areas.north.alpha", "count"),
        ("variant.bw.contract.eur.sheltered", "price"),
        ("start.residents.bw", "count"),
        ("start.level_mix.bw.sheltered", "guess"),
        ("exits_per_year.wlz.bw", "guess"),
        ("demand.clinic.accepts_elsewhere.municipality", "guess"),
        ("leaving.urgency.lead_days", "guess"),
        ("desk.access.handles.share", "lever"),
        ("dwellings.homes.batch", "lever"),
        ("start.burn_in_years", "lever"),
        ("start.split", "lever"),
        ("scenario.years", "lever"),
        ("no.such.thing", "lever"),
    ],
)
def test_a_number_in_a_table_is_of_the_kind_of_its_field(path, kind):
    assert kind_of(path.split(".")) == kind


def test_what_a_dated_change_sets_is_a_lever_that_can_be_what_the_field_can():
    path = ("change", "1", "set", "dwellings.homes.realised")
    assert kind_of(path) == "lever"
    assert domain_of(path) == "share"


@pytest.mark.parametrize(
    ("path", "domain"),
    [
        ("dwellings.homes.realised", "share"),
        ("demand.people.has_tenancy", "share"),
        ("demand.people.has_tenancy.heavy", "share"),
        ("variant.house.accepts", "share"),
        ("money.overhead", "share"),
        ("leaving.urgency.share", "share"),
        ("demand.people.level_mix", "shares"),
        ("demand.people.preferred_provider.one", "shares"),
        ("desk.access.outcome", "shares"),
        ("start.level_mix.house", "shares"),
        ("start.waiting.house.level_mix", "shares"),
        ("demand.people.growth_per_year", "any"),
        ("variant.house.intake_again_days", "positive"),
        ("level.heavy.recovery_days", "positive"),
        ("exits_per_year.wlz", "positive"),
        ("areas.north.alpha", "positive"),
        ("situation.under.recovery", "positive"),
    ],
)
def test_what_a_number_can_be(path, domain):
    assert domain_of(path.split(".")) == domain


TOGETHER = [
    f"hours_per_week = {n} -> "
    f'hours_per_week = {{ value = {n}, range = [{low}, {high}], moves_with = "hours" }}'
    for n, low, high in ((1, 0.5, 2), (5, 4, 6))
]


def base(*edits):
    return parse(changed(*edits))


def test_a_guess_is_what_has_a_range_and_was_not_measured():
    found = drawn(
        base(
            "hours_per_week = 5 -> hours_per_week = { value = 5, range = [4, 6] }",
            "recovery_days = 100 -> "
            'recovery_days = { value = 100, range = [90, 110], confidence = "A" }',
            'per_year = 10 -> per_year = { value = 10, confidence = "D" }',
            "places = 3 -> places = { value = 3, range = [2, 4] }",
            "assessment_hours = 5 -> assessment_hours = { value = 5, range = [3, 9] }",
        )
    )  # fmt: skip
    assert found == {
        "level.heavy.hours_per_week": ("level.heavy.hours_per_week",),
        "desk.access.assessment_hours": ("desk.access.assessment_hours",),
    }


def test_numbers_that_move_with_one_another_are_one_guess():
    found = base(*TOGETHER)
    both = ("level.light.hours_per_week", "level.heavy.hours_per_week")
    assert drawn(found) == {"hours": both}
    assert [found.provenance.evidence[path].moves_with for path in both] == ["hours", "hours"]


def test_prices_are_drawn_by_themselves():
    found = base(
        'places = 3 -> places = 3\ncontract = { form = "hourly", '
        'eur = { value = 70, range = [56, 85], moves_with = "tariff" } }',
        "[money]\nmove_eur = { value = 100, range = [50, 150] }",
    )
    assert drawn(found) == {}
    assert drawn(found, "price") == {
        "tariff": ("variant.house.contract.eur",),
        "money.move_eur": ("money.move_eur",),
    }


def test_the_levels_of_today_are_a_guess_where_no_burn_in_gives_them():
    start = """[start]
residents = { house = 2 }
[start.level_mix]
house = { value = { heavy = 0.5, light = 0.5 }, range = { heavy = [0.4, 0.6] } }"""
    assert drawn(base(start)) == {"start.level_mix.house": ("start.level_mix.house",)}
    assert drawn(base(start.replace("[start]", "[start]\nburn_in_years = 1"))) == {}


def test_who_reads_one_of_them_otherwise_leaves_the_rest_as_they_were(tmp_path):
    from flowsim.scenario import load

    text = changed(*TOGETHER)
    (tmp_path / "base.toml").write_text(text, "utf-8")
    read = load(tmp_path / "base.toml", guess=["level.heavy.hours_per_week.value=9"])
    assert drawn(read) == {"hours": ("level.light.hours_per_week",)}
    assert read.provenance.evidence["level.heavy.hours_per_week"].moves_with is None


def test_every_block_of_the_language_was_walked():
    assert {path[0] for path in FIELDS} >= {kind for kind in BLOCK_KEYS if kind != "areas"}
