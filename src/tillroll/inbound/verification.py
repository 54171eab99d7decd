"""Verification of events, in constant time over the bytes as they came: do they come from who holds
the secret.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tillroll.api.problems import INVALID_SIGNATURE
from tillroll.inbound.models import (
    Absent,
    GitHub,
    PlainHmac,
    Scheme,
    StandardWebhooks,
    Stripe,
    find,
    signs_the_id,
)
from tillroll_durable.platform.json import DEEPEST, Json, JsonObject, dump, load, nesting
from tillroll_durable.platform.refusals import Kind, Refusal

_PREFIX: Final = "whsec_"
# Standard Webhooks, "Signature scheme": between 24 and 64 bytes.
_LEAST_BYTES = 24
_MOST_BYTES = 64
_LEAST_CHARACTERS = 16
_MOST_CHARACTERS = 256
_NEW_BYTES: Final = 32


class BadSecret(ValueError):
    """The text cannot be a secret of this scheme; the message says what can, and not what was
    given.
    """


def new_secret(scheme: Scheme) -> str:
    """A secret for a sender that takes one. Raises BadSecret."""
    if isinstance(scheme, Stripe):
        raise BadSecret("Stripe makes the secret: give the endpoint's signing secret, whsec_…")
    if isinstance(scheme, StandardWebhooks):
        return _PREFIX + base64.b64encode(secrets.token_bytes(_NEW_BYTES)).decode()
    return secrets.token_urlsafe(_NEW_BYTES)


def check_secret(scheme: Scheme, secret: str) -> str:
    """Raises BadSecret."""
    if isinstance(scheme, StandardWebhooks):
        if not _LEAST_BYTES <= len(_decoded(secret)) <= _MOST_BYTES:
            raise BadSecret(
                f"Give whsec_ and {_LEAST_BYTES} to {_MOST_BYTES} bytes in base64, as the sender "
                "shows it"
            )
    elif not (_LEAST_CHARACTERS <= len(secret) <= _MOST_CHARACTERS and secret.isprintable()):
        raise BadSecret(
            f"Give {_LEAST_CHARACTERS} to {_MOST_CHARACTERS} printable characters, "
            "as the sender has it"
        )
    return secret


def key_of(scheme: Scheme, secret: str) -> bytes:
    """The HMAC's key: of Standard Webhooks the bytes behind whsec_, of all others the text
    itself.
    """
    if isinstance(scheme, StandardWebhooks):
        return _decoded(secret)
    return secret.encode()


def _decoded(secret: str) -> bytes:
    """Empty where it is no base64."""
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""


def parsed(body: bytes) -> Json:
    """The document. Raises ValueError, which quotes nothing of it: no JSON in UTF-8, or none that
    can be handed on.
    """
    if nesting(body) > DEEPEST:
        raise ValueError(f"the body is nested more than {DEEPEST} levels deep")
    try:
        document = load(body.decode())
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeDecodeError as error:
        raise ValueError("the body is no text in UTF-8") from error
    except UnicodeEncodeError as error:
        raise ValueError("some text of the body has half of a surrogate pair") from error
    except ValueError as error:
        raise ValueError("the body is no JSON: let the sender send application/json") from error
    return document


# What Stripe's and the Standard Webhooks libraries allow by default; here it holds for a clock that
# is ahead, too.
WINDOW_SECONDS: Final = 300
_LONGEST_ID: Final = 255
_LONGEST_TYPE: Final = 100

Headers = Callable[[str], str | None]
"""A header's value by its name in small letters."""


class Reason(StrEnum):
    """Why an event is not accepted."""

    SIGNATURE_MISSING = "signature_missing"
    SIGNATURE_MALFORMED = "signature_malformed"
    SIGNATURE_WRONG = "signature_wrong"
    OUT_OF_TIME = "out_of_time"
    ID_MISSING = "id_missing"


class NotVerified(Refusal):
    """The event is not accepted. The message says what was expected, and nothing of the secret or
    of what came.
    """

    kind = Kind("not-signed", 400, "The event is not signed as its source says")
    explanation = "{} Nothing was stored."

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.extra = {"reason": reason.value}


class Forged(NotVerified):
    """The event is signed, and not by who holds the secret, or not now."""

    kind = INVALID_SIGNATURE


@dataclass(frozen=True)
class Verified:
    """An event that holds. `event_id` is `sha256:…` of the body where the sender has none. `digest`
    is the SHA-256 of the body, of Stripe's without `pending_webhooks`, which counts down. Without
    `is_id_signed`, anyone who saw it can send it under others.
    """

    event_id: str
    type: str | None
    digest: str
    is_id_signed: bool = True


