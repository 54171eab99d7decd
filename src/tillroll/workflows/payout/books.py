"""What a payout is in the ledger: the company's account, what is on its way, and what is owed to the payee."""

from collections.abc import Sequence
from typing import Final

from tillroll.durable import Statement
from tillroll.ledger.record.accounts import AnotherAccount, find_or_create
from tillroll.ledger.record.facts import append_fact, find_fact
from tillroll.ledger.record.posting import Answer, Books
from tillroll.ledger.values.accounts import Account, Side
from tillroll.ledger.values.transfers import Asked, Reversal, Transfer, single
from tillroll.platform.services import Platform
from tillroll.workflows.payout.rows import Payout

ACTOR: Final = "workflow:payout"


def company(currency: str) -> str:
    """The account that money leaves from. An owner who makes it first, with `leastAvailable`, limits all payouts."""
    return f"payouts:company:{currency}"


def in_transit(currency: str) -> str:
    """What has left the company, and is in nobody's hands yet."""
    return f"payouts:in-transit:{currency}"


def owed(payee_id: str, currency: str) -> str:
    """What the company owes a payee: less than nothing where they were paid before it was booked as owed."""
    return f"payouts:owed:{payee_id}:{currency}"


async def open_accounts(platform: Platform, account_id: str, actor: str, payee_id: str, currency: str) -> None:
    """Make the accounts that a payout needs, as far as they are not there.

    Raises:
        AnotherAccount: one is there with another currency or side.
    """
    for account in (
        Account(company(currency), f"Company, {currency}", currency, Side.DEBIT),
        Account(in_transit(currency), f"Payouts on their way, {currency}", currency, Side.DEBIT),
        Account(owed(payee_id, currency), f"Owed to {payee_id}, {currency}", currency, Side.CREDIT),
    ):
        there = await find_or_create(platform, account_id, actor, account)
        if (there.currency, there.normal_side) != (account.currency, account.normal_side):
            raise AnotherAccount(account.id)


async def debit(platform: Platform, payout: Payout, key: str) -> Sequence[Statement]:
    """Take the amount from the company's account."""
    currency = payout.currency
    return await _append(platform, payout, _move(payout, key, in_transit(currency), company(currency)))


async def deliver(platform: Platform, payout: Payout, key: str) -> Sequence[Statement]:
    """What was on its way has arrived: so much less is owed."""
    currency = payout.currency
    return await _append(platform, payout, _move(payout, key, owed(payout.payee_id, currency), in_transit(currency)))


async def give_back(platform: Platform, payout: Payout, key: str, debit_key: str) -> Sequence[Statement]:
    """Reverse the debit by a fact that names it; nothing where the ledger had refused it, or never saw it."""
    if not await was_applied(platform, payout, debit_key):
        return []
    return await _append(platform, payout, Reversal(key, debit_key, reference=payout.run_id))


async def take_back(platform: Platform, payout: Payout, delivered_key: str, debit_key: str) -> Sequence[Statement]:
    """What had arrived came back: reverse its delivery, and the debit, by facts that name them."""
    backwards = [
        Reversal(f"{payout.run_id}:returned:{name}", key, reference=payout.run_id)
        for name, key in (("delivery", delivered_key), ("debit", debit_key))
    ]
    return [each for asked in backwards for each in await _append(platform, payout, asked)]


async def was_applied(platform: Platform, payout: Payout, key: str) -> bool:
    fact = await find_fact(platform.database, payout.account_id, key)
    return fact is not None and fact.answer is not Answer.REFUSED


def _move(payout: Payout, key: str, to: str, from_: str) -> Transfer:
    return Transfer(key, to, from_, payout.currency, payout.amount, reference=payout.run_id)


async def _append(platform: Platform, payout: Payout, asked: Asked) -> Sequence[Statement]:
    books = Books(payout.account_id, ACTOR)
    return (await append_fact(platform.database, platform.clock, books, single(asked))).statements
