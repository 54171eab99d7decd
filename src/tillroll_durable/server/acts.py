"""Routes of what people do with runs: signals, decisions, and the operations of an operator."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from pydantic import Field

from tillroll_durable import operations, signals
from tillroll_durable.decisions import Verdict
from tillroll_durable.operations import Request
from tillroll_durable.platform.models import RequestBody
from tillroll_durable.restarting import Restart, restart
from tillroll_durable.runs import Run
from tillroll_durable.server.access import Permission
from tillroll_durable.server.exchange import Answer, ApiRequest, Reply
from tillroll_durable.server.finding import (
    allowed_of,
    contract_of,
    newest_run_of,
    run_of,
    workflow_of,
)
from tillroll_durable.server.routing import Server
from tillroll_durable.webhooks.consumer import deliver_now, resend


class SignalBody(RequestBody):
    """`key` names what is sent: sent again, it changes nothing."""

    key: Annotated[str, Field(min_length=1, max_length=200)]
    payload: Annotated[dict[str, Any], Field(default_factory=dict)]


class DecisionBody(RequestBody):
    """`values` are what the run's kind takes; only to approve."""

    decision: Literal["approve", "reject"]
    values: Annotated[dict[str, Any], Field(default_factory=dict)]
    comment: Annotated[str | None, Field(max_length=500)] = None


class ActBody(RequestBody):
    """`reason` is kept in the audit."""

    reason: Annotated[str, Field(min_length=3, max_length=500)]


class RestartBody(ActBody):
    """`step` is where the new run begins, as the record names it; `repeats` are the effects
    elsewhere that may happen again, by their steps. `key`: asked again under it, it is the same
    run.
    """

    step: Annotated[str, Field(min_length=1, max_length=500)]
    repeats: Annotated[list[str], Field(default_factory=list, max_length=1000)]
    key: Annotated[str | None, Field(min_length=1, max_length=200)] = None


class RetryBody(ActBody):
    """`values` are corrected values, as far as the run's kind takes any."""

    values: Annotated[dict[str, Any], Field(default_factory=dict)]


Act = Callable[[ApiRequest, Run, Request], Awaitable[object]]


def add_routes(server: Server) -> None:
    """Add the routes of acts."""
    signal_path = "/api/runs/<run_id>/signals/<name>"
    server.route("POST", signal_path, permission=Permission.RUN)(send_signal)
    server.route("POST", "/api/runs/<run_id>/review", permission=Permission.READ)(decide_review)
    server.route("POST", "/api/runs/<run_id>/retry", permission=Permission.OPERATE)(retry_run)
    server.route("POST", "/api/runs/<run_id>/restart", permission=Permission.OPERATE)(restart_run)
    for name, act in _ACTS.items():
        path = f"/api/runs/<run_id>/{name}"
        server.route("POST", path, permission=Permission.OPERATE)(_handler(act))
    for name, act in _ACTS_ON_EVENTS.items():
        path = f"/api/runs/<run_id>/{name}"
        server.route("POST", path, permission=Permission.OPERATE)(_handler_of_events(act))


async def send_signal(request: ApiRequest, run_id: str, name: str) -> Answer:
    """Send a run a signal that its contract declares, also before it waits for it. Where it has
    gone on as another run, that one is sent it.
    """
    request.check_parameters()
    body = request.body_as(SignalBody)
    run = await newest_run_of(request, run_id)
    workflow = workflow_of(request.registry, run)
    signals.signal_of(workflow.contract, name)
    allowed = allowed_of(request.registry, run.kind, run.contract_version)
    request.caller.require(allowed.signals.get(name, Permission.RUN))
    signal = signals.NewSignal(name, body.key, payload=body.payload, actor=request.caller.actor)
    await signals.take_signal(request.platform, workflow, run=run, signal=signal, sent_to=run_id)
    # The same answer, however often and wherever the run has come to.
    return Reply(202, {"runId": run_id, "signal": name, "key": body.key})


async def decide_review(request: ApiRequest, run_id: str) -> Answer:
    """Approve (with corrections) or reject what a run asks. The same again changes nothing."""
    request.check_parameters()
    body = request.body_as(DecisionBody)
    run = await operations.asking_run(request.platform, await run_of(request, run_id))
    allowed = allowed_of(request.registry, run.kind, run.contract_version)
    request.caller.require(allowed.decide)
    comment = (body.comment or "").strip() or None
    await operations.take_verdict(
        request.platform,
        request.registry.shown_by(run.kind, run.contract_version),
        run=run,
        verdict=Verdict(body.decision, body.values, comment),
        actor=request.caller.actor,
        decider=request.caller.token_id,
        may=request.caller.may,
    )
    return {"runId": run.id, "decision": body.decision}


