"""The list of a hundred thousand expenses in the browser:
`python -m bench.long_list [--state DIR] [--write]`.

A stack of its own, whose D1 is filled while it stands still, with the rows that the product's
triggers would write. Each act is timed from what the person does to what the page then shows, on a
warm Worker.
"""

import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.sync_api import Locator, Page, expect

from bench.finding import ACCOUNT, fill
from bench.report import parser, publish, table
from tests.support.browser import launch
from tests.support.running_stack import RunningStack
from tillroll.identity.authentication import secret_hash
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.host.sqlite import SqliteDatabase

_TOKEN: Final = "till_long_list"  # noqa: S105 - of a database that is thrown away
_PATIENCE_MS: Final = 60_000
_NEXT_PAGE: Final = "the next page, at the end of the list"
_TICK: Final = """
async (box) => {
  const began = performance.now();
  document.querySelector(box).click();
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  return performance.now() - began;
}
"""
_OWNER: Final = """
    INSERT INTO users (id, account_id, name, is_operator, created_at)
      VALUES ('usr_1', '{account}', 'Ann', 0, '2026-01-01T00:00:00.000Z');
    INSERT INTO user_roles (user_id, role) VALUES ('usr_1', 'owner');
    INSERT INTO tokens (id, user_id, hash, name, created_at)
      VALUES ('tok_bench', 'usr_1', '{hash}', 'bench', '2026-01-01T00:00:00.000Z');
"""


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--expenses", type=int, default=100_000)
    asked.add_argument(
        "--state", type=Path, help="a folder where the filled database is kept, and used again"
    )
    asked.add_argument("--repeats", type=int, default=5)
    asked.add_argument(
        "--pages", type=int, default=100, help="how many more are shown at the end of the list"
    )
    arguments = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="tillroll-bench-") as folder:
        stack = _filled_stack(arguments.state or Path(folder), arguments.expenses)
        try:
            figures, sizes = _in_the_browser(stack, arguments.repeats, arguments.pages)
        finally:
            stack.stop()
    acts = [
        [name, f"{statistics.median(times):.0f}", f"{max(times):.0f}"]
        for name, times in figures.items()
    ]
    loads = [[name, f"{elements:,}"] for name, elements in sizes.items()]
    text = "\n\n".join(
        [
            table([f"of {arguments.expenses:,} expenses", "median (ms)", "worst (ms)"], acts),
            table(["shown", "elements of the page"], loads),
        ]
    )
    said = "first rows in the median {:.0f} ms, the next page {:.0f} ms".format(
        *(
            statistics.median(figures[name])
            for name in ("the page is opened: first rows", _NEXT_PAGE)
        )
    )
    publish("long_list", said, {"ms": figures, "elements": sizes}, text, write=arguments.write)


def _filled_stack(state: Path, expenses: int) -> RunningStack:
    stack = RunningStack(state)
    stack.token = _TOKEN
    is_filled = any(state.rglob("*.sqlite"))
    stack.start()
    if is_filled:
        return stack
    stack.stop()
    for path in state.rglob("*.sqlite"):
        database = SqliteDatabase(str(path))
        if _has_expenses(database):
            asyncio.run(fill(database, expenses, seed=1))
        database.close()
    stack.start()
    stack.d1(_OWNER.format(account=ACCOUNT, hash=secret_hash(_TOKEN)))
    return stack


def _has_expenses(database: SqliteDatabase) -> bool:
    found = statement("SELECT 1 AS there FROM sqlite_master WHERE name = 'expense_finds'")
    return asyncio.run(database.first(found)) is not None


