"""Routes of workflow kinds: which are deployed with which contract, a trigger and a status for each."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, ValidationError

from tillroll.access.permissions import Permission
from tillroll.access.roles import GRANTS, Role
from tillroll.api.dependencies import BothKeys, Caller, Deployed, PlatformHere, allowed_of, needs, require
from tillroll.api.problems import (
    INVALID_REQUEST,
    KEY_REUSED,
    NOT_FOUND,
    NOT_TRIGGERABLE,
    Problem,
    as_errors,
    not_found,
)
from tillroll.api.shapes import ErrorShape, Model
from tillroll.durable import InvalidParams, KeyReused
from tillroll.durable.contract import Contract, State, Step
from tillroll.durable.operations.selection import OutsideStatus, find_outside
from tillroll.durable.workflow import Registry, Trigger, Workflow
from tillroll.identity.authentication import Principal
from tillroll.platform.faults import faults_in, one_of


class StateShape(Model):
    """`says` is what the run's owner reads. `deadline_seconds`: how long a run may stand here that no person is to
    bring on; null where that is a person's, or it has ended."""

    name: str
    status: str
    says: str
    next_safe_action: str
    is_terminal: bool
    deadline_seconds: int | None


class OnFailureShape(Model):
    """Where a final failure leads; `then`: stop, continue or compensate."""

    state: str
    then: str
    escalate: bool


class RetriesShape(Model):
    """A limit of 5 is six attempts."""

    limit: int
    delay_seconds: float
    backoff: str


class ContractStep(Model):
    """`effect`: read, write, external or irreversible. `reviews` are the reasons with which it asks a person;
    `withheld` names what is not shown of its input and output, since it is secret or personal."""

    name: str
    effect: str
    begins_in: list[str]
    on_success: list[str]
    on_failure: OnFailureShape
    retries: RetriesShape
    timeout_seconds: int
    reviews: list[str]
    idempotency_key: str
    can_be_undone: bool
    withheld: list[str]


class MessageShape(Model):
    """A signal that a run waits for, or a topic that it tells of; `payload` is the JSON Schema of what is sent."""

    name: str
    payload: dict[str, Any]


class ConcurrencyShape(Model):
    """So many runs go on at once in an account, or for each value of the param `key`; the others wait in line."""

    limit: int
    key: str | None


class ContractShape(Model):
    """`result` names the step whose output is the run's; null for the last one that succeeded."""

    initial: str
    states: list[StateShape]
    steps: list[ContractStep]
    timers: list[str]
    signals: list[MessageShape]
    topics: list[MessageShape]
    result: str | None
    concurrency: ConcurrencyShape | None


def contract_shape(contract: Contract) -> ContractShape:
    """All that a caller can rely on."""
    limits = contract.concurrency
    return ContractShape(
        initial=contract.initial,
        states=[_state(state) for state in contract.states],
        steps=[_step(contract, step) for step in contract.steps],
        timers=[timer.name for timer in contract.timers],
        signals=[MessageShape(name=each.name, payload=each.payload.model_json_schema()) for each in contract.signals],
        topics=[MessageShape(name=each.name, payload=each.payload.model_json_schema()) for each in contract.topics],
        result=contract.result,
        concurrency=None if limits is None else ConcurrencyShape(limit=limits.limit, key=limits.key),
    )


def _state(state: State) -> StateShape:
    most = state.lasts_at_most
    return StateShape(
        name=state.name,
        status=state.status,
        says=state.says,
        next_safe_action=state.next_safe_action,
        is_terminal=state.is_terminal,
        deadline_seconds=None if most is None else int(most.total_seconds()),
    )


