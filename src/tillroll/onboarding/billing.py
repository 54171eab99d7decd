"""Billing of an account: one customer with a subscription, and taking that back. Customers found
behind an undoing are ended.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from tillroll.onboarding.contract import OnboardingParams
from tillroll.onboarding.provider import (
    BillingDenied,
    BillingRefused,
    BillingSettings,
    BillingUncertain,
    NewCustomer,
    Stripe,
)
from tillroll_durable import (
    AccessDenied,
    Done,
    ExternalCall,
    NotDone,
    Refused,
    RollbackContext,
    StepContext,
    Unknown,
    WorkflowRun,
    statement,
)
from tillroll_durable.audit import append, event_of_account
from tillroll_durable.jobs.scans import each_by_itself
from tillroll_durable.platform import log
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    ConstraintFailed,
    Database,
    Row,
    digits,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import ACCOUNT, Gone, Table
from tillroll_durable.step_records import intended_at


class Audited(Action):
    STRAY = (
        "billing.stray",
        (
            "a customer of the billing provider was found whose setting up had been undone, and "
            "was deleted, which ends what they subscribe to"
        ),
    )


# Lets a run set up the account's billing, unless another has, or is about to: one that ended
# without a customer has left it to the next.
_CLAIM: Final = """
  INSERT INTO account_billing (account_id, run_id, plan, created_at) VALUES (?1, ?2, ?3, ?4)
  ON CONFLICT (account_id) DO UPDATE SET
    run_id = excluded.run_id, plan = excluded.plan, created_at = excluded.created_at
  WHERE customer_id IS NULL AND NOT EXISTS (
    SELECT 1 FROM runs r
    WHERE r.id = account_billing.run_id AND r.status IN ('processing', 'needs_review', 'failed')
  )
"""


@dataclass(frozen=True)
class AccountBilling:
    """Whose billing is set up by which run; `customer_id` is null until it is."""

    run_id: str
    plan: str
    customer_id: str | None


async def find_billing(database: Database, account_id: str) -> AccountBilling | None:
    row = await database.first(
        statement("SELECT * FROM account_billing WHERE account_id = ?", [account_id])
    )
    if row is None:
        return None
    return of_row(AccountBilling, row)


# No request hangs for longer.
_WITHIN: Final = timedelta(days=2)
_FIRST_LOOK: Final = timedelta(minutes=15)
_LOOKS_EACH: Final = timedelta(hours=1)
_AT_ONCE: Final = 20
_DUE: Final = f"""
  SELECT u.run_id, u.account_id, json_extract(r.params, '$.email') AS mail
  FROM billing_undone u CROSS JOIN runs r ON r.id = u.run_id
  WHERE u.looked_at IS NULL AND u.undone_at < ?1 OR u.looked_at < ?2
  ORDER BY u.looked_at, u.undone_at LIMIT {digits(_AT_ONCE)}
