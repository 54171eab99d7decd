"""New versions deployed while runs are in flight: each run is finished by the body that it was
begun with.
"""

import re
import shutil
from pathlib import Path

import pytest

from tests.support.drawing import draw_receipt
from tests.support.own_stack import own_stack, save
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until
from tests.support.scenes import approve, expenses_of, let_the_reconciler_look, wait_for_a_person

pytestmark = pytest.mark.long

RECEIPT_V2 = Path(__file__).parents[1] / "entries" / "receipt_v2.py"
FIRST = "workflow:RECEIPT"
SECOND = "receipt_v2:RECEIPT_V2"
_LISTED = re.compile(rf'workflows=\((?:"(?:{FIRST}|{SECOND})",? ?)+\)')


def register(source: Path, *workflows: str) -> None:
    """Change the list of modules in the copied sources, as a developer would."""
    listed = source / "tillroll" / "app.py"
    places = "".join(f'"{each}", ' for each in workflows)
    text, replaced = _LISTED.subn(f"workflows=({places})", listed.read_text(encoding="utf-8"))
    assert replaced == 1
    listed.write_text(text, encoding="utf-8")


def deploy(stack: RunningStack, entry: Path, *workflows: str) -> None:
    """Put the second version beside the first, register these, and start everything anew."""
    stack.stop()
    shutil.copy(RECEIPT_V2, entry.parent / "tillroll" / "receipts")
    register(entry.parent, *workflows)
    stack.start()


def test_each_run_is_finished_by_the_body_that_it_was_begun_with(tmp_path: Path) -> None:
    with own_stack(tmp_path) as (stack, entry):
        finished, stranded = (wait_for_a_person(stack, f"VERSION ONE {n} SDN BHD") for n in "AB")

        deploy(stack, entry, FIRST, SECOND)
        approve(stack, finished)
        run = stack.wait_for_status(finished, "complete")
        assert (run["contractVersion"], run["generation"], expenses_of(stack, finished)) == (
            1,
            1,
            1,
        )
        # The expense is there; its notice may be sent by now too.
        assert {step["outcome"] for step in run["steps"][2:]} == {"completed"}
        newer = stack.upload(draw_receipt(clear_receipt("VERSION TWO SDN BHD", "2.20"))).json()[
            "runId"
        ]
        run = stack.wait_for_status(newer, "rejected", "complete")
        assert (run["contractVersion"], run["message"]) == (
            2,
            "This receipt was rejected: version 2 was here",
        )

        register(entry.parent, SECOND)
        save(stack, entry)
        approve(stack, stranded)
        wait_until(
            lambda: stack.engine.status(f"{stranded}-1") == "errored",
            "the instance to find no body",
        )
        stack.fire_cron()
        run = stack.run(stranded)
        assert run["requiresHumanReview"]
        assert (
            "receipt version 1 is not deployed: put its body back into the registry"
            in run["whatHappened"]
        )

        register(entry.parent, FIRST, SECOND)
        save(stack, entry)
        let_the_reconciler_look(stack, stranded)
        run = stack.wait_for_status(stranded, "complete")
        assert (run["contractVersion"], run["generation"], expenses_of(stack, stranded)) == (
            1,
            2,
            1,
        )
        assert not run["requiresHumanReview"]
