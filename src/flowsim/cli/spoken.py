"""Commands whose help is said in the language of the command: paragraph by paragraph."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator

import click
from click.core import iter_params_for_processing

from flowsim.cli.language import wording_of
from flowsim.cli.usage import SeveralWrong, pieces


class Spoken(click.Command):
    """A command that says its help in the language that is asked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of a command; refuse every value that cannot be, not the first alone."""
        try:
            return super().parse_args(ctx, list(args))
        except click.BadParameter:
            wrong = list(self._wrong(ctx, args))
            if len(wrong) < 2:
                raise
        raise SeveralWrong(wrong)

    def _wrong(self, ctx: click.Context, args: list[str]) -> Iterator[click.BadParameter]:
        """Yield what is wrong with each option or argument, in the order of the words."""
        values, rest, order = self.make_parser(ctx).parse_args(list(args))
        for param in iter_params_for_processing(order, self.get_params(ctx)):
            try:
                param.handle_parse_result(ctx, values, rest)
            except click.BadParameter as error:
                yield error

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how the command is written."""
        say = wording_of(ctx)
        usage = say("Usage: {command}", command="")
        words = pieces(self, ctx, say)
        formatter.write_usage(ctx.command_path, words, prefix=f"{usage.rstrip()} ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        say = wording_of(ctx)
        told = "\n\n".join(
            f"\b\n{say(words)}{examples}" if "\n" in words + examples else say(words)
            for words, examples in paragraphs(self)
        )
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(told)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and what click adds to their help."""
        say = wording_of(ctx)
        added = (("[default: ", say("[default: ")), ("required]", say("required]")))
        records = []
        for param in self.get_params(ctx):
            if isinstance(param, click.Option):
                told = copy.copy(param)
                told.help = say(param.help or "")
                told.metavar = say(param.metavar) if param.metavar else None
                names, text = told.get_help_record(ctx) or ("", "")
                for word, said in added:
                    text = text.replace(word, said)
                records.append((names, text))
        with formatter.section(say("Options")):
            formatter.write_dl(records)


def paragraphs(command: click.Command) -> Iterator[tuple[str, str]]:
    """Yield the words of each paragraph of a help text, and the examples that follow on them.

    A paragraph in a form of its own keeps its lines; commands are the same in every language.
    """
    for text in inspect.cleandoc(command.help or "").split("\n\n"):
        lines = text.strip().splitlines()
        if lines and lines[0] == "\b":
            words, example, rest = "\n".join(lines[1:]).partition("\n  flowsim ")
            yield words, example + rest
        elif lines:
            yield " ".join(lines), ""
