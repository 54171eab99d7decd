"""Routes of payouts, payees, limits, batches and files for the bank. What becomes of a payout is
its run's."""

from typing import Annotated, Any, Final, Self, TypeAlias

from fastapi import Path, Query, Response
from fastapi.responses import JSONResponse
from pydantic import Field, model_validator

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import (
    AccountKey,
    Caller,
    Deployed,
    ListPlatform,
    PlatformHere,
    allowed_of,
    needs,
    require,
)
from tillroll.api.paging import Paged
from tillroll.api.problems import not_found
from tillroll.api.routing import Router
from tillroll.payouts import changes, models, outcomes, repository, service
from tillroll.payouts.bank_files import creation, instructions, recovered_files
from tillroll.payouts.bank_files import service as bank_files
from tillroll.payouts.batches import workflow as batches
from tillroll.payouts.by_hand import correct_by_hand, settle_by_hand, take_back
from tillroll.payouts.contract import KIND, Currency, PayoutParams
from tillroll.payouts.cron import FILES
from tillroll.payouts.four_eyes import limits_of
from tillroll.payouts.models import (
    AlikePayouts,
    BankAnswered,
    Payee,
    Payout,
    PayoutChange,
    PayoutDetail,
    PayoutLimit,
)
from tillroll.payouts.owed.models import UndoingByHand
from tillroll.payouts.own_account import (
    OwnAccount,
    OwnAccountRequest,
    enter_own_account,
    find_own_account,
)
from tillroll.runs.endpoints import owned_run
from tillroll.runs.operation_endpoints import Reason
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.encryption import decrypt
from tillroll_durable.platform.models import Flag, Items, Page, RequestBody

router = Router(tags=["payouts"])


class SettlementRequest(RequestBody):
    """What became of the payment, as the bank says: it was made, or it was not, and never will be.
    With `corrects`, of a payout that has ended, what was heard or said before was wrong."""

    settled_as: models.SettledAs
    reason: Reason
    corrects: Flag = False


class RecoveryRequest(RequestBody):
    """`fileId` is a file that the problem `files-unknown` names, or `content` the bytes of one that
    is kept nowhere else. `handedOut`: the bank was given it. Without both, the bank has no other
    files."""

    file_id: models.Id | None = None
    content: Annotated[str, Field(min_length=1, max_length=models.LONGEST_REPORT)] | None = None
    handed_out: Flag = True
    reason: Reason

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.file_id is not None and self.content is not None:
            raise ValueError("Give fileId or content, not both")
        if self.content is not None and not self.handed_out:
            raise ValueError("A file that was not handed out needs no content: leave it out")
        return self


@router.post("/api/payouts", status_code=202, openapi_extra=needs(Permission.PAY))
async def request_payout(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    body: models.PayoutRequest,
    own_key: AccountKey,
) -> PayoutDetail:
    """Have somebody paid, once under an Idempotency-Key, which holds for the whole account and for
    ever. `Location` says where it stands. `alike` warns of payouts that it may be once more; it is
    asked for all the same."""
    params = PayoutParams.model_validate(body.model_dump())
    triggered = await service.begin_payout(
        platform, registry.newest[KIND], actor=principal.as_actor, params=params, key=own_key
    )
    response.headers["location"] = f"/api/payouts/{triggered.run_id}"
    return await show_payout(platform, principal, triggered.run_id)


@router.post("/api/payouts/check", openapi_extra=needs(Permission.PAY))
async def check_payout(
    platform: PlatformHere,
    principal: Caller,
    body: models.PayoutRequest,
) -> AlikePayouts:
    """Look whether a payout may be another once more, before it is asked for. Nothing is begun."""
    now = platform.clock.now()
    return AlikePayouts(
        alike=await repository.find_alike(
            platform.database, principal.account_id, lines=[body.line], at=now
        )
    )


