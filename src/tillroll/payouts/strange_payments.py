"""Payments at the provider that no payout here asked for. Each night its whole list is read, and
behind a restore at once: what was asked for after the backup is here there alone."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tillroll.payouts.cron import LIST, LIST_CURSOR, LIST_IS_READ
from tillroll.payouts.payments import PaymentDenied, PaymentUncertain
from tillroll.payouts.providers import PaymentInList, provider
from tillroll.payouts.settings import PaymentSettings
from tillroll_durable import AccessDenied, Statement, statement
from tillroll_durable.jobs.scans import forgetting, note_position, position_of, setting_aside
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.invocation import over_all
from tillroll_durable.platform.json import Json, dump
from tillroll_durable.platform.services import Platform

RESTORED: Final = "restored"
"""In place of the day: `tillroll restore` writes it, and the list is read at once."""
_PROVIDER: Final = "provider"
# UTC, as the audit of payouts.
_FROM_HOUR: Final = 2
_LIST_WITHIN: Final = timedelta(days=40)

_NAMES_HERE: Final = """
  SELECT value FROM json_each(?1)
  WHERE EXISTS (SELECT 1 FROM payouts WHERE payment_name = value)
    OR EXISTS (SELECT 1 FROM payouts WHERE run_id = value)
"""
# An account that is erased has no payouts any more, and its payments stay at the provider.
_NOTE: Final = """
  INSERT INTO strange_payments (payment_id, account_id, name, seen_at)
  SELECT line.value ->> 'id', a.id, line.value ->> 'name', ?3
  FROM json_each(?1) line JOIN accounts a ON a.id = ?2 AND a.closed_at IS NULL
  WHERE true ON CONFLICT (payment_id) DO NOTHING
"""
_FORGET: Final = """
  DELETE FROM strange_payments WHERE account_id = ?2
    AND (seen_at < ?3 OR name IN (SELECT value FROM json_each(?1)))
"""
_NAMES: Final = """
  SELECT s.name FROM accounts a LEFT JOIN strange_payments s ON s.account_id = a.id
  WHERE a.id = ? AND a.closed_at IS NULL
"""


async def list_payments(platform: Platform) -> None:
    """Read the next page of the provider's list, and note each payment whose name no database of
    the deployment has. A list that cannot be read is asked for again, ever more seldom."""
    settings = platform.settings.of(PaymentSettings)
    if not settings.pays:
        return
    now = platform.clock.now()
    day, _, path = (await position_of(platform.database, LIST_CURSOR)).partition("|")
    is_over = path == LIST_IS_READ
    if is_over or not path:
        if day != RESTORED and (day == to_text(now)[:10] or now.hour < _FROM_HOUR):
            return
        path = ""
    names = await _names_of(platform, settings.payer)
    if names is None:
        return
    if not path:
        await _forget(platform, settings.payer, names=names)
    try:
        await _read_page(platform, settings.payer, day=day, path=path)
    except (AccessDenied, PaymentDenied, PaymentUncertain) as error:
        log.warning("payment.unlisted", reason=str(error))
        reason = type(error).__name__
        aside = setting_aside(LIST, [_PROVIDER], why=reason, now=to_text(now))
        await platform.database.batch([aside])


async def _read_page(platform: Platform, account_id: str, day: str, path: str) -> None:
    now = platform.clock.now()
    since = None
    today = to_text(now)[:10]
    if day != RESTORED:
        day = today
        since = now - _LIST_WITHIN
    page = await provider(platform).page_of_all(since, path or None)
    if page.following is None:
        position = f"{today}|{LIST_IS_READ}"
    else:
        position = f"{day}|{page.following}"
    strange = await _strange(platform, page.payments)
    await platform.database.batch(
        [
            *_notes(account_id, strange, to_text(now)),
            note_position(LIST_CURSOR, position, to_text(now)),
            forgetting(LIST, _PROVIDER),
        ]
    )
    for each in strange:
        log.error("payment.strange", subject=each.id)


async def _names_of(platform: Platform, account_id: str) -> list[str] | None:
    """The names of an account's strange payments; None where it does not live here."""
    rows = await platform.database.all(statement(_NAMES, [account_id]))
    if not rows:
        return None
    return [text(row, "name") for row in rows if row["name"] is not None]


async def _strange(platform: Platform, payments: Sequence[PaymentInList]) -> list[PaymentInList]:
    """Keep those with a name of ours that no payout has. What has none is somebody's own."""
    with_names = [each for each in payments if each.name]
    existing = await _names_here(platform, [each.name for each in with_names])
    return [each for each in with_names if each.name not in existing]


async def _names_here(platform: Platform, names: Sequence[str]) -> set[str]:
    """The names that some database of the deployment has."""
    if not names:
        return set()
    values: list[Json] = [*names]
    existing: set[str] = set()
    for each in over_all(platform):
        rows = await each.database.all(statement(_NAMES_HERE, [dump(values)]))
        existing |= {text(row, "value") for row in rows}
    return existing


def _notes(account_id: str, strange: Sequence[PaymentInList], now: str) -> Sequence[Statement]:
    if not strange:
        return []
    lines: list[Json] = [{"id": each.id, "name": each.name} for each in strange]
    return [statement(_NOTE, [dump(lines), account_id, now], account=account_id)]


async def _forget(platform: Platform, account_id: str, names: Sequence[str]) -> None:
    """What was asked for here again is strange no more, nor what is too old to be listed."""
    if not names:
        return
    asked_for: list[Json] = [*await _names_here(platform, names)]
    before = to_text(platform.clock.now() - _LIST_WITHIN)
    values = (dump(asked_for), account_id, before)
    await platform.database.batch([statement(_FORGET, [*values], account=account_id)])
