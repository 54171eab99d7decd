"""GET /api/workflows: the kinds that are deployed, what each is begun with, and who may begin it."""

from typing import Any

from fastapi import APIRouter

from tillroll.access.permissions import Permission
from tillroll.access.roles import GRANTS, Role
from tillroll.api.dependencies import Asking, Deployed
from tillroll.api.door.access import Principal
from tillroll.api.needs import needs
from tillroll.api.shapes import Shape
from tillroll.api.workflows.allowed import allowed_of
from tillroll.api.workflows.contracts import ContractShape, contract_shape
from tillroll.durable.registry import Registry
from tillroll.durable.workflow import Workflow

router = APIRouter(tags=["workflows"])


class TriggerShape(Shape):
    """`who`: the roles whose people may. `may`: whether whoever asks is one of them. `params` is the JSON Schema of the
    body."""

    who: list[Role]
    may: bool
    params: dict[str, Any]


class AllowedShape(Shape):
    """The permissions that are needed: to begin a run by the kind's name (null where that is not possible), to decide
    what it asks, to retry or end it, and to send it each signal."""

    trigger: str | None
    decide: str
    operate: str
    signals: dict[str, str]


class ScheduledShape(Shape):
    """`permission` is what keeping a schedule of the kind needs, besides `operate`. `params` is the JSON Schema of what
    one is made with."""

    permission: str
    for_all_accounts: bool
    params: dict[str, Any]


class KindShape(Shape):
    """The newest version of a kind, which new runs begin under. `trigger` is null where its runs are begun by another
    route; `begun_by` names that. `schedule` is null where they are not begun by time. `own_signals` are those that the
    deployment sends by itself: nobody is asked to."""

    kind: str
    version: int
    allowed: AllowedShape
    trigger: TriggerShape | None
    schedule: ScheduledShape | None
    begun_by: str | None
    own_signals: list[str]
    contract: ContractShape


class KindList(Shape):
    """All of them, by their names."""

    items: list[KindShape]


@router.get("/api/workflows", openapi_extra=needs(Permission.READ))
async def list_kinds(registry: Deployed, principal: Asking) -> KindList:
    """The kinds of workflows there are: what each promises, what it is begun with, and who may."""
    return KindList(items=[_shape(registry, workflow, principal) for _, workflow in sorted(registry.newest.items())])


def _shape(registry: Registry, workflow: Workflow, principal: Principal) -> KindShape:
    contract = workflow.contract
    allowed, shown = allowed_of(registry, contract.kind, contract.version), None
    if allowed.trigger is not None:
        needed = {Permission.TRIGGER, Permission(allowed.trigger)}
        shown = TriggerShape(
            who=[role for role in Role if needed <= GRANTS[role]],
            may=needed <= principal.permissions,
            params={**workflow.params.model_json_schema(by_alias=True), "additionalProperties": False},
        )
    return KindShape(
        kind=contract.kind,
        version=contract.version,
        allowed=AllowedShape(
            trigger=allowed.trigger, decide=allowed.decide, operate=allowed.operate, signals={**allowed.signals}
        ),
        trigger=shown,
        schedule=_scheduled(workflow),
        begun_by=workflow.begun_by or None,
        own_signals=[*workflow.own_signals],
        contract=contract_shape(contract),
    )


def _scheduled(workflow: Workflow) -> ScheduledShape | None:
    schedule = workflow.schedule
    if schedule is None:
        return None
    return ScheduledShape(
        permission=schedule.permission,
        for_all_accounts=schedule.for_all_accounts,
        params={**schedule.params.model_json_schema(by_alias=True), "additionalProperties": False},
    )
