"""Routes of files for the bank: made, fetched, recovered and answered."""

from datetime import date
from typing import Annotated, Any, Final, Literal, Self

from fastapi import APIRouter, Response
from pydantic import Field, model_validator

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import AccountKey, Caller, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.problems import FILES_UNKNOWN, FOUR_EYES, KEY_REUSED, NOTHING_WAITS, Problem, not_found
from tillroll.api.shapes import Model
from tillroll.payouts.bank_files import answers, repository, service
from tillroll.payouts.bank_files.ibans import file_row
from tillroll.platform.encryption import decrypt
from tillroll.platform.models import Flag, RequestBody
from tillroll.runs.operation_endpoints import Reason

router = APIRouter(tags=["payouts"])

_XML: Final = "application/xml"
_FILE: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {_XML: {}}}}
# Under the bound of every body, with what JSON adds.
_LONGEST_REPORT: Final = 60_000


class PaymentFileRequest(RequestBody):
    """`executionDay` is the day on which the bank is asked to pay: today, or at most a week ahead. `alsoArchived` names
    payouts that are paid although their payees were archived since; others of these are left out."""

    execution_day: date | None = None
    also_archived: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=60)], ...], Field(max_length=service.MOST_IN_FILE)
    ] = ()


class PaymentFileShape(Model):
    """`amount` is the sum in cents of `payments` payments, of which the bank has not answered `open` yet, and has paid
    `posted`. `messageId` is what the file is called at the bank (MsgId). `recoveredAt` says that it was taken up again
    behind a restore, and when; `madeBy` and `createdAt` are of that then. Null of all others."""

    id: str
    message_id: str
    execution_day: str
    payments: int
    amount: int
    open: int
    posted: int
    made_by: str
    created_at: str
    recovered_at: str | None


class HeldShape(Model):
    """A payment that no file takes unless somebody names it: its payee was archived since it was asked for. Name it in
    `alsoArchived`, or cancel the payout."""

    payout_id: str
    name: str
    iban: str
    amount: int
    reference: str


class PaymentFilePage(Model):
    """`waiting` payments would be closed into the next file, at most 100; `held` would be left out."""

    items: list[PaymentFileShape]
    next_cursor: str | None
    waiting: int
    held: list[HeldShape]


class InFile(Model):
    """A payment of a file. `bankStatus` is the bank's code, or `by hand`, and `reason` why it was not made."""

    payout_id: str
    name: str
    iban: str
    amount: int
    reference: str
    status: Literal["processing", "posted", "failed", "returned", "canceled"]
    bank_status: str | None
    reason: str | None


class PaymentFileWhole(PaymentFileShape):
    items: list[InFile]


class PaymentReportRequest(RequestBody):
    """`report` is the bank's status report: a pain.002 as text."""

    report: Annotated[str, Field(min_length=1, max_length=_LONGEST_REPORT)]


class PaymentOutcomeRequest(RequestBody):
    """What the bank did with all payments of a file, or with that of `payoutId` only. `reason` is a code, such as
    AC04."""

    status: answers.Outcome
    payout_id: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    reason: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,35}$")] | None = None


class BankAnswered(Model):
    """How many payments an answer changed. `contradicted` are payouts of which something else was said before, or that
    were cancelled and are paid. What is said of a payment by itself takes the place of the earlier word, and the books
    follow; what is said of the whole file does not."""

    file_id: str
    changed: int
    contradicted: list[str]


class RecoveryRequest(RequestBody):
    """`fileId` is a file that the problem `files-unknown` names, or `content` the bytes of one that is kept nowhere
    else. `handedOut`: the bank was given it. Without both, the bank has no other files."""

    file_id: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    content: Annotated[str, Field(min_length=1, max_length=_LONGEST_REPORT)] | None = None
    handed_out: Flag = True
    reason: Reason

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.file_id is not None and self.content is not None:
            raise ValueError("Give fileId or content, not both")
        if self.content is not None and not self.handed_out:
            raise ValueError("A file that was not handed out needs no content: leave it out")
        return self


class RecoveredShape(Model):
    """`payments` of the file wait for the bank's answer now. `strangers` are payouts in it that were asked for after
    the backup: they are paid, perhaps, and not in the books."""

    file_id: str | None
    payments: int
    strangers: list[str]


@router.post("/api/payment-files", status_code=201, openapi_extra=needs(Permission.PAY))
async def make(
    response: Response, platform: PlatformHere, principal: Caller, asked: PaymentFileRequest, own_key: AccountKey
) -> PaymentFileShape:
    """Close the payments that wait into a file for the bank, once under an Idempotency-Key. No other file has them."""
    try:
        made = await service.make_file(platform, principal.as_actor, asked.execution_day, own_key, asked.also_archived)
    except service.NothingWaits as error:
        said = "No payout by file waits: ask for one, or wait until it was approved and debited."
        if await repository.held(platform.database, principal.account_id, 1):
            said = "The payees of what waits were archived: name its payouts in alsoArchived, or cancel them."
        raise Problem(NOTHING_WAITS, said) from error
    except service.KeyReused as error:
        detail = f"This Idempotency-Key stands for the file of {error}: send this one under its own."
        raise Problem(KEY_REUSED, detail) from error
    except service.Disturbed as error:
        raise Problem(NOTHING_WAITS, "What waits is being changed by others. Send the request again.") from error
    except service.Restored as error:
        said = (
            "The database was restored. Say which files the bank was given since the backup, and that it has no others:"
        )
        raise Problem(FILES_UNKNOWN, f"{said} POST /api/payment-files/recovery.", unknown=[*error.unknown]) from error
    response.headers["location"] = f"/api/payment-files/{made.id}"
    return PaymentFileShape(**vars(made))


