"""What holds for every test: nothing depends on chance, on a busy machine, nor on its settings."""

import os

import pytest
from hypothesis import HealthCheck, settings

# Tests replace what the engine is made of, and their lines are counted: it runs from its source.
os.environ.setdefault("FLOWSIM_COMPILED", "0")

every_time = {
    "database": None,
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow],
}
settings.register_profile("same_each_time", derandomize=True, **every_time)
# To look for what no example shows yet: pytest --hypothesis-profile=anew
settings.register_profile("anew", derandomize=False, print_blob=True, **every_time)
settings.load_profile("same_each_time")


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch):
    """The width, the colours and the language are those of a machine that says nothing."""
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "FLOWSIM_LANG"):
        monkeypatch.delenv(name, raising=False)


def pytest_addoption(parser):
    """``pytest tests/faults --kills 100``: so often it is killed, at whatever instant."""
    parser.addoption("--kills", type=int, default=None, metavar="N", help="kills of tests/faults")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache folder of the test's own, not there yet; no people of today are remembered."""
    from flowsim.experiment import today  # only when the engine to use is set

    monkeypatch.setenv("FLOWSIM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(today, "_remembered", {})
    return tmp_path / "cache"
