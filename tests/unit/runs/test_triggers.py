"""Runs of any kind are begun and followed by the same two routes, by whoever may, with ids of their
own account.
"""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.simulation.bank import Bank
from tests.simulation.opening import open_world
from tests.simulation.payout.workflow import TABLES, Payouts
from tests.simulation.receipts import NO_TOTAL, open_receipts, upload
from tests.simulation.verbs.journey import JOURNEY
from tests.simulation.verbs.journey import TABLES as JOURNEY_TABLES
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN, TOKEN
from tests.support.roles import MEMBER, roles_given
from tillroll.workflows.registry import WORKFLOWS
from tillroll_durable import (
    Allowed,
    Contract,
    Effect,
    NoParams,
    OnFailure,
    Registry,
    Step,
    Then,
    Trigger,
    Workflow,
    WorkflowRun,
    begin_as_asked,
)
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

BY_NAME = Trigger(begin_as_asked)
PARAMS = {"employee": "employee_1", "amount": 100}


def allowed(trigger: str | None) -> Allowed:
    return Allowed(trigger=trigger, decide="approve")


async def payouts(*, who: str | None = "trigger", needs_approval: bool = False) -> World:
    faults = Faults()
    declared = Payouts(Bank(faults), needs_approval=needs_approval).workflow
    workflow = replace(declared, trigger=BY_NAME if who else None, allowed=allowed(who))
    return await open_world(faults, Deployed(workflow), tables=TABLES)


async def ask(
    world: World,
    method: str,
    path: str,
    body: Any = None,
    *,
    token: str = TOKEN,
    key: str | None = None,
) -> httpx.Response:
    registry = Registry(
        [
            *WORKFLOWS,
            *([] if world.deployed.contract.kind == "receipt" else [world.deployed.workflow]),
        ]
    )
    async with api_client(world.host.platform, token, registry=registry) as client:
        return await client.request(
            method, path, json=body, headers={"idempotency-key": key} if key else {}
        )


async def trigger(
    world: World, body: Any = PARAMS, kind: str = "disbursement", **more: Any
) -> httpx.Response:
    return await ask(world, "POST", f"/api/workflows/{kind}/trigger", body, **more)


async def status(world: World, run_id: str, kind: str = "disbursement") -> Any:
    answer = await ask(world, "GET", f"/api/workflows/{kind}/status/{run_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_triggered_run_is_begun_as_any_other_and_followed_to_its_end() -> None:
    world = await payouts(needs_approval=True)
    answer = await trigger(world)
    run_id = answer.json()["id"]
    assert (answer.status_code, answer.json()) == (202, {"id": run_id, "status": "started"})
    assert answer.headers["location"] == f"/api/workflows/disbursement/status/{run_id}"
    (run,) = await world.rows("SELECT id, account_id, params, subject FROM runs")
    assert run == {
        "id": run_id, "account_id": "acc_first", "params": '{"amount":100,"employee":"employee_1"}',
        "subject": "employee_1",
    }  # fmt: skip
    (event,) = await world.rows("SELECT actor, action FROM audit_events")
    assert event == {"actor": "token:tok_usr_first", "action": "run.created"}
    nothing: dict[str, Any] = {"id": run_id, "output": None, "error": None}
    assert await status(world, run_id) == nothing | {"status": "started"}
    await world.settle()
    assert await status(world, run_id) == nothing | {"status": "waiting"}
    await world.settle({"decision": "approve"})
    ended = await status(world, run_id)
    assert (ended["status"], ended["error"]) == ("completed", None)


async def test_a_run_that_a_person_rejects_pauses_or_cancels_says_so() -> None:
    world = await payouts(needs_approval=True)
    run_id = (await trigger(world)).json()["id"]
    await world.settle()
    await world.pause()
    assert (await status(world, run_id))["status"] == "paused"
    await world.unpause()
    await world.settle({"decision": "reject"})
    ended = await status(world, run_id)
    assert (ended["status"], ended["output"], ended["error"]["errorClass"]) == (
        "rejected",
        None,
        "rejected",
    )
    world = await payouts(needs_approval=True)
    run_id = (await trigger(world)).json()["id"]
    await world.settle()
    await world.cancel()
    await world.settle()
    ended = await status(world, run_id)
    assert (ended["status"], ended["error"]["errorClass"]) == ("cancelled", "cancelled")


async def test_a_run_that_failed_says_with_what() -> None:
    faults = Faults()
    broken = Payouts(Bank(faults), broken={"check": [True] * 20})
    workflow = replace(broken.workflow, trigger=BY_NAME, allowed=allowed("trigger"))
    world = await open_world(faults, Deployed(workflow), tables=TABLES)
    run_id = (await trigger(world)).json()["id"]
    await world.settle()
    failed = await status(world, run_id)
    assert (failed["status"], failed["output"], failed["error"]["errorClass"]) == (
        "failed",
        None,
        "StepBroken",
    )


async def test_the_same_key_is_the_same_run_and_other_params_under_it_are_refused() -> None:
    world = await payouts()
    first, again = await trigger(world, key="k1"), await trigger(world, key="k1")
    assert (again.status_code, again.json()) == (202, first.json())
    other = await trigger(world, {**PARAMS, "amount": 5}, key="k1")
    assert (other.status_code, other.json()["type"]) == (422, "urn:tillroll:problem:key-reused")
    assert (await trigger(world)).json()["id"] != first.json()["id"]
    assert len(await world.rows("SELECT id FROM runs")) == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"employee": "e"}, "amount"),
        ({**PARAMS, "iban": "x"}, "iban"),
        ({**PARAMS, "amount": "many"}, "amount"),
        ({**PARAMS, "employee": "x" * 70_000}, None),
        ([], "body"),
        (None, "body"),
    ],
)
async def test_params_that_do_not_fit_begin_nothing(body: Any, field: str | None) -> None:
    world = await payouts()
    answer = await trigger(world, body)
    assert answer.status_code in {413, 422}
    if field is not None:
        assert answer.status_code == 422
        assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert await world.rows("SELECT id FROM runs") == []


