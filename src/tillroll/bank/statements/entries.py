"""Rows of entries, and of the statements that mention them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, LiteralString, TypeAlias

from pydantic import TypeAdapter

from tillroll.bank.decisions.matches import match_again
from tillroll.bank.models import Entry, EntryCounts
from tillroll.bank.repository import IS_CERTAIN, section_key
from tillroll.bank.statements.entry_identity import WINDOW
from tillroll.bank.statements.entry_traits import Coverage, KnownEntry, Mention, Traits, traits_of
from tillroll.bank.statements.searched_payments import name_of, plain_payments
from tillroll.bank.statements.showing import DOUBT
from tillroll.bank.texts import in_texts
from tillroll.expenses.search.plain_text import plain_words
from tillroll_documents.bank_files.numbers import shown
from tillroll_documents.bank_files.printed import Details, EntryStatus, Format
from tillroll_documents.bank_files.printed import Entry as PrintedEntry
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    integer,
    of_row,
    optional_integer,
    optional_text,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.json import Json, JsonObject, dump

_COLUMNS: Final[Sequence[LiteralString]] = (
    *("status", "day", "value_day", "amount", "currency", "counterparty", "counterparty_plain"),
    *("counterparty_shown", "counterparty_mark", "words", "words_plain", "bank_reference"),
    *("end_to_end_id", "creditor_reference", "mandate", "transaction_code", "charges"),
    *("foreign_amount", "foreign_currency", "rate", "is_reversal", "payments"),
    "payments_plain",
)
_COMPLETED: Final[Sequence[LiteralString]] = (
    *("counterparty", "counterparty_plain", "counterparty_shown", "counterparty_mark"),
    *("end_to_end_id", "creditor_reference", "mandate"),
    *("foreign_amount", "foreign_currency", "rate", "payments", "payments_plain"),
)
"""What another file may know of an entry that lacks it."""

_MENTIONED: Final[Sequence[LiteralString]] = (
    *("position", "entry_id", "amount", "status", "booked_on", "valued_on"),
    *("reference", "end_to_end", "account_end", "words"),
)
"""What a mention has of an entry."""

# D1 takes rows and values of 2 MB, and an entry has words beside its payments.
_MOST_PAYMENT_BYTES: Final = 1_800_000
Standing: TypeAlias = Literal["open", "explained", "pending"]
Marker = Callable[[str], str]
"""The fingerprint of a bank account's number."""


def as_kept(entry: PrintedEntry, mark: Marker) -> JsonObject:
    """An entry as it is kept between reading and storing: its columns but the currency, and its
    traits.
    """
    payments: list[Json] = [
        {"number": number, **_details(each), "counterparty_mark": _mark(each, mark)}
        for number, each in enumerate(entry.payments, start=1)
    ]
    details = _details(entry)
    name = details["counterparty"]
    columns: JsonObject = {
        **details,
        "counterparty_plain": None if name is None else plain_words(str(name)),
        "words_plain": plain_words(entry.text),
        "status": "booked" if entry.status is EntryStatus.BOOKED else "pending",
        "day": None if entry.day is None else entry.day.isoformat(),
        "value_day": None if entry.valued_on is None else entry.valued_on.isoformat(),
        "bank_reference": entry.bank_reference,
        "mandate": entry.mandate,
        "transaction_code": entry.code,
        "is_reversal": int(entry.is_reversal),
        "payments": dump(payments) if payments else None,
        "payments_plain": plain_payments(entry.payments),
        "counterparty_mark": _mark(entry, mark),
    }
    row: JsonObject = {
        "position": entry.position,
        "columns": columns,
        "traits": _as_json(traits_of(entry)),
    }
    if entry.corrects is not None:
        row["corrects"] = entry.corrects
    if entry.is_deletion:
        row["is_deletion"] = True
    return row


def has_room_for_payments(line: JsonObject) -> bool:
    """Whether the single payments of an entry, as `as_kept` wrote it, fit into its row. They stand
    in a text within the JSON that is written, so each of their quotes counts twice.
    """
    match line:
        case {"columns": {"payments": str(payments)}}:
            return len(dump(payments).encode()) <= _MOST_PAYMENT_BYTES
        case _:
            return True


