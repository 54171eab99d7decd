"""A claim and its payments against a plain model that counts money in one list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tillroll.claims.rules import (
    Book,
    Bounced,
    Moved,
    NotNow,
    Posting,
    Standing,
    State,
    credit,
    dispute,
    issue,
    pay,
    refund,
    resolve,
    unpay,
    withdraw,
    write_off,
)

DUE = date(2026, 3, 31)
EUR = Standing("EUR")
ISSUED = issue(EUR, 1000, DUE).standing
_AMOUNTS = st.integers(1, 1500)


def test_a_claim_is_called_by_what_holds_on_the_day() -> None:
    assert EUR.state(DUE) is State.DRAFT
    assert ISSUED.state(DUE) is State.ISSUED
    assert ISSUED.state(DUE + timedelta(days=1)) is State.OVERDUE
    part = pay(ISSUED, "EUR", 400).standing
    assert (part.state(DUE), part.open) == (State.PART_PAID, 600)
    assert part.state(DUE + timedelta(days=1)) is State.OVERDUE
    assert dispute(part).standing.state(DUE) is State.DISPUTED
    assert pay(part, "EUR", 600).standing.state(DUE + timedelta(days=99)) is State.PAID
    assert withdraw(part).standing.state(DUE) is State.WITHDRAWN
    assert credit(ISSUED, 1000).standing.state(DUE) is State.CREDITED


def test_what_exceeds_what_is_open_is_owed_back() -> None:
    moved = pay(ISSUED, "EUR", 1200)
    assert (moved.applied, moved.standing.open) == (1000, 0)
    assert [(each.credit, each.amount) for each in moved.postings] == [
        (Book.RECEIVABLE, 1000),
        (Book.UNAPPLIED, 200),
    ]
    late = pay(moved.standing, "EUR", 50)
    assert (late.applied, [each.credit for each in late.postings]) == (0, [Book.UNAPPLIED])


def test_another_currency_pays_nothing_of_it() -> None:
    moved = pay(ISSUED, "USD", 1000)
    assert (moved.applied, moved.standing) == (0, ISSUED)
    assert [(each.debit, each.credit, each.currency) for each in moved.postings] == [
        (Book.RECEIVED, Book.UNAPPLIED, "USD")
    ]


def test_a_credit_note_over_what_was_paid_makes_it_owed_back() -> None:
    paid = pay(ISSUED, "EUR", 1000).standing
    moved = credit(paid, 300)
    assert (moved.standing.applied, moved.standing.open, moved.standing.state(DUE)) == (
        700,
        0,
        State.PAID,
    )
    assert [(each.debit, each.credit, each.amount) for each in moved.postings] == [
        (Book.CLAIMED, Book.RECEIVABLE, 300),
        (Book.RECEIVABLE, Book.UNAPPLIED, 300),
    ]


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(NotNow):
        issue(ISSUED, 1, DUE)
    for claimed in (0, -5):
        with pytest.raises(NotNow):
            issue(EUR, claimed, DUE)
    for amount in (0, -1):
        with pytest.raises(NotNow):
            pay(ISSUED, "EUR", amount)
    with pytest.raises(NotNow):
        pay(EUR, "EUR", 1)
    with pytest.raises(NotNow):
        credit(ISSUED, 1001)
    with pytest.raises(NotNow):
        withdraw(pay(ISSUED, "EUR", 1000).standing)
    with pytest.raises(NotNow):
        dispute(dispute(ISSUED).standing)
    with pytest.raises(NotNow):
        resolve(ISSUED)


def test_a_draft_is_withdrawn_without_a_trace_in_the_books() -> None:
    moved = withdraw(EUR)
    assert (moved.standing.state(DUE), moved.postings) == (State.WITHDRAWN, ())


@dataclass
class Plain:
    """What a person would keep on paper."""

    claimed: int = 0
    credited: int = 0
    came: int = 0
    foreign: int = 0
    payments: list[tuple[int, tuple[Posting, ...]]] = field(
        default_factory=list[tuple[int, tuple[Posting, ...]]]
    )
    is_issued: bool = False
    is_withdrawn: bool = False

    @property
    def left(self) -> int:
        return self.claimed - self.credited


class ClaimAndPayments(RuleBasedStateMachine):
    """Any order of what happens: the standing says what the paper says, and the books balance with
    both.
    """

    def __init__(self) -> None:
        super().__init__()
        self.standing = EUR
        self.plain = Plain()
        self.held: dict[tuple[Book, str], int] = {}

    @rule(claimed=_AMOUNTS)
    def is_issued(self, claimed: int) -> None:
        may = not self.plain.is_issued and not self.plain.is_withdrawn
        if self._act(may, lambda: issue(self.standing, claimed, DUE)):
            self.plain.claimed, self.plain.is_issued = claimed, True

    @rule(amount=_AMOUNTS, is_foreign=st.booleans())
    def is_paid(self, amount: int, is_foreign: bool) -> None:
        currency = "USD" if is_foreign else "EUR"
        short = max(0, self.standing.applied - self.plain.came)
        if moved := self._act(
            self.plain.is_issued, lambda: pay(self.standing, currency, amount, short)
        ):
            self.plain.came += 0 if is_foreign else amount
            if not is_foreign:
                self.plain.payments.append((amount, moved.postings))
            self.plain.foreign += amount if is_foreign else 0

    @rule(amount=_AMOUNTS)
    def is_credited(self, amount: int) -> None:
        may = self.plain.is_issued and not self.plain.is_withdrawn and amount <= self.plain.left
        if self._act(may, lambda: credit(self.standing, amount)):
            self.plain.credited += amount

    @rule(which=st.integers(0, 3))
    def bounces(self, which: int) -> None:
        """A payment is taken back: its transfers are reversed, as the ledger does it."""
        if which >= len(self.plain.payments):
            return
        amount, postings = self.plain.payments.pop(which)
        by_book = {
            book: sum(each.amount for each in postings if each.credit is book) for book in Book
        }
        kept = self.plain.came - amount
        bounced = Bounced(("a",), by_book[Book.RECEIVABLE], by_book[Book.LOST], kept)
        back = [Posting(each.credit, each.debit, each.currency, each.amount) for each in postings]
        assert self._act(True, lambda: unpay(self.standing, bounced), back)
        self.plain.came = kept

    @rule()
    def is_written_off(self) -> None:
        self._act(
            self.standing.is_issued and not self.standing.is_closed,
            lambda: write_off(self.standing),
        )
        assert not self.standing.is_issued or self.standing.is_closed

    @rule(amount=_AMOUNTS)
    def is_sent_back(self, amount: int) -> None:
        owed = self.plain.came - self.standing.applied
        may = self.plain.is_issued and amount <= owed
        if self._act(may, lambda: refund(self.standing, "EUR", amount, owed)):
            self.plain.came -= amount

    @rule()
    def is_withdrawn(self) -> None:
        if self._act(not self.standing.is_closed, lambda: withdraw(self.standing)):
            self.plain.credited, self.plain.is_withdrawn = self.plain.claimed, True

    @rule()
    def is_disputed(self) -> None:
        may = (
            self.standing.is_issued
            and not self.standing.is_closed
            and not self.standing.is_disputed
        )
        self._act(may, lambda: dispute(self.standing))

    @rule()
    def is_resolved(self) -> None:
        self._act(self.standing.is_disputed, lambda: resolve(self.standing))

    def _act(
        self, may: bool, act: Callable[[], Moved], before: Sequence[Posting] = ()
    ) -> Moved | None:
        if not may:
            with pytest.raises(NotNow):
                act()
            return None
        moved = act()
        self.standing = moved.standing
        for each in (*before, *moved.postings):
            assert each.amount > 0
            for book, sign in ((each.debit, 1), (each.credit, -1)):
                self.held[book, each.currency] = (
                    self.held.get((book, each.currency), 0) + sign * each.amount
                )
        return moved

    def _holds(self, book: Book, currency: str = "EUR") -> int:
        return self.held.get((book, currency), 0)

    @invariant()
    def money_is_conserved(self) -> None:
        plain, standing = self.plain, self.standing
        belongs = max(0, min(plain.came, plain.left))
        # What came belongs to the claim as far as that goes, but for what came when less was
        # claimed: that stays owed.
        assert 0 <= standing.applied <= belongs
        assert (standing.claimed, standing.credited) == (plain.claimed, plain.credited)
        assert standing.open >= 0
        assert self._holds(Book.RECEIVABLE) == standing.open
        assert -self._holds(Book.CLAIMED) == plain.left
        assert self._holds(Book.LOST) == standing.written_off >= 0
        assert self._holds(Book.RECEIVED) == plain.came
        assert -self._holds(Book.UNAPPLIED) == plain.came - standing.applied
        assert (
            -self._holds(Book.UNAPPLIED, "USD")
            == self._holds(Book.RECEIVED, "USD")
            == plain.foreign
        )
        assert sum(self.held.values()) == 0

    @invariant()
    def what_is_settled_is_not_disputed(self) -> None:
        assert not (self.standing.is_closed and self.standing.is_disputed)


TestClaimAndPayments = ClaimAndPayments.TestCase
