"""A deployment without the product is begun, followed and operated by its own routes."""

import json
from typing import Any, LiteralString

import pytest

from tests.simulation.bank import Bank
from tests.simulation.opening import open_world
from tests.simulation.payout.workflow import TABLES, Payouts
from tillroll_durable import Registry
from tillroll_durable.server.access import create_token, revoke_token
from tillroll_durable.server.app import server_of
from tillroll_durable.server.exchange import Incoming, Reply
from tillroll_durable.server.routing import Server
from tillroll_testing.host.platform import ACCOUNT
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

PARAMS = {"employee": "employee_1", "amount": 100}
ALL = ("read", "run", "operate")
DECIDER = (*ALL, "review")
TRIGGER = "/api/workflows/disbursement/trigger"


class Client:
    """Asks a server as a program with a token does."""

    def __init__(self, world: World, server: Server, secret: str) -> None:
        self.world = world
        self.server = server
        self.secret = secret

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: tuple[tuple[str, str], ...] = (),
        key: str | None = None,
    ) -> Reply:
        sent = b"" if body is None else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {self.secret}"}
        if key is not None:
            headers["idempotency-key"] = key
        incoming = Incoming(
            method,
            path,
            query=query,
            headers=headers,
            body=sent,
        )
        return await self.server.answer(self.world.host.platform, incoming)


async def opened(permissions: tuple[str, ...] = ALL, *, needs_approval: bool = False) -> Client:
    faults = Faults()
    workflow = Payouts(Bank(faults), needs_approval=needs_approval).workflow
    world = await open_world(faults, Deployed(workflow), tables=TABLES)
    platform = world.host.platform
    token = await create_token(platform, ACCOUNT, "ci", permissions, "user:usr_1")
    return Client(world, server_of(Registry([workflow])), token.secret)


def body_of(reply: Reply) -> Any:
    return json.loads(json.dumps(reply.body))


async def test_a_run_is_begun_once_by_its_key_and_followed_to_its_end() -> None:
    client = await opened()
    first = await client.ask("POST", TRIGGER, PARAMS, key="one")
    run_id = body_of(first)["id"]
    assert (first.status, body_of(first)["status"]) == (202, "started")
    assert first.headers["location"] == f"/api/workflows/disbursement/status/{run_id}"
    again = await client.ask("POST", TRIGGER, PARAMS, key="one")
    assert body_of(again)["id"] == run_id
    await client.world.settle()
    status = await client.ask("GET", first.headers["location"])
    assert body_of(status)["status"] == "completed"
    listed = await client.ask("GET", "/api/runs", query=(("kind", "disbursement"),))
    assert [each["id"] for each in body_of(listed)["items"]] == [run_id]
    shown = body_of(await client.ask("GET", f"/api/runs/{run_id}"))
    assert (shown["status"], shown["nextSafeAction"]) == ("complete", "none")
    timeline = body_of(await client.ask("GET", f"/api/runs/{run_id}/timeline"))
    assert {item["kind"] for item in timeline["items"]} >= {"step", "attempt"}
    steps = body_of(await client.ask("GET", f"/api/runs/{run_id}/steps"))
    names = [each["name"] for each in steps["items"]]
    step = body_of(await client.ask("GET", f"/api/runs/{run_id}/steps/{names[0]}"))
    assert step["name"] == names[0]
    events = body_of(await client.ask("GET", "/api/audit", query=(("run", run_id),)))
    assert "run.created" in {event["action"] for event in events["items"]}


async def test_a_token_decides_only_with_the_permission_that_the_kind_names() -> None:
    client = await opened(needs_approval=True)
    run_id = body_of(await client.ask("POST", TRIGGER, PARAMS))["id"]
    await client.world.settle()
    reply = await client.ask("POST", f"/api/runs/{run_id}/review", {"decision": "reject"})
    assert (reply.status, body_of(reply)["permission"]) == (403, "review")


async def test_a_person_decides_once() -> None:
    client = await opened(DECIDER, needs_approval=True)
    run_id = body_of(await client.ask("POST", TRIGGER, PARAMS))["id"]
    await client.world.settle()
    shown = body_of(await client.ask("GET", f"/api/runs/{run_id}"))
    assert shown["requiresHumanReview"]
    reply = await client.ask("POST", f"/api/runs/{run_id}/review", {"decision": "reject"})
    assert (reply.status, body_of(reply)) == (200, {"runId": run_id, "decision": "reject"})
    other = await client.ask("POST", f"/api/runs/{run_id}/review", {"decision": "approve"})
    assert other.status == 409


async def test_an_operator_pauses_resumes_and_cancels() -> None:
    client = await opened(needs_approval=True)
    run_id = body_of(await client.ask("POST", TRIGGER, PARAMS))["id"]
    for act in ("pause", "resume", "cancel"):
        reply = await client.ask("POST", f"/api/runs/{run_id}/{act}", {"reason": "a test"})
        assert (reply.status, body_of(reply)["runId"]) == (202, run_id), act
    await client.world.settle()
    status = await client.ask("GET", f"/api/workflows/disbursement/status/{run_id}")
    assert body_of(status)["status"] == "cancelled"