def _details(each: Details) -> JsonObject:
    account = each.counterparty.account
    foreign = each.foreign
    return {
        "amount": each.amount,
        "counterparty": name_of(each),
        "counterparty_shown": None if account is None else shown(account),
        "words": each.text,
        "end_to_end_id": each.end_to_end,
        "creditor_reference": each.creditor_reference,
        "charges": each.charges,
        "foreign_amount": None if foreign is None else foreign.minor,
        "foreign_currency": None if foreign is None else foreign.currency,
        "rate": None if foreign is None else foreign.rate,
    }


def _mark(each: Details, mark: Marker) -> str | None:
    if each.counterparty.account is None:
        return None
    return mark(each.counterparty.account)


_TRAITS: Final = TypeAdapter(Traits)


def _as_json(traits: Traits) -> JsonObject:
    return _TRAITS.dump_python(traits, mode="json")


def traits_in(stored: object) -> Traits:
    """The traits that `as_kept` wrote."""
    return _TRAITS.validate_python(stored)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    return date.fromisoformat(text)


_AROUND: Final = """
  WITH around AS (
    SELECT statement_id, number FROM bank_sections
    WHERE bank_account_id = ?1 AND (statement_id, number) <> (?2, ?3)
      AND (?4 IS NULL OR (last_day >= ?4 AND first_day <= ?5))
  ),
  found AS (
    SELECT m.entry_id FROM around CROSS JOIN bank_mentions m
      ON m.statement_id = around.statement_id AND m.section = around.number
      AND (?4 IS NULL OR COALESCE(m.booked_on, m.valued_on) BETWEEN ?4 AND ?5)
    UNION SELECT entry_id FROM bank_mentions
    WHERE statement_id = ?2 AND section = ?3 AND position BETWEEN ?6 AND ?7
    UNION SELECT id FROM bank_entries WHERE bank_account_id = ?1 AND status = 'pending'
  )
  SELECT m.*, s.format, s.first_day, s.last_day, s.opening, s.closing, s.number
  FROM found JOIN bank_mentions m ON m.entry_id = found.entry_id
  JOIN bank_sections s ON (s.statement_id, s.number) = (m.statement_id, m.section)
  ORDER BY m.entry_id, m.statement_id, m.section, m.position
"""


async def load_known(
    database: Database,
    bank_account_id: str,
    own: tuple[str, int],
    positions: tuple[int, int],
    days: Sequence[date],
) -> list[KnownEntry]:
    """Load what is known of a bank account around some days, from other statements; and of the
    statement `own` itself (its file and number) what is stored of some positions.
    """
    if days:
        reach = (min(days) - WINDOW, max(days) + WINDOW)
    else:
        reach = (None, None)
    bounds = (None if each is None else each.isoformat() for each in reach)
    rows = await database.all(statement(_AROUND, [bank_account_id, *own, *bounds, *positions]))
    mentions: dict[str, list[Mention]] = {}
    for row in rows:
        mentions.setdefault(text(row, "entry_id"), []).append(_mention(row))
    return [
        KnownEntry(id_, any(each.traits.is_booked for each in those), tuple(those))
        for id_, those in mentions.items()
    ]


def _mention(row: Row) -> Mention:
    days = (_day(optional_text(row, "first_day")), _day(optional_text(row, "last_day")))
    balances = (optional_integer(row, "opening"), optional_integer(row, "closing"))
    key = section_key(text(row, "statement_id"), integer(row, "section"))
    covered = Coverage(key, Format(text(row, "format")).family, *days, *balances)
    return Mention(covered, integer(row, "position"), of_row(Traits, row))


def insert_entries(
    owner: tuple[str, str, str], rows: Sequence[JsonObject], now: str
) -> Iterator[Statement]:
    """New entries: each row has its columns and its `id`. `owner` are the account, the bank account
    and the file.
    """
    names = ", ".join(_COLUMNS)
    values = ", ".join(f"json_extract(value, '$.{name}')" for name in _COLUMNS)
    query = f"""
      INSERT INTO bank_entries (id, account_id, bank_account_id, statement_id, created_at, {names})
      SELECT json_extract(value, '$.id'), ?1, ?2, ?3, ?4, {values} FROM json_each(?5) WHERE true
      ON CONFLICT (id) DO NOTHING
    """
    return (statement(query, [*owner, now, each]) for each in in_texts(rows))


