"""A reminder of an invoice whose mail is a call written by hand, for bugs to be planted in."""

from pydantic import BaseModel

from tillroll_durable import (
    Contract,
    Done,
    Effect,
    ExternalCall,
    HttpFailed,
    NonRetryable,
    Outcome,
    Params,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    statement,
)
from tillroll_durable.platform.json import JsonObject, dump, load_object

MAILS = "https://mail.example/messages"


class ReminderParams(Params):
    invoice: str


class Due(BaseModel):
    email: str
    amount: int


READ = Step("read", Effect.READ, gives=Due)
MAIL = Step("mail", Effect.EXTERNAL, gives=str)
RECORD = Step("record", Effect.WRITE)
REMINDER_V1 = Contract("reminder", 1, steps=(READ, MAIL, RECORD))


async def remind(run: WorkflowRun[ReminderParams]) -> str:
    due = await run.step(READ, read, run.params.invoice)
    mail = await run.call(MAIL, mailing(due))
    await run.step(RECORD, record, run.params.invoice, mail)
    return mail


async def read(context: StepContext, invoice: str) -> Due:
    query = statement("SELECT email, amount FROM invoices WHERE id = ?", [invoice])
    row = await context.platform.database.first(query)
    if row is None:
        raise NonRetryable("there is no such invoice")
    return Due.model_validate(row)


def mailing(due: Due) -> ExternalCall[StepContext, str]:
    request: JsonObject = {"to": due.email, "text": f"Please pay {due.amount}."}

    async def send(context: StepContext) -> Done[str]:
        headers = {"content-type": "application/json", "idempotency-key": context.idempotency_key}
        answer = await context.platform.http.post(MAILS, headers, dump(request), timeout_seconds=20)
        if not answer.is_success:
            raise HttpFailed(f"the mail service answered {answer.status}")
        mail = str(load_object(answer.body)["id"])
        return Done(mail, mail)

    return ExternalCall(request, send)


async def record(context: StepContext, invoice: str, mail: str) -> Outcome:
    insert = "INSERT INTO reminders (run_id, invoice, mail) VALUES (?, ?, ?)"
    return Outcome(statements=[statement(insert, [context.run.id, invoice, mail])])


REMINDER = Workflow(REMINDER_V1, remind, params=ReminderParams, gives=str)
