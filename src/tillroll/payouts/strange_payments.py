"""Payments at the provider that no payout here asked for. Each night its whole list is read, and
behind a restore at once: what was asked for after the backup is here there alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, LiteralString

from tillroll.payouts.payments import PaymentDenied, PaymentUncertain
from tillroll.payouts.providers import PaymentInList, provider
from tillroll.payouts.settings import PaymentSettings
from tillroll_durable import AccessDenied, Statement, statement
from tillroll_durable.jobs.scans import note_position, position_of
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.invocation import over_all
from tillroll_durable.platform.json import Json, dump
from tillroll_durable.platform.services import Platform

LIST: Final = "payments: list"
"""The cursor of the list: the day whose list is read, and the path of its next page."""
RESTORED: Final = "restored"
"""In place of the day: `tillroll restore` writes it, and the list is read at once."""
_DONE: Final = "~"
# UTC, as the audit of payouts.
_FROM_HOUR: Final = 2
_LIST_WITHIN: Final = timedelta(days=40)
_PAGES_AT_ONCE: Final = 3

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
_NAMES: Final[LiteralString] = "SELECT name FROM strange_payments WHERE account_id = ?"


async def list_payments(platform: Platform) -> None:
    """Read the next pages of the provider's list, and note each payment whose name no database of
    the deployment has. A list that cannot be read is asked for again in the next tick."""
    settings = platform.settings.of(PaymentSettings)
    if not settings.pays or not await _lives_here(platform, settings.payer):
        return
    now = platform.clock.now()
    day, _, path = (await position_of(platform.database, LIST)).partition("|")
    today = to_text(now)[:10]
    is_over = path == _DONE
    if day != RESTORED and (is_over or not path) and (day == today or now.hour < _FROM_HOUR):
        return
    if is_over:
        path = ""
    if not path:
        await _forget(platform, settings.payer, now)
    try:
        await _read_pages(platform, settings.payer, day=day, path=path)
    except (AccessDenied, PaymentDenied, PaymentUncertain) as error:
        log.warning("payment.unlisted", reason=str(error))


async def _read_pages(platform: Platform, account_id: str, day: str, path: str) -> None:
    now = platform.clock.now()
    since = None
    if day != RESTORED:
        day = to_text(now)[:10]
        since = now - _LIST_WITHIN
    following: str | None = path or None
    for _ in range(_PAGES_AT_ONCE):
        page = await provider(platform).page_of_all(since, following)
        following = page.following
        position = f"{day}|{following or _DONE}"
        if following is None and day == RESTORED:
            position = f"{to_text(now)[:10]}|{_DONE}"
        strange = await _strange(platform, page.payments)
        await platform.database.batch(
            [
                *_notes(account_id, strange, to_text(now)),
                note_position(LIST, position, to_text(now)),
            ]
        )
        for each in strange:
            log.error("payment.strange", subject=each.id)
        if following is None:
            return


async def _lives_here(platform: Platform, account_id: str) -> bool:
    query = statement(
        "SELECT 1 AS one FROM accounts WHERE id = ? AND closed_at IS NULL", [account_id]
    )
    return await platform.database.first(query) is not None


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


async def _forget(platform: Platform, account_id: str, now: datetime) -> None:
    """What was asked for here again is strange no more, nor what is too old to be listed."""
    rows = await platform.database.all(statement(_NAMES, [account_id]))
    if not rows:
        return
    names: list[Json] = [*await _names_here(platform, [text(row, "name") for row in rows])]
    values = (dump(names), account_id, to_text(now - _LIST_WITHIN))
    await platform.database.batch([statement(_FORGET, [*values], account=account_id)])
