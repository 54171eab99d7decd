"""No route shows or changes what is another account's. The routes come from the API's description,
so that a new one is asked too: a path with an id that `made` knows nothing of fails here until one
of it is made.
"""

import json
import re
from dataclasses import replace
from typing import Any, Final, cast

import pytest

from tests.support.expenses import Given
from tests.support.host_api import api_client, description
from tests.support.host_platform import OTHER_TOKEN, TOKEN
from tests.support.sql import sql
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tillroll.api.native import native_route
from tillroll.payouts.cron import FILES
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.http import HttpReply, HttpRequest
from tillroll_durable.platform.encryption import encrypt

_NOT_FOUND: Final = 404
_EXPENSES: Final = ["exp_000001", "exp_000002"]

_SOURCE: Final[dict[str, Any]] = {
    "name": "A",
    "scheme": {"name": "github"},
    "mapping": {"rules": [{"eventType": "push", "ignore": True}]},
}
# Bodies that the account itself would be answered on; other routes take none, or a reason.
BODIES: Final[dict[str, Any]] = {
    "POST /api/endpoints/{endpoint_id}/replays": {},
    "PATCH /api/passkeys/{passkey_id}": {"name": "mine"},
    "PATCH /api/notices/devices/{device_id}": {"kinds": ["paid"]},
    "PATCH /api/bank/accounts/{bank_account_id}": {"name": "mine"},
    "PUT /api/bank/entries/{entry_id}/explanation": {"reason": "mine"},
    "PUT /api/bank/entries/{entry_id}/owed-by": {"person": "usr_first"},
    "PUT /api/bank/accounts/{bank_account_id}/holders": {"person": None, "cards": []},
    "POST /api/bank/accounts/{bank_account_id}/quiet-days": {
        "first": "2026-02-01",
        "last": "2026-02-02",
    },
    "POST /api/bank/matches/{match_id}/decision": {"decision": "decline"},
    "POST /api/bank/matches/{match_id}/undoing": {"reason": "mine"},
    "PUT /api/bank/sources/{bank_source_id}/access": {
        "access": {"kind": "address", "address": "https://files.test/b"}
    },
    "PUT /api/bank/sources/{bank_source_id}/bank": {"bank": "mine", "country": "FI"},
    "POST /api/bank/sources/{bank_source_id}/account": {"id": "mine"},
    "POST /api/runs/{run_id}/review": {"decision": "reject"},
    "POST /api/runs/{run_id}/restart": {"reason": "mine", "step": "ocr-extract"},
    "POST /api/runs/{run_id}/measurements": {"model": "rules"},
    "POST /api/runs/{run_id}/signals/{name}": {"key": "k", "payload": {}},
    "PATCH /api/expense-views/{view_id}": {"name": "mine"},
    "PATCH /api/receipts/{receipt_id}": {"paidBy": "employee"},
    "PATCH /api/expenses/{expense_id}": {"note": "mine"},
    "PATCH /api/expenses/{expense_id}/document": {"buyer": "mine"},
    "PATCH /api/expenses/{expense_id}/names": {"merchant": "mine"},
    "POST /api/expenses/{expense_id}/undo": {"change": "chg_1"},
    "PATCH /api/categories/{category_id}": {"state": "archived"},
    "POST /api/categories/{category_id}/rename": {"name": "mine"},
    "PUT /api/rules/{rule_id}": {"when": {"merchant": "TEO"}, "gives": {"category": "Meals"}},
    "PUT /api/people/{user_id}/roles": {"roles": ["auditor"]},
    "POST /api/exports/{export_id}/links": {},
    "POST /api/claims/{claim_id}/links": {},
    "PATCH /api/clients/{client_id}": {"name": "mine"},
    "POST /api/clients/{client_id}/merge": {"into": "mine"},
    "POST /api/clients/{client_id}/projects": {"name": "mine"},
    "PATCH /api/projects/{project_id}": {"name": "mine"},
    "POST /api/receipts/{receipt_id}/erasure": {},
    "POST /api/receipts/{receipt_id}/split": {"beginsAt": [2]},
    "POST /api/receipts/{receipt_id}/undo": {"act": "split"},
    "POST /api/claims/{claim_id}/payments": {"amount": "1", "currency": "EUR", "day": "2026-03-01"},
    "POST /api/claims/{claim_id}/refunds": {"amount": "1", "currency": "EUR", "reason": "mine"},
    "POST /api/claims/{claim_id}/credit-notes": {"expenseIds": ["exp_000001"], "reason": "mine"},
    "POST /api/payment-files/{file_id}/outcomes": {"status": "posted"},
    "POST /api/payouts/{payout_id}/undo": {"reason": "mine"},
    "PUT /api/payees/{payee_id}/person": {"person": None},
    "POST /api/payouts/{payout_id}/settlement": {"settledAs": "paid", "reason": "mine"},
    "POST /api/payout-changes/{change_id}/decision": {"decision": "confirm"},
    "PATCH /api/schedules/{schedule_id}": {"name": "mine"},
    "PUT /api/inbound-sources/{source_id}": {
        "name": "mine",
        "mapping": {"rules": [{"eventType": "push", "ignore": True}]},
    },
    "POST /api/inbound-sources/{source_id}/secrets": {},
    "POST /api/inbound-sources/{source_id}/take-over": {},
    "PATCH /api/endpoints/{endpoint_id}": {"enabled": False},
    "POST /api/endpoints/{endpoint_id}/rotate-secret": {},
    "POST /api/books/conflicts/{conflict_id}/decision": {"decision": "ours"},
    "POST /api/books/connections/{connection_id}/authorization": None,
    "POST /api/books/connections/{connection_id}/syncs": {},
    "POST /api/books/connections/{connection_id}/retries": {"code": "refused"},
    "POST /api/books/connections/{connection_id}/corrections": {"decision": "keep"},
    "PATCH /api/books/connections/{connection_id}": {"name": "mine"},
    "PUT /api/books/connections/{connection_id}/mapping": {"words": []},
    "PUT /api/export-profiles/{profile_id}": {"name": "mine", "options": {}},
}


