"""Bare Cloudflare Workflows, held to the recovery rules: by its guide, and with care."""

import json
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bench.peers.conformance.engine import PeerEngine
from bench.peers.worker_peers import Bare
from local import config
from local.places import ROOT

_IDEMPOTENT: Final = (
    "a step might be retried several times, so it should be idempotent, and ask before it charges "
    "(https://developers.cloudflare.com/workflows/build/rules-of-workflows)"
)


class _Quick(Bare):
    main = "bench/peers/conformance/bare_flows.js"
    tables = ""
    care = ""

    def __init__(self, folder: Path, ai_address: str, side: str = "") -> None:
        super().__init__(folder, ai_address, side)
        given = {"PEER_SIDE": side, "PEER_CARE": self.care}
        self._worker.changes = {"vars": {**config.read_deployed().get("vars", {}), **given}}


class _Careful(_Quick):
    care = "1"


class BareEngine(PeerEngine):
    name = "bare Workflows"
    peer_kind = _Quick
    place = "/api"  # other paths are the page's
    documented = MappingProxyType({7: _IDEMPOTENT, 9: _IDEMPOTENT, 32: _IDEMPOTENT})

    def __init__(self, folder: Path, side: str) -> None:
        super().__init__(folder, side)
        self.patience_seconds = 60.0
        self.pace_seconds = 3.0

    def version_of(self) -> str:
        lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
        return f"wrangler {lock['packages']['node_modules/wrangler']['version']}"


class CarefulBare(BareEngine):
    name = "bare Workflows, with care"
    peer_kind = _Careful
