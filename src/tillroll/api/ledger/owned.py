"""Accounts of the ledger that belong to the code: payouts and claims book on theirs, and nobody else does. The
company's account, which payouts are paid from, is bounded and funded by people who may `pay`, with a second person."""

import re
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.door.access import Principal
from tillroll.api.problems import invalid_values
from tillroll.ledger.record.reading import find_transfer
from tillroll.ledger.values.transfers import Asked, Reversal, Transaction, Transfer
from tillroll.platform.services import Platform
from tillroll.receipts.amounts.currencies import CODES, WORDLIKE
from tillroll.workflows.registry import FUNDED, OWN_ACCOUNTS

_CORRECTED: Final = "What a run has booked, its acts correct."
_SAYS: Final = f"belongs to the code: its own runs book on it, and nobody else. {_CORRECTED}"
# How the ids of what runs book begin. A run's id is known before it books.
_OF_RUNS: Final = "run_"
_PARTS: Final = re.compile(r"[ :_.-]")


def check_account(principal: Principal, id_: str, currency: str) -> bool:
    """Refuse an account that only the code makes, or whose name speaks of another currency. Whether a second person has
    to confirm it.

    Raises:
        Problem: 422, or 403 where whoever asks may not pay.
    """
    is_funded = _is_funded(principal, id_, "id")
    named = _named_after(id_)
    if named - {currency}:
        other = min(named - {currency})
        raise invalid_values([("currency", f"The account is named after {other}: give that, or another id.")])
    if is_funded and id_ != f"{FUNDED}{currency}":
        raise invalid_values([("id", f"The company's account in {currency} is {FUNDED}{currency}.")])
    return is_funded


async def check_transfers(platform: Platform, principal: Principal, transaction: Transaction) -> bool:
    """Refuse a transaction that moves what belongs to the code. Whether a second person has to confirm it.

    Raises:
        Problem: as `check_account`.
    """
    is_funded = False
    for place, asked in enumerate(transaction.transfers):
        before = "" if len(transaction.transfers) == 1 else f"transfers.{place}."
        for field, id_ in await _touched(platform, principal.account_id, asked, before):
            is_funded |= _is_funded(principal, id_, field)
    return is_funded


async def _touched(platform: Platform, account_id: str, asked: Asked, before: str) -> list[tuple[str, str]]:
    """The accounts that a transfer moves, by the field that names them, whose name has `before` in front.

    Raises:
        Problem: it reverses, posts or voids what a run has booked, or may book.
    """
    if isinstance(asked, Transfer):
        return [(f"{before}debit", asked.debit), (f"{before}credit", asked.credit)]
    field, original = ("reverses", asked.reverses) if isinstance(asked, Reversal) else ("pending", asked.pending)
    field = before + field
    if original.startswith(_OF_RUNS):  # also where it is not there: it may be by the time that this is booked
        raise invalid_values([(field, f"{original[:80]} is what a run books. {_CORRECTED}")])
    there = await find_transfer(platform.database, account_id, original)
    return [] if there is None else [(field, id_) for id_ in (there.line.debit, there.line.credit) if id_]


def _is_funded(principal: Principal, id_: str, field: str) -> bool:
    """Whether an account is the company's.

    Raises:
        Problem: it is another one of the code's, or whoever asks may not pay.
    """
    if id_.startswith(FUNDED):
        principal.require(Permission.PAY)
        return True
    if id_.startswith(OWN_ACCOUNTS):
        raise invalid_values([(field, f"{id_} {_SAYS}")])
    return False


def _named_after(id_: str) -> set[str]:
    """The currencies that an account's name speaks of. In small letters many codes are words, such as `all`."""
    return {
        part.upper()
        for part in _PARTS.split(id_)
        if part in CODES or (part.islower() and part.upper() in CODES - WORDLIKE)
    }