def verify(
    scheme: Scheme, secrets: Sequence[str], header: Headers, body: bytes, now: datetime, *, url: str
) -> Verified:
    """Hold an event to its scheme, by any of the secrets that are valid now. `url` is where it was
    posted to. Raises NotVerified.
    """
    match scheme:
        case StandardWebhooks():
            return _standard(scheme, secrets, header=header, body=body, now=now)
        case Stripe():
            return _stripe(scheme, secrets, header=header, body=body, now=now)
        case GitHub():
            signature = _header(header, "x-hub-signature-256")
            _compare(
                secrets,
                scheme,
                content=body,
                signatures=[_behind("sha256=", signature)],
                encoded=_hex,
            )
            return _verified(
                scheme,
                _header_id(header, "x-github-delivery"),
                named=header("x-github-event"),
                body=body,
            )
        case PlainHmac():
            _check_template(scheme, secrets, header=header, body=body, now=now, url=url)
            return _plain(scheme, header, body)


def _check_template(
    scheme: PlainHmac,
    secrets: Sequence[str],
    header: Headers,
    body: bytes,
    *,
    now: datetime,
    url: str,
) -> None:
    """Hold the content that a sender signs, as its scheme puts it together, to the signature."""
    value = _header(header, scheme.signature_header)
    parts = [part.strip().partition("=") for part in re.split("[;,]", value)]
    signatures = [value]
    if scheme.signature_key is not None:
        signatures = [part for key, _, part in parts if key == scheme.signature_key]
    stamps = [part for key, _, part in parts if key == scheme.timestamp_key]
    stamp = "".join(stamps[:1])
    if scheme.timestamp_header is not None:
        stamp = _header(header, scheme.timestamp_header)
    values = {"{body}": body, "{timestamp}": stamp.encode(), "{url}": url.encode()}
    if scheme.id_header is not None:
        values["{id}"] = _header_id(header, scheme.id_header).encode()
    encoded = base64.b64encode
    if scheme.encoding == "hex":
        encoded = _hex
    content = b"".join(values.get(piece, piece.encode()) for piece in _PIECES.split(scheme.content))
    _compare(
        secrets,
        scheme,
        content=content,
        signatures=[_behind(scheme.prefix, each) for each in signatures],
        encoded=encoded,
    )
    if "{timestamp}" in scheme.content:
        _check_time(stamp, now)


_PIECES: Final = re.compile(r"(\{[a-z]+\})")


def handshake_of(scheme: Scheme, secret: str, body: bytes) -> JsonObject | None:
    """What a sender is answered that asks whether the address is ours, by an event that holds. None
    for any other event.
    """
    document = None
    if isinstance(scheme, PlainHmac) and scheme.handshake is not None:
        document = _document(body)
    if not isinstance(document, dict):
        return None
    if document.get("type") == "url_verification":
        return _slack_answer(document)
    if document.get("event") == "endpoint.url_validation":
        return _zoom_answer(document, key_of(scheme, secret))
    return None


def _slack_answer(document: JsonObject) -> JsonObject | None:
    """docs.slack.dev, "url_verification event": the challenge."""
    challenge = document.get("challenge")
    if isinstance(challenge, str):
        return {"challenge": challenge}
    return None


def _zoom_answer(document: JsonObject, key: bytes) -> JsonObject | None:
    """developers.zoom.us, "Using webhooks": the token, and its HMAC by the secret."""
    payload = document.get("payload")
    if not isinstance(payload, dict):
        return None
    token = payload.get("plainToken")
    if not isinstance(token, str):
        return None
    return {"plainToken": token, "encryptedToken": hmac.digest(key, token.encode(), "sha256").hex()}


def _standard(
    scheme: Scheme, secrets: Sequence[str], header: Headers, body: bytes, now: datetime
) -> Verified:
    # Svix, from whose headers the standard's come, still sends its own.
    if header("webhook-signature") is not None:
        prefix = "webhook"
    else:
        prefix = "svix"
    if header(f"{prefix}-signature") is None:
        raise NotVerified(
            Reason.SIGNATURE_MISSING,
            "The headers webhook-id, webhook-timestamp and webhook-signature are expected.",
        )
    event_id = _header_id(header, f"{prefix}-id")
    timestamp = header(f"{prefix}-timestamp") or ""
    stamp = timestamp if timestamp.isascii() else ""
    signatures = [
        each[3:] for each in (header(f"{prefix}-signature") or "").split() if each.startswith("v1,")
    ]
    _compare(
        secrets,
        scheme,
        content=f"{event_id}.{stamp}.".encode() + body,
        signatures=signatures,
        encoded=base64.b64encode,
    )
    _check_time(stamp, now)
    return _verified(scheme, event_id, named=None, body=body)


