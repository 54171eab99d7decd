"""What `tillroll new workflow` writes finds a look-up that is wrong, before an API stands there."""

import sys
from types import ModuleType

import pytest

from cli.making.plan import planned
from cli.making.rendering import files_of
from tillroll_testing.fixtures import play_lost_answers
from tillroll_testing.stories.story import Story

PLAN = planned("reminder", "send:external+undo, record:write", None, has_table=False)
WORKFLOW = "tillroll.workflows.reminder.workflow"
SAID = "sent again, though it was done"
FOUND = "return NotDone() if found is None else Done("


def story_of(workflow: str, monkeypatch: pytest.MonkeyPatch) -> Story:
    """The story that is written, of a workflow whose source this is."""
    _loaded(WORKFLOW, workflow, monkeypatch)
    written = files_of(PLAN)["tests/simulation/kinds/reminder.py"]
    story = _loaded("tests.simulation.kinds.reminder", written, monkeypatch)
    return story.STORIES[0]


def _loaded(name: str, source: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)
    exec(compile(source, name, "exec"), module.__dict__)  # noqa: S102 - our own text
    return module


@pytest.fixture
def workflow() -> str:
    return files_of(PLAN)["src/tillroll/workflows/reminder/workflow.py"]


async def test_a_right_look_up_finds_what_was_sent(
    workflow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await play_lost_answers(story_of(workflow, monkeypatch))


async def test_a_look_up_that_never_finds_is_found(
    workflow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert FOUND in workflow
    blind = workflow.replace(FOUND, "return NotDone() if True else Done(")
    with pytest.raises(AssertionError, match=SAID):
        await play_lost_answers(story_of(blind, monkeypatch))


async def test_a_look_up_by_another_key_is_found(
    workflow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, look_up = workflow.split("async def _look_up")
    astray = look_up.replace("{context.idempotency_key}", "{context.step}")
    with pytest.raises(AssertionError, match=SAID):
        await play_lost_answers(story_of(f"{begin}async def _look_up{astray}", monkeypatch))
