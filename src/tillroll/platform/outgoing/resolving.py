"""Names of the public Internet, resolved before they are asked."""

import json
from collections.abc import Sequence
from typing import Final, Protocol

from tillroll.platform.json import JsonObject, load_object

# A and AAAA, as DNS numbers them.
_ADDRESSES: Final = (1, 28)
_NO_ERROR, _NO_SUCH_NAME = 0, 3


class ResolvingFailed(Exception):
    """Nobody knows the name's addresses now; asking later may help."""


class Resolver(Protocol):
    async def addresses(self, name: str) -> Sequence[str]:
        """The IPv4 and IPv6 addresses of a name, also behind aliases; empty where there is none.

        Raises:
            ResolvingFailed: no answer came.
        """
        ...


def addresses_in(answer: str) -> list[str]:
    """The addresses in an answer of DNS over HTTPS in JSON (application/dns-json).

    Raises:
        ResolvingFailed: it is no such answer, or says that the look-up failed.
    """
    try:
        found: JsonObject = load_object(answer)
    except (json.JSONDecodeError, TypeError, ValueError) as error:
        raise ResolvingFailed("the resolver's answer is no JSON") from error
    if found.get("Status") not in {_NO_ERROR, _NO_SUCH_NAME}:
        raise ResolvingFailed(f"the resolver answered with the status {found.get('Status')}")
    records = found.get("Answer", [])
    if not isinstance(records, list):
        raise ResolvingFailed("the resolver's answer has no list of records")
    return [
        str(record["data"])
        for record in records
        if isinstance(record, dict) and record.get("type") in _ADDRESSES and "data" in record
    ]
