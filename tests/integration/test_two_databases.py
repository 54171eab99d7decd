"""Two databases on the genuine stack, with an account in each: what comes in by any way finds its
account, and leaves nothing in the other database.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.drawing import draw_receipt
from tests.support.http_server import Answer, LocalServer, Request
from tests.support.mails import papers
from tests.support.mails.writing import ANN, attached, mail, multipart
from tests.support.receipts import clear_receipt, receipt_without_total
from tests.support.running_stack import RunningStack, wait_until
from tillroll_durable.platform.shards import of_id

_IGNORED = {"rules": [{"when": {"/type": "ping"}, "ignore": True}]}


class _Receiver(LocalServer):
    def __init__(self) -> None:
        super().__init__()
        self.bodies: list[str] = []

    def answer(self, request: Request) -> Answer:
        self.bodies.append(request.body)
        return Answer(200, "thanks")


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack with two databases, as an operator asks it."""
    stack = RunningStack(tmp_path_factory.mktemp("two"), databases=2)
    try:
        stack.start()
        yield stack
    except BaseException:
        print(stack.logs())  # noqa: T201 - pytest shows it with the failure
        raise
    finally:
        stack.stop()


@pytest.fixture(scope="module")
def two(operator: RunningStack) -> RunningStack:
    """The same stack, as the owner of an account in the second database asks it."""
    return operator.in_database(2)


@pytest.fixture(scope="module")
def first(operator: RunningStack) -> RunningStack:
    """The same stack, as the owner of an account in the first database asks it."""
    return operator.in_database(1)


def _is_in(stack: RunningStack, run_id: str) -> bool:
    return bool(stack.d1(f"SELECT id FROM runs WHERE id = '{run_id}'"))


def _upload(stack: RunningStack, lines: list[str], *statuses: str) -> dict[str, Any]:
    answer = stack.upload(draw_receipt(lines))
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    return stack.wait_for_status(answer.json()["runId"], *statuses)


@pytest.mark.essential
def test_a_photo_becomes_an_expense_in_its_accounts_database(
    two: RunningStack, first: RunningStack
) -> None:
    with _Receiver() as receiver, two.client() as client, first.client() as other:
        hook = {"url": f"{receiver.url}/hook", "topics": ["run.completed"]}
        client.post("/api/endpoints", json=hook).raise_for_status()
        lines = clear_receipt("SECOND HOUSE SDN BHD", "12.90")
        run = _upload(two, lines, "complete", "needs_review", "failed")
        assert run["status"] == "complete", run
        assert of_id(run["id"]) == 2
        assert of_id(run["expense"]["id"]) == 2
        assert (_is_in(two, run["id"]), _is_in(first, run["id"])) == (True, False)
        wait_until(lambda: receiver.bodies, "the event of the run")
        assert run["id"] in receiver.bodies[0]
        path = f"/api/runs/{run['id']}"
        assert other.get(path).status_code == httpx.codes.NOT_FOUND
        own = _upload(first, lines, "complete", "needs_review", "failed")
        assert own["status"] == "complete", own
        assert (_is_in(two, own["id"]), _is_in(first, own["id"])) == (False, True)
        assert client.get(f"/api/runs/{own['id']}").status_code == httpx.codes.NOT_FOUND


def test_an_operator_sees_the_uploads_and_the_jobs_of_both(
    operator: RunningStack, two: RunningStack, first: RunningStack
) -> None:
    runs = {
        stack.account_id(): _upload(stack, clear_receipt(name, "8.20"), "complete", "needs_review")
        for stack, name in ((two, "SEEN BY TWO SDN BHD"), (first, "SEEN BY ONE SDN BHD"))
    }
    with operator.client() as client:

        def seen() -> dict[str, str]:
            """The runs that the audit of all accounts says were begun, with their accounts. Pages
            of one event show that the cursor goes on in both."""
            path = "/api/audit?action=run.created&allAccounts=true&limit=1"
            found: dict[str, str] = {}
            while path:
                answer = client.get(path).raise_for_status()
                found |= {each["stream"]: each["accountId"] for each in answer.json()["items"]}
                path = answer.links.get("next", {}).get("url", "")
            return found

        audited = seen()
        assert {audited[run["id"]] for run in runs.values()} == runs.keys()

        def served() -> bool:
            operator.fire_cron()
            items = client.get("/api/jobs").raise_for_status().json()["items"]
            return {each["database"] for each in items if each["outcome"]} == {"DB", "DB_2"}

        wait_until(served, "jobs of both databases")
        counted = client.get("/api/metrics").raise_for_status().text
        assert 'tillroll_reconciler_last_tick_timestamp_seconds{database="DB_2"}' in counted
        report = client.get("/api/audit/verify?database=DB_2").raise_for_status().json()
        assert (report["database"], report["isIntact"]) == ("DB_2", True)


def test_a_review_wakes_its_run(two: RunningStack) -> None:
    run = _upload(two, receipt_without_total("KEDAI RUNCIT"), "needs_review", "failed")
    assert run["status"] == "needs_review", run
    values = {"total": "7.50", "currency": "MYR"}
    two.ask(f"/api/runs/{run['id']}/review", decision="approve", values=values).raise_for_status()
    settled = two.wait_for_status(run["id"], "complete", "failed")
    assert settled["expense"]["total"] == "7.50"


