"""Expenses are changed: guarded by their version, with old and new, who and why; taken back,
voided, split.
"""

from typing import Any, LiteralString

import httpx
import pytest

from tests.support.expenses import Given, add_client, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN, TOKEN, assemble, migrated_database
from tillroll_documents.money import written_rate
from tillroll_durable.platform.bindings.database import Row, statement
from tillroll_durable.platform.json import Json, JsonObject, load_object
from tillroll_testing.host.platform import HostPlatform

EXPENSE = "/api/expenses/exp_000001"
OK, CONFLICT, STALE, UNFIT, UNNAMED = 200, 409, 412, 422, 428


@pytest.fixture
async def host() -> HostPlatform:
    database = await migrated_database()
    await add_expenses(database, Given(1, total_minor=1290, tax_minor=210, date="2026-02-05"))
    return assemble(database, {}, webhook_url="https://receiver.test/hook")


async def rows(host: HostPlatform, sql: LiteralString) -> list[Row]:
    return await host.database.all(statement(sql))


async def patch(
    host: HostPlatform, body: JsonObject, version: int | None = None, token: str = TOKEN
) -> httpx.Response:
    headers = {} if version is None else {"if-match": f'"{version}"'}
    async with api_client(host.platform, token) as client:
        return await client.patch(EXPENSE, json=body, headers=headers)


async def post(host: HostPlatform, path: str, body: JsonObject) -> httpx.Response:
    async with api_client(host.platform) as client:
        return await client.post(f"{EXPENSE}/{path}", json=body)


async def history(host: HostPlatform) -> list[dict[str, Any]]:
    async with api_client(host.platform) as client:
        return (await client.get(f"{EXPENSE}/history")).raise_for_status().json()["items"]


async def told(host: HostPlatform) -> list[tuple[Json, Json]]:
    events = [
        load_object(str(row["payload"]))
        for row in await rows(host, "SELECT payload FROM outbox ORDER BY rowid")
    ]
    return [
        (event["type"], event["data"]["version"] if isinstance(event["data"], dict) else None)
        for event in events
    ]


def code(answer: httpx.Response) -> str:
    return answer.json()["type"].rpartition(":")[2]


async def test_every_field_is_changed_at_once_and_only_those(host: HostPlatform) -> None:
    await add_client(host.database, "cli_acme", "Acme", prj_fair="Fair 2026")
    body: JsonObject = {
        "merchant": "Green Garden",
        "date": "2026-02-06",
        "total": "13",
        "tax": "1.3",
        "currency": "usd",
        "category": "Meals",
        "documentKind": "invoice",
        "receiptNumber": "7",
        "dueDate": "2026-03-06",
        "amountDue": "5",
        "buyer": "Books Ltd",
        "note": "with two guests\nof Acme",
        "tags": ["fair", " Fair ", "acme"],
        "projectId": "prj_fair",
        "clientId": "cli_acme",
        "costCenter": "K 100",
        "paymentMethod": "card",
        "paidBy": "employee",
        "billable": True,
        "taxLines": [{"rate": "10", "base": "11.7", "tax": "1.30", "vatCategory": "S"}],
        "items": [{"description": "Lunch", "quantity": "2", "unitPrice": "6.50", "amount": "13"}],
    }
    answer = await patch(host, body | {"reason": "misread"}, 1)
    assert answer.status_code == OK, answer.text
    assert answer.headers["etag"].startswith('"2-')
    shown = answer.json()
    expected = body | {
        "total": "13.00",
        "tax": "1.30",
        "currency": "USD",
        "amountDue": "5.00",
        "tags": ["acme", "fair"],
        "taxLines": [{"rate": "10", "base": "11.70", "tax": "1.30", "vatCategory": "S"}],
        "items": [
            {"description": "Lunch", "quantity": "2", "unitPrice": "6.50", "amount": "13.00"}
        ],
    }
    assert {name: shown[name] for name in expected} == expected
    assert (shown["client"], shown["project"]) == ("Acme", "Fair 2026")
    assert (shown["version"], shown["registeredName"], shown["status"]) == (2, None, "ready")
    [change] = await history(host)
    assert (
        change["reason"],
        change["person"]["name"],
        change["fromVersion"],
        change["version"],
    ) == (
        "misread",
        "Ann",
        1,
        2,
    )
    assert {value["field"] for value in change["values"]} == {*body, "client", "project"}
    old_and_new = {value["field"]: (value["old"], value["new"]) for value in change["values"]}
    assert old_and_new["total"] == ("12.90", "13.00")
    assert await told(host) == [("expense.updated", 2)]
    assert [message["outboxId"] for message in host.pieces.queue.messages] == [
        row["id"] for row in await rows(host, "SELECT id FROM outbox")
    ]


