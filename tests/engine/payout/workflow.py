"""The payout's body: debit, pay, rest, wait to be confirmed, a child, a filing, and a
continuation.
"""

from datetime import timedelta

from tests.engine.payout.contract import (
    CHASE,
    CHECK,
    CLOSE,
    CONFIRM,
    DEBIT,
    FILE,
    PAY,
    PAYOUT_V1,
    REST,
    PayoutParams,
)
from tests.engine.payout.money import call_of, reversal_of
from tillroll_durable import (
    Allowed,
    NeedsReview,
    Outcome,
    ReviewNeeded,
    RollbackContext,
    Statement,
    StepContext,
    Workflow,
    WorkflowRun,
    statement,
)
from tillroll_durable.platform.json import JsonObject

# No unique key: a step that takes effect twice is seen as two rows.
TABLE = (
    "CREATE TABLE IF NOT EXISTS entries (run_id TEXT NOT NULL, what TEXT NOT NULL, amount INTEGER "
    "NOT NULL) STRICT"
)
LARGE = 1_000_000
# A payout's amount tells at the provider which one it is; those of its child and of its
# continuation are the next ones.
FEE, REST_OF_IT = 1, 2
_HOURS_TO_APPROVE = 48


async def payout(run: WorkflowRun[PayoutParams]) -> JsonObject:
    params = run.params
    # who approves a payout approves its fee and its rest
    to_approve = params.amount if params.way == "whole" else 0
    try:
        await run.step(CHECK, check, to_approve)
    except ReviewNeeded as needed:
        decision = await run.review(1, needed.reason, {"amount": params.amount}, _HOURS_TO_APPROVE)
        if not decision.is_approved:
            return {"state": run.state}
    await run.step(DEBIT, debit, params.amount, rollback=credit_back)
    await run.call(PAY, call_of(run, "pay"), rollback=reversal_of(run))
    if params.way == "short":
        await run.step(CLOSE, enter, 0)
        return {"state": run.state}
    await run.sleep(REST, params.rest_seconds)
    if await run.wait(CONFIRM, timedelta(seconds=params.confirm_within_seconds)) is None:
        await run.step(CHASE, enter, 0)
    fee, rest = (
        params.model_copy(update={"way": "short", "amount": params.amount + n})
        for n in (FEE, REST_OF_IT)
    )
    await run.join(await run.child(PAYOUT, fee, "fee"))
    await run.call(FILE, call_of(run, "file"))
    return await run.continue_as(rest)


async def check(_: StepContext, amount: int) -> Outcome:
    if amount >= LARGE:
        raise NeedsReview("large_amount")
    return Outcome()


async def debit(context: StepContext, amount: int) -> Outcome:
    return Outcome(statements=[_entry(context.run.id, context.step, -amount)])


async def enter(context: StepContext, amount: int) -> Outcome:
    return Outcome(statements=[_entry(context.run.id, context.step, amount)])


async def credit_back(context: RollbackContext) -> Outcome:
    taken = statement(
        """
        INSERT INTO entries (run_id, what, amount)
        SELECT run_id, 'credit back', -amount FROM entries WHERE run_id = ? AND what = ?
        """,
        [context.run.id, context.step],
    )
    return Outcome(statements=[taken])


def _entry(run_id: str, what: str, amount: int) -> Statement:
    return statement(
        "INSERT INTO entries (run_id, what, amount) VALUES (?, ?, CAST(? AS INTEGER))",
        [run_id, what, amount],
    )


PAYOUT = Workflow(
    PAYOUT_V1,
    payout,
    params=PayoutParams,
    allowed=Allowed(decide="review"),
    sentences={"large_amount": "So large an amount is paid when somebody has approved it."},
)
