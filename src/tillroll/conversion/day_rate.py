"""The exchange rate that is known for a day: published, or entered by a person."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tillroll.conversion.expenses import base_currency, load_rates
from tillroll.conversion.rates import cross_rate, newest_publication
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_durable.platform.services import Platform


@dataclass(frozen=True)
class BaseRate:
    """What one unit of a currency is worth in the account's base currency; None where no rate is
    known.
    """

    base: str
    rate: Decimal | None


async def rate_now(
    platform: Platform, account_id: str, currency: str, now: datetime
) -> BaseRate | None:
    """The newest published rate, else what a person entered for the day. None without a base
    currency, or where that is the currency itself.

    It is the latest that the European Central Bank has published by then: Article 91 (2) of
    Directive 2006/112/EC.
    """
    base = await base_currency(platform, account_id)
    if base is None or base == currency:
        return None
    day = newest_publication(now)
    rates = await load_rates(platform.database, {day})
    published = cross_rate(rates[day].per_euro, currency, base)
    if published is not None:
        return BaseRate(base, published)
    query = """
      SELECT rate FROM entered_rates
      WHERE account_id = ? AND currency = ? AND base_currency = ? AND withdrawn_at IS NULL
        AND ? BETWEEN first_day AND last_day
      ORDER BY created_at DESC, id DESC LIMIT 1
    """
    values = (account_id, currency, base, now.date().isoformat())
    row = await platform.database.first(statement(query, [*values]))
    if row is None:
        return BaseRate(base, None)
    return BaseRate(base, Decimal(text(row, "rate")))