def book_pending(rows: Sequence[JsonObject]) -> Iterator[Statement]:
    """Entries that were pending, and are booked now: by their `id`, what the bank says of them by
    now.
    """
    sets = ", ".join(f"{name} = json_extract(value, '$.{name}')" for name in _COLUMNS)
    query = (
        f"UPDATE bank_entries SET {sets} FROM json_each(?1) "
        "WHERE bank_entries.id = json_extract(value, '$.id')"
    )
    return (statement(query, [each]) for each in in_texts(rows))


def complete(rows: Sequence[JsonObject]) -> Iterator[Statement]:
    """Entries that are known: by their `id`, what another file has of them beside."""
    sets = ", ".join(
        f"{name} = COALESCE({name}, json_extract(value, '$.{name}'))" for name in _COMPLETED
    )
    query = (
        f"UPDATE bank_entries SET {sets} FROM json_each(?1) "
        "WHERE bank_entries.id = json_extract(value, '$.id')"
    )
    return (statement(query, [each]) for each in in_texts(rows))


@dataclass(frozen=True)
class StoredEntry:
    """An entry that a bank's reference names, and how much of it accepted matches explain."""

    id: str
    bank_reference: str
    day: date
    amount: int
    explained: int
    counterparty: str | None
    words: str


async def find_by_references(
    database: Database,
    bank_account_id: str,
    references: Sequence[str],
) -> dict[str, StoredEntry]:
    """The stored entries of a bank account by references that name one entry each."""
    query = """
      SELECT id, bank_reference, day, amount, explained, counterparty, words FROM bank_entries
      WHERE bank_account_id = ?1 AND status <> 'replaced'
        AND bank_reference IN (SELECT value FROM json_each(?2))
    """
    rows = await database.all(statement(query, [bank_account_id, dump([*references])]))
    stored = [of_row(StoredEntry, row) for row in rows]
    counts = Counter(each.bank_reference for each in stored)
    return {each.bank_reference: each for each in stored if counts[each.bank_reference] == 1}


def correct(entry_id: str, *, is_deletion: bool) -> Sequence[Statement]:
    """Take back an entry that the bank deletes. The batch fails where something explains it."""
    query = """
      UPDATE bank_entries SET status = iif(?2, 'replaced', status) WHERE id = ?1 AND explained = 0
    """
    return must_hit(statement(query, [entry_id, int(is_deletion)]))


def decline(entry_ids: Sequence[str]) -> Iterator[Statement]:
    """Take back pending entries of which nothing came, unless something explains them."""
    query = """
      UPDATE bank_entries SET status = 'replaced'
      WHERE status = 'pending' AND explained = 0 AND id IN (SELECT value FROM json_each(?1))
    """
    return (statement(query, [each]) for each in in_texts([*entry_ids]))


def mention(position: int, entry_id: str, traits: Traits) -> JsonObject:
    """A row for `insert_mentions`."""
    return {"position": position, "entry_id": entry_id, **_as_json(traits)}


def insert_mentions(section: tuple[str, int], rows: Sequence[JsonObject]) -> Iterator[Statement]:
    """Where a statement has entries: each row has `position`, `entry_id`, and the traits."""
    names = ", ".join(_MENTIONED)
    values = ", ".join(f"json_extract(value, '$.{name}')" for name in _MENTIONED)
    query = f"""
      INSERT INTO bank_mentions (statement_id, section, {names})
      SELECT ?1, CAST(?2 AS INTEGER), {values}
      FROM json_each(?3) WHERE true ON CONFLICT (statement_id, section, position) DO NOTHING
    """
    return (statement(query, [*section, each]) for each in in_texts(rows))