def _operations() -> list[tuple[str, str, bool]]:
    """Method, path, and whether it takes a body; of paths that name an id."""
    paths = cast("dict[str, dict[str, Any]]", description()["paths"])
    return [
        (method.upper(), path, "requestBody" in operation)
        for path, operations in paths.items()
        for method, operation in operations.items()
        if re.search(r"\{\w+_id\}", path)
    ]


class _Answering:
    """Books at the other end of the line, which know no secret yet."""

    async def send(self, _request: HttpRequest) -> HttpReply:
        return HttpReply(401, "{}")


async def _connected(books: Books) -> str:
    """Books of the first account, with a sync that has ended, and a conflict."""
    signed = {
        "name": "Books",
        "provider": "signed",
        "firstDay": "2026-01-01",
        "url": "https://hooks.test/books",
    }
    async with api_client(replace(books.host.platform, exchange=_Answering())) as client:
        connection = (
            (await client.post("/api/books/connections", json=signed)).raise_for_status().json()
        )
    chart: dict[str, Any] = {"company": "A", "currency": "EUR", "accounts": [], "taxCodes": []}
    line = {"description": "a", "net": 1, "tax": 0, "account": "1", "taxCode": None}
    days = {"issued": "2026-01-01", "due": "2026-01-01"}
    named = {"kind": "bill", "reference": "exp_000001", "number": "1", "contact": "c"}
    document = json.dumps({**named, **days, "currency": "EUR", "total": 1, "lines": [line]})
    keep = "UPDATE books_connections SET chart_at = '2026-01-01T00:00:00.000Z', chart = ?"
    sync = """
      INSERT INTO books_syncs (id, account_id, connection_id, run_id, begun_by, actor, begun_at,
          ended_at, ended_as)
      SELECT 'syn_1', account_id, id, 'run_x', 'hand', 'user:usr_first', '', '', 'completed'
          FROM books_connections
    """
    write = """
      INSERT INTO books_writes (item_id, revision, act, document, digest, changed, run_id,
          planned_at)
      SELECT id, 1, 'write', ?, 'd', 1, 'run_x', '' FROM books_items WHERE subject_id = 'exp_000001'
    """
    conflict = """
      INSERT INTO books_conflicts (id, account_id, connection_id, item_id, revision, ours,
          differences, found_at)
      SELECT 'bkc_1', account_id, connection_id, id, 1, ?, '{}', '' FROM books_items
          WHERE subject_id = 'exp_000001'
    """
    await books.host.database.batch(
        [
            statement(keep, [json.dumps(chart)]),
            statement(sync),
            statement(write, [document]),
            statement(conflict, [document]),
        ]
    )
    return str(connection["id"])


