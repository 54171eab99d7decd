"""The list of runs is narrowed by what a run has, page by page, each by an index that leads."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT, assemble, migrated_database
from tillroll_durable.attributes import write_external_id
from tillroll_durable.errors import FailureClass
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.selection import Chosen, query_of
from tillroll_durable.states import Status
from tillroll_testing.host.platform import HostPlatform

BEGAN = datetime(2026, 3, 1, 9, tzinfo=UTC)
# Kind, subject, state, status, failure class, parent.
RUNS: Sequence[tuple[str, str, str, str, str | None, str | None]] = (
    ("disbursement", "user:42", "closed", "complete", None, None),
    ("disbursement", "user:7", "debited_pay_failed", "failed", "external_unknown", None),
    ("leg", "user:42", "closed", "complete", None, "run_0001"),
    ("leg", "user:42", "awaiting_approval", "needs_review", None, "run_0001"),
    ("leg", "user:9", "closed", "complete", None, "run_0000"),
)


async def books() -> HostPlatform:
    """Two accounts with the same runs, one an hour, the second's under ids of their own."""
    host = assemble(await migrated_database(), {})
    for account, prefix in ((ACCOUNT, "run_0"), (OTHER_ACCOUNT, "run_1")):
        for number, (kind, subject, state, status, failure, parent) in enumerate(RUNS):
            at = to_text(BEGAN + timedelta(hours=number))
            query = """
              INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
                                failure_class, parent_run_id, next_safe_action, created_at,
                                    updated_at, resume_state)
              VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, 'none', ?9, ?9, CASE
                  WHEN ?6 = 'failed' THEN 'begun' END)
            """
            values = (
                f"{prefix}{number:03}",
                account,
                kind,
                subject,
                state,
                status,
                failure,
                parent,
                at,
            )
            await host.database.batch([statement(query, [*values])])
            sql = (
                "INSERT INTO run_attributes (run_id, name, value, account_id) "
                "VALUES (?1, ?2, ?3, ?4)"
            )
            attributes = {"customer": subject, "stage": f"in:{state}"}
            run_id = f"{prefix}{number:03}"
            await host.database.batch(
                [statement(sql, [run_id, *each, account]) for each in attributes.items()]
            )
            named = write_external_id(account, run_id, f"ch_{number % 2}")
            await host.database.batch([*named, *named])  # written again, nothing changes
    return host


async def found(host: HostPlatform, query: str, limit: int = 50) -> list[int]:
    """The numbers of the runs that are found, over all pages."""
    ids: list[str] = []
    path: str | None = f"/api/runs?{query}&limit={limit}"
    async with api_client(host.platform) as client:
        while path:
            answer = await client.get(path)
            assert answer.status_code == 200, answer.text
            ids += [item["id"] for item in answer.json()["items"]]
            link = answer.headers.get("link")
            path = None if link is None else link[1 : link.index(">")]
    assert all(each.startswith("run_0") for each in ids), "another account's"
    return [int(each[-3:]) for each in ids]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("kind=leg", [4, 3, 2]),
        ("subject=user:42", [3, 2, 0]),
        ("status=complete", [4, 2, 0]),
        ("status=completed", [4, 2, 0]),
        ("state=closed", [4, 2, 0]),
        ("failureClass=external_unknown", [1]),
        ("parent=run_0001", [3, 2]),
        ("from=2026-03-01T11:00:00Z", [4, 3, 2]),
        ("to=2026-03-01T11:00:00Z", [1, 0]),
        ("from=2026-03-01T10:00:00Z&to=2026-03-01T13:00:00%2B01:00", [2, 1]),
        ("from=2026-03-02", []),
        ("to=2026-02-01", []),
        ("kind=leg&status=complete", [4, 2]),
        ("kind=disbursement&status=failed", [1]),
        ("subject=user:42&state=closed&kind=disbursement", [0]),
        ("kind=leg&from=2026-03-01T12:00:00Z&status=complete", [4]),
        ("attribute=customer:user:42", [3, 2, 0]),
        ("attribute=stage:in:closed", [4, 2, 0]),
        ("attribute=customer:user:42&attribute=stage:in:closed", [2, 0]),
        ("attribute=stage:in:closed&attribute=customer:user:42&kind=leg", [2]),
        ("attribute=customer:user:42&from=2026-03-01T10:00:00Z&to=2026-03-01T12:00:00Z", [2]),
        ("attribute=customer:user:42&parent=run_0001", [3, 2]),
        ("attribute=customer:user:42&status=needs_review&unresolved=false", [3]),
    ],
)
async def test_runs_are_found_by_what_they_have(query: str, numbers: list[int]) -> None:
    host = await books()
    assert await found(host, query) == numbers
    assert await found(host, query, limit=1) == numbers


