"""``flowsim stress``: the reporting sheet of a study, and whether a sheet is of that study."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from flowsim.cli.language import lang_option
from flowsim.cli.reading import reading
from flowsim.cli.spoken import Spoken

if TYPE_CHECKING:
    from flowsim.report.wording import Language, Wording
    from flowsim.store import Store

NAME: Final = "stress.md"


@click.command("stress", cls=Spoken)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--check", "check", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write nothing: read this sheet back, and say whether it is of the study in "
              "DIR.")  # fmt: skip
@lang_option
def command(folder: Path, check: Path | None, lang: Language) -> None:
    """Write the reporting sheet of a study (STRESS-DES) in DIR/stress.md, without a run.

    DIR is where `flowsim run`, `compare` or `sweep` wrote; the sheet is about what was asked last.
    It has the twenty items of STRESS-DES (Monks et al., 2019): what a journal or a reviewer asks of
    a study with discrete-event simulation. What the store knows is filled in: scenarios, evidence,
    run length, burn-in, seed, replications, versions, machines. What it cannot know is marked "To
    fill in", and nothing is made up.

    At the end stands the study itself as JSON: from that alone --check works out the hash of
    scenarios, seed, replications and code again, and compares it with that of the store.

    \b
    Exit code: 0, or with --check 1 when the sheet is of another study; 2 when it cannot be read.

    \b
    Examples:
      flowsim stress results/drenthe --lang en
      flowsim stress results/drenthe --check article/stress.md
    """  # noqa: D301 - click reads the \b
    from flowsim.report.wording import wording
    from flowsim.store import Store

    say = wording(lang)
    with reading(lang), Store.read(folder) as store:
        if check is not None:
            sys.exit(_check(store, check, say))
        _write(store, folder / NAME, say)


def _write(store: Store, file: Path, say: Wording) -> None:
    from flowsim.experiment.stored import results_of
    from flowsim.experiment.writing.files import whole_file
    from flowsim.report.stress import sheet
    from flowsim.store import locked

    with locked(file.parent):
        text = sheet(store, results_of(store), say)
        with whole_file(file) as stream:
            stream.write(text.encode("utf-8"))
    click.echo(say("Reporting sheet: {file}", file=file), err=True)


def _check(store: Store, file: Path, say: Wording) -> int:
    """Say whether a sheet is of the study of a store; return the exit code."""
    from flowsim.errors import clipped, msg
    from flowsim.experiment.study import read_back, study_of, unlike
    from flowsim.scenario.files import small_text

    said, sheet = read_back(small_text(file), str(file))
    kept = study_of(store)
    different = unlike(sheet, kept)
    if said != sheet.sha256:
        different.insert(0, msg("the sheet says {said!r}, and comes to {found}",
                                said=clipped(said, 100), found=sheet.sha256))  # fmt: skip
    if different:
        click.echo(say("Another study than that in {folder}:", folder=store.path.parent))
        for one in different:
            click.echo(f"  {say.said(one)}")
        return 1
    click.echo(say("The study in {folder}: {sha256}", folder=store.path.parent, sha256=kept.sha256))
    return 0
