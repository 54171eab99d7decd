"""Waking claims that wait for the mail that sends them."""

from contextlib import suppress

from tillroll.durable.operating.signals.sending import NotListening, send_signal
from tillroll.durable.record.runs import load_run
from tillroll.jobs.setbacks import each_row
from tillroll.platform.bindings.database import Row
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.workflows.claim.contract import CLAIM_V1, MAILED
from tillroll.workflows.claim.rows.mails import TELLING_MAILED, find_mails_over, mail_of_row


async def tell_mailed(platform: Platform) -> int:
    """Wake the claims of whose mail it is known what became; how many."""
    rows = await find_mails_over(platform.database, to_text(platform.clock.now()))
    # A claim that was woken is in this list until its run goes on.
    return await each_row(platform, TELLING_MAILED, rows, "look", lambda row: _tell(platform, row), stays=True)


async def _tell(platform: Platform, row: Row) -> None:
    mail = mail_of_row(row)
    loaded = await load_run(platform.database, mail.claim_id)
    if loaded is None:
        return
    now = "sent" if mail.provider_id else "not_sent"
    key = f"{now}:{mail.run_generation}"
    with suppress(NotListening):  # it was cancelled meanwhile
        await send_signal(platform, CLAIM_V1, loaded[0], MAILED.name, key, {"now": now}, "system:claims")
