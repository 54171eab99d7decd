"""Answering a query of a run: bounded in time and size. A failure in it is answered with its
reason, and touches nothing.
"""

import asyncio
from typing import Any, Final

from tillroll_durable._record.crashes import crash_of
from tillroll_durable.archive.files import ArchiveLost
from tillroll_durable.errors import OutputLost
from tillroll_durable.explanation.queries import Query, RunRecord
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import DatabaseError
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.faults import one_of
from tillroll_durable.platform.json import Json
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run, log_fields
from tillroll_durable.step_records import UnfitOutput, as_stored
from tillroll_durable.workflow import Workflow

SECONDS: Final = 10.0
# What another attempt may do better, and what is no fault of the query's.
_BEYOND: Final = (DatabaseError, ObjectsUnavailable, OutputLost, ArchiveLost)


class NoSuchQuery(Refusal):
    """The run's kind has no query of this name; the message lists those that it has."""


class QueryFailed(Refusal):
    """The query's function has failed; the run is as it was. The message says what to put right."""

    kind = Kind("query-failed", 500, "The query's own code failed")


async def answer(platform: Platform, workflow: Workflow, run: Run, name: str) -> Json:
    """What a run's record says to a query of its workflow. Raises NoSuchQuery, QueryFailed;
    ArchiveLost, OutputLost, DatabaseError, ObjectsUnavailable: what it reads cannot be read.
    """
    query = _query(workflow, name)
    try:
        async with asyncio.timeout(SECONDS):
            record = await RunRecord[Any].load(
                platform, run.id, model=workflow.params, contract=workflow.contract
            )
            result = query.output.written(await query.function(record))
            as_stored(f"the query {name!r}", result)
    except _BEYOND:
        raise
    except TimeoutError as error:
        raise _failed(
            run,
            query,
            error=error,
            sentence=f"It takes longer than {SECONDS:g} s: let it read less.",
        ) from error
    except (ContractError, UnfitOutput) as error:
        raise _failed(
            run, query, error=error, sentence=f"It cannot be answered: {error}."
        ) from error
    except Exception as error:
        crash = crash_of(error)
        raise _failed(
            run,
            query,
            error=error,
            sentence=f"It failed: {crash.in_full}. Mend its code and deploy it.",
        ) from error
    return result


def _query(workflow: Workflow, name: str) -> Query[Any, Any]:
    by_name = {each.name: each for each in workflow.queries}
    if not by_name:
        raise NoSuchQuery(f"Runs of the kind {workflow.contract.kind} answer no queries.")
    if name not in by_name:
        raise NoSuchQuery(
            f"{one_of([*by_name], name)} GET /api/workflows lists the queries of each kind."
        )
    return by_name[name]


def _failed(run: Run, query: Query[Any, Any], error: Exception, sentence: str) -> QueryFailed:
    log.crash("query.failed", error, **log_fields(run), code=query.name)
    return QueryFailed(f"{sentence} Nothing was changed.")
