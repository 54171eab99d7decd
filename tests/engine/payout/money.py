"""How the payout moves money: calls of the provider, each under its key, each asked for before it
is repeated.
"""

from http import HTTPStatus
from urllib.parse import quote

from tests.engine.payout.contract import PayoutParams
from tillroll_durable import (
    Done,
    ExternalCall,
    NotDone,
    Refused,
    RollbackContext,
    StepContext,
    Unknown,
    WorkflowRun,
)
from tillroll_durable.platform.bindings.http import Http, HttpAnswer, HttpFailed
from tillroll_durable.platform.json import JsonObject, dump, load_object

# Longer than a call is held on a machine that is busy otherwise.
_TIMEOUT_SECONDS = 110.0
_LONGEST_ANSWER_BYTES = 1024


def call_of(run: WorkflowRun[PayoutParams], operation: str) -> ExternalCall:
    """The call that does `operation` ("pay", "file") for the run's amount."""
    provider, request = run.params.provider, _request(run)

    async def send(context: StepContext) -> Done:
        return _done(
            await _post(
                context.platform.http, provider, operation, context.idempotency_key, request
            )
        )

    async def reconcile(context: StepContext) -> Done | NotDone | Unknown:
        return await _ask(context.platform.http, provider, context.idempotency_key)

    return ExternalCall(
        request={"operation": operation, **request},
        send=send,
        reconcile=reconcile,
        honours_key=True,
    )


def reversal_of(run: WorkflowRun[PayoutParams]) -> ExternalCall[RollbackContext]:
    """The call that takes the run's payment back."""
    provider, request = run.params.provider, _request(run)

    async def send(context: RollbackContext) -> Done:
        return _done(
            await _post(
                context.platform.http, provider, "reverse", context.idempotency_key, request
            )
        )

    async def reconcile(context: RollbackContext) -> Done | NotDone | Unknown:
        return await _ask(context.platform.http, provider, context.idempotency_key)

    return ExternalCall(
        request={"operation": "reverse", **request},
        send=send,
        reconcile=reconcile,
        honours_key=True,
    )


def _request(run: WorkflowRun[PayoutParams]) -> JsonObject:
    return {"amount": run.params.amount}


async def _post(
    http: Http, provider: str, operation: str, key: str, request: JsonObject
) -> HttpAnswer:
    """Raises Refused: the provider said no. HttpFailed: nobody knows what it did."""
    headers = {"content-type": "application/json", "idempotency-key": key}
    answer = await http.post(f"{provider}/{operation}", headers, dump(request), _TIMEOUT_SECONDS)
    if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        raise Refused(answer.body)
    if not answer.is_success:
        raise HttpFailed(f"the provider answered {answer.status}")
    return answer


async def _ask(http: Http, provider: str, key: str) -> Done | NotDone | Unknown:
    answer = await http.get(
        f"{provider}/effects?key={quote(key)}", _TIMEOUT_SECONDS, _LONGEST_ANSWER_BYTES
    )
    if answer.status == HTTPStatus.NOT_FOUND:
        return NotDone()
    return _done(answer) if answer.is_success else Unknown(f"the provider answered {answer.status}")


def _done(answer: HttpAnswer) -> Done:
    return Done(str(load_object(answer.body)["id"]))
