"""Routes of receipts: photos are joined, PDFs are split, a receipt is read again once there is a
budget, and expenses are stated that have no receipt.
"""

from typing import Annotated, Any, Final

from fastapi import Query, Response
from fastapi.responses import JSONResponse
from pydantic import Field, StringConstraints

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, PlatformHere, allowed_of, needs, require
from tillroll.api.paging import BEHIND_ALL, first_of
from tillroll.api.problems import not_found
from tillroll.api.routing import Router
from tillroll.expenses.values import PaidBy
from tillroll.identity.authentication import Principal
from tillroll.notifications.service import Unread, counts_of
from tillroll.receipts import measuring, service, who_paid
from tillroll.receipts.contract import KIND
from tillroll.receipts.measuring import MeasuredDocument, Measurement, MeasureRequest
from tillroll.receipts.pieces import joining, splitting, undoing
from tillroll.receipts.pieces import proposals as pieces
from tillroll.receipts.pieces.joining import FEWEST_PHOTOS, MOST_PHOTOS, JoinedReceipt
from tillroll.receipts.pieces.proposals import Pieces
from tillroll.receipts.pieces.splitting import MOST_PAGES, MOST_PARTS_OF_PAGES, SplitReceipt
from tillroll.receipts.pieces.undoing import Act, UndoneReceipts
from tillroll.receipts.repository import Receipt, load_receipt
from tillroll.receipts.service import TakenReceipt
from tillroll.receipts.workflow import FAR_AHEAD, is_far_ahead
from tillroll.runs.endpoints import owned_run
from tillroll_documents.money import (
    CODES,
    UNKNOWN_CURRENCY,
    AmountError,
    Money,
    minor_from_decimal_string,
)
from tillroll_documents.reading.correction import InvalidValues, apply
from tillroll_documents.reading.voucher import Origin, Voucher
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.bindings.database import of_row, text
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.models import ChangeBody, Items, Model, Page, RequestBody, WrittenDay
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry
from tillroll_durable.selection import Chosen, query_of
from tillroll_durable.states import Status
from tillroll_durable.views.models import RunSummary
from tillroll_durable.views.runs import shown_lists, summary

router = Router()


class JoinRequest(RequestBody):
    """The photos' receipts, in the order of the paper."""

    receipt_ids: Annotated[list[str], Field(min_length=FEWEST_PHOTOS, max_length=MOST_PHOTOS)]


JOINED_BEFORE: dict[int | str, dict[str, Any]] = {
    200: {"model": JoinedReceipt, "description": "They were joined before; nothing was begun"}
}


@router.post(
    "/api/receipts/joined",
    tags=["receipts"],
    status_code=202,
    responses=JOINED_BEFORE,
    openapi_extra=needs(Permission.REVIEW),
)
async def join_photos(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    body: JoinRequest,
) -> JoinedReceipt:
    """Join photos of one long receipt that wait for a person, all of one person: a PDF of them is
    read as a receipt, and their own runs end as rejected. All of it happens, or nothing. Asked for
    again, it is the same.
    """
    require(principal, Permission.SUBMIT)
    photos = [await load_receipt(platform.database, each) for each in body.receipt_ids]
    visible = [
        each
        for each in photos
        if each is not None and principal.sight.sees(each.account_id, each.person)
    ]
    if len(visible) < len(photos):
        raise not_found("receipt")
    joined = await joining.join(
        platform, registry.newest[KIND], actor=principal.as_actor, photos=visible
    )
    response.status_code = 202 if joined.is_new else 200
    response.headers["location"] = f"/api/runs/{joined.run_id}"
    return joined


class SplitRequest(RequestBody):
    """The pages of a PDF on which another document begins, from 2 on."""

    begins_at: Annotated[
        list[Annotated[int, Field(ge=2, le=MOST_PAGES)]],
        Field(min_length=1, max_length=MOST_PARTS_OF_PAGES - 1),
    ]


SPLIT_BEFORE: dict[int | str, dict[str, Any]] = {
    200: {"model": SplitReceipt, "description": "It was split so before; nothing was begun"}
}


@router.post(
    "/api/receipts/{receipt_id}/split",
    tags=["receipts"],
    status_code=202,
    responses=SPLIT_BEFORE,
    openapi_extra=needs(Permission.REVIEW),
)
async def split_by_pages(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    receipt_id: str,
    body: SplitRequest,
) -> SplitReceipt:
    """Split a PDF of several receipts or invoices that waits for a person: each part becomes a
    receipt of the same person, and its own run ends as rejected. All of it happens, or nothing.
    Asked for again, it is the same.
    """
    receipt = await _find_visible(platform, principal, receipt_id)
    require(principal, Permission.SUBMIT)
    split = await splitting.split_pages(
        platform, registry.newest[KIND], principal.as_actor, receipt, body.begins_at
    )
    response.status_code = 202 if split.is_new else 200
    response.headers["location"] = f"/api/runs/{split.run_id}"
    return split


