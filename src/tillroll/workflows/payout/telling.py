"""What owners are told of a payment that came to something else than was believed."""

from collections.abc import Sequence
from typing import Final

from tillroll.durable import Statement
from tillroll.durable.record.audit import append, event_of_account
from tillroll.notifications.notify import Subject, notify
from tillroll.notifications.topics import PAYOUT_CAME_LATE
from tillroll.platform.json import JsonObject
from tillroll.workflows.payout.rows import Payout

ACTOR: Final = "provider:payments"
RETURNED: Final = "payout.returned"
STRAY: Final = "payout.stray"


def told(payout: Payout, action: str, now: str) -> Sequence[Statement]:
    """The event in the audit and the notices, once for what was heard; the batch fails where it was told before."""
    status = None if payout.payment_status is None else payout.payment_status.value
    detail: JsonObject = {"run": payout.run_id, "payment": payout.payment_id, "status": status}
    occasion = f"{payout.payment_id}:{status}:{payout.heard}"
    event = event_of_account(
        payout.account_id, action, f"{action}:{payout.run_id}:{occasion}", actor=ACTOR, at=now, detail=detail
    )
    subject = Subject(payout.run_id, payout.run_id, occasion=occasion)
    return [append(event), *notify(payout.account_id, PAYOUT_CAME_LATE, subject, now)]
