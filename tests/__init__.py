"""The tests. A package, so that no other package of this name can come before it."""

from hypothesis.internal.conjecture import providers

# Hypothesis also tries the constants of the modules that happen to be loaded; which are, depends on
# what else runs, and examples would too.
providers.is_local_module_file = lambda _path: False  # type: ignore[attr-defined]
