"""The other side that peers are measured against, and how what they lose is counted."""

import threading

import httpx
import pytest

from bench.peers.counting import Losses, Outcome, losses, total
from bench.peers.other_side import Done, Fault, Ledger, OtherSide
from tests.support.patience import PATIENCE_SECONDS

CHARGE = Done("charges", "order")


def post(side: OtherSide, effect: str = "charges", key: str = "k") -> httpx.Response:
    return httpx.post(
        f"{side.url}/{effect}", json={"reference": "order"}, headers={"idempotency-key": key}
    )


def outcome(
    charges: int, notices: int, refunds: int, *, is_ended: bool = True, calls: bool = False
) -> Outcome:
    return Outcome(charges, notices, refunds, is_ended=is_ended, calls_person=calls)


@pytest.mark.parametrize(
    ("knows_keys", "keys", "times"), [(True, "kk", 1), (True, "kl", 2), (False, "kk", 2)]
)
def test_a_key_that_is_known_is_answered_again_and_not_done_again(
    knows_keys: bool, keys: str, times: int
) -> None:
    with OtherSide(knows_keys=knows_keys) as side:
        assert [post(side, key=key).status_code for key in keys] == [200, 200]
        assert side.ledger.done[CHARGE] == times


def test_it_is_looked_up_by_the_reference() -> None:
    with OtherSide(knows_keys=False) as side:
        assert httpx.get(f"{side.url}/charges/order").status_code == httpx.codes.NOT_FOUND
        post(side)
        assert httpx.get(f"{side.url}/charges/order").is_success
        assert httpx.get(f"{side.url}/refunds/order").status_code == httpx.codes.NOT_FOUND


@pytest.mark.parametrize(
    ("fault", "is_done", "kills"),
    [(Fault.LOSE, 1, 0), (Fault.KILL_BEFORE, 0, 1), (Fault.KILL_DONE, 1, 1)],
)
def test_an_answer_is_lost_once(fault: Fault, is_done: int, kills: int) -> None:
    killed: list[int] = []
    with OtherSide(knows_keys=True) as side:
        side.kill = lambda: killed.append(1)
        side.ledger.plan(CHARGE, fault)
        with pytest.raises(httpx.RemoteProtocolError):
            post(side)
        assert (side.ledger.done[CHARGE], len(killed)) == (is_done, kills)
        assert post(side).is_success
        assert side.ledger.done[CHARGE] == 1


def test_who_is_killed_at_the_answer_was_answered() -> None:
    killed = threading.Event()
    with OtherSide(knows_keys=True) as side:
        side.kill = killed.set
        side.ledger.plan(CHARGE, Fault.KILL_ANSWERED)
        assert post(side).is_success
        assert killed.wait(PATIENCE_SECONDS)


def test_what_is_refused_is_not_done() -> None:
    with OtherSide(knows_keys=True) as side:
        side.ledger.plan(CHARGE, Fault.REFUSE_ALWAYS)
        side.ledger.plan(Done("refunds", "order"), Fault.REFUSE)
        refused = [
            post(side, effect).status_code
            for effect in ("charges", "charges", "refunds", "refunds")
        ]
        assert refused == [422, 422, 422, 200]
        assert side.ledger.done == {Done("refunds", "order"): 1}


@pytest.mark.parametrize(
    ("became", "is_to_be_undone", "wrong"),
    [
        (outcome(1, 1, 0), False, Losses()),
        (outcome(2, 1, 0), False, Losses(doubled=1)),
        (outcome(1, 0, 0, is_ended=False), False, Losses(lost=1)),
        (outcome(0, 0, 0), False, Losses(lost=2)),
        (outcome(1, 0, 0, calls=True), False, Losses(called=1)),
        (outcome(1, 0, 1), True, Losses()),
        (outcome(0, 0, 0), True, Losses()),
        (outcome(1, 0, 0), True, Losses(undone=1)),
        (outcome(1, 0, 2), True, Losses(doubled=1)),
        (outcome(1, 0, 0, calls=True), True, Losses(called=1)),
    ],
)
def test_what_is_wrong_with_an_order(became: Outcome, is_to_be_undone: bool, wrong: Losses) -> None:
    assert losses(became, is_to_be_undone=is_to_be_undone) == wrong


def test_all_orders_together() -> None:
    assert total([Losses(1, 2, 3, 4), Losses(1, 1, 1, 1)]) == Losses(2, 3, 4, 5)
    ledger = Ledger(knows_keys=True)
    ledger.do(CHARGE, "k")
    assert Outcome.of(ledger, "order", is_ended=True, calls_person=False) == outcome(1, 0, 0)
