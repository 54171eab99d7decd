"""Proposes matches for the open entries of some days, and finds the windows in which that is
done.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tillroll.bank.decisions import matches
from tillroll.bank.decisions.documents import load_documents
from tillroll.bank.decisions.lines import OPEN, entry_of, load_around, load_explained, load_window
from tillroll.bank.decisions.matches import as_new
from tillroll.bank.decisions.terms import with_terms
from tillroll.bank.texts import in_texts
from tillroll_documents.matching.matching import match
from tillroll_documents.matching.models import Level
from tillroll_documents.matching.models import Match as Found
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Database, integer, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform

MOST_LINES: Final = 1_000
"""Entries of a window, unless a single day has more."""
_MOST_ALTERNATIVES: Final = 3


@dataclass(frozen=True)
class Proposed:
    """What was found for a window: the statements that propose it, and what may be booked without a
    person.
    """

    statements: Sequence[Statement]
    found: int
    automatic: Sequence[str]


async def propose(platform: Platform, account_id: str, first: date, last: date) -> Proposed:
    """Match the open entries of some days anew. What was proposed for them is replaced; what was
    decided stays.
    """
    database = platform.database
    window = await load_window(database, account_id, first=first, last=last)
    if not window:
        return Proposed((), 0, ())
    around = await load_around(database, account_id, lines=window, first=first, last=last)
    explained = await load_explained(database, account_id, lines=window, first=first, last=last)
    lines = {each.id: each for each in (*window, *around, *explained)}
    documents = await load_documents(
        database, account_id, amounts=(each.amount for each in window), first=first, last=last
    )
    result = match(lines.values(), documents, await matches.load_knowledge(database, account_id))
    by_id = {each.id: each for each in documents}
    own = {each.id for each in window}
    selected = [each for each in result.matches if own.intersection(each.lines)]
    others = [
        each
        for line, those in result.alternatives.items()
        if line in own
        for each in those[:_MOST_ALTERNATIVES]
    ]
    every = [*selected, *_not_in(others, selected)]
    ids = await _ids_of(database, account_id, [_key(each) for each in every])
    for_people = [
        await with_terms(platform, account_id, match=each, lines=lines, documents=by_id)
        for each in every
    ]
    proposals = [as_new(ids[_key(each)], each, lines=lines, documents=by_id) for each in for_people]
    now = to_text(platform.clock.now())
    touched = {entry_of(line)[0] for each in selected for line in each.lines} | {
        entry_of(line)[0] for line in own
    }
    return Proposed(
        [
            *matches.drop_proposals(account_id, touched),
            *matches.insert_matches(account_id, proposals, now),
        ],
        len(selected),
        [ids[_key(each)] for each in await _never_undone(database, account_id, selected)],
    )


async def _never_undone(
    database: Database, account_id: str, proposals: Sequence[Found]
) -> list[Found]:
    """The matches that are certain. What was undone once, a person accepts."""
    certain = [each for each in proposals if each.level is Level.AUTOMATIC]
    query = """
      SELECT DISTINCT p.entry_id, p.document_id
      FROM json_each(?2) CROSS JOIN bank_pairs p ON p.entry_id = json_each.value
      CROSS JOIN bank_matches m ON m.id = p.match_id WHERE +m.account_id = ?1 AND m.state = 'undone'
    """
    entries = sorted({entry_of(line)[0] for each in certain for line in each.lines})
    if entries:
        rows = await database.batch(
            [statement(query, [account_id, each]) for each in in_texts(entries)]
        )
    else:
        rows = []
    undone = {(text(row, "entry_id"), text(row, "document_id")) for those in rows for row in those}
    return [each for each in certain if not undone.intersection(_pairs(each))]


def _pairs(match: Found) -> set[tuple[str, str]]:
    """Pair entries with their documents; where lines have none, with each other."""
    if match.pairs:
        return {(entry_of(pair.line)[0], pair.document) for pair in match.pairs}
    return {
        (entry_of(line)[0], entry_of(other)[0]) for line in match.lines for other in match.lines
    }


def _not_in(others: Sequence[Found], proposals: Sequence[Found]) -> list[Found]:
    """Each once, without what was found already."""
    keys = {_key(each) for each in proposals}
    return list({_key(each): each for each in others if _key(each) not in keys}.values())


def _key(each: Found) -> str:
    pairs = sorted((pair.line, pair.document, pair.amount, pair.settles) for pair in each.pairs)
    return f"{each.kind}:{sorted(each.lines)}:{pairs}"


_MOST_TIMES: Final = 20
"""How often the same can be proposed, accepted and undone."""


async def _ids_of(database: Database, account_id: str, keys: Sequence[str]) -> dict[str, str]:
    """An id for each: the same for what is proposed again, so that a decision on it finds it;
    another one where that was decided on, as where a statement is taken back and comes again.
    """
    ids = {key: _id_of(account_id, key, 0) for key in keys}
    for time in range(1, _MOST_TIMES):
        decided = await _decided(database, account_id, ids.values())
        if not decided:
            break
        ids.update(
            {key: _id_of(account_id, key, time) for key, id_ in ids.items() if id_ in decided}
        )
    return ids


async def _decided(database: Database, account_id: str, ids: Iterable[str]) -> set[str]:
    query = """
      SELECT id FROM bank_matches
      WHERE account_id = ?1 AND state <> 'proposed' AND id IN (SELECT value FROM json_each(?2))
    """
    queries = [statement(query, [account_id, those]) for those in in_texts(ids)]
    if queries:
        return {text(row, "id") for rows in await database.batch(queries) for row in rows}
    return set()


def _id_of(account_id: str, key: str, time: int) -> str:
    digest = hashlib.sha256(f"{account_id}:{key}:{time}".encode()).hexdigest()
    return f"mat_{digest[:26].upper()}"


@dataclass(frozen=True)
class Window:
    """Days whose entries are matched together."""

    first: date
    last: date


async def windows_of(database: Database, account_id: str, first: date, last: date) -> list[Window]:
    """The windows of the open entries of some days."""
    query = f"""
      SELECT e.day, COUNT(*) AS entries FROM bank_entries e
      WHERE e.account_id = ?1 AND e.day BETWEEN ?2 AND ?3 AND {OPEN} GROUP BY e.day ORDER BY e.day
    """
    rows = await database.all(statement(query, [account_id, first.isoformat(), last.isoformat()]))
    windows: list[Window] = []
    size = 0
    for row in rows:
        day = date.fromisoformat(text(row, "day"))
        entries = integer(row, "entries")
        is_near = bool(windows) and day - windows[-1].first <= _LONGEST
        if windows and is_near and size + entries <= MOST_LINES:
            windows[-1] = Window(windows[-1].first, day)
            size += entries
        else:
            windows.append(Window(day, day))
            size = entries
    return windows


_LONGEST: Final = timedelta(days=31)
