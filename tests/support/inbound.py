"""A sender of events, over the native route that takes them."""

import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from typing import Any

from tests.simulation.verbs.journey import JOURNEY
from tests.support.host_api import api_client
from tests.support.host_platform import TOKEN
from tests.support.uploads import MemoryFile, MemoryUpload
from tillroll.api.answers import JsonReply, reply_of
from tillroll.api.native import native_route
from tillroll.inbound.rules import Inbound
from tillroll.workflows.registry import WORKFLOWS
from tillroll_durable import Registry, Trigger
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.workflow import Allowed
from tillroll_testing.host.memory import MemoryObjects

SECRET = "a secret of sixteen"
TRIGGERED = replace(
    JOURNEY,
    trigger=Trigger(),
    allowed=Allowed(decide="review", trigger="trigger"),
)
INBOUND = Inbound(Registry([*WORKFLOWS, TRIGGERED]), {})
SCHEME = {"name": "hmac", "signatureHeader": "X-Signature", "idPointer": "/id"}
START = {
    "when": {"/type": "go"},
    "start": {"kind": "journey", "params": {"way": {"pointer": "/way"}}},
}


@dataclass
class Answer:
    status: int
    body: JsonObject


async def post(
    platform: Platform,
    path: str,
    body: bytes,
    headers: dict[str, str] | None = None,
    *,
    secret: str = SECRET,
) -> Answer:
    """Send a body to an address, signed by `secret` unless there are other headers."""
    signed = (
        {"x-signature": hmac.digest(secret.encode(), body, hashlib.sha256).hex()}
        if headers is None
        else headers
    )
    request = MemoryUpload([MemoryFile(body, MemoryObjects())] if body else [], signed)
    route = native_route("POST", path)
    assert route is not None
    try:
        reply = await route.answer(platform, request, {})
    except Refusal as refused:
        reply = reply_of(refused)
    assert isinstance(reply, JsonReply)
    return Answer(reply.status, reply.body)


def event(event_id: str = "evt_1", **said: Any) -> bytes:
    return json.dumps({"id": event_id, "type": "go", "way": "leg", **said}).encode()


async def ask(
    platform: Platform,
    method: str,
    path: str,
    body: Any = None,
    *,
    token: str = TOKEN,
    inbound: Inbound = INBOUND,
) -> Any:
    """The JSON that the API answers.

    Raises:
        AssertionError: it refuses.
    """
    async with api_client(
        platform, token, registry=inbound.registry, consumers=inbound.consumers
    ) as client:
        answer = await client.request(method, path, json=body)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


async def source(
    platform: Platform,
    *rules: JsonObject,
    inbound: Inbound = INBOUND,
    token: str = TOKEN,
    **more: Any,
) -> Any:
    """A source of these rules, as the API shows it."""
    body = {
        "name": "Acme",
        "scheme": SCHEME,
        "secret": SECRET,
        "mapping": {"rules": [*(rules or [START])]},
        **more,
    }
    return await ask(platform, "POST", "/api/inbound-sources", body, token=token, inbound=inbound)
