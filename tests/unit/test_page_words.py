"""The page has words for all that the core audits of a run, and offers every kind of file that is
taken.
"""

import re
from pathlib import Path

import pytest

from tests.support.node import run_in_node
from tillroll_durable.audit import Audited
from tillroll_durable.explanation.timeline import TOLD_ELSEWHERE

# What the core audits of other things than runs.
_OF_OTHERS = ("archive.", "schedule.", "object.")
_NAMES = """
const { nameOf } = await load("public/js/runs/run/operations/timeline-words.ts");
const actOf = (name) => ({ kind: "act", name, reason: null, step: null, detail: {} });
return given.map((name) => nameOf(actOf(name), "own"));
"""


def test_all_that_is_audited_of_a_run_is_said_in_words() -> None:
    acts = [
        action
        for action in Audited
        if not action.startswith(_OF_OTHERS) and action not in TOLD_ELSEWHERE
    ]
    named = run_in_node(_NAMES, acts)
    assert [action for action, name in zip(acts, named, strict=True) if name == action] == []


@pytest.mark.parametrize(
    "kind",
    [
        *("image/jpeg", "image/png", "image/webp", "image/heic", ".heic", ".heif"),
        *("application/pdf", "application/xml", ".xml"),
    ],
)
def test_the_file_chooser_offers_what_is_taken(kind: str) -> None:
    """Browsers but Safari know no media type of HEIC, so that its endings are named too."""
    zone = Path("public/js/receipts/intake-zone.tsx").read_text(encoding="utf-8")
    [types] = re.findall(r'TYPES =\s+"([^"]*)"', zone)
    assert kind in types.split(",")
