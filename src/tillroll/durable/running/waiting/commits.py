"""How a wait commits: once, and whoever comes later gets what was committed."""

from dataclasses import replace

from tillroll.durable.errors import LostGuard
from tillroll.durable.running.execution import Execution
from tillroll.durable.running.inputs import Given
from tillroll.durable.running.steps import Outcome
from tillroll.platform.bindings.engine import Retries
from tillroll.platform.json import Json

# A wait must outlast a database that is down for a while: 3, 6, … 30 s, nearly three minutes in all.
RETRIES = Retries(limit=10, delay_seconds=3, backoff="linear")
TIMEOUT_SECONDS = 30


async def is_behind(execution: Execution, name: str, attempt: int) -> bool:
    """Whether a wait, found begun by a later instance, has ended before: what ended it is not waited for again.

    Raises:
        NonRetryable: it has not, and the run was asked to end.
    """
    stored = await execution.stored(name, attempt)
    if stored and stored.outcome == "completed":
        return True
    execution.check_goes_on()
    return False


async def commit_once(
    execution: Execution, name: str, attempt: int, outcome: Outcome, action: str, now: Given | None = None
) -> Json:
    """Commit an outcome under the name of a durable step; or return what was committed there before.

    Without a state in the outcome the run stays where it stands. `now` is what it is given, for the record.

    Raises:
        NonRetryable: the run was asked to end, or is another instance's.
    """
    stored = await execution.stored(name, attempt)
    if stored and stored.outcome == "completed":
        return stored.output
    execution.check_goes_on()
    execution.check_not_ended(name)
    run, begun = execution.run, execution.begin(name, action, attempt)
    if now is not None:
        begun = replace(begun, given=now.kept, given_digest=now.digest)
    try:
        return await execution.commit(run, outcome.state or run.state, outcome, begun)
    except LostGuard as lost:
        return await execution.output_of_winner(name, lost)