class UndoRequest(RequestBody):
    """`split`: into its parts; `join`: of the photos that it was made of."""

    act: Act


@router.post(
    "/api/receipts/{receipt_id}/undo", tags=["receipts"], openapi_extra=needs(Permission.REVIEW)
)
async def undo_receipt_act(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    receipt_id: str,
    body: UndoRequest,
) -> UndoneReceipts:
    """Undo the split of a document, or the joining by which a receipt was made. What was made is
    rejected or voided, and the document, or each photo, is read by itself again. All of it happens,
    or nothing; again, it is the same.
    """
    receipt = await _find_visible(platform, principal, receipt_id)
    require(principal, Permission.SUBMIT)
    require(principal, Permission.EDIT)
    return await undoing.undo(
        platform, registry.newest[KIND], principal.as_actor, receipt, body.act
    )


@router.get(
    "/api/receipts/{receipt_id}/pieces", tags=["receipts"], openapi_extra=needs(Permission.OWN)
)
async def show_receipt_pieces(platform: PlatformHere, principal: Caller, receipt_id: str) -> Pieces:
    """Show what a document seems to consist of, or to be a piece of, by its text. These are
    proposals: nothing is split or joined by itself.
    """
    return await pieces.pieces_of(platform, await _find_visible(platform, principal, receipt_id))


async def _find_visible(platform: Platform, principal: Principal, receipt_id: str) -> Receipt:
    """Raises Problem: there is no such receipt among those that the caller sees."""
    receipt = await load_receipt(platform.database, receipt_id)
    if receipt is None or not principal.sight.sees(receipt.account_id, receipt.person):
        raise not_found("receipt")
    return receipt


class PayerRequest(ChangeBody):
    """Who paid: of an employee's money, the company owes it back."""

    paid_by: PaidBy


class ReceiptPayer(Model):
    receipt_id: str
    paid_by: PaidBy


@router.patch("/api/receipts/{receipt_id}", tags=["receipts"], openapi_extra=needs(Permission.EDIT))
async def change_receipt_payer(
    platform: PlatformHere, principal: Caller, receipt_id: str, body: PayerRequest
) -> ReceiptPayer:
    """Say anew who paid a receipt. Its expense begins with it; where there is one by then, that is
    changed, with all that holds for changes of expenses. The same again changes nothing.
    """
    receipt = await _find_visible(platform, principal, receipt_id)
    await who_paid.say_payer(platform, principal.sight, receipt, body.paid_by, principal.actor)
    return ReceiptPayer(receipt_id=receipt_id, paid_by=body.paid_by)


class ReadAgainResult(Model):
    """`run_id` is the new run."""

    run_id: str
    previous_run_id: str


class Inbox(Model):
    """What the page shows first: the newest runs, those that need a review, and failed ones that
    wait for somebody, each as `GET /api/runs` has them; and how many notices are not read.
    """

    newest: Page[RunSummary]
    review: Page[RunSummary]
    failed: Page[RunSummary]
    notices: Unread


_LISTS: Final = {
    "newest": (Chosen(), 50),
    "review": (Chosen(status=Status.NEEDS_REVIEW), 100),
    "failed": (Chosen(unresolved=True), 100),
}


@router.get("/api/inbox", tags=["runs"], response_model=Inbox, openapi_extra=needs(Permission.OWN))
async def show_inbox(platform: PlatformHere, registry: Deployed, principal: Caller) -> Response:
    """Show what the inbox shows first, in one answer. Further pages of each list are those of
    `GET /api/runs`.
    """
    sight = principal.sight
    queries = [
        query_of(chosen, sight.account_id, only=sight.only, before=BEHIND_ALL, limit=limit + 1)
        for chosen, limit in _LISTS.values()
    ]
    lists, counted = await shown_lists(
        platform.database, registry, lists=queries, also=counts_of(principal.user_id)
    )
    inbox: JsonObject = {"notices": of_row(Unread, counted).as_json()}
    for (name, (_, limit)), rows in zip(_LISTS.items(), lists, strict=True):
        items, following = first_of(rows, limit, lambda each: text(each.run, "id"))
        inbox[name] = {
            "items": [summary(registry, each) for each in items],
            "nextCursor": following,
        }
    return JSONResponse(inbox)


@router.post(
    "/api/runs/{run_id}/read-again",
    tags=["runs"],
    status_code=202,
    openapi_extra=needs(Permission.REVIEW),
)
async def read_receipt_again(
    platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str
) -> ReadAgainResult:
    """Have a receipt read again that could not be read, whose text was cut, or that waits because
    the AI budget was spent, once there is one: its run ends as rejected, and a new one begins.
    Asked for again, it is the same."""
    run = await owned_run(platform, principal, run_id)
    require(principal, allowed_of(registry, run.kind, run.contract_version).decide)
    following = await service.read_again(platform, registry.newest[run.kind], run, principal.actor)
    return ReadAgainResult(run_id=following, previous_run_id=run.id)


