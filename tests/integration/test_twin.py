"""The JavaScript twin and the floor, by which bench/speed.py measures, do the product's work: for
the same receipts they write the same rows and objects.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.client import Client
from bench.worker import ACCOUNT, TWIN, BenchWorker, lay_floor
from bench.written import differences, written
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack

pytestmark = pytest.mark.long

_RECEIPTS = [
    draw_receipt(clear_receipt(shop, total))
    for shop, total in (
        ("TWIN BAKERY SDN BHD", "12.90"),
        ("TWIN HARDWARE SDN BHD", "7.35"),
        ("TWIN MART SDN BHD", "20.20"),
    )
]


@pytest.fixture(params=["twin", "floor"])
def other(
    request: pytest.FixtureRequest, stack: RunningStack, tmp_path: Path
) -> Iterator[BenchWorker]:
    """The twin or the floor, which ask the stack's AI server."""
    ai = stack.stack.ai_url.removeprefix("http://")
    main = TWIN if request.param == "twin" else lay_floor()
    with BenchWorker(request.param, main, tmp_path, ai) as worker:
        worker.start()
        worker.wait()
        yield worker


def test_the_same_is_written(stack: RunningStack, other: BenchWorker) -> None:
    own, client = stack.with_own_account(), Client(other)
    for photo in _RECEIPTS:
        client.submit(photo)
        run = own.wait_for_status(
            own.upload(photo, "photo.jpg").json()["runId"], "complete", "needs_review", "failed"
        )
        assert run["status"] == "complete", run["status"]
    client.close()

    ours, others = written(stack.stack.state, own.account_id()), written(other.state, ACCOUNT)

    assert [len(side.rows["expenses"]) for side in (ours, others)] == [len(_RECEIPTS)] * 2
    differing = differences(ours, others)
    assert not differing, "\n".join(differing)
