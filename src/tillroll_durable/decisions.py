"""A person's decision on a review, from outside the run: recorded once, then announced."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tillroll_durable.audit import Audited, append, append_if_changed, event_of_run
from tillroll_durable.outbox import REVIEW_DECIDED, nudge, of_review, written_events
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    Statement,
    of_row,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.bindings.engine import EngineUnavailable, InstanceNotFound
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject, dump, load, load_object
from tillroll_durable.platform.refusals import FOUR_EYES, Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run, log_fields, run_from_row

ALLOWED_BY: Final = "allowedBy"
"""The member of a proposal that names the permission of who decides on a tool's call."""

May = Callable[[str], bool]
"""Whether the person who asks has a permission, by its name."""


@dataclass(frozen=True)
class Review:
    """A review of a run, with its decision where there is one ("approve" or "reject")."""

    id: str
    number: int
    reason: str
    proposed: Json
    event_type: str
    requested_at: str
    deadline: str
    escalated_at: str | None
    decision: str | None
    corrections: JsonObject | None

    @property
    def reasons(self) -> list[str]:
        """Why a person is asked, the first reason first."""
        match self.proposed:
            case {"reasons": [*listed]}:
                return [str(code) for code in listed]
            case _:
                return [self.reason]


class NotWaiting(Refusal):
    """The run does not wait for this decision any more, or was asked to end; nothing was
    changed.
    """

    kind = Kind("no-review-open", 409, "The run is not waiting for a review")
    explanation = "Only a run with the status needs_review can be decided."

    def __init__(self, run: Run) -> None:
        super().__init__(f"the run is {run.status}")
        self.extra = {"runStatus": run.status}


class AlreadyDecided(Refusal):
    """Somebody has decided differently before; nothing was changed."""

    kind = Kind("already-decided", 409, "The review was decided differently before")
    explanation = "Reload the run to see the decision that stands."

    def __init__(self, review: Review) -> None:
        super().__init__(f"review {review.id} is decided: {review.decision}")
        self.extra = {"decision": review.decision}


class NotForThisTool(Refusal):
    """Who decides on a tool's call needs the permission that the tool names; nothing was
    changed.
    """

    kind = FOUR_EYES

    def __init__(self, tool: str, permission: str) -> None:
        super().__init__(
            f"Calls of {tool} are decided by a person with the permission {permission!r}. "
            "Nothing was changed."
        )
        self.extra = {"permission": permission}


def _review_from_row(row: Row) -> Review:
    corrections = optional_text(row, "corrections")
    return of_row(
        Review,
        row,
        number=int(str(row["number"])),
        proposed=load(text(row, "proposed")),
        corrections=None if corrections is None else load_object(corrections),
    )


async def newest_review(database: Database, run_id: str) -> Review | None:
    """The run's newest review, decided or not; None where it never had one."""
    sql = """
      SELECT r.*, d.decision, d.corrections FROM reviews r
      LEFT JOIN review_decisions d ON d.review_id = r.id
      WHERE r.run_id = ? ORDER BY r.number DESC LIMIT 1
    """
    row = await database.first(statement(sql, [run_id]))
    if row is None:
        return None
    return _review_from_row(row)


@dataclass(frozen=True)
class Verdict:
    """`decision` is "approve" or "reject"; `corrections` are values as the person gave them."""

    decision: str
    corrections: JsonObject
    comment: str | None


async def check_tool(
    platform: Platform, run: Run, review: Review, *, verdict: Verdict, actor: str, may: May
) -> None:
    """Hold a decision on a tool's call to the tool's own permission. Raises NotForThisTool."""
    match review.proposed:
        case {"tool": str(tool), "allowedBy": str(permission)} if not may(permission):
            raise await refused_for_tool(
                platform,
                run,
                tool,
                permission=permission,
                actor=actor,
                detail={"review": review.id, "decision": verdict.decision},
            )
        case _:
            return


async def refused_for_tool(
    platform: Platform, run: Run, tool: str, *, permission: str, actor: str, detail: JsonObject
) -> NotForThisTool:
    """Tell the audit that somebody without the tool's permission was to decide; return what is
    raised then.
    """
    event = event_of_run(
        run,
        Audited.TOOL_APPROVAL_REFUSED,
        f"{run.id}:{Audited.TOOL_APPROVAL_REFUSED}:{new_id('try')}",
        actor=actor,
        at=to_text(platform.clock.now()),
        outcome="refused",
        detail={"tool": tool, "permission": permission, **detail},
    )
    await platform.database.batch([append(event)])
    return NotForThisTool(tool, permission)


def record(run: Run, review: Review, verdict: Verdict, actor: str, now: str) -> list[Statement]:
    """The beginning of a batch that records a decision: it is refused where there is one, or the
    run waits no more.
    """
    # The event names the corrected fields without their new values: those can be personal.
    detail: JsonObject = {"review": review.id, "corrected": [*sorted(verdict.corrections)]}
    key = f"{review.id}:decided"
    outcome = verdict.decision
    event = event_of_run(
        run, Audited.REVIEW_DECIDED, key, actor=actor, at=now, outcome=outcome, detail=detail
    )
    sql = """
      INSERT INTO review_decisions (review_id, decision, corrections, comment, actor, decided_at)
      SELECT ?1, ?2, ?3, ?4, ?5, ?6 FROM runs
      WHERE id = ?7 AND status = 'needs_review' AND cancel_requested_at IS NULL
    """
    insert = statement(
        sql,
        [
            review.id,
            verdict.decision,
            dump(verdict.corrections),
            verdict.comment,
            actor,
            now,
            run.id,
        ],
    )
    return [insert, append_if_changed(event), of_review(run.id, REVIEW_DECIDED, now)]


async def decide(
    platform: Platform, run: Run, review: Review, verdict: Verdict, actor: str
) -> bool:
    """Record a decision and wake the run; False where it was the same. Raises AlreadyDecided;
    NotWaiting: the run has ended, or was asked to.
    """
    now = to_text(platform.clock.now())
    is_new = True
    try:
        rows = await platform.database.batch(
            record(run, review, verdict=verdict, actor=actor, now=now)
        )
    except ConstraintFailed as refused:
        recorded = await newest_review(platform.database, run.id)
        if recorded is None or recorded.decision is None:
            raise NotWaiting(run) from refused
        if (recorded.decision, recorded.corrections) != (verdict.decision, verdict.corrections):
            raise AlreadyDecided(recorded) from None
        is_new = False
        rows = []
    if is_new:
        log.info("review.decided", **log_fields(run), review=review.id, outcome=verdict.decision)
        await nudge(platform, run.id, written_events(rows))
    await wake(platform, run)
    return is_new


async def wake(platform: Platform, run: Run) -> None:
    """Wake the run's newest review as both stand now: they may have changed since `run` was
    read.
    """
    sql = """
      SELECT runs.*, reviews.event_type FROM runs JOIN reviews ON reviews.run_id = runs.id
      WHERE runs.id = ? ORDER BY reviews.number DESC LIMIT 1
    """
    row = await platform.database.first(statement(sql, [run.id]))
    if row is not None:
        await announce(platform, run_from_row(row), text(row, "event_type"))


async def announce(platform: Platform, run: Run, event_type: str) -> None:
    """Wake the run; where that fails, the reconciler does it later."""
    try:
        await platform.instances_of(run.kind).send_event(run.instance_id, event_type)
    except (EngineUnavailable, InstanceNotFound) as error:
        log.warning("review.not_announced", **log_fields(run), error=error)
