"""Filling the table of rates from the configured address, at most once an hour until the day's rates are there."""

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from tillroll.conversion.rate_table import has_rates_since, store_rates
from tillroll.conversion.settings import ConversionSettings
from tillroll.exchange.calendar import newest_publication
from tillroll.exchange.files import read_rates
from tillroll.exchange.rates import InvalidRates, Rate
from tillroll.platform import log
from tillroll.platform.bindings.database import statement
from tillroll.platform.bindings.http import HttpFailed
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

_ATTEMPT_EVERY: Final = timedelta(hours=1)
_TELL_EVERY: Final = timedelta(days=1)
_TIMEOUT_SECONDS: Final = 10
_MAX_BYTES: Final = 1024 * 1024
"""The feed of 90 days has some 90 KB."""


async def fetch_rates(platform: Platform) -> None:
    """Fetch the rates if newer ones should be out, and store them. A failure is logged, once a day at most."""
    url, now = platform.settings.of(ConversionSettings).exchange_rates_url, platform.clock.now()
    if not url or await has_rates_since(platform.database, newest_publication(now)):
        return
    if not await _is_time(platform, "exchange rates: attempt", _ATTEMPT_EVERY):
        return
    try:
        new = store_rates(await _fetched(platform, url), source_of(url), now.date())
    except (HttpFailed, InvalidRates) as error:
        if await _is_time(platform, "exchange rates: told", _TELL_EVERY):
            log.warning("rates.not_fetched", source=source_of(url), error=error)
        return
    await platform.database.batch(new)


async def _fetched(platform: Platform, url: str) -> list[Rate]:
    answer = await platform.http.get(url, _TIMEOUT_SECONDS, _MAX_BYTES)
    if not answer.is_success:
        raise HttpFailed(f"the answer is {answer.status}")
    return read_rates(answer.body)


def source_of(url: str) -> str:
    """What of an address is kept and shown: host and path, without what may be secret."""
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}"


async def _is_time(platform: Platform, name: str, every: timedelta) -> bool:
    """Whether this last happened so long ago; notes in the same statement that it happens now."""
    now = platform.clock.now()
    noted = await platform.database.first(
        statement(
            """
            INSERT INTO reconciler_cursors (name, position, updated_at) VALUES (?1, ?2, ?2)
            ON CONFLICT (name) DO UPDATE SET position = ?2, updated_at = ?2 WHERE position <= ?3
            RETURNING name
            """,
            name,
            to_text(now),
            to_text(now - every),
        )
    )
    return noted is not None
