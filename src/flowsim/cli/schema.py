"""``flowsim schema``: the JSON Schema of the scenario language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flowsim.cli.language import lang_option
from flowsim.cli.spoken import Spoken

if TYPE_CHECKING:
    from flowsim.report.wording import Language


@click.command("schema", cls=Spoken)
@lang_option
def command(lang: Language) -> None:
    """Print the JSON Schema of the scenario language.

    An editor that reads it completes keys and marks mistakes while you write. It knows less than
    `flowsim validate`, which also checks names, shares and what belongs together.

    \b
    Example, where the first line of the scenario is #:schema ./scenario.schema.json
      flowsim schema > scenario.schema.json
    """  # noqa: D301 - click reads the \b
    import json

    from flowsim.scenario.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