def test_credentials_lead_to_their_account_and_to_no_other(
    two: RunningStack, first: RunningStack
) -> None:
    account = two.account_id()
    assert account != first.account_id()
    with two.client_of(first.token + ".2") as wrong:
        assert wrong.get("/api/session").status_code == httpx.codes.UNAUTHORIZED
    with two.client_of(two.token.removesuffix(".2")) as wrong:
        assert wrong.get("/api/session").status_code == httpx.codes.UNAUTHORIZED
    with two.client_of(two.token.replace(".2", ".9")) as wrong:
        assert wrong.get("/api/session").status_code == httpx.codes.UNAUTHORIZED
    with two.client() as client:
        code = client.post("/api/sign-in-codes").raise_for_status().json()["code"]
        token = client.post("/api/tokens", json={"name": "by API"}).raise_for_status().json()
    with two.client_of(token["token"]) as by_token:
        assert by_token.get("/api/session").json()["account"]["id"] == account
    # A browser that is signed in to the other account follows the link.
    with two.client_of(None) as browser, first.client() as client:
        own = client.post("/api/sign-in-codes").raise_for_status().json()["code"]
        browser.post("/api/session", json={"code": own}).raise_for_status()
        assert browser.get("/api/session").json()["account"]["id"] == first.account_id()
        browser.post("/api/session", json={"code": code}).raise_for_status()
        assert browser.get("/api/session").json()["account"]["id"] == account
        assert browser.post("/api/session", json={"code": code}).status_code == (
            httpx.codes.UNAUTHORIZED
        )


def test_mail_and_events_from_outside_find_their_account(
    two: RunningStack, first: RunningStack
) -> None:
    with two.client() as client, two.client_of(None) as sender:
        user = client.get("/api/session").json()["user"]["id"]
        asked = {"requiresAuthentication": True, "senders": [{"pattern": ANN, "userId": user}]}
        client.put("/api/receipts-by-mail", json=asked).raise_for_status()
        answer = client.post("/api/receipts-by-mail/address", json={"graceHours": 0})
        address = answer.raise_for_status().json()["address"]
        invoice = attached(papers.invoice("MAILED TRADING LTD"), "application/pdf", "invoice.pdf")
        body = multipart("mixed", "b", [invoice])
        raw = mail(f"From: Ann <{ANN}>\nSubject: one", body, id_="two-1@example.com")
        to = {"from": ANN, "to": address}
        sender.post("/cdn-cgi/handler/email", params=to, content=raw).raise_for_status()

        def taken() -> list[dict[str, Any]] | None:
            two.fire_cron()
            found = client.get("/api/received-mail").json()["items"]
            return [each for each in found if each["state"] == "done"] or None

        [mailed] = wait_until(taken, "the mail to be worked off")
        assert of_id(mailed["id"]) == 2
        scheme = {"name": "hmac", "signatureHeader": "X-Signature", "idPointer": "/id"}
        source = {"name": "Shop", "scheme": scheme, "mapping": _IGNORED}
        made = client.post("/api/inbound-sources", json=source).raise_for_status().json()
        event_body = json.dumps({"id": "evt_1", "type": "ping"}).encode()
        signature = hmac.digest(made["secret"].encode(), event_body, hashlib.sha256).hex()
        sender.post(
            made["path"], content=event_body, headers={"x-signature": signature}
        ).raise_for_status()

        def became() -> dict[str, Any] | None:
            two.fire_cron()
            found = client.get(f"/api/inbound-events?source={made['id']}").json()["items"]
            return next((each for each in found if each["state"] != "stored"), None)

        event = wait_until(became, "the event to be worked off")
        assert (event["state"], of_id(event["id"])) == ("ignored", 2)
    assert first.d1("SELECT id FROM received_mail") == []


def test_a_link_shows_an_export_to_anybody(two: RunningStack) -> None:
    asked = two.ask("/api/exports", format="csv", filter={}).raise_for_status().json()
    two.wait_for_status(asked["runId"], "complete")
    made = two.ask(f"/api/exports/{asked['id']}/links", expiresInHours=24).raise_for_status().json()
    with two.client_of(None) as anybody:
        assert anybody.get(made["url"]).is_success
        assert anybody.get(made["url"].removesuffix(".2")).status_code == httpx.codes.NOT_FOUND


def test_the_cron_serves_both_databases(two: RunningStack, first: RunningStack) -> None:
    def ticked() -> bool:
        two.fire_cron()
        return all(
            bool(stack.d1("SELECT name FROM jobs WHERE outcome IS NOT NULL"))
            and bool(stack.d1("SELECT number FROM seals"))
            for stack in (two, first)
        )

    assert wait_until(ticked, "both databases to be served")
    copies = two.stored_objects("audit/")
    assert any(key.startswith("audit/db-2/") for key in copies)
    assert any(key.startswith("audit/0") for key in copies)
