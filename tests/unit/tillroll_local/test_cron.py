"""Cron triggers are fired again and again, whatever became of the time before."""

from collections.abc import Iterator

import pytest

from tests.support.running_stack import wait_until
from tests.unit.tillroll_local.fake_explorer import FakeExplorer
from tillroll_local.cron import Cron
from tillroll_local.processes import free_port


@pytest.fixture
def worker() -> Iterator[FakeExplorer]:
    with FakeExplorer({}) as worker:
        yield worker


def test_each_expression_is_fired_in_turn(worker: FakeExplorer) -> None:
    cron = Cron(worker.url, ["* * * * *", "0 3 * * *"], seconds=0.02)
    cron.start()
    wait_until(lambda: len(worker.fired) >= 4, "four firings")
    cron.stop()
    assert worker.fired[:4] == ["* * * * *", "0 3 * * *", "* * * * *", "0 3 * * *"]


def test_it_is_not_fired_before_its_time(worker: FakeExplorer) -> None:
    cron = Cron(worker.url, ["* * * * *"], seconds=60)
    cron.start()
    cron.stop()
    assert worker.fired == []


def test_a_worker_that_does_not_answer_is_no_error() -> None:
    cron = Cron(f"http://127.0.0.1:{free_port()}", ["* * * * *"], seconds=60)
    cron.fire("* * * * *")
    cron.start()
    cron.stop()
