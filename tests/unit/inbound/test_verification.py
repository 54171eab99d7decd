"""Events are held to their schemes: the published vectors hold, and nothing that was changed
does.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook

from tillroll.inbound.models import GitHub, PlainHmac, Scheme, StandardWebhooks, Stripe
from tillroll.inbound.verification import (
    BadSecret,
    NotVerified,
    Reason,
    Verified,
    check_secret,
    new_secret,
    verify,
)

STANDARD, STRIPE, GITHUB = (
    StandardWebhooks(name="standard-webhooks"),
    Stripe(name="stripe"),
    GitHub(name="github"),
)
# The vector that the libraries of Standard Webhooks, and Svix's before them, are published with.
VECTOR_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
VECTOR_BODY = b'{"test": 2432232314}'
VECTOR_AT = datetime.fromtimestamp(1614265330, UTC)
VECTOR = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
# From GitHub's "Validating webhook deliveries", "Testing the webhook payload validation".
GITHUB_SECRET, GITHUB_BODY = "It's a Secret to Everybody", b"Hello, World!"
GITHUB_SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
GITHUB_ID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"
# The header that Stripe's "Resolve webhook signature verification errors" shows; its secret and
# body are not published.
STRIPE_HEADER = (
    "t=1492774577,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd,"
    "v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39"
)
STRIPE_SECRET = "whsec_c629bf77db5fd477d18b44265a2b13cd45d8d6bea5d8e496061beb8fb47a5f65"
STRIPE_AT = datetime.fromtimestamp(1492774577, UTC)
SECOND = timedelta(seconds=1)


def check(
    scheme: Scheme,
    headers: Mapping[str, str],
    body: bytes,
    secrets: list[str],
    at: datetime = VECTOR_AT,
) -> Verified:
    return verify(scheme, secrets, headers.get, body, at, url="https://tillroll.example/")


def refused(
    scheme: Scheme,
    headers: Mapping[str, str],
    body: bytes,
    secrets: list[str],
    at: datetime = VECTOR_AT,
) -> Reason:
    with pytest.raises(NotVerified) as error:
        check(scheme, headers, body, secrets, at)
    assert not any(secret in error.value.detail for secret in secrets)
    return error.value.reason


def stripe_signature(body: bytes, secret: str = STRIPE_SECRET, stamp: int = 1492774577) -> str:
    """By the steps of Stripe's page, "Verify webhook signatures manually"."""
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def stripe_header(body: bytes, secret: str = STRIPE_SECRET) -> dict[str, str]:
    return {"stripe-signature": f"t=1492774577,v1={stripe_signature(body, secret)},v0=00"}


def test_the_published_vector_of_standard_webhooks_holds() -> None:
    verified = check(STANDARD, VECTOR, VECTOR_BODY, [VECTOR_SECRET])
    assert verified.event_id == VECTOR["webhook-id"]
    assert verified.digest == hashlib.sha256(VECTOR_BODY).hexdigest()


def test_the_headers_under_svixs_names_hold_too() -> None:
    headers = {name.replace("webhook", "svix"): value for name, value in VECTOR.items()}
    assert check(STANDARD, headers, VECTOR_BODY, [VECTOR_SECRET]).event_id == VECTOR["webhook-id"]


def test_what_the_official_library_signs_holds() -> None:
    at = datetime(2026, 3, 1, 9, tzinfo=UTC)
    signature = Webhook(VECTOR_SECRET).sign("msg_1", at, '{"type":"a.b"}')
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }
    assert check(STANDARD, headers, b'{"type":"a.b"}', [VECTOR_SECRET], at).type == "a.b"


def test_one_of_several_signatures_and_secrets_is_enough() -> None:
    other = "whsec_" + base64.b64encode(bytes(32)).decode()
    several = VECTOR | {"webhook-signature": f"v1a,abcd v1,bm9wZQ== {VECTOR['webhook-signature']}"}
    assert check(STANDARD, several, VECTOR_BODY, [other, VECTOR_SECRET])
    assert refused(STANDARD, several, VECTOR_BODY, [other]) is Reason.SIGNATURE_WRONG


@pytest.mark.parametrize(
    ("changed", "body", "why"),
    [
        ({}, b'{"test":2432232314}', Reason.SIGNATURE_WRONG),  # parsed and written again
        ({}, VECTOR_BODY + b"\n", Reason.SIGNATURE_WRONG),
        ({}, b"", Reason.SIGNATURE_WRONG),
        ({"webhook-id": "msg_other"}, VECTOR_BODY, Reason.SIGNATURE_WRONG),
        ({"webhook-timestamp": "1614265331"}, VECTOR_BODY, Reason.SIGNATURE_WRONG),
        ({"webhook-timestamp": "١٦١٤٢٦٥٣٣٠"}, VECTOR_BODY, Reason.SIGNATURE_WRONG),
        ({"webhook-signature": "v1,"}, VECTOR_BODY, Reason.SIGNATURE_WRONG),
        ({"webhook-signature": "v1,ümlaut"}, VECTOR_BODY, Reason.SIGNATURE_WRONG),
        ({"webhook-signature": "v2,abc"}, VECTOR_BODY, Reason.SIGNATURE_MALFORMED),
        ({"webhook-signature": ""}, VECTOR_BODY, Reason.SIGNATURE_MALFORMED),
        ({"webhook-id": ""}, VECTOR_BODY, Reason.ID_MISSING),
        ({"webhook-id": "x" * 256}, VECTOR_BODY, Reason.ID_MISSING),
    ],
)
def test_what_was_changed_does_not_hold(changed: dict[str, str], body: bytes, why: Reason) -> None:
    assert refused(STANDARD, VECTOR | changed, body, [VECTOR_SECRET]) is why


