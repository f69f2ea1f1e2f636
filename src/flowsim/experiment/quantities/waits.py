"""How long people wait: for what, and who; each wait said once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from flowsim.experiment.quantities.kinds import SHARE, WEEKS, Good, Quantity, of_kind


class Wait(NamedTuple):
    """What is waited for, and of whom."""

    label: str
    """Begins with ``Wait``, in Dutch too: sentences go on after that word."""
    whom: str = ""


WAITS: Final = {
    "access": Wait("Wait for a decision"),
    "access_assessor": Wait("Wait for an assessor"),
    "placement": Wait("Wait for a first place"),
    "placement_own": Wait("Wait for a first place", "of those who were awarded an own dwelling"),
    "placement_provider": Wait(
        "Wait for a first place", "of those who were awarded a provider's place"
    ),
    "placement_shelter": Wait("Wait for a first place", "of those who were awarded shelter"),
    "internal": Wait("Wait for another place"),
    "outflow": Wait("Wait to leave"),
    "outflow_own": Wait("Wait to leave", "from an own tenancy"),
    "outflow_provider": Wait("Wait to leave", "from a provider's place"),
    "outflow_shelter": Wait("Wait to leave", "from shelter"),
    "return": Wait("Wait for a place after relapse"),
}
"""By name in the summary; those to leave by the tenancy of the place that is held, a first place by
that of the variant that the award names first, where there are several."""
FIRST_PLACES: Final = tuple(name for name in WAITS if name.startswith("placement_"))
_MAIN: Final = ("access", "placement", *FIRST_PLACES)
MEAN: Final = "mean_104_weeks"
STATISTICS: Final = {
    "median": "half within",
    "p90": "nine in ten within",
    "placed_within_13_weeks": "placed within 13 weeks",
    "placed_within_26_weeks": "placed within 26 weeks",
    "placed_within_52_weeks": "placed within 52 weeks",
}
"""What of a wait, but for its mean."""


def quantities_of_waits() -> Iterator[Quantity]:
    """Yield the quantities of each wait, in the order of tables."""
    for name, (label, whom) in WAITS.items():
        main = name in _MAIN
        yield of_kind(WEEKS, "wait", name, label, whom=whom, statistic=MEAN, main=main)
        for statistic, said in STATISTICS.items():
            look = SHARE if statistic.startswith("placed") else WEEKS
            good = Good.MORE if look is SHARE else Good.LESS
            yield of_kind(look, "wait", name, label, whom=whom, part=said, statistic=statistic,
                          good=good)  # fmt: skip
