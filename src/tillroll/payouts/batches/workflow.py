"""Payouts in batches: many are asked for, held against the limits and approved at once. Each is
paid by its own run."""

import contextlib
import csv
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

import tillroll_durable as durable
from tillroll.payouts.contract import MOST_PAYOUTS, REVERSED, PayoutParams
from tillroll.payouts.cron import BATCHES
from tillroll.payouts.four_eyes import may_decide_on, needs_second, sums_of_lines
from tillroll.payouts.models import PayoutBatchRequest
from tillroll.payouts.owed.covers import CoverLine, insert_covers
from tillroll.payouts.owed.covers import lines_of as lines_of_payout
from tillroll.payouts.payments import name_of
from tillroll.payouts.repository import OUTCOMES, insert_payout_of, lines_of, sums_of
from tillroll.payouts.service import OwedChanged, begun_as, prepare
from tillroll.payouts.workflow import PAYOUT
from tillroll.restored_place import check_what_left
from tillroll_durable import Actor, Outcome, State, Status, StepContext, ValuesRefused, statement
from tillroll_durable.beginning import NewRun, check_same
from tillroll_durable.declared import checked
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform.bindings.database import Row, Value, insert_row, integer, word
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_durable.platform.refusals import KEY_REUSED, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import run_from_row
from tillroll_durable.signals import NotListening, send_signal

KIND: Final = "payout-batch"
ABOVE_LIMIT: Final = "batch_above_limit"


class PayoutBatchParams(durable.Params):
    """What the batch is called, and whom it pays how much."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
    payouts: Annotated[list[PayoutParams], Field(min_length=1, max_length=MOST_PAYOUTS)]


class AllEnded(durable.Params):
    """That all payouts of the batch have come to an end."""

    payouts: Annotated[int, Field(ge=0)]


_BUSY = "The payouts of this batch are being begun."
_DEAD = (
    "This batch could not go on. What it has begun goes on by itself; retry it, and it "
    "goes on where it stopped."
)
_ENOUGH = Retries(limit=5, delay_seconds=2, backoff="exponential")


REQUESTED = State.processing("requested", "This batch was asked for.")
CHECKED = State.processing("checked", _BUSY)
APPROVED = State.processing("approved", _BUSY)
# A day longer than is waited for the payouts.
PAYING = State.processing("paying", "The payouts of this batch are on their way.", 46 * 24 * 3600)
ENDED = State.processing("ended", "The payouts of this batch have ended; they are being counted.")
OVERDUE = State.processing(
    "overdue", "Some payouts of this batch have not ended; they are being counted."
)
AWAITING = State.review("awaiting_approval", "Somebody else has to approve this batch: {reason}")
PAID = State.ended("paid", Status.COMPLETE, "All payouts of this batch were paid.")
PARTLY_PAID = State.ended(
    "partly_paid", Status.COMPLETE, "Some payouts of this batch were paid: {reason}."
)
NOT_PAID = State.ended("not_paid", Status.REJECTED, "No payout of this batch was paid: {reason}.")
DECLINED = State.ended("declined", Status.REJECTED, "This batch was not approved: {reason}")
CANCELLED = State.ended(
    "cancelled",
    Status.CANCELLED,
    "This batch was stopped, with what could be stopped in it: {reason}",
)
ABANDONED = State.ended(
    "abandoned",
    Status.CANCELLED,
    "This batch was given up, with what could be stopped in it: {reason}",
)
CHECK_FAILED = State.dead_letter("requested_check_failed", _DEAD)
COUNT_FAILED = State.dead_letter("ended_count_failed", _DEAD)

_step = partial(durable.Step, effect=durable.Effect.READ, retries=_ENOUGH, timeout_seconds=30)
CHECK = _step(
    name="check",
    title="Check the limit",
    on_success=(CHECKED.name,),
    on_failure=durable.OnFailure(CHECK_FAILED.name),
    reviews=(ABOVE_LIMIT,),
)
COUNT = _step(
    name="count",
    title="Count what became of the payouts",
    begins_in=(ENDED.name, OVERDUE.name),
    on_success=(PAID.name, PARTLY_PAID.name, NOT_PAID.name),
    on_failure=durable.OnFailure(COUNT_FAILED.name),
)
ALL_ENDED = durable.Signal(
    "all-ended",
    AllEnded,
    waiting=PAYING.name,
    received=ENDED.name,
    timed_out=OVERDUE.name,
    begins_in=(CHECKED.name, APPROVED.name),
)

PAYOUT_BATCH_V1 = durable.Contract(
    kind=KIND,
    version=1,
    initial=REQUESTED.name,
    states=(
        *(
            REQUESTED,
            AWAITING,
            CHECKED,
            APPROVED,
            PAYING,
            ENDED,
            OVERDUE,
            PAID,
            PARTLY_PAID,
            NOT_PAID,
        ),
        *(DECLINED, CANCELLED, ABANDONED, CHECK_FAILED, COUNT_FAILED),
    ),
    steps=(CHECK, COUNT),
    review=durable.ReviewStates(
        AWAITING.name, APPROVED.name, DECLINED.name, begins_in=(REQUESTED.name,)
    ),
    signals=(ALL_ENDED,),
)

_IS_OPEN: Final = (
    "r.status IN ('processing', 'needs_review') OR (r.status = 'failed' AND r.state <> "
    f"'{word(REVERSED.name)}')"
)
APPROVED_WITHIN_HOURS: Final = 72
# A payout is a person's after ten days; that one has a month then.
ENDED_WITHIN: Final = timedelta(days=45)


async def payout_batch_v1(run: durable.WorkflowRun[PayoutBatchParams]) -> JsonObject:
    """The body of version 1."""
    try:
        await run.step(CHECK, check)
    except durable.ReviewNeeded as needed:
        proposed: JsonObject = {
            "payouts": len(run.params.payouts),
            "totals": dict(sums_of_lines(each.line for each in run.params.payouts)),
        }
        decision = await run.review(
            1, needed.reason, proposed=proposed, deadline_hours=APPROVED_WITHIN_HOURS
        )
        if not decision.is_approved:
            return {"state": run.state}
    for number, request in enumerate(run.params.payouts):
        await run.child(
            PAYOUT, request, str(number), also=partial(insert_payout_of, run.id, number, request)
        )
    await run.wait(ALL_ENDED, ENDED_WITHIN)
    await run.step(COUNT, count)
    return {"state": run.state}


async def check(context: StepContext) -> Outcome:
    """Ask for a second person above the limits, by the batch's sum of a currency, or by what one
    payee gets within a day."""
    database = context.platform.database
    run = context.run
    if await needs_second(
        database, run.account_id, run_id=run.id, lines=await lines_of(database, run.id)
    ):
        raise durable.NeedsReview(ABOVE_LIMIT)
    return Outcome()


async def count(context: StepContext) -> Outcome:
    """What became of the payouts, in sum."""
    sums = await sums_of(context.platform.database, context.run.id)
    counts = {
        outcome: sum(each.count for each in sums if each.outcome == outcome) for outcome in OUTCOMES
    }
    summary = ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome])
    some = PARTLY_PAID if counts["paid"] else NOT_PAID
    if counts["paid"] == sum(counts.values()):
        state = PAID
    else:
        state = some
    return Outcome(
        output={"sums": [each.model_dump() for each in sums]}, state=state.name, reason=summary
    )


# In the words of an index that has runs by their kind.
_LIVE: Final = "status IN ('processing', 'needs_review', 'failed')"
_DONE: Final = f"""
  SELECT w.*, b.payments, s.failures AS setbacks FROM runs w CROSS
  JOIN payout_batches b ON b.run_id = w.id
  {JOIN.format(part=f"'{BATCHES}'", subject="b.run_id")}
  WHERE w.state = '{word(PAYING.name)}' AND w.kind = '{KIND}' AND w.{_LIVE}
    AND b.payments = (SELECT COUNT(*) FROM payouts p WHERE p.batch_id = b.run_id)
    AND NOT EXISTS (SELECT 1 FROM payouts p JOIN runs r ON r.id = p.run_id
      WHERE p.batch_id = b.run_id AND ({_IS_OPEN}))
    AND NOT EXISTS (SELECT 1 FROM signals WHERE signals.run_id = b.run_id) AND {IS_DUE}
  ORDER BY {IN_TURN}, w.updated_at LIMIT 20
