"""Each class of failure, as the run tells it to an operator, in full."""

from dataclasses import dataclass, replace

import pytest

from tests.simulation.stories import PAYOUTS
from tillroll_durable import beginning
from tillroll_durable.explanation.summary import Explanation, explain
from tillroll_durable.states import NextSafeAction
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World
from tillroll_testing.stories.playing import play

CHECKED = "check: completed after 1 attempt"
DEBITED = "debit: completed after 1 attempt"
PAID = "pay: completed after 1 attempt"
FILED = "file: completed after 1 attempt"
PAY_IDS = {"pay": "bank-run_payout:pay"}
PAY_DONE = "pay (idempotency key run_payout:pay) was done as bank-run_payout:pay"
FILE_DONE = "file (idempotency key run_payout:file) was done as bank-run_payout:file"
CALLED_BACK = "rollback: pay: completed after 1 attempt"
CREDITED_BACK = "rollback: debit: completed after 1 attempt"
COMPENSATED = "compensated: completed after 1 attempt"


@dataclass(frozen=True)
class Told:
    """A story, and what its run says before an operator does anything."""

    story: str
    explanation: Explanation


CASES = (
    Told(
        "a read fails for good",
        Explanation(
            what_happened="The step check failed for good after it was tried 3 times: "
            "StepBroken: check does not work now. Nothing was changed by it.",
            last_successful_step=None,
            external_ids={},
            tried=["check: failed after 3 attempts (StepBroken: check does not work now)"],
            safe_to_retry=True,
            must_not_repeat=[],
            next_safe_action=NextSafeAction.RETRY_FROM_STEP,
        ),
    ),
    Told(
        "a write fails for good and is retried",
        Explanation(
            what_happened="The step close failed for good after it was tried 3 times: "
            "StepBroken: close does not work now. Its batch is all or nothing, so nothing of it "
            "was written. "
            "What earlier steps did stands.",
            last_successful_step="announce",
            external_ids={**PAY_IDS, "file": "bank-run_payout:file"},
            tried=[
                *(CHECKED, DEBITED, PAID, FILED, "announce: completed after 1 attempt"),
                "close: failed after 3 attempts (StepBroken: close does not work now)",
            ],
            safe_to_retry=True,
            must_not_repeat=[PAY_DONE, FILE_DONE],
            next_safe_action=NextSafeAction.RETRY_FROM_STEP,
        ),
    ),
    Told(
        "what may fail fails",
        Explanation(
            what_happened="The step announce failed for good after it was tried 3 times: "
            "StepBroken: announce does not work now. Its batch is all or nothing, so nothing of it "
            "was written. "
            "The run went on without it.",
            last_successful_step="close",
            external_ids={**PAY_IDS, "file": "bank-run_payout:file"},
            tried=[
                *(CHECKED, DEBITED, PAID, FILED),
                "announce: failed after 3 attempts (StepBroken: announce does not work now)",
                "close: completed after 1 attempt",
            ],
            safe_to_retry=False,
            must_not_repeat=[PAY_DONE, FILE_DONE],
            next_safe_action=NextSafeAction.NONE,
        ),
    ),
    Told(
        "refused",
        Explanation(
            what_happened="The step pay failed for good after it was tried "
            "once: the account is closed. "
            "The other side refused it, or was never asked, so nothing happened there. "
            "What the run had done before was undone.",
            last_successful_step="debit",
            external_ids={},
            tried=[
                *(CHECKED, DEBITED, "pay: failed after 1 attempt (the account is closed)"),
                *(CALLED_BACK, CREDITED_BACK, COMPENSATED),
            ],
            safe_to_retry=False,
            must_not_repeat=[],
            next_safe_action=NextSafeAction.NONE,
        ),
    ),
    Told(
        "nobody knows, so it is called back",
        Explanation(
            what_happened="The step pay failed for good after it was tried 3 times: "
            "HttpFailed: the bank does not answer. Whether the other side did it was unknown, so "
            "it was undone there. "
            "What the run had done before was undone.",
            last_successful_step="debit",
            external_ids={"rollback: pay": "bank-run_payout:pay:rollback"},
            tried=[
                *(
                    CHECKED,
                    DEBITED,
                    "pay: failed after 3 attempts (HttpFailed: the bank does not answer)",
                ),
                *(CALLED_BACK, CREDITED_BACK, COMPENSATED),
            ],
            safe_to_retry=False,
            must_not_repeat=[
                (
                    "pay (idempotency key run_payout:pay) was sent, its outcome is unknown, and "
                    "was undone"
                ),
                (
                    "rollback: pay (idempotency key run_payout:pay:rollback) was done as "
                    "bank-run_payout:pay:rollback"
                ),
            ],
            next_safe_action=NextSafeAction.NONE,
        ),
    ),
    Told(
        "a rollback fails",
        Explanation(
            what_happened="The step rollback: debit failed for good: StepBroken: "
            "credit back does not work now. "
            "An undoing failed, so its effect may still stand: look at the other side, then retry; "
            "it asks first.",
            last_successful_step="debit",
            external_ids={},
            tried=[
                *(CHECKED, DEBITED, "pay: failed after 1 attempt (the account is closed)"),
                *(CALLED_BACK, COMPENSATED),
            ],
            safe_to_retry=False,
            must_not_repeat=[],
            next_safe_action=NextSafeAction.INVESTIGATE,
        ),
    ),
    Told(
        "nobody knows of what cannot be undone",
        Explanation(
            what_happened="The step file failed for good after it was tried 3 times: "
            "HttpFailed: the bank does not answer. Whether it happened is unknown, and it cannot "
            "be undone. "
            "Find out at the other side before anything else.",
            last_successful_step="pay",
            external_ids=dict(PAY_IDS),
            tried=[
                *(CHECKED, DEBITED, PAID),
                "file: failed after 3 attempts (HttpFailed: the bank does not answer)",
            ],
            safe_to_retry=False,
            must_not_repeat=[
                PAY_DONE,
                "file (idempotency key run_payout:file) was sent, its outcome is unknown",
            ],
            next_safe_action=NextSafeAction.INVESTIGATE,
        ),
    ),
)


