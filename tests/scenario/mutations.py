"""Files and command lines that nobody meant: mutations of good ones, the same in every run."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from tests.scenario.tiny import TINY

ROOT = Path(__file__).parents[2]
LINE = """
[scenario]
days = 400
[areas.noord]
alpha = 60000
"Bergen (L.)" = 14000
[[demand]]
profile = "people"
per_year = 20
patience_days = { exponential = 90 }
[[desk]]
name = "desk"
assessors = 2
assessment_days = { gamma = 4, cv = 0.5 }
[[dwellings]]
name = "homes"
every_days = 40
hold_days = 30
[[variant]]
name = "house"
places = 10
stay_days = { uniform = [50, 150] }
next = { home = 0.5, out = 0.5 }
[[variant]]
name = "home"
tenancy = "own"
dwellings = "homes"
stay_days = { hyperexponential = [20, 200], weight = 0.6 }
next = { out = 1.0 }
[start]
drift = { accepted = 1 }
residents = { house = 4 }
waiting = [{ variant = "house", persons = 2, since_days = 10 }]
[[change]]
date = 2026-06-01
until = 2026-12-01
reason = { nl = "minder", en = "less" }
set = { "variant.house.places" = { value = 5, note = "fewer" }, "demand.people.per_year" = 25 }
"""
PAGE = (ROOT / "docs" / "scenario_language.md").read_text("utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
WHOLE = [text for text in EXAMPLES if "[scenario]" in text and "extends" not in text]
SEEDS = (TINY, TINY, LINE, LINE, *WHOLE)
DRENTHE = tuple(
    path.read_text("utf-8")
    for path in sorted((ROOT / "scenarios" / "drenthe").glob("*.toml"))
    if path.name not in ("base.toml", "sources.toml")
)

ODD_VALUES = (
    "", "0", "-1", "0.5", "1.250", "60.000", "1.200.000", "3,5", "01-07-2027", "2027-07-01",
    "2027-07-01T00:00:00", "2027-07-01T00:00:00Z", "10:00:00", "9999-12-31", "0001-01-01",
    "9998-01-01", "true", "inf", "-inf", "nan", "1e308", "1e-308", "5e-324", "1e15", "9" * 19,
    "9" * 310, "9" * 5000, "0x" + "f" * 300, "[]", "[[]]", "[{}]", "{}", "[1, 'x']", "{ each = 1 }",
    "{ value = 1 }", "{ value = 1, sorce = 2 }", "{ value = { value = 1 } }", "{ 'a.b' = 1 }",
    "{ value = 5, range = [9, 1] }", "'unlimited'", "'house'", "'each'", "''", "'\u202e'",
    '"\\u0007"', '"\\u202e"', '"\\n"', "'''\na\nb'''", "'" + "x" * 2000 + "'", "'e\u0301'",
    "[" * 1000 + "]" * 1000, "{a=" * 500 + "1" + "}" * 500, "{ gamma = 1, cv = 1e9 }",
    "{ exponential = -1 }", "{ uniform = [5, 1] }", "{ lognormal = 0, cv = 3 }",
    "{ triangular = [0, 0, 0] }", "[" + "1, " * 5000 + "]", "{ nl = 'a', de = 'b' }", "..", "=",
    "{ hyperexponential = [1, 1], weight = 2 }", "1e12", "1e11", "0.000001", "'dwelling'",
)  # fmt: skip
NUMBERS = ("0", "1", "2", "0.5", "0.001", "7", "100", "1000", "1e6", "1e12", "1e-12", "0.333")
SIGNS = ("", "'", '"', "[", "{", "}", ",", ".", "\t", "\u2028", "é", "\ud800", "0")
ODD_LINES = (
    "[change]", "[[change]]", "[[variant]]", "[variant]", "[start]", "[scenario]", "[a.b.c]",
    "extends = 's.toml'", "extends = '.'", "extends = 5", "extends = ''", "demand = []",
    "change = 1", "variant = 'x'", "a" + ".a" * 200 + " = 1", "\x00", "\x1b[31m", "\ufeff",
    "\u200b = 1", "= 1", "x",
    "\"\" = 1", "[[start.waiting]]", "[change.set]", "'variant.house.places' = 1", "key = {",
    "name = 'house'", "places = 3", "scale = 'municipality'", "set = {}", "years = 9000",
    "start = 9990-01-01", "until = 9999-01-01", "follow_up_days = 1e12", "value = 1", "[areas.'']",
    "[areas.value]", "value = 5", "fte = 0", "stay_days = 0", "next = { house = 1.0 }",
)  # fmt: skip
PATHS = (
    "variant.house.places", "scenario.years", "change.1.date",
    'change.1.set."variant.house.places"',
    "change.1.set.variant.house.places", "change.9.date", "areas.noord.\"Bergen (L.)\"", "areas",
    "areas.north.'s-Hertogenbosch", "start.waiting.house.persons", "demand.people.level_mix.heavy",
    "variant", "variant.house", "variant..places", "", "a", "x.y.z",
    "level.heavy.recovery_days.value",
    'a."b', "change", "change.1", "change.0.date", "change.x.date", "change.1.set", "scenario.name",
    "variant.house.contract.form", "desk.access.fte.much.more", ".".join("a" * 60), "\udcff",
    "e\u0301", "start", "demand.people.profile", "scenario", "exits_per_year.wlz", "money",
)  # fmt: skip


def files(count: int, seed: int = 1) -> Iterator[bytes]:
    """Yield so many mutated files, each with one to four mutations."""
    chance = random.Random(seed)
    for at in range(count):
        text = chance.choice(DRENTHE if at % 50 == 0 else SEEDS)
        for _ in range(chance.choice((1, 1, 1, 1, 2, 2, 3, 4))):
            text = _mutated(text, chance)
        data = text.encode("utf-8", "surrogatepass")
        yield _damaged(data, chance) if chance.random() < 0.03 else data


DIFFERENCES = (
    "{ times = 1.5 }", "{ add = -3 }", "{ add = 2 }", "{ times = 0.5, add = 1 }", "{ times = 0 }",
    "{ times = -1 }", "{ add = 1e12 }", "{ times = 1e12 }", "{ times = 1e-12 }", "{ times = inf }",
    "{ times = 'x' }", "{ add = [1] }", "{ times = 2, other = 1 }", "{ value = { times = 2 } }",
    "{ value = { add = 1 }, range = [0, 9] }", "{ times = { times = 2 } }",
    "{ alpha = { add = 1 } }",
    "{ heavy = { times = 2 } }", "{ exponential = { times = 2 } }", "[{ times = 2 }]",
    "{ add = true }", "{ times = 2026-01-01 }", "{ gamma = { add = 1 }, cv = 0.5 }",
)  # fmt: skip


def options(count: int, seed: int = 4) -> Iterator[str]:
    """Yield so many files to put over a good one: parts of it with differences and odd values."""
    chance = random.Random(seed)
    blocks = re.split(r"\n(?=\[)", TINY.strip())
    for _ in range(count):
        text = "\n".join(chance.sample(blocks[1:], chance.randrange(1, 4)))
        lines = text.split("\n")
        for at, line in enumerate(lines):
            key, equals, _ = line.partition("=")
            if equals and key.strip() not in ("name", "profile") and chance.random() < 0.5:
                odd = chance.random() < 0.15
                lines[at] = f"{key}= {chance.choice(ODD_VALUES if odd else DIFFERENCES)}"
        yield 'extends = "tiny.toml"\n' + "\n".join(lines)


def settings(count: int, seed: int = 2) -> Iterator[list[str]]:
    """Yield so many lists of one to three settings, such as ``--set`` takes."""
    chance = random.Random(seed)
    for _ in range(count):
        listed = []
        for _ in range(chance.choice((1, 1, 2, 3))):
            path, value = chance.choice(PATHS), chance.choice(ODD_VALUES).replace("\x00", "")
            text = f"{path}={value}" if chance.random() < 0.95 else f"{path}{value}"
            listed.append(text[: chance.randrange(1, 400)] if chance.random() < 0.05 else text)
        yield listed


def _mutated(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    kind = chance.choice((0, 1, 2, 3, 4, 5, *(6,) * 14))
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(chance.randrange(len(lines) + 1), lines[at])
    elif kind == 2:
        lines.insert(at, chance.choice(ODD_LINES))
    elif kind == 3:
        other = chance.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 4:
        donor = chance.choice(SEEDS).split("\n")
        start = chance.randrange(len(donor))
        lines[at:at] = donor[start : start + chance.randrange(1, 8)]
    elif kind == 5 and lines[at]:
        cut = chance.randrange(len(lines[at]))
        sign = chance.choice(
            ("", "'", '"', "[", "{", "}", ",", ".", "\t", "\u2028", "é", "\ud800", "0")
        )
        lines[at] = lines[at][:cut] + sign + lines[at][cut + chance.randrange(2) :]
    else:
        return _other_value(lines, chance)
    return "\n".join(lines)


def _other_value(lines: list[str], chance: random.Random) -> str:
    """Give one key, or one number or word somewhere in a line, an odd value."""
    with_value = [at for at, line in enumerate(lines) if "=" in line]
    if not with_value:
        return "\n".join(lines)
    at, way = chance.choice(with_value), chance.random()
    key, _, value = lines[at].partition("=")
    numbers = list(re.finditer(r"(?<![\w.-])[\d.]+(?![\w.-])", value))
    if way < 0.45 and numbers:
        found = chance.choice(numbers)
        value = value[: found.start()] + chance.choice(NUMBERS) + value[found.end() :]
    elif way < 0.7:
        donor = lines if chance.random() < 0.7 else chance.choice(SEEDS).split("\n")
        value = chance.choice([line.partition("=")[2] for line in donor if "=" in line])
    elif way < 0.85:
        found = chance.choice(list(re.finditer(r'"[^"]*"|[\w.-]+', value)) or [re.match("", value)])
        value = value[: found.start()] + chance.choice(ODD_VALUES) + value[found.end() :]
    else:
        value = f" {chance.choice(ODD_VALUES)}"
    lines[at] = f"{key}={value}"
    return "\n".join(lines)


def _damaged(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(max(1, len(data)))
    junk = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 5)))
    return data[:at] + junk + data[at + chance.randrange(3) :]
