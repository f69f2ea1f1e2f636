"""The burn-in: paths, their key, the files that keep them, and every kind of damage to these."""

import ast
import hashlib
import json
import logging
import os
import random
import shutil
import stat
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import flowsim
from flowsim.cohort.snapshot import People
from flowsim.errors import EngineError
from flowsim.experiment import burn_in, code, kept, today
from flowsim.experiment.burn_in import CODE, PATHS, BurnIn, path_of
from flowsim.experiment.code import code_hash
from flowsim.experiment.estimates.estimate import estimate, mean_of
from flowsim.experiment.run import run_all, with_seed
from flowsim.experiment.today import people_of
from tests.experiment.burn_in_worlds import BASE, write_worlds

SOURCE = Path(flowsim.__file__).parent


@pytest.fixture
def folder(cache):
    return cache


@pytest.fixture
def base(tmp_path):
    return flowsim.load(write_worlds(tmp_path / "study"))


@pytest.fixture
def more(base, tmp_path):
    return flowsim.load(tmp_path / "study" / "more.toml")


def forget():
    """Be as a new process is."""
    today._remembered.clear()


def changed(tmp_path, old, new):
    """The base with something else in its file."""
    assert old in BASE
    file = tmp_path / "other" / "base.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(BASE.replace(old, new), "utf-8")
    return flowsim.load(file)


def keys(scenario, replications=PATHS):
    return [path_of(scenario, r).key for r in range(replications)]


# ---------------------------------------------------------------- which path
def test_replications_start_from_eight_paths_in_turn(base, folder):
    pools = [people_of(base, r).snapshots for r in range(PATHS + 3)]
    assert len(set(map(repr, pools[:PATHS]))) == PATHS
    assert pools[PATHS:] == pools[:3]


def test_every_scenario_that_extends_a_base_starts_from_its_people(base, more, folder):
    assert keys(base) == keys(more)
    ours, theirs = (flowsim.sample(one, 3).today for one in (base, more))
    assert [one.now for one in ours] == [one.now for one in theirs]


def test_the_seed_of_the_run_reaches_the_burn_in_whichever_way_it_is_given(base, tmp_path):
    file = tmp_path / "study" / "more.toml"
    by_option = with_seed(flowsim.load(file), 9)
    by_setting = flowsim.load(file, ["scenario.seed=9"])
    assert keys(by_option) == keys(by_setting)
    assert not set(keys(by_option)) & set(keys(base))


def test_a_changed_seed_does_not_lose_the_base(base, more):
    other = with_seed(more, 9)
    assert other.base == base
    assert other.base.variant[0].places != other.variant[0].places
    assert path_of(other, 0).base == base
    assert with_seed(other, base.scenario.seed) == more
    assert keys(with_seed(other, base.scenario.seed)) == keys(base)


def test_a_path_is_not_the_chance_of_a_future(base):
    run = burn_in.in_balance(base, 5).scenario.seed
    assert run not in (5, base.scenario.seed)


# ---------------------------------------------------------------- the key
def test_the_key_follows_what_the_base_says_and_not_what_it_is_called(base, tmp_path):
    first = keys(base)[0]
    for old, new in (
        ('"Small"', '"Smaller"'),
        ("replications = 2", "replications = 3"),
        ("follow_up_days = 100", "follow_up_days = 90"),
    ):
        assert keys(changed(tmp_path, old, new))[0] == first, new
    for old, new in (
        ("seed = 5", "seed = 6"),
        ("per_year = 20", "per_year = 21"),
        ("exponential = 200", "exponential = 201"),
        ("places = 6", "places = 7"),
        ("burn_in_years = 3", "burn_in_years = 4"),
        ("residents = { a = 5 }", "residents = { a = 4 }"),
        ("places = 6", 'places = "unlimited"'),
    ):
        assert keys(changed(tmp_path, old, new))[0] != first, new


def test_the_key_follows_the_code(base, monkeypatch):
    first = keys(base)[0]
    burn_in.made_with.cache_clear()
    monkeypatch.setattr(burn_in, "code_hash", lambda *parts: "another engine")
    assert keys(base)[0] != first
    burn_in.made_with.cache_clear()


