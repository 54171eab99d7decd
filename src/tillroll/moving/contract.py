"""The contract of a move: look, freeze, copy, compare, switch, delete. Until the switch all of it
is undone by one rollback; from then on it only goes forward."""

from typing import Annotated, Final

from pydantic import Field

from tillroll_durable import (
    Contract,
    Effect,
    OnFailure,
    Params,
    RollbackConfig,
    State,
    Status,
    Step,
    Then,
)
from tillroll_durable.platform.bindings.engine import Retries

KIND: Final = "account-move"


class MoveParams(Params):
    """Which account moves, and the binding of the database that it moves to."""

    account_id: Annotated[str, Field(pattern="^acc_[0-9A-Za-z_]+$", max_length=60)]
    database: Annotated[str, Field(pattern="^DB(_[1-9][0-9]{0,4})?$")]


_MOVING: Final = "The account is being moved: nothing of it can be changed for a moment."
REQUESTED = State.processing("requested", "The account is to be moved.")
ACCEPTED = State.processing("accepted", "The account is to be moved.")
FROZEN = State.processing("frozen", _MOVING)
COPIED = State.processing("copied", _MOVING)
COMPARED = State.processing("compared", _MOVING)
SWITCHED = State.processing("switched", "The account has moved: its old rows are being deleted.")
MOVED = State.ended("moved", Status.COMPLETE, "The account has moved.")
REFUSED = State.ended("refused", Status.REJECTED, "The account was not moved: {reason}")
STAYED = State.undone("stayed", "The account could not be moved, and stays where it was.")
UNDOING = State.processing("undoing", "The account is not moved: what was copied is deleted.")
CANCELLED = State.ended("cancelled", Status.CANCELLED, "This was stopped: {reason}")
ABANDONED = State.ended("abandoned", Status.CANCELLED, "This was given up: {reason}")

# Why an account is not moved.
NO_SUCH_ACCOUNT: Final = "no_such_account"
NO_SUCH_DATABASE: Final = "no_such_database"
LIVES_THERE: Final = "lives_there"
OWN_ACCOUNT: Final = "own_account"
IS_BUSY: Final = "is_busy"
FOR_ALL: Final = "for_all"
TOO_LARGE: Final = "too_large"
MOST_RUNS: Final = 20_000
"""An account with more runs is not moved: one invocation would ask its databases too often."""
SENTENCES: Final = {
    NO_SUCH_ACCOUNT: "no database has it.",
    NO_SUCH_DATABASE: "no such database is bound: `tillroll databases` lists them.",
    LIVES_THERE: "it lives in that database already.",
    OWN_ACCOUNT: "this run is its own. Ask as an operator of another account.",
    IS_BUSY: "another run moves it.",
    FOR_ALL: "it keeps a schedule for all accounts of its database. Remove that one first.",
    TOO_LARGE: f"it has more than {MOST_RUNS:,} runs, which is too much for one move.",
}

_A_FEW: Final = Retries(limit=5, delay_seconds=2, backoff="exponential")
# Until it is done: an account that is half moved helps nobody.
_MANY: Final = Retries(limit=10, delay_seconds=2, backoff="exponential", longest_delay_seconds=3600)

LOOK = Step(
    name="look",
    effect=Effect.WRITE,
    on_success=(ACCEPTED.name, REFUSED.name),
    retries=_A_FEW,
    timeout_seconds=60,
    gives=int,
)
FREEZE = Step(
    name="freeze",
    effect=Effect.WRITE,
    begins_in=(ACCEPTED.name,),
    on_success=(FROZEN.name,),
    on_failure=OnFailure(STAYED.name, then=Then.COMPENSATE),
    retries=_A_FEW,
    timeout_seconds=60,
    rollback_config=RollbackConfig(retries=_MANY, timeout_seconds=900, finds_out=True),
)
COPY = Step(
    name="copy",
    effect=Effect.WRITE,
    on_success=(COPIED.name,),
    on_failure=OnFailure(STAYED.name, then=Then.COMPENSATE),
    retries=_A_FEW,
    timeout_seconds=900,
    gives=dict[str, list[int]],
)
COMPARE = Step(
    name="compare",
    effect=Effect.WRITE,
    on_success=(COMPARED.name,),
    on_failure=OnFailure(STAYED.name, then=Then.COMPENSATE),
    retries=_A_FEW,
    timeout_seconds=900,
)
SWITCH = Step(
    name="switch",
    effect=Effect.WRITE,
    on_success=(SWITCHED.name,),
    retries=_MANY,
    timeout_seconds=60,
)
DELETE = Step(
    name="delete",
    effect=Effect.WRITE,
    on_success=(MOVED.name,),
    retries=_MANY,
    timeout_seconds=900,
)

ACCOUNT_MOVE_V1: Final = Contract(
    kind=KIND,
    version=1,
    initial=REQUESTED.name,
    compensating=UNDOING.name,
    states=(
        *(REQUESTED, ACCEPTED, FROZEN, COPIED, COMPARED, SWITCHED, MOVED, REFUSED),
        *(STAYED, UNDOING, CANCELLED, ABANDONED),
    ),
    steps=(LOOK, FREEZE, COPY, COMPARE, SWITCH, DELETE),
)
