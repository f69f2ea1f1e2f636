"""``flowsim compare``: scenarios on the same chance, each against the base."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from flowsim.cli.batch import (
    Looked,
    Options,
    batch_options,
    full_option,
    order_option,
    run_batch,
)
from flowsim.cli.given import load_all
from flowsim.cli.looking import until_option
from flowsim.cli.spoken import Spoken
from flowsim.errors import msg

if TYPE_CHECKING:
    from flowsim.report.cells import Order
    from flowsim.scenario import Scenario

BASE = "base.toml"
NO_SCENARIO = ("sources.toml",)
HIDDEN = (".", "~")
"""How the names begin of what editors and spreadsheets leave behind."""


@click.command("compare", cls=Spoken)
@click.argument("files", metavar="BASE OTHER... | FOLDER", nargs=-1, required=True,
                type=click.Path(path_type=Path))  # fmt: skip
@batch_options
@until_option
@full_option
@order_option
def command(files: tuple[Path, ...], full: bool, order: Order, **options: Unpack[Looked]) -> None:
    """Simulate scenarios on the same chance and compare them.

    BASE and OTHER are scenario files (TOML); a FOLDER holds base.toml and others beside it. Every
    scenario meets the same people, with the same needs, in each replication: what differs between
    them comes mostly from the decision; the chance that is left is in the interval.

    The terminal says in a sentence what each scenario changes, in the same futures and with a 95%
    interval, and then shows at most twelve rows. All rows, with their intervals: --full.

    What is written in DIR: see flowsim run --help.

    \b
    Examples:
      flowsim compare scenarios/drenthe
      flowsim compare scenarios/drenthe -n 20 --jobs 2 --lang en
      flowsim compare scenarios/drenthe --until "halfwidth(diff.wait.placement) <= 1 week"
      flowsim compare scenarios/drenthe/base.toml scenarios/drenthe/more_dwellings.toml
    """  # noqa: D301 - click reads the \b
    scenarios, name = read(files, options)
    run_batch(scenarios, options["out"] or Path("results") / name, options, full=full, order=order)


def read(files: Sequence[Path], options: Options) -> tuple[list[Scenario], str]:
    """Return the scenarios of files or of a folder, the base first, and what they are called."""
    listed = _in_folder(files[0]) if len(files) == 1 and _is_folder(files[0]) else list(files)
    if len(listed) < 2:
        load_all(listed, (), ())  # says what is wrong with it, and which name is nearest
        wrong = msg("give a base and at least one other scenario, or a folder with them")
        raise click.UsageError(wrong)
    scenarios = load_all(listed, options["settings"], options["guesses"])
    return scenarios, files[0].resolve().name if _is_folder(files[0]) else scenarios[0].key


def _is_folder(path: Path) -> bool:
    """Return whether it is a folder that one may see; what else it is, reading it will say."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _in_folder(folder: Path) -> Sequence[Path]:
    """Return the scenarios of a folder: the base, then the others by name."""
    found = sorted(file for file in folder.glob("*.toml") if not file.name.startswith(HIDDEN))
    others = [file for file in found if file.name not in (BASE, *NO_SCENARIO)]
    try:
        missing = not (folder / BASE).exists()
    except OSError:
        missing = False  # reading it says why
    if missing:
        wrong = msg("no {file} in {folder}; it is what the others are compared with", file=BASE,
                    folder=folder)  # fmt: skip
        raise click.UsageError(wrong)
    return [folder / BASE, *others]
