"""What `make examples` is held to: what was done twice, or is not recorded, is found."""

import json
from collections import Counter
from typing import Any

import httpx
import pytest

from tests.examples.other_side import Effect, OtherSides, Trap
from tests.examples.promises import check_once, check_record
from tests.support.patience import PATIENCE_SECONDS

_PAID = Effect("POST", "payables/bank.example/payments", "run_1:pay", {"invoice": "i1"})
_MAIL = Effect("POST", "leads/mail.example/messages", "run_1:answer", {"to": "ann"})


def _intent(key: str, *, outcome: str | None = "done", sends: int = 1) -> dict[str, Any]:
    when_unknown = "ask" if key == _PAID.key else "send_again"
    step = key.partition(":")[2]
    return {"step": step, "outcome": outcome, "when_unknown": when_unknown, "sends": sends}


def test_what_was_done_once_passes() -> None:
    twice: Counter[str] = Counter()
    check_once([_PAID, _MAIL], {_MAIL.key: _intent(_MAIL.key)}, twice)
    check_record([_PAID], {_PAID.key: _intent(_PAID.key)})
    assert not twice.total()


def test_the_same_under_another_key_is_found() -> None:
    again = Effect(_PAID.method, _PAID.address, "run_1:pay again", _PAID.body)
    with pytest.raises(AssertionError, match="was done 2 times"):
        check_once([_PAID, again], {}, Counter())


@pytest.mark.parametrize("sends", [1, 2])
def test_what_knows_no_key_comes_twice_where_the_record_says_so(sends: int) -> None:
    twice: Counter[str] = Counter()
    intents = {_MAIL.key: _intent(_MAIL.key, sends=sends)}
    if sends == 1:
        with pytest.raises(AssertionError, match="no record says so"):
            check_once([_MAIL, _MAIL], intents, twice)
    else:
        check_once([_MAIL, _MAIL], intents, twice)
        assert twice == {_MAIL.address: 1}


@pytest.mark.parametrize(
    ("effects", "outcome", "says"),
    [
        ([], "done", "nobody has done it"),
        ([_PAID], "refused", "it was done"),
    ],
)
def test_a_record_that_is_not_so_is_found(effects: list[Effect], outcome: str, says: str) -> None:
    with pytest.raises(AssertionError, match=says):
        check_record(effects, {_PAID.key: _intent(_PAID.key, outcome=outcome)})


def test_what_nobody_has_recorded_is_found() -> None:
    with pytest.raises(AssertionError, match="no intent says so"):
        check_record([_PAID], {})


@pytest.mark.parametrize("is_done_first", [False, True])
def test_a_request_that_stands_still_is_done_or_never(is_done_first: bool) -> None:
    trap = Trap(1, is_done_first)
    with OtherSides(seed=1) as side:
        side.aim({"payables": trap})
        with pytest.raises(httpx.TimeoutException):
            _pay(side)
        assert trap.has_come.wait(PATIENCE_SECONDS)
        side.let_go()
        assert len(side.effects) == int(is_done_first)


def test_a_fifth_of_the_requests_goes_wrong_and_each_is_done_once() -> None:
    with OtherSides(seed=1) as side:
        answers = [_status(side) for _ in range(100)]
        found = httpx.get(f"{side.url}/{_PAID.address}/{_PAID.key}")
        assert len(side.effects) == 1
        assert side.repeated[_PAID.key] > 1
        assert 10 <= side.troubles.total() <= 30
        assert {201, 429, 502, 503, None} <= {*answers}
    assert found.json() == json.loads('{"id": "id-1"}')


def _status(side: OtherSides) -> int | None:
    """None: no answer came."""
    try:
        return _pay(side).status_code
    except httpx.TransportError:
        return None


def _pay(side: OtherSides) -> httpx.Response:
    headers = {"idempotency-key": _PAID.key}
    return httpx.post(f"{side.url}/{_PAID.address}", json=_PAID.body, headers=headers, timeout=0.3)
