"""The batch: held against the limits once, then a child for each payout, and what became of them in sum."""

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Final

from tillroll.durable import NeedsReview, Outcome, ReviewNeeded, StepContext, WorkflowRun
from tillroll.platform.json import JsonObject
from tillroll.workflows.payout.outcomes import OUTCOMES
from tillroll.workflows.payout.service.limits import needs_second
from tillroll.workflows.payout.workflow import PAYOUT
from tillroll.workflows.payout_batch import contract
from tillroll.workflows.payout_batch.contract import PayoutBatchParams
from tillroll.workflows.payout_batch.rows import insert_payout_of, lines_of, sums_of

APPROVED_WITHIN_HOURS: Final = 72
# A payout is a person's after ten days; that one has a month then.
ENDED_WITHIN: Final = timedelta(days=45)


async def payout_batch_v1(run: WorkflowRun[PayoutBatchParams]) -> JsonObject:
    """The body of version 1."""
    try:
        await run.step(contract.CHECK, check)
    except ReviewNeeded as needed:
        proposed: JsonObject = {"payouts": len(run.params.payouts), "totals": dict(total(run.params))}
        decision = await run.review(1, needed.reason, proposed, APPROVED_WITHIN_HOURS)
        if not decision.is_approved:
            return {"state": run.state}
    for number, asked in enumerate(run.params.payouts):
        await run.child(PAYOUT, asked, str(number), also=partial(insert_payout_of, run.id, asked))
    await run.wait(contract.ALL_ENDED, ENDED_WITHIN)
    await run.step(contract.COUNT, count)
    return {"state": run.state}


def total(params: PayoutBatchParams) -> Counter[str]:
    """What a batch pays in each currency, in minor units."""
    totals: Counter[str] = Counter()
    for asked in params.payouts:
        totals[asked.currency] += asked.amount
    return totals


async def check(context: StepContext) -> Outcome:
    """Refuse to go on alone where a second person decides: on the batch's sum of a currency, or on what one payee gets
    within a day."""
    database, run = context.platform.database, context.run
    if await needs_second(database, run.account_id, run.id, await lines_of(database, run.id)):
        raise NeedsReview(contract.ABOVE_LIMIT)
    return Outcome()


async def count(context: StepContext) -> Outcome:
    """What became of the payouts, in sum."""
    sums = await sums_of(context.platform.database, context.run.id)
    counts = {outcome: sum(each.count for each in sums if each.outcome == outcome) for outcome in OUTCOMES}
    said = ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome])
    if counts["paid"] == sum(counts.values()):
        state = contract.PAID
    else:
        state = contract.PARTLY_PAID if counts["paid"] else contract.NOT_PAID
    output: list[JsonObject] = [vars(each) for each in sums]
    return Outcome(output={"sums": [*output]}, state=state.name, reason=said)