"""


class BatchKeyReused(durable.KeyReused, Refusal):
    """The key stands for another batch; nothing was begun."""

    kind = KEY_REUSED
    explanation = "This Idempotency-Key stands for another batch: send this one under its own."


def params_of(request: PayoutBatchRequest) -> PayoutBatchParams:
    if (request.payouts is None) is (request.csv is None):
        raise ValuesRefused([("payouts", "Send either payouts, or csv.")])
    if request.payouts is None:
        payouts = _read_lines(request.csv or "")
    else:
        payouts = request.payouts
    return PayoutBatchParams.model_validate(
        {"name": request.name, "payouts": [each.model_dump() for each in payouts]}
    )


_HEAD: Final = ("payee", "currency", "amount", "reference")


def _read_lines(text: str) -> list[PayoutParams]:
    """The payouts of a file (RFC 4180, commas) whose head is _HEAD; the amount is in minor
    units."""
    try:
        head, *lines = [
            line
            for line in csv.reader(text.removeprefix("\ufeff").splitlines(), strict=True)
            if line
        ] or [[]]
    except csv.Error as error:
        raise _refused([f"This is no CSV: {error}."]) from error
    if tuple(cell.strip().lower() for cell in head) != _HEAD:
        raise _refused([f"The first line has to be {','.join(_HEAD)}."])
    if not 0 < len(lines) <= MOST_PAYOUTS:
        raise _refused([f"A batch has 1 to {MOST_PAYOUTS} payouts; this one has {len(lines)}."])
    payouts: list[PayoutParams] = []
    wrong: list[str] = []
    for number, cells in enumerate(lines, start=2):
        try:
            payouts.append(_payout([cell.strip() for cell in cells]))
        except ValidationError as error:
            fields = ", ".join(sorted({str(each["loc"][0]) for each in error.errors()}))
            wrong.append(f"Line {number}: {fields} cannot be used.")
        except ValueError as error:
            wrong.append(f"Line {number}: {error}.")
    if wrong:
        raise _refused(wrong)
    return payouts


def _payout(cells: list[str]) -> PayoutParams:
    if len(cells) != len(_HEAD):
        raise ValueError(f"it has {len(cells)} cells, and not {len(_HEAD)}")
    payee, currency, amount, reference = cells
    if not (amount.isascii() and amount.isdecimal()):
        raise ValueError("the amount is in minor units, in digits alone: 1290 for 12.90")
    return PayoutParams(payee_id=payee, currency=currency, amount=int(amount), reference=reference)


def _refused(lines: Sequence[str]) -> ValuesRefused:
    """Says of lines what is wrong, by their numbers in the file."""
    return ValuesRefused([("csv", line) for line in lines[:10]])


async def _existing_batch(
    platform: Platform,
    workflow: durable.Workflow,
    actor: Actor,
    request: PayoutBatchParams,
    cause: str,
) -> durable.Triggered | None:
    """The batch that this request began before. Its expenses are not owed any more, so it is looked
    for before they are checked. Raises BatchKeyReused: the key stands for another batch."""
    if not any(each.expenses for each in request.payouts):
        return None
    existing = await begun_as(platform, actor, kind=KIND, cause=cause)
    if existing is None:
        return None
    if existing[1] != load_object(checked(workflow.params, request)[1]):
        raise BatchKeyReused(cause)
    return durable.Triggered(existing[0])


async def begin_batch(
    platform: Platform, workflow: durable.Workflow, actor: Actor, params: Any, key: str | None
) -> durable.Triggered:
    """Begin a batch, once under a key. Raises KeyReused, or ValuesRefused with the place of each
    payout, from 0."""
    request = PayoutBatchParams.model_validate(params)
    cause = f"payout-batch:{key or new_id('ask')}"
    existing = await _existing_batch(platform, workflow, actor=actor, request=request, cause=cause)
    if existing is not None:
        return existing
    await check_what_left(platform.database)
    problems: list[tuple[str, str]] = []
    lines: list[Sequence[CoverLine]] = []
    for place, each in enumerate(request.payouts):
        try:
            await prepare(platform, actor, each)
            lines.append(await lines_of_payout(platform.database, actor.account_id, each))
        except ValuesRefused as refused:
            problems += [(f"payouts.{place}.{name}", problem) for name, problem in refused.problems]
    if problems:
        raise ValuesRefused(problems)

    def insert(run: NewRun, now: str) -> Sequence[durable.Statement]:
        asker: dict[str, Value] = {"asked_by": actor.name, "created_at": now}
        batch: dict[str, Value] = {
            "name": request.name,
            "payments": len(request.payouts),
            "payment_name": name_of(actor.account_id, cause),
        }
        covering = [
            insert_covers(actor.account_id, run.id, run_id=None, place=place, lines=each, now=now)
            for place, each in enumerate(lines)
            if each
        ]
        insert = insert_row(
            "payout_batches", {"run_id": run.id, "account_id": actor.account_id, **batch, **asker}
        )
        return [*covering, insert]

    try:
        run = await durable.begin(
            platform, workflow, params=request, actor=actor, key=cause, also=insert
        )
    except durable.NotBegun as error:
        raise OwedChanged from error
    if not run.is_new:
        try:
            check_same(workflow, request, stored=run.params, key=cause)
        except durable.KeyReused as error:
            raise BatchKeyReused(cause) from error
    return durable.Triggered(run.id)


async def notify_ended_batches(platform: Platform) -> int:
    """Wake the batches whose payouts have all ended; how many."""

    async def wake(row: Row) -> None:
        payload: JsonObject = {"payouts": integer(row, "payments")}
        with contextlib.suppress(NotListening):  # it was cancelled meanwhile
            run = run_from_row(row)
            await send_signal(
                platform,
                PAYOUT_BATCH_V1,
                run=run,
                name=ALL_ENDED.name,
                key="all",
                payload=payload,
                actor=f"workflow:{KIND}",
            )

    rows = await platform.database.all(statement(_DONE, [to_text(platform.clock.now())]))
    return await each_row(platform, BATCHES, rows=rows, subject="id", do=wake)


PAYOUT_BATCH = durable.Workflow(
    contract=PAYOUT_BATCH_V1,
    body=payout_batch_v1,
    params=PayoutBatchParams,
    sentences={
        ABOVE_LIMIT: (
            "So large a sum, or so much to one payee within a day, is paid when somebody else "
            "has approved it."
        )
    },
    allowed=durable.Allowed(trigger="pay", decide="approve"),
    own_signals=(ALL_ENDED.name,),
    may_decide=partial(may_decide_on, "batch"),
    trigger=durable.Trigger(begin_batch, moves_money=True),
)
