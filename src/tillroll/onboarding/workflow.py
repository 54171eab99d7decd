"""The onboarding workflow: what the account begins with, the welcome, billing, and what came of
each.
"""

from collections.abc import Sequence
from typing import Final

from tillroll.identity.membership import JOINED
from tillroll.mail.workflow import sending
from tillroll.onboarding import contract
from tillroll.onboarding.billing import find_billing, setting_up, taking_back
from tillroll.onboarding.contract import OnboardingParams, subject_of
from tillroll.onboarding.provider import FREE, BillingSettings, Plan
from tillroll.onboarding.resources import create_resources, insert_sample
from tillroll.receipts.contract import ReceiptParams
from tillroll.receipts.workflow import RECEIPT
from tillroll_durable import (
    Actor,
    Allowed,
    NotBegun,
    Outcome,
    Statement,
    Step,
    StepContext,
    Trigger,
    Triggered,
    ValuesRefused,
    Workflow,
    WorkflowRun,
    begin,
    statement,
)
from tillroll_durable.beginning import check_same
from tillroll_durable.declared import checked
from tillroll_durable.errors import FailureClass
from tillroll_durable.platform.bindings.database import Database, Row, optional_text, text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject, load_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import load_step
from tillroll_durable.step_records import load_intent


async def mark_complete(context: StepContext) -> Outcome:
    """Say what came of each part, by the record of its step."""
    resources_made, welcome, billing = [
        await _output(context, step)
        for step in (contract.CREATE_RESOURCES, contract.SEND_WELCOME, contract.SET_UP_BILLING)
    ]
    sent, why = await _welcomed(context, resources_made, welcome)
    resources = resources_made if isinstance(resources_made, dict) else {}
    sample = resources.get("sample")
    # The receipt to learn by is there once its run has begun.
    row = await context.platform.database.first(
        statement("SELECT 1 FROM receipts WHERE id = ?", [str(sample)])
    )
    output: JsonObject = {
        "resources": {
            "given": resources.get("given", []),
            "sample": None if row is None else sample,
        },
        "welcome": sent,
        "billing": billing or {"state": "none"},
    }
    return Outcome(
        output=output, state=None if why is None else contract.WITHOUT_WELCOME.name, reason=why
    )


async def _output(context: StepContext, step: Step) -> Json:
    done = await load_step(context.platform.database, context.run.id, step.name)
    if done is not None and done.outcome == "completed":
        return done.output
    return None


async def _welcomed(
    context: StepContext, resources: Json, welcome: Json
) -> tuple[JsonObject, str | None]:
    match resources, welcome:
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
    database = context.platform.database
    run_id = context.run.id
    row = await database.first(statement("SELECT failure_class FROM runs WHERE id = ?", [run_id]))
    if row is not None and optional_text(row, "failure_class") == FailureClass.ACCESS_DENIED:
        return contract.DENIED
    intent = await load_intent(database, contract.SEND_WELCOME.key_for(run_id))
    if intent is None or intent.outcome == "refused":
        return contract.REFUSED
    return contract.UNKNOWN


async def onboarding_v1(run: WorkflowRun[OnboardingParams]) -> JsonObject:
    """The body of version 1."""
    resources = await run.step(contract.CREATE_RESOURCES, create_resources)
    match resources:
        case {"sample": str(receipt_id)}:
            params = ReceiptParams(receipt_id=receipt_id)
            user_id = run.params.user_id
            await run.child(
                RECEIPT,
                params,
                "sample",
                also=lambda id_, now: [insert_sample(receipt_id, user_id, run_id=id_, now=now)],
            )
        case _:
            pass
    match resources:
        case {"welcome": {"message": str(message_id)}}:
            await run.call(contract.SEND_WELCOME, sending(message_id, is_noted=True))
        case _:
            pass
    if run.params.plan != FREE:
        await run.call(contract.SET_UP_BILLING, setting_up(run), rollback=taking_back(run))
    await run.step(contract.MARK_COMPLETE, mark_complete)
    return {"state": run.state}


