"""A receipt's four steps: each fails, dies and is tried again by itself, and says so under its own
name.
"""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import LiteralString

import pytest

from tests.simulation.receipts import open_receipts, refuse_rows, take_rows_again, upload
from tests.simulation.stories.receipts import RECEIPTS
from tests.support.host_api import api_client
from tillroll.receipts.contract import (
    NOTIFY_USER,
    OCR_EXTRACT,
    PARSE_STRUCTURED,
    PERSIST_DB,
    RECEIPT_V1,
)
from tillroll_durable.platform.bindings.models import ModelError
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World
from tillroll_testing.stories.disturbances import KILL
from tillroll_testing.stories.playing import play, play_disturbed, points_of, trace_of

CLEAR = RECEIPTS[0]
STEPS = ("ocr-extract", "parse-structured", "persist-db", "notify-user")
# The table that a step writes, and no other step does.
_OWN_TABLE: Mapping[str, LiteralString] = {
    "parse-structured": "extractions",
    "persist-db": "expenses",
    "notify-user": "notifications",
}
_BEGINNINGS = tuple(f"{step}: before attempt " for step in STEPS)
_COMMIT = "database: write UPDATE runs AS mine"


def test_the_contract_says_how_each_is_tried_again() -> None:
    assert RECEIPT_V1.steps == (OCR_EXTRACT, PARSE_STRUCTURED, PERSIST_DB, NOTIFY_USER)
    retries = {step.name: (step.retries.limit, step.retries.backoff) for step in RECEIPT_V1.steps}
    assert retries == {
        "ocr-extract": (5, "exponential"),
        "parse-structured": (3, "exponential"),
        "persist-db": (10, "linear"),
        "notify-user": (5, "exponential"),
    }


async def test_each_is_a_step_of_the_engine_with_a_state_of_its_own() -> None:
    scene = await play(CLEAR)
    [instance] = scene.world.instances.by_id.values()
    assert tuple(instance.results) == STEPS
    changes = await scene.world.rows(
        "SELECT detail ->> 'step' AS step, detail ->> 'to' AS state FROM audit_events "
        "WHERE action = 'step.completed' ORDER BY id"
    )
    assert [tuple(row.values()) for row in changes] == [
        ("ocr-extract", "text_extracted"),
        ("parse-structured", "parsed"),
        ("persist-db", "expense_created"),
        ("notify-user", "expense_created"),
    ]


def _attempts(points: list[str]) -> Counter[str]:
    """How often each step was attempted."""
    return Counter(
        name.partition(": before attempt ")[0] for name in points if name.startswith(_BEGINNINGS)
    )


@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_within_a_step_repeats_no_other(step: str) -> None:
    points = await points_of(CLEAR)
    first = points.index(f"{step}: before attempt 1") + 1
    last = points.index(f"{step}: stored") + 1
    assert last - first >= 4
    for at in range(first, last + 1):
        with KILL.at(at, points[at - 1]):
            scene = await play(CLEAR, KILL, at)
            repeated = {
                name for name, times in _attempts(scene.world.faults.passed).items() if times > 1
            }
            assert repeated <= {step}
            assert repeated or at == last, "nothing was repeated, though nothing was stored"


@pytest.mark.parametrize("step", STEPS)
async def test_an_error_of_a_steps_commit_repeats_that_step_alone(step: str) -> None:
    commits = [
        at
        for at, name in enumerate((await trace_of(CLEAR)).calls, start=1)
        if name.startswith(_COMMIT)
    ]
    scene = await play_disturbed(CLEAR, {}, {commits[STEPS.index(step)]: 1})
    failed = await scene.world.rows("SELECT step, attempt FROM step_attempts")
    assert failed == [{"step": step, "attempt": 1}]
    assert _attempts(scene.world.faults.passed) == {
        name: 2 if name == step else 1 for name in STEPS
    }


async def _failed_for_good(step: str) -> tuple[World, str]:
    """A run that has failed at a step after all of its attempts, and the run's id."""
    world = await open_receipts(Faults())
    if step == "ocr-extract":
        world.host.pieces.models.failures = [ModelError(3040, "no capacity")] * 6
    else:
        await refuse_rows(world, _OWN_TABLE[step])
    run_id = await upload(world)
    await world.settle()
    return world, run_id


