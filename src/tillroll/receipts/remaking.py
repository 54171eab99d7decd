"""What splitting and joining share: photos that wait for a person end as rejected, and receipts that were made of them
begin. All of it is one batch behind the stored bytes, so it has happened or it has not."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from tillroll.durable import Actor, NotBegun, Statement, Workflow
from tillroll.durable.beginning import Beginning, begin_together
from tillroll.durable.record.audit import AuditEvent, append, append_if_changed, event_of_run
from tillroll.durable.record.decisions import Review, Verdict, record, wake
from tillroll.durable.record.runs import NewRun, Run, find_run, log_fields
from tillroll.platform import log
from tillroll.platform.bindings.database import ConstraintFailed, Row, text
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform
from tillroll.quotas.usage import QuotaReached, QuotaSettings, usage_of
from tillroll.receipts import repository
from tillroll.receipts.contract import ReceiptParams
from tillroll.receipts.repository import Audited, Receipt, Uploaded

# How often it is tried where somebody handed in one of the files meanwhile.
TRIES: Final = 3


async def run_of(platform: Platform, receipt: Receipt) -> Run:
    run = await find_run(platform.database, receipt.run_id)
    if run is None:
        raise LookupError(f"run {receipt.run_id} is missing")
    return run


async def check_room(platform: Platform, actor: Actor, size: int) -> None:
    """Raises QuotaReached: the account has no room for so many bytes more."""
    full = (await usage_of(platform, actor.account_id)).hinders_upload(size)
    if full is not None:
        raise QuotaReached(full, platform.clock.now())


def rejected(
    photo: tuple[Run, Review], comment: str, action: Audited, detail: JsonObject, actor: Actor, now: str
) -> list[Statement]:
    """What rejects a photo that waits, with an event of its own that says what became of it."""
    run, review = photo
    key = f"{review.id}:{action.value.removeprefix('receipt.')}"
    of_photo = event_of_run(run, action, key, actor=actor.name, at=now, detail=detail)
    return [*record(run, review, Verdict("reject", {}, comment), actor.name, now), append(of_photo)]


def beginning_of(
    receipt_id: str, file: Uploaded, there: Row | None, limits: QuotaSettings, told: Callable[[NewRun, str], AuditEvent]
) -> Beginning:
    """The beginning of the run of a file that was made of others, with an event that says so; of bytes that are `there`
    already, in the place of their run that came to nothing."""
    params, key = ReceiptParams(receipt_id=receipt_id), f"sha256:{file.sha256}"
    previous = None if there is None else text(there, "run_id")

    def also(new: NewRun, now: str) -> list[Statement]:
        kept = (
            repository.insert_receipt(new, file, now, limits)
            if previous is None
            else repository.hand_over(receipt_id, previous, new.id)
        )
        return [kept, append_if_changed(told(new, now))]

    key = key if previous is None else f"{key}:after:{previous}"
    return Beginning(params, key, also, previous, file.by)


async def replace_photos(
    platform: Platform,
    workflow: Workflow,
    actor: Actor,
    photos: Iterable[tuple[Run, Review]],
    before: Sequence[Statement],
    beginnings: Sequence[Beginning],
) -> bool:
    """Write what rejects the photos (`before`) with the beginnings of what takes their place; False where something of
    it was refused, and nothing was written."""
    try:
        begun = await begin_together(platform, workflow, actor, beginnings, before)
    except (NotBegun, ConstraintFailed):
        return False
    for each in begun:
        log.info(
            "run.created", account=actor.account_id, run=each.id, kind=workflow.contract.kind, subject=each.subject
        )
    for run, review in photos:
        log.info("review.decided", **log_fields(run), review=review.id, outcome="reject")
        await wake(platform, run)
    return True
