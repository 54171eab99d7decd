"""The words of expenses, brought up to date.

Triggers note in each change's transaction that an expense waits for its words (`words_since`): SQL
cannot make words. Here they are made and written, and the note is taken away in the same batch,
unless the expense was changed in between. What dies on the way waits still.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from tillroll.expenses.cron import INDEXING
from tillroll.expenses.fields import Searched, fields_of
from tillroll.expenses.models import Expense
from tillroll.expenses.search.plain_text import joined, sort_name, telling_words, words_of
from tillroll.module import Hook
from tillroll_documents.money import Money
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_together, setting_aside
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Row,
    Statement,
    integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json, JsonObject, dump, load
from tillroll_durable.platform.services import Platform, without_journal
from tillroll_durable.sight import Sight

TextsOf: TypeAlias = Callable[[Platform, str], Awaitable[Sequence[str]]]
"""The lines of what was read for a run; none where nothing was. Raises ObjectsUnavailable."""

TEXTS: Final = Hook[TextsOf]("expenses.texts")
"""What knows the text that was read for a run."""


async def read_texts(platform: Platform, run_id: str) -> list[str]:
    """Read what was read for an expense's run. Raises ObjectsUnavailable."""
    return [line for texts in TEXTS.answers() for line in await texts(platform, run_id)]


# Of what people and documents say in so many words, and of what was read all over the paper.
_MOST_OWN_WORDS: Final = 120
_MOST_READ_WORDS: Final = 80
_A_TICK: Final = 200
A_BATCH: Final = 25
# Of the newest changes, which anyone who searches has just made.
_WHILE_SEARCHING: Final = 10

WAITING: Final = """
  SELECT e.*, wait.mark, wait.setbacks,
    (SELECT json_group_array(tag) FROM expense_tags WHERE expense_id = e.id) AS tag_list,
    (SELECT json_group_array(json_each.value ->> 0) FROM expense_items, json_each(items)
     WHERE expense_id = e.id) AS item_list,
    (SELECT json_group_array(note) FROM expense_parts WHERE expense_id = e.id
        AND note IS NOT NULL) AS part_list,
    (SELECT file_name FROM receipts WHERE receipts.id = e.receipt_id) AS file_name
  FROM ({waiting}) AS wait CROSS JOIN expenses AS e ON e.id = wait.expense_id
"""
_DUE: Final = f"""
  SELECT w.expense_id, w.words_mark AS mark, s.failures AS setbacks FROM expense_finds w
  {JOIN.format(part=f"'{INDEXING}'", subject="w.expense_id")}
  WHERE w.words_since IS NOT NULL AND {IS_DUE}
"""
_NEWEST: Final = f"{_DUE} AND w.account_id = ?3 ORDER BY w.words_since DESC LIMIT ?2"
IN_ORDER: Final = f"{_DUE} ORDER BY {IN_TURN}, w.words_since DESC LIMIT ?2"

# The expenses of ?1 that are as they were when their words were made. CROSS JOIN keeps SQLite to
# this order.
_UNCHANGED: Final = """
  FROM json_each(?1) AS given
  CROSS JOIN expense_finds AS finds
    ON finds.expense_id = given.value ->> 'expense' AND finds.words_mark = given.value ->> 'mark'
"""
_WRITES: Final = (
    f"""
    DELETE FROM expense_postings WHERE (term, day, n) IN (
      SELECT CAST(word.value AS INTEGER), finds.day, finds.n {_UNCHANGED}
      CROSS JOIN expense_words AS own ON own.n = finds.n CROSS JOIN json_each(own.terms) AS word
    )
    """,
    f"""
    INSERT INTO expense_terms (account_id, term)
    SELECT DISTINCT finds.account_id, 'word:' || word.value
    {_UNCHANGED} CROSS JOIN json_each(given.value, '$.words') AS word
    WHERE true ON CONFLICT (account_id, term) DO NOTHING
    """,
    f"""
    INSERT INTO expense_postings (term, day, n)
    SELECT terms.id, finds.day, finds.n {_UNCHANGED} CROSS JOIN json_each(given.value,
        '$.words') AS word
    CROSS JOIN expense_terms AS terms ON terms.account_id = finds.account_id
      AND terms.term = 'word:' || word.value
    """,
    f"""
    INSERT INTO expense_words (n, terms)
    SELECT finds.n, (
      SELECT json_group_array(terms.id) FROM json_each(given.value, '$.words') AS word
      CROSS JOIN expense_terms AS terms ON terms.account_id = finds.account_id
        AND terms.term = 'word:' || word.value
    ) {_UNCHANGED} WHERE true ON CONFLICT (n) DO UPDATE SET terms = excluded.terms
    """,
    f"""
    UPDATE expense_finds SET words_mark = NULL, words_since = NULL, sort_name = (
      SELECT given.value ->> 'sort_name' FROM json_each(?1) AS given
      WHERE given.value ->> 'expense' = expense_finds.expense_id
    )
    WHERE n IN (SELECT finds.n {_UNCHANGED})
    """,
)


