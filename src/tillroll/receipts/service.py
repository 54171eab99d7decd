"""Takes an upload or a statement, begins its run or the next one, and reads again what waits for a
person. The same bytes run once.
"""

import codecs
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from tillroll.expenses.values import PaidBy
from tillroll.quotas.usage import QuotaReached, QuotaSettings, usage_of
from tillroll.receipts import repository
from tillroll.receipts.contract import (
    AI_BUDGET,
    TRANSCRIPT_CUT,
    UNREADABLE,
    ReceiptParams,
    begun_by,
)
from tillroll.receipts.repository import Receipt, Uploaded, load_receipt
from tillroll.receipts.who_paid import COMPANY
from tillroll_documents.file_types import HiddenSize, picture_size, sniff
from tillroll_documents.pictures.pieces import PictureSize
from tillroll_documents.reading.voucher import MEDIA_TYPES, Voucher
from tillroll_documents.signed_files import begins_encrypted, begins_signed
from tillroll_durable import (
    Actor,
    BegunRun,
    NotBegun,
    Statement,
    Status,
    Triggered,
    ValuesRefused,
    Workflow,
    begin,
)
from tillroll_durable.ai.budgets import budget_of
from tillroll_durable.decisions import Review, Verdict, newest_review, record, wake
from tillroll_durable.operations import NotPossible
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import Row, optional_text, text
from tillroll_durable.platform.bindings.http import IncomingFile
from tillroll_durable.platform.bindings.models import MOST_PIXELS
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import dump, load_object
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.refusals import KEY_REUSED, Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import NewRun, Run, log_fields

LARGEST_BYTES: Final = 10 * 1024 * 1024
# Statuses in which a run has ended without an expense, so that the same bytes may be tried anew.
ENDED_WITHOUT_EXPENSE: Final = frozenset({Status.REJECTED, Status.CANCELLED})
# How often it is tried where a quota had no room, and had some a moment later.
_TRIES: Final = 3
# Why a run waits that another reading may help.
_READ_AGAIN: Final = frozenset({AI_BUDGET, TRANSCRIPT_CUT, UNREADABLE})


class MayNot(Refusal):
    """The file does not come in; the message says why, and how to put it right."""


class EmptyUpload(MayNot):
    kind = Kind("empty-upload", 400, "The upload is empty")


class TooLarge(MayNot):
    kind = Kind("too-large", 413, "The file is too large")

    def __init__(self) -> None:
        most = LARGEST_BYTES // 1024 // 1024
        super().__init__(
            f"The file has more than {most} MB. Photograph it with fewer megapixels, or compress "
            "it."
        )


class NotReadable(MayNot):
    kind = Kind("unsupported-media-type", 415, "The file is not a picture or PDF that can be read")


class BankStatement(MayNot):
    kind = Kind("bank-statement", 415, "The file is a bank statement")


class TooManyPixels(MayNot):
    kind = Kind("too-many-pixels", 422, "The picture has too many pixels")


class SizeNotFound(MayNot):
    kind = Kind("hidden-size", 422, "The picture's size cannot be found")


@dataclass(frozen=True)
class Checked:
    """What the leading bytes tell of a file that may come in; `picture` is None where they do not
    say its size.
    """

    media_type: str
    picture: PictureSize | None


def check_upload(file: IncomingFile) -> Checked:
    """What a file is that may come in, by its leading bytes and size. Raises MayNot: it may not."""
    if file.size == 0:
        raise EmptyUpload("The file has no bytes. Choose the photo or PDF again.")
    if file.size > LARGEST_BYTES:
        raise TooLarge
    media_type = sniff(file.peek)
    if media_type is None and _is_bank_statement(file):
        raise BankStatement("This is a bank statement: drop it on the page Bank.")
    if media_type is None:
        raise NotReadable(_why_not(file.peek(0, _SIGNED_HEAD)))
    try:
        picture = picture_size(media_type, file.peek)
    except HiddenSize as error:
        raise SizeNotFound(
            "So much stands before the picture's size that it was not looked for. Save the picture "
            "anew."
        ) from error
    if picture and picture.pixels > MOST_PIXELS:
        raise TooManyPixels(
            f"The picture has {picture.pixels / 1e6:.0f} megapixels; at most "
            f"{MOST_PIXELS / 1e6:.0f} are taken. "
            "Scale it down."
        )
    return Checked(media_type, picture)


_SIGNED_HEAD: Final = 200