@pytest.mark.parametrize(
    "scheme", [STANDARD, STRIPE, GITHUB, PlainHmac(name="hmac", signature_header="X-Sig")]
)
def test_nothing_holds_without_a_signature(scheme: Scheme) -> None:
    assert refused(scheme, {}, b"{}", [VECTOR_SECRET]) is Reason.SIGNATURE_MISSING


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_event_of_another_time_does_not_hold(seconds: int) -> None:
    assert check(
        STANDARD,
        VECTOR,
        VECTOR_BODY,
        [VECTOR_SECRET],
        VECTOR_AT + (seconds - seconds // 301) * SECOND,
    )
    late = VECTOR_AT + seconds * SECOND
    assert refused(STANDARD, VECTOR, VECTOR_BODY, [VECTOR_SECRET], late) is Reason.OUT_OF_TIME
    body = b'{"id":"evt_1"}'
    assert refused(
        STRIPE, stripe_header(body), body, [STRIPE_SECRET], STRIPE_AT + seconds * SECOND
    ) is (Reason.OUT_OF_TIME)


def test_githubs_documented_example_holds() -> None:
    headers = {
        "x-hub-signature-256": GITHUB_SIGNATURE, "x-github-delivery": GITHUB_ID,
        "x-github-event": "push",
    }  # fmt: skip
    verified = check(GITHUB, headers, GITHUB_BODY, [GITHUB_SECRET])
    assert (verified.event_id, verified.type) == (GITHUB_ID, "push")
    assert refused(GITHUB, headers, b"Hello, World?", [GITHUB_SECRET]) is Reason.SIGNATURE_WRONG
    bare = headers | {"x-hub-signature-256": GITHUB_SIGNATURE.removeprefix("sha256=")}
    assert refused(GITHUB, bare, GITHUB_BODY, [GITHUB_SECRET]) is Reason.SIGNATURE_MALFORMED
    del headers["x-github-delivery"]
    assert refused(GITHUB, headers, GITHUB_BODY, [GITHUB_SECRET]) is Reason.ID_MISSING


def test_stripes_documented_header_is_read_and_its_steps_hold() -> None:
    body = b'{\n  "id": "evt_1",\n  "type": "invoice.paid",\n  "pending_webhooks": 2\n}'
    assert refused(
        STRIPE, {"stripe-signature": STRIPE_HEADER}, body, [STRIPE_SECRET], STRIPE_AT
    ) is (Reason.SIGNATURE_WRONG)
    signed = STRIPE_HEADER.replace("v1=5257a869", f"v1={stripe_signature(body)},v1=5257a869")
    verified = check(STRIPE, {"stripe-signature": signed}, body, [STRIPE_SECRET], STRIPE_AT)
    assert (verified.event_id, verified.type) == ("evt_1", "invoice.paid")
    for header in ("v1=abc", "t=now,v1=abc", "t=1492774577", "", "t=1492774577,v0=abc"):
        assert refused(STRIPE, {"stripe-signature": header}, body, [STRIPE_SECRET], STRIPE_AT) in {
            Reason.SIGNATURE_WRONG,
            Reason.SIGNATURE_MALFORMED,
        }


def test_stripes_event_is_the_same_whoever_else_still_waits_for_it() -> None:
    """`pending_webhooks` counts down from one attempt to the next."""

    def digest(**changed: object) -> str:
        body = json.dumps({"id": "evt_1", "pending_webhooks": 2, "amount": 1, **changed}).encode()
        return check(STRIPE, stripe_header(body), body, [STRIPE_SECRET], STRIPE_AT).digest

    assert digest() == digest(pending_webhooks=1)
    assert digest() != digest(amount=2)


@pytest.mark.parametrize("encoding", ["hex", "base64"])
def test_a_plain_hmac_holds_in_either_encoding(encoding: str) -> None:
    scheme = PlainHmac.model_validate(
        {
            "name": "hmac",
            "signatureHeader": "X-Acme-Signature",
            "encoding": encoding,
            "idPointer": "/event/id",
        }
    )
    body, digest = (
        b'{"event":{"id":7}}',
        hmac.digest(b"a secret of sixteen", b'{"event":{"id":7}}', "sha256"),
    )
    signature = digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()
    assert (
        check(scheme, {"x-acme-signature": signature}, body, ["a secret of sixteen"]).event_id
        == "7"
    )
    assert refused(scheme, {"x-acme-signature": signature[:-1]}, body, ["a secret of sixteen"]) is (
        Reason.SIGNATURE_WRONG
    )


def test_a_body_without_an_id_is_the_same_event_where_it_is_the_same() -> None:
    scheme = PlainHmac(name="hmac", signature_header="x-sig", id_pointer="/id")
    for body in (b"{}", b'{"id":null}', b'{"id":true}', b"\xff\x00", b"[" * 60_000):
        signature = hmac.digest(b"a secret of sixteen", body, "sha256").hex()
        verified = check(scheme, {"x-sig": signature}, body, ["a secret of sixteen"])
        assert verified.event_id == f"sha256:{hashlib.sha256(body).hexdigest()}"


def test_secrets_are_those_of_their_scheme() -> None:
    plain = PlainHmac(name="hmac", signature_header="x-sig")
    for scheme in (STANDARD, GITHUB, plain):
        assert check_secret(scheme, new_secret(scheme))
    with pytest.raises(BadSecret, match="Stripe makes the secret"):
        new_secret(STRIPE)
    for scheme, given in (
        (STANDARD, "whsec_c2hvcnQ="),
        (STANDARD, "whsec_ü"),
        (GITHUB, "short"),
        (STRIPE, "a\nb" * 9),
    ):
        with pytest.raises(BadSecret) as error:
            check_secret(scheme, given)
        assert given not in str(error.value)
