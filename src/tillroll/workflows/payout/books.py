"""What a payout is in the ledger: the company's account, what is on its way, and what is owed to the payee."""

from collections.abc import Sequence
from typing import Final

from tillroll.durable import Statement, statement
from tillroll.ledger.record.accounts import AnotherAccount, find_or_create
from tillroll.ledger.record.facts import append_fact
from tillroll.ledger.record.posting import Books
from tillroll.ledger.values.accounts import Account, Side
from tillroll.ledger.values.transfers import Asked, Reversal, Transaction, Transfer
from tillroll.platform.services import Platform
from tillroll.workflows.payout.rows import Payout

ACTOR: Final = "workflow:payout"
OWN: Final = "payouts:"
"""How the ids of its accounts begin, on which nobody else books."""
COMPANY: Final = f"{OWN}company:"


def company(currency: str) -> str:
    """The account that money leaves from. An owner who makes it first, with `leastAvailable`, limits all payouts."""
    return f"{COMPANY}{currency}"


def in_transit(currency: str) -> str:
    """What has left the company, and is in nobody's hands yet."""
    return f"{OWN}in-transit:{currency}"


def owed(payee_id: str, currency: str) -> str:
    """What the company owes a payee: less than nothing where they were paid before it was booked as owed."""
    return f"{OWN}owed:{payee_id}:{currency}"


async def open_accounts(platform: Platform, account_id: str, actor: str, payee_id: str, currency: str) -> None:
    """Make the accounts that a payout needs, as far as they are not there.

    Raises:
        AnotherAccount: one is there with another currency or side, or with a limit, by which a fact could be refused;
            only the company's has one.
    """
    for account in (
        Account(company(currency), f"Company, {currency}", currency, Side.DEBIT),
        Account(in_transit(currency), f"Payouts on their way, {currency}", currency, Side.DEBIT),
        Account(owed(payee_id, currency), f"Owed to {payee_id}, {currency}", currency, Side.CREDIT),
    ):
        there = await find_or_create(platform, account_id, actor, account)
        is_bounded = there.least_available is not None and account.id != company(currency)
        if (there.currency, there.normal_side) != (account.currency, account.normal_side) or is_bounded:
            raise AnotherAccount(account.id)


async def debit(platform: Platform, payout: Payout, key: str) -> Sequence[Statement]:
    """Take the amount from the company's account. The ledger may refuse that: `debited_by` says what it did."""
    currency = payout.currency
    entries = await _append(platform, payout, key, [_move(payout, key, in_transit(currency), company(currency))])
    noted = statement(
        """
        UPDATE payouts SET debited_by = (
          SELECT id FROM ledger_transactions WHERE account_id = ?2 AND id = ?3 AND outcome = 'applied')
        WHERE run_id = ?1
        """,
        *(payout.run_id, payout.account_id, key),
    )
    return [*entries, noted]


async def book(platform: Platform, payout: Payout, key: str) -> Sequence[Statement]:
    """Have the books say what was heard last of the payment: that it has arrived, or that it is with the company. The
    batch fails where the ledger refuses it, or something else was heard since the payout was read."""
    return await (give_back if payout.came_back else deliver)(platform, payout, key)


async def deliver(platform: Platform, payout: Payout, key: str) -> Sequence[Statement]:
    """What was on its way has arrived: so much less is owed. What was given back before is debited again."""
    if payout.delivered_by is not None:
        return []
    currency, debited = payout.currency, payout.debited_by or f"{key}:debit"
    moves = [] if payout.debited_by else [_move(payout, debited, in_transit(currency), company(currency))]
    moves.append(_move(payout, key, owed(payout.payee_id, currency), in_transit(currency)))
    return await _book(platform, payout, key, moves, (debited, key))


async def give_back(platform: Platform, payout: Payout, key: str) -> Sequence[Statement]:
    """Reverse the debit by a fact that names it, and the delivery before it; nothing where none stands."""
    if payout.debited_by is None:
        return []
    moves: list[Asked] = [Reversal(key, payout.debited_by, reference=payout.run_id)]
    if payout.delivered_by is not None:
        moves.insert(0, Reversal(f"{key}:delivery", payout.delivered_by, reference=payout.run_id))
    return await _book(platform, payout, key, moves, (None, None))


async def _book(
    platform: Platform, payout: Payout, key: str, moves: Sequence[Asked], stand: tuple[str | None, str | None]
) -> Sequence[Statement]:
    """Append what is to be moved, all or nothing; `stand` are the transfers that stand then."""
    still = statement(
        """
        UPDATE payouts SET heard = -1
        WHERE run_id = ?1 AND NOT (heard = CAST(?2 AS INTEGER) AND debited_by IS ?3 AND delivered_by IS ?4)
        """,
        *(payout.run_id, payout.heard, payout.debited_by, payout.delivered_by),
    )
    noted = statement(
        """
        UPDATE payouts SET delivered_by = ?5, debited_by = CASE WHEN EXISTS (
          SELECT 1 FROM ledger_transactions WHERE account_id = ?2 AND id = ?3 AND outcome = 'applied')
          THEN ?4 ELSE 'refused' END
        WHERE run_id = ?1
        """,
        *(payout.run_id, payout.account_id, key, *stand),
    )
    return [still, *await _append(platform, payout, key, moves), noted]


def _move(payout: Payout, key: str, to: str, from_: str) -> Transfer:
    return Transfer(key, to, from_, payout.currency, payout.amount, reference=payout.run_id)


async def _append(platform: Platform, payout: Payout, key: str, moves: Sequence[Asked]) -> Sequence[Statement]:
    books = Books(payout.account_id, ACTOR)
    transaction = Transaction(key, tuple(moves))
    return (await append_fact(platform.database, platform.clock, books, transaction)).statements
