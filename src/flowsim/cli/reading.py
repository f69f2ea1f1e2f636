"""What commands share that read the results of a folder, and make exports of them again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flowsim.report.wording import Language


@contextmanager
def reading(lang: Language) -> Iterator[None]:
    """Say what is wrong with a store or a question, and end with 2; 1 where writing fails.

    What cannot be run again (`EngineError`: a scheduler that went) ends with 2 too.
    """
    from flowsim.errors import EngineError
    from flowsim.experiment.writing.files import OutputError
    from flowsim.report.wording import wording
    from flowsim.store import StoreError

    try:
        yield
    except (StoreError, OutputError, EngineError) as error:
        click.echo(wording(lang).said(error.said), err=True)
        sys.exit(1 if isinstance(error, OutputError) else 2)