@router.get("/api/payouts", openapi_extra=needs(Permission.LEDGER))
async def list_payouts(
    platform: ListPlatform,
    principal: Caller,
    page: Paged,
    state: Annotated[
        str | None, Query(max_length=60, description="Only those in this state, such as paid")
    ] = None,
    batch: Annotated[
        str | None, Query(max_length=60, description="Only those of this batch: run_…")
    ] = None,
) -> Page[Payout]:
    """The account's payouts, the newest first."""
    return page.of(
        await repository.list_payouts(
            platform.database,
            principal.account_id,
            state=state,
            batch_id=batch,
            cursor=page.after,
            limit=page.fetch_limit,
        )
    )


@router.get("/api/payouts/{payout_id}", openapi_extra=needs(Permission.LEDGER))
async def show_payout(platform: PlatformHere, principal: Caller, payout_id: str) -> PayoutDetail:
    """Show one payout. GET /api/runs/{id} says what happened, and what is safe to do next."""
    payout = await repository.load_payout(platform.database, payout_id, principal.account_id)
    if payout is None:
        raise not_found("payout")
    ids = {"run_id": payout.id, "batch_id": payout.batch_id}
    at = from_text(payout.created_at)
    alike = await repository.find_alike(
        platform.database, principal.account_id, lines=[payout.line], at=at, **ids
    )
    expenses = await repository.covered_by(platform.database, payout.id)
    reported = await outcomes.list_outcomes(platform.database, payout.id)
    return PayoutDetail(**vars(payout), expenses=expenses, outcomes=reported, alike=alike)


@router.post("/api/payouts/{payout_id}/undo", openapi_extra=needs(Permission.PAY))
async def undo_payout(
    platform: PlatformHere,
    principal: Caller,
    payout_id: str,
    body: UndoingByHand,
) -> PayoutDetail:
    """Take back that a payout was paid by hand. The books reverse it, and its expenses are owed
    again; once more changes nothing. What a second person decided on, somebody else takes back than
    who asked for it."""
    payout = await repository.load_payout(platform.database, payout_id, principal.account_id)
    if payout is None:
        raise not_found("payout")
    await take_back(
        platform,
        principal.as_actor,
        person=principal.person_behind,
        payout=payout,
        reason=body.reason,
    )
    return await show_payout(platform, principal, payout_id)


@router.post(
    "/api/payouts/{payout_id}/settlement", status_code=202, openapi_extra=needs(Permission.OPERATE)
)
async def settle_payout(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    payout_id: str,
    body: SettlementRequest,
) -> Payout:
    """Say what became of a payment of which nobody else can say it; the run goes on, and books what
    is missing. It is said once: the same again changes nothing, and something else is refused, but
    for a correction."""
    run = await owned_run(platform, principal, payout_id)
    payout = await repository.load_payout(platform.database, payout_id, principal.account_id)
    if payout is None:
        raise not_found("payout")
    require(principal, allowed_of(registry, run.kind, run.contract_version).operate)
    say = correct_by_hand if body.corrects else settle_by_hand
    await say(
        platform,
        principal.as_actor,
        person=principal.person_behind,
        run=run,
        payout=payout,
        settled_as=body.settled_as,
        reason=body.reason,
    )
    return await show_payout(platform, principal, payout_id)


@router.get("/api/payees", openapi_extra=needs(Permission.PAY))
async def list_payees(platform: PlatformHere, principal: Caller, page: Paged) -> Page[Payee]:
    """List whom this account pays, the newest first."""
    return page.of(
        await repository.list_payees(
            platform.database, principal.account_id, cursor=page.after, limit=page.fetch_limit
        )
    )


@router.post("/api/payees", status_code=201, openapi_extra=needs(Permission.PAY))
async def create_payee(
    platform: PlatformHere,
    principal: Caller,
    body: models.PayeeRequest,
) -> Payee:
    """Keep somebody whom the payment provider, or a file for the bank, can pay."""
    return await service.create_payee(platform, principal.as_actor, body)