@pytest.mark.parametrize(
    ("permissions", "method", "path", "expected"),
    [
        (("read",), "POST", TRIGGER, 403),
        (("run",), "GET", "/api/runs", 403),
        (("run", "read"), "POST", "/api/runs/run_1/cancel", 403),
        (ALL, "GET", "/api/runs/run_1", 404),
        (ALL, "GET", "/api/workflows/unknown/status/run_1", 404),
        (ALL, "GET", "/api/nothing", 404),
        (ALL, "DELETE", "/api/runs", 405),
    ],
)
async def test_what_a_token_may_not_do_is_refused(
    permissions: tuple[str, ...], method: str, path: str, expected: int
) -> None:
    client = await opened(permissions)
    reply = await client.ask(method, path, {"reason": "a test"} if method == "POST" else None)
    assert (reply.status, body_of(reply)["status"]) == (expected, expected)


@pytest.mark.parametrize(
    ("method", "path", "body", "query", "expected"),
    [
        ("POST", TRIGGER, {"employee": "employee_1"}, (), 422),
        ("POST", TRIGGER, {**PARAMS, "more": 1}, (), 422),
        ("POST", TRIGGER, [PARAMS], (), 400),
        ("POST", TRIGGER, {"employee": "x" * 70_000, "amount": 1}, (), 413),
        ("GET", "/api/runs", None, (("limit", "0"),), 422),
        ("GET", "/api/runs", None, (("status", "nothing"),), 422),
        ("GET", "/api/runs", None, (("unknown", "1"),), 422),
        ("GET", "/api/runs", None, (("from", "yesterday"),), 422),
        ("GET", "/api/runs", None, (("cursor", "!"),), 422),
    ],
)
async def test_bad_input_is_named_and_changes_nothing(
    method: str, path: str, body: object, query: tuple[tuple[str, str], ...], expected: int
) -> None:
    client = await opened()
    reply = await client.ask(method, path, body, query=query)
    assert reply.status == expected, reply.body
    assert reply.headers["content-type"] == "application/problem+json"
    assert await client.world.rows("SELECT id FROM runs") == []


async def test_only_a_valid_token_is_let_in() -> None:
    client = await opened()
    platform = client.world.host.platform
    for secret in ("trd_unknown", "", "till_first"):
        stranger = Client(client.world, client.server, secret)
        reply = await stranger.ask("GET", "/api/runs")
        assert (reply.status, reply.headers["www-authenticate"]) == (401, "Bearer")
    (row,) = await client.world.rows("SELECT id, digest FROM access_tokens")
    assert client.secret not in str(row)
    assert await revoke_token(platform, ACCOUNT, str(row["id"]), "user:usr_1")
    assert not await revoke_token(platform, ACCOUNT, str(row["id"]), "user:usr_1")
    assert (await client.ask("GET", "/api/runs")).status == 401


async def test_a_crash_is_answered_as_a_problem_with_the_request_s_id() -> None:
    client = await opened()

    @client.server.route("GET", "/api/broken/<name>", permission="read")
    async def broken(_request: Any, name: str) -> Any:
        raise KeyError(name)

    reply = await client.ask("GET", "/api/broken/quark")
    assert reply.status == 500
    assert reply.headers["x-request-id"].startswith("req_")
    assert "quark" not in str(reply.body)


async def test_a_public_route_asks_for_no_token_and_has_no_caller() -> None:
    client = await opened()

    @client.server.route("POST", "/hooks/<name>", is_public=True)
    async def take(request: Any, name: str) -> Any:
        return {"name": name, "hasCaller": hasattr(request, "caller"), "sent": request.json()}

    stranger = Client(client.world, client.server, "")
    reply = await stranger.ask("POST", "/hooks/bank", {"paid": True})
    assert (reply.status, body_of(reply)) == (
        200,
        {"name": "bank", "hasCaller": False, "sent": {"paid": True}},
    )
    large = await stranger.ask("POST", "/hooks/bank", {"paid": "x" * 70_000})
    assert large.status == 413


async def test_a_route_says_whether_it_is_public() -> None:
    client = await opened()
    with pytest.raises(ValueError, match="is_public=True"):
        client.server.route("GET", "/open")
    with pytest.raises(ValueError, match="is_public=True"):
        client.server.route("GET", "/open", permission="read", is_public=True)


@pytest.mark.parametrize(
    "change",
    [
        "resumptions = 1000",
        "escalated_at = '2026-03-01T09:00:00.000Z', error_class = 'Escalated'",
        "escalated_at = '2026-03-01T09:00:00.000Z'",
    ],
)
async def test_the_status_of_a_run_that_was_escalated_says_so(change: LiteralString) -> None:
    client = await opened()
    run_id = body_of(await client.ask("POST", TRIGGER, PARAMS))["id"]
    await client.world.rows(f"UPDATE runs SET {change}")
    status = await client.ask("GET", f"/api/workflows/disbursement/status/{run_id}")
    assert body_of(status)["status"] == "needs_operator"


async def test_a_query_that_there_is_not_is_refused() -> None:
    client = await opened()
    run_id = body_of(await client.ask("POST", TRIGGER, PARAMS))["id"]
    reply = await client.ask("GET", f"/api/runs/{run_id}/queries/progress")
    assert (reply.status, "answer no queries" in body_of(reply)["detail"]) == (404, True)
