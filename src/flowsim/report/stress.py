"""The STRESS-DES sheet of a study: what a store knows, and what only its authors can fill in.

The twenty items of Monks et al. (2019), Strengthening the reporting of empirical simulation
studies: introducing the STRESS guidelines, Journal of Simulation 13(1), 55-67.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from flowsim.errors import Said
from flowsim.experiment.quantities.quantity import QUANTITIES
from flowsim.experiment.sweep import Sweep
from flowsim.report.markdown import code, item, listed, plain, to_fill_in
from flowsim.report.names import titles_of
from flowsim.report.resolved import Value, how_known, resolved
from flowsim.report.stress_made import implementation
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    from flowsim.experiment.results import Results
    from flowsim.scenario import Scenario
    from flowsim.store import Store

ABOUT = ("scenario.name", "scenario.title", "scenario.reason")
"""What a scenario is called: no part of its logic."""


def sheet(store: Store, results: Results, say: Wording) -> str:
    """Return the sheet of what a store was asked last, in Markdown.

    Parameters
    ----------
    store, results
        Open to read, and what it says.
    say
        In which language.
    """
    from flowsim.experiment.study import block, study_of

    base = results.scenarios[0]
    study = study_of(store)
    title = titles_of(results.scenarios, say)[base.key]
    lines = [
        f"# STRESS-DES: {plain(title)}", "",
        say("Reporting sheet of a simulation study, with the twenty items of STRESS-DES (Monks et "
            "al., 2019, Journal of Simulation 13(1), 55-67). flowsim wrote it from the store of "
            "the study. What a store cannot know is marked **To fill in**."),
        "", *_objectives(results, say), *_logic(results, say), *_data(results, say),
        *_experimentation(store, results, say), *implementation(store, results, say),
        *_parameters(base, say),
        f"## {say('Appendix B. The study, to read back')}", "",
        say("Hash of scenarios, seed, replications and code: `{sha256}`. `flowsim stress DIR "
            "--check FILE` works it out again from this block and compares it with the store DIR.",
            sha256=study.sha256),
        "", "```json", block(store), "```", "",
    ]  # fmt: skip
    return "\n".join(lines)


# ---------------------------------------------------------------- 1
def _objectives(results: Results, say: Wording) -> Iterator[str]:
    titles = titles_of(results.scenarios, say)
    yield f"## 1. {say('Objectives')}\n"
    yield from item(
        "1.1", say("Purpose of the model"),
        say("flowsim simulates what decisions on places, dwellings, staff and access do to the "
            "waiting, in weeks and euros, of people who move from sheltered housing to a home of "
            "their own."),
        to_fill_in(say("the occasion of this study, who asked for it and which decision it is for"),
                   say),
    )  # fmt: skip
    names = dict.fromkeys(say(one.label) for one in QUANTITIES if one.main)
    own = [f"{code(name)} ({plain(unit) or '-'})" for name, unit in results.own_units.items()]
    yield from item(
        "1.2", say("Model outputs"),
        say("All measures with unit and definition: `docs/metrics.md`. The main lines of the "
            "summary:"),
        listed(list(names)),
        *([say("Metrics of one's own: {names}.", names=", ".join(own)),
           to_fill_in(say("how the metrics of one's own are defined"), say)] if own else []),
    )  # fmt: skip
    aims = []
    for one in _shown(results):
        reason = (one.scenario.reason or {}).get(say.language)
        told = plain(reason) if reason else to_fill_in(say("why this scenario exists"), say)
        aims.append(f"{code(one.key)} ({plain(titles[one.key])}): {told}")
    yield from item("1.3", say("Experimentation aims"), _compared(results, say), listed(aims))


def _varied(results: Results) -> Sequence[str]:
    """Return what a sweep varies, and over which values; empty: it is none."""
    if not isinstance(results, Sweep):
        return ()
    design = results.design
    if design.levers.listed is None:
        return [f"{one.path} = {', '.join(map(str, one.values))}" for one in design.factors]
    return [f"{one.path} = {min(one.values)}..{max(one.values)}" if one.is_number
            else f"{one.path} = {', '.join(map(str, one.values))}"
            for one in design.factors]  # fmt: skip


def _shown(results: Results) -> Sequence[Scenario]:
    """Return the scenarios that are told one by one: of a sweep the first point of each."""
    if not isinstance(results, Sweep):
        return results.scenarios
    return [results.scenarios[places[0]] for places in results.by_scenario().values()]


def _compared(results: Results, say: Wording) -> str:
    if varied := _varied(results):
        return say("A sweep of {n} points, each in the same futures: {what}.",
                   n=say.number(len(results.scenarios)),
                   what="; ".join(map(code, varied)))  # fmt: skip
    if len(results.scenarios) == 1:
        return say("One scenario, compared with nothing.")
    return say("{n} scenarios in the same futures; the first is what the others are compared "
               "with.", n=say.number(len(results.scenarios)))  # fmt: skip


# ---------------------------------------------------------------- 2
def _logic(results: Results, say: Wording) -> Iterator[str]:
    base = results.scenarios[0]
    yield f"## 2. {say('Logic')}\n"
    yield from item(
        "2.1",
        say("Base model overview diagram"),
        say("`docs/chain.md` of flowsim, with its figure `docs/img/chain.svg`."),
    )
    yield from item(
        "2.2",
        say("Base model logic"),
        say("`docs/model.md` of flowsim, sections 1 to 13, of the version of 5.1."),
    )
    changes = [line for one in _shown(results)[1:] for line in _changes(one, say)]
    own = _changes(base, say) if base.extends else []
    yield from item(
        "2.3", say("Scenario logic"),
        say("What each scenario says on top of its base; all else is equal."),
        *([listed([*own, *changes])] if own or changes else []),
        *([listed([*map(code, _varied(results))])] if _varied(results) else []),
    )  # fmt: skip
    yield from item("2.4", say("Algorithms"),
                    say("`docs/model.md`, sections 10, 15 and 16 (settling, exchange, causes), and "
                        "`docs/decisions/`."))  # fmt: skip
    yield from item("2.5", say("Components"), listed(_components(base, say)))


def _changes(one: Scenario, say: Wording) -> list[str]:
    """Return in what a scenario differs from the file at its root."""
    before = {row.path: row.written for row in resolved(one.base)}
    told = []
    for row in resolved(one):
        if row.path.startswith(ABOUT) or before.get(row.path) == row.written:
            continue
        was = say(" (base: {value})", value=code(before[row.path])) if row.path in before else ""
        told.append(f"{code(one.key)}: {code(f'{row.path} = {row.written}')}{was}{_how(row, say)}")
    return told or [f"{code(one.key)}: {say('nothing')}"]


def _said_by(row: Value) -> str:
    """Return which file or setting says a value; empty: the language, by default."""
    return "" if isinstance(row.origin, Said) else row.origin


def _how(row: Value, say: Wording) -> str:
    if row.evidence is None:
        return ""
    return " - " + plain("; ".join(say.said(one) for one in how_known(row.evidence, {})))


def _components(base: Scenario, say: Wording) -> list[str]:
    """Return what the base is made of, by name."""

    def names(what: Sequence[str]) -> str:
        return ", ".join(code(one) for one in what) or say("nothing")

    return [
        say("Entities: clients, by profile ({names}) and support level ({levels}).",
            names=names([one.profile for one in base.demand]),
            levels=names([one.name for one in base.level])),
        say("Activities: assessment and decision at the desks ({names}), living in a place with "
            "support, moving, aftercare.", names=names([one.name for one in base.desk])),
        say("Resources: places of housing variants ({variants}), minutes a week of teams "
            "({teams}), dwellings of streams ({streams}), assessors.",
            variants=names([one.name for one in base.variant]),
            teams=names([one.name for one in base.team]),
            streams=names([one.name for one in base.dwellings])),
        say("Queues: for an assessor, a first place, another place, support, a dwelling; by class, "
            "day and client number (`docs/model.md`, sections 4 and 5)."),
        say("Entry and exit: notification in one of {n} municipalities; leaving for a dwelling, "
            "giving up, refusal of the award, and the other ways out of `exits_per_year`.",
            n=len(base.areas.populations)),
    ]  # fmt: skip


# ---------------------------------------------------------------- 3
def _data(results: Results, say: Wording) -> Iterator[str]:
    evidence = {(path, str(one)): one for scenario in _shown(results)
                for path, one in scenario.provenance.evidence.items()}  # fmt: skip
    known = list(evidence.values())
    sources = list(dict.fromkeys(one.source for one in known if one.source))
    counts = [(letter, sum(one.confidence == letter for one in known)) for letter in "ABCD"]
    assumed = [f"{code(path)}: {plain(str(one.assumption))}" for (path, _), one in
               evidence.items() if isinstance(one.assumption, str)]  # fmt: skip
    yield f"## 3. {say('Data')}\n"
    yield from item(
        "3.1", say("Data sources"),
        say("Keys of `sources.toml` that the numbers name: {names}.",
            names=", ".join(map(code, sources)) or say("nothing")),
        to_fill_in(say("title, publisher and date of each source, which are not stored"), say),
        say("Pieces of evidence by confidence (A measured, B official estimate, C one region, D "
            "our guess): {counts}.", counts=", ".join(f"{k} {say.number(n)}" for k, n in counts)),
    )  # fmt: skip
    yield from item("3.2", say("Pre-processing"),
                    to_fill_in(say("what was done to the data before they became numbers of the "
                                   "scenarios"), say))  # fmt: skip
    yield from item(
        "3.3",
        say("Input parameters"),
        say("Appendix A has every value of the base; 2.3 what the others change."),
    )
    yield from item(
        "3.4", say("Assumptions"),
        say("Of the model: *Chosen* and **[J]** in `docs/model.md`. Of the numbers, those that "
            "say why:"),
        listed(assumed) if assumed else say("nothing"),
        to_fill_in(say("assumptions that stand in no file"), say),
    )  # fmt: skip


# ---------------------------------------------------------------- 4
def _experimentation(store: Store, results: Results, say: Wording) -> Iterator[str]:
    from flowsim.experiment.burn_in import PATHS

    base = results.scenarios[0]
    about, years = base.scenario, base.base.start.burn_in_years
    yield f"## 4. {say('Experimentation')}\n"
    start = (
        say("People of today: the counts of `start`; what they are like is resampled from a "
            "burn-in of {years} years of the base, by {n} paths for each seed.",
            years=say.number(years), n=PATHS)
        if years
        else say("People of today: the counts and mixes of `start`, without a burn-in.")
    )  # fmt: skip
    yield from item("4.1", say("Initialisation"), start,
                    say("No warm-up is cut off: the window begins on the start date."))  # fmt: skip
    window = (
        say("{n} years", n=say.number(about.years)) if about.years is not None
        else say("{n} days", n=say.number(about.days or 0.0))
    )  # fmt: skip
    yield from item(
        "4.2", say("Run length"),
        say("From {date}: a window of {window}, and {days} days of follow-up so that waits are "
            "seen to their end.", date=say.date(about.start), window=window,
            days=say.number(about.follow_up_days)),
    )  # fmt: skip
    told = say(
        "Replications of each scenario: {n}, seed {seed}; runs done: {done}.",
        n=say.number(results.planned),
        seed=results.seed,
        done=say.number(len(results.runs)),
    )
    yield from item(
        "4.3", say("Estimation approach"), told,
        *([f"**{say.said(results.mark)}**"] if results.mark is not None else []),
        say("All scenarios meet the same chance in each replication (common random numbers), so "
            "differences are paired. 95% intervals of Student on replications, of pooled waits and "
            "ratios on pseudo-values of the jackknife; percentile intervals for quantiles from 20 "
            "replications up; verdicts hold over a whole table (Holm)."),
    )  # fmt: skip


# ---------------------------------------------------------------- appendix
def _parameters(base: Scenario, say: Wording) -> Iterator[str]:
    yield f"## {say('Appendix A. Input parameters of the base')}\n"
    yield f"| {say('value')} | {say('how it is known')} |"
    yield "|---|---|"
    for row in resolved(base):
        if _said_by(row):
            written = f"{row.path} = {row.written}".replace("|", "\\|")
            yield f"| {code(written)} | {_how(row, say).removeprefix(' - ')} |"
    yield ""
    yield say("What is left out of the files has the default of the language, which is off.")
    yield ""
