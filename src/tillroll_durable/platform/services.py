"""The platform as one value that is handed around."""

from abc import abstractmethod
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

from tillroll_durable.platform import ids
from tillroll_durable.platform.bindings.crypto import Cipher, Signer, Verifier
from tillroll_durable.platform.bindings.database import ByBatch, Database
from tillroll_durable.platform.bindings.engine import Instances, NotDeployed, Queue
from tillroll_durable.platform.bindings.http import Downloads, Exchange, Http, NoExchange, Resolver
from tillroll_durable.platform.bindings.models import Images, Models
from tillroll_durable.platform.bindings.objects import (
    NO_LIMITS,
    Assets,
    Attempts,
    Limits,
    Objects,
)
from tillroll_durable.platform.bindings.vectors import NoVectors, Vectors
from tillroll_durable.platform.clock import (
    Clock,
    Later,
    Pause,
    SystemZones,
    Zones,
    at_once,
    no_pause,
)
from tillroll_durable.platform.limits import Spending, Turn
from tillroll_durable.platform.settings import Settings
from tillroll_durable.platform.shards import FIRST


class InstancesByKind(Protocol):
    """The engine's side of each kind of run."""

    def get(self, kind: str, /) -> Instances | None:
        """None where this deployment has no workflow of that kind. Raises NotDeployed: it has one,
        whose binding is missing."""
        ...


@dataclass(frozen=True)
class Platform:
    """What may be asked of the runtime. `pause` lets others run; `later` does what the answer need
    not wait for. `spending` counts what this invocation asks, `turn` says how far a job of the cron
    may go, and `bare` is the same platform without counts: see
    `tillroll_durable.platform.invocation.invocation`. Unless it `has_queue`, the cron alone
    delivers; unless it `has_objects`, nothing is sealed or swept. `database` is the one of the
    `databases` whose number is `shard`: see `tillroll_durable.platform.invocation.enter`. A batch
    that writes one of the `tables_of_accounts` says whose rows."""

    database: Database
    objects: Objects
    assets: Assets
    images: Images
    models: Models
    queue: Queue
    deliveries: Queue
    slow_deliveries: Queue
    ticks: Queue
    http: Http
    downloads: Downloads
    attempts: Attempts
    signer: Signer
    verifier: Verifier
    cipher: Cipher
    resolver: Resolver
    clock: Clock
    instances: InstancesByKind
    settings: Settings
    pause: Pause = no_pause
    later: Later = at_once
    limits: Limits = NO_LIMITS
    zones: Zones = field(default_factory=SystemZones)
    spending: Spending = field(default_factory=Spending)
    turn: Turn = field(default_factory=Turn)
    exchange: Exchange = field(default_factory=NoExchange)
    vectors: Vectors = field(default_factory=NoVectors)
    bare: "Platform | None" = None
    databases: Mapping[int, Database] = field(default_factory=dict[int, Database])
    shard: int = FIRST
    tables_of_accounts: frozenset[str] = frozenset()
    has_queue: bool = True
    has_objects: bool = True

    @property
    def shards(self) -> tuple[int, ...]:
        """The numbers of all databases, in order."""
        return tuple(self.databases) or (self.shard,)

    def instances_of(self, kind: str) -> Instances:
        """The engine's side of a kind of run. Raises NotDeployed: this deployment has no workflow
        of that kind, or not its binding."""
        instances = self.instances.get(kind)
        if instances is None:
            raise NotDeployed(f"no workflow of the kind {kind} is deployed")
        return instances


class Noting(ByBatch):
    """A database that notes what a request under a key sees and writes, so that it can be resumed:
    see `tillroll_durable.idempotency.journal`."""

    @property
    @abstractmethod
    def beneath(self) -> tuple[Database, Clock]:
        """What it notes of."""


@contextmanager
def without_journal(platform: Platform) -> Generator[Platform]:
    """The platform for a job of the cron that a request begins at once: it is idempotent by itself,
    bears failures row by row, and is no part of the operation. An attempt that resumes does it
    anew."""
    journal = platform.database
    if not isinstance(journal, Noting):
        yield platform
        return
    database, clock = journal.beneath
    with ids.drawn_by(ids.draw):
        yield replace(platform, database=database, clock=clock)