async def test_runs_of_which_items_failed_are_found_and_say_how_many() -> None:
    host = await books()
    mark = "UPDATE runs SET items = 5, items_failed = ? WHERE id = ?"
    for run_id, failed in (("run_0000", 2), ("run_0004", 5), ("run_0002", 0), ("run_1000", 1)):
        await host.database.batch([statement(mark, [failed, run_id])])
    assert await found(host, "withFailures=true") == [4, 0]
    assert await found(host, "withFailures=true", limit=1) == [4, 0]
    assert await found(host, "withFailures=true&kind=leg&status=complete") == [4]
    assert await found(host, "withFailures=false&kind=disbursement") == [1, 0]
    async with api_client(host.platform) as client:
        shown = (await client.get("/api/runs?status=complete")).json()["items"]
    assert [(each.get("failedItems"), each.get("items")) for each in shown] == [
        (5, 5),
        (None, None),
        (2, 5),
    ]


async def test_runs_that_could_not_be_undone_are_found_beside_failed_ones() -> None:
    """As alerts find them: not those whose retry is under way."""
    host = await books()
    at = to_text(BEGAN)
    for number, (status, failure, escalated) in enumerate(
        [
            ("cancelled", "rollback_failed", at),
            ("rejected", "rollback_failed", at),
            ("cancelled", None, None),
            ("processing", "rollback_failed", None),
            ("complete", "write_failed", at),
        ]
    ):
        query = """
          INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
                            failure_class, escalated_at, next_safe_action, created_at, updated_at)
          VALUES (?1, ?2, 'leg', 1, 'user:1', 'ended', ?3, ?4, ?5, 'none', ?6, ?6)
        """
        values = (f"run_02{number:02}", ACCOUNT, status, failure, escalated, at)
        await host.database.batch([statement(query, [*values])])
    assert await found(host, "unresolved=true") == [201, 200, 1]
    assert await found(host, "unresolved=true", limit=1) == [201, 200, 1]
    assert await found(host, "unresolved=true&kind=disbursement") == [1]
    assert await found(host, "unresolved=false&kind=disbursement") == [1, 0]
    async with api_client(host.platform) as client:
        shown = (await client.get("/api/runs?unresolved=true")).json()["items"]
    assert [each.get("notUndone") for each in shown] == [True, True, None]
    assert ["is not yet: it may still stand" in each["message"] for each in shown] == [
        True,
        True,
        False,
    ]


async def test_runs_that_stand_still_are_found_and_marked() -> None:
    """As docs/operations.md promises: a run to which a person was called, also one with a result
    whose body fails in what follows. An overdue review is its reviewer's.
    """
    host = await books()
    at = to_text(BEGAN)
    for number, (status, error_class, escalated) in enumerate(
        [
            ("processing", "Escalated", at),
            ("needs_review", "Escalated", at),
            ("needs_review", None, at),
            ("processing", "Timeout", None),
            ("processing", "Timeout", at),
            ("complete", "Escalated", at),
        ]
    ):
        query = """
          INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
              error_class,
                            error_summary, escalated_at, next_safe_action, created_at, updated_at)
          VALUES (?1, ?2, 'leg', 1, 'user:1', 'ended', ?3, ?4, 'its body is not deployed', ?5,
              'none', ?6, ?6)
        """
        values = (f"run_03{number:02}", ACCOUNT, status, error_class, escalated, at)
        await host.database.batch([statement(query, [*values])])
    assert await found(host, "unresolved=true") == [305, 304, 301, 300, 1]
    assert await found(host, "unresolved=true", limit=1) == [305, 304, 301, 300, 1]
    async with api_client(host.platform) as client:
        answer = await client.get("/api/runs?unresolved=true")
        others = await client.get("/api/runs?ids=run_0302,run_0303,run_0305")
    shown = answer.json()["items"]
    assert [each.get("escalated") for each in shown] == [True, True, True, True, None]
    why = "its body is not deployed."
    assert [why in each["message"] for each in shown] == [True, False, True, True, False]
    assert [each.get("escalated") for each in others.json()["items"]] == [True, None, None]


