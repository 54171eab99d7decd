"""One tick: the jobs that are due, each with its share of one budget, in an order that rotates."""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from tillroll_durable.jobs.job import Job, Kept, begin_tick, go_on, note_turns, with_rows
from tillroll_durable.platform import log
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.invocation import invocation
from tillroll_durable.platform.limits import PAID, Plan, Spending, Turn
from tillroll_durable.platform.services import Platform

# What is left for rows that take more than their job's share, and for noting the turns.
_RESERVED_PERCENT: Final = 5
# The cron does not fire to the second.
_EARLY: Final = timedelta(seconds=30)
# How old what is noted of a job may get while nothing of it changes: rows that are written cost
# money.
_NOTED_EACH: Final = timedelta(minutes=5)


@dataclass
class _Had:
    """A job's turns in this tick, together."""

    began_at: str
    statements: int = 0
    is_cut: bool = False
    error: str | None = None

    @property
    def left_rows(self) -> bool:
        """Whether another turn would do some of them."""
        return self.is_cut and self.error is None


def budget_of(plan: Plan) -> int:
    """How many statements the jobs of a tick may ask D1 for."""
    return plan.queries - math.ceil(plan.queries * _RESERVED_PERCENT / 100)


async def tick(
    platform: Platform, jobs: Sequence[Job], plan: Plan = PAID, only: Collection[str] | None = None
) -> list[str]:
    """Give the due jobs their turns, whatever becomes of the others; return the names of those that
    left rows, or had no turn. `only`: to jobs of these names alone, which go on within a tick.
    """
    current = invocation(platform, plan)
    budget = budget_of(plan)
    now = current.clock.now()
    done = Counter[str]()
    position, states = await (
        begin_tick(current.database, to_text(now)) if only is None else go_on(current.database)
    )
    due = [
        job
        for job in _due(jobs, position, states=states, now=now)
        if only is None or job.name in only
    ]
    served = await with_rows(current.database, due, to_text(now))
    idle = [job for job in due if job not in served]
    due = served
    had: dict[str, _Had] = {}
    unserved: list[Job] = []
    last = [job for job in due if job.comes_last]
    for_others = budget - sum(job.share for job in last)
    for job in (job for job in due if job not in last):
        if had and current.spending.statements + job.share > for_others:
            unserved.append(job)
        else:
            await _turn(
                current, job, until=current.spending.statements + job.share, had=had, done=done
            )
    await _divide(current, due, budget=for_others, had=had, done=done)
    for number, job in enumerate(last):  # what the others leave is theirs
        until = budget - sum(later.share for later in last[number + 1 :])
        await _turn(
            current,
            job,
            until=max(until, current.spending.statements + job.share),
            had=had,
            done=done,
        )
    had |= {job.name: _Had(to_text(now)) for job in idle}
    if done:
        log.warning("reconciler.mended", mended=dict(done))
        await _count(current, jobs, done)
    await _note(
        current,
        jobs,
        states=states,
        had=had,
        unserved=jobs.index(unserved[0]) if unserved else None,
        now=now,
    )
    return [name for name, mine in had.items() if mine.left_rows] + [job.name for job in unserved]


def _due(jobs: Sequence[Job], position: int, states: dict[str, Kept], now: datetime) -> list[Job]:
    """The jobs that are due, the first at the position."""
    first = position % len(jobs)
    latest = to_text(now + _EARLY)
    return [
        job
        for job in (*jobs[first:], *jobs[:first])
        if job.name not in states or states[job.name].due_at <= latest
    ]


async def _divide(
    platform: Platform, due: Sequence[Job], budget: int, had: dict[str, _Had], done: Counter[str]
) -> None:
    """Give what is left of the budget to the jobs that left rows, to each as much, until none is
    left or nothing.
    """
    has_last = any(job.comes_last for job in due)
    waiting = [
        job for job in due if job.name in had and had[job.name].left_rows and not job.comes_last
    ]
    while waiting:
        served: list[Job] = []
        for number, job in enumerate(waiting):
            remaining = budget - platform.spending.statements
            # What comes last has its part too: all of the others' work is to be counted and told
            # of.
            part = remaining // (len(waiting) - number + has_last)
            if part >= job.share:
                await _turn(
                    platform, job, until=platform.spending.statements + part, had=had, done=done
                )
                served.append(job)
        waiting = [job for job in served if had[job.name].left_rows]


async def _turn(
    platform: Platform, job: Job, until: int, had: dict[str, _Had], done: Counter[str]
) -> None:
    spending: Spending = platform.spending
    turn = Turn(spending, until, done=done)
    before = spending.statements
    mine = had.setdefault(job.name, _Had(to_text(platform.clock.now())))
    try:
        await job.work(replace(platform, turn=turn))
    except Exception as error:  # noqa: BLE001
        # The next tick does it again; the other jobs must still have their turn.
        log.crash("cron.failed", error, source=job.name)
        mine.error = type(error).__name__
    mine.is_cut = turn.is_cut
    mine.statements += spending.statements - before


async def _count(platform: Platform, jobs: Sequence[Job], done: Counter[str]) -> None:
    statements = [job.counts(done) for job in jobs if job.counts]
    try:
        if statements:
            await platform.database.batch(statements)
    except Exception as error:  # noqa: BLE001 - what was done is done
        log.crash("cron.failed", error, source="counts")


async def _note(
    platform: Platform,
    jobs: Sequence[Job],
    states: dict[str, Kept],
    had: dict[str, _Had],
    unserved: int | None,
    now: datetime,
) -> None:
    """Note the turns that have something to report, and who comes first in the next tick where
    somebody waits.
    """
    changed: list[Kept] = []
    for job in jobs:
        before = states.get(job.name, Kept(job.name, int(job.period.total_seconds()), to_text(now)))
        if job.name not in had:
            after = before
        else:
            after = _after(before, job, had=had[job.name], now=now)
        after = replace(after, period_seconds=int(job.period.total_seconds()))
        if job.name not in states or _says_more(states[job.name], after):
            changed.append(after)
    removed = sorted(states.keys() - {job.name for job in jobs})
    if not changed and not removed and unserved is None:
        return
    try:
        await note_turns(
            platform.database, changed, removed=removed, first=unserved, now=to_text(now)
        )
    except Exception as error:  # noqa: BLE001 - what was done is done; the next tick notes it
        log.crash("cron.failed", error, source="turns")


def _after(before: Kept, job: Job, had: _Had, now: datetime) -> Kept:
    if had.error is not None:  # it stays due
        return replace(
            before,
            began_at=had.began_at,
            outcome="failed",
            statements=had.statements,
            error=had.error,
        )
    return replace(
        before,
        due_at=to_text(now if had.is_cut else now + job.period),
        began_at=had.began_at,
        ended_at=had.began_at,
        outcome="more" if had.is_cut else "done",
        statements=had.statements,
        error=None,
        behind_since=(before.behind_since or had.began_at) if had.is_cut else None,
    )


def _says_more(before: Kept, after: Kept) -> bool:
    """Whether a change is worth a row: another outcome, another period, or that what is noted got
    old.
    """
    if (before.outcome, before.error, before.period_seconds) != (
        after.outcome,
        after.error,
        after.period_seconds,
    ):
        return True
    if after.period_seconds or before.began_at is None or after.began_at is None:
        return before.due_at != after.due_at or before.began_at is None
    return from_text(after.began_at) - from_text(before.began_at) >= _NOTED_EACH