def _why_not(head: bytes) -> str:
    """What a file is that is not taken, where its leading bytes say so."""
    if begins_encrypted(head):
        return "This envelope (.p7m) is encrypted. Open it, and send what is in it."
    if begins_signed(head):
        return (
            "This is a signed envelope (.p7m) without an invoice in XML. Open it, and send what "
            "is in it."
        )
    return (
        "This file is no photo, PDF or e-invoice. Send a picture (JPEG, PNG, WebP or HEIC), a PDF,"
        " or an e-invoice in XML (UBL, CII, FatturaPA, KSeF, Facturae or ebInterface)."
    )


_STATEMENTS: Final = (b"iso:20022:tech:xsd:camt.", b"ofxheader", b"<ofx>", b"{1:f01", b":20:")
_PEEKED: Final = 4_096
_CELLS: Final = 3
_BINARY: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _is_bank_statement(file: IncomingFile) -> bool:
    """Whether a file that is no receipt begins as files of banks do: camt, OFX, MT940, or a
    table.
    """
    head = file.peek(0, _PEEKED).lower()
    if any(each in head for each in _STATEMENTS):
        return True
    # What an archive packs has separators by chance, too.
    if _BINARY.search(head) and not head.startswith(_UTF_16):
        return False
    if head.count(b"\n") > 1:
        lines = [each for each in head.split(b"\n") if each.strip()][:-1]
    else:
        lines = []
    return b"<" not in head and any(
        len(lines) > 1 and all(each.count(mark) >= _CELLS for each in lines)
        for mark in (b";", b",", b"\t")
    )


class TakenReceipt(Model):
    """As of an upload: where the statement's run stands. `paid_by` is who paid, as it was said
    first where the bytes were there before. `previous_run_id` where that one ended without an
    expense.
    """

    run_id: str
    receipt_id: str
    status: str
    paid_by: PaidBy
    previous_run_id: str | None = None
    is_new: bool = Field(exclude=True)


def original_key(account_id: str, sha256: str) -> str:
    """Where the bucket holds a receipt's bytes: by their own sum, so that the same bytes lie there
    once.
    """
    return f"{account_id}/{sha256}/original"


class DocumentKnown(MayNot):
    """What a caller who sees their own documents alone learns of another's."""

    kind = Kind("document-known", 409, "The account has this document already")
    explanation = (
        "Somebody has handed it in before. Nothing was changed, and there is nothing for you to do."
    )


class BeingErased(Refusal):
    """What is taken in for these bytes now would be deleted with what is there of them."""

    kind = Kind("being-erased", 503, "The receipt is being deleted for good", may_pass=True)
    explanation = "Send the file again in a few minutes: what is there of it has to be gone before."


class NoSuchReceipt(LookupError):
    """The batch was refused, but these bytes are in no receipt: another one has its id."""


async def take_upload(
    platform: Platform,
    workflow: Workflow,
    actor: Actor,
    file: Uploaded,
    receipt_id: str | None = None,
) -> TakenReceipt:
    """Begin a run for some bytes, once in an account however often they come, and again where their
    run has ended without an expense. It is recorded when this returns, also where the engine does
    not answer. Raises NoSuchReceipt: `receipt_id` is that of other bytes; DocumentKnown: they are
    of another, whose documents are not seen; BeingErased; QuotaReached.
    """
    limits = platform.settings.of(QuotaSettings)

    def receipt(run: NewRun, now: str) -> list[Statement]:
        return [*_remember_payer(file), repository.insert_receipt(run, file, now, limits)]

    params = ReceiptParams(receipt_id=receipt_id or new_id("rec"))
    for _ in range(_TRIES):
        try:
            key = begun_by(file.sha256)
            run = await begin(
                platform,
                workflow,
                params=params,
                actor=actor,
                key=key,
                also=receipt,
                person=file.by,
            )
        except NotBegun as refused:
            full = (await usage_of(platform, actor.account_id)).hinders_upload(file.size)
            if full is not None:
                raise QuotaReached(full, platform.clock.now()) from refused
            continue
        if not run.is_new:
            # Also of another's: the bytes lie there as they came now.
            await platform.database.batch([repository.came_again(actor.account_id, file.sha256)])
            existing = await repository.find_by_bytes(
                platform.database, actor.account_id, file.sha256
            )
            if existing is None or existing["is_going"]:  # the receipt's row goes before its run's
                raise BeingErased
            if actor.only not in (None, optional_text(existing, "person")):
                raise DocumentKnown
            return await _run_of(platform, workflow, actor=actor, row=existing, upload=file)
        return _receipt_of(run, file.paid_by or COMPANY)
    raise NoSuchReceipt(file.sha256)