_NOBODY: Final = "There is no such person in your account: GET /api/people lists their ids."
_NO_BILLING: Final = (
    "This plan cannot be had here: take free, or have BILLING_API_KEY and the plan's price set "
    "(docs/configuration.md)."
)
_NO_ADDRESS: Final = "A plan that is paid for needs an address for its invoices."


def key_of_joining(user_id: str) -> str:
    """The cause of the run of a person who is new: they join once."""
    return f"joined:{user_id}"


async def begin_onboarding(
    platform: Platform, workflow: Workflow, actor: Actor, params: OnboardingParams, key: str | None
) -> Triggered:
    """Set up a person of the actor's account. While one run does so, the same again is that one."""
    await _check(platform, actor.account_id, params)
    cause = f"trigger:{key or new_id('trg')}"
    try:
        run = await begin(platform, workflow, params=params, actor=actor, key=cause)
    except NotBegun:
        live = await _find_live(platform.database, actor.account_id, subject_of(params))
        if live is None:
            raise
        live_id = text(live, "id")
        if load_object(text(live, "params")) != load_object(checked(workflow.params, params)[1]):
            sentence = (
                f"The run {live_id} sets this person up otherwise: wait until it has ended, or "
                "cancel it."
            )
            raise ValuesRefused([("userId", sentence)]) from None
        return Triggered(live_id, is_ours=False)
    if not run.is_new:
        check_same(workflow, params, stored=run.params, key=cause)
    return Triggered(run.id)


async def _check(platform: Platform, account_id: str, params: OnboardingParams) -> None:
    problems: list[tuple[str, str]] = []
    sql = "SELECT 1 FROM users WHERE id = ? AND account_id = ? AND removed_at IS NULL"
    query = statement(sql, [params.user_id, account_id])
    if await platform.database.first(query) is None:
        problems.append(("userId", _NOBODY))
    if params.plan != FREE:
        problems += await _not_for_money(platform, account_id, params.plan)
        if params.email is None:
            problems.append(("email", _NO_ADDRESS))
    if problems:
        raise ValuesRefused(problems)


async def _not_for_money(platform: Platform, account_id: str, plan: Plan) -> list[tuple[str, str]]:
    if not platform.settings.of(BillingSettings).offers(plan):
        return [("plan", _NO_BILLING)]
    billing = await find_billing(platform.database, account_id)
    if billing is not None and billing.customer_id is not None and billing.plan != plan:
        return [
            (
                "plan",
                (
                    f"The account has the plan {billing.plan}, which is changed at the billing "
                    "provider."
                ),
            )
        ]
    return []


async def _find_live(database: Database, account_id: str, subject: str) -> Row | None:
    query = """
      SELECT id, params FROM runs
      WHERE account_id = ? AND subject = ? AND kind = ?
        AND status IN ('processing', 'needs_review', 'failed')
    """
    return await database.first(statement(query, [account_id, subject, contract.KIND]))


ONBOARDING = Workflow(
    contract=contract.ONBOARDING_V1,
    body=onboarding_v1,
    params=contract.OnboardingParams,
    subject=contract.subject_of,
    sentences=contract.SENTENCES,
    allowed=Allowed(trigger="onboarding", decide="review"),
    trigger=Trigger(begin_onboarding),
)


@JOINED.fill
async def write_joined(
    platform: Platform, account_id: str, user_id: str, mail: str | None, also: Sequence[Statement]
) -> None:
    """Write `also`, whose last changes one row, and set up a person who came by an invitation
    mailed to `mail`, in one batch. One who was set up already is not again.
    """
    billing = await find_billing(platform.database, account_id)
    has_plan = billing is not None and billing.customer_id is not None and mail is not None
    plan = billing.plan if billing is not None and has_plan else FREE
    params: JsonObject = {"user_id": user_id, "email": mail, "plan": plan}
    actor = Actor(account_id, f"user:{user_id}")
    key = key_of_joining(user_id)
    try:
        run = await begin(
            platform, ONBOARDING, params=params, actor=actor, key=key, also=lambda _run, _now: also
        )
    except NotBegun:
        run = None  # a run that somebody else asked for sets them up now
    if run is None or not run.is_new:
        await platform.database.batch(also)