"""


async def end_strays(platform: Platform) -> int:
    """Delete customers that stand although their setting up was undone; return how many."""
    settings = platform.settings.of(BillingSettings)
    if not settings.api_key:
        return 0
    now = platform.clock.now()
    provider = Stripe(platform.http, settings)
    long_ago = "DELETE FROM billing_undone WHERE undone_at < ?"
    over = statement(long_ago, [to_text(now - _WITHIN)], account=EVERYBODY)
    due = statement(_DUE, [to_text(now - _FIRST_LOOK), to_text(now - _LOOKS_EACH)])

    async def end(row: Row) -> bool:
        run_id = text(row, "run_id")
        looked = statement(
            "UPDATE billing_undone SET looked_at = ?2 WHERE run_id = ?1",
            [run_id, to_text(now)],
            account=EVERYBODY,
        )
        await platform.database.batch([looked])
        customer_id = await provider.find_customer(
            NewCustomer(run_id, optional_text(row, "mail") or "", "")
        )
        if customer_id is None:
            return False
        await provider.delete_customer(customer_id)
        await _say(platform, text(row, "account_id"), run_id=run_id, customer_id=customer_id)
        return True

    [rows, _] = await platform.database.batch([due, over])
    return await each_by_itself(
        platform, rows, end, "billing.unasked", BillingDenied, BillingRefused, BillingUncertain
    )


async def _say(platform: Platform, account_id: str, run_id: str, customer_id: str) -> None:
    log.error("billing.stray", run=run_id)
    event = event_of_account(
        account_id,
        Audited.STRAY,
        f"billing.stray:{customer_id}",
        actor="system:billing",
        at=to_text(platform.clock.now()),
        detail={"run": run_id, "customer": customer_id},
    )
    try:
        await platform.database.batch([append(event)])
    except ConstraintFailed:
        log.warning("billing.unasked", run=run_id, reason="the audit has it already")


# A request whose answer was lost may still be on its way for so long.
_ON_ITS_WAY: Final = timedelta(seconds=90)

Answer = TypeVar("Answer")


def setting_up(run: WorkflowRun[OnboardingParams]) -> ExternalCall:
    """Output: {"state": "set_up", "customerId", "subscriptionId"}, or {"state": "there"} where
    another run of the account has set it up, or is about to.
    """
    params = run.params

    async def send(context: StepContext) -> Done:
        platform = context.platform
        account_id = context.run.account_id
        now = to_text(platform.clock.now())
        await platform.database.batch(
            [statement(_CLAIM, [account_id, context.run.id, params.plan, now])]
        )
        claimed = await find_billing(platform.database, account_id)
        if claimed is not None and claimed.run_id != context.run.id:
            return Done(claimed.customer_id or claimed.run_id, {"state": "there"})
        provider = _provider(platform)
        key = context.idempotency_key
        customer_id = await _answer_of(provider.create_customer(_customer(run), f"{key}:customer"))
        price = platform.settings.of(BillingSettings).prices.get(params.plan, "")
        try:
            subscription_id = await provider.subscribe(
                customer_id, price, ours=context.run.id, key=f"{key}:subscription"
            )
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
        if subscription_id is None:
            return NotDone()
        return _done(context, customer_id, subscription_id)

    return ExternalCall(
        request={"plan": params.plan, "userId": params.user_id},
        send=send,
        reconcile=reconcile,
        honours_key=True,
    )


def taking_back(run: WorkflowRun[OnboardingParams]) -> ExternalCall[RollbackContext]:
    """Delete the customer, which ends the subscription; let another run set the billing up."""

    async def send(context: RollbackContext) -> Done:
        customer_id = await _answer_of(_made(run, context))
        if customer_id is not None:
            await _answer_of(_provider(context.platform).delete_customer(customer_id))
        # The next run may set it up; for two days, what this one may have made after all is looked
        # for.
        release = statement("DELETE FROM account_billing WHERE run_id = ?", [run.id])
        insert = """
          INSERT INTO billing_undone (run_id, account_id, undone_at) VALUES (?, ?, ?)
          ON CONFLICT (run_id) DO UPDATE SET undone_at = excluded.undone_at
        """
        undone = statement(
            insert, [run.id, context.run.account_id, to_text(context.platform.clock.now())]
        )
        await context.platform.database.batch([release, undone])
        return Done(customer_id or "none", {"state": "none" if customer_id is None else "undone"})

    async def reconcile(_: RollbackContext) -> NotDone:
        """Answer that it is not done: deleting again changes nothing."""
        return NotDone()

    return ExternalCall(
        request={"undo": run.params.plan}, send=send, reconcile=reconcile, is_repeatable=True
    )


async def _made(run: WorkflowRun[OnboardingParams], context: RollbackContext) -> str | None:
    """The customer that is to be deleted; None where this run made none. Raises BillingUncertain:
    one may come.
    """
    match context.output:
        case {"state": "set_up", "customerId": str(customer_id)}:
            return customer_id
        case {"state": "there"}:
            return None
        case _:
            since = await intended_at(context.platform.database, context.step_key)
            if since is None:
                raise NonRetryable(f"the intent {context.step_key} is missing")
            customer = await _provider(context.platform).find_customer(_customer(run))
            if customer is None and context.platform.clock.now() - since < _ON_ITS_WAY:
                raise BillingUncertain(
                    "the provider has no such customer, who was asked for a moment ago"
                )
            return customer


def _provider(platform: Platform) -> Stripe:
    settings = platform.settings.of(BillingSettings)
    if not settings.api_key:
        raise AccessDenied("this deployment has no BILLING_API_KEY any more")
    return Stripe(platform.http, settings)


def _customer(run: WorkflowRun[OnboardingParams]) -> NewCustomer:
    return NewCustomer(run.id, run.params.email or "", f"Tillroll, by {run.id}")


def _done(context: StepContext, customer_id: str, subscription_id: str) -> Done:
    # A run that has lost its claim notes nothing.
    update = """
      UPDATE account_billing
      SET customer_id = ?2, subscription_id = ?3, set_up_at = COALESCE(set_up_at, ?4)
      WHERE run_id = ?1
    """
    now = to_text(context.platform.clock.now())
    context.kept.append(statement(update, [context.run.id, customer_id, subscription_id, now]))
    return Done(
        customer_id,
        {"state": "set_up", "customerId": customer_id, "subscriptionId": subscription_id},
    )


async def _answer_of(call: Awaitable[Answer]) -> Answer:
    """What the provider answers, with its refusals as the core knows them."""
    try:
        return await call
    except BillingRefused as error:
        raise Refused(str(error)) from error
    except BillingDenied as error:
        raise AccessDenied(str(error)) from error


TABLES: Final = (Table("account_billing", Gone(ACCOUNT)), Table("billing_undone", Gone(ACCOUNT)))