async def made(books: Books) -> dict[str, str]:  # noqa: PLR0915 - one of each
    """One of each thing that a path names, of the first account."""
    ask = books.ask
    token = await ask("POST", "/api/tokens", {"name": "mine"})
    view = await ask(
        "POST", "/api/expense-views", {"name": "Lunches", "filter": {"q": "teo"}, "isShared": True}
    )
    policy = await ask("POST", "/api/policies", {"name": "All", "effect": "warn"})
    # For nobody, so that what else is tested is approved as ever.
    chain = await ask(
        "POST", "/api/approval-chains", {"name": "All", "steps": ["anyone"], "category": "Nothing"}
    )
    await books.run(
        "INSERT INTO users (id, account_id, name, created_at) "
        "VALUES ('usr_sub', 'acc_first', 'Di', '')"
    )
    await books.run(
        "INSERT INTO approval_substitutes VALUES ('sub_1', 'acc_first', 'usr_first', 'usr_sub', "
        "'2026-01-01', "
        "'2099-01-01', '', '', NULL)"
    )
    rule = await ask(
        "POST", "/api/rules", {"when": {"merchant": "TEO"}, "gives": {"category": "Meals"}}
    )
    act = await ask("POST", "/api/merchants/rename", {"names": ["TEO HENG"], "to": "Teo Heng"})
    profile = await ask(
        "POST", "/api/export-profiles", {"name": "Books", "format": "csv", "options": {}}
    )
    await books.run(
        "INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status, "
        "next_safe_action, created_at, updated_at) "
        "VALUES ('run_x', 'acc_first', 'export', 1, 'xpt_1', 'stored', "
        "'complete', 'none', '', '')"
    )
    await books.run(
        "INSERT INTO exports (id, account_id, run_id, format, filter, requested_by, expected, "
        "created_at, "
        "finished_at) VALUES ('xpt_1', 'acc_first', 'run_x', 'csv', '{}', 'usr_first', 2, '', "
        "'2026-01-02T00:00:00.000Z')"
    )
    await books.run(
        "INSERT INTO export_files (export_id, number, object_key, size, sha256, expenses, remarks) "
        "VALUES ('xpt_1', 1, 'k', 1, 's', 2, '[]')"
    )
    await books.run(
        "INSERT INTO closed_periods (id, account_id, first_day, last_day, export_id, closed_by, "
        "closed_at) "
        "VALUES ('per_1', 'acc_first', '2026-03-01', '2026-03-31', 'xpt_1', 'user:usr_first', '')"
    )
    await books.run(
        "INSERT INTO entered_rates (id, account_id, currency, base_currency, rate, first_day, "
        "last_day, source, "
        "entered_by, created_at) VALUES ('rte_1', 'acc_first', 'ARS', 'EUR', '0.5', '2026-03-01', "
        "'2026-03-01', "
        "'card', 'user:usr_first', '')"
    )
    await books.run(
        "INSERT INTO passkeys (id, user_id, credential_id, rp_id, public_key, sign_count, "
        "is_backup_eligible, "
        "is_backed_up, transports, name, created_at) "
        "VALUES ('pk_1', 'usr_first', 'c', 'tillroll.test', 'k', 0, 0, 0, "
        "'[]', 'phone', '2026-03-01T09:00:00.000Z')"
    )
    await books.run(
        "INSERT INTO sessions (id, hash, user_id, epoch, how, is_secure, browser, created_at, "
        "last_used_at) VALUES ('ses_1', 'h', 'usr_first', 0, 'passkey', 1, 'Firefox, Linux', "
        "'2026-03-01T09:00:00.000Z', '2026-03-01T09:00:00.000Z')"
    )
    await books.run(
        "INSERT INTO push_devices (id, user_id, name, kinds, since, endpoint, public_key, "
        "auth_secret, created_at) "
        "VALUES ('dev_1', 'usr_first', 'phone', '[\"paid\"]', '', 'https://push.test/1', 'k', 's', "
        "'2026-03-01T09:00:00.000Z')"
    )
    link = await ask("POST", "/api/exports/xpt_1/links", {})
    for name, side in (("bank", "debit"), ("owed", "credit")):
        account = {"id": name, "name": name, "currency": "EUR", "normalSide": side}
        await ask("POST", "/api/ledger/accounts", account)
    transfer = {
        "kind": "transfer",
        "id": "t1",
        "debit": "bank",
        "credit": "owed",
        "currency": "EUR",
        "amount": 100,
    }
    await ask("POST", "/api/ledger/transfers", transfer)
    endpoint = await ask("POST", "/api/endpoints", {"url": "https://hooks.test/in"})
    delivery = await ask("POST", f"/api/endpoints/{endpoint['id']}/test")
    replay = await ask("POST", f"/api/endpoints/{endpoint['id']}/replays", {})
    monthly = {
        "kind": "export",
        "name": "Monthly",
        "cron": "0 6 3 * *",
        "timeZone": "Europe/Berlin",
    }
    schedule = await ask("POST", "/api/schedules", {**monthly, "params": {"format": "csv"}})
    source = await ask("POST", "/api/inbound-sources", _SOURCE)
    await books.run(
        "INSERT INTO inbound_events (id, source_id, account_id, event_id, digest, body, "
        "body_encoding, received_at, "
        "state, next_attempt_at) SELECT 'ine_1', id, account_id, 'evt_1', 'd', '{}', 'utf-8', '', "
        "'unmapped', '' "
        "FROM inbound_sources"
    )
    await books.run(
        "INSERT INTO outbox (id, account_id, run_id, topic, payload, state, created_at) "
        "VALUES ('evt_1', 'acc_first', 'run_x', 'run.completed', '{}', 'delivered', '')"
    )
    await books.run(
        "INSERT INTO receipt_addresses (id, account_id, local_part, created_at) "
        "SELECT 'adr_1', account_id, 'r-1', '' FROM inbound_sources"
    )
    await books.run(
        "INSERT INTO received_mail (id, account_id, address_id, message_id, digest, sender, "
        "subject, user_id, "
        "is_authenticated, is_automatic, size, object_key, received_at, state, next_attempt_at) "
        "SELECT 'rml_1', account_id, id, '', 'd', '', '', 'usr_first', 1, 0, 1, 'k', '', 'failed', "
        "'' "
        "FROM receipt_addresses"
    )
    await books.run(
        "INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status, "
        "next_safe_action, created_at, updated_at) "
        "VALUES ('run_bop', 'acc_first', 'bulk-operation', 1, 'bop_1', "
        "'finished', 'complete', 'none', '', '')"
    )
    await books.run(
        "INSERT INTO bulk_operations (id, account_id, act, filter, kinds, reason, actor, found, "
        "created_at) "
        "VALUES ('bop_1', 'acc_first', 'retry', '{}', '[]', 'mine', 'user:usr_first', 0, '')"
    )
    await books.run(
        "INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status, "
        "next_safe_action, created_at, updated_at) "
        "VALUES ('run_dex', 'acc_first', 'data-export', 1, 'dex_1', "
        "'written', 'complete', 'none', '', '')"
    )
    await books.run(
        "INSERT INTO data_exports (id, account_id, what, target, run_id, requested_by, "
        "requested_at, expires_at) "
        "VALUES ('dex_1', 'acc_first', 'account', 'acc_first', 'run_dex', 'user:usr_first', '', "
        "'2100')"
    )
    await books.run(
        "INSERT INTO data_export_files (export_id, number, object_key, size, sha256, rows, "
        "documents, missing) "
        "VALUES ('dex_1', 1, 'k', 1, 's', 1, 0, 0)"
    )
    billed = await ask("POST", "/api/clients", {"name": "ACME AG"})
    project = await ask("POST", f"/api/clients/{billed['id']}/projects", {"name": "Roof"})
    payee = await ask(
        "POST", "/api/payees", {"name": "Ann", "recipient": "acct_ann", "method": "gbba_ann"}
    )
    await books.run(
        "INSERT INTO payout_changes (id, account_id, what, subject, body, asked_by, created_at) "
        "VALUES ('pch_1', 'acc_first', 'limit', 'EUR', '{\"above\": null}', 'user:usr_first', '')"
    )
    await books.run(
        "INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status, "
        "next_safe_action, created_at, updated_at) "
        "SELECT 'run_payout', account_id, 'payout', 1, id, "
        "'paid', 'complete', 'none', '', '' FROM payees"
    )
    await books.run(
        "INSERT INTO payouts (run_id, account_id, payee_id, currency, amount, reference, asked_by, "
        "created_at) "
        "SELECT 'run_payout', account_id, id, 'EUR', 100, 'Trip', 'user:usr_first', "
        "'2026-01-01T00:00:00.000Z' "
        "FROM payees"
    )
    await books.run(
        "INSERT INTO payout_batches (run_id, account_id, name, payments, asked_by, created_at) "
        "VALUES ('run_payout', 'acc_first', 'November', 1, 'user:usr_first', "
        "'2026-01-01T00:00:00.000Z')"
    )
    content = await encrypt(books.host.platform, "<a/>", FILES.row("pmf_1"))
    await books.run("UPDATE payees SET iban = 'kept', paid_by = 'file'")
    insert = (
        "INSERT INTO payment_files (id, account_id, request_key, execution_day, payments, amount, "
        "content, made_by, "
        "created_at) VALUES ('pmf_1', 'acc_first', 'k', '2026-01-01', 1, 100, ?, 'user:usr_first', "
        "'')"
    )
    await books.host.database.batch([statement(insert, [content])])
    await books.run(
        "INSERT INTO payment_instructions (id, run_id, account_id, amount, reference, file_id, "
        "created_at) "
        "VALUES ('pin_1', 'run_payout', 'acc_first', 100, 'Trip', 'pmf_1', '')"
    )
    await books.run(
        "INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status, "
        "next_safe_action, created_at, updated_at) "
        "VALUES ('run_clm', 'acc_first', 'claim', 1, 'run_clm', "
        "'awaiting_payment', 'processing', 'wait', '', '')"
    )
    await books.run(
        "INSERT INTO claims (run_id, account_id, currency, payer_kind, payer_name, sent_by, "
        "terms_days, asked_by, "
        "created_at, version, told, year, number, issued_on, due_on, claimed) "
        "VALUES ('run_clm', 'acc_first', 'EUR', "
        "'company', 'ACME', 'hand', 30, 'user:usr_first', '', 2, 2, 2026, 1, '2026-01-01', "
        "'2026-01-31', 100)"
    )
    bank_account = await ask("POST", "/api/bank/accounts", {"name": "Giro", "currency": "EUR"})
    of_bank = {
        "bankAccountId": bank_account["id"],
        "access": {"kind": "address", "address": "https://files.test/a"},
    }
    await books.run(
        "INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status, "
        "next_safe_action, created_at, updated_at) "
        "VALUES ('run_bst', 'acc_first', 'statement', 1, 'bst_1', "
        "'imported', 'complete', 'none', '', '')"
    )
    await books.run(
        "INSERT INTO bank_statements (id, account_id, run_id, sha256, object_key, size, source, "
        "by, created_at) "
        "VALUES ('bst_1', 'acc_first', 'run_bst', 's', 'k', 1, 'upload', 'usr_first', '')"
    )
    await books.run(
        "INSERT INTO bank_entries (id, account_id, bank_account_id, statement_id, status, day, "
        "amount, currency, "
        "created_at) SELECT 'ent_1', account_id, id, 'bst_1', 'booked', '2026-01-01', -100, 'EUR', "
        "'' "
        "FROM bank_accounts"
    )
    await books.run(
        "INSERT INTO bank_matches (id, account_id, state, kind, level, score, reasons, created_at) "
        "VALUES ('mat_1', 'acc_first', 'proposed', 'exact', 'proposed', 800, '[]', '')"
    )
    await books.run(
        "INSERT INTO bank_pairs (match_id, number, account_id, entry_id, payment, document_kind, "
        "document_id, amount, "
        "settles) VALUES ('mat_1', 1, 'acc_first', 'ent_1', 0, 'fee', 'fee:EUR', -100, 0)"
    )
    days = {"first": "2026-02-01", "last": "2026-02-02"}
    quiet_days = await ask("POST", f"/api/bank/accounts/{bank_account['id']}/quiet-days", days)
    claim_link = await ask("POST", "/api/claims/run_clm/links", {})
    return {
        "connection_id": await _connected(books),
        "sync_id": "syn_1",
        "conflict_id": "bkc_1",
        "subject_id": _EXPENSES[0],
        "claim_link_id": claim_link["id"],
        "bank_account_id": bank_account["id"],
        "quiet_days_id": quiet_days["id"],
        "bank_source_id": (await ask("POST", "/api/bank/sources", of_bank))["id"],
        "statement_id": "bst_1",
        "entry_id": "ent_1",
        "match_id": "mat_1",
        "month": "2026-03",
        "payee_id": payee["id"],
        "client_id": billed["id"],
        "project_id": project["id"],
        "payout_id": "run_payout",
        "change_id": "pch_1",
        "file_id": "pmf_1",
        "batch_id": "run_payout",
        "currency": "EUR",
        "data_export_id": "dex_1",
        "claim_id": "run_clm",
        "operation_id": "bop_1",
        "schedule_id": schedule["id"],
        "source_id": source["id"],
        "event_id": "ine_1",
        "mail_id": "rml_1",
        "passkey_id": "pk_1",
        "session_id": "ses_1",
        "company_id": "acc_first",
        "device_id": "dev_1",
        "user_id": "usr_first",
        "token_id": token["id"],
        "run_id": "run_000001",
        "view_id": view["id"],
        "expense_id": _EXPENSES[0],
        "policy_id": policy["id"],
        "chain_id": chain["id"],
        "substitute_id": "sub_1",
        "category_id": await books.category_id("Meals"),
        "rule_id": rule["id"],
        "act_id": act["id"],
        "export_id": "xpt_1",
        "link_id": link["id"],
        "endpoint_id": endpoint["id"],
        "delivery_id": delivery["id"],
        "replay_id": replay["id"],
        "webhook_id": "evt_1",
        "period_id": "per_1",
        "rate_id": "rte_1",
        "profile_id": profile["id"],
        "receipt_id": "rec_000001",
        "ledger_account_id": "bank",
        "version": "1",
        "transfer_id": "t1",
        "kind": "receipt",
        "name": "ocr-extract",
    }


