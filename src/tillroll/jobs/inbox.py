"""Rows that wait to be worked off: each nudged by a message of the queue, and swept where that was lost."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN, setting_aside
from tillroll.platform import log
from tillroll.platform.bindings.database import Statement, statement, text
from tillroll.platform.bindings.engine import QueueUnavailable
from tillroll.platform.clock import to_text
from tillroll.platform.json import JsonObject, dump
from tillroll.platform.services import Platform


@dataclass(frozen=True)
class Inbox:
    """`name` is what the log says, `nudge_by` what a message of the queue says. `again` are the minutes until the sweep
    looks again, by the number of the attempt; the last one holds for all that follow."""

    table: str
    name: str
    nudge_by: str
    again: Sequence[int]

    def again_at(self, now: datetime, attempt: int = 0) -> str:
        return to_text(now + timedelta(minutes=self.again[attempt]))

    def next_attempt(self, now: datetime) -> str:
        """When the next attempt is, in SQL."""
        cases = [f"WHEN {number} THEN '{self.again_at(now, number)}'" for number in range(len(self.again))]
        return f"CASE attempts {' '.join(cases)} ELSE '{self.again_at(now, -1)}' END"

    async def nudge(self, platform: Platform, row_id: str) -> None:
        """Have a row worked off soon; where the queue does not take the message, the sweep does it."""
        message: JsonObject = {self.nudge_by: row_id}
        try:
            await platform.queue.send(message)
        except QueueUnavailable as error:
            log.warning(f"{self.name}.not_nudged", subject=row_id, error=error)

    def put_off(self, row_id: str, why: str) -> Statement:
        """Say why the attempt came to nothing; its claim has said already when the next one is."""
        query = f"UPDATE {self.table} SET why = ? WHERE id = ? AND state = 'stored'"  # noqa: S608 - a constant
        return statement(query, why, row_id)

    def due_at(self, row_ids: Sequence[str], at: datetime) -> Statement:
        query = f"""
          UPDATE {self.table} SET next_attempt_at = ?2
          WHERE id IN (SELECT value FROM json_each(?1)) AND state = 'stored'
        """  # noqa: S608 - a constant
        return statement(query, dump([*row_ids]), to_text(at))

    async def sweep(
        self, platform: Platform, work_off: Callable[[str], Awaitable[None]], most: int, most_nudged: int
    ) -> int:
        """Work off, or nudge, what is overdue, the oldest first: its nudge was lost, a process died over it, or its
        turn has come now. What was nudged in vain is nudged ever more seldom. Return how many."""
        part, look = f"{self.name}: nudged", f"{self.table}.id || ' ' || {self.table}.next_attempt_at"
        overdue = "state = 'stored' AND next_attempt_at <= ?1"
        oldest = f"SELECT id FROM {self.table} WHERE {overdue} ORDER BY next_attempt_at, id LIMIT ?2"  # noqa: S608 - constants
        unnudged = f"""
          SELECT id, {look} AS look FROM {self.table} {JOIN.format(part=f"'{part}'", subject=look)}
          WHERE {overdue} AND {IS_DUE} ORDER BY {IN_TURN}, next_attempt_at, id LIMIT ?2
        """  # noqa: S608 - constants
        now = to_text(platform.clock.now())
        worked, rows = await platform.database.batch(
            [statement(oldest, now, most), statement(unnudged, now, most + most_nudged)]
        )
        due = [text(row, "id") for row in worked]
        platform.turn.has_more(where=len(rows) == most + most_nudged)
        nudged = [row for row in rows if text(row, "id") not in due][:most_nudged]
        if nudged:
            looks = [text(row, "look") for row in nudged]
            await platform.database.batch([setting_aside(part, looks, "nudged, and due still", now)])
        for row in nudged:
            await self.nudge(platform, text(row, "id"))
        for row_id in platform.turn.take(due):
            try:
                await work_off(row_id)
            except Exception as error:  # noqa: BLE001 - that one cannot be claimed, or settled, keeps no other from its turn
                log.crash(f"{self.name}.attempt_failed", error, subject=row_id)
                again = self.due_at([row_id], platform.clock.now() + timedelta(minutes=5))
                await platform.database.batch([again])
        return len(due) + len(nudged)
