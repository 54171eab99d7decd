"""Every unfinished instance is woken once a start of workerd."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.http_server import Answer
from tests.support.running_stack import wait_until
from tests.unit.tillroll_local.fake_explorer import FakeExplorer
from tillroll_local.waker import Waker

RECEIPT, ONBOARDING = "receipt-workflow", "onboarding-workflow"


@pytest.fixture
def explorer() -> Iterator[FakeExplorer]:
    statuses = (
        "running",
        "waiting",
        "queued",
        "waitingForPause",
        "complete",
        "errored",
        "terminated",
        "paused",
    )
    with FakeExplorer(
        {RECEIPT: {f"run_{status}": status for status in statuses}, ONBOARDING: {}}
    ) as explorer:
        yield explorer


@pytest.fixture
def starts(tmp_path: Path) -> Path:
    return tmp_path / "workerd-starts"


def workerd_starts(starts: Path, times: int = 1) -> None:
    with starts.open("a", encoding="utf-8") as file:
        file.write("4711\n" * times)


@pytest.fixture
def waker(explorer: FakeExplorer, starts: Path) -> Waker:
    return Waker(explorer.url, starts, [RECEIPT, ONBOARDING])


def woken(explorer: FakeExplorer) -> list[str]:
    return sorted(instance for _, instance in explorer.events)


UNFINISHED = ["run_queued", "run_running", "run_waiting", "run_waitingForPause"]


def test_before_workerd_starts_nothing_is_asked(explorer: FakeExplorer, waker: Waker) -> None:
    waker.look()
    assert explorer.pages == 0


def test_the_unfinished_are_woken_once_a_start(
    explorer: FakeExplorer, waker: Waker, starts: Path
) -> None:
    workerd_starts(starts, times=2)  # wrangler starts two: its proxy and the Worker's
    for _ in range(3):
        waker.look()
    assert woken(explorer) == UNFINISHED
    workerd_starts(starts)
    for _ in range(3):
        waker.look()
    assert woken(explorer) == sorted(2 * UNFINISHED)


def test_all_pages_of_all_workflows_are_read(
    explorer: FakeExplorer, waker: Waker, starts: Path
) -> None:
    explorer.instances = {
        RECEIPT: {f"run_{number}": "running" for number in range(250)},
        ONBOARDING: {"onb_1": "waiting"},
    }
    workerd_starts(starts)
    waker.look()
    assert len(set(explorer.events)) == len(explorer.events) == 251


def test_workerd_is_asked_again_until_it_answers(
    explorer: FakeExplorer, waker: Waker, starts: Path
) -> None:
    explorer.is_up = False
    workerd_starts(starts)
    waker.look()
    waker.look()
    assert explorer.events == []
    explorer.is_up = True
    waker.look()
    assert woken(explorer) == UNFINISHED


def test_one_that_refuses_is_tried_again_and_the_others_are_not_woken_twice(
    explorer: FakeExplorer, waker: Waker, starts: Path
) -> None:
    explorer.refuses = {"run_running"}
    workerd_starts(starts)
    waker.look()
    explorer.refuses = set()
    waker.look()
    waker.look()
    assert woken(explorer) == UNFINISHED


def test_one_that_refuses_for_ever_is_given_up_and_named(
    explorer: FakeExplorer, waker: Waker, starts: Path, caplog: pytest.LogCaptureFixture
) -> None:
    explorer.refuses = {"run_running"}
    workerd_starts(starts)
    for _ in range(20):
        waker.look()
    assert explorer.pages == 2 * 5  # two workflows, five rounds
    assert caplog.messages == [
        "What the engine takes no event for stands still until the next start: run_running"
    ]


def test_a_restart_while_the_list_is_read_has_it_read_again(
    explorer: FakeExplorer, waker: Waker, starts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workerd_starts(starts)
    list_once = explorer.list

    def list_and_restart(*_: object, **__: object) -> Answer:
        monkeypatch.setattr(explorer, "list", list_once)
        workerd_starts(starts)
        return Answer(content='{"result": [], "result_info": {"page": 1, "total_pages": 1}}')

    monkeypatch.setattr(explorer, "list", list_and_restart)
    waker.look()
    assert explorer.events == []
    waker.look()
    assert woken(explorer) == UNFINISHED


def test_a_restart_while_some_are_woken_has_all_woken_again(
    explorer: FakeExplorer, waker: Waker, starts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workerd ends between two wakes, so what the first one set going is frozen again."""
    workerd_starts(starts)
    wake_once = explorer.wake

    def wake_and_restart(workflow: str, instance: str) -> Answer:
        monkeypatch.setattr(explorer, "wake", wake_once)
        answer = wake_once(workflow, instance)
        explorer.is_up = False
        workerd_starts(starts)
        return answer

    monkeypatch.setattr(explorer, "wake", wake_and_restart)
    waker.look()
    assert len(explorer.events) == 1
    explorer.is_up = True
    waker.look()
    waker.look()
    assert woken(explorer)[1:] == UNFINISHED


def test_one_that_refuses_is_given_as_many_rounds_after_each_start(
    explorer: FakeExplorer, waker: Waker, starts: Path
) -> None:
    explorer.refuses = {"run_running"}
    workerd_starts(starts)
    for _ in range(4):
        waker.look()
    workerd_starts(starts)
    for _ in range(4):
        waker.look()
    explorer.refuses = set()
    waker.look()
    assert "run_running" in woken(explorer)


def test_it_watches_by_itself(explorer: FakeExplorer, waker: Waker, starts: Path) -> None:
    waker.start()
    workerd_starts(starts)
    wait_until(lambda: woken(explorer) == UNFINISHED, "the instances to be woken")
    waker.stop()
