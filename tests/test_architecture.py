"""How the code hangs together: who imports whom, where chance is, what a worker loads."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import flowsim

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "flowsim"

MAY_IMPORT = {
    "meant": set(),
    "errors": {"meant"},
    "titles": {"errors"},
    "interrupts": {"errors"},
    "threads": set(),
    "calendar": set(),
    "ledger": set(),
    "compiled": set(),
    "scenario": {"errors", "calendar"},
    "layout": {"calendar", "scenario"},
    "balance": {"errors", "titles", "calendar", "scenario", "layout"},
    "guesses": {"errors", "scenario"},
    "cohort": {"errors", "calendar", "scenario", "layout"},
    "system": {"errors", "calendar", "scenario", "layout", "cohort", "ledger"},
    "metrics": {"errors", "calendar", "scenario", "layout", "ledger"},
    "costs": {"errors", "calendar", "scenario", "layout", "ledger", "metrics"},
    "store": {"errors", "ledger", "metrics"},
    "tell": {"errors", "ledger", "metrics"},
    "experiment": {
        "errors", "interrupts", "threads", "calendar", "scenario", "layout", "balance", "cohort",
        "system",
        "ledger", "metrics", "costs", "store", "compiled", "guesses",
    },
    "report": {
        "errors", "titles", "calendar", "scenario", "layout", "balance", "metrics", "costs",
        "tell", "store", "experiment", "guesses",
    },
    "cli": {
        "errors", "interrupts", "threads", "compiled", "scenario", "balance", "metrics", "store",
        "tell", "experiment", "report", "guesses",
    },
    "__main__": {"interrupts", "cli"},
}  # fmt: skip
"""One way: from a scenario to what is reported. What measures does not know what simulates."""

HEAVY = ("pandas", "matplotlib", "scipy.stats")


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def part_of(path: Path) -> str:
    """Return the package (or single module) of flowsim that a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted names that are imported anywhere below a node."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def at_import(path: Path) -> set[str]:
    """Return what a module imports when it is imported itself."""
    body = ast.parse(path.read_text("utf-8")).body
    skipped = (ast.FunctionDef, ast.ClassDef)
    found: set[str] = set()
    for node in body:
        if isinstance(node, skipped) or (
            isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        ):
            continue
        found |= set(imports(node))
    return found


def begins_with(name: str, library: str) -> bool:
    return name == library or name.startswith(f"{library}.")


def in_a_new_python(script: str, **environment: str) -> str:
    """Run a script in a fresh interpreter and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# ---------------------------------------------------------------- one way
def test_every_part_of_the_package_has_its_place_in_the_order():
    parts = {part_of(path) for path in modules()} - {"__init__"}
    assert parts == set(MAY_IMPORT)
    for part, allowed in MAY_IMPORT.items():
        for other in allowed:
            assert part not in MAY_IMPORT[other], f"{part} and {other} import each other"


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_imports_go_one_way(part):
    for path in modules():
        if part_of(path) != part:
            continue
        for name in imports(ast.parse(path.read_text("utf-8"))):
            if begins_with(name, "flowsim"):
                other = name.split(".")[1]
                where = path.relative_to(SOURCE)
                assert other == part or other in MAY_IMPORT[part], f"{where} imports {name}"


def test_the_output_contract_stands_on_its_own():
    paths = list((SOURCE / "ledger").glob("*.py"))
    names = {name for path in paths for name in imports(ast.parse(path.read_text("utf-8")))}
    outside = {name for name in names if begins_with(name, "flowsim")}
    assert paths
    assert not [name for name in outside if not begins_with(name, "flowsim.ledger")]


def test_a_title_is_looked_up_in_one_place():
    """So that a table, a chart and a warning call one thing by one name."""
    for path in modules():
        if path.name != "titles.py" or path.parent != SOURCE:
            names = set(imports(ast.parse(path.read_text("utf-8"))))
            assert not names & {"flowsim.titles.distinct", "flowsim.titles.text_in"}, path


# ---------------------------------------------------------------- where chance is
CHANCE = ("random", "secrets", "uuid", "numpy.random")


def test_there_is_no_chance_and_no_clock_in_the_system():
    for path in modules():
        if part_of(path) != "system":
            continue
        tree = ast.parse(path.read_text("utf-8"))
        for name in imports(tree):
            assert not any(begins_with(name, library) for library in (*CHANCE, "time", "datetime"))
        used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not used & {"random", "default_rng", "shuffle", "urandom"}, path.name


def test_only_the_cohort_makes_random_numbers():
    for path in modules():
        tree = ast.parse(path.read_text("utf-8"))
        makes = {
            ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)
        } & {"np.random.SeedSequence", "np.random.default_rng", "np.random.Generator"}
        # Intervals resample, and what is guessed is drawn: no chance of a future.
        if part_of(path) not in ("cohort", "experiment", "guesses"):
            assert not makes, path.relative_to(SOURCE)


def test_the_order_of_a_set_decides_nothing_in_the_system():
    # A loop over a set literal, set(...) or a set comprehension would depend on hashes.
    for path in modules():
        if part_of(path) not in ("system", "cohort"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            loops = [node] if isinstance(node, ast.For) else getattr(node, "generators", [])
            for loop in loops:
                over = loop.iter
                a_set = isinstance(over, ast.Set | ast.SetComp) or (
                    isinstance(over, ast.Call) and ast.unparse(over.func) in ("set", "frozenset")
                )
                assert not a_set, f"{path.name}:{over.lineno} loops over a set"


def test_only_the_system_knows_simpy():
    for path in modules():
        names = set(imports(ast.parse(path.read_text("utf-8"))))
        if any(begins_with(name, "simpy") for name in names):
            assert part_of(path) == "system", path.relative_to(SOURCE)


# ---------------------------------------------------------------- what is loaded
@pytest.mark.parametrize("library", HEAVY)
def test_only_the_report_imports_heavy_libraries_when_it_is_imported(library):
    for path in modules():
        if part_of(path) != "report":
            heavy = [name for name in at_import(path) if begins_with(name, library)]
            assert not heavy, f"{path.relative_to(SOURCE)} imports {heavy}"


WORKER = """
import sys
import flowsim
from flowsim.cohort import sample_cohort
from flowsim.experiment.run import run_once

