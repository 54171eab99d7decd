"""Setting up a person: what their account begins with, their welcome, billing unless the plan is free."""

from tillroll.billing.plans import FREE
from tillroll.durable import WorkflowRun
from tillroll.platform.json import Json, JsonObject
from tillroll.workflows.mail.posting import sending
from tillroll.workflows.onboarding import contract
from tillroll.workflows.onboarding.billing import setting_up, taking_back
from tillroll.workflows.onboarding.contract import OnboardingParams
from tillroll.workflows.onboarding.ending import mark_complete
from tillroll.workflows.onboarding.resources import create_resources
from tillroll.workflows.onboarding.sample import insert_sample
from tillroll.workflows.receipt.contract import ReceiptParams
from tillroll.workflows.receipt.workflow import RECEIPT


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
