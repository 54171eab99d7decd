"""The page of a project's operators, on its genuine stack: whoever signs in opens a run of its own
workflow, sees what came and what is safe next, and does that. `python -m tests.projects` puts this
into a project, as a test of it.
"""

import json

from playwright.sync_api import ConsoleMessage, Page, expect

from local.places import NODE_MODULES
from tests.support.browser import launch
from tests.support.patience import PATIENCE_MS
from tests.support.running_stack import RunningStack, wait_until

_AXE = (NODE_MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
_RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


def test_whoever_signs_in_sees_a_run_and_does_what_is_safe_next(stack: RunningStack) -> None:
    with stack.client() as client:
        begun = client.post(
            "/api/workflows/bank-transfer/trigger", json={"subject": "one"}
        ).raise_for_status()
    run = begun.json()["id"]
    wait_until(
        lambda: stack.run(run)["state"] == "confirm_awaited", "the run to wait for its signal"
    )
    with launch() as browser:
        context = browser.new_context(base_url=stack.url, viewport={"width": 1280, "height": 900})
        context.set_default_timeout(PATIENCE_MS)
        complaints: list[str] = []

        def note(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                complaints.append(message.text)

        context.on("console", note)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        page.goto(stack.sign_in_url())
        page.wait_for_url(f"{stack.url}/")
        page.locator(f'a[href="/runs/{run}"]').first.click()
        expect(page.get_by_role("region", name="Timeline")).to_contain_text("charge")
        explanation = page.locator("#run-explanation")
        explanation.locator("summary").click()
        expect(explanation).to_contain_text("Safe next")
        assert _findings(page) == []
        explanation.get_by_role("button", name="Cancel this run…").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox").fill("We have no more use for it.")
        assert _findings(page) == []
        dialog.get_by_role("button", name="Cancel the run").click()
        expect(page.locator("#run-status")).to_have_attribute("data-status", "cancelled")
        context.close()
    assert stack.run(run)["status"] == "cancelled"
    assert complaints == []


def _findings(page: Page) -> list[str]:
    """What axe finds, which runs past the page's security policy."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    result = page.evaluate(
        f"axe.run(document, {{ runOnly: {json.dumps(_RULES)}, resultTypes: ['violations'] }})"
    )
    return [f"{found['id']}: {found['nodes'][0]['html'][:160]}" for found in result["violations"]]
