"""A photo or a PDF of several receipts is split: its parts become receipts of the same person, and
its own run ends as rejected.

Parts of a photo are handed in; those of a PDF are cut out of it here. Asked for again, it is the
same.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from pydantic import Field

from tillroll.quotas.usage import QuotaSettings
from tillroll.receipts import repository
from tillroll.receipts.pieces.remaking import (
    TRIES,
    beginning_of,
    check_room,
    rejected,
    replace_documents,
    take_up,
)
from tillroll.receipts.repository import PDF, Audited, Receipt, Uploaded, run_of
from tillroll.receipts.service import (
    ENDED_WITHOUT_EXPENSE,
    LARGEST_BYTES,
    DocumentKnown,
    MayNot,
    TooLarge,
    original_key,
)
from tillroll_durable import Actor, Status, Workflow
from tillroll_durable.audit import AuditEvent, event_of_run
from tillroll_durable.decisions import AlreadyDecided, NotWaiting, Review, newest_review
from tillroll_durable.platform.bindings.database import Row, optional_text, text
from tillroll_durable.platform.bindings.objects import missing
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.refusals import Kind
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import NewRun, Run

FEWEST_PARTS: Final = 2
MOST_PARTS: Final = 8
MOST_PAGES: Final = 1_000
MOST_PARTS_OF_PAGES: Final = 20


class NoSplit(MayNot):
    """The photo cannot be split so; nothing was changed."""

    kind = Kind("no-split", 422, "The document cannot be split so")


class ReceiptPart(Model):
    """A receipt that a document was split into, and where its run stands."""

    run_id: str
    receipt_id: str
    status: str


class SplitReceipt(Model):
    """A document that was split, and its parts. `is_new`: it was split now."""

    run_id: str
    receipt_id: str
    parts: list[ReceiptPart]
    is_new: bool = Field(exclude=True)


async def split_photo(
    platform: Platform,
    workflow: Workflow,
    actor: Actor,
    receipt: Receipt,
    parts: Sequence[Uploaded],
) -> SplitReceipt:
    """Split a photo that waits for a person into `parts`, whose bytes are stored. Raises NoSplit,
    and what _split raises.
    """
    if not receipt.media_type.startswith("image/"):
        raise NoSplit(
            "Only a picture can be handed in as parts. Say of a PDF on which pages another "
            "document begins."
        )
    hashes = {part.sha256 for part in parts}
    if not FEWEST_PARTS <= len(hashes) <= MOST_PARTS or len(hashes) < len(parts):
        raise NoSplit(
            f"Send {FEWEST_PARTS} to {MOST_PARTS} parts that differ, each in a field `part`."
        )
    if receipt.sha256 in hashes:
        raise NoSplit("One of the parts is the photo itself. Cut it first.")
    return await _split(platform, workflow, actor=actor, receipt=receipt, parts=parts)


async def split_pages(
    platform: Platform, workflow: Workflow, actor: Actor, receipt: Receipt, begins_at: Sequence[int]
) -> SplitReceipt:
    """Split a PDF that waits for a person before each of the pages `begins_at`, which count from 1.
    Raises NoSplit; TooLarge; what _split raises.
    """
    if receipt.media_type != PDF:
        raise NoSplit("Only a PDF is split by its pages.")
    pages = sorted({*begins_at})
    review = await newest_review(platform.database, receipt.run_id)
    if review is None:
        raise NotWaiting(await run_of(platform, receipt))
    parts = await _cut(platform, receipt, pages)
    return await _split(platform, workflow, actor=actor, receipt=receipt, parts=parts)


async def _cut(platform: Platform, receipt: Receipt, pages: Sequence[int]) -> list[Uploaded]:
    """The parts, stored. Raises NoSplit: there is no such page, or the file cannot be taken apart;
    TooLarge.
    """
    # Few PDFs are split.
    from tillroll_documents.pdf_reader.colours import UnreadablePicture  # noqa: PLC0415
    from tillroll_documents.pdf_reader.pages import (  # noqa: PLC0415 - not loaded at the start
        BrokenPdf,
        EncryptedPdf,
        PdfTooLarge,
        cut_pdf,
    )

    content = await platform.objects.get_bytes(receipt.object_key)
    if content is None:
        raise LookupError(missing(receipt.object_key))
    try:
        cut = await cut_pdf(content, pages, platform.pause)
    except IndexError as error:
        raise NoSplit(
            f"The PDF has {error} pages: say where another document begins, from page 2 on."
        ) from error
    except (BrokenPdf, EncryptedPdf, PdfTooLarge, UnreadablePicture) as error:
        raise NoSplit(
            "The PDF cannot be taken apart. Save its pages with another program, and upload each."
        ) from error
    if max(map(len, cut)) > LARGEST_BYTES:
        raise TooLarge
    stem = PurePosixPath(receipt.file_name or "document").stem
    parts = list[Uploaded]()
    for number, part in enumerate(cut, start=1):
        sha256 = hashlib.sha256(part).hexdigest()
        name = f"{stem}-{number}.pdf"
        await platform.objects.put_bytes(original_key(receipt.account_id, sha256), part, PDF)
        parts.append(
            Uploaded(
                sha256,
                PDF,
                picture=None,
                size=len(part),
                file_name=name,
                by=receipt.uploaded_by,
                paid_by=receipt.paid_by,
            )
        )
    if len({part.sha256 for part in parts}) < len(parts):
        raise NoSplit("Two of the parts are alike. Split it so that each is another document.")
    return parts


async def _split(
    platform: Platform,
    workflow: Workflow,
    actor: Actor,
    receipt: Receipt,
    parts: Sequence[Uploaded],
) -> SplitReceipt:
    """Raises NotWaiting; AlreadyDecided: somebody decided otherwise; DocumentKnown: a part is
    another's, whose documents are not seen; QuotaReached.
    """
    for _ in range(TRIES):
        run = await run_of(platform, receipt)
        review = await newest_review(platform.database, run.id)
        existing = await repository.parts_of(platform.database, receipt.account_id, receipt.id)
        if review is None:
            raise NotWaiting(run)
        if review.decision is not None:
            if {text(row, "sha256") for row in existing} != {part.sha256 for part in parts}:
                raise AlreadyDecided(review)
            return _summary_of(run, receipt, existing, is_new=False)
        if await _try(platform, workflow, actor=actor, waiting=(run, review), parts=parts):
            existing = await repository.parts_of(platform.database, receipt.account_id, receipt.id)
            return _summary_of(run, receipt, existing, is_new=True)
        await check_room(platform, actor, sum(part.size for part in parts))
    raise NotWaiting(await run_of(platform, receipt))


async def _try(
    platform: Platform,
    workflow: Workflow,
    actor: Actor,
    waiting: tuple[Run, Review],
    parts: Sequence[Uploaded],
) -> bool:
    """Write all of it; False where something of it was refused, and nothing was written."""
    run, _ = waiting
    database = platform.database
    rows = [
        (part, await repository.find_by_bytes(database, actor.account_id, part.sha256))
        for part in parts
    ]
    if any(
        row is not None and actor.only not in (None, optional_text(row, "person"))
        for _, row in rows
    ):
        raise DocumentKnown
    limits = platform.settings.of(QuotaSettings)
    now = to_text(platform.clock.now())
    pieces = [(new_id("rec") if row is None else text(row, "id"), part, row) for part, row in rows]
    detail: JsonObject = {"into": [receipt_id for receipt_id, _, _ in pieces]}
    comment = f"It was split into {len(parts)} receipts."
    before = [
        *rejected(
            waiting, comment, action=Audited.RECEIPT_SPLIT, detail=detail, actor=actor, now=now
        ),
        *(
            repository.set_split_of(receipt_id, run.subject)
            for receipt_id, _, row in pieces
            if row is not None
        ),
    ]

    def event_of(new: NewRun, at: str) -> AuditEvent:
        detail: JsonObject = {"splitOf": run.subject}
        return event_of_run(
            new, Audited.RECEIPT_IS_PART, f"{new.id}:part", actor=actor.name, at=at, detail=detail
        )

    beginnings = [
        beginning_of(
            receipt_id,
            replace(part, split_of=run.subject),
            existing=row,
            limits=limits,
            event_of=event_of,
        )
        for receipt_id, part, row in pieces
        if row is None or text(row, "status") in ENDED_WITHOUT_EXPENSE
    ]
    complete = [
        row for _, _, row in pieces if row is not None and text(row, "status") == Status.COMPLETE
    ]
    moves = await take_up(platform, actor, rows=complete, reason="It was split off again.")
    return await replace_documents(
        platform,
        workflow,
        actor=actor,
        decided=[waiting],
        before=before,
        beginnings=beginnings,
        moves=moves,
    )


def _summary_of(run: Run, receipt: Receipt, parts: Sequence[Row], *, is_new: bool) -> SplitReceipt:
    parts_of_receipt = [
        ReceiptPart(
            run_id=text(row, "run_id"), receipt_id=text(row, "id"), status=text(row, "status")
        )
        for row in parts
    ]
    return SplitReceipt(run_id=run.id, receipt_id=receipt.id, parts=parts_of_receipt, is_new=is_new)
