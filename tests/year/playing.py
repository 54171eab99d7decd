"""Plays a year, or a part of it, day by day, and holds it to what must hold after each month."""

import calendar
import random
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, LiteralString

from tests.year.bank import FirmBank
from tests.year.chance import Rates
from tests.year.days import Office
from tests.year.firm import CARDS, employees
from tests.year.journal import PEOPLE, Journal
from tests.year.of_audit import AuditChecks
from tests.year.of_money import check_at_the_end, check_in_passing
from tests.year.of_telling import check_telling
from tests.year.opening import Deployment, drawn_ids, heard_crashes, open_deployment
from tests.year.outside import Outside, connect_outside
from tests.year.people import open_firm
from tests.year.seeding import all_from_seed
from tests.year.surroundings import Surroundings, check_schedule, deploy_versions, plan_export
from tillroll.workflows.registry import REGISTRY
from tillroll_durable import runs

_MORNING: Final = 8
_NOON: Final = 12
_EVENING: Final = 17
_NIGHT: Final = 2
_TURNS: Final = 6
_PATIENT_TURNS: Final = 40
_MONDAY: Final = 0
_TRADING_DAYS: Final = 252
_BILLS_ON: Final = 3
_CLOSES_ON: Final = 8
_LONGEST_END: Final = 150
# A run that failed, and of which nothing is left to be done, is over: what was refused is undone.
_GOES_ON: Final = """
  status NOT IN ('complete', 'rejected', 'cancelled')
  AND NOT (status = 'failed' AND next_safe_action = 'none')
"""
"""After so many days all that was begun must have ended: the latest client pays by then."""


@dataclass(frozen=True)
class Size:
    """How much is played."""

    people: int = 50
    receipts: int = 5_000
    months: int = 12

    @property
    def a_day(self) -> int:
        """Receipts on a working day, as many as make a whole year's."""
        return max(1, round(self.receipts / _TRADING_DAYS))


@dataclass
class Played:
    """What became of a year."""

    seed: int
    size: Size
    journal: Journal
    deployment: Deployment
    figures: dict[str, int] = field(default_factory=dict[str, int])
    seconds: float = 0.0


