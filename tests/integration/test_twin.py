"""The JavaScript twin, by which bench/speed.py measures, does the product's work: for the same receipts it writes the
same rows and objects."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.client import Client
from bench.worker import ACCOUNT, BenchWorker
from bench.written import differences, written
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack

pytestmark = [pytest.mark.essential, pytest.mark.long]

_RECEIPTS = [
    draw_receipt(clear_receipt(shop, total))
    for shop, total in (
        ("TWIN BAKERY SDN BHD", "12.90"),
        ("TWIN HARDWARE SDN BHD", "7.35"),
        ("TWIN MART SDN BHD", "20.20"),
    )
]


@pytest.fixture
def twin(stack: RunningStack, tmp_path: Path) -> Iterator[BenchWorker]:
    """The twin, which asks the stack's AI server."""
    ai = stack.stack.ai_url.removeprefix("http://")
    with BenchWorker("the twin", "bench/twin/index.js", tmp_path, ai) as worker:
        worker.start()
        worker.wait()
        yield worker


def test_the_twin_writes_what_the_product_writes(stack: RunningStack, twin: BenchWorker) -> None:
    own, client = stack.with_own_account(), Client(twin)
    for photo in _RECEIPTS:
        client.submit(photo)
        run = own.wait_for_status(own.upload(photo, "photo.jpg").json()["runId"], "complete", "needs_review", "failed")
        assert run["status"] == "complete", run["status"]
    client.close()

    python, javascript = written(stack.stack.state, own.account_id()), written(twin.state, ACCOUNT)

    assert [len(side.rows["expenses"]) for side in (python, javascript)] == [len(_RECEIPTS)] * 2
    differing = differences(python, javascript)
    assert not differing, "\n".join(differing)
