"""Accepting an event: verified, stored, answered. What it means is worked off afterwards."""

from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter

from tillroll.inbound.models import Scheme
from tillroll.inbound.repository import count_conflict, store, stored_as
from tillroll.inbound.verification import Headers, NotVerified, verify
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, optional_text, statement, text
from tillroll.platform.bindings.engine import QueueUnavailable
from tillroll.platform.clock import to_text
from tillroll.platform.encryption import KeptSecrets, decrypt
from tillroll.platform.ids import new_id
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform

NUDGE: Final = "inboundEventId"
_SCHEME: Final[TypeAdapter[Scheme]] = TypeAdapter(Scheme)
_FOUND: Final = """
  SELECT s.id, s.account_id, s.scheme, k.id AS secret_id, k.secret
  FROM inbound_sources s JOIN inbound_secrets k ON k.source_id = s.id
  WHERE s.id = ?1 AND s.ended_at IS NULL AND s.stopped_at IS NULL AND (k.ends_at IS NULL OR k.ends_at > ?2)
"""


class OtherBody(Exception):
    """The source has sent another body under this id: the first one stands, and this one was not stored."""


class Ended(Exception):
    """The source was ended or stopped while the event came; it was not stored."""


@dataclass(frozen=True)
class Source:
    """A source that takes events; `secrets` are those that hold now."""

    id: str
    account_id: str
    scheme: Scheme
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class Accepted:
    """`id` is ours of the event, the same however often it comes."""

    id: str
    is_new: bool


async def find_source(platform: Platform, source_id: str) -> Source | None:
    """The source at an address; None where there is none, or none any more, or it was stopped.

    Raises:
        NoKey, NotDecrypted: see there.
    """
    now = to_text(platform.clock.now())
    rows = await platform.database.all(statement(_FOUND, source_id, now))
    if not rows:
        return None
    secrets = [await decrypt(platform, text(row, "secret"), bound_to(text(row, "secret_id"))) for row in rows]
    return Source(source_id, text(rows[0], "account_id"), scheme_of(rows[0]), tuple(secrets))


async def accept(platform: Platform, source: Source, header: Headers, body: bytes) -> Accepted:
    """Store an event that holds, once by the sender's id; when this returns, it is not lost any more. Where the
    signature does not cover the id, the same body within the window is the same event, whatever its id.

    Raises:
        NotVerified: it does not hold; a count is all that is kept of it.
        OtherBody, Ended: see there.
    """
    now = platform.clock.now()
    try:
        verified = verify(source.scheme, source.secrets, header, body, now)
    except NotVerified as error:
        await platform.database.all(
            statement(
                "UPDATE inbound_sources SET refused = refused + 1, refused_at = ?2, refused_why = ?3 WHERE id = ?1",
                source.id,
                to_text(now),
                error.refusal.value,
            )
        )
        raise
    row_id = new_id("ine")
    _, found = await platform.database.batch(
        [
            store(row_id, source.id, source.account_id, verified, body, now),
            stored_as(source.id, verified, now),
        ]
    )
    if not found:
        raise Ended(source.id)
    there = found[0]
    accepted = Accepted(text(there, "id"), is_new=there["id"] == row_id)
    if there["digest"] != verified.digest:
        await platform.database.batch([count_conflict(accepted.id, now)])
        raise OtherBody(accepted.id)
    if accepted.is_new:
        await nudge(platform, accepted.id)
    return accepted


async def nudge(platform: Platform, row_id: str) -> None:
    """Have an event worked off soon; where the queue does not take the message, the sweep does it."""
    message: JsonObject = {NUDGE: row_id}
    try:
        await platform.queue.send(message)
    except QueueUnavailable as error:
        log.warning("inbound.not_nudged", subject=row_id, error=error)


def scheme_of(row: Row) -> Scheme:
    return _SCHEME.validate_json(optional_text(row, "scheme") or "")


def bound_to(secret_id: str) -> str:
    """What the ciphertext of a source's secret is bound to."""
    return f"inbound_secrets/{secret_id}"


SECRETS: Final = (KeptSecrets("inbound_secrets", "secret", bound_to),)
