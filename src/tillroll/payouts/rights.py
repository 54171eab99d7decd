"""Who may report what became of a payment. Each use case that does asks here, of the person behind
it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from tillroll.access.behind import PersonBehind
from tillroll.access.permissions import Permission
from tillroll.api.problems import NOT_PERMITTED
from tillroll.payouts.four_eyes import Line, SecondNeeded, may_not_decide_on, which_need_second
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import integer, text
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform

# What is decided at once: a payout by itself, or all of its batch.
_DECIDED_AS: Final = """
  SELECT run_id, COALESCE(batch_id, run_id) AS decided_as, payee_id, currency, amount FROM payouts
  WHERE account_id = ?1 AND (run_id IN (SELECT value FROM json_each(?2))
    OR batch_id IN (SELECT batch_id FROM payouts WHERE run_id IN (SELECT value FROM json_each(?2))))
"""


class MayNotReport(Refusal):
    """Somebody without the right would report what became of a payment; nothing was changed."""

    kind = NOT_PERMITTED
    explanation = (
        "Only somebody who may `pay` can say what became of a payout; above its limit also "
        "somebody who may `approve` and did not ask for it. Nothing was changed."
    )


async def need_second(platform: Platform, account_id: str, run_ids: Collection[str]) -> set[str]:
    """Find those of some payouts on which a second person decides, by themselves or with their
    batch."""
    rows = await platform.database.all(statement(_DECIDED_AS, [account_id, dump([*run_ids])]))
    lines: dict[str, list[Line]] = {}
    for row in rows:
        line = (text(row, "payee_id"), text(row, "currency"), integer(row, "amount"))
        lines.setdefault(text(row, "decided_as"), []).append(line)
    needing = await which_need_second(platform.database, account_id, lines, is_past=True)
    return {text(row, "run_id") for row in rows if row["decided_as"] in needing} & {*run_ids}


async def may_not_settle(
    platform: Platform, account_id: str, run_ids: Sequence[str], user_id: str
) -> Mapping[str, str]:
    """Find those of some payouts of which this person may not say what became, each with the
    reason: they asked for it, and a second person decides on it, or on the batch that it is of."""
    refused = await may_not_decide_on("payout", platform, ids=run_ids, user_id=user_id)
    needing = await need_second(platform, account_id, [*refused])
    return {run_id: why for run_id, why in refused.items() if run_id in needing}


async def check_may_report(
    platform: Platform, account_id: str, run_ids: Collection[str], person: PersonBehind
) -> None:
    """Hold a person's right against what they report of some payouts. Raises MayNotReport: they may
    not `pay`, nor `approve` what a second person decides on; SecondNeeded: they asked for one that
    a second person decides on."""
    if not run_ids:
        return
    if not person.may(Permission.PAY):
        needing = await need_second(platform, account_id, run_ids)
        if not person.may(Permission.APPROVE) or not {*run_ids} <= needing:
            raise MayNotReport
    await check_second(platform, account_id, run_ids=run_ids, person=person)


async def check_second(
    platform: Platform, account_id: str, run_ids: Collection[str], person: PersonBehind
) -> None:
    """Raises SecondNeeded: a second person decides on one of some payouts, and this person asked
    for it."""
    refused = await may_not_settle(platform, account_id, run_ids=[*run_ids], user_id=person.user_id)
    if refused:
        first, why = next(iter(refused.items()))
        others = ""
        if len(refused) > 1:
            others = f" and of {len(refused) - 1} more"
        raise SecondNeeded(
            f"Somebody else has to say what became of {first}{others}. {why} Nothing was changed."
        )
