"""DBOS, held to the recovery rules: as its quickstart writes workflows, and with care."""

from importlib.metadata import version
from types import MappingProxyType
from typing import Final

from bench.peers.conformance.engine import PeerEngine
from bench.peers.dbos_peer import Dbos

_ONCE: Final = (
    "steps are tried at least once, and never again once they are complete "
    "(https://docs.dbos.dev/python/tutorials/workflow-tutorial)"
)


class _Quick(Dbos):
    module = "bench.peers.conformance.dbos_flows"


class _Careful(_Quick):
    variables = MappingProxyType({"PEER_CARE": "1"})


class DbosEngine(PeerEngine):
    name = "DBOS"
    peer_kind = _Quick
    documented = MappingProxyType({7: _ONCE, 9: _ONCE, 32: _ONCE})

    def version_of(self) -> str:
        return f"dbos {version('dbos')}, Postgres 18"


class CarefulDbos(DbosEngine):
    name = "DBOS, with care"
    peer_kind = _Careful
