"""Names that no system takes, and places where something else stands, end in one line."""

import logging

import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.cli.show_progress import show_progress
from flowsim.errors import msg
from flowsim.experiment.files import OutputError, check_writable
from flowsim.experiment.kept import read
from flowsim.report.wording import wording

LONG = "a" * 300


def told(*arguments):
    result = CliRunner().invoke(main, list(arguments))
    return result.exit_code, result.output


def test_a_name_that_is_too_long_is_a_mistake_in_the_input():
    for command in ("compare", "run", "show", "validate"):
        code, text = told(command, LONG, "--lang", "en")
        assert (code, "the name is too long" in text) == (2, True), text


def test_a_cache_with_a_name_that_is_too_long_holds_nothing(tmp_path):
    assert read(tmp_path / LONG, "key") is None


def test_results_are_refused_before_the_run_where_something_else_stands(tmp_path):
    check_writable(tmp_path)
    with pytest.raises(OutputError, match="name is too long"):
        check_writable(tmp_path / LONG)
    (tmp_path / "one" / "manifest.json").mkdir(parents=True)
    with pytest.raises(OutputError, match="it is a folder"):
        check_writable(tmp_path / "one")
    (tmp_path / "tables").write_text("")
    with pytest.raises(OutputError, match="is a file, not a folder"):
        check_writable(tmp_path)
    (tmp_path / "tables").unlink()
    (tmp_path / "excel").symlink_to(tmp_path / "nothing")
    with pytest.raises(OutputError):
        check_writable(tmp_path)


def test_sources_that_are_not_there_are_a_mistake(tmp_path):
    code, text = told("validate", str(tmp_path / "nothere" / "sources.toml"), "--lang", "en")
    assert (code, "no file" in text) == (2, True)


def test_what_happens_in_every_future_is_said_once(capfd):
    log = logging.getLogger("flowsim")
    for _batch in range(2):
        with show_progress(wording("en")):
            for n in (20, 21):
                log.warning(msg("{n} days", n=n))
            log.warning("another")
    assert capfd.readouterr().err == "20 days\nanother\n" * 2
