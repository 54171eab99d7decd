"""The erasure workflow's contract: thirty days in which it can be taken back, then objects go, then rows."""

from datetime import timedelta
from typing import Final

from tillroll.durable import Contract, Effect, OnFailure, Params, State, Status, Step, Timer
from tillroll.platform.bindings.engine import Retries

KIND: Final = "erasure"
GRACE: Final = timedelta(days=30)
"""How long it can be taken back."""


class ErasureParams(Params):
    """What is to go: an id of `erasures`, which is also the run's subject."""

    erasure_id: str


_ERASING = "This is being deleted for good."
_FAILED = "This could not be deleted to the end; retry it: it goes on with what is left."

REQUESTED = State.processing("requested", "This is to be deleted.")
WAITING = State.processing("waiting", "This will be deleted for good; until then it can be taken back.")
DUE = State.processing("due", _ERASING)
BEGUN = State.processing("begun", _ERASING)
WITHOUT_OBJECTS = State.processing("without_objects", _ERASING)
ERASED = State.ended("erased", Status.COMPLETE, "This was deleted for good.")
KEPT = State.ended("kept", Status.REJECTED, "Nothing was deleted: {reason}")

WAIT_FOR_IT: Final = Timer("grace", waiting=WAITING.name, over=DUE.name)

# An hour and more of attempts: what was deleted stays deleted, and the next goes on with the rest.
_RETRIES = Retries(limit=10, delay_seconds=5, backoff="exponential", longest_delay_seconds=3600)

LOOK_AGAIN = Step(
    name="look-again",
    effect=Effect.WRITE,
    begins_in=(DUE.name,),
    on_success=(BEGUN.name, KEPT.name),
    on_failure=OnFailure("due_look_failed", says=_FAILED),
    retries=_RETRIES,
    timeout_seconds=60,
)
ERASE_OBJECTS = Step(
    name="erase-objects",
    effect=Effect.WRITE,
    begins_in=(BEGUN.name,),
    on_success=(WITHOUT_OBJECTS.name,),
    on_failure=OnFailure("begun_objects_failed", says=_FAILED),
    retries=_RETRIES,
    timeout_seconds=15 * 60,
)
ERASE_ROWS = Step(
    name="erase-rows",
    effect=Effect.WRITE,
    begins_in=(WITHOUT_OBJECTS.name,),
    on_success=(ERASED.name,),
    on_failure=OnFailure("without_objects_rows_failed", says=_FAILED),
    retries=_RETRIES,
    timeout_seconds=15 * 60,
)

ERASURE_V1 = Contract(
    kind=KIND,
    version=1,
    initial=REQUESTED.name,
    states=(
        REQUESTED,
        WAITING,
        DUE,
        BEGUN,
        WITHOUT_OBJECTS,
        ERASED,
        KEPT,
    ),
    steps=(LOOK_AGAIN, ERASE_OBJECTS, ERASE_ROWS),
    timers=(WAIT_FOR_IT,),
)
