"""The command line: one file a command, loaded only when it is called."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from flowsim.cli.any_encoding import say_in_any_encoding
from flowsim.cli.language import lang_option, note_language, wording_asked_for, wording_of
from flowsim.cli.settings import mend_settings
from flowsim.cli.spoken import Spoken
from flowsim.cli.streams import UnsaidError, mend_streams
from flowsim.cli.usage import wrong_use
from flowsim.compiled import engine
from flowsim.errors import ScenarioError, joined, msg, one_of
from flowsim.interrupts import exit_code

if TYPE_CHECKING:
    from flowsim.report.wording import Language

COMMANDS = {
    "validate": "Check scenario files: every mistake at once, then the balance.",
    "show": "Show a scenario in full, and where each value came from.",
    "run": "Simulate one scenario: tables, charts and a summary.",
    "compare": "Simulate scenarios on the same chance and compare them.",
    "uncertainty": "Compare scenarios with what is guessed: which conclusion stands?",
    "tornado": "On which guess does a conclusion hang?",
    "calibrate": "Move the guesses of a base to what is counted of today.",
    "sweep": "Vary one or more values: what does each step bring?",
    "summary": "Print what the results in a folder say, and what else is there.",
    "tables": "Write the tables of stored results again, without a run.",
    "charts": "Draw the charts of stored results again, in either language.",
    "export": "Write stored results for other programs: CSV, Parquet, a spreadsheet.",
    "log": "Write what happened to each client, for process mining and animation.",
    "sql": "Ask the results in a folder a question in SQL.",
    "reproduce": "Run again what is stored, and say whether it is the same.",
    "stress": "Write the reporting sheet of a study (STRESS-DES), or read one back.",
    "tell": "Tell what happened to a client in one future.",
    "why": "Tell why two scenarios differ: where they part, who wins, what is scarce.",
    "schema": "Print the JSON Schema of the scenario language.",
}
"""Commands and what they do; ``flowsim.cli.<name>`` holds each as ``command``."""


class _Commands(Spoken, click.Group):
    """Imports a command when it is called, and says what is wrong with a scenario."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program, whatever the streams and the settings are that it is given."""
        mend_streams()
        say_in_any_encoding()
        mend_settings()
        try:
            try:
                return super().main(*args, **kwargs)
            finally:
                sys.stdout.flush()
        except BrokenPipeError:
            sys.exit(1)
        except UnsaidError as error:
            click.echo(wording_asked_for().said(error.said), err=True)
            sys.exit(1)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"flowsim.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name the nearest one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            found, allowed = msg("no command {name!r}", name=args[0]), one_of(COMMANDS, args[0])
            ctx.fail(joined([found, allowed], "; "))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        say = wording_of(ctx)
        with formatter.section(say("Commands")):
            formatter.write_dl([(name, say(what)) for name, what in COMMANDS.items()])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options and the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note the language before anything can be wrong."""
        note_language(ctx, args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise wrong_use(error, wording_of(ctx)) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a scenario with mistakes ends in one line for each, without traceback."""
        try:
            return super().invoke(ctx)
        except ScenarioError as error:
            say = wording_of(ctx)
            for problem in error.problems:
                click.echo(say.problem(problem), err=True)
            ctx.exit(2)
        except click.UsageError as error:
            raise wrong_use(error, wording_of(ctx)) from None
        except KeyboardInterrupt:
            say = wording_of(ctx)
            click.echo(say("Stopped by you."), err=True)
            ctx.exit(exit_code())
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError,
                UnsaidError):  # fmt: skip
            raise
        except Exception as error:
            from flowsim.cli.unexpected import EXIT, report

            report(error, wording_of(ctx))
            ctx.exit(EXIT)


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(None, "--version", package_name="flowsim",
                      message=f"flowsim %(version)s (engine: {engine()})",
                      help="Show the version and stop.")  # fmt: skip
@lang_option
def main(lang: Language) -> None:
    """See what a decision on sheltered housing does to waiting (in weeks) and cost (in euros).

    A scenario is a text file (TOML): what a council can decide, and what we know about the world.
    flowsim simulates it person by person, and compares scenarios on the same chance.

    \b
    A first round:
      flowsim validate scenarios/drenthe/base.toml
      flowsim compare scenarios/drenthe -n 30
      flowsim show scenarios/drenthe/more_dwellings.toml

    Help on a command: flowsim COMMAND --help

    \b
    Exit codes:
      0    done
      1    it could not be done: a full disk, a folder that cannot be written
      2    a mistake in what was given; nothing was run
      3    some replications failed and are named; all others are done and written
      70   a fault in flowsim
      129, 130, 143   asked to stop: a closed terminal, Ctrl-C, SIGTERM
    """  # noqa: D301 - click reads the \b
