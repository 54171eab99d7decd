"""Reports as charts: drawn above the table at any width, in light and dark, with a sentence instead
of the picture.
"""

import re

from playwright.sync_api import Browser, Page, expect

from tests.support.running_stack import RunningStack, wait_until

# Colours of a canvas, with how many of its pixels have them; what is transparent is left out.
_COLOURS = """(canvas) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d",
    { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  const counts = {};
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] < 255) continue;
    const colour = `rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`;
    counts[colour] = (counts[colour] ?? 0) + 1;
  }
  return counts;
}"""
_KEYS = """(keys) => keys.map((key) => getComputedStyle(key).color)"""


def spend(stack: RunningStack, day: str, total: str, category: str = "Office") -> None:
    body = {
        "merchant": f"SHOP {day}",
        "date": day,
        "total": total,
        "currency": "EUR",
        "category": category,
    }
    with stack.client() as client:
        answer = client.post("/api/vouchers", json=body | {"reason": "lost"}).raise_for_status()
    stack.wait_for_status(answer.json()["runId"], "complete")


def drawn(page: Page) -> list[int]:
    """How many pixels the chart has in the colour of each of its keys."""
    expect(page.locator(".chart canvas")).to_have_count(1)
    counts = page.locator(".chart canvas").evaluate(_COLOURS)
    return [counts.get(colour, 0) for colour in page.locator(".chart-key").evaluate_all(_KEYS)]


def test_months_stand_beside_those_of_the_year_before(
    browser: Browser, stack: RunningStack
) -> None:
    for day, total in (("2025-01-10", "40.00"), ("2025-03-10", "10.00"), ("2024-01-10", "20.00")):
        spend(stack, day, total)
    spend(stack, "2025-03-11", "30.00", "Travel")
    for width, scheme in ((1280, "light"), (375, "dark")):
        context = browser.new_context(
            base_url=stack.url,
            locale="en-GB",
            viewport={"width": width, "height": 800},
            color_scheme="light" if scheme == "light" else "dark",
        )
        page = context.new_page()
        page.goto(stack.sign_in_url())
        page.wait_for_url(f"{stack.url}/")
        loaded = page.evaluate("performance.getEntriesByType(`resource`).map(({ name }) => name)")
        assert [name for name in loaded if "/built/chart-" in name] == []
        page.goto("/reports?by=month&from=2025-01&to=2025-12")
        chart = page.get_by_role(
            "img", name=re.compile(r"^Totals in EUR by month, January 2025 to March 2025\. ")
        )
        expect(chart).to_have_accessible_name(
            re.compile(r"Highest: January 2025, €40\.00\. Total €80\.00, the year before €20\.00\.")
        )
        this, before = drawn(page)
        # Heights are 40, 0 and 40 against 20.
        assert 3.5 < this / before < 4.5
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        # It takes no focus, and the table beside it has every number.
        assert page.locator(".chart :is(a, button, input, [tabindex])").count() == 0
        expect(page.get_by_role("row", name=re.compile("January 2025"))).to_contain_text("€20.00")
        context.close()


def test_a_chart_follows_the_width_and_the_report(page: Page, stack: RunningStack) -> None:
    spend(stack, "2025-02-10", "40.00")
    spend(stack, "2025-02-11", "10.00", "Travel")
    page.goto("/reports?by=category&from=2025-01&to=2025-12")
    expect(page.get_by_role("img")).to_have_accessible_name(
        "Totals in EUR by category. Highest: Office, €40.00. Total €50.00. The table has every "
        "number."
    )
    [wide] = drawn(page)
    page.set_viewport_size({"width": 375, "height": 700})
    page.wait_for_function("document.querySelector('.chart .uplot').clientWidth < 375")
    # Its size changes before it is drawn anew.
    wait_until(lambda: 0 < drawn(page)[0] < wide, "it to be drawn narrower")
    # One month alone, and none.
    page.goto("/reports?by=month&from=2025-02&to=2025-02")
    expect(page.get_by_role("img")).to_have_accessible_name(
        re.compile(r"^Totals in EUR by month\. Highest: Feb")
    )
    assert drawn(page)[0] > 0
    page.goto("/reports?by=month&from=2020-02&to=2020-02")
    expect(page.get_by_role("heading", name="There is nothing to report")).to_be_visible()
    expect(page.locator(".chart")).to_have_count(0)
