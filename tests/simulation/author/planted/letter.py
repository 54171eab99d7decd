"""A letter is judged by a model, whose answer is of a type, for bugs to be planted in."""

from decimal import Decimal

from pydantic import BaseModel

from tillroll_durable import (
    Chat,
    Contract,
    Effect,
    Model,
    Outcome,
    Params,
    Price,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    statement,
)

SMALL = Model("small", Price(Decimal(2), Decimal(4), "made up for this test"))


class LetterParams(Params):
    text: str


class Judgement(BaseModel):
    is_complaint: bool
    why: str


JUDGE = Step("judge", Effect.READ)
FILE = Step("file", Effect.WRITE)
LETTER_V1 = Contract("letter", 1, steps=(JUDGE, FILE), failed="too_expensive")


async def letter(run: WorkflowRun[LetterParams]) -> str:
    asked = Chat(SMALL, [{"role": "user", "content": run.params.text}], most_tokens=50)
    judgement = await run.model(JUDGE, asked, gives=Judgement)
    folder = "complaints" if judgement.is_complaint else "letters"
    await run.step(FILE, file, folder, judgement.why)
    return folder


async def file(context: StepContext, folder: str, why: str) -> Outcome:
    insert = "INSERT INTO filed (run_id, folder, why) VALUES (?, ?, ?)"
    return Outcome(statements=[statement(insert, [context.run.id, folder, why])])


LETTER = Workflow(LETTER_V1, letter, params=LetterParams, gives=str)
