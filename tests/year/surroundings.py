"""What happens around the program in a year: deployments, engines that forget, clocks that are put
right, several crons at once, and schedules that meet the change of summer time.
"""

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tests.year.journal import OPERATION
from tests.year.opening import Deployment
from tests.year.people import Firm
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.clock import from_text
from tillroll_durable.workflow import Workflow
from tillroll_testing.simulation.astray import Mutant, Mutation

_OFTEN: Final = 0.04
_SELDOM: Final = 0.02
_TURNS: Final = 3
_STEPS_BACK: Final = timedelta(minutes=-7)
_VERSIONED: Final = ("claim", "payout", "receipt")
_BERLIN: Final = ZoneInfo("Europe/Berlin")
_SUNDAYS: Final = "30 2 * * 0"
"""A time that is left out on the last Sunday of March, and comes twice on that of October."""


@dataclass
class Surroundings:
    """Draws what happens before each act of a day."""

    deployment: Deployment
    dice: random.Random

    async def draw(self) -> None:
        """Something, or nothing."""
        world = self.deployment.world
        world.copies = 2 if self.dice.random() < _OFTEN else 1
        if self.dice.random() < _SELDOM:
            self._tell("the clock is put back by seven minutes")
            self.deployment.clock.advance(_STEPS_BACK)
        if self.dice.random() < _OFTEN:
            await self._lose_an_instance()
        if self.dice.random() < _SELDOM:
            await self._deploy_broken()
        if self.dice.random() < _SELDOM:
            self._tell("a rollback to code without workflows, for some minutes")
            await self._restart()
            world.turns_rolled_back = _TURNS
        if self.dice.random() < _SELDOM:
            await self._deploy_version(self.dice.choice(_VERSIONED))

    async def _lose_an_instance(self) -> None:
        """The engine forgets one, says `unknown` of it, or ends it."""
        rows = await self.deployment.world.rows(
            "SELECT id, generation FROM runs WHERE status IN ('processing', 'needs_review') "
            "ORDER BY id"
        )
        if not rows:
            return
        row = self.dice.choice(rows)
        run = text(row, "id")
        name = f"{run}-{row['generation']}"
        instances = self.deployment.world.instances
        if name not in instances.by_id:
            return
        how = self.dice.choice(("forgets an instance", "loses sight of one", "ends one"))
        self._tell(f"the engine {how}", run)
        if how == "forgets an instance":
            instances.forget(name)
        elif how == "loses sight of one":
            instances.lose_sight_of(name)
        elif instances.by_id[name].is_live:
            instances.by_id[name].status = "terminated"

    async def _deploy_broken(self) -> None:
        """A deployment breaks the body of a kind; a later one puts it right."""
        world = self.deployment.world
        kind = self.dice.choice(_VERSIONED)
        everything = [world.deployed.workflow, *world.deployed.beside]
        broken = [each for each in everything if each.contract.kind == kind]
        others = [each for each in everything if each.contract.kind != kind]
        world.deployed = replace(world.deployed, workflow=broken[0], beside=[*broken[1:], *others])
        mutation = self.dice.choice((Mutation.REFUSE, Mutation.CRASH))
        world.mutant = Mutant(mutation, self.dice.randint(1, 3))
        world.was_astray = True
        self._tell(f"a deployment breaks the kind {kind} for some minutes")
        await self._restart()
        world.turns_astray = _TURNS

    async def _deploy_version(self, kind: str) -> None:
        """The same body under the next number: runs that began go on with theirs."""
        newest = REGISTRY.newest[kind]
        version = newest.contract.version + 1
        following = replace(newest, contract=replace(newest.contract, version=version))
        deploy_versions(kind, [*REGISTRY.versions(kind).values(), following])
        self._take_up_versions()
        self._tell(f"version {version} of the kind {kind} is deployed")
        await self._restart()

    def _take_up_versions(self) -> None:
        world = self.deployment.world
        kinds = [*REGISTRY.newest.values()]
        world.deployed = replace(world.deployed, workflow=kinds[0], beside=kinds[1:])
        world.earlier = [
            each
            for kind in REGISTRY.kinds
            for each in REGISTRY.versions(kind).values()
            if each is not REGISTRY.newest[kind]
        ]

    async def _restart(self) -> None:
        """The isolates of the version before die."""
        world = self.deployment.world
        await self.deployment.faults.drop()
        world.host.pieces.queue.lose_all()
        world.instances.wake_after_restart()

    def _tell(self, what: str, run: str = "") -> None:
        self.deployment.journal.write(self.deployment.clock.now(), OPERATION, what, run)


def deploy_versions(kind: str, versions: list[Workflow]) -> None:
    """Have the registry list these versions of a kind, as a deployment would."""
    imported = REGISTRY._imported  # pyright: ignore[reportPrivateUsage] - a deployment, in one process
    imported[kind] = {each.contract.version: each for each in versions}


async def plan_export(firm: Firm) -> str:
    """Have an export made each Sunday night by Berlin's clock; the id of its schedule."""
    body = {
        "kind": "export",
        "name": "Each week",
        "cron": _SUNDAYS,
        "timeZone": "Europe/Berlin",
        "params": {"format": "csv", "days": "last-week"},
    }
    return str((await firm.owner.post("/api/schedules", body))["id"])


async def check_schedule(deployment: Deployment, schedule: str, until: date) -> None:
    """Raises AssertionError: a Sunday has no export, or several, by Berlin's calendar."""
    rows = await deployment.world.rows(
        "SELECT tick, until FROM schedule_ticks WHERE schedule_id = ? ORDER BY tick", schedule
    )
    days = [_day_of(from_text(text(row, "tick"))) for row in rows]
    assert len(days) == len(set(days)), f"an export of a Sunday was begun twice: {days}"
    first = date(2026, 1, 4)
    sundays = [
        first + timedelta(days=number * 7) for number in range((until - first).days // 7 + 1)
    ]
    missing = [day for day in sundays if day < until and day not in days]
    assert not missing, f"no export was begun on {missing}"
    others = [day for day in days if day.weekday() != 6]
    assert not others, f"an export was begun on {others}, which are no Sundays"


def _day_of(moment: datetime) -> date:
    """The day of a moment by Berlin's calendar."""
    return moment.replace(tzinfo=UTC).astimezone(_BERLIN).date()