@router.get("/api/models/documents", tags=["ai"], openapi_extra=needs(Permission.ADMINISTER))
async def list_measurable_documents(
    platform: PlatformHere,
    principal: Caller,
    limit: Annotated[
        int, Query(ge=1, le=measuring.MOST_DOCUMENTS, description="How many, the newest")
    ] = 20,
) -> Items[MeasuredDocument]:
    """Documents on which models can be measured: a person confirmed their values in a review."""
    return Items(
        items=await measuring.list_documents(platform.database, principal.account_id, limit)
    )


@router.post(
    "/api/runs/{run_id}/measurements", tags=["ai"], openapi_extra=needs(Permission.ADMINISTER)
)
async def measure_run(
    platform: PlatformHere,
    principal: Caller,
    run_id: str,
    request: MeasureRequest,
) -> Measurement:
    """Ask a model what it reads of a document, and hold it against what a person confirmed. The
    call counts against budget and quota, and changes nothing of the document; asked again, the
    stored answer is taken.
    """
    return await measuring.measure(
        platform, await owned_run(platform, principal, run_id), request.model
    )


Key = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=100,
        description="Tells two statements of the same apart; the same key is the same",
    ),
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Place = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


def one_line(text: str) -> str:
    return " ".join(text.split())


SAME_AGAIN: dict[int | str, dict[str, Any]] = {
    200: {"model": TakenReceipt, "description": "There is this statement; nothing was begun"}
}


async def take(
    platform: Platform,
    registry: Registry,
    principal: Principal,
    response: Response,
    voucher: Voucher,
    paid_by: PaidBy | None = None,
) -> TakenReceipt:
    """Take a statement whose parts were checked, and answer as an upload is answered."""
    if is_far_ahead(voucher.date.isoformat(), platform):
        raise ValuesRefused([("date", FAR_AHEAD)])
    from tillroll.expenses.sorting.typed_names import check_typed_names  # noqa: PLC0415 - stated by few

    await check_typed_names(
        platform.database,
        principal.account_id,
        category=voucher.category,
        merchant=voucher.merchant,
    )
    receipt = await service.take_statement(
        platform, registry.newest[KIND], principal.as_actor, voucher, paid_by
    )
    response.status_code = 202 if receipt.is_new else 200
    response.headers["location"] = f"/api/runs/{receipt.run_id}"
    return receipt


def checked(voucher: Voucher) -> Voucher:
    """The statement with values as an expense has them. Refuse each field that could not become an
    expense.
    """
    of_expense = {"merchant", "date", "total", "tax", "currency", "category"}
    try:
        fields = apply(None, voucher.model_dump(mode="json", include=of_expense))
    except InvalidValues as error:
        raise ValuesRefused(error.problems) from error
    return voucher.model_copy(update={"merchant": fields.merchant, "category": fields.category})


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class VoucherRequest(RequestBody):
    """Who was paid (`merchant`), when, how much (decimal strings, with a point), and why there is
    no receipt. `paid_by` is who paid: company where it is left out, or employee, whom the company
    owes it back.
    """

    key: Key = None
    merchant: Name
    date: WrittenDay
    total: str
    currency: str
    tax: str | None = None
    category: str | None = None
    reason: Line
    note: Line | None = None
    paid_by: PaidBy | None = None


@router.post(
    "/api/vouchers",
    tags=["vouchers"],
    status_code=202,
    responses=SAME_AGAIN,
    openapi_extra=needs(Permission.SUBMIT),
)
async def state_expense(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    body: VoucherRequest,
) -> TakenReceipt:
    """State an expense that has no receipt. The statement is stored as its document. Sent again, it
    is the same.
    """
    currency = body.currency.strip().upper()
    if currency not in CODES:
        raise ValuesRefused([("currency", UNKNOWN_CURRENCY)])
    voucher = Voucher(
        origin=Origin.VOUCHER,
        by=principal.user_id,
        key=body.key,
        merchant=one_line(body.merchant),
        date=body.date,
        total=_amount("total", body.total, currency),
        currency=currency,
        tax=_amount("tax", body.tax, currency) if body.tax and body.tax.strip() else None,
        category=one_line(body.category or "") or None,
        reason=one_line(body.reason),
        note=one_line(body.note) if body.note else None,
    )
    return await take(
        platform,
        registry,
        principal=principal,
        response=response,
        voucher=checked(voucher),
        paid_by=body.paid_by,
    )


def _amount(name: str, value: str, currency: str) -> str:
    """The amount with the digits of its currency, so that equal statements have equal bytes."""
    try:
        return Money(minor_from_decimal_string(value, currency), currency).to_decimal_string()
    except AmountError as error:
        raise ValuesRefused([(name, str(error))]) from error
