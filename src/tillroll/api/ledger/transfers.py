"""POST /api/ledger/transfers and what was transferred."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Body, Query, Response
from fastapi.openapi.models import Example
from fastapi.responses import JSONResponse

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.door.own_key import OwnKey
from tillroll.api.ledger.asking import TransactionAsked, Unfit, transaction_of
from tillroll.api.ledger.owned import check_transfers
from tillroll.api.ledger.shapes import LedgerTransactionShape, LedgerTransferPage, LedgerTransferShape, transfer_shape
from tillroll.api.needs import needs
from tillroll.api.paging import Paged, decode_number
from tillroll.api.payouts.changes import WAITING, ask_for_transfer
from tillroll.api.problems import TRANSFER_CONFLICT, TRANSFER_REFUSED, Problem, invalid_values, not_found
from tillroll.ledger.record.facts import find_fact
from tillroll.ledger.record.posting import AnotherBody, Answer, Books, Posted, post
from tillroll.ledger.record.reading import find_transfer, list_transfers, transfers_of
from tillroll.ledger.values.refusals import SAYS

router = APIRouter(tags=["ledger"])

_CREATED, _FOUND = 201, 200
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
    response_model=LedgerTransactionShape,
    responses={
        _FOUND: {"model": LedgerTransactionShape, "description": "It was applied before; nothing was done"},
        **WAITING,
    },
    openapi_extra=needs(Permission.BOOK),
)
async def post_transfers(
    response: Response,
    platform: PlatformHere,
    principal: Asking,
    asked: Annotated[TransactionAsked, Body(openapi_examples=_EXAMPLES)],
    _key: OwnKey,
) -> LedgerTransactionShape | JSONResponse:
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
    return LedgerTransactionShape(
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
async def list_all(
    platform: PlatformHere,
    principal: Asking,
    page: Paged,
    account: Annotated[str | None, Query(description="Only those of this account of the ledger")] = None,
    transaction: Annotated[str | None, Query(description="Only those of this transaction")] = None,
    outcome: Annotated[Literal["applied", "refused"] | None, Query(description="Only those")] = None,
) -> LedgerTransferPage:
    """The transfers that were asked for, newest first; the refused ones too."""
    equal = {"account": account, "transaction": transaction, "outcome": outcome}
    before = decode_number(page.cursor)
    found = await list_transfers(platform.database, principal.account_id, equal, before, page.wanted)
    shown, following = page.cut(found, lambda told: str(told.number))
    return LedgerTransferPage(items=[transfer_shape(each) for each in shown], next_cursor=following)


@router.get("/api/ledger/transfers/{transfer_id}", openapi_extra=needs(Permission.LEDGER))
async def show(platform: PlatformHere, principal: Asking, transfer_id: str) -> LedgerTransferShape:
    """One transfer, with what became of it."""
    told = await find_transfer(platform.database, principal.account_id, transfer_id)
    if told is None:
        raise not_found("transfer")
    return transfer_shape(told)
