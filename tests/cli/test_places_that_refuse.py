"""Names that no system takes, and places where something else stands, end in one line."""

import errno
import logging
import os
import resource
from pathlib import Path

import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.cli.show_progress import show_progress
from flowsim.errors import msg, reason_of
from flowsim.experiment.kept import read
from flowsim.experiment.writing.files import OutputError, check_writable
from flowsim.report.wording import wording
from tests.worlds import HOUSE

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
    (tmp_path / "two" / "charts" / "waits.png").mkdir(parents=True)
    with pytest.raises(OutputError, match="it is a folder"):
        check_writable(tmp_path / "two")
    (tmp_path / "tables").write_text("")
    with pytest.raises(OutputError, match="is a file, not a folder"):
        check_writable(tmp_path)
    (tmp_path / "tables").unlink()
    (tmp_path / "excel").symlink_to(tmp_path / "nothing")
    with pytest.raises(OutputError):
        check_writable(tmp_path)


@pytest.mark.parametrize("out", ["/proc/x", "/sys/x", "/proc/self/fd", "/dev/null/x", LONG])
def test_a_place_that_refuses_only_when_it_is_written_in_is_found_before_the_run(out, tmp_path):
    (tmp_path / "s.toml").write_text(HOUSE)
    file = str(tmp_path / "s.toml")
    for words in (("run", file), ("sweep", file, "--vary", "variant.house.places=1,2")):
        code, text = told(*words, "--out", out, "--lang", "en")
        assert (code, text.count("\n"), text.startswith("cannot write")) == (2, 1, True), text
        assert f"cannot write {out}: " in text or f"cannot write {out}/" in text


def test_a_place_without_room_is_found_before_the_run_and_left_as_it_was(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OutputError, match="too large"):
            check_writable(tmp_path / "a" / "b")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    check_writable(tmp_path / "a" / "b")
    with pytest.raises(OutputError, match="name is too long"):
        check_writable(tmp_path / "a" / "b" / LONG)
    assert not list(tmp_path.iterdir())
    (tmp_path / "charts").mkdir()
    check_writable(tmp_path)
    assert [str(one) for one in tmp_path.rglob("*")] == [str(tmp_path / "charts")]


def test_a_folder_that_is_gone_is_found_before_the_run(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(OutputError):
        check_writable(Path("results"))


def test_sources_that_are_not_there_are_a_mistake(tmp_path):
    code, text = told("validate", str(tmp_path / "nothere" / "sources.toml"), "--lang", "en")
    assert (code, "no file" in text) == (2, True)


def test_sources_that_are_wrong_are_one_mistake_for_every_command(tmp_path):
    (tmp_path / "s.toml").write_text(HOUSE)
    (tmp_path / "sources.toml").write_text("x = 1")
    for name in ("s.toml", "sources.toml"):
        for command in ("validate", "show"):
            code, text = told(command, str(tmp_path / name), "--lang", "en")
            assert code == 2
            assert "sources.toml: x: " in text


def test_a_queue_of_the_system_is_not_waited_for():
    """The system says of it that it is a file; it gives nothing until something happens."""
    code, text = told("validate", "/proc/kmsg", "--lang", "en")
    assert (code, text.startswith("/proc/kmsg: ")) == (2, True)


def test_every_reason_of_the_system_is_said_in_the_language():
    dutch = wording("nl")
    for number in errno.errorcode:
        why = reason_of(OSError(number, os.strerror(number)))
        assert dutch.said(why) != str(why)


def test_a_place_that_refuses_ends_the_command_before_it_begins(tmp_path):
    (tmp_path / "s.toml").write_text(HOUSE)
    (tmp_path / "out" / "tables" / "summary.csv").mkdir(parents=True)
    file, out = str(tmp_path / "s.toml"), str(tmp_path / "out")
    for words in (("run", file), ("sweep", file, "--vary", "variant.house.places=1,2")):
        code, text = told(*words, "--out", out, "--lang", "en")
        assert (code, text.count("\n"), "it is a folder" in text) == (2, 1, True), text


def test_what_happens_in_every_future_is_said_once(capfd):
    log = logging.getLogger("flowsim")
    for _batch in range(2):
        with show_progress(wording("en")):
            for n in (20, 21):
                log.warning(msg("{n} days", n=n))
            log.warning("another")
    assert capfd.readouterr().err == "20 days\nanother\n" * 2
