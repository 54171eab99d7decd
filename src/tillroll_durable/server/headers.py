"""Headers of all answers."""

from collections.abc import Mapping
from typing import Final

# What every answer has unless its route says otherwise: what belongs to an account is kept by no
# cache, JSON is taken for nothing else, nothing of it is run or framed, and anyone who came by
# https comes by it again.
SAFE_HEADERS: Final[Mapping[str, str]] = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
}
