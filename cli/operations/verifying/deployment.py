"""The deployment that is verified, and how it is asked."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from cli.client.api import Api
from cli.operations.deploying.record import Record
from cli.operations.verifying.reading import Reading

_PATIENCE_SECONDS: Final = 300.0
_BETWEEN_SECONDS: Final = 2.0
Invocations = Mapping[str, int]


@dataclass(frozen=True)
class Deployment:
    """`photos` are receipts of the owner's. `count_invocations` asks Cloudflare how many of the
    Worker's invocations of the last day ended in which status; it raises NotDeployed. `readings`
    are of the photos that were uploaded.
    """

    api: Api
    record: Record
    now: datetime
    count_invocations: Callable[[], Invocations]
    photos: Sequence[Path] = ()
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time
    readings: dict[Path, Reading] = field(default_factory=dict[Path, Reading])

    def settled(self, run_id: str) -> str:
        """The run's status once the server is not at work on it; `processing` where that takes too
        long.
        """
        path = f"/api/runs/{run_id}"
        self.comes_about(lambda: self.api.get(path)["status"] != "processing")
        return str(self.api.get(path)["status"])

    def comes_about(self, holds: Callable[[], bool]) -> bool:
        """Whether it holds within five minutes."""
        waited = 0.0
        while not holds():
            if waited >= _PATIENCE_SECONDS:
                return False
            self.sleep(_BETWEEN_SECONDS)
            waited += _BETWEEN_SECONDS
        return True
