"""The onboarding workflow: what the account begins with, the welcome, billing, and what came of each."""

from collections.abc import Sequence

from tillroll.durable import Allowed, Outcome, Statement, Step, StepContext, Trigger, Workflow, WorkflowRun, statement
from tillroll.durable.errors import FailureClass
from tillroll.durable.record.runs import load_step
from tillroll.durable.record.steps import load_intent
from tillroll.mail.workflow import sending
from tillroll.onboarding import contract
from tillroll.onboarding.billing import setting_up, taking_back
from tillroll.onboarding.contract import OnboardingParams
from tillroll.onboarding.resources import create_resources, insert_sample
from tillroll.onboarding.service import Joined, begin_joined, begin_onboarding
from tillroll.onboarding.settings import FREE, BillingSettings
from tillroll.platform.bindings.database import optional_text
from tillroll.platform.json import Json, JsonObject
from tillroll.platform.services import Platform
from tillroll.receipts.contract import ReceiptParams
from tillroll.receipts.workflow import RECEIPT


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


async def onboarding_v1(run: WorkflowRun[OnboardingParams]) -> JsonObject:
    """The body of version 1."""
    made = await run.step(contract.CREATE_RESOURCES, create_resources)
    await _begin_sample(run, made)
    await _welcome(run, made)
    if run.params.plan != FREE:
        await run.call(contract.SET_UP_BILLING, setting_up(run), rollback=taking_back(run))
    await run.step(contract.MARK_COMPLETE, mark_complete)
    return {"state": run.state}


async def _begin_sample(run: WorkflowRun[OnboardingParams], made: Json) -> None:
    """A receipt to learn by, read as any other."""
    match made:
        case {"sample": str(receipt_id)}:
            user_id = run.params.user_id
            await run.child(
                RECEIPT,
                ReceiptParams(receipt_id=receipt_id),
                "sample",
                also=lambda child_id, now: [insert_sample(receipt_id, user_id, child_id, now)],
            )
        case _:
            pass


async def _welcome(run: WorkflowRun[OnboardingParams], made: Json) -> None:
    """What was written is sent."""
    match made:
        case {"welcome": {"message": str(message_id)}}:
            await run.call(contract.SEND_WELCOME, sending(message_id, is_noted=True))
        case _:
            pass


ONBOARDING = Workflow(
    contract=contract.ONBOARDING_V1,
    body=onboarding_v1,
    params=contract.OnboardingParams,
    subject=contract.subject_of,
    settings=(BillingSettings,),
    sentences=contract.SENTENCES,
    allowed=Allowed(trigger="onboarding", decide="review", operate="operate"),
    trigger=Trigger(begin_onboarding),
)


async def write_joined(
    platform: Platform, account_id: str, user_id: str, mail: str | None, also: Sequence[Statement]
) -> None:
    """Write `also`, and set up whoever has joined: see `begin_joined`."""
    await begin_joined(platform, ONBOARDING, Joined(account_id, user_id, mail), also)
