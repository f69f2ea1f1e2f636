"""Parts 5 and 6 of the STRESS-DES sheet: what a study was made with, and where the code is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flowsim.report.markdown import code, item, listed, plain, to_fill_in
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    from flowsim.experiment.results import Results
    from flowsim.store import Store


def implementation(store: Store, results: Results, say: Wording) -> Iterator[str]:
    """Yield parts 5 and 6."""
    known = _environments(store)
    yield f"## 5. {say('Implementation')}\n"
    version, sha256 = store.database.execute(
        "select version, code_sha256 from runs where current and status = 'done' limit 1"
    ).fetchone()
    yield from item(
        "5.1", say("Software or programming language"),
        say("flowsim {version}, in Python; hash of the code and libraries that made these numbers: "
            "`{sha256}`.", version=plain(version), sha256=sha256),
        listed(list(dict.fromkeys(_versions(one, say) for one in known))) if known
        else to_fill_in(say("versions of Python and of libraries: this store was filled before "
                            "they were kept"), say),
    )  # fmt: skip
    yield from item(
        "5.2", say("Random sampling"),
        say("Philox4x32-10, counter-based: each number follows from seed, replication, stream, "
            "identity and occurrence, through the inverse of the distribution function "
            "(`docs/decisions/0002-counter-based-chance.md`)."),
    )  # fmt: skip
    yield from item(
        "5.3", say("Model execution"),
        say("Event by event, on the calendar of SimPy; the order at one instant is in "
            "`docs/model.md`, section 15. Replications side by side in processes, on which no "
            "number depends."),
    )  # fmt: skip
    yield from item("5.4", say("System specification"), *_machines(store, results, known, say))
    yield f"## 6. {say('Code access')}\n"
    yield from item(
        "6.1", say("Computer model sharing statement"),
        say("flowsim is free software (MIT licence); `CITATION.cff` says how to cite it, "
            "`flowsim reproduce DIR` runs the study again and compares."),
        to_fill_in(say("the address where this version of flowsim, the scenarios and the store "
                       "can be had"), say),
    )  # fmt: skip


def _environments(store: Store) -> list[dict[str, Any]]:
    """Return what the commands that filled the last study were run with, each once."""
    found = store.environments()
    return [one for number, one in enumerate(found) if one not in found[:number]]


def _versions(one: dict[str, Any], say: Wording) -> str:
    said = {name: str(value) for name, value in one["versions"].items()
            if name not in ("flowsim", "flowsim_code_sha256")}  # fmt: skip
    listed = ", ".join(f"{plain(name)} {plain(value)}" for name, value in said.items())
    compiled = say("compiled") if one["engine"] == "compiled" else say("from its source")
    return say("{versions}; the engine {how}", versions=listed, how=compiled)


def _machines(
    store: Store, results: Results, known: list[dict[str, Any]], say: Wording
) -> Iterator[str]:
    """Yield the machines, and what the runs took."""
    rows = store.database.execute(
        "select host, count(*), sum(seconds) from runs where current and status = 'done' group by 1"
    ).fetchall()
    about = {one["host"]: one for one in known}
    yield say("Runs by machine:")
    entries = []
    for host, count, seconds in rows:
        told = say("{host}: runs {n}, together {hours} hours", host=code(host),
                   n=say.number(count), hours=say.number(seconds / 3600, 3))  # fmt: skip
        if host in about:
            told += "; " + say("{n} processors, {memory} GB of memory",
                               n=about[host]["processors"],
                               memory=say.number(about[host]["memory_bytes"] / 1e9, 1))  # fmt: skip
        else:
            told += "; " + to_fill_in(say("processors and memory of this machine"), say)
        entries.append(told)
    yield listed(entries)
