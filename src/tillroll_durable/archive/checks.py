"""Checks of the archive's files, round after round: whether they are as they were written."""

import hashlib
from collections.abc import Sequence
from typing import Final, LiteralString

from tillroll_durable.archive import files as archive
from tillroll_durable.jobs.scans import keep_position, kept_position
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Row,
    Statement,
    digits,
    integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json, dump
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.services import Platform

# A round takes a week of ticks at most, and hours where there is little.
_ROUND_TICKS: Final = digits(7 * 24 * 60)
_FEWEST: Final = "3"
_MOST_OF_A_TICK: Final = "50"
# Of files that were found to be wrong, so many are looked at again at once: first those that were
# not for longest.
MOST_AGAIN: Final = 50
MOST_LISTED: Final = 100

_NEXT_BUNDLE: Final = "archive: next bundle to verify"
_NEXT_RANGE: Final = "archive: next range to verify"
_BUNDLES: Final = (
    "SELECT id, account_id, object_key, sha256 FROM archive_bundles WHERE state = 'archived'"
)
_RANGES: Final = "SELECT number, object_key, sha256 FROM archive_ranges WHERE state <> 'begun'"
_BUNDLES_BEHIND: Final = f"""
  {_BUNDLES} AND id > CAST(? AS INTEGER) ORDER BY id
  LIMIT (SELECT min({_MOST_OF_A_TICK}, {_FEWEST} + COALESCE(MAX(id), 0) / {_ROUND_TICKS})
      FROM archive_bundles)
"""
_RANGES_BEHIND: Final = f"{_RANGES} AND number > CAST(? AS INTEGER) ORDER BY number LIMIT 1"
_BUNDLES_OF_RUNS: Final = f"""
  {_BUNDLES} AND id IN (
    SELECT bundle_id FROM archived_runs
    WHERE run_id IN (SELECT value FROM json_each(?)))
"""
OPEN_FLAWS: Final = (
    "SELECT *, count(*) OVER () AS flaws FROM archive_flaws ORDER BY found_at, object_key "
    f"LIMIT {digits(MOST_LISTED)}"
)
"""The query for `flaw_of_row`: those that there are, and in `flaws` how many."""


class FlawedFile(Model):
    """`held` is what lies in the file, such as `range 3` or `bundle 7`; `says` is for a person,
    with what is safe to do.
    """

    held: str
    object_key: str
    wrong: archive.Wrong
    says: str
    found_at: str

    @property
    def told(self) -> str:
        """What it says, without what is safe to do."""
        return f"{self.object_key} of {self.held} {self.wrong.says}"


def flaw_of_row(row: Row) -> FlawedFile:
    """A row of `archive_flaws`."""
    number = row["range_number"]
    if number is not None:
        subject = f"range {integer(row, 'range_number')}"
    else:
        subject = f"bundle {integer(row, 'bundle_id')}"
    wrong = archive.Wrong(text(row, "flaw"))
    key = text(row, "object_key")
    sentence = f"The file {key} of {subject} {wrong.says}. {archive.safe_to_do()}"
    return FlawedFile(
        held=subject, object_key=key, wrong=wrong, says=sentence, found_at=text(row, "found_at")
    )


async def flaws_now(platform: Platform) -> list[FlawedFile]:
    """The files that were found to be wrong, and were not right since; up to MOST_LISTED."""
    return [flaw_of_row(row) for row in await platform.database.all(statement(OPEN_FLAWS))]


async def flaws_of(platform: Platform, keys: Sequence[str]) -> tuple[list[FlawedFile], int]:
    """The wrong files among these keys, and how many other files are wrong."""
    sql = (
        "SELECT * FROM archive_flaws WHERE object_key IN (SELECT value FROM json_each(?)) "
        "ORDER BY found_at, object_key"
    )
    own, [counted] = await platform.database.batch(
        [statement(sql, [dump([*keys])]), statement("SELECT count(*) AS n FROM archive_flaws")]
    )
    return [flaw_of_row(row) for row in own], integer(counted, "n") - len(own)


async def verify_files(platform: Platform) -> None:
    """Verify the next files in one tick, and files that were wrong before.
    Raises ObjectsUnavailable: some could not be read.
    """
    now = to_text(platform.clock.now())
    kept_bundle, kept_range = await platform.database.batch(
        [kept_position(_NEXT_BUNDLE), kept_position(_NEXT_RANGE)]
    )
    bundles, behind_bundles = await _next(platform, kept_bundle, query=_BUNDLES_BEHIND, column="id")
    ranges, behind_ranges = await _next(platform, kept_range, query=_RANGES_BEHIND, column="number")
    unread: ObjectsUnavailable | None = None
    try:
        await _check(platform, bundles, ranges)
    except ObjectsUnavailable as error:
        unread = error
    for name, rows, position in (
        (_NEXT_BUNDLE, kept_bundle, behind_bundles),
        (_NEXT_RANGE, kept_range, behind_ranges),
    ):
        if not rows or text(rows[0], "position") != position:
            await keep_position(platform.database, name, position=position, now=now)
    await verify_again(platform, but=_keys((*bundles, *ranges)))
    if unread is not None:
        raise unread


