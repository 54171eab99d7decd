"""The undo of a split and of a joining: what was made is set aside, and what it was made of is read
by itself again.

Nothing is deleted. Where one of the receipts counts already, nothing is undone. Asked for again, it
is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from pydantic import Field

from tillroll.expenses.changing import (
    written_of,
)
from tillroll.expenses.events import Written
from tillroll.expenses.service import (
    moved,
)
from tillroll.receipts import repository
from tillroll.receipts.models import LinkedReceipt
from tillroll.receipts.pieces.remaking import (
    TRIES,
    beginning_again,
    expense_of_run,
    rejected,
    replace_documents,
)
from tillroll.receipts.repository import Audited, Receipt, run_of
from tillroll.receipts.service import ENDED_WITHOUT_EXPENSE, MayNot
from tillroll_durable import Actor, Statement, Status, Workflow
from tillroll_durable.audit import AuditEvent, event_of_run
from tillroll_durable.decisions import Review, newest_review
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.refusals import Kind
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import NewRun, Run

Act = Literal["split", "join"]

_SENTENCES: Final[dict[Act, str]] = {
    "split": "Its split was undone.",
    "join": "Its joining was undone.",
}


class NoUndo(MayNot):
    """The act cannot be undone as things are; nothing was changed."""

    kind = Kind("no-undo", 409, "This cannot be undone as things are")


class UndoneReceipts(Model):
    """What stands by itself again, where its newest run stands. `is_new`: it was undone now."""

    receipts: list[LinkedReceipt]
    is_new: bool = Field(exclude=True)


@dataclass
class _Aside:
    """What sets documents aside."""

    statements: list[Statement] = field(default_factory=list[Statement])
    decided: list[tuple[Run, Review]] = field(default_factory=list[tuple[Run, Review]])
    moves: list[Written] = field(default_factory=list[Written])


async def undo(
    platform: Platform, workflow: Workflow, actor: Actor, receipt: Receipt, act: Act
) -> UndoneReceipts:
    """Undo the split of a document, or the joining by which it was made. Raises NoUndo."""
    for _ in range(TRIES):
        others = await repository.linked_by(platform.database, receipt, act)
        aside, back = (others, [receipt]) if act == "split" else ([receipt], others)
        if not others:
            return UndoneReceipts(receipts=await _linked_of(platform, [receipt]), is_new=False)
        if any(actor.only not in (None, each.person) for each in others):
            raise NoUndo(
                "One of the receipts is somebody else's by now: ask them, or a person who sees all."
            )
        if await _try(
            platform, workflow, actor=actor, undone=(receipt, act), documents=(aside, back)
        ):
            return UndoneReceipts(receipts=await _linked_of(platform, back), is_new=True)
        receipt = await repository.load_receipt(platform.database, receipt.id) or receipt
    raise NoUndo("Others change these receipts: try again in a moment.")


async def _linked_of(platform: Platform, receipts: Sequence[Receipt]) -> list[LinkedReceipt]:
    linked: list[LinkedReceipt] = []
    for each in receipts:
        run = await run_of(
            platform, await repository.load_receipt(platform.database, each.id) or each
        )
        linked.append(LinkedReceipt(run_id=run.id, receipt_id=each.id, status=run.status))
    return linked


async def _try(
    platform: Platform,
    workflow: Workflow,
    actor: Actor,
    undone: tuple[Receipt, Act],
    documents: tuple[Sequence[Receipt], Sequence[Receipt]],
) -> bool:
    """Write all of it; False where something of it was refused, and nothing was written."""
    receipt, act = undone
    aside, back = documents
    set_aside = _Aside()
    for each in aside:
        await _set_aside(platform, actor, receipt=each, act=act, result=set_aside)

    def event_of(new: NewRun, at: str) -> AuditEvent:
        return event_of_run(
            new,
            Audited.RECEIPT_IS_BACK,
            f"{new.id}:back",
            actor=actor.name,
            at=at,
            detail={"of": act},
        )

    beginnings = [
        beginning_again(
            each.id, each.sha256, previous=each.run_id, by=each.uploaded_by, event_of=event_of
        )
        for each in back
        if (await run_of(platform, each)).status in ENDED_WITHOUT_EXPENSE
    ]
    before = [*set_aside.statements, repository.unlink(receipt, act)]
    return await replace_documents(
        platform,
        workflow,
        actor=actor,
        decided=set_aside.decided,
        before=before,
        beginnings=beginnings,
        moves=set_aside.moves,
    )


async def _set_aside(
    platform: Platform, actor: Actor, receipt: Receipt, act: Act, result: _Aside
) -> None:
    """Note what sets a receipt aside: nothing where it was rejected or voided before.
    Raises NoUndo: it counts.
    """
    run = await run_of(platform, receipt)
    now = to_text(platform.clock.now())
    if run.status in ENDED_WITHOUT_EXPENSE:
        return
    if run.status == Status.COMPLETE:
        expense = await expense_of_run(platform, receipt.account_id, run.id)
        if expense is None or expense.expense.status == "voided":
            return
        if expense.expense.status == "approved" or await repository.is_held(
            platform.database, run.id
        ):
            name = expense.expense.merchant
            raise NoUndo(
                f"The expense of {name} is approved, exported, claimed or paid already: it stays "
                "as it is."
            )
        change = moved(expense, "voided", kind="voided", actor=actor.name, reason=_SENTENCES[act])
        result.moves.append(written_of(platform, change, now))
        return
    review = await newest_review(platform.database, run.id)
    if run.status != Status.NEEDS_REVIEW or review is None or review.decision is not None:
        raise NoUndo(
            "One of the receipts is being read right now, or its run has failed: try again once it "
            "is through."
        )
    result.statements += rejected(
        (run, review),
        _SENTENCES[act],
        action=Audited.RECEIPT_UNDONE,
        detail={"of": act},
        actor=actor,
        now=now,
    )
    result.decided.append((run, review))