def _remember_payer(file: Uploaded) -> list[Statement]:
    """What the person said of who paid is what they are asked with the next time, and what holds
    for their mails.
    """
    # Imported here: a run that was begun by another way needs nothing of people.
    from tillroll.identity.repository import keep_payer  # noqa: PLC0415 - see above

    if file.paid_by is None:
        return []
    return [keep_payer(file.by, file.paid_by)]


async def take_stored(
    platform: Platform,
    workflow: Workflow,
    actor: Actor,
    sha256: str,
    upload: Uploaded | None = None,
) -> TakenReceipt:
    """The run of bytes that are in the account, or a new one where that ended without an expense;
    of several at once one wins. `upload` is the file that came once more. Raises NoSuchReceipt,
    BeingErased.
    """
    row = await repository.find_by_bytes(platform.database, actor.account_id, sha256)
    if row is None:
        raise NoSuchReceipt(sha256)
    if row["is_going"]:
        raise BeingErased
    return await _run_of(platform, workflow, actor=actor, row=row, upload=upload)


async def _run_of(
    platform: Platform, workflow: Workflow, actor: Actor, row: Row, upload: Uploaded | None
) -> TakenReceipt:
    """The run of a receipt, from the row of its bytes, or a new one where that ended without an
    expense.
    """
    receipt_id, run_id, status, sha256 = (
        text(row, name) for name in ("id", "run_id", "status", "sha256")
    )
    if status not in ENDED_WITHOUT_EXPENSE:
        return TakenReceipt(
            run_id=run_id, receipt_id=receipt_id, status=status, paid_by=_payer(row), is_new=False
        )
    statements = (
        []
        if upload is None
        else [*repository.say_payer_anew(receipt_id, upload), *_remember_payer(upload)]
    )
    try:
        run = await begin_following(
            platform,
            workflow,
            actor=actor,
            receipt_id=receipt_id,
            sha256=sha256,
            previous_run_id=run_id,
            also=statements,
        )
    except NotBegun:
        return await take_stored(platform, workflow, actor=actor, sha256=sha256, upload=upload)
    if statements:
        now = await repository.find_by_bytes(platform.database, actor.account_id, sha256)
    else:
        now = row
    return _receipt_of(run, _payer(now), run_id)


def _payer(row: Row | None) -> PaidBy:
    if row is None:
        return COMPANY
    return repository.payer_in(row) or COMPANY


def _receipt_of(run: BegunRun, paid_by: PaidBy, previous: str | None = None) -> TakenReceipt:
    return TakenReceipt(
        run_id=run.id,
        receipt_id=run.subject,
        status=run.status,
        paid_by=paid_by,
        previous_run_id=previous if run.is_new else None,
        is_new=run.is_new,
    )


async def begin_following(
    platform: Platform,
    workflow: Workflow,
    actor: Actor,
    receipt_id: str,
    sha256: str,
    previous_run_id: str,
    also: Sequence[Statement] = (),
) -> BegunRun:
    """Begin a run for a receipt in the place of its previous one, with `also` in the same batch; of
    several at once one wins. Raises NotBegun: the receipt has another run by now, or `also` was
    refused.
    """
    params = ReceiptParams(receipt_id=receipt_id)
    key = f"{begun_by(sha256)}:after:{previous_run_id}"

    def statements(run: NewRun, _now: str) -> list[Statement]:
        return [*also, repository.hand_over(receipt_id, previous_run_id, run.id)]

    return await begin(
        platform,
        workflow,
        params=params,
        actor=actor,
        key=key,
        also=statements,
        previous_run_id=previous_run_id,
    )


async def begin_for_stored(
    platform: Platform, workflow: Workflow, actor: Actor, params: ReceiptParams, _key: str | None
) -> Triggered:
    """What the upload of the same bytes would come to. The receipt is the key: one run of it is
    live at a time.
    """
    receipt = await load_receipt(platform.database, params.receipt_id)
    if (
        receipt is None
        or receipt.account_id != actor.account_id
        or actor.only not in (None, receipt.person)
    ):
        sentence = (
            "There is no receipt with this id in your account: a run's `subject` is one, and an "
            "upload answers it."
        )
        raise ValuesRefused([("receiptId", sentence)])
    receipt_of_run = await take_stored(platform, workflow, actor=actor, sha256=receipt.sha256)
    return Triggered(receipt_of_run.run_id, is_ours=receipt_of_run.is_new)