@dataclass
class Year:
    """The year under way. `crashes` are what the program has logged as faults of ours."""

    deployment: Deployment
    office: Office
    outside: Outside
    surroundings: Surroundings
    size: Size
    crashes: list[tuple[str, BaseException]]
    say: Callable[[str], None]
    schedule: str
    audit: AuditChecks = field(default_factory=AuditChecks)

    async def go_to(self, hour: int, minute: int = 0) -> None:
        """Let time pass until this hour, of the next day where it is over today."""
        clock = self.deployment.clock
        now = clock.now()
        then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if then <= now:
            then += timedelta(days=1)
        await self.deployment.faults.release()
        self._look_at_crashes()
        clock.advance(then - now)
        self.deployment.faults.forget_errors()
        self.deployment.world.database.read.clear()
        self.deployment.world.database.written.clear()
        if not self.deployment.faults.is_calm:
            await self.surroundings.draw()

    def _look_at_crashes(self) -> None:
        """Raises AssertionError: the program had a fault that nothing around it has caused."""
        heard, self.crashes[:] = [*self.crashes], []
        for event, error in heard:
            if not self.deployment.faults.is_planned(error):
                raise AssertionError(f"{event}: {type(error).__name__}: {error}") from error

    async def come_to_quiet(self, turns: int = _TURNS) -> None:
        """Let happen what happens by itself now, a minute after the other."""
        world = self.deployment.world
        for _ in range(turns):
            await world.surviving(world.turn)
            self.deployment.clock.advance(timedelta(minutes=1))
            if not world.host.pieces.queue.messages and not self._is_busy():
                return

    def _is_busy(self) -> bool:
        world = self.deployment.world
        if world.turns_rolled_back or world.turns_astray:
            return True
        return any(
            instance.status in {"queued", "running"} for instance in world.instances.by_id.values()
        )

    async def last_day(self) -> None:
        """A day on which nobody hands anything in: what was begun goes on."""
        office = self.office
        await self.go_to(_EVENING)
        if not office.is_working_day:
            return
        if office.today.weekday() == _MONDAY:
            await self.outside.sync(f"end {office.today}", compares=True)
        await office.operate()
        await office.review()
        await self.come_to_quiet()
        await office.approve()
        await self._money()

    async def day(self) -> None:
        """One day, from its night on."""
        office = self.office
        await self.go_to(_NIGHT, 30)
        await self.outside.sync(f"night {office.today}", compares=office.today.day == 1)
        await self.come_to_quiet()
        if not office.is_working_day:
            return
        await self.go_to(_MORNING)
        await office.hand_in(office.firm.employees)
        await self.come_to_quiet()
        await self.go_to(_NOON)
        await office.operate()
        await office.review()
        await self.come_to_quiet()
        await office.bill()
        await office.approve()
        await self.come_to_quiet()
        await self.go_to(_EVENING)
        await self._money()

    async def _money(self) -> None:
        office = self.office
        office.bank.feed_cards(self.deployment.feed.accounts[CARDS], office.today)
        await self.outside.look_after_the_feed()
        await office.hear_the_provider()
        await office.pay_back()
        await self.come_to_quiet()
        await office.review()
        await self.come_to_quiet()
        await office.make_files()
        await office.be_paid()
        await self._month_before()
        if office.today.weekday() == _MONDAY:
            await office.import_statement()
            await self.come_to_quiet()
            await office.match()
        await self.come_to_quiet()

    async def _month_before(self) -> None:
        """Bill and close the month before, on the first working days that allow it."""
        office = self.office
        last = office.today.replace(day=1) - timedelta(days=1)
        first = last.replace(day=1)
        if first.year != _YEAR or first.month > self.size.months:
            return
        if office.today.day >= _BILLS_ON and first not in office.truth.billed:
            office.truth.billed.add(first)
            await office.claim(first, last)
        if office.today.day >= _CLOSES_ON and first not in office.truth.closed:
            office.truth.closed.add(first)
            await office.close_month(first, last)

    async def check(self) -> None:
        """What holds at any moment. Raises AssertionError: it does not."""
        self.deployment.calm()
        self.deployment.world.copies = 1
        await self.deployment.faults.release()
        await self.come_to_quiet(_PATIENT_TURNS)
        self._look_at_crashes()
        await check_in_passing(self.office)
        await self.audit.check(self.office)
        await check_telling(self.office)
        await self.outside.check()
        await check_schedule(self.deployment, self.schedule, self.office.today)

    async def is_over(self) -> bool:
        """Nothing that was begun goes on any more, and nothing is owed."""
        going = await self.deployment.world.rows(f"SELECT id FROM runs WHERE {_GOES_ON} LIMIT 1")
        matches = await self.deployment.world.rows(f"SELECT id FROM bank_matches WHERE {_UNBOOKED}")
        if going or matches or not self.office.bank.is_idle():
            return False
        owed = await self.office.firm.owner.items("/api/owed/expenses", open="true")
        return not any(each["owed"] > 0 or each["onItsWay"] > 0 for each in owed)


_YEAR: Final = 2026
# What is sure is booked a minute after it was found.
_UNBOOKED: Final = "state = 'proposed' AND level = 'automatic' LIMIT 1"


async def play(
    seed: int,
    size: Size,
    say: Callable[[str], None],
    rates: Rates | None = None,
    trouble: float = 0.06,
) -> Played:
    """Play a year from a seed. Raises AssertionError: something does not hold."""
    began = time.process_time()
    async with _opened(seed, size, say, rates, trouble) as year:
        await _play_months(year, began)
        await _come_to_the_end(year)
        figures = await _figures(year)
    spent = time.process_time() - began
    deployment = year.deployment
    return Played(seed, size, deployment.journal, deployment, figures, spent)


async def play_days(seed: int, size: Size, days: int, rates: Rates, trouble: float) -> Deployment:
    """Play the first days alone, without looking at what they came to."""
    async with _opened(seed, size, _say_nothing, rates, trouble) as year:
        year.deployment.be_unruly()
        for _ in range(days):
            await year.day()
    return year.deployment


def _say_nothing(_line: str) -> None:
    """Nobody listens."""


