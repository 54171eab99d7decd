"""Routes of the ledger's accounts and transfers. On the accounts of payouts and claims only their
runs book.
"""

import re
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from fastapi import Body, Query, Response
from fastapi.openapi.models import Example
from fastapi.responses import JSONResponse

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, OwnKey, PlatformHere, needs
from tillroll.api.paging import Paged, decode_cursor, decode_number
from tillroll.api.parameters import Moment
from tillroll.api.problems import not_found
from tillroll.api.routing import Router
from tillroll.conversion.rates import AmountTooLarge
from tillroll.identity.authentication import Principal
from tillroll.ledger import models, repository, transfers
from tillroll.ledger.hooks import CONFIRMED, FUNDED, OWN_ACCOUNTS
from tillroll.ledger.models import (
    Balance,
    LedgerAccount,
    LedgerTransaction,
    LedgerTransfer,
)
from tillroll.ledger.posting import Answer, Posted, find_fact, post
from tillroll.ledger.rules import SAYS
from tillroll.ledger.transfers import Transaction, Transfer
from tillroll_documents.money import CODES, WORDLIKE
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.models import Page
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform

router = Router(tags=["ledger"])

_FOUND = 200
_CREATED = 201
_WAITS = 202
_WAITING: Final[dict[int | str, dict[str, Any]]] = {}
if CONFIRMED.answers():
    waits = "It waits for a second person; nothing was changed yet"
    _WAITING[_WAITS] = {"model": CONFIRMED.answers()[0][0], "description": waits}
_CORRECTED: Final = "What a run has booked, its acts correct."
_SAYS: Final = f"belongs to the code: its own runs book on it, and nobody else. {_CORRECTED}"
_PARTS: Final = re.compile(r"[ :_.-]")


class TransferRefused(Refusal):
    """The ledger has refused what was asked for."""

    kind = Kind("transfer-refused", 422, "The ledger refuses the transfer")
    explanation = "{} The id is used up: ask under another one."

    def __init__(self, posted: Posted) -> None:
        super().__init__("" if posted.refusal is None else SAYS[posted.refusal])
        self.extra = {
            "id": posted.id,
            "reason": None if posted.refusal is None else posted.refusal.value,
            "position": posted.refused_position,
            "at": posted.at,
            "isNew": posted.is_new,
        }


def _check_account(principal: Principal, id_: str, currency: str) -> bool:
    """Refuse an account of the code's, or named after another currency; whether a second person has
    to confirm it.
    """
    is_funded = _is_funded(principal, id_, "id")
    named = _named_after(id_)
    if named - {currency}:
        other = min(named - {currency})
        raise ValuesRefused(
            [("currency", f"The account is named after {other}: give that, or another id.")]
        )
    prefixes = [f"{beginning}{currency}" for beginning in FUNDED.answers()]
    if is_funded and id_ not in prefixes:
        raise ValuesRefused([("id", f"The company's account in {currency} is {prefixes[0]}.")])
    return is_funded


async def _touched(
    platform: Platform, account_id: str, transfer: transfers.AnyTransfer, before: str
) -> list[tuple[str, str]]:
    """The accounts that a transfer moves, by the field that names them, whose name has `before` in
    front.
    """
    if isinstance(transfer, Transfer):
        return [(f"{before}debit", transfer.debit), (f"{before}credit", transfer.credit)]
    field, original = (
        ("reverses", transfer.reverses)
        if isinstance(transfer, transfers.Reversal)
        else ("pending", transfer.pending)
    )
    field = before + field
    # also where it is not there: it may be by the time that this is booked
    if original.startswith(models.OF_RUNS):
        raise ValuesRefused([(field, f"{original[:80]} is what a run books. {_CORRECTED}")])
    original_transfer = await repository.find_transfer(platform.database, account_id, original)
    if original_transfer is None:
        return []
    return [(field, id_) for id_ in (original_transfer.debit, original_transfer.credit) if id_]


def _is_funded(principal: Principal, id_: str, field: str) -> bool:
    """Whether an account is the company's. Raises Problem: 403, the caller may not pay."""
    if id_.startswith(FUNDED.answers()):
        principal.require(Permission.PAY)
        return True
    if id_.startswith(OWN_ACCOUNTS.answers()):
        raise ValuesRefused([(field, f"{id_} {_SAYS}")])
    return False


