"""Does elsewhere what matches mean there: records a claim's payment, or that it went back, and says
what is known of a payout. Each once, by its id; what the other side refuses is kept with its
reason, for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from tillroll.bank.cron import EFFECTS
from tillroll.bank.decisions.claim_returns import (
    REFUND,
    NothingToReturn,
    amount_in_currency,
    plan_of,
    plan_return,
)
from tillroll.claims import repository as claims
from tillroll.claims.models import Claim
from tillroll.claims.rules import is_payment
from tillroll.claims.service import (
    Payment,
    load_claim,
    record_payment,
    record_refund,
    reverse_payment,
)
from tillroll.payouts.bank_entries import GoesOn, follow_entries
from tillroll.payouts.payments import PaymentStatus
from tillroll_documents.money import Money
from tillroll_durable import Actor, ValuesRefused, statement
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import ConstraintFailed, Row, integer, of_row, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform, without_journal

_UNDONE: Final = "the match was undone"
_WENT_BACK: Final = "the bank's statement says that it went back"
_EFFECTS: Final = f"""
  SELECT x.*, s.failures AS setbacks
  FROM bank_effects x {JOIN.format(part=f"'{EFFECTS}'", subject="x.id")}
  WHERE x.done_at IS NULL AND {IS_DUE}
    AND (?2 IS NULL OR x.match_id IN (SELECT value FROM json_each(?2)))
    AND x.id NOT IN (SELECT value FROM json_each(?3))
  ORDER BY {IN_TURN}, x.created_at, x.id LIMIT 50
"""
# What accepted pairs come to of a payout. Of an entry that the bank took back, the match was undone
# by another one.
_COMES_TO: Final = """
  SELECT x.amount, COALESCE(SUM(MAX(0, -p.settles)), 0) AS gone,
    COALESCE(SUM(MAX(0, p.settles)), 0) AS back,
    EXISTS (
      SELECT 1 FROM bank_pairs o JOIN bank_matches m ON m.id = o.match_id
      JOIN bank_matches r ON r.id = m.reversed_by
      WHERE o.account_id = ?1 AND o.document_id = ?2 AND r.state = 'accepted') AS is_reversed
  FROM payouts x LEFT JOIN bank_pairs p
    ON p.account_id = ?1 AND p.document_id = x.run_id AND p.counts = 1
  WHERE x.account_id = ?1 AND x.run_id = ?2
