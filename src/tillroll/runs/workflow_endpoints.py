"""Routes of workflow kinds: which are deployed with which contract, a trigger and a status for
each.
"""

from typing import Annotated, Any, Literal

from fastapi import Body, Response
from pydantic import BaseModel, Field, ValidationError

from tillroll.access.permissions import Permission
from tillroll.access.roles import GRANTS, Role
from tillroll.api.dependencies import (
    AccountKey,
    Caller,
    Deployed,
    OwnKey,
    PlatformHere,
    allowed_of,
    needs,
    require,
)
from tillroll.api.problems import NOT_FOUND, NOT_TRIGGERABLE, Problem, as_errors, not_found
from tillroll.api.routing import Router
from tillroll.identity.authentication import Principal
from tillroll_durable.contract import Contract
from tillroll_durable.platform.faults import faults_in, one_of
from tillroll_durable.platform.models import Items, Model, parse_strictly, strict_schema
from tillroll_durable.platform.refusals import INVALID_REQUEST
from tillroll_durable.registry import Registry
from tillroll_durable.selection import OutsideStatus, find_outside
from tillroll_durable.states import OUTCOME_UNKNOWN, State
from tillroll_durable.step import Step
from tillroll_durable.views.models import RateLimit, RunError
from tillroll_durable.workflow import Trigger, Workflow

router = Router(tags=["workflows"])


class ContractState(Model):
    """`says` is what the run's owner reads. `deadline_seconds`: how long a run may stand here that
    no person is to bring on; null where that is a person's, or it has ended.
    """

    name: str
    status: str
    says: str
    next_safe_action: str
    is_terminal: bool
    deadline_seconds: int | None


class FailurePath(Model):
    """Where a final failure leads; `then`: stop, continue or compensate. `unknown_state` is where
    the run stops instead, with nothing undone, while nobody knows whether the step was done: absent
    for a step of which that is always known, or that makes no difference.
    """

    state: str
    then: Literal["stop", "continue", "compensate"]
    escalate: bool
    unknown_state: str | None = Field(None, exclude_if=lambda state: state is None)


class RetryPolicy(Model):
    """A limit of 5 is six attempts."""

    limit: int
    delay_seconds: float
    backoff: str


class ContractStep(Model):
    """`effect`: read, write, external or irreversible. `reviews` are the reasons with which it asks
    a person; `withheld` names what is not shown of its input and output, since it is secret or
    personal.
    """

    name: str
    effect: Literal["read", "write", "external", "irreversible"]
    begins_in: list[str]
    on_success: list[str]
    on_failure: FailurePath
    retries: RetryPolicy
    timeout_seconds: int
    reviews: list[str]
    idempotency_key: str
    can_be_undone: bool
    withheld: list[str]


class Message(Model):
    """A signal that a run waits for, or a topic that it tells of; `payload` is the JSON Schema of
    what is sent.
    """

    name: str
    payload: dict[str, Any]


class ConcurrencyLimit(Model):
    """So many runs go on at once in an account, or for each value of the param `key`; the others
    wait in line.
    """

    limit: int
    key: str | None


class KindRate(RateLimit):
    """So many runs begin in a period, in an account or for each value of the param `key`; the
    others wait in line.
    """

    key: str | None


class KindContract(Model):
    """`result` names the step whose output is the run's; null for the last one that succeeded.
    `attributes` are the names by whose values its runs are found, `rate` and `priority`, the param
    by which the highest goes first in line: absent where there are none.
    """

    initial: str
    states: list[ContractState]
    steps: list[ContractStep]
    timers: list[str]
    signals: list[Message]
    topics: list[Message]
    result: str | None
    concurrency: ConcurrencyLimit | None
    attributes: list[str] = Field(default_factory=list, exclude_if=lambda names: not names)
    rate: KindRate | None = Field(None, exclude_if=lambda rate: rate is None)
    priority: str | None = Field(None, exclude_if=lambda priority: priority is None)


class KindTrigger(Model):
    """`who`: the roles whose people may. `may`: whether the caller is one of them. `params` is
    the JSON Schema of the body.
    """

    who: list[Role]
    may: bool
    params: dict[str, Any]