async def test_the_same_again_changes_nothing_whatever_version_it_names(host: HostPlatform) -> None:
    for _ in range(3):
        answer = await patch(host, {"total": "13.00", "reason": "misread"}, 1)
        assert (answer.status_code, answer.json()["version"]) == (OK, 2)
    assert len(await history(host)) == len(await told(host)) == 1


async def test_money_wants_the_version_and_a_reason(host: HostPlatform) -> None:
    bodies: list[JsonObject] = [
        {"total": "13"},
        {"tax": None},
        {"currency": "USD"},
        {"date": "2026-02-06"},
    ]
    for body in bodies:
        assert code(await patch(host, {**body, "reason": "misread"})) == "version-needed"
        answer = await patch(host, body, 1)
        assert (code(answer), answer.json()["errors"][0]["field"]) == ("invalid-values", "reason")
    assert (await patch(host, {"note": "for the fair"})).status_code == OK


async def test_of_two_editors_the_second_gets_both_versions(host: HostPlatform) -> None:
    assert (await patch(host, {"total": "13", "reason": "misread"}, 1)).status_code == OK
    answer = await patch(host, {"total": "14", "note": "long thought out", "reason": "no, 14"}, 1)
    assert (answer.status_code, code(answer)) == (STALE, "changed-meanwhile")
    problem = answer.json()
    assert (problem["current"]["total"], problem["yours"]["total"]) == ("13.00", "14")
    assert problem["etag"].startswith('"2-')
    assert problem["yours"]["note"] == "long thought out"
    assert [change["version"] for change in await history(host)] == [2]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"total": "13,00"}, "total"),
        ({"total": "12.905"}, "total"),
        ({"tax": "13"}, "tax"),
        ({"currency": "XXX"}, "currency"),
        ({"currency": "JPY"}, "total"),
        ({"date": "2026-02-30"}, "date"),
        ({"merchant": None}, "merchant"),
        ({"tags": ["a" * 41]}, "tags"),
        ({"paymentMethod": "shells"}, "paymentMethod"),
        ({"paidBy": None}, "paidBy"),
        ({"parts": [{"amount": "12.90"}]}, "parts"),
        ({"parts": [{"amount": "10"}, {"amount": "2.80"}]}, "parts"),
        ({"parts": [{"amount": "10", "tax": "1"}, {"amount": "2.90", "tax": "1"}]}, "parts"),
        ({"taxLines": [{"tax": "2.00"}]}, "taxLines"),
        ({"items": [{"description": " ", "amount": "1"}]}, "items"),
        ({"documentKind": "credit_note"}, "documentKind"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_field(
    host: HostPlatform, body: JsonObject, field: str
) -> None:
    answer = await patch(host, {**body, "reason": "misread"}, 1)
    assert (answer.status_code, code(answer)) == (UNFIT, "invalid-values"), answer.text
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert await history(host) == []


async def test_unknown_fields_are_refused(host: HostPlatform) -> None:
    assert code(await patch(host, {"category": "Meals", "sum": "3"})) == "invalid-request"
    assert await history(host) == []


async def test_a_refund_and_nothing_are_amounts_too(host: HostPlatform) -> None:
    answer = await patch(host, {"total": "-5", "tax": "-0.80", "reason": "sent back"}, 1)
    assert (answer.json()["total"], answer.json()["tax"]) == ("-5.00", "-0.80")
    answer = await patch(host, {"total": "0", "tax": None, "reason": "given"}, 2)
    assert answer.json()["total"] == "0.00"


async def test_a_date_far_ahead_is_taken_once_it_is_confirmed(host: HostPlatform) -> None:
    body: JsonObject = {"date": "2028-02-05", "reason": "misread"}
    answer = await patch(host, body, 1)
    assert (code(answer), answer.json()["errors"][0]["field"]) == ("confirmation-needed", "date")
    assert (await patch(host, {**body, "confirmed": ["date"]}, 1)).json()["date"] == "2028-02-05"


async def test_a_split_adds_up_and_goes_with_the_tax(host: HostPlatform) -> None:
    answer = await patch(
        host,
        {"parts": [{"category": "Meals", "amount": "10"}, {"amount": "2.90", "note": "fees"}]},
        1,
    )
    assert [(part["amount"], part["tax"]) for part in answer.json()["parts"]] == [
        ("10.00", "1.63"),
        ("2.90", "0.47"),
    ]
    answer = await patch(host, {"tax": "1.00", "reason": "misread"}, 2)
    assert [part["tax"] for part in answer.json()["parts"]] == ["0.78", "0.22"]
    answer = await patch(host, {"total": "20", "reason": "misread"}, 3)
    assert answer.json()["errors"][0]["field"] == "parts"
    parts: Json = [{"amount": "15"}, {"amount": "5"}]
    answer = await patch(host, {"total": "20", "parts": parts, "reason": "misread"}, 3)
    assert [part["amount"] for part in answer.json()["parts"]] == ["15.00", "5.00"]
    assert (await patch(host, {"parts": []}, 4)).json()["parts"] == []


async def test_a_part_gets_a_category_whatever_the_case_of_its_letters(host: HostPlatform) -> None:
    await patch(host, {"category": "Öffis"}, 1)
    parts: Json = [{"category": "öffis", "amount": "10"}, {"category": "Meals", "amount": "2.90"}]
    answer = await patch(host, {"parts": parts}, 2)
    assert [part["category"] for part in answer.json()["parts"]] == ["Öffis", "Meals"]


async def test_what_hangs_on_its_amounts_follows(host: HostPlatform) -> None:
    await rows(host, "UPDATE accounts SET base_currency = 'EUR'")
    await rows(
        host,
        "INSERT INTO expense_conversions VALUES "
        "('exp_000001', 'EUR', 1290, 210, '1', '2026-02-05', 'same currency', NULL, "
        "'2026-02-05T00:00:00.000Z')",
    )
    await rows(host, "UPDATE expenses SET awaits_conversion = NULL")
    assert (await patch(host, {"note": "seen"})).json()["base"] is not None
    answer = await patch(host, {"total": "13", "reason": "misread"}, 2)
    assert answer.json()["base"]["total"] == "13.00"
    assert answer.json()["baseMissing"] is None
    [row] = await rows(host, "SELECT duplicate_key FROM expenses")
    assert row["duplicate_key"] == "greengardencafe|2026-02-05|EUR|1300"


async def test_what_is_foreign_now_waits_for_a_rate(host: HostPlatform) -> None:
    await rows(host, "UPDATE accounts SET base_currency = 'EUR'")
    change: JsonObject = {"currency": "USD", "total": "14", "tax": None, "reason": "misread"}
    answer = await patch(host, change, 1)
    assert answer.status_code == OK, answer.text
    assert (answer.json()["base"], answer.json()["baseMissing"]["reason"]) == (None, "pending")


async def test_an_undo_is_a_change_that_names_the_one_it_takes_back(host: HostPlatform) -> None:
    await patch(host, {"total": "13", "tags": ["fair"], "reason": "misread"}, 1)
    [change] = await history(host)
    for _ in range(2):
        answer = await post(host, "undo", {"change": change["id"]})
        assert (answer.status_code, answer.json()["total"], answer.json()["version"]) == (
            OK,
            "12.90",
            3,
        )
        assert answer.json()["tags"] == []
    undoing, undone = await history(host)
    assert (undoing["kind"], undoing["undoes"], undone["undoneBy"]) == (
        "undone",
        change["id"],
        undoing["id"],
    )
    assert await told(host) == [("expense.updated", 2), ("expense.updated", 3)]


async def test_an_undo_after_anothers_change_is_refused(host: HostPlatform) -> None:
    await patch(host, {"total": "13", "reason": "misread"}, 1)
    [change] = await history(host)
    await patch(host, {"note": "seen"})
    answer = await post(host, "undo", {"change": change["id"]})
    assert (answer.status_code, code(answer)) == (CONFLICT, "cannot-undo")
    assert (
        await post(host, "undo", {"change": "chg_nothing"})
    ).status_code == httpx.codes.NOT_FOUND


async def test_it_is_voided_restored_sent_back_and_confirmed(host: HostPlatform) -> None:
    assert (await post(host, "void", {})).json()["errors"][0]["field"] == "reason"
    for _ in range(2):
        assert (await post(host, "void", {"reason": "private"})).json()["status"] == "voided"
    assert code(await patch(host, {"note": "seen"})) == "expense-locked"
    assert code(await post(host, "send-back", {"reason": "why?"})) == "expense-locked"
    assert (await post(host, "restore", {})).json()["status"] == "ready"
    assert (await post(host, "send-back", {"reason": "which guests?"})).json()[
        "status"
    ] == "in_review"
    assert (await post(host, "confirm", {})).json()["status"] == "ready"
    kinds = [change["kind"] for change in await history(host)]
    assert kinds == ["confirmed", "sent_back", "restored", "voided"]
    assert [type_ for type_, _ in await told(host)] == [
        *("expense.voided", "expense.restored"),
        *("expense.sent_back", "expense.confirmed"),
    ]


@pytest.mark.parametrize("name", ["\u202e\u200b", "\u200e", "\ufeff \x00"])
async def test_marks_that_nobody_sees_are_no_name(host: HostPlatform, name: str) -> None:
    refused = await patch(host, {"merchant": name})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (UNFIT, "merchant")


async def test_no_name_turns_the_direction_of_its_letters(host: HostPlatform) -> None:
    assert (await patch(host, {"merchant": "Green \u202eedefac\u202c\u200b Cafe"})).json()[
        "merchant"
    ] == "Green edefac Cafe"


async def test_an_approved_one_is_locked_until_it_is_sent_back(host: HostPlatform) -> None:
    await rows(host, "UPDATE expenses SET status = 'approved'")
    assert code(await patch(host, {"merchant": "Other"})) == "expense-locked"
    assert (await post(host, "send-back", {"reason": "wrong project"})).json()[
        "status"
    ] == "in_review"
    assert (await patch(host, {"merchant": "Other"})).status_code == OK


async def test_the_audit_names_values_by_reference_and_erasing_leaves_it_whole(
    host: HostPlatform,
) -> None:
    await patch(host, {"merchant": "Secret Place", "total": "98765.43", "reason": "so secret"}, 1)
    events = await rows(
        host, "SELECT detail, digest FROM audit_events WHERE action = 'expense.edited'"
    )
    [change] = await history(host)
    assert change["id"] in str(events[0]["detail"])
    assert not any(word in str(events) for word in ("Secret", "secret", "98765", "9876543"))
    await rows(host, "DELETE FROM expense_change_values")
    await rows(host, "UPDATE expense_changes SET reason = NULL")
    await rows(host, "UPDATE users SET name = 'erased'")
    assert (
        await rows(host, "SELECT detail, digest FROM audit_events WHERE action = 'expense.edited'")
        == events
    )
    [erased] = await history(host)
    assert (erased["values"], erased["actor"]) == ([], change["actor"])
    assert code(await post(host, "undo", {"change": change["id"]})) == "cannot-undo"


async def test_nobody_elses_expense_is_changed_or_told(host: HostPlatform) -> None:
    assert (
        await patch(host, {"note": "mine now"}, token=OTHER_TOKEN)
    ).status_code == httpx.codes.NOT_FOUND
    async with api_client(host.platform, OTHER_TOKEN) as client:
        assert (await client.get(f"{EXPENSE}/history")).status_code == httpx.codes.NOT_FOUND
        assert (
            await client.post(f"{EXPENSE}/void", json={"reason": "x"})
        ).status_code == httpx.codes.NOT_FOUND


@pytest.mark.parametrize(
    ("corrections", "kind", "values"),
    [
        ("{}", "reviewed_as_read", []),
        # What is typed in again as it was read corrects nothing.
        ('{"merchant": "Green Garden"}', "reviewed_as_read", []),
        (
            '{"merchant": "Blue"}',
            "reviewed",
            [{"field": "merchant", "old": "Green Garden", "new": "Blue"}],
        ),
    ],
)
async def test_an_approval_as_it_was_read_is_no_correction(
    host: HostPlatform, corrections: str, kind: str, values: list[JsonObject]
) -> None:
    at = "2026-02-05T10:00:00.000Z"
    await host.database.batch(
        [
            statement(
                "INSERT INTO extractions (run_id, body) VALUES ('run_000001', ?)",
                ['{"merchant": {"value": "Green Garden"}}'],
            ),
            statement(
                """
                INSERT INTO reviews (id, run_id, number, reason, proposed, event_type, deadline,
                    requested_at)
                VALUES ('rev_1', 'run_000001', 1, 'unsure', '{}', 'review-1', ?1, ?1)
                """,
                [at],
            ),
            statement(
                """
                INSERT INTO review_decisions (review_id, decision, corrections, actor, decided_at)
                VALUES ('rev_1', 'approve', ?, 'user:usr_first', ?)
                """,
                [corrections, at],
            ),
        ]
    )
    [reviewed] = await history(host)
    assert (reviewed["kind"], reviewed["values"]) == (kind, values)


async def test_a_tax_rate_is_a_number_however_it_is_written(host: HostPlatform) -> None:
    lines: list[Json] = [
        {"rate": "6.0", "base": "1.00", "tax": "0.06"},
        {"rate": "06", "base": "1", "tax": "0.06"},
    ]
    assert (
        await patch(host, {"tax": "0.12", "taxLines": lines, "reason": "as printed"}, 1)
    ).is_success
    assert [row["rate"] for row in await rows(host, "SELECT rate FROM expense_tax_lines")] == [
        "6",
        "6",
    ]
    async with api_client(host.platform) as client:
        [found] = (await client.get("/api/reports/tax_rate?from=2026-01-01&to=2026-12-31")).json()[
            "rows"
        ]
        assert found["key"] == "6"
    again: list[Json] = [{**line, "rate": "6.00"} for line in lines if isinstance(line, dict)]
    assert (await patch(host, {"taxLines": again}, 2)).is_success
    assert len(await history(host)) == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [("6", "6"), ("6.0", "6"), ("06.50", "6.5"), ("100", "100"), ("0.0", "0"), ("-0", "0")],
)
def test_a_rate_is_kept_without_zeros_that_say_nothing(given: str, kept: str) -> None:
    assert written_rate(given) == kept


async def test_a_registered_name_that_is_left_out_stays(host: HostPlatform) -> None:
    async with api_client(host.platform) as client:
        names = {"merchant": "Green Garden", "registeredName": "Green Garden Cafe SDN BHD"}
        (await client.patch(f"{EXPENSE}/names", json=names)).raise_for_status()
        shown = (
            await client.patch(f"{EXPENSE}/names", json={"merchant": "Garden"})
        ).raise_for_status()
    assert shown.json()["merchant"] == "Garden"
    assert shown.json()["registeredName"] == "Green Garden Cafe SDN BHD"
