"""The tables of a store, as SQLite keeps them; `docs/store.md` says the same for people."""

from __future__ import annotations

from typing import Final

APPLICATION: Final = 0x666C_6F77
"""``flow``: says what kind of SQLite file this is."""

TABLES: Final = """
create table scenario (
    sha256 text primary key,        -- of the resolved scenario and its base
    name text not null,
    said blob not null              -- what it was read from, packed; a scenario again
) without rowid;
create table code (
    sha256 text primary key,        -- of the code that makes a path and measures it
    path_sha256 text not null,      -- of the code and libraries that make a path
    version text not null,          -- of flowsim
    first_used text not null        -- UTC
) without rowid;
create table label (
    id integer primary key,
    sha256 text not null unique,
    packed blob not null            -- the words of a tidy table, once for all runs that share them
);
create table name (
    id integer primary key,
    sha256 text not null unique,
    said text not null              -- JSON: municipalities, profiles, variants, levels, in order
);
create table run (
    id integer primary key,
    key text not null unique,       -- hash of all that the numbers depend on
    path_key text not null,         -- the same without what measures
    scenario_sha256 text not null references scenario,
    scenario text not null,
    seed integer not null,
    replication integer not null,
    code_sha256 text not null references code,
    today_sha256 text not null,
    own text not null,              -- '': no metrics of one's own
    status text not null check (status in ('done', 'failed')),
    error text,
    traceback text,
    digest text,                    -- of the path
    seconds real not null,          -- on the clock
    cpu_seconds text not null,      -- JSON: of sampling, simulating, measuring, pricing
    host text not null,
    finished text not null,         -- UTC
    name_id integer references name,
    parts text not null             -- JSON: label_id of each part, null where it has none
);
create index run_of_scenario on run (scenario_sha256, seed, replication);
create index run_of_path on run (path_key);
create table part (
    run_id integer not null references run on delete cascade,
    what text not null,             -- measures, costs, own, waits, stays, acts, capacities, events
    label_id integer references label,
    sha256 text not null,           -- of `packed`
    packed blob not null,           -- compressed columns
    primary key (run_id, what)
);
create table batch (
    id integer primary key,
    made text not null,             -- UTC
    status text not null check (status in ('going', 'partial', 'complete')),
    seed integer not null,
    planned integer not null,       -- replications of each scenario
    code_sha256 text not null,
    own text not null,
    said text not null              -- JSON: what else was asked, for the exports
);
create table batch_scenario (
    batch_id integer not null references batch on delete cascade,
    place integer not null,         -- 0: what the others are compared with
    scenario_sha256 text not null references scenario,
    primary key (batch_id, place)
) without rowid;
create table derived (              -- what is made of runs, so that it is not made each time
    made_of text not null,          -- hash of all of it: these runs, this code
    name text not null,             -- of a table of estimates
    sha256 text not null,           -- of `packed`
    packed blob not null,
    primary key (made_of, name)
);
create view runs as                 -- all of them; current: of the batch that was asked last
select id as run, run.scenario, replication, seed, status, error, traceback, digest, seconds,
    cpu_seconds, host, finished, scenario_sha256, code_sha256, version,
    exists (
        select 1 from batch join batch_scenario as asked on asked.batch_id = batch.id
        where batch.id = (select max(id) from batch)
            and asked.scenario_sha256 = run.scenario_sha256 and batch.seed = run.seed
            and batch.code_sha256 = run.code_sha256 and batch.own = run.own
            and run.replication < batch.planned
    ) as current
from run join code on code.sha256 = run.code_sha256;
create view scenarios as
select place, scenario.name as scenario, sha256
from batch_scenario join scenario on sha256 = scenario_sha256
where batch_id = (select max(id) from batch);
"""

SETTINGS: Final = (
    "pragma journal_mode = wal",
    "pragma synchronous = normal",  # a kill loses nothing; losing power, at most the last runs
    "pragma foreign_keys = on",
    "pragma busy_timeout = 10000",
)
