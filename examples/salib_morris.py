"""Which lever of the town moves the wait most? Elementary effects of Morris, with SALib."""

from SALib.analyze import morris
from SALib.sample import morris as trajectories

import flowsim

levers = {
    "names": ["variant.bw.places", "dwellings.homes.per_year", "team.team.hours_per_week"],
    "bounds": [[16, 22], [9, 18], [180, 320]],
    "num_vars": 3,
}
points = trajectories.sample(levers, N=4, seed=1)
listed = [dict(zip(levers["names"], point, strict=True)) for point in points]
found = flowsim.sweep("examples/town.toml", listed, replications=10)
waits = found.line("wait.placement.mean_104_weeks")["value"].to_numpy()
effects = morris.analyze(levers, points, waits, seed=1).to_df()
print(effects.sort_values("mu_star", ascending=False))
