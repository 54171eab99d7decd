"""Today's body, replayed over what a run has done: which step would differ, before it is deployed.

The body is executed by the core's own code, with an engine that answers each durable step from the
record and calls none of them. So nothing is written, and nothing is done elsewhere; a body that
reaches past its run finds nothing.
"""

import contextlib
import re
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

from tillroll_durable import InvalidParams
from tillroll_durable.contract import RETURNED
from tillroll_durable.declared import checked
from tillroll_durable.errors import OutputLost, RunCancelled, RunContinued, RunFailed
from tillroll_durable.execution import LoadedRun, WorkflowRun
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform.json import JsonObject, load
from tillroll_durable.platform.services import Platform
from tillroll_durable.workflow import Workflow
from tillroll_testing.replaying.comparing import ComparingExecution, ComparingRun
from tillroll_testing.replaying.history import History
from tillroll_testing.replaying.outside import Outside, ReadObject
from tillroll_testing.replaying.recorded_engine import Differs, Reached, RecordedEngine

# Whose lines are not the author's.
_LIBRARIES: Final = re.compile(r"/(tillroll_durable|tillroll_testing|asyncio|contextlib)[/.]")


@dataclass(frozen=True)
class Difference:
    """Where today's body would do something else: the `place` in the record, from 1, and a sentence
    without any value. `file` and `line` are where the body stands there; None where only its model
    differs.
    """

    place: int
    says: str
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Replayed:
    """What came of one run. `same` is how many places of its record the body repeats; `unseen` says
    what could not be compared.
    """

    run_id: str
    kind: str
    same: int
    difference: Difference | None
    unseen: Sequence[str]


async def replayed(workflow: Workflow, history: History, read_object: ReadObject) -> Replayed:
    """Replay a run that the workflow is the version of. Nothing is written."""
    replay = RecordedEngine(workflow.contract, history)
    difference = _unfit(workflow, history)
    if difference is None:
        difference = await _play(workflow, history, replay, read_object)
    return Replayed(history.run.id, history.run.kind, replay.same, difference, replay.unseen)


def _unfit(workflow: Workflow, history: History) -> Difference | None:
    try:
        checked(workflow.params, cast("JsonObject", load(history.run.params or "{}")))
    except InvalidParams as error:
        return Difference(
            0, f"the params that it was begun with do not fit the model any more: {error}"
        )
    return None


async def _play(
    workflow: Workflow, history: History, replay: "RecordedEngine", read_object: ReadObject
) -> Difference | None:
    platform = cast("Platform", Outside(read_object))
    first = replace(history.run, state=workflow.contract.initial, state_version=1)
    execution = ComparingExecution(
        platform,
        engine=cast("Any", replay),
        contract=workflow.contract,
        loaded=LoadedRun(first, {}),
    )
    execution.replay = replay
    replay.execution = execution
    run: WorkflowRun[Any] = ComparingRun(execution, workflow.params, workflow)
    said: str | None = None
    raised: BaseException | None = None
    try:
        with contextlib.suppress(RunFailed, RunCancelled, RunContinued):
            returned = await workflow.body(run)
            if replay.ends_early or (replay.next is not None and replay.next.name == RETURNED):
                await run.end(returned, workflow.output)
        replay.check_over()
    except Reached:
        pass
    except Differs as differs:
        said = str(differs)
        raised = differs
    except (ContractError, OutputLost) as error:
        said = f"the body departs from its contract: {error}"
        raised = error
    except Exception as error:  # noqa: BLE001 - whatever a body raises here it would raise there
        last = traceback.extract_tb(error.__traceback__)[-1]
        said = f"the body fails: {type(error).__name__} in {Path(last.filename).name}:{last.lineno}"
        raised = error
    if said is None:
        return None
    file, line = _place_in_body(workflow, raised)
    return Difference(replay.place + 1, said, file=file, line=line)


def _place_in_body(
    workflow: Workflow, raised: BaseException | None
) -> tuple[str | None, int | None]:
    """Where in the author's code the body stood: the innermost line of it that is in no library; of
    one that had ended, where it is defined.
    """
    frames: list[traceback.FrameSummary] = []
    if raised is not None:
        frames = traceback.extract_tb(raised.__traceback__)
    own = [each for each in frames if not _LIBRARIES.search(each.filename)]
    if own:
        return own[-1].filename, own[-1].lineno
    code = getattr(workflow.body, "__code__", None)
    if code is None:
        return None, None
    return code.co_filename, code.co_firstlineno
