"""Scenarios through many files, and sources beside them: an answer, or a mistake of the right file.

Long chains, circles, two chains on one base, bases in other folders, a mistake anywhere.
"""

import random

import pytest

from flowsim.errors import LONGEST
from tests.cli.test_bad_input import SECONDS, call
from tests.in_time import at_most
from tests.scenario.mutations import LINE, _damaged, _mutated

SOURCES = """
[kennis]
title = "Kennis"
year = 2024
url = "https://example.org/kennis"
file = "kennis.pdf"
licence = "CC0"
accessed = 2026-01-01
[tabel]
title = "Tabel"
"""
STEP = """
extends = "{below}"
[scenario]
name = "step_{n}"
[[variant]]
name = "house"
places = {{ value = {places}, range = [1, 90], source = "kennis" }}
"""
CHAIN = 8
"""The most files that may extend one another."""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources.toml").write_text(SOURCES, "utf-8")
    return tmp_path


def chain(here, length=CHAIN, *, apart=False):
    """Write a chain of files, each extending the one before it; return their names, base first."""
    names = []
    for n in range(length):
        folder = here / f"d{n % 3}" if apart else here
        folder.mkdir(exist_ok=True)
        (folder / "sources.toml").write_text(SOURCES, "utf-8")
        path = folder / f"s{n:02}.toml"
        below = f"../d{(n - 1) % 3}/s{n - 1:02}.toml" if apart else f"s{n - 1:02}.toml"
        path.write_text(STEP.format(below=below, n=n, places=10 + n) if n else LINE, "utf-8")
        names.append(str(path.relative_to(here)))
    return names


def told(*words):
    with at_most(SECONDS):
        ran = call(*words, "--lang", "en")
    assert ran.exit_code in (0, 2), (ran.exit_code, ran.stderr[:500])
    assert all(len(line) <= LONGEST and line.isprintable() for line in ran.stderr.splitlines())
    return ran


@pytest.mark.parametrize("apart", [False, True])
def test_a_chain_is_read_and_the_last_decides(here, apart):
    *_, last = chain(here, apart=apart)
    assert told("validate", last).exit_code == 0
    assert "places = 17" in told("show", last).stdout


@pytest.mark.parametrize("length", [CHAIN + 1, 50])
def test_a_longer_chain_is_one_mistake(here, length):
    *_, last = chain(here, length)
    (line,) = told("validate", last).stderr.splitlines()
    assert line.endswith("extends: more than 8 files; extend fewer files")


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("at", [0, 1, 4, 7])
def test_a_mistake_is_told_of_the_file_in_which_it_stands(here, at, apart):
    names = chain(here, apart=apart)
    wrong = here / names[at]
    wrong.write_text(wrong.read_text("utf-8") + "\nplacez = 3\n", "utf-8")
    ran = told("validate", names[-1])
    assert ran.exit_code == 2
    (line,) = ran.stderr.splitlines()
    assert line.split(": ")[0] == names[at]  # without steps there and back


def test_steps_there_and_back_through_a_link_stay(here):
    """d2/.. is not where d2 stands: the base is one that only the whole path finds."""
    (here / "far" / "off").mkdir(parents=True)
    (here / "d2").symlink_to(here / "far" / "off")
    (here / "far" / "base.toml").write_text(LINE + "\nplacez = 1\n", "utf-8")
    (here / "a.toml").write_text('extends = "d2/../base.toml"\n[scenario]\nname = "a"\n', "utf-8")
    (line,) = told("validate", "a.toml").stderr.splitlines()
    assert line.startswith("d2/../base.toml: ")


@pytest.mark.parametrize("at", [1, 4])
def test_a_file_that_is_not_there_is_told_of_the_file_that_asks_for_it(here, at):
    names = chain(here)
    (here / names[at - 1]).unlink()
    (line,) = told("validate", names[-1]).stderr.splitlines()
    assert f"s{at - 1:02}.toml" in line


@pytest.mark.parametrize("back", [0, 3, 7])
def test_a_circle_is_told(here, back):
    names = chain(here)
    base = here / names[0]
    base.write_text(f'extends = "{names[back]}"\n{LINE}', "utf-8")
    ran = told("validate", names[-1])
    assert ran.exit_code == 2
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "name", ["{ value = 13 }", "[1]", "5", "2026-01-01", "true", "[{ a = 1 }]"]
)
@pytest.mark.parametrize("at", [0, 3])
def test_a_block_below_without_a_name_is_told_of_its_own_file(here, at, name):
    names = chain(here)
    wrong = here / names[at]
    text = wrong.read_text("utf-8").replace('name = "house"', f"name = {name}")
    wrong.write_text(text, "utf-8")
    ran = told("validate", names[-1])
    assert ran.exit_code == 2
    assert any(line.startswith(f"{names[at]}: ") for line in ran.stderr.splitlines())


def test_two_chains_on_one_base_are_compared(here):
    names = chain(here, 3)
    for side, start in (("left", 1), ("right", 2)):
        text = STEP.format(below=names[start], n=side, places=20)
        (here / f"{side}.toml").write_text(text, "utf-8")
    words = (
        "compare",
        names[0],
        "left.toml",
        "right.toml",
        "-n",
        "1",
        "--no-charts",
        "--jobs",
        "1",
    )
    assert told(*words).exit_code == 0


def mutated(here, count, seed, *, of):
    """Validate chains in which one file, or the sources, is mutated; return how many were right."""
    chance, right = random.Random(seed), 0
    names = chain(here, 6, apart=True)
    kept = {name: (here / name).read_text("utf-8") for name in names}
    kept |= {f"d{n}/sources.toml": SOURCES for n in range(3)}
    for _ in range(count):
        name = chance.choice(
            [one for one in kept if one.endswith("sources.toml") == (of == "sources")]
        )
        text = kept[name]
        for _ in range(chance.choice((1, 1, 2))):
            text = _mutated(text, chance)
        data = text.encode("utf-8", "surrogatepass")
        (here / name).write_bytes(_damaged(data, chance) if chance.random() < 0.05 else data)
        ran = told(chance.choice(("validate", "show")), names[-1])
        assert bool(ran.stderr) == (ran.exit_code == 2), data
        right += ran.exit_code == 0
        (here / name).write_text(kept[name], "utf-8")
    return right


@pytest.mark.parametrize("of", ["sources", "chain"])
def test_thirty_chains_with_a_mutation_are_answered(here, of):
    assert mutated(here, 30, 1, of=of) > 0


@pytest.mark.slow
@pytest.mark.parametrize("of", ["sources", "chain"])
def test_three_thousand_chains_with_a_mutation_are_answered(here, of):
    assert mutated(here, 3000, 2, of=of) > 100
