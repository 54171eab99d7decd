"""Routes of batches of payouts, as JSON or CSV."""

import csv
from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Response
from pydantic import Field, ValidationError

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import AccountKey, Caller, Deployed, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.problems import KEY_REUSED, Problem, not_found
from tillroll.api.shapes import Model
from tillroll.durable import KeyReused, ValuesRefused
from tillroll.payouts.batches.contract import KIND, MOST_PAYOUTS, PayoutBatchParams
from tillroll.payouts.batches.repository import Batch, Sum, find_batches, lines_of, sums_of
from tillroll.payouts.batches.workflow import begin_batch
from tillroll.payouts.contract import PayoutParams
from tillroll.payouts.endpoints import AlikePayout, AlikeShape, PayoutRequest, alike_shown
from tillroll.payouts.service import line_of
from tillroll.platform.clock import to_text
from tillroll.platform.models import Page, RequestBody

HEAD: Final = ("payee", "currency", "amount", "reference")
_MOST_SAID: Final = 10


class BadLines(ValueError):
    """Lines are no payouts; `lines` says of each what is wrong, by its number in the file."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines[:_MOST_SAID]


def read_lines(text: str) -> list[PayoutParams]:
    """The payouts of a file (RFC 4180, commas) whose head is HEAD; the amount is in minor units.

    Raises:
        BadLines: the head is another, a line is no payout, or there are none or too many.
    """
    try:
        head, *lines = [line for line in csv.reader(text.removeprefix("\ufeff").splitlines(), strict=True) if line] or [
            []
        ]
    except csv.Error as error:
        raise BadLines([f"This is no CSV: {error}."]) from error
    if tuple(cell.strip().lower() for cell in head) != HEAD:
        raise BadLines([f"The first line has to be {','.join(HEAD)}."])
    if not 0 < len(lines) <= MOST_PAYOUTS:
        raise BadLines([f"A batch has 1 to {MOST_PAYOUTS} payouts; this one has {len(lines)}."])
    payouts: list[PayoutParams] = []
    wrong: list[str] = []
    for number, cells in enumerate(lines, start=2):
        try:
            payouts.append(_payout([cell.strip() for cell in cells]))
        except ValidationError as error:
            fields = ", ".join(sorted({str(each["loc"][0]) for each in error.errors()}))
            wrong.append(f"Line {number}: {fields} cannot be used.")
        except ValueError as error:
            wrong.append(f"Line {number}: {error}.")
    if wrong:
        raise BadLines(wrong)
    return payouts


def _payout(cells: list[str]) -> PayoutParams:
    if len(cells) != len(HEAD):
        raise ValueError(f"it has {len(cells)} cells, and not {len(HEAD)}")
    payee, currency, amount, reference = cells
    if not (amount.isascii() and amount.isdecimal()):
        raise ValueError("the amount is in minor units, in digits alone: 1290 for 12.90")
    return PayoutParams(payee_id=payee, currency=currency, amount=int(amount), reference=reference)


router = APIRouter(tags=["payouts"])


class PayoutBatchRequest(RequestBody):
    """Either `payouts`, or `csv`: a line for each, under the head payee,currency,amount,reference, where the amount is
    in minor units."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
    payouts: Annotated[list[PayoutRequest], Field(min_length=1, max_length=MOST_PAYOUTS)] | None = None
    csv: Annotated[str, Field(min_length=1, max_length=50_000)] | None = None


class PayoutBatch(Model):
    """`id` is its run's, `state` where that stands; `payments` is how many payouts it has."""

    id: str
    name: str
    payments: int
    asked_by: str
    state: str
    status: str
    created_at: str


class OutcomeSum(Model):
    """How many payouts of a currency had an outcome, and their amount in minor units. `paid`; `refused`: nothing was
    moved; `returned` by the bank later; `stopped` by a person; `unknown`: somebody has to look; `open`: it goes on."""

    currency: str
    outcome: str
    count: int
    amount: int


class PayoutBatchWhole(PayoutBatch):
    """With what became of those that were begun; GET /api/payouts?batch= lists them. `alike` warns of payouts outside
    of the batch that one of its own may be once more."""

    sums: list[OutcomeSum]
    alike: list[AlikePayout]


@router.post("/api/payout-batches", status_code=202, openapi_extra=needs(Permission.PAY))
async def ask(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    asked: PayoutBatchRequest,
    own_key: AccountKey,
) -> PayoutBatchWhole:
    """Have many paid, approved at once, and each once: under an Idempotency-Key it is one batch."""
    params = _params(asked)
    try:
        begun = await begin_batch(platform, registry.newest[KIND], principal.as_actor, params, own_key)
    except KeyReused as error:
        detail = "This Idempotency-Key stands for another batch: send this one under its own."
        raise Problem(KEY_REUSED, detail) from error
    response.headers["location"] = f"/api/payout-batches/{begun.run_id}"
    return await show(platform, principal, begun.run_id)


@router.post("/api/payout-batches/check", openapi_extra=needs(Permission.PAY))
async def check(platform: PlatformHere, principal: Caller, asked: PayoutBatchRequest) -> AlikeShape:
    """Look whether payouts of a batch may be others once more, before it is asked for. Nothing is begun. Two alike in
    one batch are not told of: whoever lists them sees both."""
    lines = [line_of(each) for each in _params(asked).payouts]
    now = to_text(platform.clock.now())
    return AlikeShape(alike=await alike_shown(platform.database, principal.account_id, lines, now))


@router.get("/api/payout-batches", openapi_extra=needs(Permission.LEDGER))
async def list_all(platform: PlatformHere, principal: Caller, page: Paged) -> Page[PayoutBatch]:
    """The account's batches of payouts, the newest first."""
    found = await find_batches(platform.database, principal.account_id, page.behind, page.wanted)
    shown, following = page.cut(found, lambda each: each.id)
    return Page(items=[_shape(each) for each in shown], next_cursor=following)


@router.get("/api/payout-batches/{batch_id}", openapi_extra=needs(Permission.LEDGER))
async def show(platform: PlatformHere, principal: Caller, batch_id: str) -> PayoutBatchWhole:
    """One batch, and what became of its payouts in sum, now."""
    found = await find_batches(platform.database, principal.account_id, id_=batch_id)
    if not found:
        raise not_found("batch of payouts")
    sums = [_sum(each) for each in await sums_of(platform.database, batch_id)]
    lines = await lines_of(platform.database, batch_id)
    alike = await alike_shown(platform.database, principal.account_id, lines, found[0].created_at, batch_id=batch_id)
    return PayoutBatchWhole(**vars(found[0]), sums=sums, alike=alike)


def _params(asked: PayoutBatchRequest) -> PayoutBatchParams:
    """
    Raises:
        ValuesRefused: see `_payouts`.
    """
    return PayoutBatchParams.model_validate({"name": asked.name, "payouts": _payouts(asked)})


def _payouts(asked: PayoutBatchRequest) -> list[dict[str, object]]:
    """
    Raises:
        ValuesRefused: neither or both are given, or the CSV has lines that are none.
    """
    if (asked.payouts is None) is (asked.csv is None):
        raise ValuesRefused([("payouts", "Send either payouts, or csv.")])
    if asked.payouts is not None:
        return [each.model_dump() for each in asked.payouts]
    try:
        return [each.model_dump() for each in read_lines(asked.csv or "")]
    except BadLines as error:
        raise ValuesRefused([("csv", said) for said in error.lines]) from error


def _shape(batch: Batch) -> PayoutBatch:
    return PayoutBatch(**vars(batch))


def _sum(each: Sum) -> OutcomeSum:
    return OutcomeSum(**vars(each))
