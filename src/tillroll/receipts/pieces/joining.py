"""Photos of one long receipt are joined: a PDF of their pictures becomes a receipt, and their own
runs end as rejected.

Asked for again, it is the same.
"""

import hashlib
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from pydantic import Field

from tillroll.expenses.values import PaidBy
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
    MayNot,
    TooLarge,
    original_key,
)
from tillroll.receipts.who_paid import COMPANY
from tillroll_durable import Actor, Workflow
from tillroll_durable.audit import AuditEvent, event_of_run
from tillroll_durable.decisions import AlreadyDecided, NotWaiting, Review, newest_review
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.bindings.models import MissingImage, UnreadableImage
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.refusals import Kind
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import NewRun, Run

FEWEST_PHOTOS: Final = 2
MOST_PHOTOS: Final = 5
# Of a page: twice what a reader is shown.
_MOST_PIXELS: Final = 4_400_000
_PAGE_WIDTH: Final = 420.0


class NoJoining(MayNot):
    """They cannot be joined so; nothing was changed."""

    kind = Kind("no-joining", 422, "The photos cannot be joined so")


class JoinedReceipt(Model):
    """The receipt that photos were joined into, and where its run stands. `is_new`: they were
    joined now.
    """

    run_id: str
    receipt_id: str
    status: str
    is_new: bool = Field(exclude=True)


async def join(
    platform: Platform, workflow: Workflow, actor: Actor, photos: Sequence[Receipt]
) -> JoinedReceipt:
    """Join photos that all wait for a person, in this order. Raises NoJoining; TooLarge;
    NotWaiting; AlreadyDecided; QuotaReached.
    """
    _check(photos)
    for _ in range(TRIES):
        runs = [await run_of(platform, each) for each in photos]
        reviews = [await newest_review(platform.database, run.id) for run in runs]
        joined = await _joined(platform, photos, reviews)
        if joined:
            return joined
        waiting = [
            (run, _undecided(run, review)) for run, review in zip(runs, reviews, strict=True)
        ]
        uploaded = await _upload_joined(platform, actor, photos)
        if await _try(platform, workflow, actor=actor, waiting=waiting, uploaded=uploaded):
            joined = await _joined_into(platform, photos[0].account_id, uploaded.sha256)
            return joined.model_copy(update={"is_new": True})
        await check_room(platform, actor, uploaded.size)
        photos = [await _begin_anew(platform, each) for each in photos]
    raise NotWaiting(await run_of(platform, photos[0]))


def _check(photos: Sequence[Receipt]) -> None:
    """Raises NoJoining."""
    if not FEWEST_PHOTOS <= len({each.id for each in photos}) <= MOST_PHOTOS or len(
        {*photos}
    ) < len(photos):
        raise NoJoining(f"Name {FEWEST_PHOTOS} to {MOST_PHOTOS} photos, each once.")
    if not all(each.media_type.startswith("image/") for each in photos):
        raise NoJoining("Only pictures can be joined.")
    if len({each.uploaded_by for each in photos}) > 1:
        raise NoJoining("The photos are of several people: join those of one person.")
    if len({each.paid_by or COMPANY for each in photos}) > 1:
        raise NoJoining(
            "The photos were paid by different people: say of each who paid, then join them."
        )


def _undecided(run: Run, review: Review | None) -> Review:
    if review is None:
        raise NotWaiting(run)
    if review.decision is not None:
        raise AlreadyDecided(review)
    return review


async def _joined(
    platform: Platform, photos: Sequence[Receipt], reviews: Sequence[Review | None]
) -> JoinedReceipt | None:
    """What they were joined into before, all of them and no other."""
    [document, *others] = {each.joined_into for each in photos}
    if (
        document is None
        or others
        or any(review is None or review.decision != "reject" for review in reviews)
    ):
        return None
    pages = await repository.pages_of(platform.database, photos[0].account_id, document)
    if {*pages} != {each.id for each in photos}:
        return None
    receipt = await repository.load_receipt(platform.database, document)
    if receipt is None:
        return None
    return await _joined_into(platform, receipt.account_id, receipt.sha256)


async def _joined_into(platform: Platform, account_id: str, sha256: str) -> JoinedReceipt:
    row = await repository.find_by_bytes(platform.database, account_id, sha256)
    if row is None:
        raise LookupError(f"the receipt {sha256} is missing")
    run_id = text(row, "run_id")
    receipt_id = text(row, "id")
    status = text(row, "status")
    return JoinedReceipt(run_id=run_id, receipt_id=receipt_id, status=status, is_new=False)


