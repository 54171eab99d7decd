"""The platform as one value that is handed around."""

from dataclasses import dataclass, field
from typing import Protocol

from tillroll.platform.bindings.database import Database
from tillroll.platform.bindings.engine import Instances, NotDeployed
from tillroll.platform.bindings.http import Http
from tillroll.platform.bindings.images import Images
from tillroll.platform.bindings.models import Models
from tillroll.platform.bindings.objects import Assets, Objects
from tillroll.platform.bindings.pausing import Later, Pause, at_once, no_pause
from tillroll.platform.bindings.queue import Queue
from tillroll.platform.bindings.sessions import NO_LIMITS, Attempts, Limits, Sessions
from tillroll.platform.bindings.signing import Signer, Verifier
from tillroll.platform.cipher import Cipher
from tillroll.platform.clock import Clock
from tillroll.platform.limits.spending import Spending, Turn
from tillroll.platform.local_time.zones import SystemZones, Zones
from tillroll.platform.outgoing.resolving import Resolver
from tillroll.platform.settings import Settings


class InstancesByKind(Protocol):
    """The engine's side of each kind of run."""

    def get(self, kind: str, /) -> Instances | None:
        """None where this deployment has no workflow of that kind."""
        ...


@dataclass(frozen=True)
class Platform:
    """What may be asked of the runtime. `pause` lets others run; `later` does what the answer need not wait for.

    `spending` counts what this invocation asks, `turn` says how far a job of the cron may go, and `bare` is the same
    platform without counts: see `tillroll.platform.limits.adapters.invocation`.
    """

    database: Database
    objects: Objects
    assets: Assets
    images: Images
    models: Models
    queue: Queue
    http: Http
    sessions: Sessions
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
    bare: "Platform | None" = None

    def instances_of(self, kind: str) -> Instances:
        """The engine's side of a kind of run.

        Raises:
            NotDeployed: this deployment has no workflow of that kind.
        """
        found = self.instances.get(kind)
        if found is None:
            raise NotDeployed(f"no workflow of the kind {kind} is deployed")
        return found
