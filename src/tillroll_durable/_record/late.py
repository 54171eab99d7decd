"""A request that was sent and may still arrive, at another side that would do it once more."""

import math
from datetime import timedelta
from typing import Any

from tillroll_durable.audit import Audited, append_where, event_of_run
from tillroll_durable.errors import OutcomeUnknown, SystemsDisagree
from tillroll_durable.platform.bindings.database import Database, Statement
from tillroll_durable.platform.clock import Clock
from tillroll_durable.runs import Run
from tillroll_durable.step import Step
from tillroll_durable.step_records import Intent, sent_at, settle_done


class MayStillArrive(Exception):
    """The other side knows of no request, and one that was sent may still arrive. It is asked again
    before anything is sent.

    Attributes:
        seconds: how long it may still arrive.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "the other side does not know of it, but what was sent may still arrive: it is asked "
            "again before anything is sent"
        )
        self.seconds = seconds


async def seconds_until_late(
    database: Database, clock: Clock, key: str, timeout_seconds: int
) -> int:
    """How long a request that was sent under a key may still arrive, in whole seconds; 0 or less
    where it cannot. `timeout_seconds` is that of an attempt.
    """
    sent = await sent_at(database, key)
    if sent is None:
        return 0
    until = sent + timedelta(seconds=timeout_seconds)
    return math.ceil((until - clock.now()).total_seconds())


def check_sends(intent: Intent, *, waits: int, most: int) -> None:
    """A wait begins the step's retries anew, so they bound nothing here: how often it was sent
    does. A person's retry, which has not waited yet, may send it once more. Raises OutcomeUnknown.
    """
    if waits > 0 and intent.sends > most:
        raise OutcomeUnknown(
            f"it was sent {intent.sends} times, and the other side still does not know of it"
        )


def settle_late(
    run: Run, step: str, *, key: str, external_id: str, actor: str, now: str
) -> list[Statement]:
    """Note what the other side did, by an answer that came when the step took none any more. Where
    that was known already, nothing is written.
    """
    event = event_of_run(
        run,
        Audited.EFFECT_SETTLED,
        f"{run.id}:{step}:settled late",
        actor=actor,
        at=now,
        outcome="success",
        detail={"step": step},
    )
    return [
        settle_done(key, external_id, now),
        append_where(event, "changes() > 0 AND ?11 <> ''", key),
    ]


def seconds_after(step: Step[Any], error: Exception, waits: int) -> int | None:
    """How long the run waits behind a failed attempt: until what was sent is late, or by the step's
    `retry`; None where its `retries` apply.
    """
    if isinstance(error, MayStillArrive):
        return error.seconds
    if isinstance(error, SystemsDisagree):
        return None
    for policy in step.retry:
        if isinstance(error, policy.on) and waits < policy.limit:
            return policy.delay_after(waits, error)
    return None
