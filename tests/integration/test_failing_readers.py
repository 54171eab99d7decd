"""Workers AI and Images on the genuine stack, failing as Cloudflare's pages and its users say that
they do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.drawing import draw_receipt
from tests.support.own_stack import own_stack
from tests.support.patience import PATIENCE_SECONDS
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack

IMPATIENT = Path(__file__).parents[1] / "entries" / "impatient.py"
# A total that the real text does not have: the rest was cut off before it.
CUT = "PINE BOOKS LTD\nDate: 25/02/2026\nTOTAL 12.90"
OUT_OF_NEURONS = "8007: 4006: you have used up your daily free allocation"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with own_stack(tmp_path_factory.mktemp("failing"), main=IMPATIENT) as (stack, _):
        httpx.post(f"{stack.url}/api/test/impatient", timeout=PATIENCE_SECONDS).raise_for_status()
        yield stack


@pytest.fixture(autouse=True)
def no_orders(stack: RunningStack) -> Iterator[None]:
    yield
    stack.ai.clear()


def order_of_images(stack: RunningStack, says: str, code: int | None = None) -> None:
    order = {"says": says} if code is None else {"says": says, "code": str(code)}
    httpx.post(
        f"{stack.url}/api/test/images", params=order, timeout=PATIENCE_SECONDS
    ).raise_for_status()


def read(stack: RunningStack, merchant: str) -> dict[str, Any]:
    """Hand in a receipt over 14.20 and return its run, once that rests."""
    answer = stack.upload(draw_receipt(clear_receipt(merchant, "14.20"))).raise_for_status()
    return stack.wait_for_status(answer.json()["runId"], "complete", "needs_review", "failed")


def retried(stack: RunningStack, run: dict[str, Any]) -> dict[str, Any]:
    stack.operate(run["id"], "retry").raise_for_status()
    return stack.wait_for_status(run["id"], "complete", "needs_review")


def test_a_text_that_was_cut_is_asked_for_again(stack: RunningStack) -> None:
    stack.ai.answer(CUT, "length")
    asked = stack.ai.calls()
    run = read(stack, "CUT ONCE SDN BHD")
    assert (run["status"], run["expense"]["total"]) == ("complete", "14.20")
    assert stack.ai.calls() == asked + 2


def test_a_text_that_was_cut_twice_is_a_persons_and_is_read_anew(stack: RunningStack) -> None:
    stack.ai.answer(CUT, "length", times=2)
    asked = stack.ai.calls()
    run = read(stack, "CUT TWICE SDN BHD")
    assert (run["status"], run["review"]["reasons"], run["expense"]) == (
        "needs_review",
        ["transcript_cut"],
        None,
    )
    assert run["review"]["sentences"] == [
        "Reading stopped before the end of the text: type the values in, or have it read again."
    ]
    assert stack.ai.calls() == asked + 2
    following = stack.ask(f"/api/runs/{run['id']}/read-again").raise_for_status().json()["runId"]
    again = stack.wait_for_status(following, "complete", "needs_review", "failed")
    assert (again["status"], again["expense"]["total"]) == ("complete", "14.20")
    assert stack.ai.calls() == asked + 3


def test_what_is_not_known_to_be_permanent_is_tried_again(stack: RunningStack) -> None:
    stack.ai.lose()
    stack.ai.fail_without_code("error code: 1031")
    for code in (3043, 3046, 8004):
        stack.ai.fail(code)
    run = read(stack, "SIXTH ATTEMPT SDN BHD")
    assert (run["status"], run["steps"][0]["attempts"]) == ("complete", 6)


def test_a_spent_allocation_ends_the_first_attempt(stack: RunningStack) -> None:
    stack.ai.fail_without_code(OUT_OF_NEURONS)
    run = read(stack, "NO NEURONS SDN BHD")
    assert (run["status"], run["state"], run["steps"][0]["attempts"]) == (
        "failed",
        "received_ocr_failed",
        1,
    )
    assert "4006" in run["whatHappened"]
    assert retried(stack, run)["status"] == "complete"


def test_a_lost_connection_to_images_is_tried_again(stack: RunningStack) -> None:
    order_of_images(stack, "Network connection lost.")
    order_of_images(stack, "IMAGES_TRANSFORM_ERROR 9522: the service is too busy", 9522)
    run = read(stack, "THIRD PICTURE SDN BHD")
    assert (run["status"], run["steps"][0]["attempts"]) == ("complete", 3)


def test_used_up_transformations_are_an_operators(stack: RunningStack) -> None:
    order_of_images(
        stack, "IMAGES_TRANSFORM_ERROR 9422: free unique transformations exhausted", 9422
    )
    run = read(stack, "NO TRANSFORMATIONS SDN BHD")
    assert (run["status"], run["state"], run["steps"][0]["attempts"]) == (
        "failed",
        "received_ocr_failed",
        1,
    )
    assert "switch on Images Paid in the Cloudflare dashboard, then retry" in run["whatHappened"]
    assert retried(stack, run)["status"] == "complete"


def test_the_page_is_answered_when_its_picture_may_come(stack: RunningStack) -> None:
    run = read(stack, "SHOWN LATER SDN BHD")
    path = f"/api/receipts/{run['receipt']['id']}/image?width=320"
    order_of_images(stack, "Network connection lost.")
    order_of_images(stack, "IMAGES_TRANSFORM_ERROR 9422: exhausted", 9422)
    order_of_images(stack, "IMAGES_TRANSFORM_ERROR 9412: the file is not an image", 9412)
    with stack.client() as client:
        statuses = [client.get(path).status_code for _ in range(4)]
    assert statuses == [503, 503, 404, 200]


def test_a_picture_that_images_refuses_is_unreadable(stack: RunningStack) -> None:
    order_of_images(stack, "IMAGES_TRANSFORM_ERROR 9412: the file is not an image", 9412)
    run = read(stack, "NO IMAGE SDN BHD")
    assert (run["status"], run["review"]["reasons"]) == ("needs_review", ["unreadable"])