def test_the_hash_of_code_sees_every_file_that_it_should(tmp_path, monkeypatch):
    copy = tmp_path / "flowsim"
    shutil.copytree(Path(flowsim.__file__).parent, copy)
    part, whole = code_hash(*CODE), code_hash()
    monkeypatch.setattr(code, "files", lambda package: tmp_path / package)

    def hashes():
        return code_hash.__wrapped__(*CODE), code_hash.__wrapped__()

    assert hashes() == (part, whole)
    for name, counts in (
        ("system/mechanisms/flips.py", True),
        ("ledger/kinds.py", True),
        ("report/write.py", False),
        ("experiment/burn_in.py", True),
        ("costs/moves.py", False),
    ):
        file = copy / name
        before = file.read_text("utf-8")
        file.write_text(before + "\n# changed\n", "utf-8")
        assert (hashes()[0] != part) is counts, name
        assert hashes()[1] != whole
        file.write_text(before, "utf-8")


def imported(name):
    """The modules of flowsim that a module imports, at once or when a function is called."""
    path = SOURCE / f"{name}.py"
    path = path if path.exists() else SOURCE / name / "__init__.py"
    found, left = set(), [ast.parse(path.read_text("utf-8"))]
    while left:
        node = left.pop()
        if isinstance(node, ast.ImportFrom):
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            left += ast.iter_child_nodes(node)
    found = {one.removeprefix("flowsim.").replace(".", "/") for one in found if "flowsim" in one}
    return {one for one in found if (SOURCE / f"{one}.py").exists() or (SOURCE / one).is_dir()}


def in_key(file):
    return file.startswith(CODE)


def test_all_code_that_makes_a_path_is_in_its_key():
    reached, left = set(), {"experiment/burn_in"}
    while left:
        name = left.pop()
        reached.add(name)
        left |= imported(name) - reached
    assert {"system", "system/mechanisms/flips", "cohort/start", "calendar"} <= reached
    assert {f"ledger/{path.stem}" for path in SOURCE.glob("ledger/[a-z]*.py")} <= reached
    outside = {name for name in reached if not in_key(f"{name}/") and not in_key(f"{name}.py")}
    assert outside == {"experiment/code"}  # makes the key itself


def test_every_file_with_code_that_runs_while_a_path_is_made_is_in_its_key(base):
    ran = set()
    one = path_of(base, 0)
    sys.setprofile(lambda frame, *_: ran.add(frame.f_code.co_filename))
    try:
        one.make()
    finally:
        sys.setprofile(None)
    files = {Path(file) for file in ran if Path(file).is_relative_to(SOURCE)}
    names = {file.relative_to(SOURCE).as_posix() for file in files}
    assert {"experiment/burn_in.py", "cohort/sample.py"} <= names
    assert {name for name in names if not in_key(name)} == set()


# ---------------------------------------------------------------- made, kept and read again
def runs_of(results):
    return [one.digest for one in results.runs]


def test_what_is_read_is_what_was_made(base, more, folder):
    made = run_all([base, more], replications=3)
    forget()
    read = run_all([base, more], replications=3)
    assert runs_of(made) == runs_of(read)
    assert [(one.path, one.made) for one in made.today] == [(0, True), (1, True), (2, True)]
    assert [(one.path, one.made) for one in read.today] == [(0, False), (1, False), (2, False)]
    assert [one.sha256 for one in made.today] == [one.sha256 for one in read.today]
    assert len(list(folder.iterdir())) == 3, "only what is needed, and no rubbish"


def test_paths_made_by_two_processes_are_those_of_one(base, folder):
    alone = run_all([base], replications=4)
    shutil.rmtree(folder)
    forget()
    pair = run_all([base], replications=4, jobs=2)
    assert runs_of(alone) == runs_of(pair)
    assert [one.sha256 for one in alone.today] == [one.sha256 for one in pair.today]
    assert all(one.made for one in pair.today)


def test_a_replication_alone_starts_from_the_people_that_it_has_in_a_batch(base, folder):
    batch = run_all([base], replications=3)
    shutil.rmtree(folder)
    forget()
    alone = flowsim.simulate(base, flowsim.sample(base, 2))
    assert alone.digest() == batch.runs[2].digest


