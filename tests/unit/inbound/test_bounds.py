"""The bounds of secrets, ids, stamps and signatures: what stands at a bound holds, and what stands
one beyond it does not.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from tillroll.inbound.models import PlainHmac, Scheme, StandardWebhooks, Stripe
from tillroll.inbound.verification import (
    BadSecret,
    NotVerified,
    Reason,
    Verified,
    check_secret,
    verify,
)

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
BODY = b'{"id": 7}'
KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
TEXT = "a text of the sender"
STANDARD = StandardWebhooks(name="standard-webhooks")
STRIPE = Stripe(name="stripe")
PLAIN = PlainHmac(name="hmac", signature_header="x-sig", id_pointer="/id")


def standard_headers(stamp: str | None, event_id: str = "msg_1") -> dict[str, str]:
    """Signed as https://www.standardwebhooks.com says: id, stamp and body, between dots."""
    content = f"{event_id}.{stamp or ''}.".encode() + BODY
    signature = base64.b64encode(hmac.digest(KEY, content, "sha256")).decode()
    headers = {"webhook-id": event_id, "webhook-signature": f"v1,{signature}"}
    if stamp is not None:
        headers["webhook-timestamp"] = stamp
    return headers


def stripe_signature(body: bytes, stamp: str) -> str:
    return hmac.new(TEXT.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def plain_headers(body: bytes) -> dict[str, str]:
    return {"x-sig": hmac.new(TEXT.encode(), body, hashlib.sha256).hexdigest()}


def check(scheme: Scheme, headers: Mapping[str, str], body: bytes = BODY) -> Verified:
    secret = SECRET if scheme is STANDARD else TEXT
    return verify(scheme, [secret], headers.get, body, NOW, url="https://tillroll.example/")


def refused(scheme: Scheme, headers: Mapping[str, str], body: bytes = BODY) -> Reason:
    with pytest.raises(NotVerified) as error:
        check(scheme, headers, body)
    return error.value.reason


@pytest.mark.parametrize(("count", "is_taken"), [(23, False), (24, True), (64, True), (65, False)])
def test_a_standard_secret_has_24_to_64_bytes(count: int, is_taken: bool) -> None:
    secret = "whsec_" + base64.b64encode(bytes(count)).decode()
    if is_taken:
        assert check_secret(STANDARD, secret) == secret
    else:
        with pytest.raises(BadSecret, match="24 to 64 bytes"):
            check_secret(STANDARD, secret)


def test_a_standard_secret_with_signs_of_another_alphabet_is_refused() -> None:
    with pytest.raises(BadSecret, match="in base64"):
        check_secret(STANDARD, SECRET[:12] + "!" + SECRET[12:])


@pytest.mark.parametrize(
    ("count", "is_taken"), [(15, False), (16, True), (256, True), (257, False)]
)
def test_another_secret_has_16_to_256_characters(count: int, is_taken: bool) -> None:
    if is_taken:
        assert check_secret(PLAIN, "x" * count) == "x" * count
    else:
        with pytest.raises(BadSecret, match="16 to 256"):
            check_secret(PLAIN, "x" * count)


@pytest.mark.parametrize(
    ("stamp", "reason"),
    [
        (None, Reason.SIGNATURE_MALFORMED),
        ("", Reason.SIGNATURE_MALFORMED),
        ("soon", Reason.SIGNATURE_MALFORMED),
        ("-5", Reason.SIGNATURE_MALFORMED),
        ("1" * 13, Reason.SIGNATURE_MALFORMED),
        ("1" * 12, Reason.OUT_OF_TIME),
        ("0", Reason.OUT_OF_TIME),
    ],
)
def test_a_stamp_is_whole_seconds_of_now(stamp: str | None, reason: Reason) -> None:
    assert refused(STANDARD, standard_headers(stamp)) is reason


def test_a_stamp_of_other_digits_counts_as_none() -> None:
    headers = standard_headers("") | {"webhook-timestamp": "١٧٧٢"}
    assert refused(STANDARD, headers) is Reason.SIGNATURE_MALFORMED


def test_stripes_parts_hold_in_any_order() -> None:
    signature = stripe_signature(BODY, STAMP)
    assert check(STRIPE, {"stripe-signature": f"v1={signature},t={STAMP}"})


def test_stripes_documents_that_are_lists_have_digests_of_their_own() -> None:
    digests = set[str]()
    for body in (b"[1]", b"[2]"):
        signature = stripe_signature(body, STAMP)
        digests.add(check(STRIPE, {"stripe-signature": f"t={STAMP},v1={signature}"}, body).digest)
    assert len(digests) == 2


@pytest.mark.parametrize(("before", "holds"), [(19, True), (20, False)])
def test_the_first_twenty_signatures_are_looked_at(before: int, holds: bool) -> None:
    signature = standard_headers(STAMP)["webhook-signature"]
    wrong = f"v1,{base64.b64encode(bytes(32)).decode()} "
    headers = standard_headers(STAMP) | {"webhook-signature": wrong * before + signature}
    if holds:
        assert check(STANDARD, headers)
    else:
        assert refused(STANDARD, headers) is Reason.SIGNATURE_WRONG


def test_an_id_of_a_header_has_up_to_255_characters() -> None:
    assert check(STANDARD, standard_headers(STAMP, "i" * 255)).event_id == "i" * 255
    assert refused(STANDARD, standard_headers(STAMP, "i" * 256)) is Reason.ID_MISSING


@pytest.mark.parametrize(
    ("value", "event_id"),
    [
        ('"i"', "i"),
        ("7", "7"),
        ('"' + "i" * 255 + '"', "i" * 255),
        ('"' + "i" * 256 + '"', None),
        ('""', None),
        ("true", None),
        ('"a\\u0000"', None),
    ],
)
def test_an_id_of_a_body_is_a_short_text_or_a_number(value: str, event_id: str | None) -> None:
    body = f'{{"id": {value}}}'.encode()
    digest = hashlib.sha256(body).hexdigest()
    expected = event_id or f"sha256:{digest}"
    assert check(PLAIN, plain_headers(body), body).event_id == expected
