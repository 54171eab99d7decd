"""What is owed of an expense, by the one rule: its parts always add up to what was approved."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll.payouts.owed.rules import ClaimedAs, Cover, OwnPaid, Split, Standing, split

_AMOUNTS = st.integers(-(10**9), 10**9)
_COVERS = st.builds(
    Cover, amount=_AMOUNTS, currency=st.sampled_from(["EUR", "USD"]), is_paid=st.booleans()
)
_EXPENSES = st.builds(
    OwnPaid,
    person=st.sampled_from([None, "usr_1", "usr_2"]),
    currency=st.just("EUR"),
    total=_AMOUNTS,
    at_bank=_AMOUNTS,
    covers=st.lists(_COVERS, max_size=4),
    claim=st.none() | st.sampled_from(ClaimedAs),
)


def _whole(parts: Split) -> int:
    return parts.owed + parts.on_its_way + parts.paid + parts.not_reimbursable


@given(st.lists(_EXPENSES, max_size=8))
def test_the_parts_add_up_to_what_was_approved(expenses: list[OwnPaid]) -> None:
    assert sum(_whole(split(each)) for each in expenses) == sum(each.total for each in expenses)


@given(_EXPENSES)
def test_only_what_somebody_is_owed_can_be_paid(expense: OwnPaid) -> None:
    if expense.person is None or expense.claim is not None:
        assert split(expense).owed == 0


@given(_EXPENSES)
def test_paying_what_is_owed_leaves_nothing_owed(expense: OwnPaid) -> None:
    """Asked for, it is on its way; paid, it is paid; and what comes to nothing is owed again."""
    before = split(expense)
    asked = split(
        replace(expense, covers=[*expense.covers, Cover(before.owed, "EUR", is_paid=False)])
    )
    paid = split(
        replace(expense, covers=[*expense.covers, Cover(before.owed, "EUR", is_paid=True)])
    )
    if before.owed:
        assert asked == Split(
            0, before.on_its_way + before.owed, before.paid, before.not_reimbursable
        )
        assert paid == Split(
            0, before.on_its_way, before.paid + before.owed, before.not_reimbursable
        )


@given(_EXPENSES, st.randoms())
def test_the_order_of_payouts_changes_nothing(expense: OwnPaid, random: Random) -> None:
    shuffled = [*expense.covers]
    random.shuffle(shuffled)
    assert split(replace(expense, covers=shuffled)) == split(expense)


@pytest.mark.parametrize(
    ("expense", "parts", "standing"),
    [
        (OwnPaid("usr_1", "EUR", 1000), Split(owed=1000), Standing.OWED),
        (OwnPaid("usr_1", "EUR", 1000, at_bank=400), Split(owed=600, paid=400), Standing.OWED),
        (OwnPaid("usr_1", "EUR", 1000, at_bank=1000), Split(paid=1000), Standing.PAID),
        (OwnPaid(None, "EUR", 1000), Split(not_reimbursable=1000), Standing.NOT_REIMBURSABLE),
        (
            OwnPaid("usr_1", "EUR", 1000, claim=ClaimedAs.OPEN),
            Split(on_its_way=1000),
            Standing.ON_ITS_WAY,
        ),
        (OwnPaid("usr_1", "EUR", 1000, claim=ClaimedAs.PAID), Split(paid=1000), Standing.PAID),
        # Made cheaper after it was paid: the rest is owed back, and less is paid the next time.
        (
            OwnPaid("usr_1", "EUR", 800, covers=[Cover(1000, "EUR", is_paid=True)]),
            Split(-200, 0, 1000),
            Standing.OWED,
        ),
        # Its currency was changed after it was paid.
        (
            OwnPaid("usr_1", "EUR", 800, covers=[Cover(9, "USD", is_paid=True)]),
            Split(paid=800),
            Standing.PAID,
        ),
        # A credit note lessens what somebody gets.
        (OwnPaid("usr_1", "EUR", -250), Split(owed=-250), Standing.OWED),
        (OwnPaid("usr_1", "EUR", 0), Split(), Standing.PAID),
    ],
)
def test_what_is_owed(expense: OwnPaid, parts: Split, standing: Standing) -> None:
    assert (split(expense), split(expense).standing) == (parts, standing)
