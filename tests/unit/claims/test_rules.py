"""What a claim's rules move in the books, by the table of docs/claims.md, amount by amount."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tillroll.claims.rules import (
    DEFAULT_DAYS,
    Book,
    Bounced,
    Moved,
    NotNow,
    Standing,
    State,
    check_days,
    credit,
    dispute,
    is_payment,
    issue,
    pay,
    refund,
    remind_at,
    resolve,
    unpay,
    withdraw,
    write_off,
)

DUE = date(2026, 3, 31)
EUR = Standing("EUR")
# Over 1,000, of which 160 are tax.
ISSUED = issue(EUR, 1000, DUE, tax=160).standing
# 400 of it were paid, and the other 600 given up.
LOST = write_off(pay(ISSUED, "EUR", 400).standing).standing


def entries(moved: Moved) -> list[tuple[Book, Book, int]]:
    """Each posting as what it debits, what it credits, and how much."""
    return [(each.debit, each.credit, each.amount) for each in moved.postings]


def test_a_refusal_is_a_conflict_that_may_pass() -> None:
    assert (NotNow.kind.status, NotNow.kind.may_pass) == (409, True)


def test_a_draft_is_over_nothing() -> None:
    assert Standing("EUR", 0, 0, 0, None, False, False, 0, 0) == EUR
    assert (EUR.open, EUR.is_issued, EUR.is_closed) == (0, False, False)
    assert Moved(EUR) == Moved(EUR, (), 0, ())


def test_what_is_issued_and_its_tax_are_receivable() -> None:
    moved = issue(EUR, 1000, DUE, tax=160)
    assert entries(moved) == [
        (Book.RECEIVABLE, Book.CLAIMED, 840),
        (Book.RECEIVABLE, Book.TAX, 160),
    ]
    assert moved.standing == Standing("EUR", claimed=1000, due_on=DUE, tax=160)


def test_the_least_claim_is_of_one_cent_and_has_no_tax_by_itself() -> None:
    moved = issue(EUR, 1, DUE)
    assert entries(moved) == [(Book.RECEIVABLE, Book.CLAIMED, 1)]
    assert moved.standing.tax == 0


def test_a_withdrawn_draft_is_not_issued() -> None:
    with pytest.raises(NotNow):
        issue(withdraw(EUR).standing, 1000, DUE)


def test_a_cent_paid_makes_it_part_paid() -> None:
    moved = pay(ISSUED, "EUR", 1)
    assert entries(moved) == [(Book.RECEIVED, Book.RECEIVABLE, 1)]
    assert moved.standing.state(DUE) is State.PART_PAID


def test_a_payment_makes_up_first_what_is_short() -> None:
    moved = pay(ISSUED, "EUR", 500, short=200)
    assert entries(moved) == [
        (Book.RECEIVED, Book.RECEIVABLE, 300),
        (Book.RECEIVED, Book.UNAPPLIED, 200),
    ]
    assert (moved.applied, moved.standing.applied) == (300, 300)
    assert pay(ISSUED, "EUR", 200, short=200).applied == 0
    assert pay(ISSUED, "EUR", 100, short=200).applied == 0


def test_the_rest_is_written_off_at_once() -> None:
    moved = write_off(pay(ISSUED, "EUR", 400).standing)
    assert entries(moved) == [(Book.LOST, Book.RECEIVABLE, 600)]
    assert moved.applied == 0
    standing = moved.standing
    assert (standing.open, standing.written_off, standing.applied) == (0, 600, 400)
    assert standing.is_closed
    assert standing.state(date(2027, 1, 1)) is State.WRITTEN_OFF
    with pytest.raises(NotNow):
        write_off(standing)
    with pytest.raises(NotNow):
        write_off(EUR)


def test_a_cent_that_is_given_up_is_written_off_too() -> None:
    assert write_off(pay(ISSUED, "EUR", 999).standing).standing.state(DUE) is State.WRITTEN_OFF


def test_what_is_written_off_again_adds_up() -> None:
    reopened = unpay(LOST, Bounced(("a",), applied=400, recovered=0, kept=0)).standing
    assert (reopened.open, reopened.written_off) == (400, 600)
    assert write_off(reopened).standing.written_off == 1000


def test_what_is_paid_after_all_takes_back_the_loss() -> None:
    moved = pay(LOST, "EUR", 700)
    assert entries(moved) == [
        (Book.RECEIVED, Book.LOST, 600),
        (Book.RECEIVED, Book.UNAPPLIED, 100),
    ]
    assert moved.applied == 600
    assert (moved.standing.applied, moved.standing.written_off) == (1000, 0)
    part = pay(LOST, "EUR", 250)
    assert entries(part) == [(Book.RECEIVED, Book.LOST, 250)]
    assert (part.standing.applied, part.standing.written_off) == (650, 350)


def test_what_is_open_is_paid_before_what_was_lost() -> None:
    reopened = unpay(LOST, Bounced(("a",), applied=400, recovered=0, kept=0)).standing
    moved = pay(reopened, "EUR", 500)
    assert entries(moved) == [
        (Book.RECEIVED, Book.RECEIVABLE, 400),
        (Book.RECEIVED, Book.LOST, 100),
    ]
    assert (moved.standing.applied, moved.standing.written_off) == (500, 500)


def test_what_comes_after_a_withdrawal_is_owed_back() -> None:
    moved = pay(withdraw(ISSUED).standing, "EUR", 100)
    assert entries(moved) == [(Book.RECEIVED, Book.UNAPPLIED, 100)]
    assert moved.applied == 0


def test_a_payment_that_bounces_opens_what_it_paid() -> None:
    moved = unpay(pay(ISSUED, "EUR", 400).standing, Bounced(("a", "b"), 400, 0, kept=0))
    assert (entries(moved), moved.reverses, moved.applied) == ([], ("a", "b"), 400)
    assert moved.standing == ISSUED


def test_what_else_came_pays_in_place_of_what_bounced() -> None:
    # 1,000 came, then 300 which were owed back. The first bounces.
    paid = pay(pay(ISSUED, "EUR", 1000).standing, "EUR", 300).standing
    moved = unpay(paid, Bounced(("a",), applied=1000, recovered=0, kept=300))
    assert entries(moved) == [(Book.UNAPPLIED, Book.RECEIVABLE, 300)]
    assert (moved.applied, moved.standing.applied, moved.standing.open) == (700, 300, 700)


def test_no_more_is_paid_by_what_else_came_than_is_claimed() -> None:
    # 1,000 came, and 1,500 which were owed back.
    paid = pay(pay(ISSUED, "EUR", 1000).standing, "EUR", 1500).standing
    moved = unpay(paid, Bounced(("a",), applied=1000, recovered=0, kept=1500))
    assert entries(moved) == [(Book.UNAPPLIED, Book.RECEIVABLE, 1000)]
    assert (moved.applied, moved.standing) == (0, paid)


def test_a_payment_in_another_currency_bounces_without_the_claim() -> None:
    paid = pay(ISSUED, "EUR", 400).standing
    moved = unpay(paid, Bounced(("a",), applied=0, recovered=0, kept=None))
    assert (entries(moved), moved.reverses, moved.applied) == ([], ("a",), 0)
    assert moved.standing == paid


def test_what_recovered_a_loss_is_lost_again_when_it_bounces() -> None:
    recovered = pay(LOST, "EUR", 600).standing
    moved = unpay(recovered, Bounced(("b",), applied=0, recovered=600, kept=400))
    assert entries(moved) == []
    assert moved.applied == 600
    assert (moved.standing.applied, moved.standing.written_off) == (400, 600)
    assert moved.standing.open == 0


def test_a_part_that_recovered_a_loss_bounces() -> None:
    part = pay(LOST, "EUR", 250).standing
    moved = unpay(part, Bounced(("b",), applied=0, recovered=250, kept=400))
    assert (moved.standing.applied, moved.standing.written_off) == (400, 600)
    assert moved.applied == 250


def test_a_credit_note_may_have_taken_back_what_was_lost() -> None:
    # 600 were recovered, then a credit note over 700 left 300, of which 700 are owed back.
    credited = credit(pay(LOST, "EUR", 600).standing, 700).standing
    assert (credited.applied, credited.written_off) == (300, 0)
    moved = unpay(credited, Bounced(("b",), applied=0, recovered=600, kept=400))
    # The reversal makes 600 a loss again, of which only 300 are still claimed.
    assert entries(moved) == [
        (Book.UNAPPLIED, Book.RECEIVABLE, 300),
        (Book.RECEIVABLE, Book.LOST, 300),
    ]
    assert (moved.standing.applied, moved.standing.written_off) == (0, 300)
    assert moved.applied == 300


def test_what_was_paid_beyond_is_owed_back_when_a_payment_bounces() -> None:
    # 1,000 paid; a credit note over 300 makes 300 owed back; of the paid, 700 bounce, 300 stay.
    credited = credit(pay(pay(ISSUED, "EUR", 700).standing, "EUR", 300).standing, 300).standing
    assert credited.applied == 700
    moved = unpay(credited, Bounced(("a",), applied=300, recovered=0, kept=0))
    assert entries(moved) == [(Book.RECEIVABLE, Book.UNAPPLIED, 400)]
    assert (moved.standing.applied, moved.standing.open, moved.applied) == (0, 700, 700)


def test_nothing_bounces_before_it_is_issued() -> None:
    with pytest.raises(NotNow):
        unpay(EUR, Bounced((), 0, 0, kept=0))


def test_all_that_is_owed_back_can_be_sent_back() -> None:
    for amount in (1, 200):
        moved = refund(ISSUED, "USD", amount, owed_back=200)
        assert entries(moved) == [(Book.UNAPPLIED, Book.RECEIVED, amount)]
        assert moved.postings[0].currency == "USD"
        assert moved.standing == ISSUED
    for amount in (0, 201):
        with pytest.raises(NotNow):
            refund(ISSUED, "EUR", amount, owed_back=200)
    with pytest.raises(NotNow):
        refund(EUR, "EUR", 1, owed_back=200)


def test_a_credit_note_takes_back_its_tax_too() -> None:
    moved = credit(ISSUED, 500, tax=80)
    assert entries(moved) == [
        (Book.CLAIMED, Book.RECEIVABLE, 420),
        (Book.TAX, Book.RECEIVABLE, 80),
    ]
    assert (moved.standing.credited, moved.standing.tax, moved.standing.open) == (500, 80, 500)


def test_credit_notes_take_back_no_more_than_is_left() -> None:
    credited = credit(ISSUED, 400).standing
    assert credit(credited, 1).standing.credited == 401
    assert credit(credited, 600).standing.state(DUE) is State.CREDITED
    for amount in (0, 601):
        with pytest.raises(NotNow):
            credit(credited, amount)
    with pytest.raises(NotNow, match="was not issued"):
        credit(EUR, 1)
    with pytest.raises(NotNow):
        credit(replace(ISSUED, is_withdrawn=True), 1)


def test_a_credit_note_takes_back_the_loss_first() -> None:
    part = credit(LOST, 250)
    assert entries(part) == [
        (Book.CLAIMED, Book.RECEIVABLE, 250),
        (Book.RECEIVABLE, Book.LOST, 250),
    ]
    assert (part.standing.applied, part.standing.written_off) == (400, 350)
    more = credit(LOST, 700)
    assert entries(more) == [
        (Book.CLAIMED, Book.RECEIVABLE, 700),
        (Book.RECEIVABLE, Book.LOST, 600),
        (Book.RECEIVABLE, Book.UNAPPLIED, 100),
    ]
    assert (more.standing.applied, more.standing.written_off) == (300, 0)


def test_a_withdrawal_takes_back_all_of_it() -> None:
    moved = withdraw(credit(pay(ISSUED, "EUR", 100).standing, 250, tax=40).standing)
    assert entries(moved) == [
        (Book.CLAIMED, Book.RECEIVABLE, 630),
        (Book.TAX, Book.RECEIVABLE, 120),
        (Book.RECEIVABLE, Book.UNAPPLIED, 100),
    ]
    standing = moved.standing
    assert (standing.credited, standing.tax, standing.applied) == (1000, 0, 0)
    assert standing.state(DUE) is State.WITHDRAWN
    assert standing.is_closed
    with pytest.raises(NotNow):
        withdraw(standing)


def test_a_dispute_ends_when_it_is_resolved_or_settled() -> None:
    disputed = dispute(ISSUED).standing
    assert disputed == replace(ISSUED, is_disputed=True)
    assert resolve(disputed).standing == ISSUED
    assert pay(disputed, "EUR", 1).standing.is_disputed
    assert not pay(disputed, "EUR", 1000).standing.is_disputed
    assert not write_off(disputed).standing.is_disputed
    with pytest.raises(NotNow):
        dispute(EUR)
    with pytest.raises(NotNow):
        dispute(LOST)


@pytest.mark.parametrize("days", [(1, 15), (1, 15, 15), (15, 1, 29), (0, 15, 29), (1, 2, 3, 4)])
def test_days_that_are_no_plan_are_refused(days: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="Give 3 numbers of days"):
        check_days(days)


def test_by_default_it_is_asked_for_after_a_day_two_weeks_later_and_four() -> None:
    assert DEFAULT_DAYS == (1, 15, 29)


def test_a_reminder_is_due_when_its_day_begins() -> None:
    check_days((1, 2, 3))
    assert remind_at(DUE, 15) == datetime(2026, 4, 15, tzinfo=UTC)


def test_money_pays_a_customers_claim_by_coming_in_and_a_persons_by_going_out() -> None:
    assert is_payment(1, "customer")
    assert not is_payment(-1, "customer")
    assert is_payment(-1, "company")
    assert not is_payment(1, "company")
