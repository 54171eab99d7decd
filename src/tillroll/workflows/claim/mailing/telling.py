"""Waking claims that wait for the mail that sends them."""

from contextlib import suppress

from tillroll.durable.operating.signals.sending import NotListening, send_signal
from tillroll.durable.record.runs import load_run
from tillroll.platform.services import Platform
from tillroll.workflows.claim.contract import CLAIM_V1, MAILED
from tillroll.workflows.claim.rows.mails import find_mails_over


async def tell_mailed(platform: Platform) -> int:
    """Wake the claims of whose mail it is known what became; how many."""
    told = 0
    for mail in await find_mails_over(platform.database):
        loaded = await load_run(platform.database, mail.claim_id)
        if loaded is None:
            continue
        now = "sent" if mail.provider_id else "not_sent"
        key = f"{now}:{mail.run_generation}"
        with suppress(NotListening):  # it was cancelled meanwhile
            told += await send_signal(platform, CLAIM_V1, loaded[0], MAILED.name, key, {"now": now}, "system:claims")
    return told