@router.put("/api/payees/{payee_id}/person", openapi_extra=needs(Permission.PAY))
async def link_payee_to_person(
    platform: PlatformHere, principal: Caller, payee_id: str, body: models.PayeeLink
) -> Payee:
    """Say whose expenses a payee pays back: a person of the account, or nobody. One payee a person
    and way."""
    return await service.link_payee(
        platform, principal.as_actor, payee_id=payee_id, person=body.person
    )


@router.delete("/api/payees/{payee_id}", status_code=204, openapi_extra=needs(Permission.PAY))
async def archive_payee(platform: PlatformHere, principal: Caller, payee_id: str) -> None:
    """Let nobody be paid under it any more. What is on its way goes on."""
    await service.archive_payee(platform, principal.as_actor, payee_id)


@router.get("/api/own-bank-account", openapi_extra=needs(Permission.CREDENTIALS))
async def show_own_bank_account(platform: PlatformHere, principal: Caller) -> OwnAccount:
    """The bank account that the caller is paid at, by a file for the bank."""
    return await find_own_account(platform.database, principal.account_id, principal.user_id)


@router.put("/api/own-bank-account", openapi_extra=needs(Permission.CREDENTIALS))
async def enter_own_bank_account(
    platform: PlatformHere, principal: Caller, body: OwnAccountRequest
) -> OwnAccount:
    """Say where the caller is paid. Another one is entered once somebody who may `pay` has archived
    the first."""
    return await enter_own_account(
        platform, principal.as_actor, person=principal.user_id, request=body
    )


_WAITS: Final = 202
_WAITING: Final[dict[int | str, dict[str, Any]]] = {
    _WAITS: {
        "model": PayoutChange,
        "description": "It waits for a second person; nothing was changed yet",
    }
}
_Currency: TypeAlias = Annotated[Currency, Path()]


@router.get("/api/payout-limits", openapi_extra=needs(Permission.PAY))
async def list_payout_limits(platform: PlatformHere, principal: Caller) -> Items[PayoutLimit]:
    """Above what a second person decides. Without any, nobody is asked. A payout in a currency that
    has none of several is decided on by a second person too."""
    limits = await limits_of(platform.database, principal.account_id)
    return Items(
        items=[PayoutLimit(currency=currency, above=above) for currency, above in limits.items()]
    )


@router.put(
    "/api/payout-limits/{currency}",
    response_model=PayoutLimit,
    responses=_WAITING,
    openapi_extra=needs(Permission.PAY),
)
async def set_payout_limit(
    platform: PlatformHere, principal: Caller, currency: _Currency, body: models.LimitRequest
) -> PayoutLimit | JSONResponse:
    """Let a second person decide above an amount. The first limit, and a lower one, hold at once,
    for payouts that are asked for from then on. A higher one waits for a second person (202)."""
    waiting = await changes.set_limit(
        platform, principal.as_actor, currency=currency, above=body.above
    )
    if waiting is None:
        return PayoutLimit(currency=currency, above=body.above)
    return _waits(waiting)


@router.delete(
    "/api/payout-limits/{currency}",
    status_code=204,
    response_model=None,
    responses=_WAITING,
    openapi_extra=needs(Permission.PAY),
)
async def remove_payout_limit(
    platform: PlatformHere,
    principal: Caller,
    currency: _Currency,
) -> JSONResponse | None:
    """Take a currency's limit away. It waits for a second person (202); where there is none,
    nothing is done (204)."""
    waiting = await changes.set_limit(platform, principal.as_actor, currency=currency, above=None)
    if waiting is None:
        return None
    return _waits(waiting)


def _waits(change: PayoutChange) -> JSONResponse:
    return JSONResponse(change.as_json(), status_code=_WAITS)


@router.get("/api/payout-changes", openapi_extra=needs(Permission.LEDGER))
async def list_payout_changes(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    waiting: Annotated[bool, Query(description="Only those that wait")] = False,
) -> Page[PayoutChange]:
    """Changes of limits and of the company's account that were asked for, the newest first."""
    return page.of(
        await changes.list_changes(
            platform.database,
            principal.account_id,
            cursor=page.after,
            limit=page.fetch_limit,
            is_waiting=waiting,
        )
    )


