"""What answers at the hosts of the fake's Workers.

It is no Worker: Cloudflare's runtime is not here. It answers what a deployment is asked, as far as
the account has what an answer needs: a host, a version in its deployment, tables, and a token that
is in them.
"""

import re
from typing import Any

import apsw
import httpx

from tests.deploying.fake.account import SUBDOMAIN, Account, Version, Worker
from tests.deploying.fake.server import FakeCloudflare
from tillroll.identity.authentication import secret_hash

_OVERRIDE = re.compile(r'[a-z0-9-]+="([^"]+)"')


class Hosts(httpx.BaseTransport):
    """The internet, of which there are the hosts of one account. Versions in `ill` are not well."""

    def __init__(self, cloudflare: FakeCloudflare) -> None:
        self._cloudflare = cloudflare
        self.ill: set[str] = set()
        self.asked: list[str] = []
        self._is_decided = False

    def rows(self, name: str, sql: str) -> list[Any]:
        """The rows of the database that a Worker's newest version is bound to."""
        account = self._cloudflare.account
        return _rows(account, account.workers[name].versions[-1], sql, ())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        account = self._cloudflare.account
        self.asked.append(f"{request.method} {request.url}")
        worker = _worker_at(account, request.url.host)
        if worker is None:
            raise httpx.ConnectError(f"no such host: {request.url.host}", request=request)
        version = _version_for(worker, request)
        path = request.url.path
        if path == "/api/health":
            return _health(account, version, is_ill=version.id in self.ill)
        if not _knows(account, version, request):
            return httpx.Response(401, json={"title": "Unauthorized", "status": 401})
        if path == "/api/receipts":
            return httpx.Response(
                202, json={"runId": "run_1", "receiptId": "rec_1", "status": "processing"}
            )
        if path == "/api/runs/run_1/review":
            self._is_decided = True
            return httpx.Response(200, json={"runId": "run_1", "decision": "approve"})
        if path == "/api/runs/run_1":
            status = "needs_review"
            if self._is_decided:
                status = "complete"
            return httpx.Response(200, json={"id": "run_1", "status": status})
        return httpx.Response(404, json={"title": "Not found", "status": 404})


def _worker_at(account: Account, host: str) -> Worker | None:
    name = account.domains.get(host)
    if name is None:
        name = host.removesuffix(f".{SUBDOMAIN}.workers.dev")
        worker = account.workers.get(name)
        if worker is None or not worker.on_workers_dev:
            return None
        return worker
    return account.workers.get(name)


def _version_for(worker: Worker, request: httpx.Request) -> Version:
    """The version that the request names, if it is in the deployment; else the one with the most
    traffic.
    """
    traffic = worker.traffic
    override = _OVERRIDE.search(request.headers.get("cloudflare-workers-version-overrides", ""))
    version_id = max(traffic, key=lambda each: traffic[each])
    if override and override[1] in traffic:
        version_id = override[1]
    version = worker.version(version_id)
    assert version is not None
    return version


def _health(account: Account, version: Version, *, is_ill: bool) -> httpx.Response:
    is_well = not is_ill and bool(
        _rows(account, version, "SELECT 1 FROM sqlite_master WHERE name = 'accounts'", ())
    )
    if is_well:
        return httpx.Response(200, json={"status": "ok"})
    return httpx.Response(503, json={"status": "failing"})


def _knows(account: Account, version: Version, request: httpx.Request) -> bool:
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    return bool(
        _rows(account, version, "SELECT 1 FROM tokens WHERE hash = ?", (secret_hash(token),))
    )


def _rows(account: Account, version: Version, sql: str, values: tuple[str, ...]) -> list[Any]:
    """Of the first database that the version is bound to."""
    [bound] = [
        each["id"]
        for each in version.metadata["bindings"]
        if each["type"] == "d1" and each["name"] == "DB"
    ]
    [database] = [each for each in account.databases if each.uuid == bound]
    connection: Any = apsw.Connection(":memory:")
    if database.image:
        connection.deserialize("main", database.image)
    return list(connection.execute(sql, values))