async def mentioned_at(
    database: Database, section: tuple[str, int], positions: Sequence[int]
) -> dict[int, str]:
    """The ids of the entries that a statement has at these positions."""
    query = """
      SELECT position, entry_id FROM bank_mentions
      WHERE statement_id = ?1 AND section = ?2 AND position IN (SELECT value FROM json_each(?3))
    """
    rows = await database.all(statement(query, [*section, dump([*positions])]))
    return {integer(row, "position"): text(row, "entry_id") for row in rows}


def insert_changes(
    section: tuple[str, int], rows: Sequence[JsonObject], stored: int
) -> Iterator[Statement]:
    """Rows of `insert_mentions` that change stored entries. They keep what these were; `stored`
    numbers the changes of a bank account."""
    # D1 takes 32 arguments of a function. What is NULL is left out, and is NULL again.
    columns: list[LiteralString] = [f"'{name}', e.{name}" for name in _COLUMNS]
    half = len(columns) // 2
    former = (
        f"json_patch(json_object({', '.join(columns[:half])}), "
        f"json_object({', '.join(columns[half:])}))"
    )
    values = ", ".join(f"json_extract(value, '$.{name}')" for name in _MENTIONED)
    names = ", ".join(_MENTIONED)
    query = f"""
      INSERT INTO bank_mentions (statement_id, section, {names}, former)
      SELECT ?1, CAST(?2 AS INTEGER), {values}, json_set({former}, '$.at', CAST(?4 AS INTEGER))
      FROM json_each(?3) JOIN bank_entries e ON e.id = json_extract(value, '$.entry_id')
      WHERE true ON CONFLICT (statement_id, section, position) DO NOTHING
    """
    return (statement(query, [*section, each, stored]) for each in in_texts(rows))


def one_at_a_time(bank_account_id: str, stored: int) -> Sequence[Statement]:
    """The batch fails where something else of the bank account was stored since `stored` was
    read.
    """
    query = "UPDATE bank_accounts SET stored = stored + 1 WHERE id = ?1 AND stored = ?2"
    return must_hit(statement(query, [bank_account_id, stored]))


def take_back(
    account_id: str, statement_id: str, section: int, first: int, last: int
) -> Sequence[Statement]:
    """Take back what a statement brought at some positions, and have the account's entries matched
    again. What others mention too stays, as they have it, and as it was before this statement
    changed it; the batch fails where something explains an entry that would go.
    """
    place = (statement_id, section, first, last)
    those = "statement_id = ?1 AND section = ?2 AND position BETWEEN ?3 AND ?4"
    others = f"""
      SELECT m.statement_id FROM bank_mentions m
      WHERE m.entry_id = bank_entries.id AND NOT ({those})
    """
    # What the bank had taken back by this statement stands as before.
    deletion = f"""
      SELECT 1 FROM bank_mentions m
      WHERE m.entry_id = bank_entries.id AND m.status = 'information' AND ({those})
    """
    other_deletion = f"{others} AND m.status = 'information'"
    # The first single of a batch stands for the batch, where that is all that is left.
    as_others = f"""
      SELECT SUM(m.amount) FROM bank_mentions m
      WHERE m.entry_id = bank_entries.id AND m.status = 'booked' AND NOT ({those})
      GROUP BY m.statement_id, m.section LIMIT 1
    """
    keep = f"""
      UPDATE bank_entries SET
        amount = iif(EXISTS ({others} AND m.amount = bank_entries.amount),
          amount, COALESCE(({as_others}), amount)),
        statement_id = COALESCE(({others} LIMIT 1), statement_id),
        status = CASE WHEN EXISTS ({others}) AND NOT EXISTS ({others}
            AND m.status = 'booked') THEN 'pending'
          WHEN status = 'replaced' AND EXISTS ({deletion}) AND NOT EXISTS ({other_deletion})
          THEN 'booked'
          ELSE status END
      WHERE id IN (SELECT entry_id FROM bank_mentions WHERE {those})
    """
    going = """
      SELECT id FROM bank_entries
      WHERE statement_id = ?1 AND NOT EXISTS (SELECT 1 FROM bank_mentions m
          WHERE m.entry_id = bank_entries.id)
    """
    proposed = f"""
      DELETE FROM bank_matches WHERE state = 'proposed' AND id IN (
        SELECT p.match_id FROM bank_pairs p WHERE p.entry_id IN ({going})
        UNION SELECT p.match_id FROM bank_entries e CROSS JOIN bank_pairs p
          ON p.account_id = e.account_id AND p.document_id = e.id WHERE e.id IN ({going}))
    """
    # Of what was declined or undone of them the decision stays. What is accepted stays, and refers
    # to its entry.
    pairs = f"""
      DELETE FROM bank_pairs WHERE counts = 0 AND match_id IN (
        SELECT p.match_id FROM bank_pairs p JOIN bank_matches m ON m.id = p.match_id
        WHERE p.entry_id IN ({going}) AND m.state <> 'accepted')
    """
    drop = f"DELETE FROM bank_entries WHERE id IN ({going})"
    restore, hand_on = _restoring(those)
    return [
        statement(restore, [*place]),
        statement(hand_on, [*place]),
        statement(keep, [*place]),
        statement(f"DELETE FROM bank_mentions WHERE {those}", [*place]),
        statement(proposed, [statement_id]),
        statement(pairs, [statement_id]),
        statement(drop, [statement_id]),
        match_again(account_id),
    ]