"""


@dataclass(frozen=True)
class Effect:
    """What is to be done. `amount` is in the entry's `currency`, `settles` in the document's; minor
    units, signed as the entry. `plan` is what is done of money that went back, once that is
    decided."""

    id: str
    account_id: str
    match_id: str
    what: str
    is_undone: bool
    document_id: str
    currency: str
    amount: int
    settles: int
    day: date
    said: str | None
    by: str
    plan: str | None

    @property
    def accepted(self) -> str:
        """The id of the effect that the match had when it was accepted."""
        return self.id.removesuffix(":undone")

    @property
    def paid_as(self) -> str:
        """The key of the payment that the effect records, or takes back."""
        return f"bank:{self.accepted}"

    @property
    def actor(self) -> Actor:
        return Actor(self.account_id, self.by)

    def worth(self, currency: str) -> int:
        """Give the amount in a claim's currency, by the bank's rate where that is another one."""
        return amount_in_currency(
            currency, entry_currency=self.currency, amount=self.amount, settles=self.settles
        )


async def work_off(platform: Platform, match_ids: Sequence[str] | None = None) -> int:
    """Do what is due of some matches, or of all; how many. Also a job: who accepted may have died
    before this.
    """
    with without_journal(platform) as direct:
        return await _work_off(direct, await _due(direct, match_ids))


async def work_off_all(platform: Platform, match_ids: Sequence[str]) -> None:
    """Do all that is due of some matches, each once: one that waits for something stays due. What
    the invocation has no room for is left to the job.
    """
    attempts: list[str] = []
    with without_journal(platform) as direct:
        while not direct.spending.is_nearly_spent:
            rows = await _due(direct, match_ids, attempts)
            if not rows:
                return
            await _work_off(direct, rows)
            attempts += [text(row, "id") for row in rows]


async def _due(
    platform: Platform, match_ids: Sequence[str] | None, attempts: Sequence[str] = ()
) -> Sequence[Row]:
    """The next effects that are due of some matches, or of all, without these attempts."""
    named = None if match_ids is None else dump([*match_ids])
    values = [to_text(platform.clock.now()), named, dump([*attempts])]
    return await platform.database.all(statement(_EFFECTS, [*values]))


async def _work_off(platform: Platform, rows: Sequence[Row]) -> int:
    return await each_row(platform, EFFECTS, rows=rows, subject="id", do=partial(_do, platform))


async def _do(platform: Platform, row: Row) -> None:
    effect = of_row(Effect, row)
    refused: str | None = None
    try:
        await _ACTS[effect.what](platform, effect)
    except GoesOn:
        log.info("bank.effect_waits", account=effect.account_id, subject=effect.id)
        return
    except (Refusal, ValuesRefused) as error:
        # It is said with the match, where a person looks. Nothing was done.
        refused = f"{error}"[:300] or type(error).__name__
        log.warning(
            "bank.effect_refused",
            account=effect.account_id,
            subject=effect.id,
            reason=type(error).__name__,
        )
    now = to_text(platform.clock.now())
    query = "UPDATE bank_effects SET done_at = ?2, refused = ?3 WHERE id = ?1 AND done_at IS NULL"
    done = statement(query, [effect.id, now, refused], account=effect.account_id)
    await platform.database.batch([done])


async def _follow_claim(platform: Platform, effect: Effect) -> None:
    claim = await load_claim(platform, effect.account_id, effect.document_id)
    worth = effect.worth(claim.standing.currency)
    pays = is_payment(effect.amount, claim.payer_kind)
    if pays and effect.is_undone:
        await _unpay_claim(platform, effect)
    elif pays:
        payment = Payment(claim.standing.currency, abs(worth), day=effect.day, said=effect.said)
        await record_payment(
            platform, effect.actor, run_id=effect.document_id, payment=payment, key=effect.paid_as
        )
    elif effect.is_undone:
        await _keep_again(platform, effect, claim)
    else:
        await _give_back(platform, effect, claim)


async def _unpay_claim(platform: Platform, effect: Effect) -> None:
    event = await claims.find_event(
        platform.database, effect.document_id, f"payment:{effect.paid_as}"
    )
    if event is None or event.version is None:
        return  # the payment was refused, so there is none
    await reverse_payment(
        platform, effect.actor, run_id=effect.document_id, version=event.version, reason=_UNDONE
    )


async def _give_back(platform: Platform, effect: Effect, claim: Claim) -> None:
    currency = claim.standing.currency
    amount = abs(effect.worth(currency))
    # What was decided once is done, whatever was recorded since.
    decided = effect.plan or await _decide(platform, effect, claim=claim, amount=amount)
    plan = plan_of(decided)
    if plan.what == REFUND:
        key = effect.paid_as
        sent = Money(amount, currency)
        await record_refund(
            platform, effect.actor, run_id=effect.document_id, sent=sent, reason=_WENT_BACK, key=key
        )
    elif plan.what == "reverse" and plan.version is not None:
        await reverse_payment(
            platform,
            effect.actor,
            run_id=effect.document_id,
            version=plan.version,
            reason=_WENT_BACK,
        )


async def _decide(platform: Platform, effect: Effect, claim: Claim, amount: int) -> str:
    for _ in range(4):
        plan = await plan_return(
            platform.database,
            claim,
            currency=claim.standing.currency,
            amount=amount,
            effect_id=effect.id,
        )
        query = "UPDATE bank_effects SET plan = ?2 WHERE id = ?1"
        planned = statement(query, [effect.id, plan.text], account=effect.account_id)
        try:
            await platform.database.batch([planned])
        except ConstraintFailed:
            continue  # another entry explains that by now: look again
        return plan.text
    raise NothingToReturn


async def _keep_again(platform: Platform, effect: Effect, claim: Claim) -> None:
    """Take back what the match recorded of money that went back; what a person recorded stays."""
    query = "SELECT plan FROM bank_effects WHERE id = ? AND refused IS NULL"
    row = await platform.database.first(statement(query, [effect.accepted]))
    if row is None or row["plan"] is None:
        return
    if plan_of(text(row, "plan")).what == "known":
        return
    amount = abs(effect.worth(claim.standing.currency))
    payment = Payment(claim.standing.currency, amount, day=effect.day, said=_UNDONE)
    await record_payment(
        platform, effect.actor, run_id=effect.document_id, payment=payment, key=f"bank:{effect.id}"
    )


async def _follow_payout(platform: Platform, effect: Effect) -> None:
    row = await platform.database.first(
        statement(_COMES_TO, [effect.account_id, effect.document_id])
    )
    if row is not None:
        await follow_entries(
            platform, effect.actor, run_id=effect.document_id, status=_comes_to(row)
        )


def _comes_to(row: Row) -> PaymentStatus | None:
    """What the entries of a payout say: it has left when they come to the whole amount, and came
    back when all of that did."""
    amount = integer(row, "amount")
    if row["is_reversed"] or integer(row, "back") >= amount:
        return PaymentStatus.RETURNED
    if integer(row, "gone") >= amount:
        return PaymentStatus.POSTED
    return None


_ACTS: Final = {"claim": _follow_claim, "payout": _follow_payout}