async def test_a_kind_that_declares_no_trigger_is_not_begun_so() -> None:
    world = await payouts(who=None)
    answer = await trigger(world)
    assert (answer.status_code, answer.json()["type"]) == (
        403,
        "urn:tillroll:problem:not-triggerable",
    )
    instead = await trigger(world, {"exportId": "xpt_1"}, "export")
    assert instead.status_code == 403
    assert "POST /api/exports" in instead.json()["detail"]
    assert await world.rows("SELECT id FROM runs") == []


async def test_a_kind_of_owners_is_theirs() -> None:
    world = await payouts(who="administer")
    await world.host.database.batch(roles_given("usr_first", *MEMBER))
    answer = await trigger(world)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:tillroll:problem:owner-only")
    [kind] = [
        each
        for each in (await ask(world, "GET", "/api/workflows")).json()["items"]
        if each["kind"] == "disbursement"
    ]
    assert (kind["trigger"]["who"], kind["trigger"]["may"]) == (["owner"], False)
    assert (await trigger(world, token=OTHER_TOKEN)).status_code == 202


@pytest.mark.parametrize("path", ["loan/trigger", "loan/status/run_1"])
async def test_a_kind_that_there_is_not_is_not_found(path: str) -> None:
    method = "POST" if path.endswith("trigger") else "GET"
    answer = await ask(
        await payouts(), method, f"/api/workflows/{path}", {} if method == "POST" else None
    )
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:tillroll:problem:not-found")


async def test_a_run_is_shown_to_its_account_and_under_its_kind_alone() -> None:
    world = await payouts()
    run_id = (await trigger(world)).json()["id"]
    other, own = (
        f"/api/workflows/disbursement/status/{run_id}",
        f"/api/workflows/export/status/{run_id}",
    )
    paths = (other, OTHER_TOKEN), (own, TOKEN)
    assert [(await ask(world, "GET", path, token=token)).status_code for path, token in paths] == [
        404,
        404,
    ]


async def test_a_chain_is_followed_to_the_run_that_goes_on_in_its_place() -> None:
    chain = replace(
        JOURNEY,
        trigger=BY_NAME,
        allowed=replace(allowed("trigger"), signals={"confirm": "operate"}),
    )
    world = await open_world(Faults(), Deployed(chain), tables=JOURNEY_TABLES)
    run_id = (await trigger(world, {"way": "chain", "left": 2}, "journey")).json()["id"]
    await world.work()
    assert (await world.rows("SELECT status FROM runs WHERE id = ?", run_id)) == [
        {"status": "complete"}
    ]
    assert (await status(world, run_id, "journey"))["status"] == "running"
    await world.settle()
    assert (await status(world, run_id, "journey"))["status"] == "completed"