@pytest.mark.parametrize(
    ("step", "state", "failure_class", "attempts"),
    [
        ("ocr-extract", "received_ocr_failed", "read_failed", 6),
        ("parse-structured", "text_extracted_parse_failed", "read_failed", 4),
        ("persist-db", "parsed_expense_failed", "write_failed", 11),
        ("notify-user", "expense_created_notification_failed", "write_failed", 6),
    ],
)
async def test_a_step_that_fails_for_good_is_named_and_mended(
    step: str, state: str, failure_class: str, attempts: int
) -> None:
    world, run_id = await _failed_for_good(step)
    [run] = await world.rows("SELECT state, failed_step, failure_class FROM runs")
    assert run == {"state": state, "failed_step": step, "failure_class": failure_class}
    before = STEPS[: STEPS.index(step)]
    assert _attempts(world.faults.passed) == {**dict.fromkeys(before, 1), step: attempts}
    has_expense = step == "notify-user"
    assert len(await world.rows("SELECT id FROM expenses")) == int(has_expense)

    await take_rows_again(world)
    operation = "resend" if has_expense else "retry"
    async with api_client(world.host.platform) as client:
        answer = await client.post(
            f"/api/runs/{run_id}/{operation}", json={"reason": "it is mended"}
        )
        assert answer.is_success, answer.text
    await world.settle()
    [run] = await world.rows(
        "SELECT state, failed_step, failure_class, requires_human_review FROM runs"
    )
    assert run == {
        "state": "notified",
        "failed_step": None,
        "failure_class": None,
        "requires_human_review": 0,
    }
    assert [
        len(await world.rows(f"SELECT 1 FROM {table}")) for table in ("expenses", "notifications")
    ] == [1, 1]
    [event] = await world.rows("SELECT id, state FROM outbox")
    assert event["state"] == "delivered"
    completed = await world.rows(
        "SELECT step FROM run_steps WHERE outcome = 'completed' AND generation = 1"
    )
    assert [row["step"] for row in completed] == [*before], "an earlier step was done again"


async def test_a_failed_notice_leaves_the_expense_and_says_what_to_do() -> None:
    world, run_id = await _failed_for_good("notify-user")
    async with api_client(world.host.platform) as client:
        shown = (await client.get(f"/api/runs/{run_id}")).json()
        retried = await client.post(f"/api/runs/{run_id}/retry", json={"reason": "once more"})
    assert (shown["status"], shown["message"]) == ("complete", "Your expense is ready.")
    assert shown["expense"]["total"] == "12.90"
    assert shown["nextSafeAction"] == "resend_notification"
    assert shown["whatHappened"].startswith(
        "The step notify-user failed for good after it was tried 6 times: "
    )
    assert shown["whatHappened"].endswith("The run went on without it.")
    assert retried.status_code == 409, "a run that has its result is not retried"
    assert not world.host.pieces.receiver.received, (
        "its event was delivered, though nobody was notified"
    )


async def test_resending_fails_again_while_the_cause_stands_and_can_be_repeated() -> None:
    world, run_id = await _failed_for_good("notify-user")
    async with api_client(world.host.platform) as client:
        resend = partial(client.post, f"/api/runs/{run_id}/resend", json={"reason": "once more"})
        assert (await resend()).is_success
        assert (await resend()).status_code == 409, "the step is under way"
        await world.settle()
        [run] = await world.rows("SELECT state, generation FROM runs")
        assert run == {"state": "expense_created_notification_failed", "generation": 2}
        await take_rows_again(world)
        assert (await resend()).is_success
        await world.settle()
        assert (await resend()).status_code == 409, "there is nothing to resend any more"
    [run] = await world.rows("SELECT state, generation FROM runs")
    assert run == {"state": "notified", "generation": 3}


async def test_while_the_notice_is_tried_again_the_expense_is_ready_and_one_waits() -> None:
    world = await open_receipts(Faults())
    await refuse_rows(world, "notifications")
    run_id = await upload(world)
    seen: list[tuple[str, str, str]] = []

    async def look() -> None:
        async with api_client(world.host.platform) as client:
            shown = (await client.get(f"/api/runs/{run_id}")).json()
        seen.append((shown["state"], shown["status"], shown["nextSafeAction"]))
        assert "notify-user: retrying after 1 attempt" in "\n".join(shown["tried"])

    world.faults.when.append((lambda name: name == "notify-user: before attempt 2", look))
    await world.settle()
    assert seen == [("expense_created", "complete", "wait")]