@pytest.fixture
async def books() -> Books:
    return await open_books(
        Given(1, merchant="TEO HENG", category="Meals"), Given(2, merchant="TEO HENG")
    )


async def everything(books: Books) -> dict[str, list[Any]]:
    """All rows of all tables, but when tokens were used last."""
    tables = await books.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
    )
    rows = {
        str(each["name"]): await books.rows(sql(f'SELECT * FROM "{each["name"]}"'))
        for each in tables
    }
    return {
        name: [
            {column: value for column, value in row.items() if column != "last_used_at"}
            for row in found
        ]
        for name, found in rows.items()
    }


async def test_every_route_with_an_id_says_that_there_is_no_such_thing(books: Books) -> None:
    ids = await made(books)
    body_of_merge = {"into": ids["category_id"]}
    operations = _operations()
    assert len(operations) > 50
    before = await everything(books)
    wrong: dict[str, Any] = {}
    async with api_client(books.host.platform, OTHER_TOKEN) as client:
        for method, path, has_body in operations:
            if native_route(method, path) is not None:
                continue
            key = f"{method} {path}"
            body = body_of_merge if path.endswith("/merge") else BODIES.get(key, {"reason": "mine"})
            asked = path.format(**ids, by="category")
            answer = await client.request(method, asked, json=body if has_body else None)
            if answer.status_code != _NOT_FOUND:
                wrong[key] = answer.status_code, answer.text
    assert wrong == {}
    assert await everything(books) == before


