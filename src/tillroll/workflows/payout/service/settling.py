"""What the provider says became of payments: by its events, and where none came, by asking it."""

import contextlib
from datetime import timedelta
from typing import Final

from tillroll.durable import AccessDenied, Statement, statement
from tillroll.durable.contract import LIVE
from tillroll.durable.operating.signals.sending import NotListening, send_signal
from tillroll.durable.record.runs import load_run
from tillroll.inbound.consumers import InboundEvent
from tillroll.inbound.mapping.taking import Unmapped
from tillroll.payments.provider import PaymentDenied, PaymentRefused, PaymentStatus, PaymentUncertain, Seen
from tillroll.payments.settings import PaymentSettings
from tillroll.platform import log
from tillroll.platform.bindings.database import text
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform
from tillroll.workflows.payout.contract import (
    ABANDONED,
    CANCELLED,
    KIND,
    PAY,
    PAYOUT_V1,
    REVERSED,
    SETTLE,
    UNSETTLED,
)
from tillroll.workflows.payout.providers import asked_of, provider
from tillroll.workflows.payout.rows import BY_FILE, load_payout
from tillroll.workflows.payout.service.late import ACTOR, say_stray, take_late, was_given_back

_EVENT: Final = "v2.money_management.outbound_payment."
_FIRST_LOOK: Final = timedelta(minutes=15)
_LOOKS_EACH: Final = timedelta(hours=1)
# No request hangs for longer.
_STRAYS_WITHIN: Final = timedelta(days=2)
_AT_ONCE: Final = 20

# Found by the state, in the few accounts that pay by the provider: the table of runs is never read through.
_OF_PAYERS: Final = f"""
  FROM (SELECT DISTINCT account_id FROM payees WHERE paid_by <> '{BY_FILE}') payer
  CROSS JOIN runs r INDEXED BY runs_by_state ON r.account_id = payer.account_id
"""  # noqa: S608 - a constant
_DUE: Final = f"""
  SELECT p.run_id, p.account_id, json_extract(r.external_ids, '$.{PAY.name}') AS payment_id
  {_OF_PAYERS} JOIN payouts p ON p.run_id = r.id JOIN payees e ON e.id = p.payee_id
  WHERE r.kind = '{KIND}' AND r.state = '{UNSETTLED.name}' AND e.paid_by <> '{BY_FILE}'
    AND (p.looked_at IS NULL AND r.updated_at < ?1 OR p.looked_at < ?2)
  ORDER BY p.looked_at, r.updated_at LIMIT {_AT_ONCE}
"""


# Of payouts that were undone, and whose payment was asked for; take_late passes those by whose payment had left.
_UNDONE: Final = f"""
  SELECT p.run_id, p.created_at
  {_OF_PAYERS} JOIN payouts p ON p.run_id = r.id JOIN payees e ON e.id = p.payee_id
  WHERE r.kind = '{KIND}' AND r.state IN ('{REVERSED.name}', '{CANCELLED.name}', '{ABANDONED.name}')
    AND e.paid_by <> '{BY_FILE}' AND r.updated_at > ?3 AND r.failure_class IS NOT 'rollback_failed'
    AND EXISTS (SELECT 1 FROM effect_intents i WHERE i.run_id = r.id AND i.step = '{PAY.name}')
    AND (p.looked_at IS NULL AND r.updated_at < ?1 OR p.looked_at < ?2)
  ORDER BY p.looked_at, r.updated_at LIMIT {_AT_ONCE}
"""  # noqa: S608 - names of the contract


async def take_payment_event(platform: Platform, event: InboundEvent) -> None:
    """A consumer of Stripe's thin events: an event only says where to look, and the provider is asked.

    Raises:
        Unmapped: it is of no payout of the account.
        PaymentUncertain, PaymentDenied: the provider could not be asked; the event is worked off again.
    """
    match event.body:
        case {"type": str(type_), "related_object": {"id": str(id_)}} if type_.startswith(_EVENT):
            seen = await _find(platform, id_)
        case _:
            return
    if seen is None or not await _tell(platform, seen, event.account_id):
        raise Unmapped(f"no payout of this account has the payment {id_[:60]}")


async def call_back_strays(platform: Platform) -> int:
    """Look for payments that were made after all, behind a refusal or an undoing that was believed, and whose debit was
    given back: a request may have hung somewhere and come late. What is on its way is called back; what has left is
    said. How many there were."""
    if not platform.settings.of(PaymentSettings).pays:
        return 0
    now = platform.clock.now()
    asked = statement(_UNDONE, *(to_text(now - each) for each in (_FIRST_LOOK, _LOOKS_EACH, _STRAYS_WITHIN)))
    strays = 0
    for row in await platform.database.all(asked):
        run_id, since = text(row, "run_id"), from_text(text(row, "created_at"))
        await platform.database.batch([_looked(run_id, to_text(now))])
        payout = await load_payout(platform.database, run_id)
        try:
            seen = None if payout is None else await provider(platform).find_ours(asked_of(payout), since)
            if seen is None or payout is None or seen.status.brings_back or not await was_given_back(platform, payout):
                continue
            strays += 1
            if seen.status is PaymentStatus.PROCESSING:
                seen = await provider(platform).cancel(seen.id, f"{run_id}:stray")
        except (AccessDenied, PaymentDenied, PaymentRefused, PaymentUncertain) as error:
            log.warning("payment.unasked", run=run_id, reason=str(error))
            continue
        await say_stray(platform, payout, seen)
    return strays


async def look_after_payments(platform: Platform) -> int:
    """Ask what became of payments of which no event came; how many were told. One that cannot be asked stops no
    other."""
    if not platform.settings.of(PaymentSettings).pays:
        return 0
    now = platform.clock.now()
    told = 0
    for row in await platform.database.all(statement(_DUE, to_text(now - _FIRST_LOOK), to_text(now - _LOOKS_EACH))):
        run_id = text(row, "run_id")
        # Noted before: one that cannot be asked now waits for its next turn.
        await platform.database.batch([_looked(run_id, to_text(now))])
        try:
            seen = await _find(platform, text(row, "payment_id"))
        except (AccessDenied, PaymentDenied, PaymentUncertain) as error:
            log.warning("payment.unasked", run=run_id, reason=str(error))
            continue
        told += seen is not None and await _tell(platform, seen, text(row, "account_id"))
    return told


async def _find(platform: Platform, id_: str) -> Seen | None:
    return await provider(platform).find(id_)


async def _tell(platform: Platform, seen: Seen, account_id: str) -> bool:
    """Wake the payout's run, where the payment has come to an end; behind the run's own end, the books follow by
    themselves. False where the account has no such run."""
    loaded = await load_run(platform.database, seen.ours)
    if loaded is None or (loaded[0].kind, loaded[0].account_id) != (KIND, account_id):
        return False
    run = loaded[0]
    if run.status not in LIVE and (payout := await load_payout(platform.database, run.id)):
        await take_late(platform, payout, seen)
    elif seen.status is not PaymentStatus.PROCESSING:
        # Told twice, it changes nothing.
        with contextlib.suppress(NotListening):
            payload: JsonObject = {"payment_id": seen.id}
            await send_signal(platform, PAYOUT_V1, run, SETTLE.name, seen.id, payload, ACTOR)
    return True


def _looked(run_id: str, now: str) -> Statement:
    return statement("UPDATE payouts SET looked_at = ?2 WHERE run_id = ?1", run_id, now)
