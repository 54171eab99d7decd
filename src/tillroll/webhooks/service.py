"""Endpoints of an account: set up, changed, deleted, and their keys."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tillroll.durable import Actor
from tillroll.durable.errors import LostGuard
from tillroll.durable.operations.webhooks import cancel_open, insert_deployments_endpoint, secret_row
from tillroll.durable.record.audit import event_of_account, guarded_batch
from tillroll.durable.settings import RunSettings
from tillroll.platform.bindings.database import Row, Statement, Value, integer, statement
from tillroll.platform.clock import to_text
from tillroll.platform.encryption import encrypt
from tillroll.platform.ids import new_id
from tillroll.platform.json import JsonObject, dump
from tillroll.platform.outgoing import check_configured
from tillroll.platform.services import Platform

MOST_ENDPOINTS: Final = 20
_KEY_BYTES: Final = 32


class NoSuchEndpoint(Exception):
    """The account has no such endpoint (any more)."""


class TooManyEndpoints(Exception):
    """The account has MOST_ENDPOINTS."""


class IsDeployments(Exception):
    """What was asked is a setting of the deployment: WEBHOOK_URL or WEBHOOK_SECRET."""


@dataclass(frozen=True)
class Wanted:
    """An endpoint as somebody sets it up: `topics` are names, or beginnings such as expense.*; all where empty."""

    url: str
    topics: Sequence[str] = ()
    description: str = ""


async def list_endpoints(platform: Platform, account_id: str) -> list[Row]:
    """The account's endpoints, the deployment's first; the oldest first."""
    if platform.settings.of(RunSettings).delivers_webhooks:
        at = to_text(platform.clock.now())
        await platform.database.batch([insert_deployments_endpoint(account_id, at)])
    rows = await platform.database.all(
        statement(
            "SELECT * FROM endpoints WHERE account_id = ? AND deleted_at IS NULL ORDER BY origin DESC, id", account_id
        )
    )
    return [_shown(platform, row) for row in rows if row["origin"] == "account" or _url(platform)]


async def find_endpoint(platform: Platform, account_id: str, endpoint_id: str) -> Row:
    """Raises NoSuchEndpoint."""
    query = "SELECT * FROM endpoints WHERE id = ? AND account_id = ? AND deleted_at IS NULL"
    row = await platform.database.first(statement(query, endpoint_id, account_id))
    if row is None or (row["origin"] == "deployment" and not _url(platform)):
        raise NoSuchEndpoint
    return _shown(platform, row)


def _url(platform: Platform) -> str:
    return platform.settings.of(RunSettings).webhook_url


def _shown(platform: Platform, row: Row) -> Row:
    return {**row, "url": _url(platform)} if row["origin"] == "deployment" else row


async def create_endpoint(platform: Platform, actor: Actor, wanted: Wanted, own_host: str) -> tuple[str, str]:
    """Set an endpoint up; return its id and its key, which is shown this once.

    Raises:
        NotPublic: the address may not be asked.
        NoKey: this deployment keeps no secrets.
        TooManyEndpoints: the account has as many as it may.
    """
    check_configured(platform, wanted.url, own_host)
    endpoint_id, at = new_id("ep"), to_text(platform.clock.now())
    secret, keep = await _new_secret(platform, endpoint_id, at)
    insert = statement(
        """
        INSERT INTO endpoints (id, account_id, origin, url, description, topics, created_at, updated_at)
        SELECT ?1, ?2, 'account', ?3, ?4, ?5, ?6, ?6
        WHERE (SELECT count(*) FROM endpoints WHERE account_id = ?2 AND deleted_at IS NULL) < ?7
        """,
        endpoint_id,
        actor.account_id,
        wanted.url,
        wanted.description,
        dump([*wanted.topics]),
        at,
        MOST_ENDPOINTS,
    )
    try:
        await _write(platform, actor, endpoint_id, "endpoint.created", {}, [insert], [keep])
    except LostGuard as error:
        raise TooManyEndpoints from error
    return endpoint_id, secret


async def change_endpoint(
    platform: Platform, actor: Actor, endpoint_id: str, values: Mapping[str, Value], own_host: str
) -> None:
    """Change `url`, `description`, `topics` (JSON) or `is_enabled` (0 or 1) of an endpoint.

    Raises:
        NoSuchEndpoint, NotPublic: as above.
        IsDeployments: the address is the deployment's.
    """
    row = await find_endpoint(platform, actor.account_id, endpoint_id)
    if "url" in values:
        if row["origin"] == "deployment":
            raise IsDeployments("its address is WEBHOOK_URL, a setting of this deployment")
        check_configured(platform, str(values["url"]), own_host)
    at, enabled = to_text(platform.clock.now()), values.get("is_enabled")
    update = statement(
        """
        UPDATE endpoints SET url = COALESCE(?1, url), description = COALESCE(?2, description),
          topics = COALESCE(?3, topics), updated_at = ?4,
          disabled_at = CASE ?5 WHEN 1 THEN NULL WHEN 0 THEN COALESCE(disabled_at, ?4) ELSE disabled_at END,
          disabled_why = CASE ?5 WHEN 1 THEN NULL WHEN 0 THEN COALESCE(disabled_why, 'owner') ELSE disabled_why END,
          failing_since = CASE ?5 WHEN 1 THEN NULL ELSE failing_since END
        WHERE id = ?6 AND account_id = ?7 AND deleted_at IS NULL
        """,
        values.get("url"),
        values.get("description"),
        values.get("topics"),
        at,
        enabled,
        endpoint_id,
        actor.account_id,
    )
    cancelled = cancel_open(endpoint_id, at) if enabled == 0 else []
    await _written(platform, actor, endpoint_id, "endpoint.changed", {"fields": [*sorted(values)]}, [update], cancelled)


async def delete_endpoint(platform: Platform, actor: Actor, endpoint_id: str) -> None:
    """Delete an endpoint; what was on its way there is cancelled, its keys are forgotten.

    Raises:
        NoSuchEndpoint: as above.
    """
    await find_endpoint(platform, actor.account_id, endpoint_id)
    at = to_text(platform.clock.now())
    update = statement(
        "UPDATE endpoints SET deleted_at = ?1, updated_at = ?1 WHERE id = ?2 AND deleted_at IS NULL", at, endpoint_id
    )
    forget = statement("DELETE FROM endpoint_secrets WHERE endpoint_id = ?", endpoint_id)
    # What was given up waited for somebody to send it again: nobody can any more.
    resolve = statement(
        "UPDATE deliveries SET state = 'cancelled' WHERE endpoint_id = ? AND state = 'given_up'", endpoint_id
    )
    more = [*cancel_open(endpoint_id, at), resolve, forget]
    await _written(platform, actor, endpoint_id, "endpoint.deleted", {}, [update], more)


async def rotate_secret(platform: Platform, actor: Actor, endpoint_id: str, overlap: timedelta) -> tuple[str, str]:
    """Give an endpoint a new key, and let those before it sign too for `overlap`; return the key, which is shown this
    once, and until when the others count.

    Raises:
        NoSuchEndpoint, NoKey: as above.
        IsDeployments: its key is the deployment's.
    """
    row = await find_endpoint(platform, actor.account_id, endpoint_id)
    if row["origin"] == "deployment":
        raise IsDeployments("its key is WEBHOOK_SECRET, a secret of this deployment")
    now = platform.clock.now()
    at, until = to_text(now), to_text(now + overlap)
    secret, keep = await _new_secret(platform, endpoint_id, at)
    touch = statement("UPDATE endpoints SET updated_at = ? WHERE id = ? AND deleted_at IS NULL", at, endpoint_id)
    forget = statement("DELETE FROM endpoint_secrets WHERE endpoint_id = ? AND expires_at <= ?", endpoint_id, at)
    expire = statement(
        """
        UPDATE endpoint_secrets SET expires_at = MIN(COALESCE(expires_at, ?1), ?1) WHERE endpoint_id = ?2
        """,
        until,
        endpoint_id,
    )
    detail: JsonObject = {"until": until}
    await _written(platform, actor, endpoint_id, "endpoint.secret_rotated", detail, [touch], [forget, expire, keep])
    return secret, until


async def count_secrets(platform: Platform, endpoint_id: str) -> int:
    """How many keys sign now."""
    row = await platform.database.first(
        statement(
            "SELECT count(*) AS n FROM endpoint_secrets WHERE endpoint_id = ? AND COALESCE(expires_at, '~') > ?",
            endpoint_id,
            to_text(platform.clock.now()),
        )
    )
    return 0 if row is None else integer(row, "n")


async def _new_secret(platform: Platform, endpoint_id: str, at: str) -> tuple[str, Statement]:
    """A key as Standard Webhooks has it, and the statement that keeps it encrypted."""
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}"
    secret_id = new_id("sec")
    kept = await encrypt(platform, secret, secret_row(secret_id))
    insert = "INSERT INTO endpoint_secrets (id, endpoint_id, kept, created_at) VALUES (?, ?, ?, ?)"
    return secret, statement(insert, secret_id, endpoint_id, kept, at)


async def _written(
    platform: Platform,
    actor: Actor,
    endpoint_id: str,
    action: str,
    detail: JsonObject,
    guard: list[Statement],
    more: list[Statement],
) -> None:
    try:
        await _write(platform, actor, endpoint_id, action, detail, guard, more)
    except LostGuard as error:
        raise NoSuchEndpoint from error


async def _write(
    platform: Platform,
    actor: Actor,
    endpoint_id: str,
    action: str,
    detail: JsonObject,
    guard: list[Statement],
    more: list[Statement],
) -> None:
    at = to_text(platform.clock.now())
    event = event_of_account(
        actor.account_id, action, new_id("epe"), actor=actor.name, at=at, detail={"endpoint": endpoint_id, **detail}
    )
    await guarded_batch(platform.database, guard[0], event, *more)
