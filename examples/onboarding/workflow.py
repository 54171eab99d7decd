"""Onboarding: a customer gets a workspace, an administrator and an invitation, and is reminded."""

from datetime import timedelta
from functools import partial

from pydantic import BaseModel

from tillroll_durable import (
    Contract,
    Effect,
    ExternalCall,
    OnFailure,
    Outcome,
    Params,
    RollbackConfig,
    RollbackContext,
    Signal,
    Step,
    StepContext,
    Then,
    Workflow,
    WorkflowRun,
    http,
    statement,
)

WORKSPACES = "https://platform.example/workspaces"
USERS = "https://platform.example/users"
MAILS = "https://mail.example/messages"
REMINDERS = {"first": timedelta(days=3), "second": timedelta(days=4), "last": timedelta(days=7)}


class OnboardingParams(Params):
    company: str
    email: str


class Made(BaseModel):
    id: str


class Acceptance(BaseModel):
    by: str


UNDO = OnFailure(then=Then.COMPENSATE)
WORKSPACE = Step("workspace", Effect.EXTERNAL, rollback_config=RollbackConfig(), on_failure=UNDO)
USER = Step("user", Effect.EXTERNAL, on_failure=UNDO)
INVITE = Step("invite", Effect.EXTERNAL, on_failure=OnFailure(then=Then.CONTINUE))
ACCEPT = Signal("accept", Acceptance)
ACTIVATE = Step("activate", Effect.WRITE)
ONBOARDING_V1 = Contract(
    "onboarding",
    1,
    steps=(WORKSPACE, USER, INVITE, ACTIVATE),
    signals=(ACCEPT,),
    failed="not_accepted",
    withheld=("email",),
)


async def onboard(run: WorkflowRun[OnboardingParams]) -> str:
    company = run.params.company
    email = run.params.email
    making = http.post(
        WORKSPACES, {"name": company}, gives=Made, look_up=WORKSPACES + "/{key}", refusals=(409,)
    )
    workspace = await run.call(WORKSPACE, making, rollback=partial(removing, run.id))
    user = {"workspace": workspace.id, "email": email}
    insert = "INSERT INTO customers (run_id, company, workspace) VALUES (?, ?, ?)"
    customer = statement(insert, [run.id, company, workspace.id])
    adding = http.post(
        USERS, user, gives=Made, look_up=USERS + "/{key}", record=lambda _: [customer]
    )
    await run.call(USER, adding)
    acceptance = None
    for name, patience in REMINDERS.items():
        mail = {"to": email, "text": f"Your workspace {company} is ready ({name} mail)."}
        await run.call(INVITE, http.post(MAILS, mail), key=name)
        acceptance = await run.wait(ACCEPT, patience)
        if acceptance is not None:
            break
    if acceptance is None:
        await run.fail("nobody accepted the invitation within two weeks")
    await run.step(ACTIVATE, activate)
    return workspace.id


def removing(run: str, workspace: Made) -> ExternalCall[RollbackContext, None]:
    """Who removes a workspace removes its users with it."""
    forgotten = statement("DELETE FROM customers WHERE run_id = ?", [run])
    return http.delete(f"{WORKSPACES}/{workspace.id}", record=lambda _: [forgotten])


async def activate(context: StepContext) -> Outcome:
    update = "UPDATE customers SET is_active = 1 WHERE run_id = ?"
    return Outcome(statements=[statement(update, [context.run.id])])


ONBOARDING = Workflow(ONBOARDING_V1, onboard, params=OnboardingParams, gives=str)
