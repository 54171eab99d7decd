"""Quotas that the deployment gives to one account."""

from collections.abc import Mapping
from datetime import datetime

from tillroll.access.accounts import change_account
from tillroll.quotas.usage import COLUMN_OF, Audited, Quota
from tillroll_durable.audit import append_if_changed, event_of_account
from tillroll_durable.platform.bindings.database import Statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id


def set_quotas(
    account_id: str, limits: Mapping[Quota, int | None], actor: str, now: datetime
) -> list[Statement]:
    """Give an account quotas of its own; None takes one away. Fails where there is no such
    account.
    """
    key = f"account.quotas_set:{new_id('set')}"
    detail = {quota.value: limit for quota, limit in limits.items()}
    event = event_of_account(
        account_id, Audited.QUOTAS_SET, key, actor=actor, at=to_text(now), detail={**detail}
    )
    change = change_account(
        account_id, {COLUMN_OF[quota]: limit for quota, limit in limits.items()}
    )
    return [change, append_if_changed(event)]
