"""Billing: one customer of the provider's for the account, subscribed to its plan; and taking that back."""

from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from tillroll.billing.provider import Billing, BillingDenied, BillingRefused, BillingUncertain, NewCustomer
from tillroll.billing.settings import BillingSettings
from tillroll.billing.stripe import Stripe
from tillroll.durable import (
    AccessDenied,
    Done,
    ExternalCall,
    NonRetryable,
    NotDone,
    Refused,
    RollbackContext,
    StepContext,
    Unknown,
    WorkflowRun,
)
from tillroll.durable.record.intents import intended_at
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.workflows.onboarding.contract import OnboardingParams
from tillroll.workflows.onboarding.rows import claim_billing, find_billing, note_billing, release_billing
from tillroll.workflows.onboarding.strays import note_undone

# A request whose answer was lost may still be on its way for so long.
_ON_ITS_WAY: Final = timedelta(seconds=90)

Answer = TypeVar("Answer")


def setting_up(run: WorkflowRun[OnboardingParams]) -> ExternalCall:
    """Output: {"state": "set_up", "customerId", "subscriptionId"}, or {"state": "there"} where another run of the
    account has set it up, or is about to."""
    params = run.params

    async def send(context: StepContext) -> Done:
        platform, account_id = context.platform, context.run.account_id
        now = to_text(platform.clock.now())
        await platform.database.batch([claim_billing(account_id, context.run.id, params.plan, now)])
        claimed = await find_billing(platform.database, account_id)
        if claimed is not None and claimed.run_id != context.run.id:
            return Done(claimed.customer_id or claimed.run_id, {"state": "there"})
        provider, key = _provider(platform), context.idempotency_key
        customer_id = await _told(provider.create_customer(_customer(run), f"{key}:customer"))
        price = platform.settings.of(BillingSettings).prices.get(params.plan, "")
        try:
            made = provider.subscribe(customer_id, price, context.run.id, f"{key}:subscription")
            subscription_id = await made
        except (BillingRefused, BillingDenied) as error:
            # The customer stands: what is left open here is undone by the rollback.
            raise NonRetryable(f"the customer could not be subscribed: {error}") from error
        return _done(context, customer_id, subscription_id)

    async def reconcile(context: StepContext) -> Done | NotDone | Unknown:
        claimed = await find_billing(context.platform.database, context.run.account_id)
        if claimed is None or claimed.run_id != context.run.id:
            return NotDone()
        provider = _provider(context.platform)
        try:
            customer_id = await provider.find_customer(_customer(run))
            if customer_id is None:
                return NotDone()
            subscription_id = await provider.find_subscription(customer_id, context.run.id)
        except (BillingRefused, BillingDenied, BillingUncertain) as error:
            return Unknown(str(error))
        return NotDone() if subscription_id is None else _done(context, customer_id, subscription_id)

    return ExternalCall(request={"plan": params.plan, "userId": params.user_id}, send=send, reconcile=reconcile)


def taking_back(run: WorkflowRun[OnboardingParams]) -> ExternalCall[RollbackContext]:
    """Delete the customer, which ends the subscription; let another run set the billing up."""

    async def send(context: RollbackContext) -> Done:
        customer_id = await _told(_made(run, context))
        if customer_id is not None:
            await _told(_provider(context.platform).delete_customer(customer_id))
        now = to_text(context.platform.clock.now())
        undone = [release_billing(run.id), note_undone(run.id, context.run.account_id, now)]
        await context.platform.database.batch(undone)
        return Done(customer_id or "none", {"state": "none" if customer_id is None else "undone"})

    async def reconcile(_: RollbackContext) -> NotDone:
        """Deleting again changes nothing."""
        return NotDone()

    return ExternalCall(request={"undo": run.params.plan}, send=send, reconcile=reconcile)


async def _made(run: WorkflowRun[OnboardingParams], context: RollbackContext) -> str | None:
    """The customer that is to be deleted; None where this run has made none.

    Raises:
        BillingUncertain: a request that made one may still be on its way.
    """
    match context.output:
        case {"state": "set_up", "customerId": str(customer_id)}:
            return customer_id
        case {"state": "there"}:
            return None
        case _:
            since = await _intended(context.platform, context.step_key)
            found = await _provider(context.platform).find_customer(_customer(run))
            if found is None and context.platform.clock.now() - since < _ON_ITS_WAY:
                raise BillingUncertain("the provider has no such customer, who was asked for a moment ago")
            return found


def _provider(platform: Platform) -> Billing:
    settings = platform.settings.of(BillingSettings)
    if not settings.api_key:
        raise AccessDenied("this deployment has no BILLING_API_KEY any more")
    return Stripe(platform.http, settings)


def _customer(run: WorkflowRun[OnboardingParams]) -> NewCustomer:
    return NewCustomer(run.id, run.params.email or "", f"Tillroll, by {run.id}")


def _done(context: StepContext, customer_id: str, subscription_id: str) -> Done:
    now = to_text(context.platform.clock.now())
    context.kept.append(note_billing(context.run.id, customer_id, subscription_id, now))
    return Done(customer_id, {"state": "set_up", "customerId": customer_id, "subscriptionId": subscription_id})


async def _told(asked: Awaitable[Answer]) -> Answer:
    """What the provider answers, with its refusals as the core knows them."""
    try:
        return await asked
    except BillingRefused as error:
        raise Refused(str(error)) from error
    except BillingDenied as error:
        raise AccessDenied(str(error)) from error


async def _intended(platform: Platform, key: str) -> datetime:
    since = await intended_at(platform.database, key)
    if since is None:
        raise NonRetryable(f"the intent {key} is missing")
    return since