async def test_times_part_runs_whose_ids_are_not_in_their_order() -> None:
    """Ids of one millisecond are in any order, so the first of them by time may have the last
    id.
    """
    host = await books()
    await host.database.batch([statement("DELETE FROM run_attributes")])
    await host.database.batch([statement("DELETE FROM run_external_ids")])
    for number, new, milliseconds in ((2, 907, 0), (3, 905, 1), (4, 906, 2)):
        at = to_text(BEGAN + timedelta(days=1, milliseconds=milliseconds))
        query = "UPDATE runs SET id = ?1, created_at = ?2 WHERE id = ?3"
        await host.database.batch([statement(query, [f"run_0{new}", at, f"run_0{number:03}"])])
    assert await found(host, "to=2026-03-02T09:00:00.001Z&from=2026-03-02") == [907]
    assert await found(host, "from=2026-03-02T09:00:00.001Z") == [906, 905]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("failureClass=bad_luck", "failureClass"),
        ("kind=", "kind"),
        ("from=yesterday", "from"),
        ("failure=x", "failure"),
        ("kind=loan", "kind"),
        ("state=nowhere", "state"),
        ("kind=receipt&state=closed", "state"),
        ("ids=nope", "ids"),
        ("ids=,", "ids"),
        ("status=running", "status"),
        ("status=waiting", "status"),
        ("status=done", "status"),
        ("unresolved=perhaps", "unresolved"),
        ("attribute=customer", "attribute.0"),
        ("attribute=:42", "attribute.0"),
        ("attribute=customer:", "attribute.0"),
        (f"attribute=customer:{'x' * 201}", "attribute.0"),
        ("attribute=colour:red", "attribute"),
        ("&".join(["attribute=customer:42"] * 11), "attribute"),
    ],
)
async def test_what_cannot_be_is_refused(query: str, field: str) -> None:
    async with api_client((await books()).platform) as client:
        answer = await client.get(f"/api/runs?{query}")
        together = await client.get("/api/runs?ids=run_0001&kind=leg")
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (
        422,
        [field],
    )
    assert (together.status_code, [each["field"] for each in together.json()["errors"]]) == (
        422,
        ["ids"],
    )


async def test_more_ids_than_are_looked_for_are_refused_not_dropped() -> None:
    async with api_client((await books()).platform) as client:
        answers = [
            await client.get(f"/api/runs?ids={','.join(['run_1'] * count)}") for count in (100, 101)
        ]
    assert [answer.status_code for answer in answers] == [200, 422]
    assert answers[1].json()["errors"] == [
        {"field": "ids", "message": "Give at most 100 ids: these are 101."}
    ]


