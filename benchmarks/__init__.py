"""One pathway of care in several simulation engines, timed side by side.

Run ``python -m benchmarks`` for the table and ``python -m benchmarks.check`` for the proof that
the engines walk the same trajectory. `benchmarks.pathway` states the pathway.
"""
