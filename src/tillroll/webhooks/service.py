"""Endpoints of an account: set up, changed, deleted, and their keys; owners are notified of
disabled ones.
"""

import base64
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import ENDPOINT_DISABLED
from tillroll.webhooks.cron import TELLING
from tillroll.webhooks.models import Endpoint, EndpointDetail
from tillroll_durable import Actor
from tillroll_durable.audit import event_of_account, guarded_batch, values_changed
from tillroll_durable.errors import LostGuard
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    Row,
    Statement,
    Value,
    of_row,
    statement,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import encrypt
from tillroll_durable.platform.faults import one_of
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump, load_texts
from tillroll_durable.platform.refusals import INVALID_VALUES, Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.web.outgoing import NotPublic, check_configured
from tillroll_durable.settings import RunSettings
from tillroll_durable.webhooks import endpoint_rows
from tillroll_durable.webhooks.deliveries import (
    ENDPOINT_SECRETS,
    cancel_open,
    insert_deployments_endpoint,
)


class Audited(Action):
    CREATED = "endpoint.created", "an endpoint was set up"
    CHANGED = (
        "endpoint.changed",
        "an endpoint was changed, enabled or disabled; `fields` names what",
    )
    DELETED = "endpoint.deleted", "an endpoint was deleted"
    SECRET_ROTATED = (
        "endpoint.secret_rotated",
        "an endpoint got a new key; the one before counts until `until`",
    )
    TESTED = "endpoint.tested", "an endpoint was sent a test event"
    REPLAY_BEGUN = (
        "endpoint.replay_begun",
        "past events are sent to an endpoint; `replay` names which",
    )
    REPLAY_STOPPED = (
        "endpoint.replay_stopped",
        "no more past events are sent to an endpoint by the `replay`",
    )


MOST_ENDPOINTS: Final = 20
_KEY_BYTES: Final = 32


class NoSuchEndpoint(Refusal):
    """The account has no such endpoint (any more)."""

    thing = "endpoint"


class TooManyEndpoints(Refusal):
    """The account has MOST_ENDPOINTS."""

    kind = Kind("too-many-endpoints", 409, "The account has as many endpoints as it may")
    explanation = f"An account has at most {MOST_ENDPOINTS} endpoints: delete one first."


class IsDeployments(Refusal):
    """The request is about a setting of the deployment: WEBHOOK_URL or WEBHOOK_SECRET."""

    kind = Kind("deployments-own", 409, "This is a setting of the deployment")
    explanation = "Ask the operator of this deployment: {}."


class UnusableValue(Refusal):
    """An address that may not be asked, or a topic that no event has. `message` stands in `errors`
    for the field.
    """

    kind = INVALID_VALUES

    def __init__(self, field: str, detail: str, message: str) -> None:
        super().__init__(detail)
        self.extra = {"errors": [{"field": field, "message": message}]}


_ENDPOINTS: Final = """
  SELECT e.*, IIF(disabled_at IS NULL, 'enabled', 'disabled') AS status,
    IIF(origin = 'deployment', 1, (
    SELECT count(*) FROM endpoint_secrets s
    WHERE s.endpoint_id = e.id AND COALESCE(s.expires_at, '~') > ?1
  )) AS signing_keys
  FROM endpoints e WHERE account_id = ?2 AND deleted_at IS NULL
"""


async def list_endpoints(platform: Platform, account_id: str) -> list[Endpoint]:
    """The account's endpoints, the deployment's first; the oldest first."""
    at = to_text(platform.clock.now())
    settings = platform.settings.of(RunSettings)
    if settings.delivers_webhooks:
        await platform.database.batch([insert_deployments_endpoint(account_id, at)])
    rows = await platform.database.all(
        statement(f"{_ENDPOINTS} ORDER BY origin DESC, id", [at, account_id])
    )
    visible = [row for row in rows if row["origin"] == "account" or settings.webhook_url]
    return [of_row(Endpoint, row, **_shown_fields(platform, row)) for row in visible]


