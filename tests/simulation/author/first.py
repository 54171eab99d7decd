"""A reminder of an invoice: what is due is read, a mail is sent, and what was sent is written
down.
"""

from pydantic import BaseModel

from tillroll_durable import (
    Contract,
    Effect,
    NonRetryable,
    Outcome,
    Params,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    http,
    statement,
)

MAILS = "https://mail.example/messages"


class ReminderParams(Params):
    invoice: str


class Due(BaseModel):
    email: str
    amount: int


class Mail(BaseModel):
    id: str


READ = Step("read", Effect.READ, gives=Due)
MAIL = Step("mail", Effect.EXTERNAL)
RECORD = Step("record", Effect.WRITE)
REMINDER_V1 = Contract("reminder", 1, steps=(READ, MAIL, RECORD))


async def remind(run: WorkflowRun[ReminderParams]) -> str:
    due = await run.step(READ, read, run.params.invoice)
    text = f"Please pay {due.amount}."
    mail = await run.call(MAIL, http.post(MAILS, {"to": due.email, "text": text}, gives=Mail))
    await run.step(RECORD, record, run.params.invoice, mail.id)
    return mail.id


async def read(context: StepContext, invoice: str) -> Due:
    query = statement("SELECT email, amount FROM invoices WHERE id = ?", [invoice])
    row = await context.platform.database.first(query)
    if row is None:
        raise NonRetryable("there is no such invoice")
    return Due.model_validate(row)


async def record(context: StepContext, invoice: str, mail: str) -> Outcome:
    insert = "INSERT INTO reminders (run_id, invoice, mail) VALUES (?, ?, ?)"
    return Outcome(statements=[statement(insert, [context.run.id, invoice, mail])])


REMINDER = Workflow(REMINDER_V1, remind, params=ReminderParams, gives=str)