class KindQuery(Model):
    """What a run of the kind can be asked by name; `result` is the JSON Schema of what it
    answers.
    """

    name: str
    result: dict[str, Any] | None


class KindPermissions(Model):
    """The permissions that are needed: to begin a run by the kind's name (null where that is not
    possible), to decide what it asks, to retry or end it, and to send it each signal.
    """

    trigger: str | None
    decide: str
    operate: str
    signals: dict[str, str]


class Scheduled(Model):
    """`permission` is what keeping a schedule of the kind needs, besides `operate`. `params` is the
    JSON Schema of what one is made with.
    """

    permission: str
    for_all_accounts: bool
    params: dict[str, Any]


class Kind(Model):
    """The newest version of a kind, which new runs begin under. `trigger` is null where its runs
    are begun by another route; `begun_by` names that. `schedule` is null where they are not begun
    by time. `own_signals` are those that the deployment sends by itself: nobody is asked to.
    `queries` are what a run can be asked, where there is something.
    """

    kind: str
    version: int
    allowed: KindPermissions
    trigger: KindTrigger | None
    schedule: Scheduled | None
    begun_by: str | None
    own_signals: list[str]
    queries: list[KindQuery] = Field(
        default_factory=list[KindQuery], exclude_if=lambda queries: not queries
    )
    contract: KindContract


@router.get("/api/workflows", openapi_extra=needs(Permission.OWN))
async def list_workflows(registry: Deployed, principal: Caller) -> Items[Kind]:
    """The kinds of workflows there are, by their names: what each promises, what it is begun with,
    and who may.
    """
    return Items(
        items=[
            _kind(registry, workflow, principal) for _, workflow in sorted(registry.newest.items())
        ]
    )


def _kind(registry: Registry, workflow: Workflow, principal: Principal) -> Kind:
    contract = workflow.contract
    schedule = workflow.schedule
    allowed = allowed_of(registry, contract.kind, contract.version)
    trigger = None
    if allowed.trigger is not None:
        needed = {Permission.TRIGGER, Permission(allowed.trigger)}
        trigger = KindTrigger(
            who=[role for role in Role if needed <= GRANTS[role]],
            may=needed <= principal.permissions,
            params=workflow.params_schema,
        )
    scheduled = schedule and Scheduled.model_validate(
        {**vars(schedule), "params": strict_schema(schedule.params)}
    )
    return Kind(
        kind=contract.kind,
        version=contract.version,
        allowed=KindPermissions(**vars(allowed)),
        trigger=trigger,
        schedule=scheduled,
        begun_by=workflow.begun_by or None,
        own_signals=[*workflow.own_signals],
        queries=[KindQuery(name=each.name, result=each.output.schema) for each in workflow.queries],
        contract=_contract(contract),
    )


_FOUND = 200

Params = Annotated[
    dict[str, Any],
    Body(
        description=(
            "The kind's params: `params` of its trigger in `GET /api/workflows` is their JSON "
            "Schema"
        ),
        openapi_examples={
            "a stored receipt": {"value": {"receiptId": "rec_01JZX3V8Q0M4T7K2N5R9W1Y6BD"}}
        },
    ),
]


class Started(Model):
    """`id` is the run's. `status` is started; where such a run was there already (200), it is where
    that one stands.
    """

    id: str
    status: OutsideStatus


class RunStanding(Model):
    """`output` is null until the run has completed. `error` says why one failed, was rejected or
    cancelled; null otherwise.
    """

    id: str
    status: OutsideStatus
    output: Any
    error: RunError | None


