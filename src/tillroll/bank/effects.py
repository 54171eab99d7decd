"""Does elsewhere what matches mean there: records a claim's payment, or says that a payout was paid. Each once, by its
id; what the other side refuses is kept with its reason, for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from tillroll.bank.cron import EFFECTS
from tillroll.claims import repository as claims
from tillroll.claims.service import Payment, load_claim, record_payment, reverse_payment
from tillroll.durable import Actor, ValuesRefused, statement
from tillroll.durable.record.runs import load_run
from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.payouts.bank_files import record_outcome
from tillroll.payouts.by_hand import correct_by_hand, settle_by_hand
from tillroll.payouts.models import Outcome, Payout
from tillroll.payouts.repository import load_payout
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, of_row, optional_text
from tillroll.platform.clock import to_text
from tillroll.platform.json import dump
from tillroll.platform.refusals import Refusal
from tillroll.platform.services import Platform

_PROOF: Final = "the bank's statement"
_EFFECTS: Final = f"""
  SELECT x.*, s.failures AS setbacks FROM bank_effects x {JOIN.format(part=f"'{EFFECTS}'", subject="x.id")}
  WHERE x.done_at IS NULL AND {IS_DUE} AND (?2 IS NULL OR x.match_id IN (SELECT value FROM json_each(?2)))
  ORDER BY {IN_TURN}, x.created_at, x.id LIMIT 50
"""  # noqa: S608 - constants


@dataclass(frozen=True)
class Effect:
    """What is to be done. `amount` is in the entry's `currency`, `settles` in the document's; minor units."""

    id: str
    account_id: str
    match_id: str
    what: str
    document_id: str
    currency: str
    amount: int
    settles: int
    day: date
    said: str | None
    by: str

    @property
    def paid_as(self) -> str:
        """The key of the payment that the effect records, or takes back."""
        return f"bank:{self.id.removesuffix(':undone')}"


async def work_off(platform: Platform, match_ids: Sequence[str] | None = None) -> int:
    """Do what is due of some matches, or of all; how many. Also a job: who accepted may have died before this."""
    named = None if match_ids is None else dump([*match_ids])
    rows = await platform.database.all(statement(_EFFECTS, to_text(platform.clock.now()), named))
    return await each_row(platform, EFFECTS, rows, "id", partial(_do, platform))


async def _do(platform: Platform, row: Row) -> None:
    effect = of_row(Effect, row)
    refused: str | None = None
    try:
        await _ACTS[effect.what](platform, effect)
    except (Refusal, ValuesRefused) as error:
        # It is said with the match, where a person looks. Nothing was done.
        refused = f"{error}"[:300] or type(error).__name__
        log.warning("bank.effect_refused", account=effect.account_id, subject=effect.id, reason=type(error).__name__)
    now = to_text(platform.clock.now())
    query = "UPDATE bank_effects SET done_at = ?2, refused = ?3 WHERE id = ?1 AND done_at IS NULL"
    await platform.database.batch([statement(query, effect.id, now, refused)])


async def _pay_claim(platform: Platform, effect: Effect) -> None:
    claim = await load_claim(platform, effect.account_id, effect.document_id)
    currency = claim.standing.currency
    # What is paid in another currency is worth what the bank's rate says.
    amount = effect.amount if effect.currency == currency else effect.settles
    payment = Payment(currency, amount, effect.day, effect.said)
    actor = Actor(effect.account_id, effect.by)
    await record_payment(platform, actor, effect.document_id, payment, effect.paid_as)


async def _unpay_claim(platform: Platform, effect: Effect) -> None:
    event = await claims.find_event(platform.database, effect.document_id, f"payment:{effect.paid_as}")
    if event is None or event.version is None:
        return  # the payment was refused, so there is none
    actor = Actor(effect.account_id, effect.by)
    await reverse_payment(platform, actor, effect.document_id, event.version, "the match was undone")


async def _pay_payout(platform: Platform, effect: Effect) -> None:
    await _settle(platform, effect, "posted")


async def _return_payout(platform: Platform, effect: Effect) -> None:
    await _settle(platform, effect, "returned")


async def _settle(platform: Platform, effect: Effect, outcome: Outcome) -> None:
    payout = await load_payout(platform.database, effect.document_id, effect.account_id)
    if payout is None:
        return
    actor, user_id = Actor(effect.account_id, effect.by), effect.by.partition(":")[2]
    file_id = await _file_of(platform, payout)
    if file_id is not None:
        await record_outcome(platform, actor, user_id, file_id, outcome, payout.id, _PROOF)
        return
    loaded = await load_run(platform.database, payout.id)
    if loaded is None or _is_said(payout, outcome):
        return
    if outcome == "posted":
        await settle_by_hand(platform, actor, loaded[0], payout, "paid", _PROOF)
    else:
        await correct_by_hand(platform, actor, loaded[0], payout, "not_paid", _PROOF)


def _is_said(payout: Payout, outcome: str) -> bool:
    """Whether the payout's own provider has said so already."""
    status = None if payout.payment_status is None else payout.payment_status.value
    return status == outcome


async def _file_of(platform: Platform, payout: Payout) -> str | None:
    row = await platform.database.first(
        statement("SELECT file_id FROM payment_instructions WHERE run_id = ?", payout.id)
    )
    return None if row is None else optional_text(row, "file_id")


_ACTS: Final = {
    "claim_paid": _pay_claim,
    "claim_unpaid": _unpay_claim,
    "payout_paid": _pay_payout,
    "payout_returned": _return_payout,
}
