"""The page has words for all that the core audits of a run."""

from tests.support.node import run_in_node
from tillroll.durable.audited import AUDITED
from tillroll.durable.telling.timeline.events import TOLD_ELSEWHERE

# What the core audits of other things than runs.
_OF_OTHERS = ("archive.", "schedule.", "object.")
_NAMES = """
const { nameOf } = await load("public/js/views/run/operating/timeline-words.js");
return given.map((name) => nameOf({ kind: "act", name, reason: null, step: null, detail: {} }, "own"));
"""


def test_all_that_is_audited_of_a_run_is_said_in_words() -> None:
    acts = [action for action in AUDITED if not action.startswith(_OF_OTHERS) and action not in TOLD_ELSEWHERE]
    named = run_in_node(_NAMES, acts)
    assert [action for action, name in zip(acts, named, strict=True) if name == action] == []