NOTHING = Chosen()


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (NOTHING, "runs_by_account (account_id=? AND id<?)"),
        (Chosen(kind="leg"), "runs_by_kind (account_id=? AND kind=? AND id<?)"),
        (Chosen(subject="user:42"), "runs_by_subject (account_id=? AND subject=? AND id<?)"),
        (Chosen(status=Status.FAILED), "runs_by_status (account_id=? AND status=? AND id<?)"),
        (Chosen(state="closed"), "runs_by_state (account_id=? AND state=? AND id<?)"),
        (
            Chosen(failure_class=FailureClass.READ_FAILED),
            "runs_by_failure (account_id=? AND failure_class=? AND id<?)",
        ),
        (Chosen(unresolved=True), "runs_to_see_to (account_id=? AND id<?)"),
        (Chosen(kind="leg", unresolved=True), "runs_to_see_to (account_id=? AND id<?)"),
        (Chosen(kind="leg", with_failures=True), "runs_with_failures (account_id=? AND id<?)"),
        (
            Chosen(kind="leg", status=Status.FAILED),
            "runs_by_status (account_id=? AND status=? AND id<?)",
        ),
        (
            Chosen(kind="leg", status=Status.COMPLETE),
            "runs_by_kind (account_id=? AND kind=? AND id<?)",
        ),
        (
            Chosen(state="closed", status=Status.FAILED),
            "runs_by_status (account_id=? AND status=? AND id<?)",
        ),
        (
            Chosen(state="closed", status=Status.COMPLETE),
            "runs_by_state (account_id=? AND state=? AND id<?)",
        ),
        (
            Chosen(kind="leg", subject="user:42"),
            "runs_by_subject (account_id=? AND subject=? AND id<?)",
        ),
        (Chosen(parent="run_1", kind="leg"), "runs_by_parent (parent_run_id=? AND id<?)"),
        (
            Chosen(status=Status.FAILED, attributes=("a:b",)),
            "runs_by_status (account_id=? AND status=? AND id<?)",
        ),
        (
            Chosen(subject="user:42", attributes=("a:b",)),
            "runs_by_subject (account_id=? AND subject=? AND id<?)",
        ),
    ],
)
@pytest.mark.parametrize("since", [None, BEGAN])
async def test_an_index_leads_in_the_lists_order(
    asked: Chosen, index: str, since: datetime | None
) -> None:
    """So that a page reads as many rows as it shows, whatever the table holds."""
    asked = replace(asked, since=since, until=since)
    query = query_of(asked, ACCOUNT, None, "~", 51)
    sql = f"EXPLAIN QUERY PLAN SELECT runs.* FROM {query.tables} WHERE {query.where}"
    rows = await (await migrated_database()).all(statement(sql, [*query.values]))
    plan = [text(row, "detail") for row in rows]
    expected = index if since is None else index.replace("id<?", "id>? AND id<?")
    assert query.where.count("id < ") == 1, "of two bounds, an index is searched by the first"
    assert plan[0] == f"SEARCH runs USING INDEX {expected}"
    assert not any("TEMP B-TREE" in step for step in plan), plan
    bounds = [step for step in plan if "runs_by_time" in step]
    assert len(bounds) == (0 if since is None else 2)
    assert all("COVERING INDEX" in step for step in bounds)


@pytest.mark.parametrize("since", [None, BEGAN])
async def test_attributes_lead_in_the_lists_order(since: datetime | None) -> None:
    """The first of them by its index, whatever else is asked for; of the others each run has its
    own row.
    """
    attributes = ("customer:42", "stage:closed")
    asked = Chosen(
        kind="leg", status=Status.COMPLETE, since=since, until=since, attributes=attributes
    )
    query = query_of(asked, ACCOUNT, None, "~", 51)
    sql = f"EXPLAIN QUERY PLAN SELECT runs.* FROM {query.tables} WHERE {query.where}"
    rows = await (await migrated_database()).all(statement(sql, [*query.values]))
    plan = [text(row, "detail") for row in rows]
    bounds = "run_id<?" if since is None else "run_id>? AND run_id<?"
    index = f"runs_by_attribute (account_id=? AND name=? AND value=? AND {bounds})"
    assert plan[0] == f"SEARCH lead USING COVERING INDEX {index}"
    searched = [step for step in plan if step.startswith("SEARCH")]
    assert "SEARCH runs USING PRIMARY KEY (id=?)" in searched
    assert "SEARCH run_attributes USING PRIMARY KEY (run_id=? AND name=?)" in searched
    assert not any("TEMP B-TREE" in step or step.startswith("SCAN runs") for step in plan), plan


async def test_what_another_system_calls_it_finds_a_run() -> None:
    host = await books()
    assert await found(host, "externalId=ch_1") == [3, 1]
    assert await found(host, "externalId=ch_0", limit=1) == [4, 2, 0]
    assert await found(host, "externalId=ch_0&kind=leg") == [4, 2]
    assert await found(host, "externalId=ch_0&attribute=customer:user:42") == [2, 0]
    assert await found(host, "externalId=ch") == []


@pytest.mark.parametrize("since", [None, BEGAN])
async def test_another_systems_id_leads_in_the_lists_order(since: datetime | None) -> None:
    asked = Chosen(kind="leg", since=since, until=since, external_id="ch_1", attributes=("a:1",))
    query = query_of(asked, ACCOUNT, None, before="~", limit=51)
    sql = f"EXPLAIN QUERY PLAN SELECT runs.* FROM {query.tables} WHERE {query.where}"
    rows = await (await migrated_database()).all(statement(sql, [*query.values]))
    plan = [text(row, "detail") for row in rows]
    bounds = "run_id<?" if since is None else "run_id>? AND run_id<?"
    key = f"account_id=? AND external_id=? AND {bounds}"
    assert plan[0] == f"SEARCH lead USING PRIMARY KEY ({key})"
    assert not any("TEMP B-TREE" in step for step in plan), plan