def _restoring(those: LiteralString) -> tuple[LiteralString, LiteralString]:
    """SQL that gives entries what they were before some mentions changed them.

    Where a later statement changed the entry again, that is now what it changed: the second query.
    """
    at = "json_extract({}.former, '$.at')"
    later = f"later.entry_id = mine.entry_id AND {at.format('later')} > {at.format('mine')}"
    mine = f"SELECT entry_id, former FROM bank_mentions WHERE former IS NOT NULL AND {those}"
    sets = ", ".join(f"{name} = json_extract(mine.former, '$.{name}')" for name in _COLUMNS)
    restore = f"""
      UPDATE bank_entries SET {sets} FROM ({mine}) mine
      WHERE bank_entries.id = mine.entry_id
        AND NOT EXISTS (SELECT 1 FROM bank_mentions later WHERE {later})
    """
    is_next = f"""
      bank_mentions.entry_id = mine.entry_id AND {at.format("bank_mentions")} = (
        SELECT MIN({at.format("later")}) FROM bank_mentions later WHERE {later})
    """
    hand_on = f"""
      UPDATE bank_mentions SET former = json_set(mine.former, '$.at', {at.format("bank_mentions")})
      FROM ({mine}) mine WHERE {is_next}
    """
    return restore, hand_on


@dataclass(frozen=True)
class ListedEntry:
    """An entry, and how many single payments its batch has."""

    entry: Entry
    payments: int


_LISTED: Final = f"""
  SELECT e.*, {DOUBT} AS doubt_now, COALESCE(json_array_length(e.payments), 0) AS payment_count
  FROM bank_entries e
"""


async def list_entries(  # noqa: PLR0913 - what they are found by
    database: Database,
    account_id: str,
    *,
    bank_account_id: str | None,
    standing: Standing | None,
    first: date | None,
    last: date | None,
    cursor: tuple[str, str],
    limit: int,
) -> list[ListedEntry]:
    """The newest first, after the day and id of `cursor`. `standing`: open, explained, pending, or
    None for all.
    """
    if bank_account_id is None:
        scope = "e.account_id = ?1"
    else:
        scope = "e.account_id = ?1 AND e.bank_account_id = ?6"
    if standing is None:
        stands = "e.status <> 'replaced'"
    else:
        stands = f"e.standing = '{standing}'"
    # Without being told, SQLite takes one that lacks the standing: with two bounds of the day they
    # cost it the same.
    indexes: Mapping[tuple[bool, bool], LiteralString] = {
        (True, True): "bank_entries_by_day",
        (False, True): "bank_entries_of_bank_account",
        (True, False): "bank_entries_by_standing",
        (False, False): "bank_entries_of_bank_account_by_standing",
    }
    by = indexes[bank_account_id is None, standing is None]
    # The last day and the cursor are one bound, so that no row is read past it.
    if last is None:
        end = cursor
    else:
        end = min(cursor, (last.isoformat(), "~"))
    query = f"""
      {_LISTED} INDEXED BY {by}
      WHERE {scope} AND {stands} AND (e.day, e.id) < (?2, ?3) AND e.day >= ?4
      ORDER BY e.day DESC, e.id DESC LIMIT ?5
    """
    values = [account_id, *end, "" if first is None else first.isoformat(), limit]
    if bank_account_id is not None:
        values.append(bank_account_id)
    return [_listed(row) for row in await database.all(statement(query, [*values]))]


