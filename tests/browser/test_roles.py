"""Each role goes through all pages: no control that is shown asks for what its person may not
do.
"""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser

from tests.browser.test_accessibility import paths_of_views
from tests.browser.test_sorting import account_of, add
from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, Month
from tests.support.host_api import description
from tests.support.patience import PATIENCE_MS
from tests.support.running_stack import RunningStack
from tillroll.access.permissions import Permission
from tillroll.access.roles import Role, granted
from tillroll.api.dependencies import PERMISSION

_TRY: Final = (Path(__file__).parents[1] / "support" / "offered.js").read_text(encoding="utf-8")
# What these answer is looked at only, though they are posts.
ID: Final = r"[a-z]+_\w+"
_LOOKS: Final = ("/check", "/count", "/preview")
_NEEDED: Final = [
    (
        method.upper(),
        re.compile(re.sub(r"\{\w+\}", "[^/]+", path)),
        Permission(operation[PERMISSION]),
    )
    for path, each in description()["paths"].items()
    for method, operation in each.items()
]


def needed(method: str, path: str) -> Permission:
    """What the route says that answers this."""
    return next(
        permission
        for known, template, permission in _NEEDED
        if known == method and template.fullmatch(path)
    )


def something_of_everything(stack: RunningStack) -> dict[str, list[str]]:
    """An account in which there is something to do for everybody; addresses of the pages of one
    thing.
    """
    add(stack, "TEO HENG", "teoheng", [1, 2, 3, 4, 5], "Office")
    account = account_of(stack)
    runs = [f"run_{number}{account}" for number in range(1, 6)]
    stack.d1(f"""
        UPDATE expenses SET total_minor = 1001 WHERE merchant = 'TEO HENG'
            AND account_id = '{account}';
        UPDATE expenses SET status = 'approved' WHERE id = 'exp_4{account}';
        UPDATE runs SET status = 'failed', state = 'received_ocr_failed',
          next_safe_action = 'retry_from_step' WHERE id = '{runs[4]}';
        DELETE FROM expenses WHERE id = 'exp_5{account}';
    """)
    things: list[tuple[str, dict[str, Any]]] = [
        ("/api/categories", {"name": "Travel"}),
        ("/api/rules", {"when": {"merchant": "TEO HENG"}, "gives": {"category": "Office"}}),
        (
            "/api/policies",
            {"name": "Four eyes", "effect": "four_eyes", "currency": "EUR", "above": "100"},
        ),
        ("/api/closed-periods", {"from": "2026-01-01", "to": "2026-01-31"}),
        ("/api/export-profiles", {"name": "Books", "format": "csv"}),
        ("/api/expense-views", {"name": "Mine", "filter": {}, "sort": "-date", "isShared": True}),
        ("/api/endpoints", {"url": "https://hooks.example.com/till", "topics": []}),
        ("/api/bank/accounts", {"name": "Giro", "currency": "EUR", "number": IBAN}),
        ("/api/acts", {"kind": "tags", "ids": [f"exp_1{account}"], "add": ["a"]}),
    ]
    for path, body in things:
        stack.ask(path, **body).raise_for_status()
    schedule = {"format": "csv", "profile": None, "days": "last-month", "currency": None}
    stack.ask(
        "/api/schedules",
        name="Monthly",
        kind="export",
        cron="0 6 3 * *",
        timeZone="UTC",
        params=schedule,
    ).raise_for_status()
    export = stack.ask("/api/exports", format="csv", filter={}).raise_for_status().json()
    stack.wait_for_status(export["runId"], "complete")
    march = Month(opening=100, lines=(Line(amount=-1, booked_on=date(2026, 3, 6), name="Cafe"),))
    with stack.client() as client:
        sent = (
            client.post("/api/bank/statements", files={"statement": camt(march)})
            .raise_for_status()
            .json()
        )
    stack.wait_for_status(sent["runId"], "complete")
    with stack.client() as client:
        [booked] = client.get("/api/bank/entries").raise_for_status().json()["items"]
    entry, source = booked["id"], {"kind": "address", "address": "https://files.example/march.sta"}
    stack.ask(
        "/api/bank/sources", bankAccountId=booked["bankAccountId"], access=source
    ).raise_for_status()
    expenses = [f"/expenses/exp_{number}{account}" for number in (1, 4)]
    return {
        "/bank/entries/:id": [f"/bank/entries/{entry}"],
        "/bank/months/:id": ["/bank/months/2026-03"],
        "/bank/statements/:id": [f"/bank/statements/{sent['statementId']}"],
        "/runs/:id": [f"/runs/{runs[0]}"],
        "/expenses/:id": [*expenses, *(f"/expenses/{run}" for run in (runs[0], runs[4]))],
        "/audit/expenses/:id": [
            each.replace("/expenses/", "/audit/expenses/") for each in expenses
        ],
        "/exports/:id": [f"/exports/{export['id']}"],
    }


def test_no_role_is_shown_a_control_that_is_refused(browser: Browser, stack: RunningStack) -> None:
    addresses = something_of_everything(stack)
    found: dict[str, Any] = {}
    reached: set[str] = set()
    context = browser.new_context(base_url=stack.url)
    context.set_default_timeout(PATIENCE_MS)
    try:
        with stack.client() as client:
            made = client.post("/api/people", json={"name": "Ida", "roles": ["auditor"]}).json()
            # A submitter is shown their own alone.
            own, account = f"SET person = '{made['userId']}' WHERE account_id", account_of(stack)
            stack.d1(f"UPDATE expenses {own} = '{account}'; UPDATE receipts {own} = '{account}'")
            page = context.new_page()
            page.goto(made["url"])
            page.get_by_role("button", name="Not now").click()
            for role in Role:
                client.put(
                    f"/api/people/{made['userId']}/roles", json={"roles": [role]}
                ).raise_for_status()
                page.goto("/settings/merchants")
                told = page.evaluate(
                    _TRY, {"paths": paths_of_views(), "addresses": addresses, "looks": _LOOKS}
                )
                may = granted([role], is_operator=False)
                asked = [(each, needed(each["method"], each["path"])) for each in told["noted"]]
                reached |= {
                    f"{each['method']} {re.sub(ID, '*', each['path'])}" for each, _ in asked
                }
                refused = [
                    each
                    for each, permission in asked
                    if each["status"] == 403 or permission not in may
                ]
                if refused:
                    found[role] = refused
    finally:
        context.close()
    assert found == {}, json.dumps(found, indent=1)
    assert len(reached) > 25, sorted(reached)  # else it tries nothing any more
