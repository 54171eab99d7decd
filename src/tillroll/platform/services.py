"""The platform as one value that is handed around."""

from collections.abc import Mapping
from dataclasses import dataclass

from tillroll.platform.clock import Clock
from tillroll.platform.database import Database
from tillroll.platform.engine import Instances, NotDeployed
from tillroll.platform.http import Http
from tillroll.platform.images import Images
from tillroll.platform.models import Models
from tillroll.platform.objects import Objects
from tillroll.platform.pausing import Pause, no_pause
from tillroll.platform.queue import Queue
from tillroll.platform.sessions import Sessions
from tillroll.platform.settings import Settings
from tillroll.platform.signing import Signer


@dataclass(frozen=True)
class Platform:
    """`instances` holds the engine's side of each kind of run, for instance {"receipt": …}; `pause` lets others run."""

    database: Database
    objects: Objects
    images: Images
    models: Models
    queue: Queue
    http: Http
    sessions: Sessions
    signer: Signer
    clock: Clock
    instances: Mapping[str, Instances]
    settings: Settings
    pause: Pause = no_pause

    def instances_of(self, kind: str) -> Instances:
        """The engine's side of a kind of run.

        Raises:
            NotDeployed: this deployment has no workflow of that kind.
        """
        found = self.instances.get(kind)
        if found is None:
            raise NotDeployed(f"no workflow of the kind {kind} is deployed")
        return found
