"""A day with the generated Python client: upload, a list by its cursor, an edit of one field, a
review, a webhook.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import httpx
from tillroll_client import AuthenticatedClient
from tillroll_client.api.account import set_company_logo, show_company_logo
from tillroll_client.api.endpoints import create_endpoint
from tillroll_client.api.expenses import edit_expense, list_expenses, show_expense
from tillroll_client.api.ledger import show_trial_balance_csv
from tillroll_client.api.receipts import show_receipt_image, upload_receipt
from tillroll_client.api.runs import decide_review, show_run
from tillroll_client.models import (
    CompanyProfile,
    Decision,
    DecisionRequest,
    DecisionRequestDecision,
    DecisionRequestValues,
    EndpointRequest,
    ExpenseDetail,
    ExpenseEdit,
    ExpensePage,
    NewEndpoint,
    Problem,
    ReceiptSummary,
    RunDetail,
    SetCompanyLogoFilesBody,
    StagedExpense,
    UploadReceiptFilesBody,
    UploadReceiptResponse202,
)
from tillroll_client.types import UNSET, File, Response

_PATIENCE_SECONDS = 120
_Expected = TypeVar("_Expected")


def _is(answer: Response[Any], expected: type[_Expected]) -> _Expected:
    """What was answered, which must be of this type."""
    assert isinstance(answer.parsed, expected), answer.content
    return answer.parsed


def _upload(client: AuthenticatedClient, path: Path) -> str:
    receipt = File(
        payload=BytesIO(path.read_bytes()), file_name=path.name, mime_type="application/pdf"
    )
    body = UploadReceiptFilesBody(receipt=receipt)
    answer = upload_receipt.sync_detailed(
        client=client, body=body, idempotency_key=f"python-{path.name}"
    )
    assert answer.status_code == 202
    assert answer.headers["Location"].startswith("/api/runs/")
    return _is(answer, UploadReceiptResponse202).run_id


def _wait_for(client: AuthenticatedClient, run_id: str, status: str) -> RunDetail:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        run = _is(show_run.sync_detailed(run_id, client=client), RunDetail)
        if run.status == status:
            return run
        time.sleep(0.5)
    raise AssertionError(f"{run_id} is {run.status}, not {status}")


def _expense_of(run: RunDetail) -> str:
    assert isinstance(run.expense, StagedExpense)
    return run.expense.id


def _receipt_of(run: RunDetail) -> str:
    assert isinstance(run.receipt, ReceiptSummary)
    return run.receipt.id


def _list_all(client: AuthenticatedClient) -> set[str]:
    found: set[str] = set()
    cursor: str | None = None
    while True:
        answer = list_expenses.sync_detailed(client=client, limit=1, cursor=cursor or UNSET)
        page = _is(answer, ExpensePage)
        found.update(expense.id for expense in page.items)
        assert ("Link" in answer.headers) is (page.next_cursor is not None)
        if page.next_cursor is None:
            return found
        cursor = page.next_cursor


def _check_webhook(receiver: str, secret: str, expense_id: str) -> None:
    """By Standard Webhooks: HMAC-SHA256 over id, timestamp and body."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        for event in httpx.get(receiver).raise_for_status().json():
            headers = event["headers"]
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{event['body']}"
            digest = hmac.new(key, signed.encode(), hashlib.sha256).digest()
            assert f"v1,{base64.b64encode(digest).decode()}" in headers["webhook-signature"].split()
            if json.loads(event["body"])["data"].get("expenseId") == expense_id:
                return
        time.sleep(0.5)
    raise AssertionError("no event came")


def _check_files(client: AuthenticatedClient, folder: Path, receipt_id: str) -> None:
    """A picture goes up and comes back, as do a PDF and a text; days and moments are read."""
    logo = folder / "logo.png"
    sent = File(payload=BytesIO(logo.read_bytes()), file_name=logo.name, mime_type="image/png")
    company = _is(
        set_company_logo.sync_detailed(client=client, body=SetCompanyLogoFilesBody(logo=sent)),
        CompanyProfile,
    )
    assert isinstance(company.updated_at, datetime)
    picture = _is(show_company_logo.sync_detailed(client=client), File)
    assert picture.payload.read().startswith(b"\x89PNG")
    pdf = _is(show_receipt_image.sync_detailed(receipt_id, client=client), File)
    assert pdf.payload.read() == (folder / "clear.pdf").read_bytes()
    balances = _is(show_trial_balance_csv.sync_detailed(client=client), str)
    assert balances.count(",") > 1


def main(url: str, token: str, receiver: str, folder: str) -> None:
    client = AuthenticatedClient(base_url=url, token=token)
    made = create_endpoint.sync_detailed(
        client=client, body=EndpointRequest(url=receiver, topics=["expense.updated"])
    )
    secret = _is(made, NewEndpoint).secret
    assert isinstance(secret, str)

    run = _wait_for(client, _upload(client, Path(folder) / "clear.pdf"), "complete")
    doubted = _wait_for(client, _upload(client, Path(folder) / "doubted.pdf"), "needs_review")
    values = DecisionRequestValues.from_dict({"date": "2026-02-14"})
    decision = DecisionRequest(decision=DecisionRequestDecision.APPROVE, values=values)
    _is(decide_review.sync_detailed(doubted.id, client=client, body=decision), Decision)
    reviewed = _wait_for(client, doubted.id, "complete")
    ids = {_expense_of(run), _expense_of(reviewed)}
    assert len(ids) == 2
    assert ids <= _list_all(client)

    expense_id = min(ids)
    asked = ExpenseEdit(billable=True, tags=["fair"])
    _is(edit_expense.sync_detailed(expense_id, client=client, body=asked), ExpenseDetail)
    changed = _is(
        edit_expense.sync_detailed(expense_id, client=client, body=ExpenseEdit(note="by Python")),
        ExpenseDetail,
    )
    assert (changed.note, changed.billable, changed.tags) == ("by Python", True, ["fair"])
    shown = show_expense.sync_detailed(expense_id, client=client)
    expense = _is(shown, ExpenseDetail)
    assert expense.note == "by Python"
    assert expense.date == date(2026, 2, 14)
    stale = edit_expense.sync_detailed(
        expense_id, client=client, body=ExpenseEdit(note="late"), if_match='"1"'
    )
    problem = _is(stale, Problem)
    assert problem.status == 412
    assert problem.etag == shown.headers["ETag"]
    _check_files(client, Path(folder), _receipt_of(run))
    _check_webhook(receiver, secret, expense_id)


if __name__ == "__main__":
    main(*sys.argv[1:5])
