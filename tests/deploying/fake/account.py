"""What a Cloudflare account has, as far as deploying makes it. A copy of it is an account of its
own.
"""

import itertools
import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Self

import apsw

ACCOUNT_ID = "a" * 32
SUBDOMAIN = "examples"


@dataclass
class Database:
    """A D1 database; `image` is the file of SQLite, empty before the first statement."""

    uuid: str
    name: str
    jurisdiction: str | None
    image: bytes = b""
    imported: set[str] = field(default_factory=set[str])


@dataclass
class Bucket:
    name: str
    jurisdiction: str
    objects: dict[str, bytes] = field(default_factory=dict[str, bytes])


@dataclass
class Namespace:
    id: str
    title: str
    jurisdiction: str | None


@dataclass
class Queue:
    id: str
    name: str
    jurisdiction: str | None
    consumers: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


@dataclass
class Version:
    """What was uploaded: `metadata` is the upload's own, `modules` the sizes of its files,
    `packed_bytes` the size of all of them by gzip.
    """

    id: str
    number: int
    metadata: dict[str, Any]
    modules: dict[str, int]
    packed_bytes: int
    secrets: dict[str, str]


@dataclass
class Deployment:
    """`traffic` is the percentage of each version."""

    id: str
    traffic: dict[str, float]
    message: str | None


@dataclass
class Worker:
    name: str
    tag: str
    versions: list[Version] = field(default_factory=list[Version])
    deployments: list[Deployment] = field(default_factory=list[Deployment])
    crons: list[str] = field(default_factory=list[str])
    on_workers_dev: bool = False
    tags: list[str] = field(default_factory=list[str])

    def version(self, version_id: str) -> Version | None:
        return next((each for each in self.versions if each.id == version_id), None)

    @property
    def traffic(self) -> dict[str, float]:
        return self.deployments[-1].traffic if self.deployments else {}


@dataclass
class Workflow:
    name: str
    id: str
    script: str
    class_name: str
    jurisdiction: str | None


@dataclass
class Account:
    """`on_paid` is whether the account has the plan Workers Paid. `invocations` are those of all
    Workers in the last day, by their status; None: the login may not read figures.
    """

    on_paid: bool = True
    invocations: dict[str, int] | None = None
    databases: list[Database] = field(default_factory=list[Database])
    buckets: list[Bucket] = field(default_factory=list[Bucket])
    namespaces: list[Namespace] = field(default_factory=list[Namespace])
    queues: list[Queue] = field(default_factory=list[Queue])
    workers: dict[str, Worker] = field(default_factory=dict[str, Worker])
    workflows: dict[str, Workflow] = field(default_factory=dict[str, Workflow])
    domains: dict[str, str] = field(default_factory=dict[str, str])
    assets: set[str] = field(default_factory=set[str])
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def copy(self) -> Self:
        return deepcopy(self)

    def new_id(self) -> str:
        """32 hexadecimal digits that nothing else here has."""
        return f"{next(self.numbers):032x}"

    def new_uuid(self) -> str:
        digits = self.new_id()
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def summary(self) -> dict[str, Any]:
        """What there is, without ids, versions and their order: equal where two accounts came to
        the same.
        """
        return {
            "databases": sorted((each.name, each.jurisdiction) for each in self.databases),
            "buckets": sorted((each.name, each.jurisdiction) for each in self.buckets),
            "namespaces": sorted((each.title, each.jurisdiction) for each in self.namespaces),
            "queues": sorted(
                (
                    each.name,
                    each.jurisdiction,
                    tuple(sorted(one["script"] for one in each.consumers)),
                )
                for each in self.queues
            ),
            "workers": {name: _summary_of(worker) for name, worker in sorted(self.workers.items())},
            "workflows": {
                name: (each.script, each.jurisdiction)
                for name, each in sorted(self.workflows.items())
            },
            "domains": dict(sorted(self.domains.items())),
            "rows": {each.name: _rows_of(each) for each in self.databases},
        }


def insert(database: Database, table: str, row: Mapping[str, str | int]) -> None:
    """A row that the Worker would have written; what it refers to need not be there."""
    connection: Any = apsw.Connection(":memory:")
    connection.deserialize("main", database.image)
    places = ", ".join("?" for _ in row)
    connection.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})",
        (*row.values(),),
    )
    database.image = connection.serialize("main")


def _rows_of(database: Database) -> dict[str, int]:
    """How many rows each table has; tables without rows are left out."""
    if not database.image:
        return {}
    connection: Any = apsw.Connection(":memory:")
    connection.deserialize("main", database.image)
    names = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    counts = {name: next(connection.execute(f'SELECT COUNT(*) FROM "{name}"'))[0] for name in names}
    return {name: count for name, count in counts.items() if count}


def _summary_of(worker: Worker) -> dict[str, Any]:
    traffic = worker.traffic
    live = [each for each in worker.versions if each.id in traffic]
    return {
        "crons": worker.crons,
        "onWorkersDev": worker.on_workers_dev,
        "traffic": sorted(traffic.values()),
        "secrets": sorted({name for each in live for name in each.secrets}),
        "variables": sorted(
            json.dumps(binding, sort_keys=True)
            for each in live
            for binding in each.metadata["bindings"]
            if binding["type"] == "plain_text"
        ),
    }
