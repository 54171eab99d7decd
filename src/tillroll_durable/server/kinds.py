"""Routes of kinds: which are deployed, the trigger and the status of each."""

from typing import Final

from tillroll_durable.ai.totals import cost_of_run
from tillroll_durable.operations import NotPossible
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.refusals import missing
from tillroll_durable.selection import OutsideStatus, find_outside
from tillroll_durable.server.access import Permission
from tillroll_durable.server.exchange import Answer, ApiRequest, Reply, checked
from tillroll_durable.server.finding import Missing, allowed_of, newest_of
from tillroll_durable.server.routing import Server
from tillroll_durable.workflow import Workflow

_KEY: Final = "idempotency-key"


def add_routes(server: Server) -> None:
    """Add the routes of kinds."""
    server.route("GET", "/api/workflows", permission=Permission.READ)(list_kinds)
    server.route("POST", "/api/workflows/<kind>/trigger", permission=Permission.RUN)(trigger)
    server.route("GET", "/api/workflows/<kind>/status/<run_id>", permission=Permission.READ)(status)


async def list_kinds(request: ApiRequest) -> Answer:
    """The kinds by name: version, states, steps, and the JSON Schema of params and signals."""
    request.check_parameters()
    return {"items": [_kind(workflow) for _, workflow in sorted(request.registry.newest.items())]}


def _kind(workflow: Workflow) -> JsonObject:
    contract = workflow.contract
    return {
        "kind": contract.kind,
        "version": contract.version,
        "params": workflow.params_schema,
        "states": [state.name for state in contract.states],
        "steps": [{"name": step.name, "effect": step.effect} for step in contract.steps],
        "signals": [
            {"name": signal.name, "payload": signal.payload.model_json_schema()}
            for signal in contract.signals
        ],
        "queries": [
            {"name": query.name, "result": query.output.schema} for query in workflow.queries
        ],
        "isTriggered": workflow.trigger is not None,
        "begunBy": workflow.begun_by or None,
        "schedule": _cron(workflow),
    }


def _cron(workflow: Workflow) -> str | None:
    if workflow.schedule is None or not workflow.schedule.cron:
        return None
    return workflow.schedule.cron


async def trigger(request: ApiRequest, kind: str) -> Answer:
    """Begin a run. An `Idempotency-Key` stands for one run, which is answered again.

    The status is 200 where the kind says that such a run was there before.
    """
    request.check_parameters()
    workflow = newest_of(request.registry, kind)
    contract = workflow.contract
    if workflow.trigger is None:
        raise NotPossible(f"runs of this kind are begun by {workflow.begun_otherwise}")
    allowed = allowed_of(request.registry, kind, contract.version)
    request.caller.require(allowed.trigger or Permission.RUN)
    params = checked(workflow.params, request.json(), "body")
    key = request.incoming.headers.get(_KEY)
    actor = request.caller.as_actor
    result = await workflow.begin_asked(request.platform, actor, params=params, key=key)
    location = {"location": f"/api/workflows/{kind}/status/{result.run_id}"}
    if result.is_ours:
        return Reply(202, {"id": result.run_id, "status": OutsideStatus.STARTED}, location)
    existing = await _standing(request, kind, result.run_id)
    standing: Json = OutsideStatus.STARTED
    if existing is not None:
        standing = existing["status"]
    return Reply(200, {"id": result.run_id, "status": standing}, location)


async def status(request: ApiRequest, kind: str, run_id: str) -> Answer:
    """How far a run of a kind is, and what came of it."""
    request.check_parameters()
    newest_of(request.registry, kind)
    standing = await _standing(request, kind, run_id)
    if standing is None:
        raise Missing(missing("run of this kind"))
    cost = await cost_of_run(request.platform.database, run_id)
    if cost is not None:
        standing["modelCost"] = cost
    return standing


async def _standing(request: ApiRequest, kind: str, run_id: str) -> JsonObject | None:
    run = await find_outside(
        request.platform,
        request.registry,
        account_id=request.caller.account_id,
        only=None,
        kind=kind,
        run_id=run_id,
    )
    if run is None:
        return None
    error: JsonObject | None = None
    if run.error is not None:
        error_class, summary = run.error
        error = {"errorClass": error_class, "summary": summary}
    return {"id": run_id, "status": run.status, "output": run.output, "error": error}
