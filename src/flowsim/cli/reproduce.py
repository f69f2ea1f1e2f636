"""``flowsim reproduce``: run again what is stored, and say whether it is the same."""

from __future__ import annotations

import platform
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli.language import lang_option
from flowsim.cli.placing import cluster_option, placing
from flowsim.cli.reading import reading
from flowsim.cli.spoken import Spoken
from flowsim.cli.whole import Whole

if TYPE_CHECKING:
    from flowsim.experiment.differing import Difference
    from flowsim.experiment.processes import Place
    from flowsim.experiment.reproduce import Again, StoredRun, Verdict
    from flowsim.report.wording import Language, Wording


@click.command("reproduce", cls=Spoken)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("named", metavar="[RUN...]", nargs=-1)
@click.option("--jobs", type=Whole(min=1), metavar="JOBS",
              help="Processes at work; default: all processors. Never more than fit in half of the "
              "memory.")  # fmt: skip
@cluster_option
@lang_option
def command(
    folder: Path, named: tuple[str, ...], jobs: int | None, cluster: str | None, lang: Language
) -> None:
    """Run again what is stored in a folder, and say whether every number is the same.

    DIR is where `flowsim run`, `compare` or `sweep` wrote; nothing in it changes. A run is the same
    when its path, every number, every wait and all that amounts follow from are equal to the last
    digit. Of one that differs you get the first numbers, as they were and as they are now.

    RUN is a number of `flowsim sql DIR "select * from runs"`, or scenario and replication of what
    was asked last; left out: all that is there, of other scenarios and seeds too.

    Said first: which runs another version of flowsim or another machine made. Another version may
    bring other numbers, and the changelog says which; another machine may not. The people of today
    are read from the cache folder where they are kept; FLOWSIM_CACHE=EMPTY_FOLDER makes them anew.
    Metrics of one's own are functions, which are not stored: the rest of such a run is compared.

    \b
    Exit code: 0 all the same, 1 something differs, 2 it cannot be compared, 130 after Ctrl-C.

    \b
    Examples:
      flowsim reproduce results/drenthe
      flowsim reproduce results/drenthe more_dwellings/3
      flowsim reproduce results/drenthe 12 13
    """  # noqa: D301 - click reads the \b
    from flowsim.experiment.reproduce import Again, stored_runs
    from flowsim.interrupts import exit_code
    from flowsim.report.wording import wording
    from flowsim.store import Store

    say = wording(lang)
    with reading(lang), Store.read(folder) as store:
        runs = stored_runs(store, named)
        for line in _first(runs, say):
            click.echo(line, err=True)
        again = Again(store, runs)
        with placing(cluster, None, say) as there:
            done, same = _compare(again, there or _jobs(again, jobs), say)
    click.echo(say("The same: {n} of {total}.", n=say.number(same), total=say.number(done)))
    if again.interrupted:
        click.echo(say("Stopped by you; not compared: {n}.", n=say.number(len(runs) - done)),
                   err=True)  # fmt: skip
    sys.exit(exit_code() if again.interrupted else 1 if same < done else 0)


def _first(runs: Sequence[StoredRun], say: Wording) -> list[str]:
    """Say what is known beforehand: other code, another machine, and how long it took then."""
    from importlib.metadata import version

    from flowsim.cli.told_first import duration
    from flowsim.experiment.keys import code

    lines, total = [], say.number(len(runs))
    for (sha256, of), count in Counter((one.code, one.version) for one in runs).items():
        if sha256 != code():
            lines.append(say(
                "Made by other code (flowsim {of}, {sha256}) than is here (flowsim {here}, {now}): "
                "{n} of {total}. Their numbers may differ for that reason.",
                of=of, sha256=sha256[:12], here=version("flowsim"), now=code()[:12],
                n=say.number(count), total=total,
            ))  # fmt: skip
    here = platform.node()
    for host, count in Counter(one.host for one in runs).items():
        if host != here:
            lines.append(say("Made on another machine ({host}) than this ({here}): {n} of {total}.",
                             host=host, here=here, n=say.number(count), total=total))  # fmt: skip
    seconds = duration(sum({one.named: one.seconds for one in runs}.values()))
    lines.append(say("To run again and compare: {n}. Then it took {time} of computing.",
                     n=total, time=say.said(seconds)))  # fmt: skip
    return lines


def _jobs(again: Again, asked: int | None) -> int:
    """Return how many processes work: no more than runs, and than fit in half of memory."""
    from dataclasses import replace

    from flowsim.cli.told_first import jobs_of
    from flowsim.experiment.effort import effort_of

    scenarios = list(again.scenarios.values())
    if not scenarios:
        return 1
    if len(again.tasks) == 1:  # in another process, which may end
        return min(asked or 2, 2)
    effort = effort_of(scenarios, 1)
    return jobs_of(replace(effort, runs=len(again.tasks), bytes_kept=0.0), asked)


def _compare(again: Again, jobs: int | Place, say: Wording) -> tuple[int, int]:
    """Run and compare; say what differs as it is found, and return how many of how many are not."""
    from flowsim.cli.show_progress import show_progress

    done = same = 0
    with (
        show_progress(say) as shown,
        closing(again.verdicts(jobs, shown.running, shown.preparing)) as verdicts,
    ):
        for one in verdicts:
            done, same = done + 1, same + one.same
            for line in _told(one, say):
                click.echo(line)
    return done, same


def _told(one: Verdict, say: Wording) -> list[str]:
    """Say where a run differs."""
    if one.same:
        return []
    run = one.run
    called = say("Run {n} (replication {r} of {scenario}, seed {seed})", n=run.number,
                 r=run.named[2], scenario=run.scenario, seed=run.named[1])  # fmt: skip
    if one.why is not None:
        return [say("{run}: {why}", run=called, why=one.why)]
    path = one.first[0].where == ("digest",)
    found = say("another path") if path else say("the same path, other numbers")
    lines = [say("{run}: {what}; differing: {n}, first", run=called, what=found,
                 n=say.number(one.count))]  # fmt: skip
    if one.today:
        lines.append(say("  the people of today are others already"))
    return [*lines, *(_line(difference, say) for difference in one.first)]


def _line(one: Difference, say: Wording) -> str:
    """Say one number as it was and as it is: in full, as no language rounds it."""
    old, new = (say("not there") if value is None else repr(value) for value in (one.old, one.new))
    where = ", ".join(part for part in one.where if part)
    return say("  {where}: {old} then, {new} now", where=where, old=old, new=new)