@router.post("/api/payout-changes/{change_id}/decision", openapi_extra=needs(Permission.APPROVE))
async def decide_payout_change(
    platform: PlatformHere, principal: Caller, change_id: str, body: models.ChangeDecision
) -> PayoutChange:
    """Confirm a change, which takes effect, or reject it. Where the ledger refuses it, `outcome`
    says so."""
    confirms = body.decision == "confirm"
    return await changes.decide(
        platform, principal.as_actor, user_id=principal.user_id, id_=change_id, confirms=confirms
    )


_XML: Final = "application/xml"
_FILE: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {_XML: {}}}}


@router.post("/api/payment-files", status_code=201, openapi_extra=needs(Permission.PAY))
async def create_payment_file(
    response: Response,
    platform: PlatformHere,
    principal: Caller,
    body: models.PaymentFileRequest,
    own_key: AccountKey,
) -> models.PaymentFile:
    """Close the payments that wait into a file for the bank, once under an Idempotency-Key. No
    other file has them."""
    created = await creation.make_file(
        platform,
        principal.as_actor,
        on=body.execution_day,
        key=own_key,
        also_archived=body.also_archived,
    )
    response.headers["location"] = f"/api/payment-files/{created.id}"
    return created


@router.get("/api/payment-files", openapi_extra=needs(Permission.LEDGER))
async def list_payment_files(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
) -> models.PaymentFiles:
    """The account's files for the bank, the newest first, and how many payments wait for the
    next."""
    database = platform.database
    account_id = principal.account_id
    files = page.of(
        await instructions.find_files(
            database, account_id, cursor=page.after, limit=page.fetch_limit
        )
    )
    waiting = await instructions.waiting(database, account_id, models.MOST_IN_FILE)
    held_payments = await instructions.held(database, account_id, models.MOST_IN_FILE)
    return models.PaymentFiles(**vars(files), waiting=len(waiting), held=[*held_payments])


@router.get("/api/payment-files/{file_id}", openapi_extra=needs(Permission.LEDGER))
async def show_payment_file(
    platform: PlatformHere,
    principal: Caller,
    file_id: str,
) -> models.PaymentFileDetail:
    """Show one file with its payments, and what the bank said of each."""
    files = await instructions.find_files(platform.database, principal.account_id, id_=file_id)
    if not files:
        raise not_found("file")
    items = await instructions.payments_in(platform.database, file_id)
    return models.PaymentFileDetail(**vars(files[0]), items=items)


@router.get(
    "/api/payment-files/{file_id}/pain.001.xml",
    response_class=Response,
    responses=_FILE,
    openapi_extra=needs(Permission.PAY),
)
async def download_payment_file(
    platform: PlatformHere,
    principal: Caller,
    file_id: str,
) -> Response:
    """The file as the bank takes it (pain.001.001.09): the same bytes each time, so that a bank
    that was given it twice sees one MsgId."""
    stored_content = await instructions.content_of(platform.database, principal.account_id, file_id)
    if stored_content is None:
        raise not_found("file")
    content = await decrypt(platform, stored_content, FILES.row(file_id))
    # The one who made it may have died before that.
    await recovered_files.keep_copy(
        platform, principal.account_id, id_=file_id, ciphertext=stored_content
    )
    name = f'attachment; filename="{file_id}.pain.001.xml"'
    return Response(
        content, media_type=_XML, headers={"content-disposition": name, "cache-control": "no-store"}
    )


@router.post("/api/payment-files/recovery", openapi_extra=needs(Permission.PAY))
async def recover_payment_files(
    platform: PlatformHere,
    principal: Caller,
    body: RecoveryRequest,
) -> models.Recovered:
    """Behind a restore: take a file up that the bank was given since the backup, so that its
    payments are in no other; drop one that it was not given; and in the end say that it has no
    others. Files are made again then. Bytes are taken up only where they pay what was asked for."""
    by = principal.as_actor
    if body.handed_out and (body.file_id or body.content):
        return await recovered_files.adopt(
            platform, by, id_=body.file_id, content=body.content, reason=body.reason
        )
    if body.file_id is not None:
        await recovered_files.discard(platform, by, id_=body.file_id, reason=body.reason)
    else:
        await recovered_files.say_all_known(platform, by, body.reason)
    return models.Recovered(file_id=body.file_id, payments=0, strangers=[])