async def index_waiting(platform: Platform, texts_of: TextsOf) -> int:
    """What the cron does each minute: up to 200 expenses, the last changed first. Returns how
    many.
    """
    rows = await platform.database.all(
        statement(WAITING.format(waiting=IN_ORDER), [_now(platform), _A_TICK])
    )
    await _index_all(platform, texts_of, rows)
    return len(rows)


async def index_newest(platform: Platform, texts_of: TextsOf, account_id: str) -> None:
    """What a search does first: the expenses of the account that were changed last."""
    with without_journal(platform) as direct:
        query = statement(
            WAITING.format(waiting=_NEWEST), [_now(direct), _WHILE_SEARCHING, account_id]
        )
        await _index_all(direct, texts_of, await direct.database.all(query))


async def count_waiting(platform: Platform, sight: Sight) -> int:
    """How many expenses that are seen are not found by their words yet, up to 1,000."""
    if sight.only is None:
        narrowed = ""
    else:
        narrowed = "JOIN expenses ON expenses.id = wait.expense_id AND expenses.person = ?2"
    query = f"""
      SELECT COUNT(*) AS waiting FROM (
        SELECT 1 FROM expense_finds AS wait {narrowed}
        WHERE wait.account_id = ?1 AND wait.words_since IS NOT NULL LIMIT 1000)
    """
    row = await platform.database.first(
        statement(query, [sight.account_id, *sight.narrowing("")[1]])
    )
    if row is None:
        return 0
    return integer(row, "waiting")


async def _index_all(platform: Platform, texts_of: TextsOf, rows: Sequence[Row]) -> None:
    """Make and write words. Whatever goes wrong with an expense sets that one aside, so that it
    waits.
    """

    async def index(some: Sequence[Row]) -> None:
        results = await asyncio.gather(*(_words_of_row(platform, texts_of, row) for row in some))
        expenses = [each for each in results if each is not None]
        if expenses:
            await platform.database.batch(writes(expenses))
        if unreadable := [
            text(row, "id") for row, each in zip(some, results, strict=True) if each is None
        ]:
            aside = setting_aside(
                INDEXING, unreadable, why="its words cannot be made", now=_now(platform)
            )
            await platform.database.batch([aside])
        await platform.pause()

    groups = [rows[start : start + A_BATCH] for start in range(0, len(rows), A_BATCH)]
    await each_together(platform, INDEXING, groups=groups, subject="id", do=index)


async def _words_of_row(platform: Platform, texts_of: TextsOf, row: Row) -> JsonObject | None:
    expense = text(row, "id")
    try:
        return made(row, await texts_of(platform, text(row, "run_id")))
    except ObjectsUnavailable as error:
        log.warning("expense.not_searchable_yet", expense=expense, error=error)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others are found
        log.crash("job.set_aside", error, source=INDEXING, subject=expense)
    return None


def _now(platform: Platform) -> str:
    return to_text(platform.clock.now())


def writes(expenses: Sequence[Json]) -> list[Statement]:
    """The batch that writes what `made` made, of whichever accounts."""
    ids = dump([*expenses])
    return [statement(sql, [ids], account=EVERYBODY) for sql in _WRITES]


def made(row: Row, read: Sequence[str]) -> JsonObject:
    """A row of WAITING with its words; `read` is what was read on its paper, line by line."""
    words = dict.fromkeys(_own_words(row)[:_MOST_OWN_WORDS])
    words |= dict.fromkeys(telling_words(read, _MOST_READ_WORDS))
    own: list[Json] = [*words]
    merchant = text(row, "merchant")
    return {
        "expense": text(row, "id"),
        "mark": text(row, "mark"),
        "sort_name": sort_name(merchant),
        "words": own,
    }


def _own_words(row: Row) -> list[str]:
    total = Money(integer(row, "total_minor"), text(row, "currency")).to_decimal_string()
    texts = [
        optional_text(row, name)
        for name in ("merchant", "registered_name", "receipt_number", "note")
    ]
    texts.append(total.removeprefix("-"))
    texts += [optional_text(row, name) for name in fields_of(Expense, Searched)]
    texts += [*_listed(row, "tag_list"), *_listed(row, "part_list"), optional_text(row, "buyer")]
    texts += [*_listed(row, "item_list"), optional_text(row, "file_name")]
    words = [joined(optional_text(row, "receipt_number") or "")]
    words += [word for each in texts if each for word in words_of(each)]
    return [*dict.fromkeys(word for word in words if word)]


def _listed(row: Row, column: str) -> list[str]:
    value = load(text(row, column))
    if isinstance(value, list):
        return [str(each) for each in value]
    return []