async def find_endpoint(platform: Platform, account_id: str, endpoint_id: str) -> EndpointDetail:
    query = statement(
        f"{_ENDPOINTS} AND id = ?3", [to_text(platform.clock.now()), account_id, endpoint_id]
    )
    row = await platform.database.first(query)
    if row is None or (
        row["origin"] == "deployment" and not platform.settings.of(RunSettings).webhook_url
    ):
        raise NoSuchEndpoint
    return of_row(EndpointDetail, row, **_shown_fields(platform, row))


def _shown_fields(platform: Platform, row: Row) -> dict[str, object]:
    is_own = row["origin"] == "account"
    if is_own:
        url = text(row, "url")
    else:
        url = platform.settings.of(RunSettings).webhook_url
    return {"url": url, "topics": load_texts(text(row, "topics"))}


def check_topics(topics: Sequence[str], allowed: Collection[str]) -> None:
    """Refuse topics that are neither the name of an event nor the beginning of one, such as
    expense.*.
    """
    names = sorted(allowed)
    for topic in topics:
        if topic.endswith(".*"):
            begins = topic.removesuffix("*")
        else:
            begins = None
        if topic not in names and not (begins and any(each.startswith(begins) for each in names)):
            detail = f"There is no event {topic!r}. GET /api/event-types has those there are."
            raise UnusableValue("topics", detail, one_of(names, topic))


def _check_url(platform: Platform, url: str, own_host: str) -> None:
    try:
        check_configured(platform, url, own_host)
    except NotPublic as error:
        detail = f"The address cannot be taken: {error}."
        raise UnusableValue("url", detail, detail) from error


async def create_endpoint(
    platform: Platform,
    actor: Actor,
    url: str,
    topics: Sequence[str],
    description: str,
    own_host: str,
) -> tuple[str, str]:
    """Set an endpoint up; return its id and its key, which is shown this once. `topics` are names,
    or beginnings such as expense.*; all where empty. Raises NoKey: this deployment keeps no
    secrets.
    """
    _check_url(platform, url, own_host)
    endpoint_id = new_id("ep")
    at = to_text(platform.clock.now())
    secret, keep = await _new_secret(platform, endpoint_id, at)
    values = {"url": url, "description": description, "topics": dump([*topics])}
    insert = endpoint_rows.insert_endpoint(
        endpoint_id, actor.account_id, values, most=MOST_ENDPOINTS, now=at
    )
    await _write(
        platform,
        actor,
        endpoint_id=endpoint_id,
        action=Audited.CREATED,
        detail={},
        statements=[insert, keep],
        refusal=TooManyEndpoints,
    )
    return endpoint_id, secret


async def change_endpoint(
    platform: Platform, actor: Actor, endpoint_id: str, values: Mapping[str, Value], own_host: str
) -> None:
    """Change `url`, `description`, `topics` (JSON) or `is_enabled` (0 or 1) of an endpoint."""
    endpoint = await find_endpoint(platform, actor.account_id, endpoint_id)
    if "url" in values:
        if endpoint.origin == "deployment":
            raise IsDeployments("its address is WEBHOOK_URL, a setting of this deployment")
        _check_url(platform, str(values["url"]), own_host)
    at = to_text(platform.clock.now())
    update = endpoint_rows.change_endpoint(endpoint_id, actor.account_id, values, now=at)
    statements = [update]
    if values.get("is_enabled") == 0:
        statements += cancel_open(endpoint_id, at)
    await _write(
        platform,
        actor,
        endpoint_id=endpoint_id,
        action=Audited.CHANGED,
        detail={"fields": [*sorted(values)], **_shown_changes(endpoint, values)},
        statements=statements,
    )


def _shown_changes(endpoint: EndpointDetail, values: Mapping[str, Value]) -> JsonObject:
    """What becomes of topics and state. An address may hold a secret."""
    before: JsonObject = {}
    after: JsonObject = {}
    if "topics" in values:
        before["topics"] = [*endpoint.topics]
        after["topics"] = [*load_texts(str(values["topics"]))]
    if "is_enabled" in values:
        before["isEnabled"] = endpoint.status == "enabled"
        after["isEnabled"] = values["is_enabled"] == 1
    return values_changed(before, after)


