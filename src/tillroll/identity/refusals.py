"""Refused sign-ins: counted by hour and network, and told in the audit and to people where they are
many.
"""

import ipaddress
from datetime import timedelta
from typing import Final

from tillroll.identity import refusal_rows, repository, session_rows
from tillroll.identity.refusal_rows import How
from tillroll.identity.repository import Audited, Person
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import SIGN_IN_REFUSED
from tillroll_durable.audit import append
from tillroll_durable.jobs.job import Job
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json
from tillroll_durable.platform.services import Platform

UNKNOWN: Final = "unknown"
NOBODY: Final = ""
"""The account, and the user, of what nobody knows whose it was."""
UNUSUAL: Final = 10
"""So many refusals of one person within an hour, by one way, send a notice to them and the owners.
"""
KEPT_FOR: Final = timedelta(days=30)
CODES_KEPT: Final = timedelta(days=30)
_CODES_AT_ONCE: Final = 500


def network_of(address: str | None) -> str:
    """The network of an address, as CIDR: the first 24 bits of IPv4, 48 of IPv6, which a site has;
    else `unknown`.
    """
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return UNKNOWN
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
    else:
        mapped = None
    network = mapped or parsed
    bits = 24 if isinstance(network, ipaddress.IPv4Address) else 48
    return str(ipaddress.ip_network((network, bits), strict=False))


async def note_refused(platform: Platform, how: How, key: str, address: str | None) -> None:
    """Count a refused sign-in in the background. `key` is the SHA-256 of a code or a token, or the
    id of a credential.
    """
    await platform.later(_note(platform, how, key=key, address=address))


async def _note(platform: Platform, how: How, key: str, address: str | None) -> None:
    owner = await refusal_rows.owner_of(platform.database, how, key)
    now = to_text(platform.clock.now())
    person, most = (Person(NOBODY, NOBODY), 500) if owner is None else (owner, 50)
    refused, networks = await refusal_rows.count_refusal(
        platform.database, person, how=how, network=network_of(address), now=now, most=most
    )
    # Told at each power of ten. Each number is counted to once, since batches take turns.
    if owner is None or str(refused).rstrip("0") != "1":
        return
    hour = now[: len("2026-03-01T09")]
    event_key = f"sign_in.refused:{owner.user_id}:{how}:{hour}:{refused}"
    counted: dict[str, Json] = {"how": how, "refused": refused, "networks": networks, "hour": hour}
    batch = [
        append(
            owner.event(Audited.SIGN_IN_REFUSED, event_key, actor="system:door", at=now, **counted)
        )
    ]
    if refused == UNUSUAL:
        subject = Subject(owner.user_id, occasion=f"{how}:{hour}")
        batch += notify(
            owner.account_id, SIGN_IN_REFUSED, subject=subject, now=now, person=owner.user_id
        )
    await platform.database.batch(batch)


async def sweep_sign_ins(platform: Platform) -> None:
    """Delete some of the codes that ended longer ago than CODES_KEPT, some sessions that have ended
    unused, and what is counted of refused sign-ins.
    """
    before = to_text(platform.clock.now() - CODES_KEPT)
    deleted = await repository.delete_codes(platform.database, before, _CODES_AT_ONCE)
    platform.turn.has_more(where=deleted == _CODES_AT_ONCE)
    await sweep_sessions(platform)
    await sweep_refused(platform)


async def sweep_sessions(platform: Platform) -> None:
    """Delete sessions that nobody has used for so long that they have ended, some at once."""
    now = platform.clock.now()
    deleted = await session_rows.delete_sessions(platform.database, now, _CODES_AT_ONCE)
    platform.turn.has_more(where=deleted == _CODES_AT_ONCE)


async def sweep_refused(platform: Platform) -> None:
    """Delete what is older than KEPT, some at once."""
    await refusal_rows.delete_refusals(
        platform.database, to_text(platform.clock.now() - KEPT_FOR), 1000
    )


JOBS: Final = (Job("old sign-ins", sweep_sign_ins, share=5, period=timedelta(minutes=10)),)