async def list_of_document(
    database: Database, account_id: str, document_id: str, cursor: tuple[str, str], limit: int
) -> list[ListedEntry]:
    """The entries for which a document was proposed or accepted, the newest first, after the day
    and id of `cursor`.
    """
    query = f"""
      {_LISTED}
      WHERE +e.account_id = ?1 AND (e.day, e.id) < (?3, ?4) AND e.id IN (
        SELECT p.entry_id FROM bank_pairs p INDEXED BY bank_pairs_by_document
        CROSS JOIN bank_matches m ON m.id = p.match_id
        WHERE p.account_id = ?1 AND p.document_id = ?2 AND m.state IN ('proposed', 'accepted'))
      ORDER BY e.day DESC, e.id DESC LIMIT ?5
    """
    return [
        _listed(row)
        for row in await database.all(statement(query, [account_id, document_id, *cursor, limit]))
    ]


def _listed(row: Row) -> ListedEntry:
    entry = of_row(Entry, row, doubt=optional_text(row, "doubt_now"))
    return ListedEntry(entry, integer(row, "payment_count"))


async def count_entries(
    database: Database,
    account_id: str,
    bank_account_id: str | None,
    first: date | None,
    last: date | None,
) -> EntryCounts:
    """How many are booked, how many of them are open, and how many of these have a certain match;
    of some days, both included, or all.
    """
    if bank_account_id is None:
        scope = "account_id = ?1"
    else:
        scope = "bank_account_id = ?4 AND account_id = ?1"
    query = f"""
      SELECT standing, COUNT(*) AS entries,
        SUM(CASE WHEN standing = 'open' AND {IS_CERTAIN.format(entry="bank_entries.id")} THEN 1
            ELSE 0 END) AS certain
      FROM bank_entries
      WHERE {scope} AND standing IN ('open', 'explained') AND day BETWEEN ?2 AND ?3
      GROUP BY standing
    """
    values = [
        account_id,
        *_bounds(first, last),
        *(() if bank_account_id is None else (bank_account_id,)),
    ]
    rows = await database.all(statement(query, [*values]))
    counts = {text(row, "standing"): integer(row, "entries") for row in rows}
    certain = sum(integer(row, "certain") for row in rows)
    return EntryCounts(entries=sum(counts.values()), open=counts.get("open", 0), certain=certain)


def _bounds(first: date | None, last: date | None) -> tuple[str, str]:
    """Between which the days of entries lie, as texts; without a day, all do."""
    return "" if first is None else first.isoformat(), "~" if last is None else last.isoformat()


async def certain_of(
    database: Database,
    account_id: str,
    bank_account_id: str | None,
    first: date | None,
    last: date | None,
    limit: int,
) -> list[str]:
    """The certain matches that wait for open entries, the newest first: of a bank account and some
    days, or all.
    """
    if bank_account_id is None:
        scope = "e.account_id = ?1"
    else:
        scope = "e.bank_account_id = ?5 AND e.account_id = ?1"
    query = f"""
      SELECT m.id FROM bank_entries e CROSS JOIN bank_pairs p ON p.entry_id = e.id
      CROSS JOIN bank_matches m ON m.id = p.match_id AND m.state = 'proposed'
        AND m.level = 'automatic'
      WHERE {scope} AND e.standing = 'open' AND e.day BETWEEN ?2 AND ?3
      GROUP BY m.id ORDER BY MAX(e.day) DESC, m.id LIMIT ?4
    """
    values = [
        account_id,
        *_bounds(first, last),
        limit,
        *(() if bank_account_id is None else (bank_account_id,)),
    ]
    return [text(row, "id") for row in await database.all(statement(query, [*values]))]
