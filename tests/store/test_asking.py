"""Questions in SQL: words for numbers, the last batch apart from the rest, and never a write."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

from flowsim.store import FILE, Asked, Filling, StoreError
from flowsim.store.asking import asked
from flowsim.store.packed import pack_arrays
from flowsim.store.views import LISTED, views
from tests.store.handmade import filled, key, record

ROOT = Path(__file__).resolve().parents[2]
UNITS = {"persons": "persons", "cost_eur": "EUR"}


@pytest.fixture
def folder(tmp_path):
    """Two replications that were asked last, and one of other code."""
    with Filling.of(tmp_path) as store:
        filled(store, range(2))
        store.put(key(code="d" * 64, path_code="d" * 64), record(7))
        store.begin(Asked(scenarios=("s" * 64,), seed=1, planned=2, code="c" * 64))
    return tmp_path


def rows(folder, sql):
    with asked(folder, sql, UNITS) as answer:
        return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def test_a_number_is_there_with_its_words_and_its_unit(folder):
    sql = "select * from measures where period = '2026' and municipality = 'Zoë''s'"
    about = {"scenario": "base", "period": "2026", "municipality": "Zoë's", "variant": "",
             "measure": "persons", "detail": "", "unit": "persons", "current": 1}  # fmt: skip
    assert rows(folder, sql) == [
        {"run": n + 1, "replication": n, "value": n + 0.25, **about} for n in range(2)
    ]


def test_every_number_is_the_one_that_was_put(folder):
    sql = "select replication, measure, period, municipality, value from {} order by run, rowid"
    for what, name in (("measures", "measures"), ("costs", "costs")):
        found = rows(folder, sql.format(what).replace(", rowid", ""))
        wanted = []
        for n in range(2):
            table = getattr(record(n), name).open()
            keys = ("measure", "period", "municipality", "value")
            columns = [table[one].tolist() for one in keys]
            wanted += [{"replication": n, **dict(zip(keys, one, strict=True))}
                       for one in zip(*columns, strict=True)]  # fmt: skip
        assert found == wanted


def test_other_code_is_never_among_the_last_and_never_hidden(folder):
    count = "select count(distinct run) as n, max(replication) as most from {}"
    for what in ("measures", "costs", "waits"):
        assert rows(folder, count.format(what)) == [{"n": 2, "most": 1}]
        assert rows(folder, count.format(f"all_{what}"))[0]["n"] == 3
    assert rows(folder, "select count(*) as n from runs where not current") == [{"n": 1}]


def test_waits_have_words_and_null_where_nothing_is_known(folder):
    found = rows(folder, "select * from waits where replication = 1 order by client")
    assert [(one["client"], one["wait_days"], one["counts"]) for one in found] == [
        (0, 0.0, 0), (1, 12.5, 1), (2, 99.0, 1),
    ]  # fmt: skip
    last = found[1]
    assert (last["kind"], last["ending"]) == ("placement", "unfinished")
    assert (last["municipality"], last["profile"]) == ("meppel", "youth")
    assert (last["variant"], last["got"], last["level"]) == ("bw", None, "light")
    assert (last["transition_days"], last["start_day"]) == (None, 0.0)


def test_every_view_can_be_asked_and_nobodys_own_metrics_are_empty(folder):
    names = [name for name, _ in views()] + ["runs", "scenarios"]
    assert len(set(names)) == len(names)
    for name in names:
        found = rows(folder, f"select * from {name}")
        empty = name.removeprefix("all_") in {"own", *LISTED} - {"waits"}
        assert bool(found) is not empty, name


def test_stays_and_events_have_the_names_of_places_and_of_what_happened(tmp_path):
    stays = {"client": [4], "first": [0], "last": [9], "place": [0], "option": [0], "level": [1],
             "minutes": [60], "home": [-1]}  # fmt: skip
    events = {"client": [4, 4], "day": [0.5, 9.0], "kind": [1, 12], "level": [1, 1],
              "why": [0, 6], "waits": [0, -1], "resource": [1, -1]}  # fmt: skip
    clients = {"origin": [0, -1], "notified_at": [0, 1], "profile": [0, -1],
               "has_tenancy": [True, False]}  # fmt: skip
    tables = {"stays": stays, "events": events, "clients": clients}
    more = {name: pack_arrays({k: np.array(v) for k, v in one.items()})
            for name, one in tables.items()}  # fmt: skip
    with Filling.of(tmp_path) as store:
        filled(store, range(1), more)
        store.begin(Asked(scenarios=("s" * 64,), seed=1, planned=1, code="c" * 64))
    one = "client, first_day, last_day, place, level, minutes_per_week, home"
    assert list(rows(tmp_path, f"select {one} from stays")[0].values()) == [
        4, 0, 9, "bw, linde, Zoë's", "heavy", 60, None,
    ]  # fmt: skip
    one = "day, kind, waits_for, resource"
    assert [tuple(row.values()) for row in rows(tmp_path, f"select {one} from events")] == [
        (0.5, "notified", "access", "access, Zoë's"), (9.0, "gone", None, None),
    ]  # fmt: skip
    one = "client, origin, notified_at, has_tenancy"
    assert [tuple(row.values()) for row in rows(tmp_path, f"select {one} from clients")] == [
        (0, "Zoë's", "Zoë's", 1), (1, None, "meppel", 0),
    ]  # fmt: skip


def test_a_run_that_failed_is_told_and_has_no_numbers(folder):
    from flowsim.store import Failure

    with Filling.of(folder) as store:
        failure = Failure(scenario="base", replication=2, error="no", traceback="T")
        store.fail(key(replication=2), failure)
    assert rows(folder, "select error from runs where status = 'failed'") == [{"error": "no"}]
    for what in ("all_measures", "all_waits"):
        assert rows(folder, f"select count(distinct run) as n from {what}") == [{"n": 3}]


WRITES = [
    "delete from run", "update run set seed = 2", "insert into label values (9, '', '')",
    "drop table run", "drop view runs", "create table x (y)", "create temp table x (y)",
    "attach 'OTHER' as other", "vacuum", "vacuum into 'OTHER'", "pragma user_version = 3",
    "pragma journal_mode = delete", "with x as (select 1) delete from run", "begin", "reindex",
    "analyze", "replace into run (id) values (1)", "alter table run rename to runner",
    "select load_extension('OTHER')", "detach main", "delete from word", "commit",
]  # fmt: skip


@pytest.mark.parametrize("sql", WRITES)
def test_a_write_is_refused_before_it_begins(folder, sql):
    before = hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    sql = sql.replace("OTHER", str(folder / "other"))
    with pytest.raises(StoreError) as refused, asked(folder, sql):
        pass
    assert str(refused.value).startswith(("only a select", "not understood: not authorized"))
    assert hashlib.sha256((folder / FILE).read_bytes()).hexdigest() == before
    assert [one.name for one in folder.iterdir()] == [FILE]


@pytest.mark.parametrize(
    ("sql", "why"),
    [("select * from photos", "no such table: photos"), ("selec", "syntax error"),
     ("", "incomplete input"), ("select 1; select 2", "one statement")],
)  # fmt: skip
def test_what_is_no_question_is_said_so(folder, sql, why):
    with pytest.raises(StoreError, match=f"not understood: .*{why}"), asked(folder, sql):
        pass


def test_a_question_that_goes_wrong_halfway_is_said_so(folder):
    sql = "select 1 union all select abs(-9223372036854775808)"
    with (
        pytest.raises(StoreError, match=r"not understood: .*overflow"),
        asked(folder, sql) as found,
    ):
        list(found.rows)


# ---------------------------------------------------------------- the page that tells of it
PAGE = (ROOT / "docs" / "store.md").read_text("utf-8")


def test_the_page_names_every_view_and_every_column(folder):
    said = set(re.findall(r"\w+", PAGE))
    for name, _ in views():
        with asked(folder, f"select * from {name}") as answer:
            missing = {one for one in answer.columns if one not in said}
            assert not missing, name
        assert name.removeprefix("all_") in said
    with asked(folder, "select * from runs") as answer:
        assert set(answer.columns) <= said


def test_the_questions_on_the_page_can_be_asked(folder):
    (block,) = re.findall(r"```text\n(.*?)```", PAGE, re.S)
    questions = [one.strip() for one in block.split(";") if one.strip()]
    assert len(questions) == 2
    answers = [rows(folder, one) for one in questions]
    assert answers[0] == [
        {"municipality": "Zoë's", "waits": 2, "weeks": pytest.approx(99 / 7)},
        {"municipality": "meppel", "waits": 2, "weeks": pytest.approx(12.5 / 7)},
    ]