def _in_the_browser(
    stack: RunningStack, repeats: int, pages: int
) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Milliseconds by act, and elements of the page by what is shown."""
    expect.set_options(timeout=_PATIENCE_MS)
    figures: dict[str, list[float]] = {}
    sizes: dict[str, int] = {}
    with launch() as browser:
        context = browser.new_context(
            base_url=stack.url, locale="en-GB", viewport={"width": 1280, "height": 800}
        )
        context.set_default_timeout(_PATIENCE_MS)
        page = context.new_page()
        page.goto(stack.sign_in_url())
        page.wait_for_url(f"{stack.url}/")
        page.goto("/expenses")  # warms the Worker
        expect(_rows(page).first).to_be_visible()
        for _ in range(repeats):
            for name, act in _ACTS.items():
                figures.setdefault(name, []).append(_timed(page, act))
        page.goto("/expenses")
        expect(_rows(page)).not_to_have_count(0)
        sizes["the first page"] = _elements(page)
        figures[_NEXT_PAGE] = _scroll(page, pages)
        sizes[f"{pages} pages more"] = _elements(page)
        boxes = {
            "one of them is ticked": ".found-body input",
            "all of them are ticked": ".found-head input",
        }
        for name, box in boxes.items():
            figures[name] = [_tick(page, box) for _ in range(repeats)]
        context.close()
    return figures, sizes


def _rows(page: Page) -> Locator:
    table = page.get_by_role("table", name="Expenses")
    return table.get_by_role("row").filter(has=page.get_by_role("cell"))


def _timed(page: Page, act: Callable[[Page], None]) -> float:
    began = time.monotonic()
    act(page)
    return (time.monotonic() - began) * 1_000


def _open(page: Page) -> None:
    page.goto("/expenses", wait_until="commit")
    expect(_rows(page).first).to_be_visible()


def _totals(page: Page) -> None:
    expect(page.get_by_text(re.compile(r"^[\d,]+ expenses$"))).to_be_visible()


def _answered(page: Page, act: Callable[[], None]) -> None:
    """Do it, and wait until the rows that it asks for stand there."""
    with page.expect_response(re.compile(r"/api/expenses\?")):
        act()
    expect(page.get_by_role("table", name="Expenses")).to_have_attribute("aria-busy", "false")


def _search(page: Page) -> None:
    _answered(page, lambda: page.get_by_role("combobox", name="Search").fill("merchant1 total"))


def _order(page: Page) -> None:
    _answered(page, page.get_by_role("button", name="Amount").click)


def _month(page: Page) -> None:
    page.goto("/expenses?from=2022-03&to=2022-03", wait_until="commit")
    expect(_rows(page).first).to_be_visible()


def _category(page: Page) -> None:
    page.goto("/expenses?category=Hotel&min=50&max=60", wait_until="commit")
    expect(_rows(page).first).to_be_visible()


def _report(page: Page) -> None:
    page.goto("/reports?by=category&from=2020-01&to=2026-12", wait_until="commit")
    expect(page.get_by_role("row").nth(3)).to_be_visible()


def _merchants(page: Page) -> None:
    page.goto("/reports?by=merchant&from=2022-03&to=2022-03", wait_until="commit")
    expect(page.get_by_role("row").nth(3)).to_be_visible()


_ACTS: Final[dict[str, Callable[[Page], None]]] = {
    "the page is opened: first rows": _open,
    "and its totals, after the rows": _totals,
    "a search is typed (with the pause of 250 ms)": _search,
    "its order is changed to the largest total": _order,
    "one month": _month,
    "a category and a range of amounts": _category,
    "a report by category, of all years": _report,
    "a report by merchant, of one month": _merchants,
}


def _scroll(page: Page, pages: int) -> list[float]:
    times: list[float] = []
    for _ in range(pages):
        # Only rows near what is seen are drawn: a page more makes the list longer.
        height = int(page.evaluate("document.documentElement.scrollHeight"))
        began = time.monotonic()
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        page.wait_for_function(
            "before => document.documentElement.scrollHeight > before", arg=height
        )
        times.append((time.monotonic() - began) * 1_000)
    return times


def _tick(page: Page, box: str) -> float:
    """Milliseconds from a click to the frame in which it shows, as the page itself counts them."""
    return float(page.evaluate(_TICK, box))


def _elements(page: Page) -> int:
    return int(page.evaluate("document.getElementsByTagName('*').length"))


if __name__ == "__main__":
    main()