async def _next(
    platform: Platform, previous: Sequence[Row], query: LiteralString, column: str
) -> tuple[Sequence[Row], str]:
    """The next rows of a round, behind the last the first ones; and the position behind them."""
    position = text(previous[0], "position") if previous else "0"
    rows = await platform.database.all(statement(query, [position]))
    if not rows and position != "0":
        rows = await platform.database.all(statement(query, ["0"]))
    return rows, str(integer(rows[-1], column)) if rows else "0"


async def verify_again(platform: Platform, *, but: Sequence[str] = ()) -> list[str]:
    """Look again at files that were wrong, except those with these keys; return the keys.
    Raises ObjectsUnavailable: some could not be read.
    """
    sql = (
        "DELETE FROM archive_flaws WHERE bundle_id IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM archive_bundles b WHERE b.id = bundle_id "
        "AND b.object_key = archive_flaws.object_key AND b.state = 'archived')"
    )
    await platform.database.batch([statement(sql, account=EVERYBODY)])
    flawed = (
        "(SELECT object_key FROM archive_flaws WHERE object_key NOT IN "
        "(SELECT value FROM json_each(?)) "
        f"ORDER BY checked_at, found_at LIMIT {digits(MOST_AGAIN)})"
    )
    bundles, ranges = await platform.database.batch(
        [
            statement(f"{_BUNDLES} AND object_key IN {flawed}", [dump([*but])]),
            statement(f"{_RANGES} AND object_key IN {flawed}", [dump([*but])]),
        ]
    )
    await _check(platform, bundles, ranges)
    return _keys((*bundles, *ranges))


async def verify_of(platform: Platform, run_ids: Sequence[str], number: int | None) -> list[str]:
    """Look at the files of these runs, or of that range; return their keys.
    Raises ObjectsUnavailable.
    """
    bundles, ranges = await platform.database.batch(
        [
            statement(_BUNDLES_OF_RUNS, [dump([*run_ids])]),
            statement(f"{_RANGES} AND number = ?", [number]),
        ]
    )
    await _check(platform, bundles, ranges)
    return _keys((*bundles, *ranges))


def _keys(rows: Sequence[Row]) -> list[str]:
    return [text(row, "object_key") for row in rows]


async def _check(platform: Platform, bundles: Sequence[Row], ranges: Sequence[Row]) -> None:
    """Check files one by one and keep the result. Raises ObjectsUnavailable at the end, where some
    were unread.
    """
    now = to_text(platform.clock.now())
    writes: list[Statement] = []
    unread: ObjectsUnavailable | None = None
    pieces = await _pieces_of(platform, bundles)
    for row in (*bundles, *ranges):
        is_range = "number" in row
        try:
            wrong = await (
                _range_wrong(platform, row) if is_range else _bundle_wrong(platform, row, pieces)
            )
            writes.append(_note_checked(row, now, wrong))
        except ObjectsUnavailable as error:
            log.warning("archive.unread", source=text(row, "object_key"), error=error)
            unread = error
    if writes:
        await platform.database.batch(writes)
    if unread is not None:
        raise unread


async def _bundle_wrong(
    platform: Platform, row: Row, pieces: Sequence[archive.Kept]
) -> archive.Wrong | None:
    key = text(row, "object_key")
    content = await platform.objects.get_bytes(key)
    if content is None:
        return archive.Wrong.MISSING
    is_right = hashlib.sha256(content).hexdigest() == row["sha256"] and all(
        archive.is_sealed(archive.piece_in(content, piece), piece)
        for piece in pieces
        if piece.object_key == key
    )
    if is_right:
        return None
    return archive.Wrong.DIFFERS


async def _range_wrong(platform: Platform, row: Row) -> archive.Wrong | None:
    try:
        await archive.content_as_written(
            platform.objects, text(row, "object_key"), text(row, "sha256")
        )
    except archive.ArchiveLost as lost:
        return lost.wrong
    return None


async def _pieces_of(platform: Platform, bundles: Sequence[Row]) -> list[archive.Kept]:
    """Where the runs of bundles lie, each with what the audit tells of it."""
    if not bundles:
        return []
    ids: list[Json] = [integer(row, "id") for row in bundles]
    query = statement(
        f"{archive.KEPT} WHERE a.bundle_id IN (SELECT value FROM json_each(?))",
        [dump(ids)],
    )
    return [archive.kept_of_row(row) for row in await platform.database.all(query)]


def _note_checked(row: Row, now: str, wrong: archive.Wrong | None) -> Statement:
    """What becomes of a file's flaw. A bundle that was written anew meanwhile, and whose old file
    is gone, has none.
    """
    key = text(row, "object_key")
    if wrong is None:
        deletion = "DELETE FROM archive_flaws WHERE object_key = ?"
        return statement(deletion, [key], account=EVERYBODY)
    log.error("archive.not_as_written", source=key, reason=wrong.value)
    return statement(
        """
        INSERT INTO archive_flaws (
          object_key, range_number, bundle_id, account_id, flaw, found_at, checked_at)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?6
        WHERE ?2 IS NOT NULL OR EXISTS (SELECT 1 FROM archive_bundles WHERE id = ?3
            AND object_key = ?1)
        ON CONFLICT (object_key) DO UPDATE SET flaw = ?5, checked_at = ?6
        """,
        [
            key,
            row.get("number"),
            row.get("id"),
            optional_text(row, "account_id") if "account_id" in row else None,
            wrong.value,
            now,
        ],
    )
