"""Every call of a deployment goes wrong once, in each way; then the same command goes on, and comes to the same.

A play is recorded first: before each command of wrangler the account and the machine's records are kept. A case begins
at the command that makes its call, so that it need not repeat what was done before.
"""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.record import Answers
from local.places import MIGRATIONS
from tests.deploying.fake.account import ACCOUNT_ID, Account
from tests.deploying.fake.server import FakeCloudflare, Kind, Trouble
from tests.deploying.playing import Machine

NAME = "campaign-play"
Deploy = Callable[[Machine], object]


@dataclass(frozen=True)
class Moment:
    """Before a command of wrangler: what there was, and how many calls had been made."""

    account: Account
    records: Path
    calls: int


@dataclass(frozen=True)
class Play:
    """A story as it goes undisturbed: its calls, in their order, and what it comes to."""

    story: str
    deploy: Deploy
    moments: list[Moment]
    calls: list[str]
    end: dict[str, Any]


@dataclass(frozen=True)
class Case:
    """The call at `index` of a play goes wrong."""

    play: Play
    index: int
    kind: Kind

    @property
    def operation(self) -> str:
        return self.play.calls[self.index]

    @property
    def moment(self) -> Moment:
        return [each for each in self.play.moments if each.calls <= self.index][-1]

    @property
    def trouble(self) -> Trouble:
        """From this call on its operation goes wrong, until the command has ended."""
        since = self.play.calls[self.moment.calls : self.index + 1]
        return Trouble(self.operation, since.count(self.operation), self.kind)


class Different(Exception):
    """A story did not go on, or came to something else than undisturbed."""


def plays(folder: Path) -> Iterator[Play]:
    """A first deployment, then an update with a migration."""
    migrations = folder / "migrations"
    shutil.copytree(MIGRATIONS, migrations)
    (migrations / "9999_more.sql").write_text("CREATE TABLE more (id TEXT) STRICT;\n", encoding="utf-8")
    answers = Answers(ACCOUNT_ID, "eu", "campaign.example.com")
    stories: list[tuple[str, Deploy]] = [
        ("first", lambda machine: machine.deploy(NAME, answers)),
        ("update", lambda machine: machine.deploy(NAME, migrations=migrations)),
    ]
    records = folder / "recorded"
    with FakeCloudflare() as cloudflare:
        machine = Machine(cloudflare, records)
        for story, deploy in stories:
            yield _recorded(machine, story, deploy, folder)


def _recorded(machine: Machine, story: str, deploy: Deploy, folder: Path) -> Play:
    cloudflare = machine.cloudflare
    cloudflare.begin()
    moments: list[Moment] = []

    def keep() -> None:
        kept = folder / f"{story}-{len(moments)}"
        if machine.folder.exists():
            shutil.copytree(machine.folder, kept)
        moments.append(Moment(cloudflare.account.copy(), kept, len(cloudflare.calls)))

    machine.before_command = keep
    keep()
    deploy(machine)
    machine.before_command = None
    return Play(story, deploy, moments, [*cloudflare.calls], cloudflare.account.summary())


def cases_of(play: Play, count: int, seed: int) -> list[Case]:
    """All cases, or so many of them, drawn by the seed from different operations first."""
    every = [Case(play, index, kind) for index in range(len(play.calls)) for kind in Kind]
    if not count or count >= len(every):
        return every
    shuffled = random.Random(seed).sample(every, len(every))
    known: set[tuple[str, Kind]] = set()
    first: list[Case] = []
    later: list[Case] = []
    for case in shuffled:
        key = (case.operation, case.kind)
        (later if key in known else first).append(case)
        known.add(key)
    return [*first, *later][:count]


def play_case(case: Case) -> str:
    """How it went on. Raises Different."""
    with tempfile.TemporaryDirectory() as name, FakeCloudflare(case.moment.account.copy()) as cloudflare:
        records = Path(name) / "records"
        if case.moment.records.exists():
            shutil.copytree(case.moment.records, records)
        machine = Machine(cloudflare, records)
        cloudflare.begin(case.trouble)
        stopped = "wrangler tried again by itself"
        try:
            case.play.deploy(machine)
        except NotDeployed as error:
            stopped = f"stopped: {' '.join(str(error).split())[:100]}"
        cloudflare.begin()
        try:
            case.play.deploy(machine)
        except NotDeployed as error:
            raise Different(f"{_line(case)}: {stopped}; the same command did not go on: {error}") from error
        end = cloudflare.account.summary()
        if end != case.play.end:
            raise Different(f"{_line(case)}: {stopped}; it came to {end}, not to {case.play.end}")
        if cloudflare.unknown:
            raise Different(f"{_line(case)}: the fake has no answer to {cloudflare.unknown}")
    return f"{_line(case)}: {stopped}; the same command went on, to the same end"


def _line(case: Case) -> str:
    return f"{case.play.story}, call {case.index + 1} of {len(case.play.calls)}, {case.operation}, {case.kind}"