def test_progress_hears_of_every_path_that_is_made_and_of_none_that_is_kept(base, folder):
    heard = []
    run_all([base], replications=2, preparing=lambda *numbers: heard.append(numbers))
    assert heard == [(0, 2), (1, 2), (2, 2)]
    run_all([base], replications=3, preparing=lambda *numbers: heard.append(numbers))
    assert heard[3:] == [(0, 1), (1, 1)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_while_paths_are_made_runs_nothing_and_keeps_what_is_made(jobs, base, folder):
    def stop(done, total):
        if done == 2:
            raise KeyboardInterrupt

    results = run_all([base], replications=5, jobs=jobs, preparing=stop)
    assert results.interrupted
    assert results.runs == ()
    assert len(results.today) == 2
    assert all(kept.read(folder, one.key) is not None for one in results.today)


def test_in_another_scenario_that_is_its_own_base_people_differ(base, folder, tmp_path):
    other = changed(tmp_path, "per_year = 20", "per_year = 40")
    other = other.model_copy(
        update={"scenario": other.scenario.model_copy(update={"name": "other"})}
    )
    results = run_all([base, other], replications=2)
    assert Counter(one.base for one in results.today) == {"base": 2, "other": 2}


def test_a_scenario_without_burn_in_has_no_paths(folder, tmp_path):
    results = run_all([changed(tmp_path, "burn_in_years = 3", "burn_in_years = 0")], 2)
    assert results.today == ()
    assert results.paths is None
    assert not folder.exists()


def test_futures_know_their_path_and_the_interval_of_a_level_counts_paths(base):
    results = flowsim.run(base, 10)
    assert results.batch.paths == (0, 1, 2, 3, 4, 5, 6, 7, 0, 1)
    waiting = results.measures.query("measure == 'person_days' and detail == 'waiting'")
    persons = waiting.groupby("replication")["value"].sum().to_numpy() / 365
    own = estimate(mean_of(persons[None, None]), 10, paths=results.batch.paths).own
    told = results.pick(measure="waiting", detail="placement").iloc[0]
    assert (told["low"], told["high"]) == pytest.approx((own.low[0, 0], own.high[0, 0]))
    year = results.by_year
    told = year[(year["measure"] == "waiting") & (year["detail"] == "placement")].iloc[0]
    assert (told["low"], told["high"]) == pytest.approx((own.low[0, 0], own.high[0, 0]))


def test_who_may_read_a_kept_path_is_as_for_any_file_of_the_user(base, folder, tmp_path):
    people_of(base, 0)
    (tmp_path / "other").write_text("")
    (kept_file,) = folder.iterdir()
    assert kept_file.stat().st_mode == (tmp_path / "other").stat().st_mode


MAKER = """
import sys, time
from pathlib import Path
import flowsim
scenario, gate = flowsim.load(sys.argv[1]), Path(sys.argv[2])
gate.joinpath(sys.argv[3]).touch()
while len(list(gate.iterdir())) < 2:
    time.sleep(0.001)
flowsim.sample(scenario, 0)
"""


def test_two_processes_may_make_the_same_path_at_once(base, folder, tmp_path):
    gate = tmp_path / "gate"
    gate.mkdir()
    file = str(tmp_path / "study" / "base.toml")
    makers = [
        subprocess.Popen([sys.executable, "-c", MAKER, file, str(gate), name]) for name in "ab"
    ]
    assert [one.wait(60) for one in makers] == [0, 0]
    assert len(list(folder.iterdir())) == 1
    path = path_of(base, 0)
    assert kept.read(folder, path.key)[0].to_json() == path.make()


# ---------------------------------------------------------------- damage
def head(key, text, size=None, digest=None):
    size = len(text) if size is None else size
    digest = hashlib.sha256(text).hexdigest() if digest is None else digest
    return f"flowsim burn-in {key} {size:015d} {digest}\n".encode()


def rows_with(text, change):
    """The people with something else in the first row, and a checksum that fits."""
    names, rows = json.loads(text)
    change(rows)
    return json.dumps([names, rows]).encode()


def put(column, value):
    def change(rows):
        rows[0][column] = value

    return change


def with_rows(change):
    def damage(file, key, text):
        other = rows_with(text, change)
        file.write_bytes(head(key, other) + other)

    return damage


def with_bytes(change):
    def damage(file, key, text):
        file.write_bytes(change(file.read_bytes()))

    return damage


def with_text(make):
    def damage(file, key, text):
        other = make(text)
        file.write_bytes(head(key, other) + other)

    return damage


def in_its_place(make):
    def damage(file, key, text):
        file.unlink()
        make(file)

    return damage


def flipped(at):
    def change(whole):
        place = at if at >= 0 else len(whole) + at
        return whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]

    return with_bytes(change)


def huge(file):
    with file.open("wb") as stream:
        stream.truncate(1 << 40)


def loop(file):
    file.symlink_to(file)


def long_loop(file):
    beside = file.with_name("beside")
    beside.symlink_to(file)
    file.symlink_to(beside)


def of_another_key(file, key, text):
    file.write_bytes(head("0" * 64, text) + text)


