"""The server is killed while somebody presses, before the act is done and behind it: the next press
is the same act.
"""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.line_acts import ACTS, NO_CONNECTION, check_once, press, wait_for
from tests.support.broken_line import BrokenLine, Fault
from tests.support.own_stack import own_stack
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def killed_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack that the tests of this file kill and start again."""
    with own_stack(tmp_path_factory.mktemp("killed"), makes_snapshots=True) as (stack, _):
        yield stack


@pytest.fixture
def stack(killed_stack: RunningStack) -> RunningStack:
    return killed_stack.with_own_account()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault.REFUSED, id="before the commit"),
        pytest.param(Fault.CUT_IN_HEAD, id="behind the commit"),
    ],
)
@pytest.mark.parametrize("name", ["token", "person", "client", "bank account"])
def test_a_server_that_is_killed_does_it_once(
    name: str, fault: Fault, behind: Page, stack: RunningStack, line: BrokenLine
) -> None:
    act = ACTS[name]
    behind.goto(act.address)
    at = act.fill(behind)
    is_dead = threading.Event()

    def kill() -> None:
        stack.kill()
        is_dead.set()

    line.breaks(act.method, act.path, fault, then=kill)
    press(act, at)
    expect(behind.get_by_text(NO_CONNECTION).first).to_be_visible()
    assert is_dead.wait(PATIENCE_SECONDS)
    stack.start()
    before = len(line.acts(act.method, act.path))
    press(act, at)
    wait_for(lambda: len(line.acts(act.method, act.path)) > before, behind)
    expect(at.get_by_role("button", name=act.button, exact=True)).to_have_count(0)
    check_once(act, stack, line)