async def test_a_stored_receipt_is_run_again_only_where_its_run_ended_without_an_expense() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    first = await upload(world)
    [receipt] = await world.rows("SELECT id FROM receipts")
    body = {"receiptId": receipt["id"]}
    await world.settle()
    there = await trigger(world, body, "receipt")
    assert (there.status_code, there.json()) == (200, {"id": first, "status": "waiting"})
    await world.settle({"decision": "reject"})
    begun = await trigger(world, body, "receipt")
    assert (begun.status_code, begun.json()["status"]) == (202, "started")
    assert begun.json()["id"] != first
    assert (await trigger(world, body, "receipt")).json()["id"] == begun.json()["id"]
    assert len(await world.rows("SELECT id FROM runs")) == 2


async def test_what_a_receipt_gives_is_its_expense() -> None:
    world = await open_receipts(Faults())
    run_id = await upload(world)
    await world.settle()
    [expense] = await world.rows("SELECT id FROM expenses")
    assert await status(world, run_id, "receipt") == {
        "id": run_id, "status": "completed", "output": {"expenseId": expense["id"]}, "error": None,
    }  # fmt: skip


async def test_a_receipt_of_another_account_is_no_receipt() -> None:
    world = await open_receipts(Faults())
    await upload(world)
    await world.settle()
    [receipt] = await world.rows("SELECT id FROM receipts")
    answer = await trigger(world, {"receiptId": receipt["id"]}, "receipt", token=OTHER_TOKEN)
    nobodys = await trigger(world, {"receiptId": "rec_none"}, "receipt", token=OTHER_TOKEN)
    told = nobodys.json() | {"requestId": answer.json()["requestId"]}
    assert (answer.status_code, answer.json()) == (422, told)
    assert [each["field"] for each in answer.json()["errors"]] == ["receiptId"]
    refused = await trigger(world, {"receipt_id": receipt["id"]}, "receipt")
    assert {each["field"] for each in refused.json()["errors"]} == {"receiptId", "receipt_id"}


async def test_the_kinds_are_listed_with_what_they_promise_and_who_may() -> None:
    items = (await ask(await payouts(), "GET", "/api/workflows")).json()["items"]
    named = {each["kind"]: each for each in items}
    assert list(named) == sorted(named)
    export, payout, receipt = (named[kind] for kind in ("export", "disbursement", "receipt"))
    assert (export["trigger"], export["begunBy"], export["version"]) == (
        None,
        "POST /api/exports",
        1,
    )
    assert payout["trigger"]["params"]["required"] == ["employee", "amount"]
    assert (named["claim"]["ownSignals"], export["ownSignals"]) == (["changed", "mailed"], [])
    assert receipt["trigger"]["params"]["properties"].keys() == {"receiptId"}
    assert receipt["trigger"]["params"]["additionalProperties"] is False
    [first, *_] = receipt["contract"]["steps"]
    assert (first["name"], first["retries"]) == (
        "ocr-extract", {"limit": 5, "delaySeconds": 2, "backoff": "exponential"},
    )  # fmt: skip


async def test_a_step_says_where_its_run_stops_while_nobody_knows() -> None:
    on_failure = OnFailure(then=Then.COMPENSATE)
    steps = (
        Step("pay", Effect.EXTERNAL, on_failure=on_failure),
        Step("book", Effect.WRITE, on_failure=on_failure),
    )

    async def body(_: WorkflowRun[NoParams]) -> None:
        return

    world = await open_world(Faults(), Deployed(Workflow(Contract("order", 1, steps=steps), body)))
    items = (await ask(world, "GET", "/api/workflows")).json()["items"]
    [order] = [each for each in items if each["kind"] == "order"]
    assert [each["onFailure"] for each in order["contract"]["steps"]] == [
        {
            "state": "pay_failed",
            "then": "compensate",
            "escalate": False,
            "unknownState": "outcome_unknown",
        },
        {"state": "book_failed", "then": "compensate", "escalate": False},
    ]


def test_every_kind_says_how_it_is_begun() -> None:
    """By a trigger with checks of its own, or by a route that is named."""
    newest: list[Workflow] = [*Registry(WORKFLOWS).newest.values()]
    assert [
        each.contract.kind for each in newest if (each.trigger is None) != bool(each.begun_by)
    ] == []
