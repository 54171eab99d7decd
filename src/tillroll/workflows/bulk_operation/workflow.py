"""The bulk operation as one value: all that is its own."""

from collections.abc import Callable

from tillroll.durable import Allowed, Registry, Workflow
from tillroll.workflows.bulk_operation import contract
from tillroll.workflows.bulk_operation.body import BulkOperations


def bulk_operation(registry: Callable[[], Registry]) -> Workflow:
    """The workflow, for a deployment of these; asked for when it runs, since it is one of them."""
    return Workflow(
        contract=contract.BULK_OPERATION_V1,
        body=BulkOperations(registry).body,
        params=contract.BulkOperationParams,
        subject=lambda params: params.operation_id,
        allowed=Allowed(decide="review", operate="operate"),
        # What may be touched is looked at there; params name an operation that stands already.
        begun_by="POST /api/bulk-operations",
    )
