"""Routes of what is owed to people. Who sees only their own documents sees only what is owed to
them."""

from typing import Annotated

from fastapi import Query, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import AccountKey, Caller, Deployed, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.routing import Router
from tillroll.payouts.bank_files.debtor import debtor_of
from tillroll.payouts.owed import covers, service
from tillroll.payouts.owed.models import (
    CompanyAccount,
    Owed,
    OwedExpense,
    OwedPayment,
    OwedPaymentRequest,
    OwedPlan,
    PaymentWays,
)
from tillroll.payouts.sepa import masked
from tillroll.payouts.settings import PaymentSettings
from tillroll_durable.platform.models import Items, Page

router = Router(tags=["payouts"])
_Person = Annotated[
    str | None, Query(max_length=60, description="Only what is owed to this person: usr_…")
]


@router.get("/api/owed", openapi_extra=needs(Permission.OWN))
async def list_owed(
    platform: PlatformHere,
    principal: Caller,
    person: _Person = None,
) -> Items[Owed]:
    """List what the company owes to people for expenses that they paid themselves, and that were
    approved. Of many expenses, the oldest 5,000 count, and of each person those whose sums stay
    below 2^53 minor units."""
    sight = principal.sight
    if sight.only is not None and person not in {None, sight.only}:
        return Items(items=[])
    owed = await service.list_owed(platform, principal.account_id, sight.only or person)
    return Items(items=owed)


@router.get("/api/payment-ways", openapi_extra=needs(Permission.LEDGER))
async def list_payment_ways(platform: PlatformHere, principal: Caller) -> PaymentWays:
    """How this account pays people: by files for the bank, by a payment provider, or by hand
    only."""
    settings = platform.settings.of(PaymentSettings)
    debtor = await debtor_of(platform, principal.account_id)
    if debtor.party is None:
        account = None
    else:
        account = CompanyAccount(name=debtor.party.name, iban=masked(debtor.party.iban))
    missing = [sentence for _, sentence in debtor.missing]
    return PaymentWays(
        file=account, missing=missing, provider=settings.pays_for(principal.account_id)
    )


@router.get("/api/owed/expenses", openapi_extra=needs(Permission.OWN))
async def list_owed_expenses(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    person: _Person = None,
    expense: Annotated[
        str | None, Query(max_length=60, description="Only this expense: exp_…")
    ] = None,
    open_: Annotated[
        bool, Query(alias="open", description="Only what is owed, the oldest first, on one page")
    ] = False,
) -> Page[OwedExpense]:
    """Approved expenses that people paid themselves, each with what is owed of it, what is on its
    way, and what was paid, by which payout; the newest first."""
    sight = principal.sight
    sees_all = sight.only is None
    database = platform.database
    whose = sight.only or person
    if person not in {None, whose}:
        return page.of([])
    if expense is not None:
        facts = await covers.facts_of(database, sight.account_id, [expense])
        facts = [each for each in facts if sight.sees(sight.account_id, each.expense.person)]
    elif open_:
        facts = [
            each
            for each in await covers.open_facts(database, sight.account_id, whose)
            if each.split.owed
        ]
        items = await service.expenses_of(platform, facts, sees_all=sees_all)
        return Page(items=items, next_cursor=None)
    else:
        facts = await covers.list_facts(
            database, sight.account_id, person=whose, cursor=page.after, limit=page.fetch_limit
        )
    return page.of(await service.expenses_of(platform, facts, sees_all=sees_all))


@router.post("/api/owed/payments/check", openapi_extra=needs(Permission.PAY))
async def check_owed_payment(
    platform: PlatformHere,
    principal: Caller,
    body: OwedPaymentRequest,
) -> OwedPlan:
    """Look what would be paid to whom, on which account, and at which rates. Nothing is begun."""
    return await service.plan(platform, principal.account_id, body)


@router.post("/api/owed/payments", status_code=202, openapi_extra=needs(Permission.PAY))
async def pay_owed(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    body: OwedPaymentRequest,
    own_key: AccountKey,
) -> OwedPayment:
    """Pay expenses back, once under an Idempotency-Key. No expense is covered twice; what comes to
    nothing is owed again. Limits and second persons hold as for any payout, also for one that was
    paid by hand."""
    triggered = await service.pay(
        platform, registry.newest, actor=principal.as_actor, request=body, key=own_key
    )
    if triggered.payout_id:
        at = f"/api/payouts/{triggered.payout_id}"
    else:
        at = f"/api/payout-batches/{triggered.batch_id}"
    response.headers["location"] = at
    return triggered
