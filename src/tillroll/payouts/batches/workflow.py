"""The workflow of a batch: asked for, held against the limits once, then a child for each payout."""

import contextlib
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any, Final

from tillroll.durable import (
    Actor,
    Allowed,
    NeedsReview,
    Outcome,
    ReviewNeeded,
    StepContext,
    Trigger,
    Triggered,
    ValuesRefused,
    Workflow,
    WorkflowRun,
    begin,
    statement,
)
from tillroll.durable.beginning import check_same
from tillroll.durable.operations.signals import NotListening, send_signal
from tillroll.durable.record.runs import load_run
from tillroll.jobs.job import Job
from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.payouts.batches import contract
from tillroll.payouts.batches.contract import ALL_ENDED, KIND, PAYING, PAYOUT_BATCH_V1, PayoutBatchParams
from tillroll.payouts.batches.repository import IS_OPEN, insert_batch, insert_payout_of, lines_of, sums_of
from tillroll.payouts.four_eyes import may_decide_on, needs_second
from tillroll.payouts.repository import OUTCOMES
from tillroll.payouts.service import prepare
from tillroll.payouts.settings import PaymentSettings
from tillroll.payouts.workflow import PAYOUT
from tillroll.platform.bindings.database import Row, integer, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform

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


_ACTOR: Final = f"workflow:{KIND}"
_AT_ONCE: Final = 20
JOB: Final = "payout batches"
_DONE: Final = f"""
  SELECT b.run_id, b.payments, s.failures AS setbacks FROM payout_batches b JOIN runs w ON w.id = b.run_id
  {JOIN.format(part=f"'{JOB}'", subject="b.run_id")}
  WHERE w.state = '{PAYING.name}' AND w.kind = '{KIND}'
    AND b.payments = (SELECT COUNT(*) FROM payouts p WHERE p.batch_id = b.run_id)
    AND NOT EXISTS (SELECT 1 FROM payouts p JOIN runs r ON r.id = p.run_id WHERE p.batch_id = b.run_id AND ({IS_OPEN}))
    AND NOT EXISTS (SELECT 1 FROM signals WHERE signals.run_id = b.run_id) AND {IS_DUE}
  ORDER BY {IN_TURN}, w.updated_at LIMIT {_AT_ONCE}
"""  # noqa: S608 - names of the contract


async def begin_batch(platform: Platform, workflow: Workflow, actor: Actor, params: Any, key: str | None) -> Triggered:
    """Begin a batch, once under a key.

    Raises:
        ValuesRefused: one of its payouts would be refused by itself; each is named by its place, from 0.
        KeyReused: the key stands for another batch.
    """
    asked = PayoutBatchParams.model_validate(params)
    problems: list[tuple[str, str]] = []
    for place, each in enumerate(asked.payouts):
        try:
            await prepare(platform, actor, each)
        except ValuesRefused as refused:
            problems += [(f"payouts.{place}.{name}", said) for name, said in refused.problems]
    if problems:
        raise ValuesRefused(problems)
    cause = f"payout-batch:{key or new_id('ask')}"
    run = await begin(
        platform,
        workflow,
        asked,
        actor,
        key=cause,
        also=lambda run, now: [insert_batch(run.id, actor.account_id, asked.name, len(asked.payouts), actor.name, now)],
    )
    if not run.is_new:
        check_same(workflow, asked, run.params, cause)
    return Triggered(run.id)


async def tell_of_ended_batches(platform: Platform) -> int:
    """Wake the batches whose payouts have all ended; how many."""

    async def tell(row: Row) -> None:
        loaded = await load_run(platform.database, text(row, "run_id"))
        if loaded is None:
            return
        payload: JsonObject = {"payouts": integer(row, "payments")}
        with contextlib.suppress(NotListening):  # it was cancelled meanwhile
            await send_signal(platform, PAYOUT_BATCH_V1, loaded[0], ALL_ENDED.name, "all", payload, _ACTOR)

    rows = await platform.database.all(statement(_DONE, to_text(platform.clock.now())))
    return await each_row(platform, JOB, rows, "run_id", tell)


PAYOUT_BATCH = Workflow(
    contract=contract.PAYOUT_BATCH_V1,
    body=payout_batch_v1,
    params=contract.PayoutBatchParams,
    settings=(PaymentSettings,),
    sentences={
        contract.ABOVE_LIMIT: "So large a sum, or so much to one payee within a day, is paid when somebody else has "
        "approved it."
    },
    allowed=Allowed(trigger="pay", decide="approve", operate="operate", signals={contract.ALL_ENDED.name: "operate"}),
    own_signals=(contract.ALL_ENDED.name,),
    may_decide=partial(may_decide_on, "batch"),
    trigger=Trigger(begin_batch, moves_money=True),
)


JOBS: Final = (Job(JOB, tell_of_ended_batches, 10),)
