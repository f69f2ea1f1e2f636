"""All chance of a replication: who comes, with which needs and patience, and what is offered."""

from flowsim.cohort.sample import Cohort, sample_cohort

__all__ = ["Cohort", "sample_cohort"]
