"""POST /api/workflows/{kind}/trigger and GET /api/workflows/{kind}/status/{id}: the same for every kind."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, ValidationError

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, Deployed, PlatformHere
from tillroll.api.door.access import Principal
from tillroll.api.door.own_key import BothKeys
from tillroll.api.door.shapes.invalid import as_json
from tillroll.api.needs import needs
from tillroll.api.problems import (
    INVALID_REQUEST,
    KEY_REUSED,
    NOT_FOUND,
    NOT_TRIGGERABLE,
    Problem,
    not_found,
)
from tillroll.api.shapes import ErrorShape, Shape
from tillroll.api.workflows.allowed import require
from tillroll.durable import InvalidParams, KeyReused
from tillroll.durable.operating.outside import OutsideStatus, find_outside
from tillroll.durable.registry import Registry
from tillroll.durable.workflow import Trigger, Workflow
from tillroll.platform.faults.saying import faults_in, one_of

router = APIRouter(tags=["workflows"])

_FOUND = 200

Params = Annotated[
    dict[str, Any],
    Body(
        description="The kind's params: `params` of its trigger in `GET /api/workflows` is their JSON Schema",
        openapi_examples={"a stored receipt": {"value": {"receiptId": "rec_01JZX3V8Q0M4T7K2N5R9W1Y6BD"}}},
    ),
]


class StartedShape(Shape):
    """`id` is the run's. `status` is started; where such a run was there already (200), it is where that one stands."""

    id: str
    status: OutsideStatus


class OutsideShape(Shape):
    """`output` is null until the run has completed. `error` says why one failed, was rejected or cancelled; null
    otherwise."""

    id: str
    status: OutsideStatus
    output: Any
    error: ErrorShape | None


@router.post(
    "/api/workflows/{kind}/trigger",
    status_code=202,
    responses={200: {"model": StartedShape, "description": "There is such a run; nothing was begun"}},
    openapi_extra=needs(Permission.TRIGGER),
)
async def trigger(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Asking,
    kind: str,
    params: Params,
    keys: BothKeys,
) -> StartedShape:
    """Begin a run of a kind, where it may be begun from outside. `Location` says where it stands."""
    workflow = _workflow(registry, kind)
    declared = _triggered(workflow, principal)
    asked, actor = _checked(workflow, params), principal.as_actor
    try:
        key = keys.of_account if declared.moves_money else keys.own
        begun = await declared.begin(platform, workflow, actor, asked, key)
    except InvalidParams as error:
        raise Problem(INVALID_REQUEST, f"{str(error)[:1].upper()}{str(error)[1:]}. Nothing was begun.") from error
    except KeyReused as error:
        detail = "This Idempotency-Key stands for a run with other params: send this one under its own."
        raise Problem(KEY_REUSED, detail) from error
    response.headers["location"] = f"/api/workflows/{kind}/status/{begun.run_id}"
    if begun.is_ours:
        return StartedShape(id=begun.run_id, status=OutsideStatus.STARTED)
    response.status_code = _FOUND
    shown = await find_outside(platform, registry, principal.account_id, kind, begun.run_id)
    return StartedShape(id=begun.run_id, status=OutsideStatus.STARTED if shown is None else shown.status)


@router.get("/api/workflows/{kind}/status/{run_id}", openapi_extra=needs(Permission.READ))
async def show_status(
    platform: PlatformHere, registry: Deployed, principal: Asking, kind: str, run_id: str
) -> OutsideShape:
    """How far a run of a kind is, and what came of it. One that goes on as another run is shown by that."""
    _workflow(registry, kind)
    shown = await find_outside(platform, registry, principal.account_id, kind, run_id)
    if shown is None:
        raise not_found("run of this kind")
    error = None if shown.error is None else ErrorShape(error_class=shown.error[0], summary=shown.error[1])
    return OutsideShape(id=run_id, status=shown.status, output=shown.output, error=error)


def _workflow(registry: Registry, kind: str) -> Workflow:
    """Raises Problem, 404: there is no such kind."""
    workflow = registry.newest.get(kind)
    if workflow is None:
        raise Problem(NOT_FOUND, f"{one_of([*registry.newest], kind)} GET /api/workflows says what each takes.")
    return workflow


def _triggered(workflow: Workflow, principal: Principal) -> Trigger:
    """Raises Problem, 403: the kind is not begun so, or not by whoever asks."""
    if workflow.trigger is None or workflow.allowed is None or workflow.allowed.trigger is None:
        instead = workflow.begun_by or "other runs"
        raise Problem(NOT_TRIGGERABLE, f"Runs of this kind are not begun by a trigger, but by {instead}.")
    require(principal, workflow.allowed.trigger)
    return workflow.trigger


def _checked(workflow: Workflow, params: dict[str, Any]) -> BaseModel:
    """Raises Problem, 422: they do not fit the kind's model, by the names that its JSON Schema has, or say more."""
    try:
        return workflow.params.model_validate(params, extra="forbid", by_alias=True, by_name=False)
    except ValidationError as error:
        errors = as_json(faults_in(error.errors(), "body", workflow.params))
        raise Problem(INVALID_REQUEST, "Correct what `errors` names; see /api/workflows.", errors=errors) from error
