"""Senders that sign more than the body, by their own descriptions; and schemes that could never
verify an event.
"""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.support.host_api import api_client
from tests.support.host_platform import assemble, migrated_database
from tests.support.inbound import INBOUND, post
from tillroll.inbound.models import Scheme, signs_the_id
from tillroll.inbound.verification import NotVerified, Reason, verify
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.host.platform import HostPlatform

_SCHEME: TypeAdapter[Scheme] = TypeAdapter(Scheme)
_URL = "https://tillroll.example/api/inbound/src_1"
_STAMP = 1_531_420_618
_NOW = datetime.fromtimestamp(_STAMP, UTC)

# docs.slack.dev, "Verifying requests from Slack": the secret, the request and its signature are
# published.
_SLACK_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
_SLACK_BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
_SLACK_SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
SLACK = {
    "name": "hmac",
    "signatureHeader": "X-Slack-Signature",
    "prefix": "v0=",
    "content": "v0:{timestamp}:{body}",
    "timestampHeader": "X-Slack-Request-Timestamp",
    "idPointer": "/event_id",
    "handshake": "slack",
}
# developers.zoom.us, "Using webhooks", "Verify with Zoom's header" and "Validate your webhook
# endpoint".
ZOOM = {
    "name": "hmac",
    "signatureHeader": "x-zm-signature",
    "prefix": "v0=",
    "content": "v0:{timestamp}:{body}",
    "timestampHeader": "x-zm-request-timestamp",
    "handshake": "zoom",
}
# developer.paddle.com, "Signature verification": Paddle-Signature: ts=1671552777;h1=eb4d0d…
PADDLE = {
    "name": "hmac",
    "signatureHeader": "Paddle-Signature",
    "signatureKey": "h1",
    "timestampKey": "ts",
    "content": "{timestamp}:{body}",
    "idPointer": "/event_id",
}
# paystack.com/docs, "Webhooks", "Signature validation": HMAC SHA512 of the body.
PAYSTACK = {"name": "hmac", "signatureHeader": "x-paystack-signature", "algorithm": "sha512"}
# developer.squareup.com, "Verify and validate an event notification": the notification's URL, then
# the body.
SQUARE = {
    "name": "hmac",
    "signatureHeader": "x-square-hmacsha256-signature",
    "encoding": "base64",
    "content": "{url}{body}",
    "idPointer": "/event_id",
}
_BODY = b'{"event_id":"evt_1","type":"go"}'
_SECRET = "a secret of sixteen"


def _digest(content: bytes, algorithm: str = "sha256", secret: str = _SECRET) -> bytes:
    return hmac.new(secret.encode(), content, getattr(hashlib, algorithm)).digest()


def _check(
    scheme: dict[str, Any], headers: dict[str, str], body: bytes = _BODY, secret: str = _SECRET
) -> str:
    read = _SCHEME.validate_python(scheme)
    return verify(read, [secret], headers.get, body, _NOW, url=_URL).event_id


def _headers(sender: str, body: bytes = _BODY, stamp: int = _STAMP) -> dict[str, str]:
    """As each sender's page says that it signs."""
    timed = f"v0:{stamp}:".encode() + body
    match sender:
        case "slack":
            return {
                "x-slack-signature": f"v0={_digest(timed).hex()}",
                "x-slack-request-timestamp": str(stamp),
            }
        case "zoom":
            return {
                "x-zm-signature": f"v0={_digest(timed).hex()}",
                "x-zm-request-timestamp": str(stamp),
            }
        case "paddle":
            content = f"{stamp}:".encode() + body
            return {"paddle-signature": f"ts={stamp};h1={_digest(content).hex()}"}
        case "paystack":
            return {"x-paystack-signature": _digest(body, "sha512").hex()}
        case _:
            signature = base64.b64encode(_digest(_URL.encode() + body)).decode()
            return {"x-square-hmacsha256-signature": signature}


SENDERS = {"slack": SLACK, "zoom": ZOOM, "paddle": PADDLE, "paystack": PAYSTACK, "square": SQUARE}


def test_the_published_request_of_slack_holds() -> None:
    headers = {"x-slack-signature": _SLACK_SIGNATURE, "x-slack-request-timestamp": str(_STAMP)}
    assert _check(SLACK, headers, _SLACK_BODY, _SLACK_SECRET).startswith("sha256:")


@pytest.mark.parametrize("sender", SENDERS)
def test_what_a_sender_signs_holds_and_nothing_that_was_changed(sender: str) -> None:
    scheme = SENDERS[sender]
    headers = _headers(sender)
    assert _check(scheme, headers) in {"evt_1", f"sha256:{hashlib.sha256(_BODY).hexdigest()}"}
    for changed in (_BODY + b" ", _BODY.replace(b"evt_1", b"evt_2"), b""):
        with pytest.raises(NotVerified):
            _check(scheme, headers, changed)
    with pytest.raises(NotVerified):
        _check(scheme, headers, secret="another secret of it")
    for name in headers:
        with pytest.raises(NotVerified):
            _check(scheme, {each: value for each, value in headers.items() if each != name})
        with pytest.raises(NotVerified):
            _check(scheme, {**headers, name: headers[name][:-1]})


