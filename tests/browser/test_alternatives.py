"""Where a language model read something else, the review shows both, and either can be taken."""

import json

from playwright.sync_api import Page, expect

from tests.support.drawing import draw_receipt
from tests.support.receipts import receipt_without_total
from tests.support.running_stack import RunningStack


def test_a_models_value_is_shown_beside_and_can_be_taken(page: Page, stack: RunningStack) -> None:
    run_id = stack.upload(draw_receipt(receipt_without_total("TWO READERS SHOP"))).json()["runId"]
    line = stack.wait_for_status(run_id, "needs_review")["transcript"]["lines"][0]
    other = {
        "value": "12.50",
        "evidence": {"line": 0, "text": line, "start": 0, "end": 3},
        "source": "@cf/test/model",
    }
    alternatives = json.dumps({"total": other})
    stack.d1(
        f"UPDATE extractions SET body = json_set(body, '$.alternatives', json('{alternatives}')) "
        f"WHERE run_id = '{run_id}'"
    )
    page.goto(f"/expenses/{run_id}")
    field = page.locator('.review-field[data-field="total"]')
    expect(field).to_contain_text("A model read")
    field.get_by_role("button", name="take 12.50").click()
    expect(page.get_by_label("Total")).to_have_value("12.50")
    page.get_by_label("Currency", exact=True).fill("MYR")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Confirmed.").first).to_be_visible()
    assert stack.wait_for_status(run_id, "complete")["expense"]["total"] == "12.50"
