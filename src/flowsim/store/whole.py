"""Whether a store is what was put there: by SQLite, by the hash of each column, by each path."""

from __future__ import annotations

from collections.abc import Iterator

from flowsim.errors import Said, msg, verbatim
from flowsim.store.database import sha256_of
from flowsim.store.gate import told
from flowsim.store.store import Store


def damages(store: Store) -> Iterator[Said]:
    """Yield what is wrong with a store; nothing: all that is there is what was put there."""
    with told(store.path):
        for (said,) in store.database.execute("pragma integrity_check"):
            if said != "ok":
                yield verbatim(said)
        for said, *_ in store.database.execute("pragma foreign_key_check"):
            yield msg("{what}: a row belongs to nothing", what=said)
        yield from _changed(store)
        yield from _apart(store)


def _changed(store: Store) -> Iterator[Said]:
    rows = store.database.execute(
        "select scenario, replication, what, part.sha256, part.packed "
        "from part join run on run.id = run_id"
    )
    for scenario, replication, what, sha256, packed in rows:
        if type(packed) is not bytes or sha256_of(packed) != sha256:
            yield msg("{what} of replication {n} of {scenario!r} is damaged",
                      what=what, n=replication, scenario=scenario)  # fmt: skip
    for sha256, packed in store.database.execute("select sha256, packed from label"):
        if type(packed) is not bytes or sha256_of(packed) != sha256:
            yield msg("{what} is damaged", what="label")


def _apart(store: Store) -> Iterator[Said]:
    rows = store.database.execute(
        "select min(scenario), min(replication) from run where status = 'done' "
        "group by path_key having count(distinct digest) > 1"
    )
    for scenario, replication in rows:
        yield msg("replication {n} of {scenario!r} is there with two paths",
                  n=replication, scenario=scenario)  # fmt: skip