async def delete_endpoint(platform: Platform, actor: Actor, endpoint_id: str) -> None:
    """Delete an endpoint; what was on its way there is cancelled, its keys are forgotten."""
    await find_endpoint(platform, actor.account_id, endpoint_id)
    statements = endpoint_rows.delete_endpoint(endpoint_id, to_text(platform.clock.now()))
    await _write(
        platform,
        actor,
        endpoint_id=endpoint_id,
        action=Audited.DELETED,
        detail={},
        statements=statements,
    )


async def rotate_secret(
    platform: Platform, actor: Actor, endpoint_id: str, overlap: timedelta
) -> tuple[str, str]:
    """Give an endpoint a new key, and let those before it sign too for `overlap`; return the key,
    which is shown this once, and until when the others count. Raises NoKey: this deployment keeps
    no secrets.
    """
    endpoint = await find_endpoint(platform, actor.account_id, endpoint_id)
    if endpoint.origin == "deployment":
        raise IsDeployments("its key is WEBHOOK_SECRET, a secret of this deployment")
    now = platform.clock.now()
    at = to_text(now)
    until = to_text(now + overlap)
    secret, keep = await _new_secret(platform, endpoint_id, at)
    statements = [*endpoint_rows.expire_secrets(endpoint_id, until=until, now=at), keep]
    await _write(
        platform,
        actor,
        endpoint_id=endpoint_id,
        action=Audited.SECRET_ROTATED,
        detail={"until": until},
        statements=statements,
    )
    return secret, until


async def _new_secret(platform: Platform, endpoint_id: str, at: str) -> tuple[str, Statement]:
    """A key as Standard Webhooks has it, and the statement that keeps it encrypted."""
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}"
    secret_id = new_id("sec")
    ciphertext = await encrypt(platform, secret, ENDPOINT_SECRETS.row(secret_id))
    return secret, endpoint_rows.insert_secret(secret_id, endpoint_id, encrypted=ciphertext, now=at)


async def _write(
    platform: Platform,
    actor: Actor,
    endpoint_id: str,
    action: Action,
    detail: JsonObject,
    statements: Sequence[Statement],
    refusal: type[Refusal] = NoSuchEndpoint,
) -> None:
    """Write an endpoint's change and its audit event. Raises `refusal` where the first statement
    changes no row.
    """
    at = to_text(platform.clock.now())
    event = event_of_account(
        actor.account_id,
        action,
        new_id("epe"),
        actor=actor.name,
        at=at,
        detail={"endpoint": endpoint_id, **detail},
    )
    try:
        await guarded_batch(platform.database, statements[0], event, *statements[1:])
    except LostGuard as error:
        raise refusal from error


_BATCH: Final = 50
_DISABLED: Final = f"""
  SELECT e.id, e.account_id, e.url, e.disabled_at, s.failures AS setbacks FROM endpoints e
  {JOIN.format(part=f"'{TELLING}'", subject="e.id")}
  WHERE e.disabled_why IN ('gone', 'failing') AND e.told_at IS NULL AND e.disabled_at IS NOT NULL
    AND e.deleted_at IS NULL AND {IS_DUE}
  ORDER BY {IN_TURN}, e.disabled_at LIMIT ?2
"""


async def tell_of_disabled(platform: Platform) -> None:
    """Notify owners of each endpoint that was disabled for them, once, in one batch with the mark
    that says so.
    """
    now = to_text(platform.clock.now())

    async def tell(row: Row) -> None:
        id_ = text(row, "id")
        disabled_at = text(row, "disabled_at")
        subject = Subject(
            id_, about=urlsplit(text(row, "url")).hostname or "", occasion=disabled_at
        )
        update = endpoint_rows.note_notified(id_, disabled_at, now)
        await platform.database.batch(
            [update, *notify(text(row, "account_id"), ENDPOINT_DISABLED, subject=subject, now=now)]
        )

    rows = await platform.database.all(statement(_DISABLED, [now, _BATCH]))
    await each_row(platform, TELLING, rows=rows, subject="id", do=tell)
