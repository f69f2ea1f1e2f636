"""A study as one text that reads back: what was asked of a store, and a hash of all of it.

The text holds the scenarios themselves, so that who has nothing else can work the hash out again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from flowsim.errors import Problem, Said, ScenarioError, clipped, msg, verbatim
from flowsim.experiment.keys import hash_of
from flowsim.experiment.sheet import FORM, SheetScenario, sheet_of, too_deep
from flowsim.scenario import Scenario
from flowsim.scenario.again import again
from flowsim.scenario.problems import not_too_many
from flowsim.store import Store

_LONGEST_PART: Final = 40
"""Signs of the name of a file in a sheet, so that the name of the sheet is told too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """All that the numbers of a study depend on, and which came out."""

    scenarios: tuple[tuple[str, str], ...]
    """Name and hash of each, the base first."""
    seed: int
    replications: int
    code: str
    own: str
    """Not empty: with metrics of one's own."""
    runs: str
    """Hash of the digests of all runs."""

    @property
    def sha256(self) -> str:
        """Hash of scenarios, seed, replications and code."""
        said = [FORM, self.scenarios, self.seed, self.replications, self.code, self.own]
        return _hash(said)


def study_of(store: Store) -> Study:
    """Return the study that a store was asked last.

    Raises
    ------
    StoreError
        When nothing was asked.
    """
    asked = store.asked()
    names = dict(store.database.execute("select sha256, name from scenario"))
    return Study(
        scenarios=tuple((names[one], one) for one in asked.scenarios), seed=asked.seed,
        replications=asked.planned, code=asked.code, own=asked.own, runs=_runs(store),
    )  # fmt: skip


def _runs(store: Store) -> str:
    """Return a hash of the digests of what was asked last and is done."""
    rows = store.database.execute(
        "select scenario_sha256, replication, digest from runs where current "
        "and status = 'done' order by scenario_sha256, replication"
    )
    return _hash([list(row) for row in rows])


def block(store: Store) -> str:
    """Return the study of a store as JSON, with the files that its scenarios are made of."""
    study, files = study_of(store), dict[str, int]()
    scenarios = []
    for name, sha256 in study.scenarios:
        said = json.loads(store.scenario(sha256))
        chain = [[file, files.setdefault(_line(raw), len(files))] for file, raw in said["chain"]]
        scenarios.append({"name": name, "sha256": sha256, "called": said["called"],
                          "set": said["set"], "chain": chain})  # fmt: skip
    head = {"form": FORM, "sha256": study.sha256, "seed": study.seed,
            "replications": study.replications, "code_sha256": study.code, "own": study.own,
            "runs_sha256": study.runs}  # fmt: skip
    lines = [f"{_line(key)}: {_line(value)}" for key, value in head.items()]
    lines += [_listed("scenarios", map(_line, scenarios)), _listed("files", files)]
    return "{" + ",\n".join(lines) + "}"


def _listed(name: str, lines: Any) -> str:
    return f"{_line(name)}: [\n" + ",\n".join(lines) + "\n]"


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read_back(text: str, file: str) -> tuple[str, Study]:
    """Return the hash that a sheet says, and the study that its block comes to.

    The scenarios are made again of their files in the block; what it says that their hashes are
    counts for nothing.

    Parameters
    ----------
    text
        The sheet.
    file
        What it is called in a message.

    Raises
    ------
    ScenarioError
        With all that is wrong: there is no such block, it does not say what a study says, or this
        version of flowsim refuses a scenario.
    """
    try:
        sheet = sheet_of(text, file)
        made, problems = [], dict[Problem, None]()
        for one in sheet.scenarios:
            try:
                made.append((one.name, hash_of(_again(one, sheet.files))))
            except ScenarioError as error:
                problems |= dict.fromkeys(_within(file, problem) for problem in error.problems)
    except RecursionError:
        raise too_deep(file) from None
    if problems:
        raise ScenarioError(not_too_many(list(problems)))
    return sheet.sha256, Study(
        scenarios=tuple(made), seed=sheet.seed, own=sheet.own, replications=sheet.replications,
        code=sheet.code_sha256, runs=sheet.runs_sha256,
    )  # fmt: skip


def _again(one: SheetScenario, files: list[dict[str, Any]]) -> Scenario:
    chain = [[file, files[number]] for file, number in one.chain]
    return again(json.dumps({"chain": chain, "set": one.set, "called": one.called.model_dump()}))


def _within(sheet: str, problem: Problem) -> Problem:
    """Return a problem of a file in a sheet, with the name of the sheet."""
    inside = "--set" if problem.file.startswith("--set ") else Path(problem.file).name
    return replace(problem, file=", ".join(
        one for one in (sheet, clipped(inside, _LONGEST_PART, end=True)) if one
    ))  # fmt: skip


def unlike(sheet: Study, kept: Study) -> list[Said]:
    """Return in what a sheet differs from what a store was asked last; empty: in nothing."""
    found = []
    if [name for name, _ in sheet.scenarios] != [name for name, _ in kept.scenarios]:
        found.append(msg("other scenarios"))
    else:
        pairs = zip(sheet.scenarios, kept.scenarios, strict=True)
        found += [msg("scenario {name!r}", name=one[0]) for one, other in pairs if one != other]
    if sheet.seed != kept.seed:
        found.append(msg("the seed: {old} in the sheet, {new} in the store",
                         old=_number(sheet.seed), new=kept.seed))  # fmt: skip
    if sheet.replications != kept.replications:
        found.append(msg("the replications: {old} in the sheet, {new} in the store",
                         old=_number(sheet.replications), new=kept.replications))  # fmt: skip
    if (sheet.code, sheet.own) != (kept.code, kept.own):
        found.append(msg("the version of the code"))
    if sheet.runs != kept.runs:
        found.append(msg("the runs: other paths, or more or fewer of them"))
    return found


def _number(found: int) -> Said:
    return verbatim(clipped(str(found), 100))


def _hash(said: object) -> str:
    return hashlib.sha256(json.dumps(said).encode("utf-8")).hexdigest()
