"""Restate, held to the recovery rules: as its guides write workflows, and with care."""

import json
from importlib.metadata import version
from types import MappingProxyType
from typing import Final

from bench.peers.conformance.engine import PeerEngine
from bench.peers.installed import TOOLS
from bench.peers.restate_peer import Restate

_RETRIED: Final = (
    "what runs in `ctx.run` is retried until its result is in the journal "
    "(https://docs.restate.dev/develop/python/journaling-results)"
)
_BEFORE: Final = (
    "compensations have to be idempotent, and may be noted before their action "
    "(https://docs.restate.dev/guides/sagas)"
)


class _Quick(Restate):
    module = "bench.peers.conformance.restate_flows"


class _Careful(_Quick):
    variables = MappingProxyType({"PEER_CARE": "1"})


class RestateEngine(PeerEngine):
    name = "Restate"
    peer_kind = _Quick
    documented = MappingProxyType({7: _RETRIED, 9: _RETRIED, 26: _BEFORE, 32: _RETRIED})

    def version_of(self) -> str:
        manifest = TOOLS.node_modules / "@restatedev" / "restate-server" / "package.json"
        server = json.loads(manifest.read_text(encoding="utf-8"))["version"]
        return f"restate-server {server}, restate-sdk {version('restate-sdk')}"


class CarefulRestate(RestateEngine):
    name = "Restate, with care"
    peer_kind = _Careful
