"""What the books must say of a payout, and each way in which they can say something else."""

from dataclasses import replace

import pytest

from tillroll.payouts.payments import (
    Booked,
    Made,
    PaymentStatus,
    RequestedPayment,
    Stand,
    books_of,
    disagreements,
    expected,
)

_ASKED = RequestedPayment("run_1", "EUR", 1290, None, is_open=False)
_MADE = Made("obp_1", "run_1", PaymentStatus.POSTED, currency="EUR", amount=1290)
_HOME, _AWAY, _THERE = Stand.WITH_THE_COMPANY, Stand.ON_ITS_WAY, Stand.ARRIVED


@pytest.mark.parametrize(
    ("statuses", "settled", "ended", "under_way"),
    [
        ([], None, {_HOME}, {_HOME, _AWAY}),
        ([], "posted", {_THERE}, {_AWAY, _THERE}),
        ([], "failed", {_HOME}, {_HOME, _AWAY}),
        (["processing"], None, {_AWAY}, {_AWAY}),
        (["processing"], "posted", {_THERE}, {_AWAY, _THERE}),
        (["posted"], None, {_THERE}, {_AWAY, _THERE}),
        # What the provider says in the end counts, whatever a person believed.
        (["posted"], "failed", {_THERE}, {_AWAY, _THERE}),
        (["failed"], "posted", {_HOME}, {_HOME, _AWAY}),
        (["canceled"], None, {_HOME}, {_HOME, _AWAY}),
        (["returned"], None, {_HOME}, {_HOME, _AWAY, _THERE}),
        # One that failed, and was made again.
        (["failed", "posted"], None, {_THERE}, {_AWAY, _THERE}),
    ],
)
def test_where_the_money_must_be(
    statuses: list[str], settled: str | None, ended: set[Stand], under_way: set[Stand]
) -> None:
    made = [replace(_MADE, status=PaymentStatus(each)) for each in statuses]
    asked = replace(_ASKED, settled=settled and PaymentStatus(settled))
    assert expected(asked, made) == ended
    assert expected(replace(asked, is_open=True), made) == under_way


@pytest.mark.parametrize("stand", list(Stand))
def test_what_is_booked_sums_up_to_nothing(stand: Stand) -> None:
    booked = books_of(stand, 1290)
    assert booked.company + booked.in_transit + booked.owed == 0


@pytest.mark.parametrize(
    ("made", "booked", "says"),
    [
        ([_MADE], books_of(_THERE, 1290), None),
        ([], Booked(), None),
        ([_MADE], Booked(), "the books have the money with the company, and it must be arrived"),
        (
            [_MADE],
            books_of(_AWAY, 1290),
            "the books have the money on its way, and it must be arrived",
        ),
        (
            [_MADE],
            books_of(_THERE, 1289),
            "the books have the money nowhere, and it must be arrived",
        ),
        (
            [_MADE],
            Booked(company=-1290),
            "the books have the money nowhere, and it must be arrived",
        ),
        (
            [],
            books_of(_THERE, 1290),
            "the books have the money arrived, and it must be with the company",
        ),
        (
            [_MADE, replace(_MADE, id="obp_2")],
            books_of(_THERE, 1290),
            "the provider has 2 payments of it",
        ),
        (
            [replace(_MADE, amount=1291)],
            books_of(_THERE, 1290),
            "the provider has a payment of another amount",
        ),
        (
            [replace(_MADE, currency="USD")],
            books_of(_THERE, 1290),
            "the provider has a payment of another amount",
        ),
        (
            [replace(_MADE, status=PaymentStatus.PROCESSING)],
            books_of(_AWAY, 1290),
            "the provider has its payment on its way, and its run has ended",
        ),
    ],
)
def test_what_disagrees_is_said(made: list[Made], booked: Booked, says: str | None) -> None:
    found = disagreements([_ASKED], made, {"run_1": booked})
    assert [each.says for each in found] == ([] if says is None else [says])


def test_a_payment_that_nobody_asked_for_is_said() -> None:
    [found] = disagreements([_ASKED], [replace(_MADE, ours="run_other")], {})
    assert (found.run_id, found.says) == (
        "run_other",
        "the provider has a payment that nobody asked for",
    )
