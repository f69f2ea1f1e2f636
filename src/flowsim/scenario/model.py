"""A whole scenario: what a council decides and what we know about the world."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import PurePath
from typing import Annotated, Any, Final, Literal

from pydantic import Field, PrivateAttr, Strict

from flowsim.scenario.access import Desk
from flowsim.scenario.change import Change
from flowsim.scenario.demand import Demand
from flowsim.scenario.flow import Leaving, Placement, Start
from flowsim.scenario.geography import Areas
from flowsim.scenario.housing import Dwellings, Variant
from flowsim.scenario.money import Money
from flowsim.scenario.need import ExitTo, Level, RateByPlace, Situation
from flowsim.scenario.provenance import Provenance
from flowsim.scenario.support import Team
from flowsim.scenario.toml_text import toml
from flowsim.scenario.values import COUNT, Block, Text

BLOCK_KEYS = {
    "level": "name",
    "demand": "profile",
    "desk": "name",
    "variant": "name",
    "team": "name",
    "dwellings": "name",
}
"""The lists of blocks, and the key that names a block within its list."""


MOST_MUNICIPALITIES: Final = 50
"""With more of them, numbers go by subregion, unless the scenario asks for all."""


class About(Block):
    """What the scenario is called and how it is run."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    title: Text | None = None
    reason: Text | None = None
    """Why this scenario exists, in a sentence or two."""
    decision: bool = True
    """Whether it can be decided; what only happens, or reads today otherwise, titles no chart."""
    start: date = date(2026, 1, 1)
    years: Annotated[int, Field(ge=1, le=200)] | None = None
    days: Annotated[float, Field(gt=0)] | None = None
    """Length of the reporting window in days (instead of ``years``)."""
    follow_up_days: Annotated[float, Field(ge=0)] = 730.0
    """The run goes on for this long after the window, so that waits are seen to their end."""
    replications: Annotated[int, Field(ge=1)] = 30
    seed: Annotated[int, Field(ge=0)] = 20260101
    numbers_by: Literal["municipality", "subregion"] | None = None
    """The smallest areas that have numbers of their own; None: municipalities, up to 50."""
    dates: Literal["quarterly", "monthly", "daily"] = "quarterly"
    """How far apart the dates are on which people are counted."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReadFrom:
    """What a scenario was made of; another process that gets the scenario does not need it."""

    chain: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    """Names and tables of its file and of those that it extends, the base last."""
    set: tuple[str, ...] = ()
    """Overrides on top."""
    raw: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """All of it as the tables of one file."""
    again: Callable[[tuple[str, ...]], Scenario] | None = None
    """Makes it again, with other overrides on top."""
    text: Callable[[Scenario, str | None], str] | None = None
    """Writes it (`flowsim.scenario.written`)."""

    def __reduce__(self) -> tuple[type[ReadFrom], tuple[()]]:
        """Stay behind: the files of 342 municipalities would go along with every run."""
        return ReadFrom, ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What is known of a scenario beside what its tables say."""

    order: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    """Names of every kind of block in their lasting order (`flowsim.scenario.identity`)."""
    later: tuple[tuple[float, Scenario], ...] = ()
    """The day from which each further phase holds, and the scenario as it is then."""
    base: Scenario | None = None
    """The scenario at the root of what this one extends; None: it is one itself."""
    extends: bool = False
    by_building: bool = False
    provenance: Provenance = dataclasses.field(default_factory=Provenance)
    read_from: ReadFrom = dataclasses.field(default=ReadFrom(), compare=False)


