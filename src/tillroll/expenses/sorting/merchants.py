"""Merchants: listed, renamed and merged by an act, since expenses have them by name; and what was
learnt, forgotten.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final

from pydantic import Field

from tillroll.expenses.events import Audited
from tillroll.expenses.sorting.act import Act, Change, Judged
from tillroll.expenses.sorting.locked import judge_change, lock_columns
from tillroll.expenses.sorting.merchant_names import merchant_of_look, merchants_alike
from tillroll.expenses.sorting.plan import Plan
from tillroll.expenses.sorting.proposing.propose import Chosen, newest
from tillroll.expenses.writes import EXPENSE_OF, OF_MERCHANT
from tillroll.fields import check_look
from tillroll_documents.reading.correction import MAX_MERCHANT_LENGTH, check_names
from tillroll_documents.reading.recognition import duplicate_key, look_key, merchant_key
from tillroll_durable import Statement, ValuesRefused, statement
from tillroll_durable.audit import append, event_of_account
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    integer,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.platform.models import DayText, Model, RequestBody
from tillroll_durable.sight import Sight

# What was read of their receipts leads to the new name from then on, so that the next receipt of
# either spelling reads it.

RENAME_MERCHANTS: Final = "merchant_rename"
MOST_AT_ONCE: Final = 20

_OF_MERCHANTS: Final = f"""
  SELECT {lock_columns("e")}, e.id, e.version, e.status, e.merchant, e.date, e.total_minor,
    e.currency, e.duplicate_key,
    s.merchant AS seen_as, s.merchant_key AS seen_key, s.confirmed_by
  FROM expenses e LEFT JOIN merchant_sightings s ON s.run_id = e.run_id
  WHERE e.account_id = ?1 AND e.id > ?2 AND e.merchant <> ?4
    AND substr(e.duplicate_key, 1, instr(e.duplicate_key, '|') - 1) IN (
      SELECT value FROM json_each(?3))
  ORDER BY e.id LIMIT ?5
"""


CHOSEN_FOR: Final = f"""
  SELECT s.merchant_key, e.category, COUNT(*) AS times,
    MAX(COALESCE(e.category_at, e.created_at)) AS last
  FROM json_each(?2) k CROSS JOIN merchant_sightings s
  JOIN expenses e ON e.id = {EXPENSE_OF.format("s.run_id")}
  JOIN categories c ON c.account_id = ?1 AND c.name = e.category AND c.state = 'active'
  LEFT JOIN proposals_dismissed d
    ON d.account_id = ?1 AND d.merchant_key = s.merchant_key AND d.category = e.category
  WHERE {OF_MERCHANT.format("?1", "k.value")}
    AND e.category_by IS NOT NULL AND e.status <> 'voided'
    AND COALESCE(e.category_at, e.created_at) > COALESCE(d.dismissed_at, '')
  GROUP BY s.merchant_key, e.category
"""
"""How often people chose each category for the merchants of the account (?1) whose keys are a JSON
list (?2), and when last. What they did not want to be proposed any more counts from the next choice
on.
"""


MerchantName = Annotated[str, Field(min_length=1, max_length=MAX_MERCHANT_LENGTH)]


class ForgetRequest(RequestBody):
    """What shall no longer lead to `merchant`: spelling, tax id, IBAN and contact, as
    `extraction.knownAs` has them.
    """

    merchant: MerchantName
    spelling: MerchantName | None = None
    tax_id: MerchantName | None = None
    iban: MerchantName | None = None
    contact: MerchantName | None = None


class Learned(Model):
    """The category that is proposed for a merchant's next expense: people chose it last, and for
    `times` of the `of` expenses that they gave one. POST /api/proposals/dismiss forgets it.
    """

    category: str
    times: int
    of: int


class Merchant(Model):
    """A merchant: the name that most of its expenses have. `since` and `until` are days of
    expenses; `learned` is null where nobody has chosen a category for it. `alike` are the names of
    others that look the same in letters of another alphabet: a person renames or merges them.
    """

    name: str
    expenses: int
    since: DayText
    until: DayText
    learned: Learned | None
    alike: list[str]


async def list_merchants(
    database: Database, sight: Sight, words: str, limit: int
) -> list[Merchant]:
    """Merchants of expenses that are seen, with `words` in their name, the most used first; voided
    expenses do not count.
    """
    narrowed, only = sight.narrowing("person", "?4")
    # By itself SQLite would take the index of all merchants, which stand there in groups.
    led = " INDEXED BY expenses_by_person" if only else ""
    query = f"""
      SELECT substr(duplicate_key, 1, instr(duplicate_key, '|') - 1) AS key, MIN(merchant) AS name,
        COUNT(*) AS expenses, MIN(date) AS since, MAX(date) AS until FROM expenses{led}
      WHERE account_id = ?1 AND status <> 'voided'
        AND instr(substr(duplicate_key, 1, instr(duplicate_key, '|') - 1), ?2) > 0{narrowed}
      GROUP BY substr(duplicate_key, 1, instr(duplicate_key, '|') - 1)
      ORDER BY expenses DESC, name LIMIT ?3
    """
    rows = await database.all(
        statement(query, [sight.account_id, merchant_key(words), limit, *only])
    )
    # What was learned comes of everybody's choices.
    if only:
        learned = {}
    else:
        learned = await _learned(database, sight.account_id, [text(row, "key") for row in rows])
    alike = await merchants_alike(database, sight, [text(row, "name") for row in rows])
    return [
        of_row(
            Merchant,
            row,
            learned=learned.get(text(row, "key")),
            alike=alike.get(text(row, "name"), []),
        )
        for row in rows
    ]


async def _learned(database: Database, account_id: str, keys: Sequence[str]) -> dict[str, Learned]:
    """Find what people chose for each merchant, by the merchant's key."""
    rows = await database.all(statement(CHOSEN_FOR, [account_id, dump([*keys])]))
    chosen: dict[str, list[Chosen]] = {}
    for row in rows:
        chosen.setdefault(text(row, "merchant_key"), []).append(of_row(Chosen, row))
    latest = ((key, newest(each), sum(one.times for one in each)) for key, each in chosen.items())
    return {
        key: Learned(category=last.category, times=last.times, of=times)
        for key, last, times in latest
        if last
    }