def _named(prefix: str) -> str:
    return f"{prefix}_payout"


@pytest.mark.parametrize("told", CASES, ids=lambda told: told.story)
async def test_a_failure_is_told_in_full(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beginning, "new_id", _named)
    story = next(story for story in PAYOUTS if story.name == told.story)
    world = (await play(replace(story, operator=None))).world
    (run,) = await world.rows("SELECT * FROM runs")
    steps = await world.rows("SELECT * FROM run_steps ORDER BY at_version")
    intents = await world.rows("SELECT * FROM effect_intents")
    assert explain(world.deployed.contract, run, steps, intents) == told.explanation


async def _told_of(world: World) -> Explanation:
    (run,) = await world.rows("SELECT * FROM runs")
    steps = await world.rows("SELECT * FROM run_steps ORDER BY at_version")
    return explain(
        world.deployed.contract, run, steps, await world.rows("SELECT * FROM effect_intents")
    )


async def test_what_was_undone_and_what_stands_is_named() -> None:
    """Given up, a run undoes what its contract can; the rest stands, and nothing says otherwise."""
    story = next(
        story for story in PAYOUTS if story.name == "a write fails for good and is given up"
    )
    told = (await _told_of((await play(story)).world)).what_happened
    assert told.startswith(
        "The run was given up by an operator (because of the test), and has ended. "
    )
    assert told.endswith(
        "What debit and pay had done was undone; what file and announce had done stands."
    )
    assert "earlier steps" not in told


async def test_while_it_is_undone_it_says_so() -> None:
    story = next(story for story in PAYOUTS if story.name == "refused")
    told: list[str] = []

    async def look() -> None:
        told.append((await _told_of(world)).what_happened)

    faults = Faults()
    world = (scene := await story.open(faults)).world
    faults.when.append((lambda name: name.startswith("rollback: debit"), look))
    await scene.begin()
    await world.settle()
    assert told[0].endswith(
        "so nothing happened there. What the run had done before is being undone."
    )


async def test_what_was_undone_is_not_called_retryable() -> None:
    """Its state, of a version whose contract is gone, promises a retry, which would be refused."""
    story = next(story for story in PAYOUTS if story.name == "refused")
    world = (await play(story)).world
    (run,) = await world.rows("SELECT * FROM runs")
    promised = {
        **run,
        "state": "given_back",
        "next_safe_action": NextSafeAction.RETRY_FROM_STEP.value,
    }
    told = explain(world.deployed.contract, promised, [], [])
    assert (told.next_safe_action, told.safe_to_retry) == (NextSafeAction.NONE, False)


async def test_a_paused_run_whose_body_is_not_deployed_is_not_to_be_resumed() -> None:
    story = next(story for story in PAYOUTS if story.name == "refused")
    world = (await play(story)).world
    (run,) = await world.rows("SELECT * FROM runs")
    paused = {
        **run,
        "status": "processing",
        "state": "debited",
        "paused_at": "2026-03-01T09:00:00.000Z",
    }
    told = [
        explain(world.deployed.contract, {**paused, "contract_version": version}, [], [])
        for version in (1, 99)
    ]
    assert [each.next_safe_action for each in told] == [
        NextSafeAction.RESUME,
        NextSafeAction.INVESTIGATE,
    ]


async def test_a_run_without_a_cause_still_says_what_became_of_its_effects() -> None:
    """An answer behind the end clears the cause; what it settled is told all the same."""
    story = next(story for story in PAYOUTS if story.name == "refused")
    world = (await play(story)).world
    [run] = await world.rows("SELECT * FROM runs")
    steps = await world.rows("SELECT * FROM run_steps")
    intents = await world.rows("SELECT * FROM effect_intents")
    without_cause = {**run, "failure_class": None, "error_summary": None}
    answer = explain(world.deployed.contract, without_cause, steps, intents)
    assert answer.what_happened == "The run has ended. What the run had done before was undone."