class Scenario(Block):
    """A validated scenario; ``flowsim.load`` makes one from a file."""

    scenario: About
    areas: Annotated[Areas, COUNT] = Areas()
    level: Annotated[tuple[Level, ...], Strict(False)] = ()
    situation: Situation = Situation()
    exits_per_year: dict[ExitTo, RateByPlace] = {}
    demand: Annotated[tuple[Demand, ...], Strict(False)]
    desk: Annotated[tuple[Desk, ...], Strict(False)] = ()
    variant: Annotated[tuple[Variant, ...], Strict(False)] = ()
    team: Annotated[tuple[Team, ...], Strict(False)] = ()
    dwellings: Annotated[tuple[Dwellings, ...], Strict(False)] = ()
    placement: Placement = Placement()
    leaving: Leaving = Leaving()
    money: Money = Money()
    start: Start = Start()
    change: Annotated[tuple[Change, ...], Strict(False)] = ()
    """Dated changes; those of a file that extends another come on top of the other's."""

    _loaded: Loaded = PrivateAttr(default=Loaded())

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: a scenario is what it was read as."""
        raise AttributeError(f"a scenario is frozen: {name!r} cannot be set")

    def known_as(self, **parts: Any) -> Scenario:
        """Return the same scenario, with other parts of what is known of it (`Loaded`)."""
        same = self.model_copy()
        known = dataclasses.replace(self._loaded, **parts)
        object.__setattr__(same, "__pydantic_private__", {"_loaded": known})
        return same

    def with_(
        self, values: Mapping[str, Any] | None = None, /, *, name: str | None = None, **more: Any
    ) -> Scenario:
        """Return the scenario with something decided from today on, as ``--set`` gives it.

        Parameters
        ----------
        values, more
            Values by path, such as ``{"variant.bw.places": 140}``.
        name
            What it is called from now on, its title too; left out: as before.

        Raises
        ------
        ScenarioError
            With every problem, as the command line tells them.
        ValueError
            When the scenario came from another process, or was not made from tables.

        Examples
        --------
        Of ``base``, as `flowsim.load` gives it:

        >>> more = base.with_({"dwellings.contingent.per_year": 99}, name="many_dwellings")
        >>> more.key, more.dwellings[0].per_year.total
        ('many_dwellings', 99.0)
        """
        given = {**(values or {}), **more}
        if name is not None:
            title = {"scenario.title": name, "scenario.reason": ""}
            given = {"scenario.name": name} | title | given
        return self.with_set(f"{path}={toml(_plain(value))}" for path, value in given.items())

    def with_set(self, overrides: Iterable[str]) -> Scenario:
        """Return the scenario with texts ``path=value`` set on top, as `with_` does with values."""
        said, texts = self.read_from, tuple(overrides)
        if said.again is None:
            raise ValueError("a scenario from another process does not know its files; load it")
        made = said.again((*said.set, *texts))
        given = [text.partition("=")[0] for text in texts]
        kept = {one: getattr(self.scenario, one) for one in ("name", "title", "reason", "seed")
                if f"scenario.{one}" not in given}  # fmt: skip
        about = made.scenario.model_copy(update=kept)
        return made.model_copy(update={"scenario": about}).known_as(base=made.base)

    def to_toml(self, extends: str | None = None) -> str:
        """Return the text of a file that `flowsim.load` and `flowsim.parse` read as this scenario.

        That of a scenario that extends another holds what it says on top of its `base`, which is
        to be written too: its people of today are those of the base.

        Parameters
        ----------
        extends
            What the file of the base is called; left out: as it was.

        Raises
        ------
        ValueError
            As `with_` does, and when ``extends`` is given for a scenario that extends none.

        Examples
        --------
        Of ``more``, as `flowsim.load` gives it:

        >>> again = flowsim.parse(more.to_toml(), base=more.base)
        >>> again.model_dump() == more.model_dump()
        True
        >>> print(more.to_toml().splitlines()[0])
        extends = "base.toml"
        """
        if self.read_from.text is None:
            raise ValueError("a scenario from another process does not know its files; load it")
        if not self.extends:
            if extends is not None:
                raise ValueError(f"{self.key} extends no other scenario")
            return self.read_from.text(self, None)
        return self.read_from.text(self, extends or PurePath(self.provenance.root).name)

    @property
    def key(self) -> str:
        """Name of the scenario in tables and files."""
        return self.scenario.name

    @property
    def numbers_by(self) -> Literal["municipality", "subregion"]:
        """The smallest areas that have numbers of their own."""
        few = len(self.areas.municipalities) <= MOST_MUNICIPALITIES
        return self.scenario.numbers_by or ("municipality" if few else "subregion")

    @property
    def phases(self) -> tuple[tuple[float, Scenario], ...]:
        """The day from which each phase holds, and the scenario as it is then; the first is 0."""
        return ((0.0, self), *self._loaded.later)

    @property
    def extends(self) -> bool:
        """Whether this is another scenario's today with something decided; not a today itself."""
        return self._loaded.extends

    @property
    def by_building(self) -> bool:
        """Whether people count for the building they live in, where a change begins this phase."""
        return self._loaded.by_building

    @property
    def base(self) -> Scenario:
        """The scenario at the root of what this one extends, without overrides; or itself."""
        return self._loaded.base or self

    @property
    def order(self) -> Mapping[str, tuple[str, ...]]:
        """Names of every kind of block in their lasting order (`flowsim.scenario.identity`)."""
        return self._loaded.order

    @property
    def read_from(self) -> ReadFrom:
        """What it was made of; what a copy changed afterwards is not in it."""
        return self._loaded.read_from

    @property
    def provenance(self) -> Provenance:
        """Where its values are from."""
        return self._loaded.provenance


def _plain(value: Any) -> Any:
    """Return a number of numpy as one of Python."""
    return value.item() if hasattr(value, "item") else value
