"""Asking for a batch, all of which is held against what single payouts are; and hearing of its end."""

import contextlib
from typing import Any, Final

from tillroll.durable import Actor, Triggered, ValuesRefused, Workflow, begin, statement
from tillroll.durable.beginning import check_same
from tillroll.durable.operating.signals.sending import NotListening, send_signal
from tillroll.durable.record.runs import load_run
from tillroll.jobs.setbacks import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.platform.bindings.database import Row, integer, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform
from tillroll.workflows.payout.service.paying import prepare
from tillroll.workflows.payout_batch.contract import ALL_ENDED, KIND, PAYING, PAYOUT_BATCH_V1, PayoutBatchParams
from tillroll.workflows.payout_batch.rows import IS_OPEN, insert_batch

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
