"""Routes of the ledger's accounts and transfers. On the accounts of payouts and claims only their runs book."""

import re
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Body, Query, Response
from fastapi.openapi.models import Example
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, OwnKey, PlatformHere, needs
from tillroll.api.paging import Paged, decode_cursor, decode_number
from tillroll.api.parameters import Moment
from tillroll.api.problems import (
    ACCOUNT_CONFLICT,
    TRANSFER_CONFLICT,
    TRANSFER_REFUSED,
    Problem,
    invalid_values,
    not_found,
)
from tillroll.identity.authentication import Principal
from tillroll.ledger.accounts import AnotherAccount, account_of, create, find, listed
from tillroll.ledger.models import (
    BalanceShape,
    LedgerAccount,
    LedgerTransaction,
    LedgerTransfer,
    account_shape,
    balance_shape,
    transfer_shape,
)
from tillroll.ledger.posting import AnotherBody, Answer, Books, Posted, post
from tillroll.ledger.repository import balance_at, find_fact, find_transfer, list_transfers, transfers_of
from tillroll.ledger.requests import Code, NewId, TransactionAsked, Unfit, transaction_of
from tillroll.ledger.rules import SAYS
from tillroll.ledger.transfers import LARGEST_AMOUNT, Account, AskedTransfer, Reversal, Side, Transaction, Transfer
from tillroll.payouts.change_endpoints import WAITING, ask_for_account, ask_for_transfer
from tillroll.platform.clock import to_text
from tillroll.platform.models import Page, RequestBody
from tillroll.platform.services import Platform
from tillroll.reading.money import CODES, WORDLIKE
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
    here = [f"{beginning}{currency}" for beginning in FUNDED]
    if is_funded and id_ not in here:
        raise invalid_values([("id", f"The company's account in {currency} is {here[0]}.")])
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


async def _touched(platform: Platform, account_id: str, asked: AskedTransfer, before: str) -> list[tuple[str, str]]:
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


router = APIRouter(tags=["ledger"])

_FOUND = 200
_LONGEST_NAME = 200


def _name(given: str) -> str:
    if not given.strip() or not given.isprintable() or len(given) > _LONGEST_NAME:
        raise ValueError(f"Give a name of 1 to {_LONGEST_NAME} printable characters")
    return given.strip()


class LedgerAccountAsked(RequestBody):
    """`leastAvailable`: what is available does not go below this many minor units; 0: no overdraft, -50000: that much,
    null: no limit."""

    id: NewId
    name: Annotated[str, AfterValidator(_name)]
    currency: Code
    normal_side: Side
    least_available: Annotated[int, Field(strict=True, ge=-LARGEST_AMOUNT, le=0)] | None = None


@router.post(
    "/api/ledger/accounts",
    status_code=201,
    response_model=LedgerAccount,
    responses={
        _FOUND: {"model": LedgerAccount, "description": "There is this account; nothing was done"},
        **WAITING,
    },
    openapi_extra=needs(Permission.BOOK),
)
async def make_account(
    response: Response, platform: PlatformHere, principal: Caller, asked: LedgerAccountAsked
) -> LedgerAccount | JSONResponse:
    """Make an account of the ledger. It is never changed or deleted. The same again is the one there is (200). Those of
    payouts and claims are made by their runs; who may `pay` bounds the company's before, with a second person (202)."""
    is_funded = check_account(principal, asked.id, asked.currency)
    account = Account(asked.id, asked.name, asked.currency, asked.normal_side, asked.least_available)
    if is_funded and await find(platform.database, principal.account_id, account.id) is None:
        return await ask_for_account(platform, principal, account)
    try:
        made, is_new = await create(platform, principal.account_id, principal.actor, account)
    except AnotherAccount as error:
        raise Problem(
            ACCOUNT_CONFLICT, "Accounts do not change: use another id for another currency, side or limit."
        ) from error
    if not is_new:
        response.status_code = _FOUND
    return account_shape(made)


@router.get("/api/ledger/accounts", openapi_extra=needs(Permission.LEDGER))
async def list_accounts(platform: PlatformHere, principal: Caller, page: Paged) -> Page[LedgerAccount]:
    """The accounts of the ledger, by id."""
    behind = None if page.cursor is None else decode_cursor(page.cursor)
    rows = await platform.database.all(listed(principal.account_id, behind, page.wanted))
    shown, following = page.cut([account_of(row) for row in rows], lambda account: account.id)
    return Page(items=[account_shape(each) for each in shown], next_cursor=following)