base = flowsim.load("scenarios/drenthe/base.toml", set=["scenario.years=1"])
flowsim.simulate(base, sample_cohort(base))
line = flowsim.scenario.parse({
    "scenario": {"days": 100.0},
    "demand": [{"profile": "p", "per_year": 40.0}],
    "variant": [{"name": "v", "places": 3, "stay_days": {"gamma": 20.0, "cv": 0.5},
                 "next": {"out": 1.0}}],
})
run_once(line, 0)
print(*sorted(sys.modules))
"""


def test_a_worker_loads_no_pandas_no_charts_and_no_statistics(tmp_path):
    loaded = in_a_new_python(WORKER, FLOWSIM_CACHE=str(tmp_path)).split()
    assert {"flowsim.system", "simpy", "numpy", "scipy.special"} <= set(loaded)
    heavy = [name for name in loaded if any(begins_with(name, library) for library in HEAVY)]
    assert heavy == []


def test_importing_flowsim_loads_no_library_and_only_what_tells_whether_it_is_compiled():
    loaded = in_a_new_python("import sys, flowsim; print(*sorted(sys.modules))").split()
    ours = [name for name in loaded if begins_with(name, "flowsim")]
    assert ours == ["flowsim", "flowsim.compiled"]
    libraries = {"numpy", "scipy", "pydantic", "simpy", "click", "rich", "joblib", *HEAVY}
    assert not libraries & set(loaded)


# ---------------------------------------------------------------- names and versions
PUBLIC = [
    "Cohort", "Ledger", "Scenario", "compare", "estimate", "intervals", "load", "parse", "run",
    "sample", "simulate", "sweep", "uncertainty", "why",
]  # fmt: skip


def test_the_public_names_are_these():
    assert flowsim.__all__ == PUBLIC
    for name in PUBLIC:
        assert getattr(flowsim, name).__doc__, f"{name} is documented"
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        _ = flowsim.simulat


def test_the_lock_holds_no_address():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "simpy==" in lock
    assert "://" not in lock


def test_the_lock_pins_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pinned = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.M))
    assert {re.match(r"[a-z0-9-]+", one).group() for one in wanted} <= pinned


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    cited = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text("utf-8"), re.M)
    assert cited is not None
    assert project["version"] == flowsim.__version__ == cited.group(1)


@pytest.mark.parametrize("name", ["tests", "benchmarks"])
def test_no_installed_package_comes_before_ours(name):
    """A dependency installs a top-level package ``tests``, which a mere folder gives way to."""
    found = in_a_new_python(f"import {name}; print({name}.__file__)")
    assert Path(found) == ROOT / name / "__init__.py"


# ---------------------------------------------------------------- files that can be read at once


def test_no_file_is_longer_than_300_lines():
    long = {str(p.relative_to(SOURCE)): n for p in modules() if (n := _lines(p)) > 300}
    assert not long


def test_no_function_is_longer_than_40_lines():
    """Its docstring apart: a table of parameters makes none harder to follow."""
    long = {
        f"{path.relative_to(SOURCE)}: {node.name}": lines
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and (lines := _code_lines(node)) > 40
    }
    assert not long


def _code_lines(node: ast.FunctionDef) -> int:
    said = ast.get_docstring(node, clean=False) or ""
    return (node.end_lineno or 0) - node.lineno + 1 - len(said.splitlines())


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def test_nothing_imports_in_a_circle():
    """Also not for types alone; what a module does not import comes first, layer by layer."""
    left = {name_of(path): path for path in modules()}
    takes = {name: _taken(path, set(left)) - {name} for name, path in left.items()}
    while left:
        free = [name for name in left if not takes[name] & left.keys()]
        assert free, f"in a circle, or above one: {sorted(left)}"
        for name in free:
            del left[name]


def name_of(path: Path) -> str:
    """Return the dotted name of a module."""
    parts = ("flowsim", *path.relative_to(SOURCE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


def _taken(path: Path, known: set[str]) -> set[str]:
    """Return which of the known modules a module imports, wherever and for whatever."""
    names = imports(ast.parse(path.read_text("utf-8")))
    return {name if name in known else name.rpartition(".")[0] for name in names} & known
