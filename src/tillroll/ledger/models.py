"""JSON of the ledger. All amounts are whole minor units of the currency."""

from typing import Literal

from tillroll.api.shapes import Model
from tillroll.ledger.repository import Balance, Entry, Told
from tillroll.ledger.transfers import Account


class LedgerAccount(Model):
    """`normal_side` is what raises the balance, debit or credit; `least_available` is the limit, null for none."""

    id: str
    name: str
    currency: str
    normal_side: Literal["debit", "credit"]
    least_available: int | None


class LedgerTransfer(Model):
    """`posted` and `pending` are by how much the sums of both accounts change: a post takes from what is pending. Of a
    refused one that names something that is not there, what would follow from it is null."""

    id: str
    transaction: str
    kind: Literal["transfer", "pending", "post", "void", "expire", "reversal"]
    outcome: str
    reason: str | None
    debit: str | None
    credit: str | None
    currency: str | None
    posted: int | None
    pending: int | None
    pending_transfer: str | None
    reverses: str | None
    expires_at: str | None
    rate: str | None
    rate_source: str | None
    reference: str | None
    actor: str
    at: str


class LedgerTransaction(Model):
    """`answer`: applied, or duplicate where it was applied before. `at` is the database's time of the decision."""

    id: str
    answer: Literal["applied", "duplicate"]
    at: str
    transfers: list[LedgerTransfer]


class BalanceShape(LedgerAccount):
    """The account with its sums before `at`. `posted` and `pending` are signed by the normal side; `available` is what
    is posted without what is reserved to leave."""

    at: str
    posted: int
    pending: int
    available: int
    debits_posted: int
    credits_posted: int
    debits_pending: int
    credits_pending: int


class LedgerEntry(Model):
    """One side of a transfer. `amount` is by how much it changed the posted balance, `balance` the one behind it."""

    seq: int
    at: str
    transfer: str
    transaction: str
    kind: str
    other_account: str
    side: Literal["debit", "credit"]
    amount: int
    pending: int
    balance: int
    reference: str | None


class StatementShape(Model):
    """From `since` (null: the first entry) to before `until`. `opening` and the amounts of all entries, over all pages,
    are `closing`. Who reads several pages while others write asks for each with `to` as the first one's `until`."""

    account: LedgerAccount
    since: str | None
    until: str
    opening: int
    closing: int
    items: list[LedgerEntry]
    next_cursor: str | None


class CurrencyTotalShape(Model):
    """The sums over all accounts of a currency. The books balance where debits are credits, posted and pending."""

    currency: str
    debits_posted: int
    credits_posted: int
    debits_pending: int
    credits_pending: int
    is_balanced: bool


class TrialBalance(Model):
    """`totals` are of all accounts, `items` a page of these."""

    is_balanced: bool
    totals: list[CurrencyTotalShape]
    items: list[BalanceShape]
    next_cursor: str | None


def account_shape(account: Account) -> LedgerAccount:
    return LedgerAccount(
        id=account.id,
        name=account.name,
        currency=account.currency,
        normal_side=account.normal_side.value,
        least_available=account.least_available,
    )


def transfer_shape(told: Told) -> LedgerTransfer:
    line = told.line
    return LedgerTransfer(
        id=line.id,
        transaction=told.transaction,
        kind=line.kind,
        outcome=told.outcome,
        reason=None if told.reason is None else told.reason.value,
        debit=line.debit,
        credit=line.credit,
        currency=line.currency,
        posted=line.posted,
        pending=line.pending,
        pending_transfer=line.pending_id,
        reverses=line.reverses_id,
        expires_at=told.expires_at,
        rate=line.rate,
        rate_source=line.rate_source,
        reference=line.reference,
        actor=told.actor,
        at=told.at,
    )


def balance_shape(balance: Balance) -> BalanceShape:
    side, sums = balance.account.normal_side, balance.sums
    return BalanceShape(
        **account_shape(balance.account).model_dump(),
        at=balance.moment,
        posted=sums.posted(side),
        pending=sums.pending(side),
        available=sums.available(side),
        **vars(sums),
    )


def entry_shape(entry: Entry, normal_side: str) -> LedgerEntry:
    return LedgerEntry(
        seq=entry.seq,
        at=entry.at,
        transfer=entry.transfer,
        transaction=entry.transaction,
        kind=entry.kind,
        other_account=entry.other_account,
        side=entry.side.value,
        amount=entry.posted if entry.side.value == normal_side else -entry.posted,
        pending=entry.pending if entry.side.value == normal_side else -entry.pending,
        balance=entry.balance,
        reference=entry.reference,
    )