async def retry_run(request: ApiRequest, run_id: str) -> Answer:
    """Go on with a failed run from the step that failed. Completed steps are not done again."""
    request.check_parameters()
    body = request.body_as(RetryBody)
    run = _operated(request, await newest_run_of(request, run_id))
    workflow = workflow_of(request.registry, run)
    await workflow.check_values(request.platform, run.id, body.values, is_complete=False)
    await operations.retry(
        request.platform,
        workflow.contract,
        run=run,
        request=Request(request.caller.actor, body.reason),
        corrected_input=body.values or None,
    )
    return await _accepted(request, run.id)


async def restart_run(request: ApiRequest, run_id: str) -> Answer:
    """Begin a new run from a step of one that has ended, with the outputs of the steps before. What
    it did elsewhere from there on is not done again, unless `repeats` names it.
    """
    request.check_parameters()
    body = request.body_as(RestartBody)
    run = _operated(request, await run_of(request, run_id))
    new_run_id = await restart(
        request.platform,
        workflow_of(request.registry, run),
        run=run,
        request=Request(request.caller.actor, body.reason),
        order=Restart(body.step, frozenset(body.repeats), body.key or body.step),
        may=request.caller.may,
    )
    return await _accepted(request, new_run_id)


def _handler(act: Act) -> Callable[..., Awaitable[Answer]]:
    async def answer(request: ApiRequest, run_id: str) -> Answer:
        request.check_parameters()
        body = request.body_as(ActBody)
        run = _operated(request, await newest_run_of(request, run_id))
        await act(request, run, Request(request.caller.actor, body.reason))
        return await _accepted(request, run.id)

    answer.__doc__ = act.__doc__
    return answer


def _handler_of_events(act: Act) -> Callable[..., Awaitable[Answer]]:
    """As `_handler`, for what concerns events: a run that has gone on may have some to deliver."""

    async def answer(request: ApiRequest, run_id: str) -> Answer:
        request.check_parameters()
        body = request.body_as(ActBody)
        order = Request(request.caller.actor, body.reason)

        async def act_on(run: Run) -> None:
            await act(request, _operated(request, run), order)

        await operations.on_chain(request.platform, await run_of(request, run_id), act_on)
        return await _accepted(request, run_id)

    answer.__doc__ = act.__doc__
    return answer


async def _abandon(request: ApiRequest, run: Run, order: Request) -> None:
    """Give a failed run up: what it did is undone, then it ends as abandoned."""
    contract = contract_of(request.registry, run)
    await operations.abandon(request.platform, contract, run=run, request=order)


async def _cancel(request: ApiRequest, run: Run, order: Request) -> None:
    """Ask a run under way to end, after undoing what it did."""
    contract = request.registry.contracts.get((run.kind, run.contract_version))
    await operations.cancel(request.platform, run, request=order, contract=contract)


async def _pause(request: ApiRequest, run: Run, order: Request) -> None:
    """Stop a run under way until it is resumed."""
    await operations.pause(request.platform, run, order)


async def _resume(request: ApiRequest, run: Run, order: Request) -> None:
    """Let a run go on that is paused, or that stands still until a person acts."""
    deployed = request.registry.contracts.get((run.kind, run.contract_version))
    await operations.go_on(request.platform, run, request=order, contract=deployed)


async def _resend(request: ApiRequest, run: Run, order: Request) -> None:
    """Notify again of what a run has done."""
    contract = contract_of(request.registry, run)
    settlements = request.registry.settlements
    await resend(request.platform, settlements, contract=contract, run=run, request=order)


async def _deliver(request: ApiRequest, run: Run, order: Request) -> None:
    """Deliver a run's event now whose delivery failed."""
    await deliver_now(request.platform, run, order)


_ACTS: dict[str, Act] = {
    "abandon": _abandon,
    "cancel": _cancel,
    "pause": _pause,
    "resume": _resume,
}
_ACTS_ON_EVENTS: dict[str, Act] = {"resend": _resend, "deliver": _deliver}


def _operated(request: ApiRequest, run: Run) -> Run:
    """A run that the caller may operate. Raises NotPermitted."""
    allowed = allowed_of(request.registry, run.kind, run.contract_version)
    request.caller.require(allowed.operate)
    return run


async def _accepted(request: ApiRequest, run_id: str) -> Reply:
    run = await run_of(request, run_id)
    return Reply(202, {"runId": run.id, "status": run.status})
