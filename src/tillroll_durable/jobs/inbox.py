"""Rows that wait to be worked off: each nudged by a message of the queue, and swept where that was
lost.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, LiteralString

from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, resting, set_aside
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import Statement, digits, statement, text, word
from tillroll_durable.platform.bindings.engine import QueueUnavailable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform

# What a message that is on its way has until its row is taken up again.
_HAS_TIME: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Inbox:
    """`name` is what the log says, `nudge_by` what a message of the queue says. `again` are the
    minutes until the sweep looks again, by the number of the attempt; the last one holds for all
    that follow.
    """

    table: LiteralString
    name: LiteralString
    nudge_by: str
    again: Sequence[int]

    def again_at(self, now: datetime, attempt: int = 0) -> str:
        return to_text(now + timedelta(minutes=self.again[attempt]))

    def next_attempt(self, now: datetime) -> LiteralString:
        """When the next attempt is, in SQL."""
        cases: list[LiteralString] = [
            f"WHEN {digits(number)} THEN '{word(self.again_at(now, number))}'"
            for number in range(len(self.again))
        ]
        last = word(self.again_at(now, -1))
        return f"CASE attempts {' '.join(cases)} ELSE '{last}' END"

    async def nudge(self, platform: Platform, row_id: str) -> bool:
        """Have a row worked off soon; False where the queue does not take the message, so that the
        sweep does it.
        """
        message: JsonObject = {self.nudge_by: row_id}
        try:
            await platform.queue.send(message)
        except QueueUnavailable as error:
            log.warning(f"{self.name}.not_nudged", subject=row_id, error=error)
            return False
        return True

    def put_off(self, account_id: str, row_id: str, why: str) -> Statement:
        """Say why the attempt came to nothing; its claim has said already when the next one is."""
        query = f"UPDATE {self.table} SET why = ? WHERE id = ? AND state = 'stored'"
        return statement(query, [why, row_id], account=account_id)

    def due_at(self, account_id: str, row_id: str, at: datetime) -> Statement:
        query = f"UPDATE {self.table} SET next_attempt_at = ?2 WHERE id = ?1 AND state = 'stored'"
        return statement(query, [row_id, to_text(at)], account=account_id)

    async def sweep(
        self,
        platform: Platform,
        work_off: Callable[[str], Awaitable[None]],
        most: int,
        most_nudged: int,
    ) -> int:
        """Work off, or nudge, what is overdue, the oldest first: its nudge was lost, a process died
        over it, or its turn has come now. What was nudged has a minute for that. Return how many.
        """
        part = f"{self.name}: swept"
        look = f"{self.table}.id || ' ' || {self.table}.next_attempt_at"
        query = f"""
          SELECT id, {look} AS look FROM {self.table} {JOIN.format(part=f"'{part}'", subject=look)}
          WHERE state = 'stored' AND next_attempt_at <= ?1 AND {IS_DUE}
          ORDER BY {IN_TURN}, next_attempt_at, id LIMIT ?2
        """
        now = platform.clock.now()
        rows = await platform.database.all(statement(query, [to_text(now), most + most_nudged]))
        platform.turn.has_more(where=len(rows) == most + most_nudged)
        nudged: list[str] = []
        for row in rows[most:]:
            if not await self.nudge(platform, text(row, "id")):
                break  # the others are taken up by the next turn
            nudged.append(text(row, "look"))
        if nudged:
            await platform.database.batch(
                [resting(part, nudged, why="nudged, and due still", until=now + _HAS_TIME)]
            )
        for row in platform.turn.take(rows[:most]):
            row_id = text(row, "id")
            try:
                await work_off(row_id)
            except Exception as error:  # noqa: BLE001
                # That one cannot be claimed, or settled, keeps no other from its turn.
                log.crash(f"{self.name}.attempt_failed", error, subject=row_id)
                # Where it was claimed, it is due by what the claim said.
                why = type(error).__name__
                at = to_text(platform.clock.now())
                await set_aside(platform.database, part, subject=text(row, "look"), why=why, now=at)
        return len(rows[:most]) + len(nudged)
