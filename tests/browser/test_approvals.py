"""To approve, by keys: a chain of two steps, the first of them as a substitute, one sent back, one
undone.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import findings
from tests.browser.test_sorting import account_of, add
from tests.support.invoice import invoice_pdf
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until

# Ben comes first, and who is signed in stands in for him; then anyone else.
_CHAIN = """
  INSERT INTO users (id, account_id, name, created_at) VALUES ('{ben}', '{account}', 'Ben', '');
  INSERT INTO user_roles (user_id, role) VALUES ('{ben}', 'approver');
  INSERT INTO approval_substitutes VALUES
    ('sub_{me}', '{account}', '{ben}', '{me}', '2020-01-01', '2099-01-01', '', '', NULL);
  INSERT INTO approval_chains (id, account_id, name, steps, created_at, created_by)
    VALUES ('chn_{me}', '{account}', 'Two', '["{ben}", "anyone"]', '', '');
  UPDATE expenses SET person = NULL WHERE account_id = '{account}';
"""


@pytest.mark.essential(only="1280")
@pytest.mark.parametrize("width", [375, 1280])
def test_a_chain_is_approved_step_by_step_by_keys(
    page: Page, stack: RunningStack, width: int
) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2, 3])
    account = account_of(stack)
    me = account.replace("acc_", "usr_")
    ben = f"usr_ben_{me}"
    stack.d1(_CHAIN.format(account=account, me=me, ben=ben))
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/approvals")
    facts = page.get_by_role("region", name="The expense")
    expect(facts).to_contain_text("1 of 3")
    expect(facts).to_contain_text("You decide in place of Ben.")
    expect(page.get_by_role("list", name="Who approves it")).to_contain_text("It waits for you")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )
    assert findings(page) == []
    page.keyboard.press("j")
    expect(facts).to_contain_text("2 of 3")
    page.keyboard.press("k")
    expect(facts).to_contain_text("1 of 3")
    page.keyboard.press("a")
    expect(facts).to_contain_text("of 2")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(facts).to_contain_text("of 3")
    page.keyboard.press("Control+Enter")
    expect(facts).to_contain_text("of 2")
    page.keyboard.press("r")
    expect(page.get_by_label("Why do you send it back?")).to_be_focused()
    page.get_by_label("Why do you send it back?").fill("Whose lunch?")
    page.keyboard.press("Control+Enter")
    expect(facts).to_contain_text("1 of 1")

    def decided() -> bool:
        steps = stack.d1(
            f"SELECT user_id, for_user FROM approval_steps WHERE chain_id = 'chn_{me}' AND "
            "ended_at IS NULL"
        )
        back = stack.d1(
            f"SELECT id FROM expenses WHERE account_id = '{account}' AND status = 'in_review'"
        )
        return [(row["user_id"], row["for_user"]) for row in steps] == [(me, ben)] and len(
            back
        ) == 1

    wait_until(decided, "what was decided")
    page.goto("/approvals/waiting")
    approvers = page.get_by_role("list", name="Approvers")
    expect(approvers).to_contain_text("Ben")
    approvers.get_by_role("button", name="Remind Ben").press("Enter")
    expect(approvers.get_by_role("button", name="Remind Ben")).to_be_disabled()
    page.goto("/approvals")
    expect(facts).to_contain_text("1 of 1")


@pytest.mark.essential
@pytest.mark.parametrize("installs", [True])
def test_an_approval_that_the_page_confirmed_stays_when_its_tab_closes(
    page: Page, stack: RunningStack
) -> None:
    add(stack, "TEO HENG", "teoheng", [1])
    wait_until(
        lambda: page.evaluate("navigator.serviceWorker.controller !== null"),
        "the service worker to take over",
    )
    page.goto("/approvals")
    expect(page.get_by_role("region", name="The expense")).to_contain_text("TEO HENG")
    page.keyboard.press("a")
    expect(page.get_by_text("TEO HENG is approved.")).to_be_visible()
    page.close()
    account = account_of(stack)
    query = f"SELECT status FROM expenses WHERE account_id = '{account}'"
    assert stack.d1(query) == [{"status": "approved"}]


@pytest.mark.parametrize("width", [375, 1280])
def test_a_pdf_that_waits_is_seen(page: Page, stack: RunningStack, width: int) -> None:
    run = (
        stack.upload(invoice_pdf(clear_receipt("PAPER SHOP", "4.20")), "bill.pdf")
        .raise_for_status()
        .json()["runId"]
    )
    stack.wait_for_status(run, "complete")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/approvals")
    picture = page.get_by_role("img", name="Page 1 of 1 of the PDF")
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_in_viewport(ratio=0.5)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )


def test_the_queue_is_coded_by_keys_and_approved_at_once_but_for_what_may_be_a_duplicate(
    page: Page, stack: RunningStack
) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2, 3])
    own = f"account_id = '{account_of(stack)}'"
    stack.d1(f"UPDATE expenses SET total_minor = 1000 WHERE {own} AND date < '2026-03-03'")
    page.goto("/approvals")
    main = page.get_by_role("main")
    expect(main).to_contain_text("3 expenses MYR 30.03")
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Category").fill("Office")
    dialog.get_by_label("Category").press("Enter")
    facts = page.get_by_role("region", name="The expense")
    expect(facts.get_by_role("button", name="Office")).to_be_visible()
    page.keyboard.press("l")
    dialog.get_by_label("Client").fill("Acme")
    expect(dialog).to_contain_text("A new client")
    dialog.get_by_label("Client").press("Enter")
    expect(facts.get_by_role("button", name="Acme")).to_be_visible()
    # The beginning of a name is enough.
    page.keyboard.press("j")
    page.keyboard.press("l")
    dialog.get_by_label("Client").fill("ac")
    expect(dialog).to_contain_text("→ Acme")
    dialog.get_by_label("Client").press("Enter")
    expect(facts.get_by_role("button", name="Acme")).to_be_visible()
    page.get_by_role("button", name="Approve all 3 …").click()
    expect(dialog).to_contain_text("2 expenses stay: they may be duplicates")
    dialog.get_by_role("button", name="Approve 1 expense").click()
    expect(page.get_by_text("1 expense approved.")).to_be_visible()
    expect(main).to_contain_text("2 expenses MYR 20.00")
    page.get_by_role("button", name="Undo").click()
    expect(main).to_contain_text("3 expenses MYR 30.03")
    statuses = stack.d1(f"SELECT DISTINCT status FROM expenses WHERE {own}")
    assert statuses == [{"status": "ready"}]


_PROPOSED = '{"category": "Travel", "source": "items", "reason": "Hotel.", "score": 0.9}'
# Changes reach the server half a second late, so that keys are faster than its answers.
_LATE_CHANGES = """
  const send = window.fetch;
  window.fetch = async (asked, options) => {
    const method = options?.method ?? asked.method;
    if (method === "PATCH") await new Promise((done) => setTimeout(done, 500));
    return send(asked, options);
  };
