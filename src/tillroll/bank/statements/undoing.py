"""An import that a person undoes: its run takes back what it stored, and what people accepted of
that.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from tillroll.bank.decisions import matches
from tillroll.bank.decisions.booking import in_facts, undo
from tillroll.bank.decisions.effects import work_off
from tillroll.bank.decisions.lines import load_lines
from tillroll.bank.decisions.models import BankMatch
from tillroll.bank.models import BankStatement, Undoable
from tillroll.bank.statements import entries
from tillroll.bank.statements.contract import Part
from tillroll_documents.matching.models import Line
from tillroll_durable import Actor, Outcome, RollbackContext, Statement, Status, statement
from tillroll_durable.platform.bindings.database import Database, digits, integer, text
from tillroll_durable.platform.json import dump, load_texts
from tillroll_durable.platform.services import Platform

_AT_ONCE: Final = 200
_WHOLE: Final = "m.statement_id = ?1"
_PART: Final = f"{_WHOLE} AND m.section = ?3 AND m.position BETWEEN ?4 AND ?5"
# Entries that no other file has, those that the file changed, and what was accepted of both. An
# entry can also stand as the document of another one.
_GOING: Final = """
  WITH going AS (
    SELECT DISTINCT m.entry_id FROM bank_mentions m WHERE {place} AND NOT EXISTS (
      SELECT 1 FROM bank_mentions other
      WHERE other.entry_id = m.entry_id AND other.statement_id <> ?1)
  ),
  touched AS (
    SELECT entry_id FROM going
    UNION SELECT m.entry_id FROM bank_mentions m WHERE {place} AND m.former IS NOT NULL
  ),
  accepted AS (
    SELECT p.match_id FROM touched
    CROSS JOIN bank_pairs p ON p.entry_id = touched.entry_id AND p.counts = 1
    UNION SELECT p.match_id FROM touched CROSS JOIN bank_pairs p
      ON p.account_id = ?2 AND p.document_id = touched.entry_id AND p.counts = 1
  )
"""
_COUNTS: Final = f"""
  {_GOING.format(place=_WHOLE)}
  SELECT (SELECT COUNT(*) FROM going) AS entries, (SELECT COUNT(*) FROM accepted) AS matches,
    (SELECT json_group_array(day) FROM (
      SELECT DISTINCT e.day FROM accepted
      CROSS JOIN bank_pairs p ON p.match_id = accepted.match_id AND p.counts = 1
      JOIN bank_entries e ON e.id = p.entry_id ORDER BY e.day)) AS match_days
"""
_OF_FILE: Final = f"""
  {_GOING.format(place=_WHOLE)}
  SELECT match_id FROM accepted
"""
_MATCHES: Final = (
    f"{_GOING.format(place=_PART)} SELECT match_id FROM accepted "
    f"ORDER BY match_id LIMIT {digits(_AT_ONCE)}"
)


async def find_undoable(
    database: Database, account_id: str, head: BankStatement
) -> Undoable | None:
    """Find what undoing an import takes back; None where it is not stored, or is being undone."""
    if Status(head.status) is not Status.COMPLETE:
        return None
    row = await database.first(statement(_COUNTS, [head.id, account_id]))
    if row is None:
        return None
    days = load_texts(text(row, "match_days"))
    return Undoable(
        entries=integer(row, "entries"),
        matches=integer(row, "matches"),
        match_days=[date.fromisoformat(day) for day in days],
    )


async def find_payouts(database: Database, account_id: str, statement_id: str) -> list[str]:
    """The payouts of which entries of a file say something."""
    rows = await database.all(statement(_OF_FILE, [statement_id, account_id]))
    return await payouts_of(database, [text(row, "match_id") for row in rows])


async def payouts_of(database: Database, match_ids: Sequence[str]) -> list[str]:
    """The payouts of which accepted matches say something: also that the bank took an entry back
    which paid them."""
    query = """
      SELECT DISTINCT p.document_id FROM bank_matches m JOIN bank_pairs p ON p.match_id = m.id
      WHERE p.document_kind = 'payout' AND (m.id IN (SELECT value FROM json_each(?1))
        OR m.reversed_by IN (SELECT value FROM json_each(?1)))
    """
    rows = await database.all(statement(query, [dump([*match_ids])]))
    return [text(row, "document_id") for row in rows]


def note_undoing(statement_id: str, by: str, reason: str) -> Statement:
    """Keep who has an import undone, and why."""
    query = "UPDATE bank_statements SET undone_by = ?2, undone_because = ?3 WHERE id = ?1"
    return statement(query, [statement_id, by, reason])


async def _load_undoing(database: Database, statement_id: str) -> tuple[str, str] | None:
    """Load who has an import undone, and why; None where nobody has."""
    query = (
        "SELECT undone_by, undone_because FROM bank_statements WHERE id = ? "
        "AND undone_by IS NOT NULL"
    )
    row = await database.first(statement(query, [statement_id]))
    if row is None:
        return None
    return (text(row, "undone_by"), text(row, "undone_because"))


async def take_back(context: RollbackContext, part: Part) -> Outcome:
    """Take back what a part brought. Where a person undoes the import, what explains its entries is
    undone first; otherwise it fails, and a person is called, where something does.
    """
    platform = context.platform
    run = context.run
    undoing = await _load_undoing(platform.database, run.subject)
    if undoing is not None:
        by = Actor(run.account_id, undoing[0])
        reason = undoing[1]
        place = (run.subject, run.account_id, part.section, part.first, part.last)
        while rows := await platform.database.all(statement(_MATCHES, [*place])):
            accepted = await matches.load_matches(
                platform.database, run.account_id, [text(row, "match_id") for row in rows]
            )
            # Each batch is whole by itself: what a crash leaves is found again.
            for group, lines in await _in_facts(platform, by, accepted):
                await platform.database.batch(
                    [*await undo(platform, by, chosen=group, lines=lines, reason=reason)]
                )
            await work_off(platform, [each.id for each in accepted])
    return Outcome(
        statements=entries.take_back(
            run.account_id, run.subject, section=part.section, first=part.first, last=part.last
        ),
    )


async def undo_all(
    platform: Platform, by: Actor, chosen: Sequence[BankMatch], reason: str
) -> Sequence[Statement]:
    """What takes accepted matches back, however many. The batch fails where one of them is not
    accepted any more.
    """
    statements: list[Statement] = []
    for group, lines in await _in_facts(platform, by, chosen):
        statements += await undo(platform, by, chosen=group, lines=lines, reason=reason)
    return statements


async def _in_facts(
    platform: Platform, by: Actor, chosen: Sequence[BankMatch]
) -> list[tuple[list[BankMatch], Mapping[str, Line]]]:
    ids = {pair.entry_id for each in chosen for pair in each.pairs}
    lines = await load_lines(platform.database, by.account_id, ids)
    return [(group, lines) for group in in_facts(chosen, lines)]