def _step(contract: Contract, step: Step) -> ContractStep:
    failure, retries = step.on_failure, step.retries
    return ContractStep(
        name=step.name,
        effect=step.effect,
        begins_in=[*contract.begins_of(step)],
        on_success=[*step.on_success],
        on_failure=OnFailureShape(state=failure.state, then=failure.then, escalate=failure.escalate),
        retries=RetriesShape(limit=retries.limit, delay_seconds=retries.delay_seconds, backoff=retries.backoff),
        timeout_seconds=step.timeout_seconds,
        reviews=[*step.reviews],
        idempotency_key=step.idempotency_key,
        can_be_undone=step.rollback_config is not None,
        withheld=[*step.withheld],
    )


router = APIRouter(tags=["workflows"])


class TriggerShape(Model):
    """`who`: the roles whose people may. `may`: whether whoever asks is one of them. `params` is the JSON Schema of the
    body."""

    who: list[Role]
    may: bool
    params: dict[str, Any]


class AllowedShape(Model):
    """The permissions that are needed: to begin a run by the kind's name (null where that is not possible), to decide
    what it asks, to retry or end it, and to send it each signal."""

    trigger: str | None
    decide: str
    operate: str
    signals: dict[str, str]


class Scheduled(Model):
    """`permission` is what keeping a schedule of the kind needs, besides `operate`. `params` is the JSON Schema of what
    one is made with."""

    permission: str
    for_all_accounts: bool
    params: dict[str, Any]


class KindShape(Model):
    """The newest version of a kind, which new runs begin under. `trigger` is null where its runs are begun by another
    route; `begun_by` names that. `schedule` is null where they are not begun by time. `own_signals` are those that the
    deployment sends by itself: nobody is asked to."""

    kind: str
    version: int
    allowed: AllowedShape
    trigger: TriggerShape | None
    schedule: Scheduled | None
    begun_by: str | None
    own_signals: list[str]
    contract: ContractShape


class KindList(Model):
    """All of them, by their names."""

    items: list[KindShape]


@router.get("/api/workflows", openapi_extra=needs(Permission.READ))
async def list_kinds(registry: Deployed, principal: Caller) -> KindList:
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


def _scheduled(workflow: Workflow) -> Scheduled | None:
    schedule = workflow.schedule
    if schedule is None:
        return None
    return Scheduled(
        permission=schedule.permission,
        for_all_accounts=schedule.for_all_accounts,
        params={**schedule.params.model_json_schema(by_alias=True), "additionalProperties": False},
    )


_FOUND = 200

Params = Annotated[
    dict[str, Any],
    Body(
        description="The kind's params: `params` of its trigger in `GET /api/workflows` is their JSON Schema",
        openapi_examples={"a stored receipt": {"value": {"receiptId": "rec_01JZX3V8Q0M4T7K2N5R9W1Y6BD"}}},
    ),
]


class Started(Model):
    """`id` is the run's. `status` is started; where such a run was there already (200), it is where that one stands."""

    id: str
    status: OutsideStatus


class OutsideShape(Model):
    """`output` is null until the run has completed. `error` says why one failed, was rejected or cancelled; null
    otherwise."""

    id: str
    status: OutsideStatus
    output: Any
    error: ErrorShape | None


@router.post(
    "/api/workflows/{kind}/trigger",
    status_code=202,
    responses={200: {"model": Started, "description": "There is such a run; nothing was begun"}},
    openapi_extra=needs(Permission.TRIGGER),
)
async def trigger(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    kind: str,
    params: Params,
    keys: BothKeys,
) -> Started:
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
        return Started(id=begun.run_id, status=OutsideStatus.STARTED)
    response.status_code = _FOUND
    shown = await find_outside(platform, registry, principal.account_id, kind, begun.run_id)
    return Started(id=begun.run_id, status=OutsideStatus.STARTED if shown is None else shown.status)


@router.get("/api/workflows/{kind}/status/{run_id}", openapi_extra=needs(Permission.READ))
async def show_status(
    platform: PlatformHere, registry: Deployed, principal: Caller, kind: str, run_id: str
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
        errors = as_errors(faults_in(error.errors(), "body", workflow.params))
        raise Problem(INVALID_REQUEST, "Correct what `errors` names; see /api/workflows.", errors=errors) from error
