"""Deployments on the fake, by the genuine wrangler."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cli.operations.deploying.deploying import Wishes, deploy
from cli.operations.deploying.migrating import migrate
from cli.operations.deploying.record import Answers, Record, Secrets
from cli.operations.deploying.releasing import Watch, release_first, roll_back
from cli.operations.deploying.secrets import complete
from cli.operations.deploying.wrangler import Wrangler
from local.config import read_deployed
from local.places import MIGRATIONS
from tests.deploying.fake.account import ACCOUNT_ID
from tests.deploying.fake.hosts import Hosts
from tests.deploying.fake.server import FakeCloudflare

SMALL = "tests/deploying/small/entry.py"


def small() -> dict[str, Any]:
    """wrangler.jsonc with all its bindings, and a Worker of one file."""
    deployed = read_deployed()
    kept = {key: value for key, value in deployed.items() if key not in {"build", "assets"}}
    return {**kept, "main": SMALL, "python_modules": {"exclude": ["**"]}}


@dataclass(frozen=True)
class _Hooked(Wrangler):
    """Does something before each of its commands, given the command's words and the record."""

    before_command: Callable[[Sequence[str], Record], None] | None = None

    def _run(self, arguments: Sequence[str], more: Mapping[str, str]) -> str:
        if self.before_command is not None:
            self.before_command(arguments, self.record)
        return super()._run(arguments, more)


class Machine:
    """A machine on which deployments are made; its records lie in `folder`."""

    def __init__(self, cloudflare: FakeCloudflare, folder: Path) -> None:
        self.cloudflare = cloudflare
        self.hosts = Hosts(cloudflare)
        self.said: list[str] = []
        self.folder = folder
        self.before_command: Callable[[Sequence[str], Record], None] | None = None

    @property
    def environment(self) -> Mapping[str, str]:
        return {**os.environ, **self.cloudflare.environment}

    def deploy(
        self,
        name: str,
        answers: Answers | None = None,
        deployed: Mapping[str, Any] | None = None,
        **wishes: Any,
    ) -> Secrets:
        """As `tillroll deploy NAME`. Raises NotDeployed."""
        self.said.clear()
        self._here()
        record = Record.of(name) or Record(name, answers or Answers(ACCOUNT_ID))
        wished = Wishes("Green Garden", "Ann", datetime(2026, 11, 27, tzinfo=UTC), **wishes)
        return deploy(self._wrangler(record, deployed), wished, self._watch(), self.said.append)

    def release_whole(self, name: str) -> None:
        """The first release with the whole Worker and its page, of a deployment whose places are
        there.
        """
        self._here()
        wrangler = Wrangler(self.record(name), read_deployed(), self.environment)
        migrate(wrangler, self.said.append, MIGRATIONS)
        secrets = Secrets.of(name)
        complete(wrangler, secrets, {}, None)
        release_first(wrangler, secrets, self.said.append, again=False)

    def roll_back(self, name: str, *, anyway: bool = False) -> None:
        """As `tillroll rollback NAME`. Raises NotDeployed."""
        record = self.record(name)
        roll_back(self._wrangler(record, None), self.said.append, anyway=anyway)

    def record(self, name: str) -> Record:
        self._here()
        record = Record.of(name)
        assert record is not None
        return record

    def _here(self) -> None:
        """Records are this machine's, whichever was at work before."""
        os.environ["TILLROLL_DEPLOYMENTS"] = str(self.folder)

    def _wrangler(self, record: Record, deployed: Mapping[str, Any] | None) -> Wrangler:
        return _Hooked(record, deployed or small(), self.environment, self.before_command)

    def _watch(self) -> Watch:
        return Watch(10, 0, self.hosts, lambda _: None)
