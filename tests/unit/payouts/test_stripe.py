"""The client of outbound payments, against the local counterpart and against answers that mean
nothing.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from local.payments.counterpart import Counterpart, Fault, FaultKind
from tillroll.payouts.payments import (
    Payment,
    PaymentDenied,
    PaymentRefused,
    PaymentStatus,
    PaymentUncertain,
)
from tillroll.payouts.providers import Stripe
from tillroll.payouts.settings import PaymentSettings
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed

SETTINGS = PaymentSettings("sk_local", "fa_local", "acc_first", "https://pay.test")
PAYMENT = Payment("run_1", "acct_ann", "usba_ann", "EUR", 1290, "Trip")
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


class Line:
    """`Http` to a counterpart, or to what answers as it is told."""

    def __init__(self, provider: Counterpart, answer: HttpAnswer | None = None) -> None:
        self.provider = provider
        self.answer = answer

    async def get(
        self,
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        del timeout_seconds, max_bytes
        answered = self.provider.get(url.removeprefix("https://pay.test"), headers or {})
        return self.answer or HttpAnswer(answered.status, json.dumps(answered.body))

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        del timeout_seconds
        answered = self.provider.post(url.removeprefix("https://pay.test"), headers, body)
        if answered.is_lost:
            raise HttpFailed("no answer")
        return self.answer or HttpAnswer(answered.status, json.dumps(answered.body))

    async def put(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        return await self.post(url, headers, body, timeout_seconds)

    async def patch(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        return await self.post(url, headers, body, timeout_seconds)

    async def delete(
        self, url: str, headers: Mapping[str, str], timeout_seconds: float, **_limits: int
    ) -> HttpAnswer:
        raise NotImplementedError


def stripe(provider: Counterpart, answer: HttpAnswer | None = None) -> Stripe:
    return Stripe(Line(provider, answer), SETTINGS)


async def test_a_payment_is_made_once_under_its_key_and_found_by_both_ids() -> None:
    provider = Counterpart("sk_local", lambda: NOW)
    paid = await stripe(provider).pay(PAYMENT, "key")
    assert (paid.ours, paid.status) == ("run_1", PaymentStatus.PROCESSING)
    assert await stripe(provider).pay(PAYMENT, "key") == paid
    assert await stripe(provider).find(paid.id) == paid
    assert await stripe(provider).find_ours(PAYMENT, NOW) == paid
    assert await stripe(provider).find("obp_other") is None
    [kept] = provider.payments
    assert kept.request["from"] == {"financial_account": "fa_local", "currency": "eur"}
    assert kept.request["amount"] == {"value": 1290, "currency": "eur"}


async def test_a_list_is_followed_over_its_pages_and_from_when_it_was_asked() -> None:
    provider = Counterpart("sk_local", lambda: NOW)
    paid = await stripe(provider).pay(PAYMENT, "key")
    for number in range(60):
        other = Payment(f"run_other_{number}", "acct_ann", "usba_ann", "EUR", 1, "Other")
        await stripe(provider).pay(other, f"other {number}")
    assert await stripe(provider).find_ours(PAYMENT, NOW) == paid
    assert await stripe(provider).find_ours(PAYMENT, NOW + timedelta(days=31)) is None


@pytest.mark.parametrize("ahead", [timedelta(days=-20), timedelta(0), timedelta(days=20)], ids=str)
async def test_a_payment_is_found_behind_hundreds_of_others_and_whatever_our_clock_says(
    ahead: timedelta,
) -> None:
    provider = Counterpart("sk_local", lambda: NOW)
    paid = await stripe(provider).pay(PAYMENT, "key")
    for number in range(400):
        await stripe(provider).pay(
            Payment(f"run_{number + 2}", "acct_ann", "m", "EUR", 1, "Other"), f"key {number}"
        )
    assert await stripe(provider).find_ours(PAYMENT, NOW + ahead) == paid


async def test_a_list_that_is_too_long_says_nothing() -> None:
    provider = Counterpart("sk_local", lambda: NOW)
    for number in range(1010):
        await stripe(provider).pay(
            Payment(f"run_{number + 2}", "acct_ann", "m", "EUR", 1, "Other"), f"key {number}"
        )
    with pytest.raises(PaymentUncertain, match="too often"):
        await stripe(provider).find_ours(PAYMENT, NOW)


async def test_what_is_on_its_way_is_called_back_and_what_has_arrived_is_not() -> None:
    provider = Counterpart("sk_local", lambda: NOW)
    paid = await stripe(provider).pay(PAYMENT, "key")
    assert (await stripe(provider).cancel(paid.id, "back")).status is PaymentStatus.CANCELED
    assert (await stripe(provider).cancel(paid.id, "back")).status is PaymentStatus.CANCELED
    second = await stripe(provider).pay(
        Payment("run_2", "acct_ann", "m", "EUR", 1, "Other"), "second"
    )
    provider.settle()
    with pytest.raises(PaymentRefused, match="not_cancelable"):
        await stripe(provider).cancel(second.id, "back too")


async def test_why_it_came_back_is_read() -> None:
    provider = Counterpart("sk_local", lambda: NOW, faults=[Fault("returned")])
    paid = await stripe(provider).pay(PAYMENT, "key")
    provider.settle()
    seen = await stripe(provider).find(paid.id)
    assert seen is not None
    assert (seen.status, seen.reason) == (PaymentStatus.RETURNED, "no_account")
    assert seen.status.brings_back


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("refused", PaymentRefused),
        ("denied", PaymentDenied),
        ("down", PaymentUncertain),
        ("lost_before", PaymentUncertain),
        ("lost_after", PaymentUncertain),
    ],
)
async def test_each_failure_means_what_it_is(fault: FaultKind, error: type[Exception]) -> None:
    provider = Counterpart("sk_local", lambda: NOW, faults=[Fault(fault)])
    with pytest.raises(error):
        await stripe(provider).pay(PAYMENT, "key")
    assert len(provider.payments) == (1 if fault == "lost_after" else 0)


@pytest.mark.parametrize(
    "answer",
    [
        HttpAnswer(200, "<html>"),
        HttpAnswer(200, "[]"),
        HttpAnswer(200, '{"id": "obp_1", "status": "unheard-of"}'),
        HttpAnswer(200, '{"id": "", "status": "posted"}'),
        HttpAnswer(429, "{}"),
        HttpAnswer(502, "down"),
        HttpAnswer(302, ""),
        HttpAnswer(400, '{"error": {"code": "idempotency_error", "message": "x"}}'),
    ],
)
async def test_what_means_nothing_leaves_the_outcome_open(answer: HttpAnswer) -> None:
    with pytest.raises(PaymentUncertain):
        await stripe(Counterpart("sk_local", lambda: NOW), answer).pay(PAYMENT, "key")


async def test_nothing_of_an_error_but_its_code_is_repeated() -> None:
    answer = HttpAnswer(
        400, '{"error": {"code": "parameter_invalid", "message": "DE89 3704 of Ann"}}'
    )
    with pytest.raises(PaymentRefused) as refused:
        await stripe(Counterpart("sk_local"), answer).pay(PAYMENT, "key")
    assert str(refused.value) == "the payment provider answered 400 parameter_invalid"
