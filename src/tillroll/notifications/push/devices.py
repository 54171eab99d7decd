"""Browsers that show messages: a person adds one by a click in it, chooses what it shows, and
removes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, LiteralString, get_args

from tillroll.access.people import USERS
from tillroll.mail.addresses import UnusableValue
from tillroll.notifications.push.messages import AUTH_BYTES, PushSettings, Receiver, public_key_of
from tillroll.notifications.service import OF_RUN
from tillroll.notifications.topics import PushKind
from tillroll_durable import Actor
from tillroll_durable.audit import append_if_changed, event_of_account
from tillroll_durable.platform import base64url
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.crypto import UnusableKey
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Statement,
    columns_of,
    of_row,
    place,
    statement,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump, load_texts
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import Gone, Table
from tillroll_durable.platform.web.outgoing import NotPublic, check_configured

KINDS: Final[tuple[PushKind, ...]] = get_args(PushKind)
MOST_DEVICES: Final = 20


class Audited(Action):
    ADDED = "push_device.added", "a person let one of their browsers show messages"
    CHANGED = (
        "push_device.changed",
        "a person chose what one of their browsers shows, or it is reached elsewhere",
    )
    REMOVED = "push_device.removed", "a person removed a browser that showed messages"
    ENDED = "push_device.ended", "a browser's push service knows it no more, so it was removed"


class NoSuchDevice(Refusal):
    thing = "device"


class NotOffered(Refusal):
    """This deployment has no key to sign messages with."""

    kind = Kind("no-push-here", 409, "This deployment sends no messages to browsers")
    explanation = "The operator of this deployment sets PUSH_SIGNING_KEY (docs/messages.md)."


class TooManyDevices(Refusal):
    kind = Kind("too-many-devices", 409, "No more browsers may show messages")
    explanation = f"At most {MOST_DEVICES} browsers show messages: remove one first."


class PushDevice(Model):
    """A browser of the caller's. `kinds` is what it shows: `approval` is what waits for their
    approval, `attention` what needs them, `paid` what was paid, `ready` which expenses are ready.
    `lastError` says why the last message was given up, unless one went out since.
    """

    id: str
    name: str
    kinds: list[PushKind]
    created_at: str
    last_sent_at: str | None
    last_error: str | None


@dataclass(frozen=True)
class Subscription:
    """What a browser gives of its subscription: `endpoint` is its address, the keys are
    base64url.
    """

    endpoint: str
    public_key: str
    auth_secret: str


async def public_key(platform: Platform) -> str | None:
    """What browsers subscribe with, base64url; None where this deployment sends no messages."""
    settings = platform.settings.of(PushSettings)
    if settings.is_offered:
        return base64url.encoded(await public_key_of(platform.signer, settings))
    return None


async def list_devices(platform: Platform, user_id: str) -> list[PushDevice]:
    """The browsers of a person, in the order in which they came."""
    rows = await platform.database.all(
        statement("SELECT * FROM push_devices WHERE user_id = ? ORDER BY id", [user_id])
    )
    return [of_row(PushDevice, row, kinds=load_texts(text(row, "kinds"))) for row in rows]


# A browser has one subscription: the person who is signed in with it now gets its messages, and
# nobody else.
_ADD: Final = """
  INSERT INTO push_devices (
    id, user_id, name, kinds, since, endpoint, public_key, auth_secret, created_at)
  SELECT ?1, u.id, ?4, ?5, ?6, ?7, ?8, ?9, ?6 FROM users u
  WHERE u.id = ?2 AND u.account_id = ?3 AND u.removed_at IS NULL
    AND (SELECT count(*) FROM push_devices WHERE user_id = ?2) < ?10
"""


async def add_device(
    platform: Platform,
    actor: Actor,
    user_id: str,
    name: str,
    kinds: Sequence[PushKind],
    subscription: Subscription,
    host: str,
) -> PushDevice:
    """Let a browser show messages from now on, in place of what it had. `host` is our own."""
    if not platform.settings.of(PushSettings).is_offered:
        raise NotOffered
    await _check(platform, subscription, host)
    id_ = new_id("dev")
    now = to_text(platform.clock.now())
    values = (
        name,
        dump([*kinds]),
        now,
        subscription.endpoint,
        subscription.public_key,
        subscription.auth_secret,
    )
    before = "push_devices WHERE endpoint = ?1"
    batch = [
        *(statement(each, [subscription.endpoint]) for each in _deletes(before)),
        statement(_ADD, [id_, user_id, actor.account_id, *values, MOST_DEVICES]),
        _event(
            actor.account_id,
            Audited.ADDED,
            device_id=id_,
            user_id=user_id,
            actor=actor.name,
            now=now,
        ),
    ]
    try:
        await platform.database.batch(batch)
    except ConstraintFailed as error:
        raise TooManyDevices from error
    return await _find(platform, user_id, id_)


async def _check(platform: Platform, subscription: Subscription, host: str) -> None:
    try:
        check_configured(platform, subscription.endpoint, host)
    except NotPublic as error:
        raise UnusableValue("endpoint", f"The address cannot be taken: {error}.") from error
    try:
        receiver = receiver_of(subscription.public_key, subscription.auth_secret)
        await platform.cipher.agree(receiver.public_key)
    except (ValueError, UnusableKey) as error:
        raise UnusableValue(
            "keys", "Give the keys of the subscription as the browser has them."
        ) from error


def receiver_of(public_key: str, auth_secret: str) -> Receiver:
    """Raises ValueError: these are no keys of a subscription."""
    receiver = Receiver(base64url.decoded(public_key), base64url.decoded(auth_secret))
    if len(receiver.auth_secret) != AUTH_BYTES:
        raise ValueError(f"what is shared with a browser has {AUTH_BYTES} bytes")
    return receiver


async def change_device(
    platform: Platform, actor: Actor, user_id: str, device_id: str, kinds: Sequence[PushKind]
) -> PushDevice:
    """Choose what a browser shows from now on."""
    values = {"kinds": dump([*kinds]), "since": to_text(platform.clock.now())}
    return await _changed(platform, actor, user_id=user_id, device_id=device_id, values=values)


async def move_device(
    platform: Platform,
    actor: Actor,
    user_id: str,
    device_id: str,
    subscription: Subscription,
    host: str,
) -> PushDevice:
    """Send a browser's messages to what its push service gave it anew. `host` is our own."""
    await _check(platform, subscription, host)
    values = {
        "endpoint": subscription.endpoint,
        "public_key": subscription.public_key,
        "auth_secret": subscription.auth_secret,
    }
    return await _changed(platform, actor, user_id=user_id, device_id=device_id, values=values)


