"""The schemes that a source can have, as they are set up."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from tillroll.inbound.mapping.pointers import Pointer
from tillroll.platform.shape import Asked

_HEADER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")


def _header(given: str) -> str:
    if not _HEADER.fullmatch(given):
        raise ValueError("Give a header's name: 1 to 64 letters, digits and hyphens")
    return given.lower()


HeaderName = Annotated[str, AfterValidator(_header)]


class StandardWebhooks(Asked):
    """https://www.standardwebhooks.com: webhook-id, webhook-timestamp, webhook-signature, or the same as svix-…."""

    name: Literal["standard-webhooks"]


class Stripe(Asked):
    """https://docs.stripe.com/webhooks/signature: Stripe-Signature: t=…,v1=…. The event's id stands in its body."""

    name: Literal["stripe"]


class GitHub(Asked):
    """https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries: X-Hub-Signature-256 over the
    body, X-GitHub-Delivery as the event's id, which the signature does not cover."""

    name: Literal["github"]


class PlainHmac(Asked):
    """HMAC-SHA256 of the body in a header, behind `prefix`. The event's id stands in a header, or in the body; where
    neither is named, the body's SHA-256 is its id, so that the same body again is the same event."""

    name: Literal["hmac"]
    signature_header: HeaderName
    encoding: Literal["hex", "base64"] = "hex"
    prefix: Annotated[str, StringConstraints(max_length=20, pattern=r"^[!-~]*$")] = ""
    id_header: HeaderName | None = None
    id_pointer: Pointer | None = None


Scheme = Annotated[StandardWebhooks | Stripe | GitHub | PlainHmac, Field(discriminator="name")]


def signs_the_id(scheme: Scheme) -> bool:
    """Whether the signature covers what tells one event from another."""
    return not isinstance(scheme, GitHub) and not (isinstance(scheme, PlainHmac) and scheme.id_header is not None)