async def _begin_anew(platform: Platform, photo: Receipt) -> Receipt:
    return await repository.load_receipt(platform.database, photo.id) or photo


async def _upload_joined(platform: Platform, actor: Actor, photos: Sequence[Receipt]) -> Uploaded:
    """The PDF of the photos, stored. Raises NoJoining: one of them cannot be opened; TooLarge;
    ImagesUnavailable, ImagesQuotaSpent."""
    # Few photos are joined.
    from tillroll_documents.pdf_writer.document import Box, Document, Page  # noqa: PLC0415
    from tillroll_documents.pdf_writer.objects import NotEmbeddable, read_jpeg  # noqa: PLC0415 - not loaded at the start

    # The same photos give the same bytes, whenever they are joined.
    document = Document("Receipt", "1970-01-01T00:00:00.000Z", "Tillroll")
    first = photos[0]
    pages = list[bytes]()
    sheets = list[Page]()
    for photo in photos:
        try:
            jpeg = read_jpeg(
                await platform.images.as_jpeg(photo.object_key, _MOST_PIXELS, size=photo.picture)
            )
        except (UnreadableImage, NotEmbeddable) as error:
            raise NoJoining(f"The photo {photo.file_name or photo.id} cannot be opened.") from error
        except MissingImage as error:
            name = photo.file_name or photo.id
            raise NoJoining(f"The photo {name} is lost: upload it again.") from error
        picture = document.picture(jpeg)
        sheet = document.page()
        sheet.size = (_PAGE_WIDTH, _PAGE_WIDTH * picture.height / picture.width)
        sheet.picture(picture, Box(0, 0, *sheet.size))
        sheets.append(sheet)
        pages.append(document.take())
    pages.append(document.end(sheets, lambda _page, _number, _count: None))
    content = b"".join(pages)
    if len(content) > LARGEST_BYTES:
        raise TooLarge
    sha256 = hashlib.sha256(content).hexdigest()
    await platform.objects.put_bytes(original_key(actor.account_id, sha256), content, PDF)
    name = f"{PurePosixPath(first.file_name or 'receipt').stem}.pdf"
    paid_by: PaidBy | None = next(
        (each.paid_by for each in photos if each.paid_by is not None), None
    )
    return Uploaded(
        sha256,
        PDF,
        picture=None,
        size=len(content),
        file_name=name,
        by=first.uploaded_by,
        paid_by=paid_by,
    )


async def _try(
    platform: Platform,
    workflow: Workflow,
    actor: Actor,
    waiting: Sequence[tuple[Run, Review]],
    uploaded: Uploaded,
) -> bool:
    """Write all of it; False where something of it was refused, and nothing was written."""
    row = await repository.find_by_bytes(platform.database, actor.account_id, uploaded.sha256)
    receipt_id = new_id("rec") if row is None else text(row, "id")
    limits = platform.settings.of(QuotaSettings)
    now = to_text(platform.clock.now())
    comment = f"It is one page of a receipt of {len(waiting)} photos."
    into: JsonObject = {"into": receipt_id}
    before = [
        each
        for photo in waiting
        for each in (
            *rejected(
                photo, comment, action=Audited.RECEIPT_JOINED, detail=into, actor=actor, now=now
            ),
            repository.set_joined_into(photo[0].subject, receipt_id),
        )
    ]
    photos: list[Json] = [run.subject for run, _ in waiting]

    def event_of(new: NewRun, at: str) -> AuditEvent:
        detail: JsonObject = {"photos": photos}
        return event_of_run(
            new, Audited.RECEIPT_IS_JOINED, f"{new.id}:of", actor=actor.name, at=at, detail=detail
        )

    is_begun = row is not None and text(row, "status") not in ENDED_WITHOUT_EXPENSE
    if is_begun:
        beginnings = []
    else:
        beginnings = [
            beginning_of(receipt_id, uploaded, existing=row, limits=limits, event_of=event_of)
        ]
    if row is not None and is_begun:
        moves = await take_up(platform, actor, rows=[row], reason="It was joined again.")
    else:
        moves = []
    return await replace_documents(
        platform,
        workflow,
        actor=actor,
        decided=waiting,
        before=before,
        beginnings=beginnings,
        moves=moves,
    )