@router.post(
    "/api/workflows/{kind}/trigger",
    status_code=202,
    responses={200: {"model": Started, "description": "There is such a run; nothing was begun"}},
    openapi_extra=needs(Permission.TRIGGER),
)
async def trigger_workflow(  # noqa: PLR0913 - only the path says which of the keys counts
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    kind: str,
    params: Params,
    own_key: OwnKey,
    account_key: AccountKey,
) -> Started:
    """Begin a run of a kind, where it may be begun from outside. `Location` says where it
    stands.
    """
    workflow = _workflow(registry, kind)
    declared = _triggered(workflow, principal)
    valid = _checked(workflow, params)
    actor = principal.as_actor
    key = account_key if declared.moves_money else own_key
    result = await workflow.begin_asked(platform, actor, params=valid, key=key)
    response.headers["location"] = f"/api/workflows/{kind}/status/{result.run_id}"
    if result.is_ours:
        return Started(id=result.run_id, status=OutsideStatus.STARTED)
    response.status_code = _FOUND
    answer = await find_outside(
        platform,
        registry,
        account_id=principal.account_id,
        only=principal.sight.only,
        kind=kind,
        run_id=result.run_id,
    )
    status = OutsideStatus.STARTED
    if answer is not None:
        status = answer.status
    return Started(id=result.run_id, status=status)


@router.get("/api/workflows/{kind}/status/{run_id}", openapi_extra=needs(Permission.OWN))
async def show_workflow_status(
    platform: PlatformHere, registry: Deployed, principal: Caller, kind: str, run_id: str
) -> RunStanding:
    """How far a run of a kind is, and what came of it. One that goes on as another run is shown by
    that.
    """
    _workflow(registry, kind)
    answer = await find_outside(
        platform,
        registry,
        account_id=principal.account_id,
        only=principal.sight.only,
        kind=kind,
        run_id=run_id,
    )
    if answer is None:
        raise not_found("run of this kind")
    if answer.error is None:
        error = None
    else:
        error = RunError(error_class=answer.error[0], summary=answer.error[1])
    return RunStanding(id=run_id, status=answer.status, output=answer.output, error=error)


def _workflow(registry: Registry, kind: str) -> Workflow:
    """Raises Problem, 404: there is no such kind."""
    workflow = registry.newest.get(kind)
    if workflow is None:
        raise Problem(
            NOT_FOUND,
            f"{one_of([*registry.newest], kind)} GET /api/workflows says what each takes.",
        )
    return workflow


def _triggered(workflow: Workflow, principal: Principal) -> Trigger:
    """Raises Problem, 403: the kind is not begun so, or not by the caller."""
    permission = workflow.permissions.trigger
    if workflow.trigger is None or permission is None:
        raise Problem(
            NOT_TRIGGERABLE,
            f"Runs of this kind are not begun by a trigger, but by {workflow.begun_otherwise}.",
        )
    require(principal, permission)
    return workflow.trigger


def _checked(workflow: Workflow, params: dict[str, Any]) -> BaseModel:
    """Raises Problem, 422: they do not fit the kind's model, by the names that its JSON Schema has,
    or say more.
    """
    try:
        return parse_strictly(workflow.params, params)
    except ValidationError as error:
        errors = as_errors(faults_in(error.errors(), "body", workflow.params))
        raise Problem(
            INVALID_REQUEST, "Correct what `errors` names; see /api/workflows.", errors=errors
        ) from error


def _contract(contract: Contract) -> KindContract:
    """All that a caller can rely on."""
    return KindContract.model_validate(
        {
            **vars(contract),
            "states": [_state(state) for state in contract.states],
            "steps": [_step(contract, step) for step in contract.steps],
            "timers": [timer.name for timer in contract.timers],
            "signals": [
                Message(name=each.name, payload=each.payload.model_json_schema())
                for each in contract.signals
            ],
            "topics": [
                Message(name=each.name, payload=each.payload.model_json_schema())
                for each in contract.topics
            ],
        },
        from_attributes=True,
    )


def _state(state: State) -> ContractState:
    most = state.lasts_at_most
    seconds = None if most is None else int(most.total_seconds())
    return ContractState.model_validate({**vars(state), "deadline_seconds": seconds})


def _step(contract: Contract, step: Step) -> ContractStep:
    unknown_state = None
    if step.stops_unknown:
        unknown_state = OUTCOME_UNKNOWN.name
    fields = {
        **vars(step),
        "begins_in": contract.begins_of(step),
        "can_be_undone": step.rollback_config is not None,
        "on_failure": {**vars(step.on_failure), "unknown_state": unknown_state},
    }
    return ContractStep.model_validate(fields, from_attributes=True)
