"""An account's own quotas, which whoever runs the deployment sets."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from tillroll.durable.record.audit import append_if_changed, event_of_account
from tillroll.platform.bindings.database import Statement, statement
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.quotas.usage import Quota

_COLUMNS: Final = {
    Quota.UPLOADS: "quota_uploads",
    Quota.STORAGE: "quota_storage_bytes",
    Quota.AI_CALLS: "quota_ai_calls",
}


def set_quotas(account_id: str, limits: Mapping[Quota, int | None], actor: str, now: datetime) -> list[Statement]:
    """Give an account quotas of its own; None takes one away, and others stay as they are. The batch fails where there
    is no such account. `limits` names one at least."""
    columns = ", ".join(f"{_COLUMNS[quota]} = CAST(?{at} AS INTEGER)" for at, quota in enumerate(limits, start=2))
    event = event_of_account(
        account_id,
        "account.quotas_set",
        f"account.quotas_set:{new_id('set')}",
        actor=actor,
        at=to_text(now),
        detail={quota.value: limit for quota, limit in limits.items()},
    )
    update = f"UPDATE accounts SET {columns} WHERE id = ?1"  # noqa: S608 - columns of ours
    return [statement(update, account_id, *limits.values()), append_if_changed(event)]