"""


def test_an_approval_waits_for_the_category_that_was_typed_before_it(
    page: Page, stack: RunningStack
) -> None:
    add(stack, "HOTEL SERI KAJANG", "hotelserikajang", [1, 2])
    own = f"account_id = '{account_of(stack)}'"
    stack.d1(f"UPDATE expenses SET proposed_category = '{_PROPOSED}' WHERE {own}")
    page.add_init_script(_LATE_CHANGES)
    page.goto("/approvals")
    facts = page.get_by_role("region", name="The expense")
    expect(facts).to_contain_text("1 of 2")
    expect(facts).to_contain_text("proposed: Travel")
    page.keyboard.press(".")
    page.keyboard.press("a")
    expect(page.get_by_text("HOTEL SERI KAJANG is approved.")).to_be_visible()
    expect(facts).to_contain_text("1 of 1")
    approved = f"SELECT category FROM expenses WHERE {own} AND status = 'approved'"
    assert stack.d1(approved) == [{"category": "Travel"}]


_CLOSED = """
  INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
    next_safe_action, created_at, updated_at)
    VALUES ('run_x{me}', '{account}', 'export', 1, 'x', 'x', 'complete', 'none', '', '');
  INSERT INTO exports (id, account_id, run_id, format, filter, requested_by, expected, created_at)
    VALUES ('xpt_{me}', '{account}', 'run_x{me}', 'jsonl', '{{}}', '{me}', 0, '');
  INSERT INTO closed_periods (id, account_id, first_day, last_day, export_id, closed_by, closed_at)
    VALUES ('per_{me}', '{account}', '2026-03-01', '2026-03-31', 'xpt_{me}', '{me}', '');
"""


def test_a_late_expense_says_that_its_month_is_closed(page: Page, stack: RunningStack) -> None:
    add(stack, "TEO HENG", "teoheng", [1])
    account = account_of(stack)
    stack.d1(_CLOSED.format(account=account, me=account.replace("acc_", "usr_")))
    page.goto("/approvals")
    facts = page.get_by_role("region", name="The expense")
    expect(facts).to_contain_text("March 2026 is closed: it goes out as a correction.")
    expect(page.get_by_role("list", name="Waiting for you")).to_contain_text("In a closed period")
    assert findings(page) == []
    facts.get_by_role("link", name="TEO HENG").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("March 2026 is closed: it goes out as a correction.")


def test_an_owner_reassigns_all_that_waits_for_a_person(page: Page, stack: RunningStack) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2, 3])
    account = account_of(stack)
    me = account.replace("acc_", "usr_")
    stack.d1(_CHAIN.format(account=account, me=me, ben=f"usr_ben_{me}"))
    stack.d1(f"DELETE FROM approval_substitutes WHERE id = 'sub_{me}'")
    page.goto("/")
    expect(page.get_by_role("link", name="To approve")).not_to_contain_text("3")
    page.goto("/approvals/waiting")
    approvers = page.get_by_role("list", name="Approvers")
    approvers.get_by_role("button", name="Reassign: Ben").click()
    dialog = page.get_by_role("dialog", name="Who approves it instead?")
    assert findings(page) == []
    dialog.get_by_role("button", name="Reassign").click()
    expect(
        page.get_by_role("status").filter(has_text="3 expenses are reassigned to")
    ).to_be_visible()
    expect(approvers).not_to_contain_text("Ben")
    page.goto("/home")
    page.get_by_role("main").get_by_role("link", name="3 expenses to approve").click()
    expect(page.get_by_role("region", name="The expense")).to_contain_text("1 of 3")