@router.post("/api/payment-reports", openapi_extra=needs(Permission.PAY))
async def import_payment_report(
    platform: PlatformHere, principal: Caller, body: models.PaymentReportRequest
) -> BankAnswered:
    """Take a bank's status report (pain.002) of a file. Taken again, it changes nothing. Of payouts
    that a second person decides on, somebody else hands it in than who asked for them."""
    return await bank_files.take_report(
        platform, principal.as_actor, person=principal.person_behind, content=body.report
    )


@router.post("/api/payment-files/{file_id}/outcomes", openapi_extra=needs(Permission.PAY))
async def report_payment_outcomes(
    platform: PlatformHere, principal: Caller, file_id: str, body: models.PaymentOutcomeRequest
) -> BankAnswered:
    """Say what the bank did, where it sends no report, or its reports leave it open. By its
    `payoutId`, what was said of a payment before is corrected; what was paid may have been
    `returned` since. Of payouts that a second person decides on, somebody else says it than who
    asked for them."""
    by = principal.as_actor, principal.person_behind
    return await bank_files.record_outcome(
        platform, *by, file_id, body.status, body.payout_id, body.reason
    )


@router.post("/api/payout-batches", status_code=202, openapi_extra=needs(Permission.PAY))
async def request_payout_batch(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    body: models.PayoutBatchRequest,
    own_key: AccountKey,
) -> models.PayoutBatchDetail:
    """Have many paid, approved at once, and each once: under an Idempotency-Key it is one batch."""
    workflow = registry.newest[batches.KIND]
    params = batches.params_of(body)
    triggered = await batches.begin_batch(
        platform, workflow, actor=principal.as_actor, params=params, key=own_key
    )
    response.headers["location"] = f"/api/payout-batches/{triggered.run_id}"
    return await show_payout_batch(platform, principal, triggered.run_id)


@router.post("/api/payout-batches/check", openapi_extra=needs(Permission.PAY))
async def check_payout_batch(
    platform: PlatformHere, principal: Caller, body: models.PayoutBatchRequest
) -> AlikePayouts:
    """Look whether payouts of a batch may be others once more, before it is asked for. Nothing is
    begun. Two alike in one batch are not told of: anyone who lists them sees both."""
    lines = [each.line for each in batches.params_of(body).payouts]
    now = platform.clock.now()
    return AlikePayouts(
        alike=await repository.find_alike(
            platform.database, principal.account_id, lines=lines, at=now
        )
    )


@router.get("/api/payout-batches", openapi_extra=needs(Permission.LEDGER))
async def list_payout_batches(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
) -> Page[models.PayoutBatch]:
    """The account's batches of payouts, the newest first."""
    return page.of(
        await repository.list_batches(
            platform.database, principal.account_id, cursor=page.after, limit=page.fetch_limit
        )
    )


@router.get("/api/payout-batches/{batch_id}", openapi_extra=needs(Permission.LEDGER))
async def show_payout_batch(
    platform: PlatformHere,
    principal: Caller,
    batch_id: str,
) -> models.PayoutBatchDetail:
    """Show one batch, and what became of its payouts in sum, now."""
    database = platform.database
    account_id = principal.account_id
    batches_ = await repository.list_batches(database, account_id, id_=batch_id)
    if not batches_:
        raise not_found("batch of payouts")
    lines = await repository.lines_of(database, batch_id)
    at = from_text(batches_[0].created_at)
    alike = await repository.find_alike(database, account_id, lines=lines, at=at, batch_id=batch_id)
    sums = await repository.sums_of(database, batch_id)
    return models.PayoutBatchDetail(**vars(batches_[0]), sums=sums, alike=alike)
