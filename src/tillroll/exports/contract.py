"""The export workflow's contract. Where the format bounds how much one file holds, each run of the
chain writes one.
"""

from typing import Literal

from tillroll_durable import Contract, Effect, OnFailure, Params, State, Status, Step
from tillroll_durable.platform.bindings.engine import Retries

KIND = "export"


Reads = Literal["corrections", "expenses"]


class ExportParams(Params):
    """The export (an id of `exports`, which is also the run's subject), and where this run of its
    chain begins to read: behind the expense of that day and id, for the part of that number.
    `reads` is what is read first: corrections of what was handed on, or expenses.
    """

    export_id: str
    part: int = 1
    after_day: str = ""
    after_id: str = ""
    reads: Reads = "expenses"


_MAKING = "Your export is being made."
_FAILED = "We could not finish your export; nothing was lost. Retry it, or ask for it again."

REQUESTED = State.processing("requested", _MAKING)
GATHERED = State.processing("gathered", _MAKING)
FILE_WRITTEN = State.processing("file_written", _MAKING)
WRITTEN = State.ended("written", Status.COMPLETE, "Your export is ready.")
CONTINUED = State.ended("continued", Status.COMPLETE, "Your export goes on in another run.")

GATHER = Step(
    name="gather",
    title="Gather the expenses",
    effect=Effect.WRITE,
    on_success=(GATHERED.name,),
    on_failure=OnFailure("requested_gather_failed", says=_FAILED),
    retries=Retries(limit=5, delay_seconds=2, backoff="exponential"),
    timeout_seconds=5 * 60,
)
WRITE_FILE = Step(
    name="write-file",
    title="Write the files",
    effect=Effect.WRITE,
    on_success=(WRITTEN.name, FILE_WRITTEN.name),
    on_failure=OnFailure("gathered_write_failed", says=_FAILED),
    retries=Retries(limit=5, delay_seconds=5, backoff="exponential"),
    timeout_seconds=15 * 60,
)

EXPORT_V1 = Contract(
    kind=KIND,
    version=1,
    initial=REQUESTED.name,
    states=(REQUESTED, GATHERED, FILE_WRITTEN, WRITTEN, CONTINUED),
    steps=(GATHER, WRITE_FILE),
    continued=CONTINUED.name,
)