def without_permission(file, key, text):
    file.chmod(0)


DAMAGE = {
    "empty": with_bytes(lambda whole: b""),
    "one byte": with_bytes(lambda whole: b"f"),
    "the head alone": with_bytes(lambda whole: whole[:162]),
    "half of the head": with_bytes(lambda whole: whole[:80]),
    "cut by a byte": with_bytes(lambda whole: whole[:-1]),
    "cut in half": with_bytes(lambda whole: whole[: len(whole) // 2]),
    "a byte more": with_bytes(lambda whole: whole + b" "),
    "twice": with_bytes(lambda whole: whole + whole),
    "the first bit": flipped(0),
    "a bit of the key": flipped(20),
    "a bit of the length": flipped(94),
    "a bit of the checksum": flipped(120),
    "the end of the head": flipped(161),
    "the first bit of the people": flipped(162),
    "a digit of somebody": flipped(400),
    "the last bit": flipped(-1),
    "zeros": with_bytes(lambda whole: bytes(len(whole))),
    "a byte order mark": with_bytes(lambda whole: b"\xef\xbb\xbf" + whole),
    "line ends of Windows": with_bytes(lambda whole: whole.replace(b"\n", b"\r\n")),
    "another encoding": with_bytes(lambda whole: whole.decode().encode("utf-16")),
    "an earlier version": with_bytes(lambda whole: whole[162:]),
    "a length that is not its own": lambda f, k, t: f.write_bytes(head(k, t, len(t) + 1) + t),
    "a huge length": lambda f, k, t: f.write_bytes(head(k, t, 10**15 - 1) + t),
    "another checksum": lambda f, k, t: f.write_bytes(head(k, t, None, "0" * 64) + t),
    "of another key": of_another_key,
    "no JSON": with_text(lambda text: text[:-1]),
    "nothing": with_text(lambda text: b""),
    "null": with_text(lambda text: b"null"),
    "an object": with_text(lambda text: b"{}"),
    "a number": with_text(lambda text: b"7"),
    "rows of numbers": with_text(lambda text: b"[1, 2]"),
    "bytes that are no text": with_text(lambda text: b"[\xff]"),
    "nested very deep": with_text(lambda text: b"[" * 100_000),
    "a value less": with_rows(lambda rows: rows[0].pop()),
    "a value more": with_rows(lambda rows: rows[0].append(1)),
    "no row": with_rows(lambda rows: rows.__setitem__(0, None)),
    "a state that is a number": with_rows(put(0, 3)),
    "a municipality in words": with_rows(put(1, "0")),
    "a municipality of a half": with_rows(put(1, 0.5)),
    "a municipality that is true": with_rows(put(1, True)),
    "a level that is unknown": with_rows(put(2, None)),
    "days in words": with_rows(put(3, "12")),
    "days in a list": with_rows(put(3, [1.0])),
    "days that are no number": with_rows(put(3, float("nan"))),
    "a folder": in_its_place(lambda file: file.mkdir()),
    "a folder with something in it": in_its_place(lambda file: (file / "x").mkdir(parents=True)),
    "a loop of links": in_its_place(loop),
    "a longer loop of links": in_its_place(long_loop),
    "a pipe": in_its_place(os.mkfifo),
    "a device": in_its_place(lambda file: file.symlink_to("/dev/zero")),
    "a device that ends at once": in_its_place(lambda file: file.symlink_to("/dev/null")),
    "a huge file": in_its_place(huge),
    "no permission": without_permission,
}  # fmt: skip
GONE = {
    "a link to nowhere": in_its_place(lambda file: file.symlink_to("nowhere")),
    "no file": in_its_place(lambda file: None),
}
STAYS = {"a folder", "a folder with something in it"}


def damaged(base, folder, damage):
    """Keep a path, damage its file, and be another process; return the file and the people."""
    people = people_of(base, 0)
    path = path_of(base, 0)
    file = kept.file_of(folder, path.key)
    damage(file, path.key, people.to_json())
    forget()
    return file, people


@pytest.mark.parametrize("kind", [*DAMAGE, *GONE])
def test_on_any_doubt_one_line_and_made_again(kind, base, folder, caplog):
    if kind == "no permission" and os.geteuid() == 0:
        return  # the system lets root read everything
    file, people = damaged(base, folder, (DAMAGE | GONE)[kind])
    with caplog.at_level(logging.WARNING, "flowsim"):
        again = people_of(base, 0)
    assert again.snapshots == people.snapshots
    lines = [one for one in caplog.messages if "made again" in one]
    assert len(lines) == (0 if kind in GONE else 1)
    assert all(str(file) in line and "\n" not in line for line in lines)
    if kind in STAYS:
        assert file.is_dir(), "somebody else's"
        return
    forget()
    caplog.clear()
    assert people_of(base, 0).snapshots == people.snapshots
    assert caplog.messages == [], "it is mended"
    assert stat.S_ISREG(file.lstat().st_mode)


def test_a_few_flipped_bits_anywhere_are_never_read(base, folder):
    path, people = path_of(base, 0), people_of(base, 0)
    file = kept.file_of(folder, path.key)
    whole = file.read_bytes()
    draw = random.Random(7)
    for _ in range(300):
        other = bytearray(whole)
        for _ in range(draw.choice([1, 1, 2, 8])):
            other[draw.randrange(len(whole))] ^= 1 << draw.randrange(8)
        if draw.random() < 0.3:
            del other[draw.randrange(len(other)) :]
        if bytes(other) == whole:
            continue
        file.write_bytes(other)
        with pytest.raises(kept.DoubtError):
            kept.read(folder, path.key)
    file.write_bytes(whole)
    assert kept.read(folder, path.key)[0].snapshots == people.snapshots


@pytest.mark.parametrize("place", ["a file", "below a file", "a loop", "no folder"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_cache_folder_that_cannot_be_used_costs_a_line_and_time_only(
    place, jobs, base, more, folder, tmp_path, monkeypatch, caplog
):
    wanted = run_all([base, more], replications=3)
    forget()
    bad = tmp_path / "bad"
    if place == "a loop":
        bad.symlink_to(bad)
    elif place != "no folder":
        bad.write_text("")
    given = {"below a file": bad / "x", "no folder": Path("/proc/flowsim")}.get(place, bad)
    monkeypatch.setenv("FLOWSIM_CACHE", str(given))
    caplog.clear()
    found = run_all([base, more], replications=3, jobs=jobs)
    assert runs_of(found) == runs_of(wanted)
    assert all(one.made for one in found.today)
    assert len(caplog.messages) == 1
    assert "cannot be kept" in caplog.text


def test_a_burn_in_is_made_once_for_a_batch_that_cannot_keep_it(
    base, more, folder, tmp_path, monkeypatch
):
    (tmp_path / "bad").write_text("")
    monkeypatch.setenv("FLOWSIM_CACHE", str(tmp_path / "bad"))
    made = []
    make = BurnIn.make
    monkeypatch.setattr(BurnIn, "make", lambda self: made.append(self.number) or make(self))
    run_all([base, more], replications=12)
    assert sorted(made) == list(range(PATHS))


def test_a_worker_of_a_batch_reads_what_the_batch_made_and_cannot_keep(
    base, folder, tmp_path, monkeypatch
):
    def never(path):
        raise AssertionError

    (tmp_path / "bad").write_text("")
    monkeypatch.setenv("FLOWSIM_CACHE", str(tmp_path / "bad"))
    with today.todays([base], 3) as there:
        made = [people_of(base, r).snapshots for r in range(3)]
        forget()
        monkeypatch.setattr(BurnIn, "make", never)
        assert [people_of(base, r, there.folders).snapshots for r in range(3)] == made
        assert there.folders.spare.is_dir()
    assert not there.folders.spare.exists(), "nothing is left behind"


def test_a_process_holds_the_people_of_eight_paths_and_no_more(base, folder):
    first = people_of(base, 0)
    for seed in (1, 2):
        for number in range(PATHS):
            people_of(with_seed(base, seed), number)
    assert len(today._remembered) == PATHS
    assert people_of(base, 0).snapshots == first.snapshots


def test_people_survive_json_with_all_their_values(base, folder):
    text = path_of(base, 0).make()
    assert People.from_json(text).to_json() == text


def test_a_burn_in_that_does_not_end_says_that_it_is_the_burn_in(tmp_path, monkeypatch):
    monkeypatch.setenv("FLOWSIM_CACHE", str(tmp_path))
    base = write_worlds(tmp_path)
    endless = "stay_days = 1e-9\nnext = { a = 0.999999, out = 0.000001 }"
    text = base.read_text("utf-8").replace("stay_days = { exponential = 150 }", endless)
    base.write_text(text.replace("next = { out = 1.0 }\n", ""), "utf-8")
    with pytest.raises(EngineError, match=r"^in the burn-in, day 0: more than 1000 events of one"):
        flowsim.sample(flowsim.load(base))