def _stripe(
    scheme: Scheme, secrets: Sequence[str], header: Headers, body: bytes, now: datetime
) -> Verified:
    parts = [part.strip().partition("=") for part in _header(header, "stripe-signature").split(",")]
    stamp = next((value for name, _, value in parts if name == "t" and value.isascii()), "")
    signatures = [value for name, _, value in parts if name == "v1"]
    _compare(
        secrets, scheme, content=f"{stamp}.".encode() + body, signatures=signatures, encoded=_hex
    )
    _check_time(stamp, now)
    document = _document(body)
    same: Json = document
    if isinstance(document, dict):
        same = {name: value for name, value in document.items() if name != "pending_webhooks"}
    digest = _sha256(body if document is None else dump(same).encode())
    return Verified(_id_in(document, "/id", body), _type_in(document), digest)


def _plain(scheme: PlainHmac, header: Headers, body: bytes) -> Verified:
    if scheme.id_header is not None:
        return _verified(scheme, _header_id(header, scheme.id_header), named=None, body=body)
    document = _document(body)
    pointer = scheme.id_pointer
    if pointer is None:
        own = f"sha256:{_sha256(body)}"
    else:
        own = _id_in(document, pointer, body)
    return _verified(scheme, own, named=None, body=body)


def _verified(scheme: Scheme, event_id: str, named: str | None, body: bytes) -> Verified:
    kind = named[:_LONGEST_TYPE] if named else _type_in(_document(body))
    return Verified(event_id, kind, digest=_sha256(body), is_id_signed=signs_the_id(scheme))


def _compare(
    secrets: Sequence[str],
    scheme: Scheme,
    content: bytes,
    signatures: Sequence[str],
    encoded: Callable[[bytes], bytes],
) -> None:
    """Each secret with each signature, whichever fits: the time that it takes says nothing of
    them.
    """
    if not signatures:
        raise NotVerified(
            Reason.SIGNATURE_MALFORMED,
            "The signature's header has no signature that is known here.",
        )
    algorithm = "sha256"
    if isinstance(scheme, PlainHmac):
        algorithm = scheme.algorithm
    expected = [
        encoded(hmac.digest(key_of(scheme, secret), content, algorithm)) for secret in secrets
    ]
    matches = [
        hmac.compare_digest(each, signature.encode())
        for each in expected
        for signature in signatures[:20]
    ]
    if not sum(matches):
        raise Forged(
            Reason.SIGNATURE_WRONG,
            "The signature does not fit the body and the secret: compare the secret, and sign the "
            "bytes as they are sent.",
        )


def _check_time(stamp: str, now: datetime) -> None:
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12):
        raise NotVerified(
            Reason.SIGNATURE_MALFORMED, "The timestamp must be whole seconds since 1970."
        )
    if abs(now.timestamp() - int(stamp)) > WINDOW_SECONDS:
        raise Forged(
            Reason.OUT_OF_TIME,
            f"The timestamp is more than {WINDOW_SECONDS} seconds from the time here: send the "
            "event again, signed now.",
        )


def _header(header: Headers, name: str) -> str:
    value = header(name)
    if value is None:
        raise NotVerified(Reason.SIGNATURE_MISSING, f"The header {name} is expected.")
    return value


def _header_id(header: Headers, name: str) -> str:
    value = header(name)
    if not value or len(value) > _LONGEST_ID or not (value.isascii() and value.isprintable()):
        raise NotVerified(
            Reason.ID_MISSING,
            f"The header {name} is expected, with 1 to {_LONGEST_ID} printable "
            "characters of ASCII.",
        )
    return value


def _id_in(document: Json, pointer: str, body: bytes) -> str:
    """The id that stands in a body; where there is none, the same body is the same event."""
    try:
        value = find(document, pointer)
    except Absent:
        value = None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    # Some readers of SQLite's text end at a NUL.
    if isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value.isprintable():
        return value
    return f"sha256:{_sha256(body)}"


def _type_in(document: Json) -> str | None:
    kind = document.get("type") if isinstance(document, dict) else None
    if isinstance(kind, str) and kind.isprintable():
        return kind[:_LONGEST_TYPE]
    return None


def _document(body: bytes) -> Json:
    """Parse the body; None where it is no JSON, which the mapping then refuses with a reason."""
    try:
        return parsed(body)
    except ValueError:
        return None


def _behind(prefix: str, value: str) -> str:
    if not value.startswith(prefix):
        raise NotVerified(Reason.SIGNATURE_MALFORMED, f"The signature must begin with {prefix}.")
    return value[len(prefix) :]


def _hex(digest: bytes) -> bytes:
    return digest.hex().encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
