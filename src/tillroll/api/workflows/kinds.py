"""GET /api/workflows: the kinds that are deployed, what each is begun with, and who may begin it."""

from typing import Any

from fastapi import APIRouter

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, Deployed
from tillroll.api.needs import needs
from tillroll.api.shapes import Shape
from tillroll.api.workflows.contracts import ContractShape, contract_shape
from tillroll.durable.workflow import Workflow

router = APIRouter(tags=["workflows"])


class TriggerShape(Shape):
    """`who`: everybody of the account, or its owners. `may`: whether that is true of whoever asks. `params` is the JSON
    Schema of the body."""

    who: str
    may: bool
    params: dict[str, Any]


class KindShape(Shape):
    """The newest version of a kind, which new runs begin under. `trigger` is null where its runs are begun by another
    route; `begun_by` names that."""

    kind: str
    version: int
    trigger: TriggerShape | None
    begun_by: str | None
    contract: ContractShape


class KindList(Shape):
    """All of them, by their names."""

    items: list[KindShape]


@router.get("/api/workflows", openapi_extra=needs(Permission.READ))
async def list_kinds(registry: Deployed, principal: Asking) -> KindList:
    """The kinds of workflows there are: what each promises, what it is begun with, and who may."""
    is_owner = principal.role == "owner"
    return KindList(items=[_shape(workflow, is_owner=is_owner) for _, workflow in sorted(registry.newest.items())])


def _shape(workflow: Workflow, *, is_owner: bool) -> KindShape:
    trigger, contract = workflow.trigger, workflow.contract
    shown = None
    if trigger is not None:
        shown = TriggerShape(
            who="owners" if trigger.owners_only else "everybody",
            may=is_owner or not trigger.owners_only,
            params={**workflow.params.model_json_schema(by_alias=True), "additionalProperties": False},
        )
    return KindShape(
        kind=contract.kind,
        version=contract.version,
        trigger=shown,
        begun_by=workflow.begun_by or None,
        contract=contract_shape(contract),
    )
