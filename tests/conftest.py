"""What holds for every test: nothing depends on how busy the machine is, nor on its settings."""

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch):
    """The width, the colours and the language are those of a machine that says nothing."""
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "FLOWSIM_LANG"):
        monkeypatch.delenv(name, raising=False)
