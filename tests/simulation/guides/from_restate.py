"""A sign-up: a mail with a link is sent, and the account is active once somebody clicks."""

from datetime import timedelta

from tillroll_durable import Contract, Effect, Params, Signal, Step, Workflow, WorkflowRun, http

USERS = "https://users.example/users"
MAILS = "https://mail.example/messages"


class SignupParams(Params):
    email: str


class Clicked(Params):
    secret: str


CREATE = Step("create", Effect.EXTERNAL)
MAIL = Step("mail", Effect.EXTERNAL, withheld=("secret",))
ACTIVATE = Step("activate", Effect.EXTERNAL)
CLICK = Signal("click", Clicked)
SIGNUP_V1 = Contract("signup", 1, steps=(CREATE, MAIL, ACTIVATE), signals=(CLICK,))


async def signup_v1(run: WorkflowRun[SignupParams]) -> bool:
    email = run.params.email
    secret = str(run.uuid())
    await run.call(CREATE, http.put(f"{USERS}/{email}", {"email": email}))
    await run.call(MAIL, http.post(MAILS, {"to": email, "secret": secret}))
    click = await run.wait(CLICK, timedelta(days=1))
    if click is None or click.secret != secret:
        return False
    await run.call(ACTIVATE, http.patch(f"{USERS}/{email}", {"active": True}))
    return True


SIGNUP = Workflow(SIGNUP_V1, signup_v1, params=SignupParams, gives=bool)
