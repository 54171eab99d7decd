"""Verification of a range that was archived: its file, its rows, and the archive's bundles."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tillroll_durable.archive import files as archive
from tillroll_durable.archive.files import ArchiveLost, Kept, NotPacked, Wrong
from tillroll_durable.audit import HAS_KEY
from tillroll_durable.platform.bindings.database import Database, Value, integer, statement, text
from tillroll_durable.platform.json import Json, dump, load_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.sealing import checks
from tillroll_durable.sealing.checks import Finding, Flaw, Link, Place
from tillroll_durable.sealing.files import Range, State, sections
from tillroll_durable.sealing.repository import (
    COLUMNS,
    Entry,
    entries_between,
    entry_of_row,
    seals_between,
)
from tillroll_durable.sealing.seals import SignedSeal
from tillroll_durable.sealing.verifier import verify_export


@dataclass(frozen=True)
class RangeReport:
    """`link` is what the seal behind the range has to follow; None where that is not known.
    `events` are the file's.
    """

    findings: list[Finding]
    events: int
    link: Link | None


async def check_range(
    platform: Platform, checker: checks.SealChecker, archived: Range, link: Link | None
) -> RangeReport:
    """Check a range by its file. `link` is the seal before it. Raises ObjectsUnavailable."""
    findings = await _about_proof(platform.database, archived)
    try:
        content = await archive.content_there(platform.objects, archived.object_key)
    except ArchiveLost as lost:
        if lost.wrong is Wrong.MISSING:
            flaw = Flaw.ARCHIVE_MISSING
        else:
            flaw = Flaw.ARCHIVE_DIFFERS
        findings.append(
            Finding(
                flaw,
                Place.ARCHIVE,
                says=_sentence(archived, lost.wrong),
                seal=archived.from_seal,
                event=archived.from_id,
            )
        )
        return RangeReport(findings, 0, None)
    if archive.sha256_of(content) != archived.sha256:
        findings.append(
            Finding(
                Flaw.ARCHIVE_DIFFERS,
                Place.ARCHIVE,
                says=_sentence(archived, Wrong.DIFFERS),
                seal=archived.from_seal,
            )
        )
    lines = content.split("\n")
    verified = await verify_export(
        checker, lines, first=archived.from_seal, previous=link, place=Place.ARCHIVE
    )
    findings += verified.findings
    head = verified.head
    if head is None or head.number != archived.to_seal:
        last = head.number if head else archived.from_seal - 1
        sentence = (
            f"The file of the archived seals {archived.from_seal} to {archived.to_seal} ends with "
            f"seal {last}."
        )
        findings.append(Finding(Flaw.SEAL_MISSING, Place.ARCHIVE, says=sentence, seal=last + 1))
    own = [section for section in sections(lines) if section.seal]
    findings += await _about_seals(
        platform.database, archived, [each.seal for each in own if each.seal]
    )
    if archived.from_seal == 1:
        first = 1
    elif link:
        first = link.to_id + 1
    else:
        first = archived.from_id
    filed = [entry for each in own for entry in each.entries]
    findings += await _about_rows(platform.database, archived, first=first, filed=filed)
    findings += await _about_bundles(platform, archived, first=first, filed=filed)
    is_authentic = (
        head is not None and head.number == archived.to_seal and await checker.is_authentic(head)
    )
    return RangeReport(
        findings, verified.events, checks.link_of(head) if head and is_authentic else None
    )


def _sentence(archived: Range, wrong: Wrong) -> str:
    return (
        f"The file of the archived seals {archived.from_seal} to {archived.to_seal}, "
        f"{archived.object_key}, {wrong.says}."
    )


async def _about_proof(database: Database, archived: Range) -> list[Finding]:
    """The row is believed as far as an event of the audit says the same: that event is sealed, and
    stays.
    """
    row = await database.first(
        statement(
            f"SELECT {COLUMNS} FROM audit_events WHERE event_key = ? AND {HAS_KEY}",
            [archived.proof],
        )
    )
    entry = None if row is None else entry_of_row(row)
    detail: Mapping[str, Json] = {}
    if entry is not None and entry.has_true_digest():
        detail = load_object(str(entry.event["detail"]))
    if (
        detail.get("range"),
        detail.get("sha256"),
        detail.get("fromSeal"),
        detail.get("toSeal"),
    ) == (
        archived.number,
        archived.sha256,
        archived.from_seal,
        archived.to_seal,
    ):
        return []
    sentence = f"No event of the audit says what the row of archived range {archived.number} says."
    return [Finding(Flaw.ARCHIVE_UNPROVEN, Place.DATABASE, says=sentence, seal=archived.from_seal)]


async def _about_seals(
    database: Database, archived: Range, own: Iterable[SignedSeal]
) -> list[Finding]:
    """Seals that are still rows are those of the file."""
    filed = {each.number: each for each in own}
    return [
        Finding(
            Flaw.SEAL_ALTERED,
            Place.DATABASE,
            says=f"Seal {stored.number} in the database is not that of the archive.",
            seal=stored.number,
        )
        for stored in await seals_between(database, archived.from_seal, archived.to_seal)
        if stored.number in filed and stored != filed[stored.number]
    ]


async def _about_rows(
    database: Database, archived: Range, first: int, filed: list[Entry]
) -> list[Finding]:
    """Events that are still rows, or are again, are those of the file; those that are none may be
    none.
    """
    by_id = {entry.id: entry for entry in filed}
    rows = await entries_between(database, first, archived.to_id)
    findings: list[Finding] = []
    for entry in rows:
        own = by_id.get(entry.id)
        if own is None:
            findings.append(
                _of(
                    archived,
                    entry,
                    flaw=Flaw.INSERTED,
                    sentence=checks.NOT_SEALED,
                )
            )
        elif own.line != entry.line:
            findings.append(_of(archived, entry, flaw=Flaw.EDITED, sentence=checks.NOT_AS_SEALED))
    present = {entry.id for entry in rows}
    missing = [entry for entry in filed if entry.id not in present]
    if archived.state is State.RESTORED:
        deleted = set[int]()
    else:
        deleted = await _may_be_gone(database, missing)
    findings += [
        checks.missing_event(entry.id, Place.DATABASE, archived.from_seal, stream=entry.stream)
        for entry in missing
        if entry.id not in deleted
    ]
    return findings


async def _about_bundles(
    platform: Platform, archived: Range, first: int, filed: Iterable[Entry]
) -> list[Finding]:
    """Bundles have all of their runs' sealed events, and no other. `first` is the id behind the
    range before.
    """
    by_run: dict[str, list[Entry]] = {}
    for entry in filed:
        by_run.setdefault(entry.stream, []).append(entry)
    bundles = (
        # A constant.
        f"{archive.KEPT} WHERE a.run_id IN (SELECT value FROM json_each(?)) ORDER BY a.bundle_id"
    )
    rows, [last] = await platform.database.batch(
        [
            statement(bundles, [dump([*by_run])]),
            statement("SELECT MAX(to_id) AS id FROM archive_ranges"),
        ]
    )
    findings: list[Finding] = []
    end = integer(last, "id")

    def is_here(event_id: int) -> bool:
        return first <= event_id <= archived.to_id or event_id > end

    key = ""
    content = None
    for piece in map(archive.kept_of_row, rows):
        if piece.object_key != key:
            key = piece.object_key
            content = await platform.objects.get_bytes(piece.object_key)
        findings += _about_piece(
            archived, piece, content=content, filed=by_run[piece.run_id], is_here=is_here
        )
    return findings


def _about_piece(
    archived: Range,
    bundle: Kept,
    content: bytes | None,
    filed: Iterable[Entry],
    is_here: Callable[[int], bool],
) -> list[Finding]:
    """`filed` are the run's events in the range; `is_here` says of an id whether only this range
    has it.
    """
    if content is None:
        return [
            _of_piece(
                Flaw.ARCHIVE_MISSING,
                archived,
                piece=bundle,
                sentence="is gone from the object store",
            )
        ]
    piece = archive.piece_in(content, bundle)
    if archive.is_sealed(piece, bundle):
        differs = []
    else:
        differs = [_of_piece(Flaw.ARCHIVE_DIFFERS, archived, piece=bundle, sentence="was changed")]
    try:
        entries = [*map(entry_of_row, archive.unpacked_run(piece)[archive.EVENTS])]
    except (NotPacked, ValueError, KeyError, TypeError):
        return differs
    sealed = {entry.id: entry for entry in filed if _seq(entry) <= bundle.last_seq}
    by_id = {entry.id: entry for entry in entries}
    findings = [
        _of(
            archived,
            entry,
            flaw=Flaw.INSERTED,
            sentence="is twice in what its run left",
            place=Place.ARCHIVE,
        )
        for entry in entries
        if by_id[entry.id] is not entry
    ]
    for event_id in sorted(sealed.keys() | {each for each in by_id if is_here(each)}):
        entry = sealed.get(event_id)
        own = by_id.get(event_id)
        if own is None and entry is not None:
            findings.append(
                _of(
                    archived,
                    entry,
                    flaw=Flaw.DELETED,
                    sentence="is missing from what its run left",
                    place=Place.ARCHIVE,
                )
            )
        elif own is not None and entry is None:
            findings.append(
                _of(
                    archived,
                    own,
                    flaw=Flaw.INSERTED,
                    sentence="is in what its run left, and was never sealed",
                    place=Place.ARCHIVE,
                )
            )
        elif own is not None and entry is not None and own.line != entry.line:
            findings.append(
                _of(
                    archived,
                    entry,
                    flaw=Flaw.EDITED,
                    sentence="is not what was sealed, in what its run left",
                    place=Place.ARCHIVE,
                )
            )
    return [*differs, *findings]


def _of_piece(flaw: Flaw, archived: Range, piece: Kept, sentence: str) -> Finding:
    sentence = f"What {piece.run_id} left, in {piece.object_key}, {sentence}."
    return Finding(
        flaw, Place.ARCHIVE, says=sentence, seal=archived.from_seal, event=None, stream=piece.run_id
    )


async def _may_be_gone(database: Database, missing: list[Entry]) -> set[int]:
    """The ids that the archive has instead: of archived runs, and of accounts but the newest. As
    the trigger.
    """
    streams: list[Json] = [*sorted({entry.stream for entry in missing})]
    archived, newest = await database.batch(
        [
            statement(
                # Of a run that is still there, only an erasure that the audit tells of leaves
                # nothing.
                f"""
                SELECT run_id AS stream, last_seq AS seq FROM archived_runs a
                WHERE run_id IN (SELECT value FROM json_each(?)) AND (bundle_id IS NOT NULL
                  OR NOT EXISTS (SELECT 1 FROM runs WHERE id = a.run_id)
                  OR EXISTS (SELECT 1 FROM audit_events
                             WHERE event_key = 'archive.run_erased:' || a.run_id AND {HAS_KEY}))
                """,
                [dump(streams)],
            ),
            statement(
                "SELECT stream, MAX(seq) - 1 AS seq FROM audit_events "
                "WHERE stream IN (SELECT value FROM json_each(?) "
                "WHERE substr(value, 1, 8) = 'account:') "
                "GROUP BY stream",
                [dump(streams)],
            ),
        ]
    )
    most = {text(row, "stream"): integer(row, "seq") for row in [*archived, *newest]}
    return {
        entry.id
        for entry in missing
        if _seq(entry) <= most.get(entry.stream, 0)
        and not str(entry.event["eventKey"]).startswith("archive.")
    }


def _seq(entry: Entry) -> int:
    seq: Value | Json = entry.event.get("seq")
    if isinstance(seq, int):
        return seq
    return 2**53


def _of(
    archived: Range, entry: Entry, flaw: Flaw, sentence: str, place: Place = Place.DATABASE
) -> Finding:
    """About an event of the range, which the cron then looks at again by its first seal."""
    return Finding(
        flaw,
        place,
        says=f"Event {entry.id} of {entry.stream} {sentence}.",
        seal=archived.from_seal,
        event=entry.id,
        stream=entry.stream,
    )
