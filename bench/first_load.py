"""How soon a page shows something and can be used, on a slow connection:
`python -m bench.first_load [--write]`.

A stack of its own with some expenses, and the browser with an emulated slow 4G: 150 ms for each
request, 1.6 Mbit/s. Each view is opened by its address with an empty cache, then again. It is
usable when it shows what the API answered.
"""

import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser

from bench.measuring import median
from bench.report import parser, publish, table
from tests.support.browser import launch
from tests.support.page_loads import SLOW_4G, PageLoad, load
from tests.support.running_stack import RunningStack

_SHOP: Final = "RIVERSIDE BAKERY"
_LAST_FILE: Final = "/built/bank-"
# What the view shows once the API has answered.
_VIEWS: Final = {
    "/": _SHOP,
    "/expenses": _SHOP,
    "/reports": "€",
    "/claims": "Nothing is billed yet",
    "/bank": "There is no bank account yet",
    "/settings": "Company name",
}


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--repeats", type=int, default=9)
    asked.add_argument("--expenses", type=int, default=20)
    arguments = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="tillroll-bench-") as folder:
        stack = RunningStack(Path(folder))
        stack.start()
        try:
            _spend(stack, arguments.expenses)
            with launch() as browser:
                visits = {view: _visits(browser, stack, view, arguments.repeats) for view in _VIEWS}
        finally:
            stack.stop()
    rows = [
        _row(view, visit, loads) for view, each in visits.items() for visit, loads in each.items()
    ]
    header = [
        "view",
        "visit",
        "requests",
        "of these data",
        "kB",
        "first paint (s)",
        "usable (s)",
        "usable, worst (s)",
    ]
    results = {
        view: {visit: _figures(loads) for visit, loads in each.items()}
        for view, each in visits.items()
    }
    inbox = results["/"]["first"]
    said = f"/ in {inbox['requests']:.0f} requests, usable in {inbox['usable_ms'] / 1000:.2f} s"
    publish("first_load", said, results, table(header, rows), write=arguments.write)


def _spend(stack: RunningStack, expenses: int) -> None:
    with stack.client() as client:
        for number in range(expenses):
            body = {
                "merchant": _SHOP,
                "date": "2026-02-14",
                "total": f"{number + 1}.20",
                "currency": "EUR",
            }
            answer = client.post(
                "/api/vouchers", json=body | {"category": "Office", "reason": "lost"}
            )
            stack.wait_for_status(answer.raise_for_status().json()["runId"], "complete")


def _visits(
    browser: Browser, stack: RunningStack, view: str, repeats: int
) -> dict[str, list[PageLoad]]:
    loads: dict[str, list[PageLoad]] = {"first": [], "second": []}
    for _ in range(repeats):
        context = browser.new_context(
            base_url=stack.url, locale="en-GB", viewport={"width": 1280, "height": 800}
        )
        page = context.new_page()
        page.goto(stack.sign_in_url())
        page.wait_for_url(f"{stack.url}/")
        page.close()
        loads["first"].append(load(context, view, _VIEWS[view], forgets=True, emulated=SLOW_4G))
        load(context, view, _VIEWS[view], until=_LAST_FILE)
        loads["second"].append(load(context, view, _VIEWS[view], emulated=SLOW_4G))
        context.close()
    return loads


def _figures(loads: list[PageLoad]) -> dict[str, Any]:
    sent = [[request for request in each.first if not request.is_cached] for each in loads]
    return {
        "requests": median([len(each) for each in sent]),
        "data": median([sum(request.is_data for request in each) for each in sent]),
        "bytes": median([each.size for each in loads]),
        "paint_ms": median([each.paint_ms for each in loads]),
        "usable_ms": median([each.usable_ms for each in loads]),
        "worst_ms": max(each.usable_ms for each in loads),
    }


def _row(view: str, visit: str, loads: list[PageLoad]) -> list[str]:
    found = _figures(loads)
    times = [f"{found[name] / 1000:.2f}" for name in ("paint_ms", "usable_ms", "worst_ms")]
    counts = [f"{found['requests']:.0f}", f"{found['data']:.0f}", f"{found['bytes'] / 1000:.0f}"]
    return [f"`{view}`", visit, *counts, *times]


if __name__ == "__main__":
    main()
