"""The export workflow's contract: its states, its steps, and what each step's end means.

Version 2 writes a file in each run of the chain, where the format bounds how much one file holds.
"""

from dataclasses import replace
from typing import Literal

from tillroll.durable import (
    Contract,
    Effect,
    NextSafeAction,
    OnFailure,
    Params,
    Retries,
    State,
    Status,
    Step,
)

KIND = "export"


class ExportParams(Params):
    """The export (an id of `exports`, which is also the run's subject), and where this run of its chain begins to read:
    behind the expense of that day and id, for the part of that number. `reads` is what is read first: corrections of
    what was handed on, or expenses."""

    export_id: str
    part: int = 1
    after_day: str = ""
    after_id: str = ""
    reads: Literal["corrections", "expenses"] = "expenses"


_MAKING = "Your export is being made."
_FAILED = "We could not finish your export; nothing was lost. Retry it, or ask for it again."

REQUESTED = State("requested", Status.PROCESSING, _MAKING, NextSafeAction.WAIT)
GATHERED = State("gathered", Status.PROCESSING, _MAKING, NextSafeAction.WAIT)
FILE_WRITTEN = State("file_written", Status.PROCESSING, _MAKING, NextSafeAction.WAIT)
WRITTEN = State("written", Status.COMPLETE, "Your export is ready.", NextSafeAction.NONE, is_terminal=True)
CONTINUED = State(
    "continued", Status.COMPLETE, "Your export goes on in another run.", NextSafeAction.NONE, is_terminal=True
)
GATHER_FAILED = State("requested_gather_failed", Status.FAILED, _FAILED, NextSafeAction.RETRY_FROM_STEP)
WRITE_FAILED = State("gathered_write_failed", Status.FAILED, _FAILED, NextSafeAction.RETRY_FROM_STEP)
CANCELLED = State("cancelled", Status.CANCELLED, "This was stopped: {reason}", NextSafeAction.NONE, is_terminal=True)
ABANDONED = State("abandoned", Status.CANCELLED, "This was stopped: {reason}", NextSafeAction.NONE, is_terminal=True)

GATHER = Step(
    name="gather",
    effect=Effect.WRITE,
    on_success=(GATHERED.name,),
    on_failure=OnFailure(GATHER_FAILED.name),
    retries=Retries(limit=5, delay_seconds=2, backoff="exponential"),
    timeout_seconds=5 * 60,
)
WRITE_FILE = Step(
    name="write-file",
    effect=Effect.WRITE,
    on_success=(WRITTEN.name,),
    on_failure=OnFailure(WRITE_FAILED.name),
    retries=Retries(limit=5, delay_seconds=5, backoff="exponential"),
    timeout_seconds=15 * 60,
)

EXPORT_V1 = Contract(
    kind=KIND,
    version=1,
    initial=REQUESTED.name,
    states=(
        REQUESTED,
        GATHERED,
        WRITTEN,
        CONTINUED,
        GATHER_FAILED,
        WRITE_FAILED,
        CANCELLED,
        ABANDONED,
    ),
    steps=(GATHER, WRITE_FILE),
    continued=CONTINUED.name,
)

WRITE_FILE_V2 = replace(WRITE_FILE, on_success=(WRITTEN.name, FILE_WRITTEN.name))

EXPORT_V2 = replace(EXPORT_V1, version=2, states=(*EXPORT_V1.states, FILE_WRITTEN), steps=(GATHER, WRITE_FILE_V2))