@asynccontextmanager
async def _opened(
    seed: int, size: Size, say: Callable[[str], None], rates: Rates | None, trouble: float
) -> AsyncGenerator[Year]:
    """The year on the morning of its first day."""
    crashes: list[tuple[str, BaseException]] = []
    with ExitStack() as around:
        deployment = await open_deployment(seed, rates or Rates(), trouble)
        database = deployment.world.host.database
        around.enter_context(all_from_seed(seed, deployment.clock, database))
        around.enter_context(drawn_ids(seed, deployment.clock))
        around.enter_context(heard_crashes(crashes))
        around.enter_context(_versions_kept())
        around.enter_context(_no_pause_in_real_time())
        async with open_firm(deployment, employees(size.people)) as firm:
            bank = FirmBank(random.Random(f"{seed} bank"))
            people = random.Random(f"{seed} people")
            outside = await connect_outside(deployment)
            schedule = await plan_export(firm)
            yield Year(
                deployment=deployment,
                office=Office(deployment, firm, bank, people, size.a_day),
                outside=outside,
                surroundings=Surroundings(deployment, random.Random(f"{seed} surroundings")),
                size=size,
                crashes=crashes,
                say=say,
                schedule=schedule,
            )


async def _play_months(year: Year, began: float) -> None:
    office = year.office
    for month in range(1, year.size.months + 1):
        last = date(_YEAR, month, calendar.monthrange(_YEAR, month)[1])
        year.deployment.be_unruly()
        while office.today < last:
            await year.day()
        await year.check()
        year.deployment.journal.write(year.deployment.clock.now(), PEOPLE, f"{last:%B} is over")
        spent = time.process_time() - began
        faults = sum(year.deployment.journal.of_kind("fault").values())
        receipts = len(office.truth.purchases)
        year.say(f"{last:%B}: {receipts} receipts, {faults} faults, {spent:.0f} s of a processor")


async def _come_to_the_end(year: Year) -> None:
    """Without further receipts and faults, until all has ended."""
    year.office.is_ending = True
    for _ in range(_LONGEST_END):
        await year.last_day()
        if year.office.is_working_day and await year.is_over():
            break
    else:
        left = await year.deployment.world.rows(
            f"SELECT id, kind, state, status, error_summary FROM runs WHERE {_GOES_ON} LIMIT 5"
        )
        raise AssertionError(f"it does not come to an end: {left}")
    await year.check()
    await check_at_the_end(year.office)


async def _figures(year: Year) -> dict[str, int]:
    """What the year came to."""
    world = year.deployment.world
    found = {"receipts": len(year.office.truth.purchases)}
    for row in await world.rows("SELECT kind, COUNT(*) AS n FROM runs GROUP BY kind"):
        found[f"runs of {row['kind']}"] = int(str(row["n"]))
    counted: dict[str, LiteralString] = {
        "audit events": "SELECT COUNT(*) AS n FROM audit_events",
        "entries of the bank": "SELECT COUNT(*) AS n FROM bank_entries",
        "closed months": "SELECT COUNT(*) AS n FROM closed_periods",
        "notices": "SELECT COUNT(*) AS n FROM notifications",
    }
    for what, query in counted.items():
        [row] = await world.rows(query)
        found[what] = int(str(row["n"]))
    found["mails"] = len(year.deployment.lines.mail.sent)
    return found


@contextmanager
def _versions_kept() -> Generator[None]:
    """Take back, in the end, the versions that the year has deployed."""
    kept = {kind: [*REGISTRY.versions(kind).values()] for kind in REGISTRY.kinds}
    try:
        yield
    finally:
        for kind, versions in kept.items():
            deploy_versions(kind, versions)


@contextmanager
def _no_pause_in_real_time() -> Generator[None]:
    """A read that fails is repeated without a pause: the year has a clock of its own."""
    # It is a constant of the code, which no setting changes.
    kept = runs._PAUSES  # pyright: ignore[reportPrivateUsage]
    runs._PAUSES = (0.0, 0.0)  # pyright: ignore[reportPrivateUsage] - see above
    try:
        yield
    finally:
        runs._PAUSES = kept  # pyright: ignore[reportPrivateUsage] - see above
