"""Two bands for every number: chance alone, and chance with what is guessed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from flowsim.errors import Problem, Said, ScenarioError, msg, verbatim
from flowsim.experiment.burn_in import base_key
from flowsim.experiment.compare import Comparison, compare
from flowsim.experiment.draws.drawn import Drawn, run_draws
from flowsim.experiment.draws.fit import fit
from flowsim.experiment.draws.split import Split, share_interval, split
from flowsim.experiment.draws.tornado import Bar, bars
from flowsim.experiment.estimates.estimate import Verdict
from flowsim.experiment.numbers.yearly import Line
from flowsim.experiment.processes import Progress
from flowsim.experiment.tables.cells import BELOW_0
from flowsim.guesses import Guesses
from flowsim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

Array = npt.NDArray[np.float64]
NOT_REACHED: Final = 0.05
KNOWN: Final = 0.8
"""A number that fewer of the draws have has no band."""
ABOUT: Final = ("section", "measure", "detail", "statistic", "unit")
COLUMNS: Final = (
    "draws", "draws_mean", "evidence_sd", "future_sd", "evidence_low", "evidence_high",
)  # fmt: skip
"""Of each number, and with ``difference_`` before them of each difference with the base."""
SIGNED: Final = (Verdict.SLIGHT, Verdict.LIKELY, Verdict.CLEAR)
_NORMAL, _NORMAL_90 = 1.96, 1.645
"""Standard normals of an interval of 95% and of 90%."""
SIGN: Final = ("same_sign", "same_sign_low", "same_sign_high", "verdict_with_evidence")
"""Of each difference alone."""


@dataclass(frozen=True)
class Uncertainty:
    """A comparison of a base as it is, and what draws of its guesses come to."""

    comparison: Comparison
    drawn: Drawn

    @property
    def partial(self) -> bool:
        """Whether not all is there that was asked for."""
        return self.comparison.partial or len(self.drawn.draws) < self.drawn.planned

    @property
    def mark(self) -> Said | None:
        """What every export of it says, when not all is there that was asked for."""
        if not self.partial:
            return None
        done, planned = len(self.drawn.draws), self.drawn.planned
        return self.comparison.mark or msg("PARTIAL {done}/{planned}", done=done, planned=planned)

    def of(self, line: Line, scenario: str, *, difference: bool) -> Array | None:
        """Return a number, or a difference with the base, in every draw: draws x futures.

        None where fewer than `KNOWN` of the draws have it, or more than `NOT_REACHED` do not reach
        it: what is left would be too low.
        """
        values = self.drawn.lines.get(line)
        if values is None:
            return None
        keys = self.comparison.keys
        own = values[:, keys.index(scenario)]
        with np.errstate(invalid="ignore"):
            found = own - values[:, 0] if difference else own
        if not len(found) or np.isinf(values[:, [0, keys.index(scenario)]]).any(
            axis=(1, 2)).mean() > NOT_REACHED:  # fmt: skip
            return None
        return found if np.isfinite(found).all(axis=1).mean() >= KNOWN else None

    @cached_property
    def table(self) -> pd.DataFrame:
        """The summary of the base as it is, with what draws say of each row.

        ``low`` to ``high`` is chance alone, in the futures of the base as it is. ``evidence_low``
        to ``evidence_high`` is chance with what is guessed: between what 90% of the draws come to,
        shrunk as far as chance moved them, and as much wider as chance makes the estimate; where no
        evidence was found, the same as chance alone. ``draws`` is how many draws have it,
        ``draws_mean`` their mean, ``evidence_sd`` what guesses do and ``future_sd`` what chance
        does in one future. All of these also of each ``difference``, with ``same_sign``, the share
        of draws on its side of 0, its interval, and what the wider band says
        (``verdict_with_evidence``).
        """
        import pandas as pd

        rows = [self._row(row) for row in self.comparison.summary.to_dict("records")]
        frame = self.comparison.summary.copy()
        more = pd.DataFrame(rows, index=frame.index)
        return pd.concat([frame, more], axis=1)

    def _row(self, row: dict[Any, Any]) -> dict[str, Any]:
        line = Line(*(row[name] for name in ABOUT))
        out: dict[str, Any] = {}
        for difference in (False, True):
            start = "difference_" if difference else ""
            if difference and row["scenario"] == self.comparison.base:
                continue
            values = self.of(line, row["scenario"], difference=difference)
            found = None if values is None else split(values)
            out |= {f"{start}{name}": one for name, one in _numbers(row, found, start).items()}
            if difference:
                out |= _signs(row, found, out)
        return out

    def bars(self, line: Line, scenario: str, *, difference: bool) -> list[Bar]:
        """Return on which guess a number hangs; nothing where too few draws have it."""
        values = self.of(line, scenario, difference=difference)
        if values is None:
            return []
        fit = self.drawn.fit
        return bars(fit.guesses, self.drawn.z, values.mean(axis=1), difference=difference)


def _numbers(row: dict[Any, Any], found: Split | None, start: str) -> dict[str, float]:
    if found is None:
        return dict.fromkeys(COLUMNS, math.nan)
    value, low, high = (row[name] for name in
                        (start[:-1] or "value", f"{start}low", f"{start}high"))  # fmt: skip
    ends: tuple[float, ...] = low, high
    if found.found:
        below, above = (found.mean - found.band[0], found.band[1] - found.mean)
        chance = (value - low, high - value)
        if math.isnan(low + high):  # too few futures: as wide as the draws say that one is
            chance = (_NORMAL * found.chance / math.sqrt(row["replications"]),) * 2
        middle = _NORMAL_90 * found.middle_error
        ends = tuple(found.mean + sign * math.hypot(one, other, middle) for sign, one, other in
                     zip((-1, 1), (below, above), chance, strict=True))  # fmt: skip
    if not start and (row["measure"], row["detail"]) not in BELOW_0:
        most = 1.0 if row["unit"] == "share" else math.inf
        ends = tuple(min(max(end, 0.0), most) for end in ends)  # what cannot be
    said = (len(found.draws), found.mean, found.evidence, found.chance, *ends)
    return dict(zip(COLUMNS, map(float, said), strict=True))


def _signs(row: dict[Any, Any], found: Split | None, out: dict[str, Any]) -> dict[str, Any]:
    """Return in how many draws a difference has its sign, and what the wider band says of it."""
    if found is None or not found.mean or not found.found:
        return dict(zip(SIGN, (math.nan, math.nan, math.nan, str(row["verdict"])), strict=True))
    times, of = found.same_sign
    low, high = out["difference_evidence_low"], out["difference_evidence_high"]
    said = _verdict(row, low, high, found.mean)
    return dict(zip(SIGN, (times / of, *share_interval(times, of), said), strict=True))


def _verdict(row: dict[Any, Any], low: float, high: float, mean: float) -> str:
    """Return the verdict on the wider band: no surer than that on chance alone."""
    matters, chance = row["matters"], str(row["verdict"])
    if not math.isfinite(low + high) or chance not in SIGNED:
        return chance
    if low <= 0 <= high or mean * row["difference"] < 0:
        return str(Verdict.SAME if -matters < low and high < matters else Verdict.CLOSE)
    return str(Verdict.SLIGHT) if abs(mean) < matters else chance


def uncertainty(
    base: Scenario,
    others: Sequence[Scenario] = (),
    draws: int = 100,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    *,
    fitting: Progress | None = None,
) -> Uncertainty:
    """Compare scenarios, with chance alone and with what is guessed in their base.

    Parameters
    ----------
    base, others
        As in `flowsim.compare`; all of one base, which has guesses with a range, counts of today
        and a burn-in.
    draws
        How many draws of the guesses to simulate, each in two futures.
    replications, seed, jobs, progress
        Of the base as it is, as in `flowsim.compare`; the seed also of the draws.
    fitting
        Called after each balance that draws are fitted with.

    Returns
    -------
    Uncertainty
        ``table`` is the summary with both bands, ``bars`` says on which guess a number hangs.

    Raises
    ------
    ScenarioError
        When there is nothing to draw, nothing to fit it to, or more than one base.
    KeyboardInterrupt
        When it is asked to stop before the draws; after that, what is done is in the result.
    """
    scenarios = (base, *others)
    if problems := undrawable(scenarios):
        raise ScenarioError(problems)
    comparison = compare(base, others, replications, seed, jobs, progress)
    if comparison.interrupted:
        raise KeyboardInterrupt
    fitted = fit(comparison.scenarios[0].base, comparison.seed, jobs=jobs, progress=fitting)
    drawn = run_draws(comparison.scenarios, fitted, draws, comparison.seed, jobs, progress)
    return Uncertainty(comparison, drawn)


def undrawable(scenarios: Sequence[Scenario]) -> list[Problem]:
    """Return why nothing can be drawn: several bases, no guess with a range, nothing counted."""
    base, problems = scenarios[0].base, list[Problem]()
    for one in scenarios[1:]:
        if base_key(one.base) != base_key(base):
            found = msg("it extends another base than {name!r}", name=scenarios[0].key)
            allowed = msg("scenarios of one base: what is guessed is read in its file")
            problems.append(
                Problem(file=one.provenance.file, path="extends", found=found, allowed=allowed)
            )
    if not Guesses(base).listed:
        found = msg("no guess with a range")
        allowed = msg("numbers such as {written}", written=_EXAMPLE)
        problems.append(Problem(file=base.provenance.file, path="", found=found, allowed=allowed))
    if not base.start.residents or not base.start.burn_in_years:
        found = msg("nothing counted of today, or no burn-in")
        allowed = msg("start.residents and start.burn_in_years: draws are moved to what is "
                      "counted, and each has a today of its own")  # fmt: skip
        problems.append(
            Problem(file=base.provenance.file, path="start", found=found, allowed=allowed)
        )
    return problems


_EXAMPLE: Final = verbatim('{ value = 0.12, range = [0.05, 0.25], assumption = "..." }')
