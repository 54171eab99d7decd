"""Bulk operations: one thing done with all runs that a filter finds. Looked at before, asked for,
followed.
"""

from typing import Annotated

from fastapi import Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, OwnKey, PlatformHere, allowed_of, needs
from tillroll.api.paging import Paged
from tillroll.api.parameters import Moment
from tillroll.api.routing import Router
from tillroll.bulk import service
from tillroll.bulk.contract import KIND, narrowed, selection
from tillroll.bulk.service import Act, BulkOperation, LeftOutRun, Wanted
from tillroll.identity.authentication import Principal
from tillroll.runs.endpoints import AttributeText, ExternalId
from tillroll.runs.operation_endpoints import Reason
from tillroll_durable.contract import MOST_ATTRIBUTES
from tillroll_durable.errors import FailureClass
from tillroll_durable.platform.models import Model, Page, RequestBody
from tillroll_durable.registry import Registry
from tillroll_durable.selection import Chosen
from tillroll_durable.states import Status
from tillroll_durable.views.models import RunSummary
from tillroll_durable.views.runs import shown_runs, summary

router = Router(tags=["operations"])

_SAMPLE = 10
_Name = Annotated[str | None, Field(min_length=1, max_length=200)]


class RunFilter(RequestBody):
    """As the parameters of `GET /api/runs`; what is named must all hold. `unresolved` takes what
    somebody has to see to, in any status in which there is something to do.
    """

    kind: _Name = None
    subject: _Name = None
    status: Status | None = None
    state: _Name = None
    failure_class: FailureClass | None = None
    parent: _Name = None
    since: Annotated[Moment | None, Field(alias="from")] = None
    until: Annotated[Moment | None, Field(alias="to")] = None
    unresolved: Annotated[bool | None, Field(strict=True)] = None
    attributes: Annotated[
        tuple[AttributeText, ...], Field(alias="attribute", max_length=MOST_ATTRIBUTES)
    ] = ()
    external_id: Annotated[ExternalId, Field(alias="externalId")] = None

    @property
    def chosen(self) -> Chosen:
        named = dict(self)
        # As in the list: false chooses nothing.
        named["unresolved"] = self.unresolved or None
        return Chosen(**named)


class BulkPreviewRequest(RequestBody):
    """`filter` chooses the runs, in a status in which there is something to do: failed for retry
    and abandon, under way for cancel and resume, unless it names another or is `unresolved`.
    """

    act: Act
    filter: Annotated[RunFilter, Field(default_factory=RunFilter)]


class BulkOperationRequest(BulkPreviewRequest):
    reason: Reason


class BulkPreview(Model):
    """`count` runs, or more where that `is_more`; `sample` are the newest of them."""

    count: int
    is_more: bool
    sample: list[RunSummary]


@router.post("/api/bulk-operations/preview", openapi_extra=needs(Permission.OPERATE))
async def preview_bulk_operation(
    platform: PlatformHere, registry: Deployed, principal: Caller, request: BulkPreviewRequest
) -> BulkPreview:
    """How many runs it would be about, and the newest of them; nothing is begun."""
    order = _order(registry, principal, request=request, reason="")
    count = await service.count_found(platform, principal.account_id, order)
    chosen = selection(
        request.act,
        narrowed(request.act, order.chosen),
        account_id=principal.account_id,
        after="~",
        limit=_SAMPLE,
    )
    rows = await shown_runs(platform.database, registry, chosen)
    sample = [RunSummary.model_validate(summary(registry, each)) for each in rows]
    return BulkPreview(count=count, is_more=count >= service.MOST_COUNTED, sample=sample)


@router.post("/api/bulk-operations", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def begin_bulk_operation(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    request: BulkOperationRequest,
    own_key: OwnKey,
) -> BulkOperation:
    """Do it with each, the newest first. What is begun from now on is none of them; `Location` says
    how far it is.
    """
    order = _order(registry, principal, request=request, reason=request.reason)
    result = await service.ask_for_operation(
        platform, registry.newest[KIND], actor=principal.as_actor, order=order, key=own_key
    )
    response.headers["location"] = f"/api/bulk-operations/{result.id}"
    return result


@router.get("/api/bulk-operations", openapi_extra=needs(Permission.OPERATE))
async def list_bulk_operations(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
) -> Page[BulkOperation]:
    """The account's operations, newest first."""
    return page.of(
        await service.find_operations(
            platform.database,
            principal.account_id,
            operation_id=None,
            before=page.after,
            limit=page.fetch_limit,
        )
    )


@router.get("/api/bulk-operations/{operation_id}", openapi_extra=needs(Permission.OPERATE))
async def show_bulk_operation(
    platform: PlatformHere,
    principal: Caller,
    operation_id: str,
) -> BulkOperation:
    """Show one operation: how far it is. It is stopped by cancelling its run."""
    return await service.find_operation(platform, principal.account_id, operation_id)


@router.get("/api/bulk-operations/{operation_id}/left-out", openapi_extra=needs(Permission.OPERATE))
async def list_runs_left_out(
    platform: PlatformHere, principal: Caller, operation_id: str, page: Paged
) -> Page[LeftOutRun]:
    """The runs that it left as they were, each with the reason."""
    await service.find_operation(platform, principal.account_id, operation_id)
    rows = await service.left_out_of(
        platform.database, operation_id, cursor=page.after, limit=page.fetch_limit
    )
    return page.of(rows, lambda each: each.run_id)


def _order(
    registry: Registry, principal: Principal, request: BulkPreviewRequest, reason: str
) -> Wanted:
    kinds = [
        kind
        for kind, workflow in registry.newest.items()
        if principal.may(Permission(allowed_of(registry, kind, workflow.contract.version).operate))
    ]
    return Wanted(request.act, request.filter.chosen, kinds=kinds, reason=reason)
