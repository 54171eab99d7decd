"""What the Worker logs on the genuine stack names nobody and holds no secret: all lines of the
session.
"""

import re
from secrets import token_urlsafe
from typing import Final

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import OTHER_TOKEN, TOKEN, RunningStack, wait_until
from tillroll.secret_links import LINKS

# wrangler's own line for a request, which a deployed Worker has not (`invocation_logs` is off).
_WRANGLERS: Final = re.compile(r"^\[wrangler|^\[mf:")
# What people and papers say, by the columns that hold it.
_COLUMNS: Final = (
    *(
        "expenses.merchant",
        "expenses.registered_name",
        "expenses.note",
        "expenses.receipt_number",
        "expenses.buyer",
    ),
    *(
        "receipts.file_name",
        "mail_addresses.address",
        "endpoints.url",
        "review_decisions.comment",
        "users.name",
    ),
    *("expense_views.name", "inbound_sources.name", "accounts.company_names"),
)
# Shorter ones, and plain words, are parts of other words.
_SHORTEST = 7


def all_lines(stack: RunningStack) -> list[str]:
    """All that wrangler and the Worker have logged since the session began."""
    content = [
        log.read_text(encoding="utf-8")
        for log in (stack.stack.state / "logs").glob("wrangler*.log")
    ]
    return [line for text in content for line in text.splitlines() if line]


def lines_of(stack: RunningStack) -> list[str]:
    """Of these, what the Worker has logged."""
    return [line for line in all_lines(stack) if not _WRANGLERS.match(line)]


def _stored(stack: RunningStack) -> list[str]:
    """What stands in these columns, in one query."""
    parts = [column.split(".") for column in _COLUMNS]
    chosen = [
        # The test's own ids and names.
        f"(SELECT group_concat({name}, char(10)) FROM {table}) AS {table}_{name}"
        for table, name in parts
    ]
    [row] = stack.d1(f"SELECT {', '.join(chosen)}")
    return [line for value in row.values() if value for line in str(value).splitlines()]


def tells_somebody(value: str) -> bool:
    return len(value) >= _SHORTEST and not re.fullmatch(r"[a-z_-]+", value)


def test_no_line_names_anybody_or_holds_a_secret(stack: RunningStack) -> None:
    own = stack.with_own_account()
    receipt = own.upload(
        draw_receipt(clear_receipt("HUSH HUSH NOODLES", "7.40")), name="hush of Ann Secretia.jpg"
    ).json()
    run = own.wait_for_status(receipt["runId"], "complete")
    with own.client() as client:
        expense = run["expense"]["id"]
        client.patch(
            f"/api/expenses/{expense}", json={"note": "with Secretia Person"}
        ).raise_for_status()
        let_in = (
            client.post("/api/people", json={"name": "Secretia Person"})
            .raise_for_status()
            .json()["url"]
        )
        token = (
            client.post("/api/tokens", json={"name": "secret program"})
            .raise_for_status()
            .json()["token"]
        )
        client.post(
            "/api/people", json={"name": "Secretia Person", "mail": "no address of secretia"}
        )
        client.post(
            "/api/policies",
            content=b'{"name": "Secretia Person',
            headers={"content-type": "application/json"},
        )
        client.get("/api/expenses", params={"q": "HUSH HUSH NOODLES"}).raise_for_status()
        client.post(f"/api/receipts/{receipt['receiptId']}/erasure")
    with stack.client_of("till_secret_of_nobody") as stranger:
        stranger.get("/api/expenses?q=secretia")
        stranger.post("/api/sessions", json={"code": "secret-code-of-nobody"})
    planted = {
        "Secretia",
        "secretia",
        "HUSH HUSH",
        "secret program",
        "till_secret",
        "secret-code",
        token,
        own.token or "",
    }
    planted |= {let_in.partition("code=")[2], TOKEN, OTHER_TOKEN}
    stored = set(_stored(stack))
    lines = lines_of(stack)
    assert sum('"event":"request.answered"' in line for line in lines) >= 10
    assert any(receipt["runId"] in line for line in lines)
    private = {value for value in planted | stored if value in planted or tells_somebody(value)} - {
        ""
    }
    assert {"HUSH HUSH NOODLES", "hush of Ann Secretia.jpg"} <= private
    assert [(value, line) for line in lines for value in private if value in line] == []


def test_no_line_holds_the_token_of_a_link(stack: RunningStack) -> None:
    """Nor does one of wrangler's. Links that lead nowhere are logged as others are."""
    tokens = [f"{table.marked}{token_urlsafe(24)}" for table, _ in LINKS.answers()]
    ways = ("payer/{}", "payer/{}/statement", "handed-on/{}", "handed-on/{}?number=1", "{}")
    before = len(all_lines(stack))
    with stack.client_of(None) as client:
        for path in (f"/api/{way.format(token)}" for token in tokens for way in ways):
            client.get(path)
        for path in (f"/api/payer/{token}/paid" for token in tokens):
            client.post(path, data={"day": "2026-03-01"})
    asked = (len(ways) + 1) * len(tokens)

    def printed() -> list[str] | None:
        lines = [
            line for line in all_lines(stack)[before:] if _WRANGLERS.match(line) and "/api/" in line
        ]
        return lines if len(lines) >= asked else None

    assert (
        sum("…" in line for line in wait_until(printed, "wrangler's line for each request"))
        >= asked
    )
    # What stands between the mark and the end is enough to know the token by.
    secrets = [token.partition("_")[2] for token in tokens]
    assert [line for line in all_lines(stack) if any(secret in line for secret in secrets)] == []
