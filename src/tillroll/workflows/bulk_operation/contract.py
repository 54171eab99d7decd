"""The contract of a bulk operation: a page of runs in each run of the chain, until there are no more."""

from typing import Final

from tillroll.durable import (
    Concurrency,
    Contract,
    Effect,
    OnFailure,
    Params,
    Retries,
    State,
    Status,
    Step,
)

KIND: Final = "bulk-operation"
# With six statements a run, this stays under D1's 1,000 of an invocation.
PAGE: Final = 100


class BulkOperationParams(Params):
    """The operation (an id of `bulk_operations`, which is also the run's subject), and the id behind which this run of
    its chain goes on: the newest first."""

    operation_id: str
    behind: str = "~"


_UNDER_WAY = "This goes through the runs that were found."

REQUESTED = State.processing("requested", _UNDER_WAY)
ACTED = State.processing("acted", _UNDER_WAY)
FINISHED = State.ended("finished", Status.COMPLETE, "This went through all runs.")
CONTINUED = State.ended("continued", Status.COMPLETE, "This goes on in another run.")
ACT_FAILED = State.dead_letter(
    "requested_act_failed", "This stopped on its way. What was done is done; retry it, and it goes on where it stopped."
)
CANCELLED = State.ended("cancelled", Status.CANCELLED, "This was stopped: {reason}")
ABANDONED = State.ended("abandoned", Status.CANCELLED, "This was stopped: {reason}")

ACT = Step(
    name="act",
    effect=Effect.WRITE,
    on_success=(ACTED.name, FINISHED.name),
    on_failure=OnFailure(ACT_FAILED.name),
    retries=Retries(limit=5, delay_seconds=5, backoff="exponential"),
    timeout_seconds=15 * 60,
)

BULK_OPERATION_V1 = Contract(
    kind=KIND,
    version=1,
    initial=REQUESTED.name,
    states=(REQUESTED, ACTED, FINISHED, CONTINUED, ACT_FAILED, CANCELLED, ABANDONED),
    steps=(ACT,),
    continued=CONTINUED.name,
    # Two at once would be in each other's way, and one is as fast as the database.
    concurrency=Concurrency(1),
)