async def merchant_rename_asked(
    database: Database, account_id: str, *, names: list[str], to: str
) -> JsonObject:
    """What an act is asked for that gives these merchants one name. Raises ValuesRefused."""
    problems: list[tuple[str, str]] = []
    name, _ = check_names(to, "", problems)
    keys: list[Json] = [*sorted({merchant_key(each) for each in names})]
    if "" in keys:
        problems.append(("names", "Give names with letters or digits."))
    if name is not None and not merchant_key(name):
        problems.append(("to", "Give a name with letters or digits."))
    if problems or name is None:
        raise ValuesRefused(
            [("to" if field == "merchant" else field, message) for field, message in problems]
        )
    other = await merchant_of_look(database, account_id, name)
    if other is not None and merchant_key(other) not in keys:
        check_look(name, [other], field="to")
    return {"keys": keys, "to": name}


def _page_of_merchants(act: Act, limit: int) -> Statement:
    return statement(
        _OF_MERCHANTS,
        [act.account_id, act.cursor, dump(act.asked["keys"]), str(act.asked["to"]), limit],
    )


def _change_merchant(act: Act, row: Row) -> Judged:
    to = str(act.asked["to"])
    day = date.fromisoformat(text(row, "date"))
    key = duplicate_key(
        to, day, total_minor=integer(row, "total_minor"), currency=text(row, "currency")
    )
    before: JsonObject = {
        "merchant": text(row, "merchant"),
        "duplicate_key": text(row, "duplicate_key"),
    }
    after: JsonObject = {"merchant": to, "duplicate_key": key}
    if optional_text(row, "seen_as") is not None:
        by = optional_text(row, "confirmed_by")
        before["sighting"] = {
            "merchant": row["seen_as"],
            "merchant_key": row["seen_key"],
            "confirmed_by": by,
        }
        # Anyone who says what the merchant is called has confirmed it.
        after["sighting"] = {
            "merchant": to,
            "merchant_key": merchant_key(to),
            "confirmed_by": by or act.created_by,
        }
    return judge_change(act, row, Change(before, after))


PLANS: Final = {RENAME_MERCHANTS: Plan(_page_of_merchants, _change_merchant)}


async def forget(
    database: Database, account_id: str, lead: ForgetRequest, actor: str, now: str
) -> int:
    """Take back that it leads there; return how many sightings that undid."""
    query = f"""
      SELECT run_id FROM merchant_sightings s WHERE {OF_MERCHANT.format("?1", "?2")}
        AND (look_key = ?3 OR tax_id = ?4 OR iban = ?5 OR contact = ?6)
      ORDER BY run_id
    """
    leads = look_key(lead.spelling), lead.tax_id, lead.iban, lead.contact
    rows = await database.all(statement(query, [account_id, merchant_key(lead.merchant), *leads]))
    runs: list[Json] = [text(row, "run_id") for row in rows]
    if not runs:
        return 0
    detail: JsonObject = {"sightings": len(runs), "newest": runs[-1]}
    event = event_of_account(
        account_id, Audited.MERCHANT_FORGOTTEN, new_id("mem"), actor=actor, at=now, detail=detail
    )
    update = """
      UPDATE merchant_sightings SET undone_at = ?1, undone_by = ?2
      WHERE undone_at IS NULL AND run_id IN (SELECT value FROM json_each(?3))
    """
    undo = statement(update, [now, actor, dump(runs)])
    # Where somebody else undoes one of them at this moment, it hits fewer.
    await database.batch([*must_hit(undo, rows=len(runs)), append(event)])
    return len(runs)
