"""How expenses are taxed, as a person says it."""

from collections import Counter
from collections.abc import Sequence

from tillroll.expenses.events import audited
from tillroll.tax import models
from tillroll.tax.models import Audited
from tillroll.tax.open_reasons import OpenReason
from tillroll.tax.rates import rate_of, rate_text
from tillroll.tax.repository import (
    decided_before,
    known_expenses,
    load_company,
    store_decisions,
    taxed_by_ids,
)
from tillroll.tax.rules import NEVER_DEDUCTED, Decided, place
from tillroll.tax.service import open_points
from tillroll_durable import Actor
from tillroll_durable.audit import append, values_changed
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform


class UnknownExpense(Refusal):
    thing = "expense"


async def decide(
    platform: Platform, actor: Actor, decision: models.TaxDecision
) -> models.Decisions:
    """Say how expenses are taxed, all of them or none. Raises UnknownExpense: one is not the
    account's.
    """
    ids = [*dict.fromkeys(decision.expenses)]
    rows = await known_expenses(platform.database, actor.account_id, ids)
    if len(rows) != len(ids):
        raise UnknownExpense
    former = await decided_before(platform.database, ids)
    deductible = decision.deductible
    if decision.treatment in NEVER_DEDUCTED:
        deductible = 0
    decided = Decided(decision.treatment, deductible, rate_of(decision.rate))
    now = to_text(platform.clock.now())
    detail: JsonObject = {
        "treatment": decision.treatment,
        "deductible": deductible,
        "rate": rate_text(decided.rate),
    }
    events = [
        append(
            audited(
                row,
                new_id("tax"),
                action=Audited.TAX_DECIDED,
                outcome="success",
                actor=actor.name,
                now=now,
                detail={**detail, **values_changed(former.get(text(row, "id"), {}), detail)},
            )
        )
        for row in sorted(rows, key=lambda row: text(row, "id"))
    ]
    await platform.database.batch(
        [store_decisions(ids, decided, actor=actor.name, now=now), *events]
    )
    return models.Decisions(
        changed=len(ids), still_open=await _still_open(platform, actor.account_id, ids)
    )


async def _still_open(
    platform: Platform, account_id: str, ids: Sequence[str]
) -> list[models.OpenPoint]:
    """What these expenses lack also with the decision."""
    company = await load_company(platform.database, account_id)
    reasons = Counter[OpenReason]()
    for each in await taxed_by_ids(platform.database, account_id, ids):
        placed = place(each.taxed, company.country)
        if isinstance(placed, OpenReason):
            reasons[placed] += 1
    return open_points(reasons)
