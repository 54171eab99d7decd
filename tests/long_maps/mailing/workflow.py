"""A circular: one map of as many calls as it has mails."""

from urllib.parse import quote

from tillroll_durable import (
    Allowed,
    Contract,
    Done,
    Effect,
    ExternalCall,
    Failed,
    NotDone,
    Params,
    Step,
    StepContext,
    Trigger,
    Workflow,
    WorkflowRun,
)
from tillroll_durable.platform.json import JsonObject, dump

AT_ONCE = 10
_TIMEOUT_SECONDS = 20
_MOST_BYTES = 4096


class CircularParams(Params):
    """`office` is the address where mails are handed in."""

    office: str
    count: int


MAIL = Step("mail", Effect.EXTERNAL, gives=str, at_most=10_000)
CIRCULAR_V1 = Contract("circular", 1, steps=(MAIL,))


def mailing(office: str, number: int) -> ExternalCall[StepContext, str]:
    """Hand a mail in, once by its key."""
    request: JsonObject = {"number": number}

    async def send(context: StepContext) -> Done[str]:
        headers = {"idempotency-key": context.idempotency_key}
        http = context.platform.http
        await http.post(office, headers, dump(request), timeout_seconds=_TIMEOUT_SECONDS)
        return Done(external_id=f"mail-{number}", output=str(number))

    async def look_up(context: StepContext) -> Done[str] | NotDone:
        url = f"{office}/{quote(context.idempotency_key)}"
        answer = await context.platform.http.get(url, _TIMEOUT_SECONDS, max_bytes=_MOST_BYTES)
        if answer.status == 404:
            return NotDone()
        return Done(external_id=f"mail-{number}", output=str(number))

    return ExternalCall(request=request, send=send, reconcile=look_up, honours_key=True)


async def mail_all(run: WorkflowRun[CircularParams]) -> int:
    """The number of mails that were handed in."""
    ends = await run.map(
        MAIL,
        lambda number: mailing(run.params.office, number),
        range(run.params.count),
        key=str,
        at_most=AT_ONCE,
    )
    return len([end for end in ends if not isinstance(end, Failed)])


CIRCULAR = Workflow(
    CIRCULAR_V1,
    mail_all,
    params=CircularParams,
    gives=int,
    allowed=Allowed(),
    trigger=Trigger(),
)
