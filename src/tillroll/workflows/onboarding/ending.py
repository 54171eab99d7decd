"""The end of onboarding: what came of each part."""

from tillroll.durable import Outcome, Step, StepContext, statement
from tillroll.durable.failure_classes import FailureClass
from tillroll.durable.record.intents import load_intent
from tillroll.durable.record.runs import load_step
from tillroll.platform.bindings.database import optional_text
from tillroll.platform.json import Json, JsonObject
from tillroll.workflows.onboarding import contract


async def mark_complete(context: StepContext) -> Outcome:
    """Say what came of each part, by the record of its step."""
    made, welcome, billing = [
        await _output(context, step)
        for step in (contract.CREATE_RESOURCES, contract.SEND_WELCOME, contract.SET_UP_BILLING)
    ]
    sent, why = await _welcomed(context, made, welcome)
    output: JsonObject = {
        "resources": {"given": _given(made), "sample": await _sample(context, made)},
        "welcome": sent,
        "billing": billing or {"state": "none"},
    }
    if why is None:
        return Outcome(output=output)
    return Outcome(output=output, state=contract.WITHOUT_WELCOME.name, reason=why)


async def _output(context: StepContext, step: Step) -> Json:
    done = await load_step(context.platform.database, context.run.id, step.name)
    return done.output if done is not None and done.outcome == "completed" else None


async def _welcomed(context: StepContext, made: Json, welcome: Json) -> tuple[JsonObject, str | None]:
    match made, welcome:
        case _, {"providerId": str(provider_id)}:
            return {"state": "sent", "providerId": provider_id}, None
        case {"welcome": {"why": contract.SENT_BEFORE}}, _:
            return {"state": contract.SENT_BEFORE}, None
        case {"welcome": {"why": str(why)}}, _:
            return {"state": why}, why
        case _:
            why = await _failed(context)
            return {"state": why}, why


async def _failed(context: StepContext) -> str:
    database, run_id = context.platform.database, context.run.id
    row = await database.first(statement("SELECT failure_class FROM runs WHERE id = ?", run_id))
    if row is not None and optional_text(row, "failure_class") == FailureClass.ACCESS_DENIED:
        return contract.DENIED
    intent = await load_intent(database, contract.SEND_WELCOME.key_for(run_id))
    return contract.REFUSED if intent is None or intent.outcome == "refused" else contract.UNKNOWN


def _given(made: Json) -> Json:
    match made:
        case {"given": list(given)}:
            return given
        case _:
            return []


async def _sample(context: StepContext, made: Json) -> Json:
    """The receipt to learn by, once its run has begun."""
    match made:
        case {"sample": str(sample)}:
            begun = statement("SELECT 1 FROM receipts WHERE id = ?", sample)
            return None if await context.platform.database.first(begun) is None else sample
        case _:
            return None
