"""What ticks of the cron ask of D1 with many accounts:
`python -m bench.ticks [--idle N] [--due N]`.

All of it is the deployment's own code, with SQLite of this machine in place of D1 and the
simulation's engine in place of Cloudflare's. First nothing is due in N accounts, which each have a
receipt that is done, an open review and a payee; and for an hour in one. Then each of N accounts
has a row that is due of each job that works by rows. Counts do not depend on the machine. SQLite's
steps bound the rows that D1 would bill as read: a row takes several.
"""

import asyncio
import logging
from collections import Counter
from dataclasses import replace
from typing import Any

import apsw

from bench.one_receipt import stand
from bench.report import parser, publishing, table
from tests.simulation.populations.many import (
    INVOCATION_SECONDS,
    Minutes,
    Named,
    account,
    row_name,
    settle,
)
from tests.simulation.populations.rows import ago, insert, run
from tests.simulation.test_whole_ticks import POPULATIONS, deployed
from tillroll_durable.platform import log

_MINUTES_AN_HOUR = 60
# Rounds over files and objects: each takes hours by design, whatever the accounts.
_ROUNDS = {"archive's files", "objects", "archive"}


async def _minutes() -> Minutes:
    logging.getLogger(log.__name__.partition(".")[0]).setLevel(logging.CRITICAL)
    here = await deployed()
    database = Named(here.host.database)
    here.host.platform = replace(here.host.platform, database=database)
    return Minutes(here.host, database)


async def measure_idle(accounts: int) -> None:
    """A table of the jobs that ask although nothing is due, in the busiest of twelve ticks."""
    minutes = await _minutes()
    host = minutes.host
    await settle(host, (), accounts)
    now = host.pieces.clock.now()
    for number in range(accounts):
        for which, status in (("done", "complete"), ("open", "needs_review")):
            id_ = f"run_{which}_{number:05}"
            state = "completed" if status == "complete" else "awaiting_review"
            rows = [run(id_, account(number), "receipt", now, state=state, status=status)]
            if which == "open":
                review = {
                    "id": f"{id_}:review-1",
                    "run_id": id_,
                    "event_type": "review-1-1",
                    "proposed": "{}",
                }
                until = ago(now, -3 * 24 * 60)
                asked_at = ago(now, 60)
                rows.append(
                    insert(
                        "reviews",
                        **review,
                        number=1,
                        reason="unsure",
                        deadline=until,
                        requested_at=asked_at,
                    )
                )
            await host.database.batch(rows)
    steps = Counter[str]()

    def ended(event: dict[str, Any]) -> None:
        steps[minutes.database.job] += event["stmt_status"]["SQLITE_STMTSTATUS_VM_STEP"]

    await minutes.pass_one()
    host.database.connection.trace_v2(apsw.SQLITE_TRACE_PROFILE, ended, id="steps")
    ticks: list[tuple[int, Counter[str], Counter[str]]] = []
    for _ in range(12):
        # Runs under way are looked at every ten minutes: here the engine has just said that it has
        # them.
        seen = (ago(host.pieces.clock.now(), 0),) * 2
        host.database.connection.execute(
            "UPDATE runs SET instance_confirmed_at = ?, updated_at = ?", seen
        )
        steps.clear()
        await minutes.pass_one()
        asked = Counter(minutes.invocations[-1])
        ticks.append((asked.total(), asked, steps.copy()))
    total, asked, steps_then = max(ticks, key=lambda each: each[0])
    rows = [
        [job or "the tick itself", str(count), f"{steps_then[job]:,}"]
        for job, count in asked.most_common()
    ]
    rows.append(
        [
            f"**all**, of {accounts:,} accounts",
            f"**{total}** (target ≤ 60)",
            f"{steps_then.total():,}",
        ]
    )
    print(table(["nothing is due", "statements", "steps of SQLite"], rows))


async def measure_rest() -> None:
    """A line of the rows that an hour writes in which nothing is due: jobs note their turns. D1
    bills each row that is written; entries of indexes that a change moves are not counted.
    """
    minutes = await _minutes()
    database = minutes.host.database
    await settle(minutes.host, (), 1)
    for _ in range(_MINUTES_AN_HOUR):
        await minutes.pass_one()
    before = await stand(database)
    for _ in range(_MINUTES_AN_HOUR):
        await minutes.pass_one()
    after = await stand(database)
    rows = after.changes - before.changes
    print(f"\nAn hour in which nothing is due writes {rows} rows: {rows * 24 * 30:,} in 30 days.")


async def measure_due(accounts: int) -> None:
    """Raises SystemExit: an account had two turns of a job before another had one."""
    minutes = await _minutes()
    jobs = [each for each in POPULATIONS if each.job not in _ROUNDS]
    await settle(minutes.host, jobs, accounts)
    waiting = {each.job: {row_name(each, number) for number in range(accounts)} for each in jobs}
    ended: dict[str, int] = {}
    asked = Counter[str]()
    invocations = minute = 0
    while waiting:
        minute += 1
        invocations += await minutes.pass_one()
        for job in [*waiting]:
            waiting[job] -= set().union(*minutes.turns.get(job, ()), *minutes.turns["queue"])
            if not waiting[job]:
                del waiting[job]
                ended[job] = minute
        minutes.turns.clear()
    for each in minutes.invocations:
        asked.update(each)
    rows = [
        [job, str(ended[job]), f"{asked[job] / accounts:.1f}"]
        for job in sorted(ended, key=lambda job: -asked[job])
    ]
    rows.append([f"**all {len(jobs)} jobs**", f"**{minute}**", f"{asked.total() / accounts:.0f}"])
    print(
        table(
            [
                f"a row of each job is due in each of {accounts:,} accounts",
                "minutes",
                "statements an account",
            ],
            rows,
        )
    )
    seconds = INVOCATION_SECONDS * invocations / minute
    print(
        f"\n{invocations} invocations, {invocations / minute:.1f} a minute: {seconds:.0f} s of it, "
        f"where one takes {INVOCATION_SECONDS} s."
    )


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--idle", type=int, default=10_000)
    asked.add_argument("--due", type=int, default=1_000)
    arguments = asked.parse_args()
    with publishing("ticks", write=arguments.write):
        asyncio.run(measure_idle(arguments.idle))
        asyncio.run(measure_rest())
        print()
        asyncio.run(measure_due(arguments.due))


if __name__ == "__main__":
    main()
