"""Rates on the genuine stack: fetched by the cron, imported by hand, and an expense converted by
them.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.support.drawing import draw_receipt
from tests.support.page_server import PageServer
from tests.support.rates import feed
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until
from tillroll.conversion.rates import newest_publication
from tillroll_command import main as command

# The receipt is of a Saturday.
FRIDAY = date(2026, 2, 13)
FAILURE = '"error":"the answer is 404"'


@pytest.fixture(scope="module")
def pages() -> Iterator[PageServer]:
    with PageServer() as pages:
        yield pages


@pytest.fixture(scope="module")
def fetching(pages: PageServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    stack = RunningStack(
        tmp_path_factory.mktemp("rates"), {"EXCHANGE_RATES_URL": f"{pages.url}/daily.xml"}
    )
    try:
        stack.start()
        yield stack
        print(stack.logs())  # noqa: T201 - pytest shows it where a test fails
    finally:
        stack.stop()


def fetch_again(stack: RunningStack) -> None:
    """A tick that neither waits for the hour nor keeps silent for the day."""
    stack.d1("DELETE FROM reconciler_cursors WHERE name LIKE 'exchange rates:%'")
    stack.fire_cron()


def test_an_expense_is_converted_once_its_rates_are_there(
    fetching: RunningStack, pages: PageServer, tmp_path: Path
) -> None:
    with fetching.client() as client:
        client.patch("/api/account", json={"baseCurrency": "EUR"}).raise_for_status()
    run_id = fetching.upload(
        draw_receipt(clear_receipt("GREEN GARDEN CAFE SDN BHD", "12.90"))
    ).json()["runId"]
    assert fetching.wait_for_status(run_id, "complete", "needs_review")["expense"]["base"] is None

    fetching.fire_cron()
    fetching.fire_cron()
    assert pages.asked == ["/daily.xml"], "one attempt an hour"
    wait_until(lambda: FAILURE in fetching.logs(), "the failure in the log")

    pages.pages["/daily.xml"] = "x" * 2 * 1024 * 1024
    fetch_again(fetching)
    wait_until(
        lambda: "the answer is longer than 1048576 bytes" in fetching.logs(), "the size in the log"
    )

    newest = newest_publication(datetime.now(UTC))
    pages.pages["/daily.xml"] = feed({newest: {"USD": "1.0823", "MYR": "4.7"}})
    fetch_again(fetching)
    assert [
        row["currency"] for row in fetching.d1("SELECT * FROM exchange_rates ORDER BY currency")
    ] == ["MYR", "USD"]
    assert fetching.run(run_id)["expense"]["base"] is None, (
        "the rates of another day are no substitute"
    )

    history = tmp_path / "eurofxref-hist.csv"
    history.write_text(f"Date,USD,MYR,CYP,\n{FRIDAY},1.0870,4.3,N/A,\n", encoding="utf-8")
    assert (
        command.main(
            ["rates", "import", str(history), "--local", "--state", str(fetching.stack.state)]
        )
        == 0
    )
    fetching.fire_cron()

    expense = fetching.run(run_id)["expense"]
    assert (expense["total"], expense["currency"]) == ("12.90", "MYR")
    assert expense["base"] == {
        "currency": "EUR",
        "total": "3.00",
        "tax": None,
        "rate": "0.232558139535",
        "rateDate": "2026-02-13",
        "source": "eurofxref-hist.csv",
    }
    assert len(pages.asked) == 3
