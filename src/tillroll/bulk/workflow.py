"""The bulk operation: a page of runs, each by itself, then the next page in another run of the
chain.
"""

from collections.abc import Callable
from typing import Final

from tillroll.bulk import contract as bulk_contract
from tillroll.bulk import service
from tillroll.bulk.contract import ACT, ACTED, FINISHED, PAGE, BulkOperationParams, selection
from tillroll.bulk.service import Operation
from tillroll.module import kinds
from tillroll_durable import (
    Allowed,
    ContractError,
    Outcome,
    Registry,
    StepContext,
    Workflow,
    WorkflowRun,
    operations,
    statement,
)
from tillroll_durable.operations import NotPossible, Request
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import ConstraintFailed, DatabaseError, text
from tillroll_durable.platform.bindings.engine import EngineUnavailable, NonRetryable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run, not_deployed, run_from_row

_FAULT = "It could not be done, for a fault of ours that is logged."
_NOT_YOURS = "runs of this kind are operated by others"


class BulkOperations:
    """The body, for the workflows of a deployment: what is done with a run is its own
    contract's.
    """

    def __init__(self, registry: Callable[[], Registry]) -> None:
        self._registry = registry

    async def body(self, run: WorkflowRun[BulkOperationParams]) -> JsonObject:
        """Version 1."""
        operation_id = run.params.operation_id
        last = await run.step(ACT, self.act_on_page, operation_id, run.params.behind)
        if isinstance(last, dict) and last["behind"] is not None:
            await run.continue_as(
                BulkOperationParams(operation_id=operation_id, behind=str(last["behind"]))
            )
        return {"operationId": operation_id}

    async def act_on_page(self, context: StepContext, operation_id: str, after: str) -> Outcome:
        """Go through the next page."""
        database = context.platform.database
        matches = await service.find_operations(database, context.run.account_id, operation_id)
        if not matches:
            raise NonRetryable(f"the operation {operation_id} is missing")
        operation = matches[0]
        chosen = selection(
            operation.act,
            operation.chosen,
            account_id=operation.account_id,
            after=after,
            limit=PAGE,
        )
        query = f"SELECT runs.* FROM {chosen.tables} WHERE {chosen.where}"
        rows = await database.all(statement(query, [*chosen.values]))
        over = await service.looked_at_among(
            database, operation_id, [text(row, "id") for row in rows]
        )
        last: str | None = text(rows[-1], "id") if len(rows) == PAGE else None
        reached = after
        for run in map(run_from_row, rows):
            if run.id not in over:
                if await service.is_stopped(database, context.run.id):
                    last = reached  # the rest of the page is left as it is
                    break
                await self._one(context.platform, operation, run)
                await context.platform.pause()
            reached = run.id
        now = None if last else to_text(context.platform.clock.now())
        return Outcome(
            output={"behind": last},
            statements=[
                service.count_page(operation_id, after, last=str(last or ""), finished_at=now)
            ],
            state=ACTED.name if last else FINISHED.name,
        )

    async def _one(self, platform: Platform, operation: Operation, run: Run) -> None:
        """Raises DatabaseError, EngineUnavailable: nothing can be done now; the page is gone
        through again.
        """
        reason: str | None = None
        try:
            await self._act(platform, operation, run)
        except ConstraintFailed as refused:
            if "bulk_operation_runs" not in str(refused):
                raise
            return  # an attempt that overlaps has done it
        except (NotPossible, ContractError) as error:
            reason = f"{str(error)[:1].upper()}{str(error)[1:]}."
        except (DatabaseError, EngineUnavailable):
            raise
        except Exception as error:  # noqa: BLE001
            # Whatever is wrong with one run, the others have their turn.
            log.crash("bulk_operation.left_out", error, run=run.id)
            reason = _FAULT
        await platform.database.batch([service.looked_at_once(operation.id, run.id, reason)])

    async def _act(self, platform: Platform, operation: Operation, run: Run) -> None:
        """Raises whatever keeps it from being done."""
        if run.kind in self._registry().newest and run.kind not in operation.kinds:
            raise NotPossible(_NOT_YOURS)
        contract = self._registry().contracts.get((run.kind, run.contract_version))
        request = Request(
            operation.actor, operation.reason, also=(service.looked_at(operation.id, run.id),)
        )
        match operation.act:
            case "cancel":
                await operations.cancel(platform, run, request=request, contract=contract)
            case "resume":
                await operations.go_on(platform, run, request=request, contract=contract)
            case _ if contract is None:
                raise NotPossible(not_deployed(run))
            case "retry":
                await operations.retry(platform, contract, run=run, request=request)
            case "abandon":
                await operations.abandon(platform, contract, run=run, request=request)


def bulk_operation(registry: Callable[[], Registry]) -> Workflow:
    """The workflow, for a deployment of these; asked for when it runs, since it is one of them."""
    return Workflow(
        contract=bulk_contract.BULK_OPERATION_V1,
        body=BulkOperations(registry).body,
        params=bulk_contract.BulkOperationParams,
        subject=lambda params: params.operation_id,
        allowed=Allowed(decide="review"),
        # What may be touched is looked at there; params name an operation that stands already.
        begun_by="POST /api/bulk-operations",
    )


BULK_OPERATION: Final = bulk_operation(kinds)