def _named_after(id_: str) -> set[str]:
    """The currencies that an account's name speaks of. In small letters many codes are words, such
    as `all`.
    """
    return {
        part.upper()
        for part in _PARTS.split(id_)
        if part in CODES or (part.islower() and part.upper() in CODES - WORDLIKE)
    }


async def _wait(
    platform: Platform,
    principal: Principal,
    change: LedgerAccount | Transaction,
) -> JSONResponse:
    """Have a second person confirm what changes the company's account."""
    _, ask = CONFIRMED.answers()[0]
    return JSONResponse(
        (await ask(platform, principal.as_actor, change)).as_json(), status_code=_WAITS
    )


@router.post(
    "/api/ledger/accounts",
    status_code=201,
    response_model=LedgerAccount,
    responses={
        _FOUND: {"model": LedgerAccount, "description": "There is this account; nothing was done"},
        **_WAITING,
    },
    openapi_extra=needs(Permission.BOOK),
)
async def create_ledger_account(
    response: Response, platform: PlatformHere, principal: Caller, body: models.LedgerAccountRequest
) -> LedgerAccount | JSONResponse:
    """Make an account of the ledger. It is never changed or deleted. The same again is the one
    there is (200). Those of payouts and claims are made by their runs; who may `pay` bounds the
    company's before, with a second person (202).
    """
    is_funded = _check_account(principal, body.id, body.currency)
    account = LedgerAccount(**vars(body))
    if (
        is_funded
        and await repository.find(platform.database, principal.account_id, account.id) is None
    ):
        return await _wait(platform, principal, account)
    created, is_new = await repository.create(platform, principal.as_actor, account)
    if not is_new:
        response.status_code = _FOUND
    return created


@router.get("/api/ledger/accounts", openapi_extra=needs(Permission.LEDGER))
async def list_ledger_accounts(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
) -> Page[LedgerAccount]:
    """The accounts of the ledger, by id."""
    cursor = "" if page.cursor is None else decode_cursor(page.cursor)
    return page.of(
        await repository.list_accounts(
            platform.database, principal.account_id, cursor=cursor, limit=page.fetch_limit
        )
    )


@router.get(
    "/api/ledger/accounts/{ledger_account_id}/balance", openapi_extra=needs(Permission.LEDGER)
)
async def show_ledger_balance(
    platform: PlatformHere,
    principal: Caller,
    ledger_account_id: str,
    at: Annotated[Moment | None, Query(description="As it was before then; else now")] = None,
) -> Balance:
    """Show what an account has: posted, pending, available."""
    before = None if at is None else to_text(at)
    balance = await repository.balance_at(
        platform.database, principal.account_id, id_=ledger_account_id, before=before
    )
    if balance is None:
        raise not_found("account of the ledger")
    return balance


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
        _FOUND: {
            "model": LedgerTransaction,
            "description": "It was applied before; nothing was done",
        },
        **_WAITING,
    },
    openapi_extra=needs(Permission.BOOK),
)
async def post_transfers(
    response: Response,
    platform: PlatformHere,
    principal: Caller,
    body: Annotated[models.TransactionRequest, Body(openapi_examples=_EXAMPLES)],
    _key: OwnKey,
) -> LedgerTransaction | JSONResponse:
    """Apply a transfer, a pending one, its post or void, a reversal, an exchange, or several linked
    ones. The same again is a duplicate (200) or refused again (422); another body under the id is
    409. On the accounts of payouts and claims only their runs book; who may `pay` funds the
      company's, with a second person (202).
    """
    transaction = _transaction_of(body)
    is_funded = False
    for place, transfer in enumerate(transaction.transfers):
        if len(transaction.transfers) == 1:
            before = ""
        else:
            before = f"transfers.{place}."
        for field, id_ in await _touched(
            platform, principal.account_id, transfer=transfer, before=before
        ):
            is_funded |= _is_funded(principal, id_, field)
    if (
        is_funded
        and await find_fact(platform.database, principal.account_id, transaction.id) is None
    ):
        return await _wait(platform, principal, transaction)
    posted = await post(
        platform.database, platform.clock, by=principal.as_actor, transaction=transaction
    )
    if posted.answer is Answer.REFUSED:
        raise TransferRefused(posted)
    if posted.answer is Answer.DUPLICATE:
        response.status_code = _FOUND
    return LedgerTransaction(
        id=posted.id,
        answer="applied" if posted.is_new else "duplicate",
        at=posted.at,
        transfers=await repository.transfers_of(platform.database, principal.account_id, posted.id),
    )


