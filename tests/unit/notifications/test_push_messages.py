"""Messages of Web Push by the examples of its standards, and their sender's token."""

from datetime import UTC, datetime

import pytest

from tests.support.push_service import check_sender
from tillroll.notifications.push.messages import (
    PushSettings,
    Receiver,
    aes128gcm,
    authorization,
    encrypted,
)
from tillroll_durable.platform import base64url
from tillroll_durable.platform.base64url import decoded
from tillroll_durable.platform.bindings.crypto import Agreement, UnusableKey
from tillroll_durable.platform.settings import InvalidSetting, Settings
from tillroll_testing.host.cipher import HostCipher
from tillroll_testing.host.signing import HostSigner, new_push_key, new_signing_key

# RFC 8291, section 5 and appendix A.
_PLAIN = b"When I grow up, I want to be a watermelon"
_BROWSER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
_AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
_SENDER = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
_AGREED = "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"
_SALT = "DGv6ra1nlYgDCS1FRnbzlw"
_MESSAGE = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
    "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
# RFC 8188, section 3.1.
_WALRUS = "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg"


async def test_the_example_of_rfc_8291() -> None:
    receiver = Receiver(decoded(_BROWSER), decoded(_AUTH))
    agreed = Agreement(decoded(_SENDER), decoded(_AGREED))
    message = await encrypted(HostCipher(), receiver, agreed, decoded(_SALT), _PLAIN)
    assert base64url.encoded(message) == _MESSAGE


async def test_the_example_of_rfc_8188() -> None:
    key, salt = decoded("yqdlZ-tYemfogSmv7Ws5PQ"), decoded("I1BsxtFttlv3u_Oo94xnmw")
    assert (
        base64url.encoded(await aes128gcm(HostCipher(), key, salt, b"", b"I am the walrus"))
        == _WALRUS
    )


async def test_a_message_has_one_record() -> None:
    longest = 4096 - 16 - 1
    message = await aes128gcm(HostCipher(), bytes(16), bytes(16), b"", bytes(longest))
    assert len(message) == 21 + 4096
    with pytest.raises(ValueError, match="at most 4079 bytes"):
        await aes128gcm(HostCipher(), bytes(16), bytes(16), b"", bytes(longest + 1))


async def test_the_senders_token_is_for_the_push_service_alone_and_ends() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    settings = _settings(PUSH_SIGNING_KEY=new_push_key(), PUBLIC_URL="https://tillroll.example.com")
    signer = HostSigner()
    header = await authorization(signer, settings, "https://push.example.com:8443/send/1?a=b", now)
    public_key = base64url.encoded(await signer.public_es256(settings.key))
    claims = check_sender({"authorization": header}, public_key, "https://push.example.com:8443")
    assert claims["sub"] == "https://tillroll.example.com"
    assert 0 < claims["exp"] - now.timestamp() <= 24 * 3600


async def test_a_key_that_is_none_is_said() -> None:
    assert not _settings().is_offered
    with pytest.raises(InvalidSetting, match="PUSH_SIGNING_KEY"):
        _settings(PUSH_SIGNING_KEY="not*base64")
    another_kind = _settings(PUSH_SIGNING_KEY=new_signing_key())
    with pytest.raises(InvalidSetting, match="PUSH_SIGNING_KEY"):
        await authorization(
            HostSigner(), another_kind, "https://push.example.com/1", datetime.now(UTC)
        )
    with pytest.raises(UnusableKey):
        await HostCipher().agree(bytes(65))


def _settings(**variables: str) -> PushSettings:
    return Settings(lambda name: variables.get(name, "")).of(PushSettings)