# No kind of the product has queries: tests/unit/runs/test_queries.py asks one that has.
_QUERIES = "/api/runs/{run_id}/queries/{name}"


async def test_the_account_itself_is_not_told_so(books: Books) -> None:
    """Or the test above would hold of ids that are nobody's."""
    ids = await made(books)
    wrong: list[tuple[str, str]] = []
    async with api_client(books.host.platform, TOKEN) as client:
        for path in sorted({path for method, path, _ in _operations() if method == "GET"}):
            if native_route("GET", path) is not None or path == _QUERIES:
                continue
            answer = await client.get(path.format(**ids))
            if answer.status_code == _NOT_FOUND:
                wrong.append((path, answer.text))
    assert wrong == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/expenses/approve", {"ids": _EXPENSES, "versions": [1 for _ in _EXPENSES]}),
        ("POST", "/api/expenses/unapprove", {"ids": _EXPENSES}),
        (
            "POST",
            "/api/expenses/reject",
            {"ids": _EXPENSES, "versions": [1 for _ in _EXPENSES], "reason": "x"},
        ),
        ("POST", "/api/approvals/check", {"ids": _EXPENSES}),
        ("POST", "/api/approvals/reassign", {"ids": _EXPENSES, "to": "usr_first"}),
        ("POST", "/api/approvals/begin-anew", {"ids": _EXPENSES}),
        ("POST", "/api/approvals/remind", {"person": "usr_first"}),
        ("POST", "/api/approval-chains", {"name": "All", "steps": ["usr_first"]}),
        ("POST", "/api/duplicates/apart", {"first": _EXPENSES[0], "second": _EXPENSES[1]}),
        ("POST", "/api/duplicates/merge", {"keep": _EXPENSES[0], "drop": _EXPENSES[1]}),
        ("POST", "/api/dead-letters/retry", {"ids": ["run_000001"], "reason": "x"}),
        ("POST", "/api/dead-letters/abandon", {"ids": ["run_000001"], "reason": "x"}),
        ("POST", "/api/policies", {"name": "All", "effect": "warn", "person": "usr_first"}),
        ("POST", "/api/merchants/rename", {"names": ["TEO HENG"], "to": "Mine"}),
        ("POST", "/api/merchants/forget", {"merchant": "TEO HENG"}),
        ("POST", "/api/proposals/apply", {"merchant": "TEO HENG", "category": "Meals"}),
        ("POST", "/api/rules/apply", {"ids": ["{rule_id}"]}),
        ("POST", "/api/rules/order", {"ids": ["{rule_id}"]}),
        ("POST", "/api/exports", {"format": "csv", "profile": "{profile_id}"}),
        ("POST", "/api/exports/count", {"format": "csv", "profile": "{profile_id}"}),
        ("POST", "/api/notices/read", {"ids": ["run_000001"]}),
        ("POST", "/api/workflows/receipt/trigger", {"receiptId": "{receipt_id}"}),
        ("GET", "/api/runs?ids=run_000001", None),
        ("GET", "/api/expenses?person=usr_first", None),
        ("GET", "/api/expenses?q=teo", None),
        ("GET", "/api/merchants?q=teo", None),
        ("GET", "/api/reports/merchant", None),
        ("GET", "/api/tax/report?from=2026-01-01&to=2026-12-31", None),
        ("GET", "/api/tax/expenses?from=2026-01-01&to=2026-12-31&open=true", None),
        ("POST", "/api/tax/decisions", {"expenses": ["exp_000001"], "treatment": "no_tax"}),
        ("GET", "/api/ai-calls?account=acc_first", None),
        ("GET", "/api/audit?stream=run_000001", None),
    ],
)
async def test_no_body_and_no_filter_reaches_it(
    books: Books, method: str, path: str, body: Any
) -> None:
    ids = await made(books)
    tables = (
        "expenses",
        "category_rules",
        "merchant_sightings",
        "duplicate_verdicts",
        "approval_decisions",
        "approval_steps",
        "notifications",
    )
    before = await everything(books)
    filled = json.dumps(body)
    for name, value in ids.items():
        filled = filled.replace(f"{{{name}}}", value)
    async with api_client(books.host.platform, OTHER_TOKEN) as client:
        answer = await client.request(method, path, json=json.loads(filled))
    assert answer.status_code < 500
    after = await everything(books)
    assert {name: after.get(name) for name in tables} == {name: before.get(name) for name in tables}
    assert "TEO HENG" not in answer.text or method == "POST"
    assert "acc_first" not in answer.text
