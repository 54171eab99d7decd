"""Routes of browsers that show messages: the caller adds one, chooses what it shows, and removes
it.
"""

from typing import Annotated

from fastapi import Request
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.problems import Problem
from tillroll.api.routing import Router
from tillroll.notifications.push import devices
from tillroll.notifications.push.devices import PushDevice, Subscription
from tillroll.notifications.topics import PushKind
from tillroll_durable.platform.models import ChangeBody, Model, RequestBody
from tillroll_durable.platform.refusals import INVALID_REQUEST

router = Router(tags=["notices"])

Kinds = Annotated[
    list[PushKind], Field(min_length=1, max_length=len(devices.KINDS), description="What it shows")
]


class PushKeys(RequestBody):
    """As `PushSubscription.toJSON()` has them in a browser."""

    p256dh: Annotated[str, Field(alias="p256dh", min_length=80, max_length=100)]
    auth: Annotated[str, Field(min_length=20, max_length=30)]


class PushDeviceRequest(RequestBody):
    """A subscription of the browser's, made with the `publicKey` of the list."""

    endpoint: Annotated[
        str, Field(min_length=1, max_length=2000, description="The push service's address")
    ]
    keys: PushKeys
    name: Annotated[str, Field(min_length=1, max_length=100)]
    kinds: Kinds


class BrowserSubscription(RequestBody):
    """What the browser has in place of its subscription before."""

    endpoint: Annotated[
        str, Field(min_length=1, max_length=2000, description="The push service's address")
    ]
    keys: PushKeys


class PushDeviceChange(ChangeBody):
    """What it shows, or what its push service gave it anew. What is left out stays."""

    kinds: Kinds | None = None
    subscription: BrowserSubscription | None = None


class PushDevices(Model):
    """`publicKey` is what browsers subscribe with, null where this deployment sends them no
    messages.
    """

    items: list[PushDevice]
    public_key: str | None


@router.get("/api/notices/devices", openapi_extra=needs(Permission.OWN))
async def list_devices(platform: PlatformHere, principal: Caller) -> PushDevices:
    """List the caller's browsers that show notices of the app, each with what it shows."""
    found_devices = await devices.list_devices(platform, principal.user_id)
    return PushDevices(items=found_devices, public_key=await devices.public_key(platform))


@router.post("/api/notices/devices", status_code=201, openapi_extra=needs(Permission.PERSONAL))
async def add_device(
    request: Request,
    platform: PlatformHere,
    principal: Caller,
    body: PushDeviceRequest,
) -> PushDevice:
    """Let a browser show messages from now on, until it is removed or the caller is signed out
    everywhere. Added again, it is the same browser, which shows what was chosen last.
    """
    subscription = Subscription(body.endpoint, body.keys.p256dh, body.keys.auth)
    host = request.url.hostname or ""
    return await devices.add_device(
        platform,
        principal.as_actor,
        user_id=principal.user_id,
        name=body.name,
        kinds=_once(body.kinds),
        subscription=subscription,
        host=host,
    )


@router.patch("/api/notices/devices/{device_id}", openapi_extra=needs(Permission.PERSONAL))
async def change_device(
    request: Request,
    platform: PlatformHere,
    principal: Caller,
    device_id: str,
    body: PushDeviceChange,
) -> PushDevice:
    """Choose what a browser shows from now on, or say where it is reached now."""
    by = (platform, principal.as_actor, principal.user_id, device_id)
    if body.kinds is not None and body.subscription is None:
        return await devices.change_device(*by, _once(body.kinds))
    if body.subscription is None or body.kinds is not None:
        raise Problem(INVALID_REQUEST, "Give either `kinds`, or `subscription`.")
    new_subscription = body.subscription
    subscription = Subscription(
        new_subscription.endpoint, new_subscription.keys.p256dh, new_subscription.keys.auth
    )
    return await devices.move_device(*by, subscription, request.url.hostname or "")


@router.delete(
    "/api/notices/devices/{device_id}", status_code=204, openapi_extra=needs(Permission.PERSONAL)
)
async def remove_device(platform: PlatformHere, principal: Caller, device_id: str) -> None:
    """Let a browser show nothing any more."""
    await devices.remove_device(
        platform, principal.as_actor, user_id=principal.user_id, device_id=device_id
    )


def _once(kinds: list[PushKind]) -> list[PushKind]:
    return [kind for kind in devices.KINDS if kind in kinds]