@router.get("/api/ledger/accounts/{ledger_account_id}/balance", openapi_extra=needs(Permission.LEDGER))
async def show_balance(
    platform: PlatformHere,
    principal: Caller,
    ledger_account_id: str,
    at: Annotated[Moment | None, Query(description="As it was before then; else now")] = None,
) -> BalanceShape:
    """What an account has: posted, pending, available."""
    before = None if at is None else to_text(at)
    balance = await balance_at(platform.database, principal.account_id, ledger_account_id, before)
    if balance is None:
        raise not_found("account of the ledger")
    return balance_shape(balance)


_CREATED = 201
_EXAMPLES: Final[dict[str, Example]] = {
    "transfer": {
        "value": {
            "kind": "transfer",
            "id": "claim-2026-17:pay",
            "debit": "owed:ann",
            "credit": "bank:eur",
            "currency": "EUR",
            "amount": 1290,
        }
    }
}


@router.post(
    "/api/ledger/transfers",
    status_code=_CREATED,
    response_model=LedgerTransaction,
    responses={
        _FOUND: {"model": LedgerTransaction, "description": "It was applied before; nothing was done"},
        **WAITING,
    },
    openapi_extra=needs(Permission.BOOK),
)
async def post_transfers(
    response: Response,
    platform: PlatformHere,
    principal: Caller,
    asked: Annotated[TransactionAsked, Body(openapi_examples=_EXAMPLES)],
    _key: OwnKey,
) -> LedgerTransaction | JSONResponse:
    """Apply a transfer, a pending one, its post or void, a reversal, an exchange, or several linked ones. The same
    again is a duplicate (200) or refused again (422); another body under the id is 409. On the accounts of payouts and
    claims only their runs book; who may `pay` funds the company's, with a second person (202)."""
    try:
        transaction = transaction_of(asked)
        is_funded = await check_transfers(platform, principal, transaction)
        if is_funded and await find_fact(platform.database, principal.account_id, transaction.id) is None:
            return await ask_for_transfer(platform, principal, transaction)
        books = Books(principal.account_id, principal.actor)
        posted = await post(platform.database, platform.clock, books, transaction)
    except Unfit as error:
        raise invalid_values(error.problems) from error
    except AnotherBody as error:
        raise Problem(
            TRANSFER_CONFLICT, "Use an id of its own for what is new; `GET /api/ledger/transfers/{id}` has the other."
        ) from error
    if posted.answer is Answer.REFUSED:
        raise _refused(posted)
    if posted.answer is Answer.DUPLICATE:
        response.status_code = _FOUND
    told = await transfers_of(platform.database, principal.account_id, posted.id)
    return LedgerTransaction(
        id=posted.id,
        answer="applied" if posted.is_new else "duplicate",
        at=posted.at,
        transfers=[transfer_shape(each) for each in told],
    )


def _refused(posted: Posted) -> Problem:
    says = "" if posted.refusal is None else SAYS[posted.refusal]
    return Problem(
        TRANSFER_REFUSED,
        f"{says} The id is used up: ask under another one.",
        id=posted.id,
        reason=None if posted.refusal is None else posted.refusal.value,
        position=posted.refused_position,
        at=posted.at,
        isNew=posted.is_new,
    )


@router.get("/api/ledger/transfers", openapi_extra=needs(Permission.LEDGER))
async def list_of_transfers(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    account: Annotated[str | None, Query(description="Only those of this account of the ledger")] = None,
    transaction: Annotated[str | None, Query(description="Only those of this transaction")] = None,
    outcome: Annotated[Literal["applied", "refused"] | None, Query(description="Only those")] = None,
) -> Page[LedgerTransfer]:
    """The transfers that were asked for, newest first; the refused ones too."""
    equal = {"account": account, "transaction": transaction, "outcome": outcome}
    before = decode_number(page.cursor)
    found = await list_transfers(platform.database, principal.account_id, equal, before, page.wanted)
    shown, following = page.cut(found, lambda told: str(told.number))
    return Page(items=[transfer_shape(each) for each in shown], next_cursor=following)


@router.get("/api/ledger/transfers/{transfer_id}", openapi_extra=needs(Permission.LEDGER))
async def show_transfer(platform: PlatformHere, principal: Caller, transfer_id: str) -> LedgerTransfer:
    """One transfer, with what became of it."""
    told = await find_transfer(platform.database, principal.account_id, transfer_id)
    if told is None:
        raise not_found("transfer")
    return transfer_shape(told)
