"""Where a command runs its futures: on this machine, or on the workers of a cluster."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flowsim.experiment.cluster import Cluster
    from flowsim.report.wording import Wording

cluster_option = click.option(
    "--cluster", metavar="ADDRESS",
    help="Run on the workers of a Dask scheduler, such as tcp://10.0.0.1:8786, instead of on this "
    "machine; the numbers are the same (docs/cluster.md).",
)  # fmt: skip


@contextmanager
def placing(address: str | None, timeout: int | None, say: Wording) -> Iterator[Cluster | None]:
    """Have the cluster at hand that is asked for; None: this machine.

    Ends the program, as for any mistake in the input, where it cannot be used: before any run.
    """
    if address is None:
        yield None
        return
    from flowsim.experiment.cluster import cluster
    from flowsim.experiment.scheduler import ClusterError

    if timeout is not None:
        told = say("--timeout ends a process of this machine, and none of a cluster: leave it out, "
                   "or leave out --cluster")  # fmt: skip
        click.echo(told, err=True)
        sys.exit(2)
    with ExitStack() as stack:
        try:
            found = stack.enter_context(cluster(address))
        except ClusterError as error:
            click.echo(say.said(error.said), err=True)
            sys.exit(2)
        click.echo(say("Workers at {address}: {n}.", address=address, n=found.jobs), err=True)
        yield found
