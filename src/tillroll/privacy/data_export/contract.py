"""The data-export workflow's contract: each run of its chain writes a file, which bounds what a run does."""

from datetime import timedelta
from typing import Final

from tillroll.durable import Contract, Effect, OnFailure, Params, State, Status, Step
from tillroll.platform.bindings.engine import Retries

KIND: Final = "data-export"
FETCHED_WITHIN: Final = timedelta(days=7)
"""How long its files can be fetched, from when all are there; then they are deleted."""
FINISHED_WITHIN: Final = timedelta(days=30)
"""How long one that fails can be retried before what it has written is deleted."""


class DataExportParams(Params):
    """The data export (an id of `data_exports`, which is also the run's subject), the number of the file that this run
    of its chain writes, and where it begins: in the section of that name (the first where it is empty), behind the row
    or document of that key."""

    export_id: str
    number: int = 1
    section: str = ""
    after: tuple[str | int, ...] = ()


_MAKING = "Your data is being gathered."
_FAILED = "Your data could not be gathered to the end. Retry it, or ask for it again."

REQUESTED = State.processing("requested", _MAKING)
FILE_WRITTEN = State.processing("file_written", _MAKING)
WRITTEN = State.ended("written", Status.COMPLETE, "Your data is ready.")
CONTINUED = State.ended("continued", Status.COMPLETE, "Your data goes on in another file.")

WRITE_FILE = Step(
    name="write-file",
    effect=Effect.WRITE,
    on_success=(WRITTEN.name, FILE_WRITTEN.name),
    on_failure=OnFailure("requested_write_failed", says=_FAILED),
    retries=Retries(limit=5, delay_seconds=5, backoff="exponential"),
    timeout_seconds=15 * 60,
)

DATA_EXPORT_V1 = Contract(
    kind=KIND,
    version=1,
    initial=REQUESTED.name,
    states=(REQUESTED, FILE_WRITTEN, WRITTEN, CONTINUED),
    steps=(WRITE_FILE,),
    continued=CONTINUED.name,
)