@router.get("/api/payment-files", openapi_extra=needs(Permission.LEDGER))
async def list_all(platform: PlatformHere, principal: Caller, page: Paged) -> PaymentFilePage:
    """The account's files for the bank, the newest first, and how many payments wait for the next."""
    found = await repository.find_files(platform.database, principal.account_id, page.behind, page.wanted)
    shown, following = page.cut(found, lambda each: each.id)
    waiting = await repository.waiting(platform.database, principal.account_id, service.MOST_IN_FILE)
    return PaymentFilePage(
        items=[PaymentFileShape(**vars(each)) for each in shown],
        next_cursor=following,
        waiting=len(waiting),
        held=[
            _held(each) for each in await repository.held(platform.database, principal.account_id, service.MOST_IN_FILE)
        ],
    )


@router.get("/api/payment-files/{file_id}", openapi_extra=needs(Permission.LEDGER))
async def show(platform: PlatformHere, principal: Caller, file_id: str) -> PaymentFileWhole:
    """One file with its payments, and what the bank said of each."""
    found = await repository.find_files(platform.database, principal.account_id, id_=file_id)
    if not found:
        raise not_found("file")
    items = [_payment(each) for each in await repository.instructions_in(platform.database, file_id)]
    return PaymentFileWhole(**vars(found[0]), items=items)


@router.get(
    "/api/payment-files/{file_id}/pain.001.xml",
    response_class=Response,
    responses=_FILE,
    openapi_extra=needs(Permission.PAY),
)
async def fetch(platform: PlatformHere, principal: Caller, file_id: str) -> Response:
    """The file as the bank takes it (pain.001.001.09): the same bytes each time, so that a bank that was given it twice
    sees one MsgId."""
    kept = await repository.content_of(platform.database, principal.account_id, file_id)
    if kept is None:
        raise not_found("file")
    content = await decrypt(platform, kept, file_row(file_id))
    # Whoever made it may have died before that.
    await service.keep_copy(platform, principal.account_id, file_id, kept)
    name = f'attachment; filename="{file_id}.pain.001.xml"'
    return Response(content, media_type=_XML, headers={"content-disposition": name, "cache-control": "no-store"})


@router.post("/api/payment-files/recovery", openapi_extra=needs(Permission.PAY))
async def recover(platform: PlatformHere, principal: Caller, asked: RecoveryRequest) -> RecoveredShape:
    """Behind a restore: take a file up that the bank was given since the backup, so that its payments are in no other;
    drop one that it was not given; and in the end say that it has no others. Files are made again then. Bytes are taken
    up only where they pay what was asked for."""
    by, found = principal.as_actor, None
    try:
        if asked.handed_out and (asked.file_id or asked.content):
            found = await service.adopt(platform, by, asked.file_id, asked.content, asked.reason)
        elif asked.file_id is not None:
            await service.discard(platform, by, asked.file_id, asked.reason)
        else:
            await service.say_all_known(platform, by, asked.reason)
    except service.NoSuchCopy as error:
        raise not_found("file that is not known yet") from error
    if found is None:
        return RecoveredShape(file_id=asked.file_id, payments=0, strangers=[])
    return RecoveredShape(**vars(found))


@router.post("/api/payment-reports", openapi_extra=needs(Permission.PAY))
async def take_report(platform: PlatformHere, principal: Caller, asked: PaymentReportRequest) -> BankAnswered:
    """Take a bank's status report (pain.002) of a file. Taken again, it changes nothing. Of payouts that a second
    person decides on, somebody else hands it in than who asked for them."""
    try:
        answered = await answers.take_report(platform, principal.as_actor, principal.user_id, asked.report)
    except answers.NeedsSecond as error:
        raise Problem(FOUR_EYES, str(error)) from error
    return _answered(answered)


@router.post("/api/payment-files/{file_id}/outcomes", openapi_extra=needs(Permission.PAY))
async def tell(platform: PlatformHere, principal: Caller, file_id: str, asked: PaymentOutcomeRequest) -> BankAnswered:
    """Say what the bank did, where it sends no report. By its `payoutId`, what was said of a payment before is
    corrected; what was paid may have been `returned` since. Of payouts that a second person decides on, somebody else
    says it than who asked for them."""
    try:
        answered = await answers.tell(
            platform, principal.as_actor, principal.user_id, file_id, asked.status, asked.payout_id, asked.reason
        )
    except answers.NoSuchFile as error:
        raise not_found("file, or payout in it") from error
    except answers.NeedsSecond as error:
        raise Problem(FOUR_EYES, str(error)) from error
    return _answered(answered)


def _answered(answered: answers.Answered) -> BankAnswered:
    return BankAnswered(**vars(answered))


def _held(each: repository.Instruction) -> HeldShape:
    return HeldShape(
        payout_id=each.run_id, name=each.holder, iban=each.shown, amount=each.amount, reference=each.reference
    )


def _payment(each: repository.Instruction) -> InFile:
    return InFile(
        payout_id=each.run_id,
        name=each.holder,
        iban=each.shown,
        amount=each.amount,
        reference=each.reference,
        status=each.status.value,
        bank_status=each.bank_status,
        reason=each.reason,
    )