def _transaction_of(body: models.TransactionRequest) -> Transaction:
    """What a body asks for."""
    match body:
        case models.LinkedRequest():
            transaction = Transaction(
                body.id, tuple(models.transfer_of(each) for each in body.transfers)
            )
        case models.ExchangeRequest():
            transaction = _exchange(body)
        case _:
            transaction = transfers.single(models.transfer_of(body))
    ids = [each.id for each in transaction.transfers]
    if len({*ids}) < len(ids):
        raise ValuesRefused([("transfers", "Give each transfer an id of its own")])
    for each in transaction.transfers:
        if isinstance(each, Transfer) and each.debit == each.credit:
            raise ValuesRefused(
                [
                    (
                        "credit",
                        f"Transfer {each.id} goes from an account to itself: name two accounts",
                    )
                ]
            )
        if isinstance(each, Transfer) and each.amount > transfers.LARGEST_AMOUNT:
            raise ValuesRefused(
                [("amount", f"One transfer moves at most {transfers.LARGEST_AMOUNT} minor units")]
            )
    return transaction


def _exchange(body: models.ExchangeRequest) -> Transaction:
    if body.sold.currency == body.bought.currency:
        raise ValuesRefused(
            [
                (
                    "bought.currency",
                    "An exchange is between two currencies: use a transfer within one",
                )
            ]
        )
    try:
        sold, bought = (transfers.Leg(**vars(each)) for each in (body.sold, body.bought))
        return transfers.exchange(
            body.id,
            sold,
            bought=bought,
            amount=body.amount,
            rate=Decimal(body.rate),
            source=body.source,
        )
    except (AmountTooLarge, transfers.NothingBought) as error:
        raise ValuesRefused([("amount", f"Give another amount: {error}")]) from error


@router.get("/api/ledger/transfers", openapi_extra=needs(Permission.LEDGER))
async def list_transfers(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    account: Annotated[
        str | None, Query(description="Only those of this account of the ledger")
    ] = None,
    transaction: Annotated[str | None, Query(description="Only those of this transaction")] = None,
    outcome: Annotated[
        Literal["applied", "refused"] | None, Query(description="Only those")
    ] = None,
) -> Page[LedgerTransfer]:
    """The transfers that were asked for, newest first; the refused ones too."""
    equal = {"account": account, "transaction": transaction, "outcome": outcome}
    before = decode_number(page.cursor)
    rows = await repository.list_transfers(
        platform.database, principal.account_id, equal=equal, before=before, limit=page.fetch_limit
    )
    return page.of(rows, lambda transfer: str(transfer.number))


@router.get("/api/ledger/facts", openapi_extra=needs(Permission.LEDGER))
async def list_ledger_facts(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    kind: Annotated[models.Kind | None, Query(description="Only those of this kind")] = None,
    since: Annotated[
        Moment | None, Query(alias="from", description="From then on; else from the first one")
    ] = None,
    until: Annotated[
        Moment | None, Query(alias="to", description="Before then; else by now")
    ] = None,
) -> Page[LedgerTransfer]:
    """The transfers that were applied, in the order in which they were: by their kind, and by time.
    Another one only comes behind the last, so a caller who goes on by the cursor misses none.
    """
    rows = await repository.list_facts(
        platform.database,
        principal.account_id,
        kind=kind,
        since=since,
        until=until,
        after=decode_number(page.cursor) or 0,
        limit=page.fetch_limit,
    )
    return page.of(rows, lambda fact: str(fact.number))


@router.get("/api/ledger/transfers/{transfer_id}", openapi_extra=needs(Permission.LEDGER))
async def show_transfer(
    platform: PlatformHere,
    principal: Caller,
    transfer_id: str,
) -> LedgerTransfer:
    """Show one transfer, with what became of it."""
    row = await repository.find_transfer(platform.database, principal.account_id, transfer_id)
    if row is None:
        raise not_found("transfer")
    return row
