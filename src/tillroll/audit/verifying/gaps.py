"""Events that were deleted before they were sealed: what numbers without a gap say of them.

Ids and `seq` are assigned by the database within the transaction that appends, and a batch that is rolled back gives
both back. So an id that no event has, and a number that a stream lacks, is an event that was deleted. The stream of a
missing id is known where a later event of that stream is there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tillroll.audit.verifying.findings import Finding, Flaw, Place
from tillroll.platform.bindings.database import Database, Statement, integer, statement, text

# Of one seal: the first ones tell the story.
_MOST_GAPS = 50


@dataclass(frozen=True)
class StreamGap:
    """Numbers that a stream lacks before an event.

    Attributes:
        event: the id of the event behind the gap, and `seq` its number.
        before: the id of the stream's event before the gap, and `seq_before` its number; 0 where there is none.
    """

    stream: str
    event: int
    seq: int
    before: int
    seq_before: int

    def says(self) -> str:
        first, last = self.seq_before + 1, self.seq - 1
        if last < first:
            return f"Of {self.stream}, event {self.event} has number {self.seq}, which another event has."
        numbers = f"number {first} is" if first == last else f"numbers {first} to {last} are"
        behind = f"event {self.event} (number {self.seq})"
        place = f"between event {self.before} (number {self.seq_before}) and" if self.before else "before"
        return f"Of {self.stream}, {numbers} missing {place} {behind}."


async def stream_gaps(database: Database, first: int, last: int | None) -> list[StreamGap]:
    """The gaps before the events from one id to another; to the newest where `last` is None."""
    return [
        StreamGap(
            text(row, "stream"),
            integer(row, "id"),
            integer(row, "seq"),
            integer(row, "before_id"),
            integer(row, "before_seq"),
        )
        for row in await database.all(_stream_gaps(first, last))
    ]


def _stream_gaps(first: int, last: int | None) -> Statement:
    return statement(
        f"""
        SELECT event.stream, event.id, event.seq, COALESCE(before.id, 0) AS before_id,
               COALESCE(before.seq, 0) AS before_seq
        FROM audit_events event
        LEFT JOIN audit_events before ON before.stream = event.stream AND before.seq = (
          SELECT MAX(seq) FROM audit_events WHERE stream = event.stream AND seq < event.seq
        )
        WHERE event.id >= ?1 AND event.id <= ?2 AND event.seq <> COALESCE(before.seq, 0) + 1
          -- What came before may be archived, and numbers go on behind it.
          AND NOT EXISTS (SELECT 1 FROM archived_runs WHERE run_id = event.stream AND last_seq = event.seq - 1)
        ORDER BY event.id LIMIT {_MOST_GAPS}
        """,  # noqa: S608 - a constant
        first,
        2**53 - 1 if last is None else last,
    )


async def missing_at_the_end(database: Database) -> tuple[int, int] | None:
    """The first and the last id that were given behind the newest event; None where its id is the last one given."""
    row = await database.first(
        statement(
            """
            SELECT COALESCE((SELECT MAX(id) FROM audit_events), 0) AS newest,
                   COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'audit_events'), 0) AS given
            """
        )
    )
    assert row is not None  # noqa: S101 - such a query has a row
    newest, given = integer(row, "newest"), integer(row, "given")
    return (newest + 1, given) if given > newest else None


def missing_ids(ids: Sequence[int], after: int | None) -> list[tuple[int, int]]:
    """The ranges of ids that are not there, between ascending ids and behind the id `after` (None: not known)."""
    known = list(ids) if after is None else [after, *ids]
    return [(one + 1, other - 1) for one, other in pairwise(known) if other > one + 1]


def gaps_in_ids(
    ranges: Iterable[tuple[int, int]], streams: Mapping[int, str], place: Place, seal: int | None
) -> list[Finding]:
    """What missing ids say; `streams` are those of the events beside them, by id, as far as they are known."""

    def named(event: int) -> str:
        return f"event {event} of {streams[event]}" if event in streams else f"event {event}"

    found: list[Finding] = []
    for first, last in ranges:
        gone = f"Event {first} was" if first == last else f"Events {first} to {last} were"
        beside = f"between {named(first - 1)} and {named(last + 1)}" if first > 1 else f"before {named(last + 1)}"
        says = f"{gone} deleted before a seal covered {'it' if first == last else 'them'}, {beside}."
        found.append(Finding(Flaw.GAP, place, says, seal, first))
    return found


def gap_at_the_end(missing: tuple[int, int]) -> Finding:
    first, last = missing
    gone = f"Event {first} was" if first == last else f"Events {first} to {last} were"
    says = f"{gone} deleted before a seal covered {'it' if first == last else 'them'}, behind the newest event."
    return Finding(Flaw.GAP, Place.DATABASE, says, None, first)


def gaps_in_streams(gaps: Iterable[StreamGap], deleted: Iterable[int], place: Place, seal: int | None) -> list[Finding]:
    """What missing numbers say, but where an event that was deleted after its seal (`deleted`, ids) explains them."""
    gone = list(deleted)
    return [
        Finding(Flaw.GAP, place, gap.says(), seal, gap.event, gap.stream)
        for gap in gaps
        if not any(gap.before < event < gap.event for event in gone)
    ]
