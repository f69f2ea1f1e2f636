"""Estimates with intervals, from replications."""
