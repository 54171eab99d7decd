"""Every call of a deployment goes wrong once, in each way; then the same command goes on, and comes
to the same.

A play is recorded first: before each command of wrangler the account and the machine's records are
kept. A case begins at the command that makes its call, so that it need not repeat what was done
before. It ends where the same command is given with the same account and the same record as in the
undisturbed play: from there on both are the same. The first case of each kind is played to the end
all the same, which shows that this is so.
"""

import contextlib
import random
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.record import Answers, Record, Secrets
from local.places import MIGRATIONS
from tests.deploying.fake.account import ACCOUNT_ID, Account
from tests.deploying.fake.server import FakeCloudflare, Kind, Trouble
from tests.deploying.playing import Machine

NAME = "campaign-play"
FREE_NAME = "free-play"
Deploy = Callable[[Machine], object]
State = dict[str, Any]
_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
_TEMPORARY = re.compile(rf"{re.escape(tempfile.gettempdir())}/\S+")


@dataclass(frozen=True)
class Moment:
    """Before a command of wrangler: what there was, and how many calls had been made. `state` is
    None before the first command.
    """

    account: Account
    records: Path
    calls: int
    state: State | None


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
    """The call at `index` of a play goes wrong. `is_whole`: it is played to its end."""

    play: Play
    index: int
    kind: Kind
    is_whole: bool = False

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


@dataclass(frozen=True)
class Result:
    """How a case went: why the first command stopped, empty where wrangler tried again by itself;
    and the fault, empty where the same command went on.
    """

    case: Case
    stop: str
    fault: str

    def __str__(self) -> str:
        case = self.case
        calls = len(case.play.calls)
        line = f"{case.play.story}, call {case.index + 1} of {calls}, {case.operation}, {case.kind}"
        stop = f"stopped: {self.stop}" if self.stop else "wrangler tried again by itself"
        end = f"FAULT: {self.fault}" if self.fault else "the same command went on, to the same end"
        return f"{line}: {stop}; {end}"


class _Same(Exception):
    """From here on all is as in the undisturbed play."""


def plays(folder: Path) -> Iterator[Play]:
    """A first deployment, an update with a migration, and a deployment of an account whose plan is
    Free at first.
    """
    migrations = folder / "migrations"
    shutil.copytree(MIGRATIONS, migrations)
    (migrations / "9999_more.sql").write_text(
        "CREATE TABLE more (id TEXT) STRICT;\n", encoding="utf-8"
    )
    answers = Answers(ACCOUNT_ID, "eu", "campaign.example.com")
    stories: list[tuple[str, Deploy]] = [
        ("first", lambda machine: machine.deploy(NAME, answers)),
        ("update", lambda machine: machine.deploy(NAME, migrations=migrations)),
        ("free", _deploy_on_free),
    ]
    records = folder / "recorded"
    with FakeCloudflare() as cloudflare:
        machine = Machine(cloudflare, records)
        for story, deploy in stories:
            yield _recorded(machine, story, deploy, folder)


def _deploy_on_free(machine: Machine) -> None:
    """It stops, the owner changes the plan, and the same command goes on.

    Where the Worker was uploaded before, nothing is uploaded, and so nothing refused."""
    account = machine.cloudflare.account
    account.on_paid = False
    with contextlib.suppress(NotDeployed):
        machine.deploy(FREE_NAME, Answers(ACCOUNT_ID))
    account.on_paid = True
    machine.deploy(FREE_NAME)


def _recorded(machine: Machine, story: str, deploy: Deploy, folder: Path) -> Play:
    cloudflare = machine.cloudflare
    cloudflare.begin()
    moments: list[Moment] = []

    def keep(state: State | None) -> None:
        copy = folder / f"{story}-{len(moments)}"
        if machine.folder.exists():
            shutil.copytree(machine.folder, copy)
        moments.append(Moment(cloudflare.account.copy(), copy, len(cloudflare.calls), state))

    machine.before_command = lambda words, record: keep(_state(words, record, cloudflare.account))
    keep(None)
    deploy(machine)
    machine.before_command = None
    return Play(story, deploy, moments, [*cloudflare.calls], cloudflare.account.summary())


def _state(words: Sequence[str], record: Record, account: Account) -> State:
    """What decides how a play goes on: the next command, what the machine knows, and what the
    account has. Ids differ between two plays, so of each there is only whether it is known.
    """
    known = asdict(record)
    secrets = asdict(Secrets.of(record.name))
    return {
        "words": [_TEMPORARY.sub("FILE", _ID.sub("ID", word)) for word in words],
        "record": {name: _without_ids(value) for name, value in known.items()},
        "secrets": {name: _without_ids(value) for name, value in secrets.items()},
        "account": {"isPaid": account.on_paid, **account.summary()},
    }


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        # Any JSON.
        return sorted(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if isinstance(value, str):
        return bool(value)
    return value


def cases_of(play: Play, count: int, seed: int) -> list[Case]:
    """All cases, or so many of them, drawn by the seed; those of different operations come
    first.
    """
    every = [Case(play, index, kind) for index in range(len(play.calls)) for kind in Kind]
    shuffled = random.Random(seed).sample(every, len(every))
    operations: set[tuple[str, Kind]] = set()
    kinds: set[Kind] = set()
    first: list[Case] = []
    later: list[Case] = []
    for case in shuffled:
        key = (case.operation, case.kind)
        if key in operations:
            later.append(case)
            continue
        first.append(replace(case, is_whole=case.kind not in kinds))
        operations.add(key)
        kinds.add(case.kind)
    ordered = [*first, *later]
    if count:
        return ordered[:count]
    return ordered


def play_case(case: Case) -> Result:
    """How it went on."""
    with (
        tempfile.TemporaryDirectory() as name,
        FakeCloudflare(case.moment.account.copy()) as cloudflare,
    ):
        records = Path(name) / "records"
        if case.moment.records.exists():
            shutil.copytree(case.moment.records, records)
        machine = Machine(cloudflare, records)
        cloudflare.begin(case.trouble)
        stop = ""
        try:
            case.play.deploy(machine)
        except NotDeployed as error:
            stop = " ".join(str(error).split())[:100]
        cloudflare.begin()
        fault = _fault_of_rest(case, machine)
        if not fault and cloudflare.unknown:
            fault = f"the fake has no answer to {cloudflare.unknown}"
    return Result(case, stop, fault)


def _fault_of_rest(case: Case, machine: Machine) -> str:
    """What goes wrong when the same command is given again; empty where it comes to the same."""
    account = machine.cloudflare.account
    states = [each.state for each in case.play.moments]

    def compare(words: Sequence[str], record: Record) -> None:
        if _state(words, record, account) in states:
            raise _Same

    if not case.is_whole:
        machine.before_command = compare
    try:
        case.play.deploy(machine)
    except _Same:
        return ""
    except NotDeployed as error:
        return f"the same command did not go on: {error}"
    end = account.summary()
    if end != case.play.end:
        return f"it came to {end}, not to {case.play.end}"
    return ""
