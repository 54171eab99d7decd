"""What splitting, joining and the undo of both share: documents are set aside, and others take
their place.

A document is set aside by rejecting its run, or by voiding its expense. One is taken up by
beginning a run, or by restoring its expense. All of it is one batch behind the stored bytes, so it
has happened or it has not.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from tillroll.expenses.changing import (
    Found,
    find,
    written_of,
)
from tillroll.expenses.events import Written, nudge
from tillroll.expenses.repository import NoSuchExpense
from tillroll.expenses.service import (
    moved,
)
from tillroll.expenses.writes import expense_id
from tillroll.quotas.usage import QuotaReached, QuotaSettings, usage_of
from tillroll.receipts import repository
from tillroll.receipts.contract import ReceiptParams, begun_by
from tillroll.receipts.repository import Audited, Uploaded
from tillroll_durable import Actor, NotBegun, Statement, Workflow
from tillroll_durable.audit import AuditEvent, append, append_if_changed, event_of_run
from tillroll_durable.beginning import Beginning, begin_together
from tillroll_durable.decisions import Review, Verdict, record, wake
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import ConstraintFailed, Row, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import NewRun, Run, log_fields
from tillroll_durable.sight import all_of

# How often it is tried where somebody handed in one of the files meanwhile.
TRIES: Final = 3


async def check_room(platform: Platform, actor: Actor, size: int) -> None:
    """Raises QuotaReached: the account has no room for so many bytes more."""
    full = (await usage_of(platform, actor.account_id)).hinders_upload(size)
    if full is not None:
        raise QuotaReached(full, platform.clock.now())


def rejected(
    photo: tuple[Run, Review],
    comment: str,
    action: Audited,
    detail: JsonObject,
    actor: Actor,
    now: str,
) -> list[Statement]:
    """What rejects a photo that waits, with an event of its own that says what became of it."""
    run, review = photo
    key = f"{review.id}:{action.value.removeprefix('receipt.')}"
    of_photo = event_of_run(run, action, key, actor=actor.name, at=now, detail=detail)
    return [
        *record(run, review, verdict=Verdict("reject", {}, comment), actor=actor.name, now=now),
        append(of_photo),
    ]


def beginning_of(
    receipt_id: str,
    file: Uploaded,
    existing: Row | None,
    limits: QuotaSettings,
    event_of: Callable[[NewRun, str], AuditEvent],
) -> Beginning:
    """The beginning of the run of a file that was made of others, with an event that says so; of
    bytes that are `existing` already, in the place of their run that came to nothing.
    """
    if existing is not None:
        return beginning_again(
            receipt_id,
            file.sha256,
            previous=text(existing, "run_id"),
            by=file.by,
            event_of=event_of,
        )

    def also(new: NewRun, now: str) -> list[Statement]:
        return [
            repository.insert_receipt(new, file, now=now, limits=limits),
            append_if_changed(event_of(new, now)),
        ]

    return Beginning(
        ReceiptParams(receipt_id=receipt_id),
        begun_by(file.sha256),
        also=also,
        previous_run_id=None,
        person=file.by,
    )


def beginning_again(
    receipt_id: str,
    sha256: str,
    previous: str,
    by: str,
    event_of: Callable[[NewRun, str], AuditEvent],
) -> Beginning:
    """The beginning of another run of a receipt, in the place of its previous one; `by` is whose it
    is.
    """

    def also(new: NewRun, now: str) -> list[Statement]:
        return [
            repository.hand_over(receipt_id, previous, new.id),
            append_if_changed(event_of(new, now)),
        ]

    params = ReceiptParams(receipt_id=receipt_id)
    key = f"{begun_by(sha256)}:after:{previous}"
    return Beginning(params, key, also=also, previous_run_id=previous, person=by)


async def take_up(
    platform: Platform, actor: Actor, rows: Iterable[Row], reason: str
) -> list[Written]:
    """What restores the expenses of receipts (`id`, `run_id`) that were set aside by voiding
    them.
    """
    written: list[Written] = []
    for row in rows:
        expense = await expense_of_run(platform, actor.account_id, text(row, "run_id"))
        if expense is not None and expense.expense.status == "voided":
            change = moved(expense, "ready", kind="restored", actor=actor.name, reason=reason)
            written.append(written_of(platform, change, to_text(platform.clock.now())))
    return written


async def expense_of_run(platform: Platform, account_id: str, run_id: str) -> Found | None:
    """The expense that a run has made."""
    try:
        return await find(platform.database, all_of(account_id), expense_id(run_id))
    except NoSuchExpense:
        return None


async def replace_documents(
    platform: Platform,
    workflow: Workflow,
    actor: Actor,
    decided: Iterable[tuple[Run, Review]],
    before: Sequence[Statement],
    beginnings: Sequence[Beginning],
    moves: Sequence[Written] = (),
) -> bool:
    """Write what rejects documents (`before`; their runs are `decided`), what moves expenses, and
    the beginnings of what takes their place; False where something of it was refused, and nothing
    was written.
    """
    statements = [*before, *(each for move in moves for each in move.statements)]
    try:
        new_runs = await begin_together(
            platform, workflow, actor=actor, beginnings=beginnings, before=statements
        )
    except (NotBegun, ConstraintFailed):
        return False
    for each in new_runs:
        log.info(
            "run.created",
            account=actor.account_id,
            run=each.id,
            kind=workflow.contract.kind,
            subject=each.subject,
        )
    for run, review in decided:
        log.info("review.decided", **log_fields(run), review=review.id, outcome="reject")
        await wake(platform, run)
    await nudge(platform, moves)
    return True
