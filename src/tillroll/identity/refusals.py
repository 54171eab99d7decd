"""Refused sign-ins: counted by hour and network, and told in the audit and to people where they are many."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from tillroll.durable.record.audit import append, event_of_account
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import SIGN_IN_REFUSED
from tillroll.platform.bindings.database import Database, Row, Statement, integer, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import Json
from tillroll.platform.services import Platform

UNKNOWN: Final = "unknown"
_IPV4_BITS: Final = 24
_IPV6_BITS: Final = 48


def network_of(address: str | None) -> str:
    """The network of an address, as CIDR: of IPv4 the first 24 bits, of IPv6 48, which a site has. `unknown` where
    nobody says the address."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return UNKNOWN
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    shown = mapped or parsed
    bits = _IPV4_BITS if isinstance(shown, ipaddress.IPv4Address) else _IPV6_BITS
    return str(ipaddress.ip_network((shown, bits), strict=False))


How: TypeAlias = Literal["code", "passkey", "token"]

NOBODY: Final = ""
"""The account, and the user, of what nobody knows whose it was."""
UNUSUAL: Final = 10
"""So many within an hour, of one person by one way, are told to them and to the owners."""
KEPT: Final = timedelta(days=30)
_MOST_NETWORKS: Final = 50
_MOST_NETWORKS_OF_NOBODY: Final = 500
_SWEPT_AT_ONCE: Final = 1000
_ACTOR: Final = "system:door"

# Ended ones are looked for as well: it is mostly they that are refused.
_WHOSE: Final[dict[How, str]] = {
    "code": "SELECT u.id, u.account_id FROM sign_in_codes c JOIN users u ON u.id = c.user_id WHERE c.hash = ?1",
    "passkey": "SELECT u.id, u.account_id FROM passkeys p JOIN users u ON u.id = p.user_id WHERE p.credential_id = ?1",
    "token": "SELECT u.id, u.account_id FROM tokens t JOIN users u ON u.id = t.user_id WHERE t.hash = ?1",
}
_COUNT: Final = """
  INSERT INTO sign_in_refusals (account_id, hour, user_id, how, network, refused, first_at, last_at)
  SELECT ?1, ?2, ?3, ?4, CASE
      WHEN EXISTS (
        SELECT 1 FROM sign_in_refusals
        WHERE account_id = ?1 AND hour = ?2 AND user_id = ?3 AND how = ?4 AND network = ?5
      ) OR (SELECT count(*) FROM sign_in_refusals WHERE account_id = ?1 AND hour = ?2) < ?7 THEN ?5
      ELSE 'others'
    END, 1, ?6, ?6
  WHERE TRUE
  ON CONFLICT (account_id, hour, user_id, how, network) DO UPDATE SET refused = refused + 1, last_at = excluded.last_at
"""
_COUNTED: Final = """
  SELECT SUM(refused) AS refused, count(*) AS networks FROM sign_in_refusals
  WHERE account_id = ? AND hour = ? AND user_id = ? AND how = ?
"""

_LIST: Final = """
  SELECT * FROM sign_in_refusals WHERE account_id = ?1 AND (hour, user_id, how, network) < (?2, ?3, ?4, ?5)
  ORDER BY hour DESC, user_id DESC, how DESC, network DESC LIMIT ?6
"""


@dataclass(frozen=True)
class Refused:
    """What was refused. `key` finds whose it was: the SHA-256 of a code or a token, or the id of a credential."""

    how: How
    key: str


async def note_refused(platform: Platform, refused: Refused, address: str | None) -> None:
    """Count a refused sign-in; nobody is kept waiting by it, and it may be lost with the isolate."""
    await platform.later(_note(platform, refused, address))


async def _note(platform: Platform, refused: Refused, address: str | None) -> None:
    whose = await platform.database.first(statement(_WHOSE[refused.how], refused.key))
    account_id, user_id = (NOBODY, NOBODY) if whose is None else (text(whose, "account_id"), text(whose, "id"))
    now = to_text(platform.clock.now())
    hour = now[: len("2026-03-01T09")]
    most = _MOST_NETWORKS_OF_NOBODY if whose is None else _MOST_NETWORKS
    of_whom = (account_id, hour, user_id, refused.how)
    _, [counted] = await platform.database.batch(
        [statement(_COUNT, *of_whom, network_of(address), now, most), statement(_COUNTED, *of_whom)]
    )
    # Each number is counted to once, since batches take turns.
    if whose is not None and _is_power_of_ten(integer(counted, "refused")):
        await platform.database.batch(_told(whose, refused.how, counted, hour, now))


def _told(whose: Row, how: How, counted: Row, hour: str, now: str) -> list[Statement]:
    account_id, user_id, times = text(whose, "account_id"), text(whose, "id"), integer(counted, "refused")
    detail: dict[str, Json] = {
        "user": user_id,
        "how": how,
        "refused": times,
        "networks": integer(counted, "networks"),
        "hour": hour,
    }
    key = f"sign_in.refused:{user_id}:{how}:{hour}:{times}"
    event = event_of_account(account_id, "sign_in.refused", key, actor=_ACTOR, at=now, detail=detail)
    subject = Subject(user_id, occasion=f"{how}:{hour}")
    unusual: list[Statement] = (
        notify(account_id, SIGN_IN_REFUSED, subject, now, person=user_id) if times == UNUSUAL else []
    )
    return [append(event), *unusual]


def _is_power_of_ten(number: int) -> bool:
    digits = str(number)
    return digits[0] == "1" and not digits[1:].strip("0")


async def sweep_refused(platform: Platform) -> None:
    """Delete what is older than KEPT, some at once."""
    before = to_text(platform.clock.now() - KEPT)
    delete = """
      DELETE FROM sign_in_refusals WHERE (account_id, hour, user_id, how, network) IN (
        SELECT account_id, hour, user_id, how, network FROM sign_in_refusals WHERE hour < ?1 ORDER BY hour LIMIT ?2
      )
    """
    await platform.database.batch([statement(delete, before, _SWEPT_AT_ONCE)])


async def refusals_of(database: Database, account_id: str, behind: Sequence[str], most: int) -> list[Row]:
    """The counted refusals of an account, newest hour first: those behind a place, its hour, user, way and network."""
    return await database.all(statement(_LIST, account_id, *behind, most))
