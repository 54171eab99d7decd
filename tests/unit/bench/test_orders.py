"""The hostile side of the orders, and how what came of them is counted."""

from threading import Thread

import httpx
import pytest

from bench.peers.orders.playing import count
from bench.peers.orders.shop_side import UNDELIVERABLE, Books, ShopSide, Trouble
from tests.support.patience import PATIENCE_SECONDS

ORDER = "order-1"
UNDONE = f"order-5{UNDELIVERABLE}"


def post(side: ShopSide, kind: str, *, order: str = ORDER, key: str = "") -> httpx.Response:
    headers = {"idempotency-key": key} if key else {}
    return httpx.post(f"{side.url}/{kind}", json={"order": order}, headers=headers)


def kill_when_asked(side: ShopSide) -> None:
    assert side.asks_to_kill.wait(PATIENCE_SECONDS)
    side.is_killed.set()


@pytest.mark.parametrize(
    ("kind", "keys", "times"),
    [("charges", "kk", 1), ("charges", "kl", 2), ("shipments", "kk", 2), ("mails", "kk", 2)],
)
def test_only_payments_honour_a_key(kind: str, keys: str, times: int) -> None:
    with ShopSide(1, share=0) as side:
        assert [post(side, kind, key=key).status_code for key in keys] == [201, 201]
        assert side.books.done[kind, ORDER] == times


def test_a_shipment_is_found_and_a_mail_is_not() -> None:
    with ShopSide(1, share=0) as side:
        for kind in ("shipments", "mails"):
            post(side, kind)
        found = [httpx.get(f"{side.url}/{kind}/{ORDER}") for kind in ("shipments", "mails")]
    assert [answer.status_code for answer in found] == [200, 404]


def test_a_reference_may_have_signs_that_are_quoted() -> None:
    with ShopSide(1, share=0) as side:
        body = {"order": ORDER, "reference": "run:ship"}
        httpx.post(f"{side.url}/shipments", json=body)
        assert httpx.get(f"{side.url}/shipments/run%3Aship").status_code == 200


def test_what_cannot_be_delivered_is_refused() -> None:
    with ShopSide(1, share=0) as side:
        assert post(side, "shipments", order=UNDONE).status_code == 422
        assert not side.books.done


def test_thirty_of_a_hundred_requests_fail_in_every_way() -> None:
    books = Books(1)
    troubles = [books.trouble(is_write=True) for _ in range(1000)]
    assert 250 < books.failed < 350
    assert {*troubles} == {None, *Trouble}


def test_a_request_whose_answer_is_lost_is_done() -> None:
    with ShopSide(1, share=0) as side:
        side.kills_at = {1}
        Thread(target=kill_when_asked, args=(side,)).start()
        with pytest.raises(httpx.TransportError):
            post(side, "mails")
        assert side.books.done["mails", ORDER] == 1


def test_what_is_missing_and_what_came_twice_is_counted() -> None:
    books = Books(1)
    books.done.update({("charges", ORDER): 2, ("mails", ORDER): 1, ("charges", UNDONE): 1})
    books.reserved.update({ORDER, UNDONE})
    found = count(books, [ORDER, UNDONE, "order-2"], {ORDER, UNDONE}, called=1, seconds=1)
    assert found.doubled == {"charges": 1, "shipments": 0, "mails": 0, "refunds": 0}
    # The parcel of one; of the other the refund, and that its reservation still stands.
    assert (found.missing, found.stopped, found.called) == (3, 1, 1)
