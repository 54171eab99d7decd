"""The ledger of calls to models over HTTP: the list, the totals, the budget, and reading again."""

from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from tests.simulation.receipts import UNSURE, check_ledger, model_reads, open_receipts, upload
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN, TOKEN, without_prices
from tests.support.roles import MEMBER, roles_given
from tillroll.ai.endpoints import By
from tillroll_durable.ai.ledger import interrupt_before
from tillroll_durable.ai.totals import calls_query, run_totals_query, totals_query
from tillroll_durable.platform.bindings.database import Statement, statement
from tillroll_durable.platform.bindings.models import ModelError
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

DAY = "2026-03-01"


async def ask(world: World, path: str, token: str = TOKEN) -> dict[str, Any]:
    async with api_client(world.host.platform, token) as client:
        answer = await client.get(path)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def send(
    world: World, method: str, path: str, body: dict[str, Any] | None = None
) -> httpx.Response:
    async with api_client(world.host.platform) as client:
        return await client.request(method, path, json=body)


async def read_three() -> World:
    """A receipt that took a failed attempt, one that took a second opinion, one that no budget was
    left for.
    """
    world = await open_receipts(
        Faults(), UNSURE, webhook=False, replies=[model_reads()], ai_daily_budget=5_000
    )
    world.host.pieces.models.failures = [ModelError(3040, "Capacity temporarily exceeded")]
    for copy in range(3):
        if copy == 2:
            await send(world, "PATCH", "/api/account", {"aiDailyBudget": "0.0001"})
        await upload(world, copy)
        await world.settle()
    return world


async def test_the_list_has_every_call_and_what_became_of_it() -> None:
    world = await read_three()
    items = (await ask(world, "/api/ai-calls"))["items"]
    assert [(item["state"], item["reason"]) for item in reversed(items)] == [
        ("failed", "refused"),
        ("completed", None),
        ("completed", None),
        ("completed", None),
        ("completed", None),
        ("offered", "ai_budget"),
    ]
    newest, *_, oldest = items
    assert (newest["approvedAt"], newest["durationMs"], newest["costMicroUsd"]) == (
        None,
        None,
        None,
    )
    assert (oldest["attempt"], oldest["step"], oldest["model"]) == (
        1,
        "ocr-extract",
        "@cf/test/vision",
    )
    assert [item["costMicroUsd"] for item in items] == [None, 74, 160, 74, 160, None]


async def test_it_is_filtered_and_comes_in_pages() -> None:
    world = await read_three()
    whole = (await ask(world, "/api/ai-calls"))["items"]
    pages: list[Any] = []
    path = "/api/ai-calls?limit=2"
    while path:
        page = await ask(world, path)
        pages += page["items"]
        path = f"/api/ai-calls?limit=2&cursor={page['nextCursor']}" if page["nextCursor"] else ""
    assert pages == whole
    run = whole[1]["runId"]
    for query, expected in (
        (f"run={run}", [item for item in whole if item["runId"] == run]),
        ("state=failed", whole[-1:]),
        ("state=completed", whole[1:5]),
        (
            "model=@cf/test/language",
            [item for item in whole if item["purpose"] == "second-reading"],
        ),
        (f"from={DAY}&to={DAY}", whole),
        ("from=2026-03-02", []),
        ("to=2026-02-28", []),
    ):
        assert (await ask(world, f"/api/ai-calls?{query}"))["items"] == expected, query


