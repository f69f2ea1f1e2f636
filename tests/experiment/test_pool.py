"""What is logged in another process is told here, and can be said in any language."""

import logging

import pytest

from flowsim.errors import msg
from flowsim.experiment.pool import stream
from flowsim.report.wording import wording


def logs(number):
    log = logging.getLogger("flowsim")
    log.warning(msg("{n} days", n=number))
    log.warning("%d of %d", number, 3)
    return number


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_logged_comes_along_whole_whatever_the_number_of_jobs(jobs, caplog, capfd):
    assert sorted(stream(logs, range(3), jobs)) == [0, 1, 2]
    plain = {f"{n} of 3" for n in range(3)}
    assert set(caplog.messages) == plain | {f"{n} days" for n in range(3)}
    said = {wording("nl").said(one.msg) for one in caplog.records} - plain - {"%d of %d"}
    assert said == {f"{n} dagen" for n in range(3)}
    assert capfd.readouterr().err == "", "nothing is printed beside it"
