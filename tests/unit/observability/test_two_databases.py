"""What operators see of two databases: lists are one, in order, and each says its database."""

from typing import Any

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN, TOKEN, HostPlatform
from tests.support.scraping import parse
from tests.support.two_databases import over_both, second_account
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform
from tillroll_testing.host.sqlite import SqliteDatabase

_BEHIND = "0123456789ABCDEFGHJKMNPQR"


async def _both(host: HostPlatform) -> tuple[Platform, SqliteDatabase, str, str]:
    """The platform, its second database, and the operator's token and account there."""
    second, account = await second_account(is_operator=True)
    return over_both(host.platform, second), second, account.token, account.account_id


async def _get(platform: Platform, path: str, token: str = TOKEN) -> httpx.Response:
    async with api_client(platform, token) as client:
        return await client.get(path)


async def _items(platform: Platform, path: str, token: str = TOKEN) -> list[dict[str, Any]]:
    """All items of a list, page by page. Pages of one item show each cursor."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        mark = "&" if "?" in path else "?"
        answer = await _get(platform, f"{path}{mark}limit=1{cursor}", token)
        assert answer.status_code == httpx.codes.OK, answer.text
        page = answer.json()
        assert len(page["items"]) <= 1
        items += page["items"]
        if page["nextCursor"] is None:
            return items
        cursor = f"&cursor={page['nextCursor']}"


async def _alert(database: SqliteDatabase, number: int, digits: str) -> str:
    alert_id = f"alr_{number}{_BEHIND}{digits}"
    at = "2026-03-01T00:00:00.000Z"
    sql = """
      INSERT INTO alerts (id, rule, subject, number, sentence, opened_at, told_at, checked_at)
      VALUES (?1, 'run_failed', ?1, ?2, 'It failed.', ?3, ?3, ?3)
    """
    await database.batch([statement(sql, [alert_id, number, at])])
    return alert_id


async def test_alerts_of_both_are_one_list_for_each_operator(host: HostPlatform) -> None:
    platform, second, token, _ = await _both(host)
    made = [
        await _alert(host.database, 1, ""),
        await _alert(second, 2, "002"),
        await _alert(second, 3, "002"),
        await _alert(host.database, 4, ""),
    ]
    for asking in (TOKEN, token):
        listed = await _items(platform, "/api/alerts?open=true", asking)
        assert [each["id"] for each in listed] == made[::-1]
        assert [each["database"] for each in listed] == ["DB", "DB_2", "DB_2", "DB"]
    chosen = await _items(platform, "/api/alerts?database=DB_2")
    assert [each["id"] for each in chosen] == [made[2], made[1]]


@pytest.mark.parametrize("name", ["DB_3", "DB_02", "2", "BUCKET", ""])
async def test_a_database_that_there_is_not_is_refused(host: HostPlatform, name: str) -> None:
    platform, _, _, _ = await _both(host)
    answer = await _get(platform, f"/api/alerts?database={name}")
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    [error] = answer.json()["errors"]
    assert error == {
        "field": "database",
        "message": "This deployment has none of that name. It has DB, DB_2.",
    }


async def test_nobody_but_an_operator_is_told(host: HostPlatform) -> None:
    platform, _, _, _ = await _both(host)
    for path in ("/api/alerts", "/api/jobs", "/api/metrics", "/api/sign-in-refusals/of-nobody"):
        assert (await _get(platform, path, OTHER_TOKEN)).status_code == httpx.codes.FORBIDDEN


async def test_jobs_of_both_stand_side_by_side(host: HostPlatform) -> None:
    platform, second, _, _ = await _both(host)
    job = "INSERT INTO jobs (name, period_seconds, due_at, statements) VALUES (?, 0, ?, 0)"
    for database in (host.database, second):
        await database.batch([statement(job, ["seals", "2026-03-01T00:00:00.000Z"])])
    await host.database.batch([statement(job, ["archive", "2026-03-01T00:00:00.000Z"])])
    stands = """
      INSERT INTO reconciler_cursors (name, position, updated_at) VALUES ('jobs: first', '1', ?)
    """
    await second.batch([statement(stands, ["2026-01-01T00:00:00.000Z"])])
    jobs = (await _get(platform, "/api/jobs")).json()
    assert [(each["name"], each["database"]) for each in jobs["items"]] == [
        ("archive", "DB"),
        ("seals", "DB"),
        ("seals", "DB_2"),
    ]
    assert jobs["cronStandsSince"] == "2026-01-01T00:00:00.000Z"
    assert jobs["cronStandsIn"] == ["DB_2"]
    alone = (await _get(platform, "/api/jobs?database=DB")).json()
    assert (len(alone["items"]), alone["cronStandsIn"]) == (2, [])


async def test_metrics_have_a_label_of_each_database_where_there_are_several(
    host: HostPlatform,
) -> None:
    platform, second, _, _ = await _both(host)
    count = "INSERT INTO metric_counters (name, labels, value) VALUES ('runs_started', ?, ?)"
    await host.database.batch([statement(count, ['["receipt"]', 3])])
    await second.batch([statement(count, ['["receipt"]', 4])])

    async def started(over: Platform, path: str) -> list[tuple[dict[str, str], float]]:
        families = parse((await _get(over, path)).text)
        return [
            (each.labels, each.value)
            for family in families
            for each in family.samples
            if each.name == "tillroll_runs_started_total"
        ]

    assert await started(platform, "/api/metrics") == [
        ({"database": "DB", "kind": "receipt"}, 3),
        ({"database": "DB_2", "kind": "receipt"}, 4),
    ]
    assert await started(platform, "/api/metrics?database=DB_2") == [({"kind": "receipt"}, 4)]
    assert await started(host.platform, "/api/metrics") == [({"kind": "receipt"}, 3)]


async def test_refused_sign_ins_of_nobody_are_added_up(host: HostPlatform) -> None:
    platform, second, _, _ = await _both(host)
    sql = """
      INSERT INTO sign_in_refusals (account_id, hour, user_id, how, network, refused, first_at,
          last_at)
      VALUES ('', ?1, '', ?2, '192.0.2.0', ?3, ?1 || ?4, ?1 || ?4)
    """
    counts = (
        (host.database, "2026-03-01T09", "token", 2, ":10:00.000Z"),
        (second, "2026-03-01T09", "token", 3, ":05:00.000Z"),
        (second, "2026-03-01T09", "code", 1, ":30:00.000Z"),
        (second, "2026-03-01T10", "code", 7, ":30:00.000Z"),
        (host.database, "2026-03-01T08", "token", 4, ":30:00.000Z"),
    )
    for database, *values in counts:
        await database.batch([statement(sql, [*values])])
    listed = await _items(platform, "/api/sign-in-refusals/of-nobody")
    assert [(each["hour"][11:13], each["how"], each["refused"]) for each in listed] == [
        ("10", "code", 7),
        ("09", "token", 5),
        ("09", "code", 1),
        ("08", "token", 4),
    ]
    assert listed[1]["firstAt"] == "2026-03-01T09:05:00.000Z"
    assert listed[1]["lastAt"] == "2026-03-01T09:10:00.000Z"


async def _call(database: SqliteDatabase, account_id: str, digits: str, at: str) -> str:
    run_id = f"run_{at[8:10]}{_BEHIND[:-1]}{digits}"
    call = f"aic_{at[8:10]}{_BEHIND[:-1]}{digits}"
    run = """
      INSERT INTO runs (id, account_id, kind, subject, state, status, contract_version, params,
          next_safe_action, created_at, updated_at)
      VALUES (?1, ?2, 'receipt', ?1, 'filed', 'complete', 1, '{}', 'none', ?3, ?3)
    """
    made = """
      INSERT INTO ai_calls (id, account_id, run_id, model, purpose, state, input_sha256,
          duration_ms, created_at, cost_micro_usd)
      VALUES (?1, ?2, ?3, 'm', 'reading', 'completed', '', 5, ?4, 300)
    """
    await database.batch(
        [
            statement(run, [run_id, account_id, at]),
            statement(made, [call, account_id, run_id, at]),
        ]
    )
    return call


async def test_calls_to_models_of_both_are_one_list_and_one_sum(host: HostPlatform) -> None:
    platform, second, token, account_id = await _both(host)
    made = [
        await _call(host.database, ACCOUNT, "", "2026-03-01T00:00:00.000Z"),
        await _call(second, account_id, "002", "2026-03-02T00:00:00.000Z"),
        await _call(host.database, ACCOUNT, "", "2026-03-03T00:00:00.000Z"),
    ]
    listed = await _items(platform, "/api/ai-calls?account=all", token)
    assert [each["id"] for each in listed] == made[::-1]
    own = await _items(platform, "/api/ai-calls")
    assert [each["id"] for each in own] == [made[2], made[0]]
    others = await _items(platform, f"/api/ai-calls?account={account_id}")
    assert [each["id"] for each in others] == [made[1]]
    days = "from=2026-03-01&to=2026-03-31"
    path = f"/api/ai-calls/totals?by=model&account=all&{days}"
    [total] = (await _get(platform, path)).json()["items"]
    assert (total["key"], total["offered"], total["costMicroUsd"]) == ("m", 3, 900)
    runs = await _items(platform, "/api/ai-calls/totals?by=run&account=all", token)
    assert [each["key"][4:6] for each in runs] == ["03", "02", "01"]


async def test_health_is_that_of_the_worst_database(host: HostPlatform) -> None:
    platform, second, _, _ = await _both(host)
    stands = """
      INSERT INTO reconciler_cursors (name, position, updated_at) VALUES ('jobs: first', '1', ?)
    """
    ticked = to_text(host.platform.clock.now())
    await host.database.batch([statement(stands, [ticked])])
    await second.batch([statement(stands, ["2025-01-01T00:00:00.000Z"])])
    stopped = (await _get(platform, "/api/health?deep")).json()
    assert (stopped["status"], stopped["jobs"]) == ("ok", "stopped")
    second.connection.execute("DROP TABLE reconciler_cursors")
    answer = await _get(platform, "/api/health?deep")
    assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert answer.json()["parts"] == {"database": "failing", "objects": "ok", "queue": "ok"}
