"""A photo of several receipts is split: its parts become receipts of the same person, and its own run ends as rejected.

Sent again, it is the same.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pydantic import Field

from tillroll.durable import Actor, Workflow
from tillroll.durable.record.audit import AuditEvent, event_of_run
from tillroll.durable.record.decisions import AlreadyDecided, NotWaiting, Review, newest_review
from tillroll.durable.record.runs import NewRun, Run
from tillroll.platform.bindings.database import Row, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import JsonObject
from tillroll.platform.models import Model
from tillroll.platform.refusals import Kind
from tillroll.platform.services import Platform
from tillroll.quotas.usage import QuotaSettings
from tillroll.receipts import repository
from tillroll.receipts.remaking import TRIES, beginning_of, check_room, rejected, replace_photos, run_of
from tillroll.receipts.repository import Audited, Receipt, Uploaded
from tillroll.receipts.service import ENDED_WITHOUT_EXPENSE, DocumentKnown, MayNot

FEWEST_PARTS: Final = 2
MOST_PARTS: Final = 8


class NoSplit(MayNot):
    """It cannot be split so; nothing was changed."""

    kind = Kind("no-split", 422, "The photo cannot be split so")


class Part(Model):
    """A receipt that a photo was split into, and where its run stands."""

    run_id: str
    receipt_id: str
    status: str


class SplitReceipt(Model):
    """A photo that was split, and its parts. `is_new`: it was split now."""

    run_id: str
    receipt_id: str
    parts: list[Part]
    is_new: bool = Field(exclude=True)


async def split(
    platform: Platform, workflow: Workflow, actor: Actor, receipt: Receipt, parts: Sequence[Uploaded]
) -> SplitReceipt:
    """Split a photo that waits for a person into `parts`, whose bytes are stored. Raises NoSplit; NotWaiting;
    AlreadyDecided: somebody decided otherwise; DocumentKnown: a part is another's, whose documents are not seen;
    QuotaReached."""
    _check(receipt, parts)
    for _ in range(TRIES):
        run = await run_of(platform, receipt)
        review = await newest_review(platform.database, run.id)
        known = await repository.parts_of(platform.database, receipt.account_id, receipt.id)
        if review is None:
            raise NotWaiting(run)
        if review.decision is not None:
            if {text(row, "sha256") for row in known} != {part.sha256 for part in parts}:
                raise AlreadyDecided(review)
            return _split(run, receipt, known, is_new=False)
        if await _try(platform, workflow, actor, (run, review), parts):
            known = await repository.parts_of(platform.database, receipt.account_id, receipt.id)
            return _split(run, receipt, known, is_new=True)
        await check_room(platform, actor, sum(part.size for part in parts))
    raise NotWaiting(await run_of(platform, receipt))


def _check(receipt: Receipt, parts: Sequence[Uploaded]) -> None:
    """Raises NoSplit."""
    if not receipt.media_type.startswith("image/"):
        raise NoSplit("Only a picture can be split. Take the pages of a PDF apart, and upload each by itself.")
    given = {part.sha256 for part in parts}
    if not FEWEST_PARTS <= len(given) <= MOST_PARTS or len(given) < len(parts):
        raise NoSplit(f"Send {FEWEST_PARTS} to {MOST_PARTS} parts that differ, each in a field `part`.")
    if receipt.sha256 in given:
        raise NoSplit("One of the parts is the photo itself. Cut it first.")


async def _try(
    platform: Platform, workflow: Workflow, actor: Actor, waiting: tuple[Run, Review], parts: Sequence[Uploaded]
) -> bool:
    """Write all of it; False where something of it was refused, and nothing was written."""
    (run, _), database = waiting, platform.database
    found = [(part, await repository.find_by_bytes(database, actor.account_id, part.sha256)) for part in parts]
    if any(row is not None and actor.only not in (None, optional_text(row, "person")) for _, row in found):
        raise DocumentKnown
    limits, now = platform.settings.of(QuotaSettings), to_text(platform.clock.now())
    taken = [(new_id("rec") if row is None else text(row, "id"), part, row) for part, row in found]
    detail: JsonObject = {"into": [receipt_id for receipt_id, _, _ in taken]}
    comment = f"It was split into {len(parts)} receipts."
    before = [
        *rejected(waiting, comment, Audited.RECEIPT_SPLIT, detail, actor, now),
        *(repository.set_split_of(receipt_id, run.subject) for receipt_id, _, row in taken if row is not None),
    ]

    def told(new: NewRun, at: str) -> AuditEvent:
        of: JsonObject = {"splitOf": run.subject}
        return event_of_run(new, Audited.RECEIPT_IS_PART, f"{new.id}:part", actor=actor.name, at=at, detail=of)

    beginnings = [
        beginning_of(receipt_id, replace(part, split_of=run.subject), row, limits, told)
        for receipt_id, part, row in taken
        if row is None or text(row, "status") in ENDED_WITHOUT_EXPENSE
    ]
    return await replace_photos(platform, workflow, actor, [waiting], before, beginnings)


def _split(run: Run, receipt: Receipt, parts: Sequence[Row], *, is_new: bool) -> SplitReceipt:
    told = [Part(run_id=text(row, "run_id"), receipt_id=text(row, "id"), status=text(row, "status")) for row in parts]
    return SplitReceipt(run_id=run.id, receipt_id=receipt.id, parts=told, is_new=is_new)
