"""An approval is asked for. Without an answer within three days, it goes to the superior."""

from datetime import timedelta

from tillroll_durable import Contract, Effect, Params, Signal, Step, Workflow, WorkflowRun, http

REQUESTS = "https://approvals.example/requests"
ESCALATIONS = "https://approvals.example/escalations"
PROCESSED = "https://approvals.example/processed"


class ApprovalParams(Params):
    request: str


class Answer(Params):
    approves: bool


ASK = Step("ask", Effect.EXTERNAL)
PROCESS = Step("process", Effect.EXTERNAL)
ESCALATE = Step("escalate", Effect.EXTERNAL)
ANSWER = Signal("answer", Answer)
APPROVAL_V1 = Contract("approval", 1, steps=(ASK, PROCESS, ESCALATE), signals=(ANSWER,))


async def approval_v1(run: WorkflowRun[ApprovalParams]) -> str:
    about = {"request": run.params.request}
    await run.call(ASK, http.post(REQUESTS, about, look_up=REQUESTS + "/{key}"))
    answer = await run.wait(ANSWER, timedelta(hours=72))
    if answer is None:
        await run.call(ESCALATE, http.post(ESCALATIONS, about, look_up=ESCALATIONS + "/{key}"))
        return "escalated"
    await run.call(PROCESS, http.post(PROCESSED, about, look_up=PROCESSED + "/{key}"))
    return "approved" if answer.approves else "declined"


APPROVAL = Workflow(APPROVAL_V1, approval_v1, params=ApprovalParams, gives=str)