async def test_totals_are_those_of_the_calls() -> None:
    world = await read_three()
    by_day = (await ask(world, f"/api/ai-calls/totals?from={DAY}&to={DAY}"))["items"]
    assert [
        (day["key"], day["offered"], day["refused"], day["costMicroUsd"]) for day in by_day
    ] == [(DAY, 6, 1, 468)]
    by_model = (await ask(world, "/api/ai-calls/totals?by=model"))["items"]
    assert {each["key"]: each["costMicroUsd"] for each in by_model} == {
        "@cf/test/vision": 320,
        "@cf/test/language": 148,
    }
    by_run = (await ask(world, "/api/ai-calls/totals?by=run"))["items"]
    assert [
        (run["completed"], run["failed"], run["refused"], run["costMicroUsd"]) for run in by_run
    ] == [
        (0, 0, 1, 0),
        (2, 0, 0, 234),
        (2, 1, 0, 234),
    ]
    page = await ask(world, "/api/ai-calls/totals?by=run&limit=2")
    rest = await ask(world, f"/api/ai-calls/totals?by=run&limit=2&cursor={page['nextCursor']}")
    assert [*page["items"], *rest["items"]] == by_run
    run = await ask(world, f"/api/runs/{by_run[-1]['key']}")
    assert run["aiCost"] == {"calls": 3, "unpriced": 0, "microUsd": 234}
    assert (await ask(world, "/api/ai-calls/totals?by=account"))["items"][0]["key"] == "acc_first"


async def test_what_is_unknown_is_told_as_such() -> None:
    world = await open_receipts(Faults(), webhook=False)
    platform = world.host.platform
    world.host.platform = replace(platform, settings=without_prices(platform))
    run = await ask(world, f"/api/runs/{await upload(world)}")
    assert run["aiCost"] == {"calls": 0, "unpriced": 0, "microUsd": 0}
    await world.settle()
    run = await ask(world, f"/api/runs/{run['id']}")
    assert run["aiCost"] == {"calls": 1, "unpriced": 1, "microUsd": 0}
    [day] = (await ask(world, "/api/ai-calls/totals"))["items"]
    assert (day["unpriced"], day["costMicroUsd"]) == (1, 0)


async def test_only_operators_see_other_accounts() -> None:
    world = await read_three()
    for path in ("/api/ai-calls", "/api/ai-calls/totals?by=account"):
        assert (await ask(world, path, OTHER_TOKEN))["items"] == []
        mark = "&" if "?" in path else "?"
        for account in ("all", "acc_first"):
            async with api_client(world.host.platform, OTHER_TOKEN) as client:
                answer = await client.get(f"{path}{mark}account={account}")
            assert answer.json()["type"] == "urn:tillroll:problem:operator-only"
        assert (await ask(world, f"{path}{mark}account=acc_first"))["items"], (
            "one's own account may be named"
        )
    await world.rows("UPDATE users SET is_operator = 1 WHERE id = 'usr_other'")
    assert len((await ask(world, "/api/ai-calls?account=all", OTHER_TOKEN))["items"]) == 6
    assert (await ask(world, "/api/ai-calls/totals?by=run&account=all", OTHER_TOKEN))["items"]
    [total] = (await ask(world, "/api/ai-calls/totals?by=account&account=all", OTHER_TOKEN))[
        "items"
    ]
    assert (total["key"], total["costMicroUsd"]) == ("acc_first", 468)


async def test_an_owner_sets_a_budget() -> None:
    world = await open_receipts(Faults(), ai_daily_budget=2_000_000)
    assert (await ask(world, "/api/account"))["aiBudget"] == {
        "daily": "2.00",
        "own": None,
        "countedToday": "0.00",
    }
    answer = await send(world, "PATCH", "/api/account", {"aiDailyBudget": " 0.5"})
    assert answer.json()["aiBudget"] == {"daily": "0.50", "own": "0.50", "countedToday": "0.00"}
    await send(world, "PATCH", "/api/account", {"baseCurrency": "EUR"})
    account = await ask(world, "/api/account")
    assert (account["aiBudget"]["own"], account["baseCurrency"]) == ("0.50", "EUR"), (
        "what is not named stays"
    )
    answer = await send(world, "PATCH", "/api/account", {"aiDailyBudget": None})
    assert answer.json()["aiBudget"]["own"] is None
    for wrong in ("-1", "much", "0.00000001"):
        answer = await send(world, "PATCH", "/api/account", {"aiDailyBudget": wrong})
        assert [error["field"] for error in answer.json()["errors"]] == ["aiDailyBudget"]
    await world.host.database.batch(roles_given("usr_first", *MEMBER))
    answer = await send(world, "PATCH", "/api/account", {"aiDailyBudget": "1"})
    assert answer.json()["type"] == "urn:tillroll:problem:owner-only"


