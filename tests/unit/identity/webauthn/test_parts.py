"""Keys, signatures, client data and authenticator data that are not as they must be."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll.identity import cose, webauthn
from tillroll.identity.cose import CeremonyRefused, read_key, signature_of
from tillroll.identity.webauthn import Expected
from tillroll_durable.platform import base64url
from tillroll_durable.platform.bindings.crypto import PublicKey

EXPECTED = Expected(b"0123456789abcdef", "https://till.test", "till.test")
RP_ID_HASH = hashlib.sha256(b"till.test").digest()
P256 = PublicKey("ES256", {"x": bytes(32), "y": bytes(32)})
PRESENT_AND_VERIFIED = 0x05


def client(**changes: object) -> bytes:
    said = {
        "type": "webauthn.get",
        "challenge": base64url.encoded(EXPECTED.challenge),
        "origin": "https://till.test",
        "crossOrigin": False,
    }
    return json.dumps(
        {name: value for name, value in (said | changes).items() if value is not None}
    ).encode()


def test_client_data_may_say_more_or_leave_out_the_frame() -> None:
    webauthn.check_client_data(client(other={"of": ["the", "browser"]}), "webauthn.get", EXPECTED)
    webauthn.check_client_data(client(crossOrigin=None), "webauthn.get", EXPECTED)
    assert webauthn.challenge_of(client()) == EXPECTED.challenge


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (client(type="webauthn.create"), "another kind"),
        (client(type=None), "no type"),
        (client(challenge="AAAA"), "another challenge"),
        (client(challenge="MDEyMzQ1Njc4OWFiY2RlZg=="), "without padding"),
        (client(challenge=7), "no challenge"),
        (client(origin="https://till.test.evil.test"), "another origin"),
        (client(origin="http://till.test"), "another origin"),
        (client(crossOrigin=True), "frame"),
        (client(topOrigin="https://till.test"), "frame"),
        (b"[" * 10_000, "too deeply"),
        (b"\xff", "no JSON"),
        (b"{", "no JSON"),
        (b"[]", "no JSON object"),
    ],
)
def test_client_data_that_are_refused(content: bytes, says: str) -> None:
    with pytest.raises(CeremonyRefused, match=says):
        webauthn.check_client_data(content, "webauthn.get", EXPECTED)


def data(flags: int, *, rp_id_hash: bytes = RP_ID_HASH, count: int = 7, rest: bytes = b"") -> bytes:
    return rp_id_hash + bytes([flags]) + count.to_bytes(4) + rest


def test_authenticator_data_without_a_credential() -> None:
    read = webauthn.read_authenticator_data(data(PRESENT_AND_VERIFIED | 0x18))
    webauthn.check_authenticator_data(read, EXPECTED)
    assert (read.sign_count, read.backup_eligible, read.backed_up, read.credential) == (
        7,
        True,
        True,
        None,
    )
    assert webauthn.read_authenticator_data(data(0x80, rest=b"\xa0")).credential is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (data(PRESENT_AND_VERIFIED)[:-1], "cut off"),
        (data(PRESENT_AND_VERIFIED, rest=b"\0"), "behind"),
        (data(0x80, rest=b"\x01"), "no map"),
        (data(0x40, rest=bytes(10)), "cut off"),
        (data(0x40, rest=bytes(18) + b"\xa0"), "empty"),
        (data(0x40, rest=bytes(16) + b"\xff\xff" + bytes(2000)), "too long|cut off"),
        (data(PRESENT_AND_VERIFIED, rp_id_hash=bytes(32)), "another site"),
        (data(0x04), "saw nobody"),
        (data(0x01), "did not verify"),
        (data(PRESENT_AND_VERIFIED | 0x10), "says it cannot be"),
    ],
)
def test_authenticator_data_that_are_refused(content: bytes, says: str) -> None:
    with pytest.raises(CeremonyRefused, match=says):
        webauthn.check_authenticator_data(webauthn.read_authenticator_data(content), EXPECTED)


def test_who_is_there_need_not_be_verified_where_nobody_asks() -> None:
    lenient = Expected(EXPECTED.challenge, EXPECTED.origin, EXPECTED.rp_id, must_verify=False)
    webauthn.check_authenticator_data(webauthn.read_authenticator_data(data(0x01)), lenient)


EC_HEAD = "a5010203262001"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("80", "no COSE key"),
        ("a0", "not offered"),
        ("a1033901fe", "not offered"),  # -511
        (EC_HEAD + "215820" + "00" * 32 + "22581f" + "00" * 31, "not 32 bytes"),
        ("a5010203262002215820" + "00" * 32 + "225820" + "00" * 32, "type, curve or members"),
        ("a4010203262001215820" + "00" * 32, "type, curve or members"),
        ("a40103033901002044ffffffff2143010001", "2048 to 8192"),
        ("a4010303390100204400ffffff2143010001", "begins with zero"),
        ("a301012006032720"[:14], "cut off|stands twice|type"),
    ],
)
def test_keys_that_are_refused(content: str, says: str) -> None:
    with pytest.raises(CeremonyRefused, match=says):
        read_key(bytes.fromhex(content))


@pytest.mark.parametrize("der", ["3006020101020102", "30080202008002020080"])
def test_signatures_come_to_full_width(der: str) -> None:
    assert len(signature_of(P256, bytes.fromhex(der))) == 64


@pytest.mark.parametrize(
    "der",
    [
        "",
        "30",
        "310602010102010200",
        "300602010102010200",  # something behind
        "3007020101020102ff",
        "30060201ff020102",  # below zero
        "3007020200010201" + "02",  # longer than it has to be
        "30050200020102",
        "3081060201010201" + "02",
        "3082000602010102" + "0102",
        "3006020101020202",  # cut off
        "302602210100" + "00" * 31 + "020102",  # 33 bytes
    ],
)
def test_signatures_that_are_refused(der: str) -> None:
    with pytest.raises(CeremonyRefused):
        signature_of(P256, bytes.fromhex(der))


@given(st.binary(max_size=80))
def test_any_signature_has_full_width_or_is_refused(content: bytes) -> None:
    try:
        assert len(signature_of(P256, content)) == 64
    except CeremonyRefused:
        return


@given(st.binary(max_size=60))
def test_bytes_have_one_text(content: bytes) -> None:
    assert cose.from_base64url(base64url.encoded(content)) == content


@pytest.mark.parametrize("text", ["A", "AA==", "AB", "A+/A", "AA A", "ÄÄ"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(CeremonyRefused):
        cose.from_base64url(text)