async def _changed(
    platform: Platform, actor: Actor, user_id: str, device_id: str, values: Mapping[str, str]
) -> PushDevice:
    """Give a device other `values`, by their columns. Raises NoSuchDevice."""
    sets = ", ".join(
        f"{column} = {place(number)}" for number, column in enumerate(columns_of(values), start=3)
    )
    change = statement(
        f"UPDATE push_devices SET {sets} WHERE id = ?1 AND user_id = ?2",
        [device_id, user_id, *values.values()],
    )
    now = to_text(platform.clock.now())
    event = _event(
        actor.account_id,
        Audited.CHANGED,
        device_id=device_id,
        user_id=user_id,
        actor=actor.name,
        now=now,
    )
    try:
        await platform.database.batch([change, event])
    except ConstraintFailed as error:
        raise NoSuchDevice from error
    return await _find(platform, user_id, device_id)


async def remove_device(platform: Platform, actor: Actor, user_id: str, device_id: str) -> None:
    """Let a browser show nothing any more."""
    now = to_text(platform.clock.now())
    event = _event(
        actor.account_id,
        Audited.REMOVED,
        device_id=device_id,
        user_id=user_id,
        actor=actor.name,
        now=now,
    )
    deletes = [
        statement(each, [device_id, user_id])
        for each in _deletes("push_devices WHERE id = ?1 AND user_id = ?2")
    ]
    try:
        await platform.database.batch([*deletes, event])
    except ConstraintFailed as error:
        raise NoSuchDevice from error


def end_device(account_id: str, user_id: str, device_id: str, now: str) -> list[Statement]:
    """Forget a browser that its push service knows no more. The batch fails where it was forgotten
    before.
    """
    deletes = [statement(each, [device_id]) for each in _deletes("push_devices WHERE id = ?1")]
    return [
        *deletes,
        _event(
            account_id,
            Audited.ENDED,
            device_id=device_id,
            user_id=user_id,
            actor="system:notices",
            now=now,
        ),
    ]


def end_devices(account_id: str, user_id: str) -> list[Statement]:
    """Forget the browsers of a person, for the batch that signs them out of all."""
    those = "push_devices WHERE user_id = (SELECT id FROM users WHERE id = ?1 AND account_id = ?2)"
    return [statement(each, [user_id, account_id]) for each in _deletes(those)]


def _deletes(which: LiteralString) -> tuple[LiteralString, LiteralString]:
    """`which`: a table and a condition, constants of ours."""
    return (
        f"DELETE FROM push_messages WHERE device_id IN (SELECT id FROM {which})",
        f"DELETE FROM {which}",
    )


def _event(
    account_id: str, action: Audited, device_id: str, user_id: str, actor: str, now: str
) -> Statement:
    detail: JsonObject = {"user": user_id, "device": device_id}
    return append_if_changed(
        event_of_account(account_id, action, new_id("pdv"), actor=actor, at=now, detail=detail)
    )


async def _find(platform: Platform, user_id: str, device_id: str) -> PushDevice:
    devices = [each for each in await list_devices(platform, user_id) if each.id == device_id]
    if not devices:
        raise NoSuchDevice
    return devices[0]


_THEIRS: Final = "device_id IN (SELECT id FROM push_devices WHERE user_id"
TABLES: Final = (
    Table(
        "push_messages",
        Gone(f"{_THEIRS} IN ({USERS}))"),
        subject=Gone(f"notification_id IN (SELECT id FROM notifications WHERE {OF_RUN})"),
        person=Gone(f"{_THEIRS} = ?2)"),
    ),
    Table(
        "push_devices",
        Gone(f"user_id IN ({USERS})"),
        person=Gone("user_id = ?2"),
        without=frozenset({"endpoint", "public_key", "auth_secret"}),
    ),
)
