"""Accounts of the ledger that belong to the code: payouts and claims book on theirs, and nobody else does. The
company's account, which payouts are paid from, is bounded and funded by people who may `pay`."""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.door.access import Principal
from tillroll.api.problems import invalid_values
from tillroll.ledger.record.reading import find_transfer
from tillroll.ledger.values.transfers import Asked, Reversal, Transaction, Transfer
from tillroll.platform.services import Platform
from tillroll.receipts.amounts.currencies import CODES
from tillroll.workflows.registry import FUNDED, OWN_ACCOUNTS

_SAYS: Final = "belongs to the code: its own runs book on it, and nobody else. What a run has booked, its acts correct."


def check_account(principal: Principal, id_: str, currency: str) -> None:
    """Refuse an account that only the code makes, or whose name speaks of another currency.

    Raises:
        Problem: 422, or 403 where whoever asks may not pay.
    """
    if problem := _problem(principal, id_):
        raise invalid_values([("id", problem)])
    named = id_.rpartition(":")[2]
    if named in CODES and named != currency:
        raise invalid_values([("currency", f"The account is named after {named}: give that, or another id.")])


async def check_transfers(platform: Platform, principal: Principal, transaction: Transaction) -> None:
    """Refuse a transaction that moves what belongs to the code.

    Raises:
        Problem: as `check_account`.
    """
    for place, asked in enumerate(transaction.transfers):
        for field, id_ in await _touched(platform, principal.account_id, asked):
            if problem := _problem(principal, id_):
                name = field if len(transaction.transfers) == 1 else f"transfers.{place}.{field}"
                raise invalid_values([(name, problem)])


async def _touched(platform: Platform, account_id: str, asked: Asked) -> list[tuple[str, str]]:
    """The accounts that a transfer moves, by the field that names them."""
    if isinstance(asked, Transfer):
        return [("debit", asked.debit), ("credit", asked.credit)]
    field, original = ("reverses", asked.reverses) if isinstance(asked, Reversal) else ("pending", asked.pending)
    there = await find_transfer(platform.database, account_id, original)
    return [] if there is None else [(field, id_) for id_ in (there.line.debit, there.line.credit) if id_]


def _problem(principal: Principal, id_: str) -> str | None:
    if id_.startswith(FUNDED):
        principal.require(Permission.PAY)
        return None
    return f"{id_} {_SAYS}" if id_.startswith(OWN_ACCOUNTS) else None
