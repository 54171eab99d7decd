"""What became of a payment is asked for, and kept as what was heard last: an older answer is not written over a newer
one."""

from collections.abc import Awaitable, Callable
from typing import Final

from tillroll.payments.provider import PaymentStatus, PaymentUncertain, Seen
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.workflows.payout.rows import Payout, load_payout, note_seen

_TRIES: Final = 4


async def hear(platform: Platform, payout: Payout, ask: Callable[[Payout], Awaitable[Seen | None]]) -> Seen | None:
    """Ask what became of a payment, and keep the answer; None where nobody knows of it. Where something else was heard
    while the answer was under way, the question is asked again.

    Raises:
        PaymentUncertain: something else was heard each time.
    """
    for _ in range(_TRIES):
        there = await load_payout(platform.database, payout.run_id)
        if there is None:
            return None
        seen = await ask(there)
        # That it is on its way says nothing new of a payment that has come to an end.
        if seen is None or (seen.status is PaymentStatus.PROCESSING and there.payment_status is not None):
            return seen
        [rows] = await platform.database.batch([note_seen(there, seen, to_text(platform.clock.now()))])
        if rows:
            return seen
    raise PaymentUncertain("something else was heard of the payment each time that it was asked for")
