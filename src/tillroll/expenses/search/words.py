"""Words that are looked for: without case, accents and widths; a month that somebody types; and the
words of expenses, brought up to date.

Triggers note in each change's transaction that an expense waits for its words (`words_since`): SQL
cannot make words. Here they are made and written, and the note is taken away in the same batch,
unless the expense was changed in between. What dies on the way waits still.
"""

import asyncio
import calendar
import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from tillroll.expenses.cron import INDEXING
from tillroll.expenses.fields import Searched, fields_of
from tillroll.expenses.models import Expense
from tillroll.module import Hook
from tillroll_documents.reading.money import Money
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_together, setting_aside
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
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
from tillroll_durable.platform.services import Platform
from tillroll_durable.sight import Sight

# Scripts that put no space between words (Han, kana, Thai, Lao, Khmer, Burmese) become pairs of
# neighbouring letters, so that any two that stand together are found.

LONGEST_WORD: Final = 40
# Shorter words must be met as they are: too many begin with one or two letters.
SHORTEST_BEGINNING: Final = 3

# Letters with a stroke, and ligatures, which Unicode does not take apart.
_APART: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe"}
)
_UNSPACED: Final = (
    "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"
)
# 1,234.50 and 76,30, but no day (07.05.2018) and no version (1.2.3). Three digits behind a mark may
# be either. It has 15 digits at most, so that a text of digits and spaces takes linear time.
_AMOUNT: Final = re.compile(
    r"(?<![\w.,])([0-9]{1,3}(?:[.,' ][0-9]{3}){1,4}|[0-9]{1,15})[.,]([0-9]{2})(?![\w]|[.,][0-9])"
)
_WORD: Final = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
_IS_UNSPACED: Final = re.compile(rf"[{_UNSPACED}]")
_NO_DIGIT: Final = re.compile(r"[^0-9]")


def plain(sentence: str) -> str:
    """The text without case, accents and widths, by Unicode's compatibility decomposition (UAX 15,
    NFKD).
    """
    decomposed = unicodedata.normalize("NFKD", sentence.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare).translate(_APART)


def sort_name(name: str) -> str:
    """A name as names are put in order: its letters and digits only."""
    return " ".join(_WORD.findall(plain(name))) or name


def words_of(sentence: str) -> Iterator[str]:
    """The words of a text in its order, with repetitions. An amount with a decimal mark is one:
    "76.30".
    """
    bare = plain(sentence)
    for match in _AMOUNT.finditer(bare):
        yield f"{_NO_DIGIT.sub('', match[1]).lstrip('0') or '0'}.{match[2]}"
    for word in _WORD.findall(_AMOUNT.sub(" ", bare)):
        if _IS_UNSPACED.match(word) and len(word) > 1:
            yield from (word[place : place + 2] for place in range(len(word) - 1))
        else:
            yield word[:LONGEST_WORD]


def joined(number: str) -> str:
    """A number's letters and digits without what stands between: "INV-2018/42" is also found as
    "inv201842".
    """
    return "".join(_WORD.findall(plain(number)))[:LONGEST_WORD]


def telling_words(lines: Iterable[str], most: int) -> list[str]:
    """The first words of a long text, each once, that may tell it from others: no single letters,
    no short figures.
    """
    result: dict[str, None] = {}
    for line in lines:
        for word in words_of(line):
            if len(word) > 1 and not (word.isdigit() and len(word) < SHORTEST_BEGINNING):
                result.setdefault(word)
                if len(result) >= most:
                    return [*result]
    return [*result]


def may_begin(word: str) -> bool:
    """Whether a word that is asked for also stands for words that begin with it."""
    return len(word) >= SHORTEST_BEGINNING and not _IS_UNSPACED.match(word)


_NAME: Final = re.compile(r"[^\W\d_]{3,12}\.?")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}", re.ASCII)


@dataclass(frozen=True)
class NamedMonth:
    """Its days."""

    first_day: date
    last_day: date


def month_in(sentence: str) -> NamedMonth | None:
    """The month that two words name with its year, by its name or its beginning in a language that
    receipts are read in. None where they name none.
    """
    words = sentence.split()
    if len(words) != 2:
        return None
    name, year = words if _YEAR.fullmatch(words[1]) else reversed(words)
    if _NAME.fullmatch(name) and _YEAR.fullmatch(year):
        month = _number_of(name.rstrip("."))
    else:
        month = None
    if month is None:
        return None
    last = calendar.monthrange(int(year), month)[1]
    return NamedMonth(date(int(year), month, 1), date(int(year), month, last))


def _number_of(name: str) -> int | None:
    # Nothing but a search for a month needs the words of all languages.
    from tillroll_documents.reading.languages import LANGUAGES  # noqa: PLC0415 - see above

    typed = plain(name)
    months = [
        (plain(each), number) for language in LANGUAGES for each, number in language.months.items()
    ]
    exact = {number for each, number in months if each == typed}
    numbers = exact or {number for each, number in months if each.startswith(typed)}
    if len(numbers) == 1:
        return numbers.pop()
    return None


TextsOf: TypeAlias = Callable[[Platform, str], Awaitable[Sequence[str]]]
"""The lines of what was read for a run; none where nothing was. Raises ObjectsUnavailable."""

TEXTS: Final = Hook[TextsOf]("texts")
"""What knows the text that was read for a run."""


async def read_texts(platform: Platform, run_id: str) -> list[str]:
    """What was read for an expense's run. Raises ObjectsUnavailable."""
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
  {JOIN.format(part=f"'{INDEXING}'", subject="w.expense_id")} WHERE w.words_since IS NOT NULL
      AND {IS_DUE}
"""  # noqa: S608 - constants
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
    """,  # noqa: S608 - constants
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
    """,  # noqa: S608 - constants
    f"""
    UPDATE expense_finds SET words_mark = NULL, words_since = NULL, sort_name = (
      SELECT given.value ->> 'sort_name' FROM json_each(?1) AS given
      WHERE given.value ->> 'expense' = expense_finds.expense_id
    )
    WHERE n IN (SELECT finds.n {_UNCHANGED})
    """,  # noqa: S608 - constants
)


async def index_waiting(platform: Platform, texts_of: TextsOf) -> int:
    """What the cron does each minute: up to 200 expenses, the last changed first. Returns how
    many.
    """
    rows = await platform.database.all(
        statement(WAITING.format(waiting=IN_ORDER), _now(platform), _A_TICK)
    )
    await _index_all(platform, texts_of, rows)
    return len(rows)


async def index_newest(platform: Platform, texts_of: TextsOf, account_id: str) -> None:
    """What a search does first: the expenses of the account that were changed last."""
    query = statement(WAITING.format(waiting=_NEWEST), _now(platform), _WHILE_SEARCHING, account_id)
    await _index_all(platform, texts_of, await platform.database.all(query))


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
    """  # noqa: S608 - constants
    row = await platform.database.first(statement(query, sight.account_id, *sight.narrowing("")[1]))
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
    """The batch that writes what `made` made."""
    ids = dump([*expenses])
    return [statement(sql, ids) for sql in _WRITES]


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
