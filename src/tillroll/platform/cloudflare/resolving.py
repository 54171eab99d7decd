"""DNS over HTTPS: a Worker has no resolver of its own."""

from collections.abc import Sequence
from typing import Final

import js
from pyodide.ffi import JsException

from tillroll.platform.cloudflare.values import options, to_object
from tillroll.platform.outgoing.resolving import ResolvingFailed, addresses_in

_SERVICE: Final = "https://cloudflare-dns.com/dns-query"
_TIMEOUT_MS: Final = 5000


class DnsOverHttps:
    """`Resolver` on Cloudflare's public resolver."""

    async def addresses(self, name: str) -> Sequence[str]:
        return [address for kind in ("A", "AAAA") for address in addresses_in(await _asked(name, kind))]


async def _asked(name: str, kind: str) -> str:
    init = options(headers=to_object({"accept": "application/dns-json"}), signal=js.AbortSignal.timeout(_TIMEOUT_MS))
    try:
        response = await js.fetch(f"{_SERVICE}?name={name}&type={kind}", init)
        return str(await response.text())
    except JsException as error:
        raise ResolvingFailed(f"{error.name}: {error.message}") from error
