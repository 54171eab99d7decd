"""The end of onboarding: what came of each part."""

from tillroll.durable import Outcome, StepContext, statement
from tillroll.durable.failure_classes import FailureClass
from tillroll.durable.record.intents import load_intent
from tillroll.platform.bindings.database import optional_text
from tillroll.platform.json import Json, JsonObject
from tillroll.workflows.onboarding import contract


async def mark_complete(context: StepContext, made: Json, welcome: Json, billing: Json) -> Outcome:
    """Say what came of each part. `made` is the output of the first step, `welcome` and `billing` those of theirs; None
    where they were not made."""
    sent, why = await _welcomed(context, made, welcome)
    output: JsonObject = {
        "resources": {"given": _given(made), "sample": _sample(made)},
        "welcome": sent,
        "billing": billing or {"state": "none"},
    }
    if why is None:
        return Outcome(output=output)
    return Outcome(output=output, state=contract.WITHOUT_WELCOME.name, reason=why)


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


def _sample(made: Json) -> Json:
    match made:
        case {"sample": str(sample)}:
            return sample
        case _:
            return None
