"""Futures that nobody knows and decisions of the town, crossed by the EMA workbench."""

from ema_workbench import Model, RealParameter, ScalarOutcome, SequentialEvaluator

import flowsim

town = flowsim.load("examples/town.toml")


def outcomes_of(**values):
    """Run the town with these values; the workbench wants names of Python, so __ is a dot."""
    told = town.with_({name.replace("__", "."): value for name, value in values.items()})
    results = flowsim.run(told, replications=5)
    wait = results.pick(measure="wait", detail="placement", statistic="mean_104_weeks")
    return {
        "wait": wait["value"].item(),
        "cost": results.pick(measure="cost", detail="")["value"].item(),
    }


model = Model("town", function=outcomes_of)
model.uncertainties = [RealParameter("demand__people__per_year", 22, 28)]
model.levers = [RealParameter("dwellings__homes__per_year", 9, 18)]
model.outcomes = [ScalarOutcome("wait"), ScalarOutcome("cost")]
with SequentialEvaluator(model) as evaluator:
    experiments, outcomes = evaluator.perform_experiments(scenarios=3, policies=2)
print(experiments.assign(**outcomes))