async def test_no_budget_is_taken_that_cannot_be_held() -> None:
    world = await open_receipts(Faults())
    platform = world.host.platform
    world.host.platform = replace(platform, settings=without_prices(platform))
    answer = await send(world, "PATCH", "/api/account", {"aiDailyBudget": "1"})
    assert (
        "AI_PRICES does not name the price of @cf/test/vision"
        in answer.json()["errors"][0]["message"]
    )


async def test_once_there_is_money_it_is_read_after_all() -> None:
    world = await open_receipts(Faults(), webhook=False, ai_daily_budget=0)
    waiting = await upload(world)
    await world.settle()
    path = f"/api/runs/{waiting}/read-again"
    refused = await send(world, "POST", path)
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:tillroll:problem:not-possible",
    )
    assert "still spent" in refused.json()["detail"]
    await send(world, "PATCH", "/api/account", {"aiDailyBudget": "1"})
    answers = [await send(world, "POST", path) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    following = answers[0].json()["runId"]
    assert following != waiting
    await world.settle()
    await check_ledger(world)
    assert len(await world.rows("SELECT 1 FROM expenses")) == 1
    old, new = await ask(world, f"/api/runs/{waiting}"), await ask(world, f"/api/runs/{following}")
    assert (old["status"], new["status"], new["previousRunId"]) == ("rejected", "complete", waiting)
    assert old["message"] == "This receipt was rejected: it is read again"
    assert (await send(world, "POST", path)).json()["runId"] == following
    refused = await send(world, "POST", f"/api/runs/{following}/read-again")
    assert refused.json()["type"] == "urn:tillroll:problem:not-possible"


async def test_what_was_decided_otherwise_is_not_read_again() -> None:
    world = await open_receipts(Faults(), webhook=False, ai_daily_budget=0)
    waiting = await upload(world)
    await world.settle(
        {"merchant": "Cafe", "date": "2026-02-14", "total": "12.90", "currency": "MYR"}
    )
    await send(world, "PATCH", "/api/account", {"aiDailyBudget": "1"})
    refused = await send(world, "POST", f"/api/runs/{waiting}/read-again")
    assert refused.json()["type"] == "urn:tillroll:problem:not-possible"
    assert len(await world.rows("SELECT 1 FROM runs")) == 1


_ANY: dict[str, str | None] = dict.fromkeys(("account_id", "run_id", "model", "state"))
_LISTS: dict[str, dict[str, str | None]] = {
    "an account's": {"account_id": "a"},
    "an account's failed ones": {"account_id": "a", "state": "failed"},
    "an account's of a model": {"account_id": "a", "model": "m"},
    "a run's": {"account_id": "a", "run_id": "r"},
    "everybody's": {},
}
_FIRST = date(2026, 3, 1)
QUERIES = [
    *(
        pytest.param(calls_query(_ANY | given, (None, None), "~", 9), id=name)
        for name, given in _LISTS.items()
    ),
    *(
        pytest.param(totals_query(by, account, _FIRST, _FIRST), id=f"by {by} of {account or 'all'}")
        for by in (By.DAY, By.MODEL, By.ACCOUNT)
        for account in ("a", None)
    ),
    *(
        pytest.param(run_totals_query(account, "~", 9), id=f"by run of {account or 'all'}")
        for account in ("a", None)
    ),
    pytest.param(interrupt_before("2026-03-02", "2026-03-01"), id="what was interrupted"),
]


@pytest.mark.parametrize("query", QUERIES)
async def test_no_query_goes_through_the_whole_ledger(query: Statement) -> None:
    world = await open_receipts(Faults())
    plan = await world.host.database.all(
        statement(f"EXPLAIN QUERY PLAN {query.sql}", [*query.parameters])
    )
    lines = [str(step["detail"]) for step in plan]
    assert any(line.startswith("SEARCH") for line in lines), lines
    # What r holds was limited before.
    assert not [line for line in lines if line.startswith("SCAN") and line != "SCAN r"], lines
