"""The currency that an account keeps its books in."""

from tillroll.durable.record.account_settings import Setting, change_setting
from tillroll.platform.bindings.database import optional_text, statement
from tillroll.platform.services import Platform

AUDITED = {"account.base_currency_set": "the currency that the account's expenses are converted into was set"}
_BASE_CURRENCY = Setting("base_currency", "account.base_currency_set", "baseCurrency")


async def base_currency(platform: Platform, account_id: str) -> str | None:
    """The account's base currency (ISO 4217), None where none was chosen."""
    row = await platform.database.first(statement("SELECT base_currency FROM accounts WHERE id = ?", account_id))
    return None if row is None else optional_text(row, "base_currency")


async def set_base_currency(platform: Platform, account_id: str, code: str | None, actor: str) -> None:
    """Choose the base currency, or none. All expenses are converted anew, by the ticks that follow."""
    anew = statement("UPDATE expenses SET awaits_conversion = 'now' WHERE account_id = ?", account_id)
    await change_setting(platform, account_id, _BASE_CURRENCY, code, actor, [anew])
