"""Many runs: the pipeline, replications side by side, estimates with intervals, tables on disk."""
