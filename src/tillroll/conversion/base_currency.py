"""The currency that an account keeps its books in."""

from tillroll.durable.audit import AuditEvent, append
from tillroll.platform.clock import to_text
from tillroll.platform.database import optional_text, statement
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform


async def base_currency(platform: Platform, account_id: str) -> str | None:
    """The account's base currency (ISO 4217), None where none was chosen."""
    row = await platform.database.first(statement("SELECT base_currency FROM accounts WHERE id = ?", account_id))
    return None if row is None else optional_text(row, "base_currency")


async def set_base_currency(platform: Platform, account_id: str, code: str | None, actor: str) -> None:
    """Choose the base currency, or none. All expenses are converted anew, by the ticks that follow."""
    if await base_currency(platform, account_id) == code:
        return
    event = AuditEvent(
        stream=f"account:{account_id}",
        event_key=f"account.base_currency_set:{new_id('set')}",
        account_id=account_id,
        actor=actor,
        action="account.base_currency_set",
        outcome="success",
        at=to_text(platform.clock.now()),
        detail={"baseCurrency": code},
    )
    await platform.database.batch(
        [
            statement("UPDATE accounts SET base_currency = ?1 WHERE id = ?2", code, account_id),
            statement("UPDATE expenses SET awaits_conversion = 'now' WHERE account_id = ?", account_id),
            append(event),
        ]
    )