class OtherStatement(Refusal):
    """The key stands for another statement of the same person; nothing was begun."""

    kind = KEY_REUSED
    explanation = "Send what you sent under this `key` before, or choose another key."


async def take_statement(
    platform: Platform,
    workflow: Workflow,
    actor: Actor,
    voucher: Voucher,
    paid_by: PaidBy | None = None,
) -> TakenReceipt:
    """Begin a run for a statement, once however often it comes. Statements that say the same differ
    by their keys, and not by who paid. Raises OtherStatement; QuotaReached.
    """
    content = dump(load_object(voucher.model_dump_json())).encode()
    sha256 = hashlib.sha256(content).hexdigest()
    receipt_id = None
    if voucher.key is not None:
        # One receipt for a person's key: a second one is refused as its row would be.
        digest = hashlib.sha256(
            dump([actor.account_id, voucher.by, voucher.key]).encode()
        ).hexdigest()
        receipt_id = f"rec_{digest[:26]}"
        existing = await load_receipt(platform.database, receipt_id)
        if existing is not None and existing.sha256 != sha256:
            raise OtherStatement
    media_type = MEDIA_TYPES[voucher.origin]
    key = original_key(actor.account_id, sha256)
    await platform.objects.put_bytes(key, content, media_type)
    text_key = repository.text_key(actor.account_id, sha256)
    await platform.objects.put_text(text_key, voucher.as_text(), "text/plain; charset=utf-8")
    size = len(content)
    by = voucher.by
    uploaded = Uploaded(
        sha256, media_type, picture=None, size=size, file_name=None, by=by, paid_by=paid_by
    )
    try:
        return await take_upload(
            platform, workflow, actor=actor, file=uploaded, receipt_id=receipt_id
        )
    except NoSuchReceipt as error:  # another statement took the key meanwhile
        raise OtherStatement from error


async def read_again(platform: Platform, workflow: Workflow, run: Run, actor: str) -> str:
    """Have a receipt read that could not be read, whose text was cut, or that waits for a budget;
    return the id of the new run. Asked for again, it is the same. Raises NotPossible: the run waits
    for something else, or the budget is still spent.
    """
    review = await newest_review(platform.database, run.id)
    if review is None or _READ_AGAIN.isdisjoint(review.reasons):
        raise NotPossible(
            "only a receipt that could not be read, whose text was cut, or that waits for its "
            "account's AI budget can be read again"
        )
    if review.decision is None:
        if (await budget_of(platform, run.account_id)).is_spent:
            raise NotPossible("today's AI budget is still spent: raise it, or wait until 00:00 UTC")
        calls = (await usage_of(platform, run.account_id)).ai_calls
        if not calls.has_room():
            raise NotPossible(
                f"this month's {calls.limit} AI calls are used up: wait until the month (UTC) is "
                "over, or ask the operator of this deployment for more"
            )
    return await _read_anew(platform, workflow, run=run, review=review, actor=actor)


async def _read_anew(
    platform: Platform, workflow: Workflow, run: Run, review: Review, actor: str
) -> str:
    """Reject a run that waits for a person and begin a new one for its receipt, in one batch."""
    receipt = await _receipt(platform, run)
    if receipt.run_id != run.id:
        return receipt.run_id
    verdict = Verdict("reject", {}, "it is read again")
    rejection = record(run, review, verdict=verdict, actor=actor, now=to_text(platform.clock.now()))
    try:
        following = await begin_following(
            platform,
            workflow,
            actor=Actor(run.account_id, actor),
            receipt_id=receipt.id,
            sha256=receipt.sha256,
            previous_run_id=run.id,
            also=rejection,
        )
    except NotBegun as refused:
        current = await _receipt(platform, run)
        if current.run_id == run.id:
            raise NotPossible("the run does not wait for a person any more") from refused
        return current.run_id
    if following.is_new:
        log.info("review.decided", **log_fields(run), review=review.id, outcome="reject")
        log.info(
            "run.created",
            account=run.account_id,
            run=following.id,
            kind=run.kind,
            subject=receipt.id,
        )
        await wake(platform, run)
    return following.id


async def _receipt(platform: Platform, run: Run) -> Receipt:
    receipt = await load_receipt(platform.database, run.subject)
    if receipt is None:
        raise LookupError(f"receipt {run.subject} is missing")
    return receipt