@pytest.mark.parametrize("sender", ["slack", "zoom", "paddle"])
@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_signature_of_another_time_is_refused(sender: str, seconds: int) -> None:
    with pytest.raises(NotVerified) as refused:
        _check(SENDERS[sender], _headers(sender, stamp=_STAMP + seconds))
    assert refused.value.reason is Reason.OUT_OF_TIME


def test_a_url_that_was_another_is_refused() -> None:
    scheme = _SCHEME.validate_python(SQUARE)
    with pytest.raises(NotVerified):
        verify(scheme, [_SECRET], _headers("square").get, _BODY, _NOW, url="https://other.example/")


def test_an_id_in_a_header_is_signed_where_it_is_in_what_is_signed() -> None:
    scheme = {
        "name": "hmac",
        "signatureHeader": "X-Sig",
        "idHeader": "X-Id",
        "content": "{id}.{body}",
    }
    signature = _digest(b"7." + _BODY).hex()
    assert _check(scheme, {"x-sig": signature, "x-id": "7"}) == "7"
    assert signs_the_id(_SCHEME.validate_python(scheme))
    with pytest.raises(NotVerified):
        _check(scheme, {"x-sig": signature, "x-id": "8"})


_PLAIN = {"name": "hmac", "signatureHeader": "X-Signature"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"content": "no body"}, "{body}"),
        ({"content": "{body}{body}"}, "{body}"),
        ({"content": "{body}{nonce}"}, "{nonce}"),
        ({"content": "{timestamp}.{body}"}, "timestampHeader"),
        ({"timestampHeader": "X-Time"}, "{timestamp}"),
        ({"content": "{id}.{body}"}, "idHeader"),
        ({"content": "{id}.{body}", "idPointer": "/id"}, "idHeader"),
        ({"idHeader": "X-Id", "idPointer": "/id"}, "idHeader"),
        ({"idHeader": "X-Signature"}, "twice"),
        ({"content": "{timestamp}{body}", "timestampHeader": "x-signature"}, "twice"),
        ({"content": "{timestamp}{body}", "timestampHeader": "X-T", "timestampKey": "t"}, "one of"),
        ({"content": "{timestamp}{body}", "timestampKey": "t"}, "signatureKey"),
        ({"content": "{timestamp}{body}", "timestampKey": "t", "signatureKey": "t"}, "twice"),
        ({"signatureKey": "a=b"}, "signatureKey"),
        ({"signatureHeader": "Host"}, "no sender"),
        ({"signatureHeader": "Content-Length"}, "no sender"),
        ({"algorithm": "md5"}, "algorithm"),
    ],
)
def test_a_scheme_that_can_never_verify_is_refused(change: dict[str, str], says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        _SCHEME.validate_python({**_PLAIN, **change})
    assert says in str(refused.value)


@pytest.fixture
async def host() -> HostPlatform:
    return assemble(await migrated_database(), {})


async def _set_up(host: HostPlatform, scheme: dict[str, Any]) -> str:
    body: JsonObject = {
        "name": "Sender",
        "scheme": scheme,
        "secret": _SECRET,
        "mapping": {"rules": [{"when": {}, "ignore": True}]},
    }
    async with api_client(host.platform, registry=INBOUND.registry, consumers={}) as client:
        return (
            (await client.post("/api/inbound-sources", json=body)).raise_for_status().json()["path"]
        )


async def test_slack_and_zoom_hear_back_what_they_ask_when_they_are_set_up(
    host: HostPlatform,
) -> None:
    stamp = int(host.platform.clock.now().timestamp())
    path = await _set_up(host, SLACK)
    asked = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB"}).encode()
    answer = await post(host.platform, path, asked, _headers("slack", asked, stamp))
    assert (answer.status, answer.body) == (200, {"challenge": "3eZbrw1aB"})
    path = await _set_up(host, ZOOM)
    asked = json.dumps(
        {"event": "endpoint.url_validation", "payload": {"plainToken": "q9ibPhGe"}}
    ).encode()
    answer = await post(host.platform, path, asked, _headers("zoom", asked, stamp))
    expected = {"plainToken": "q9ibPhGe", "encryptedToken": _digest(b"q9ibPhGe").hex()}
    assert (answer.status, answer.body) == (200, expected)
    forged = await post(
        host.platform, path, asked, {**_headers("zoom", asked, stamp), "x-zm-signature": "v0=00"}
    )
    assert forged.status == 401
    async with api_client(host.platform) as client:
        assert (await client.get("/api/inbound-events")).json()["items"] == []


@pytest.mark.parametrize("size", [1_048_576, 1_048_577])
async def test_an_event_has_a_megabyte(host: HostPlatform, size: int) -> None:
    path = await _set_up(host, PAYSTACK)
    body = b'{"type":"go","text":"%s"}' % (b"x" * (size - 23))
    assert len(body) == size
    answer = await post(
        host.platform, path, body, {"x-paystack-signature": _digest(body, "sha512").hex()}
    )
    assert answer.status == (202 if size == 1_048_576 else 413)
