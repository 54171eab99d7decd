"""Proposals from history: a merchant's expenses have nearly always one category, and some have none yet."""

from typing import Final

from tillroll.durable import Statement, statement
from tillroll.durable.record.audit import append, event_of_account
from tillroll.expenses.sorting.acts.plan import APPROVED, Act, Change, LeftOut, Plan
from tillroll.expenses.sorting.rules.candidates import SELECT, change_of, sorted_of
from tillroll.expenses.sorting.rules.rule import Gives, changes_of
from tillroll.platform.bindings.database import Database, Row, integer, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform
from tillroll.platform.shape import Shape
from tillroll.receipts.names.known_merchants import merchant_key, usual_category

APPLY: Final = "proposal"
MOST_PROPOSED: Final = 50

# Expenses without a category that are looked at, the newest first, and merchants among them.
WAITING: Final = 2_000
_MERCHANTS: Final = 100

_KEY: Final = "substr(e.duplicate_key, 1, instr(e.duplicate_key, '|') - 1)"
# How often people chose each category for each merchant that has expenses without one, and how many these are.
_HISTORY: Final = f"""
  WITH waiting AS (
    SELECT {_KEY} AS merchant_key FROM expenses e
    WHERE e.account_id = ?1 AND e.category IS NULL AND e.is_split = 0 AND e.status IN ('ready', 'in_review')
    ORDER BY e.id DESC LIMIT {WAITING}
  ), open AS (
    SELECT merchant_key, COUNT(*) AS waiting FROM waiting WHERE merchant_key <> ''
    GROUP BY merchant_key ORDER BY waiting DESC LIMIT {_MERCHANTS}
  )
  SELECT open.merchant_key, open.waiting, e.category, COUNT(*) AS times, MAX(e.merchant) AS merchant,
    EXISTS (SELECT 1 FROM proposals_dismissed d WHERE d.account_id = ?1 AND d.merchant_key = open.merchant_key
            AND d.category = e.category) AS dismissed
  FROM open CROSS JOIN expenses e ON e.account_id = ?1 AND {_KEY} = open.merchant_key
  WHERE +e.category IS NOT NULL AND e.category_by IS NOT NULL AND e.status <> 'voided'
  GROUP BY open.merchant_key, e.category
"""  # noqa: S608 - constants


class ProposalShape(Shape):
    """A category for a merchant's expenses that have none: people chose it for `times` of the `of` expenses of this
    merchant that they gave one; `waiting` of the newest
    2,000 expenses without one are of this merchant."""

    merchant: str
    category: str
    times: int
    of: int
    waiting: int


async def list_proposals(database: Database, account_id: str) -> list[ProposalShape]:
    """What is proposed and was not dismissed, the most waiting first."""
    rows = await database.all(statement(_HISTORY, account_id))
    by_merchant: dict[str, list[Row]] = {}
    for row in rows:
        by_merchant.setdefault(text(row, "merchant_key"), []).append(row)
    found: list[ProposalShape] = []
    for each in by_merchant.values():
        counts = {text(row, "category"): integer(row, "times") for row in each}
        usual = usual_category(counts)
        chosen = next((row for row in each if row["category"] == usual), None)
        if chosen is None or chosen["dismissed"]:
            continue
        found.append(
            ProposalShape(
                merchant=text(chosen, "merchant"),
                category=text(chosen, "category"),
                times=integer(chosen, "times"),
                of=sum(counts.values()),
                waiting=integer(chosen, "waiting"),
            )
        )
    return sorted(found, key=lambda each: (-each.waiting, each.merchant))[:MOST_PROPOSED]


async def dismiss(platform: Platform, account_id: str, merchant: str, category: str, actor: str) -> None:
    """Do not propose this again. Once more changes nothing."""
    now = to_text(platform.clock.now())
    event = event_of_account(account_id, "proposal.dismissed", new_id("dis"), actor=actor, at=now)
    insert = statement(
        """
        INSERT OR IGNORE INTO proposals_dismissed (account_id, merchant_key, category, dismissed_at, dismissed_by)
        VALUES (?, ?, ?, ?, ?)
        """,
        account_id,
        merchant_key(merchant),
        category,
        now,
        actor,
    )
    await platform.database.batch([insert, append(event)])


def apply_asked(merchant: str, category: str) -> JsonObject:
    """What an act is asked for that gives a merchant's expenses a category, where they have none."""
    return {"key": merchant_key(merchant), "category": category}


def _page(act: Act, limit: int) -> Statement:
    query = f"""
      {SELECT} WHERE e.account_id = ?1 AND e.id > ?2 AND e.category IS NULL AND e.is_split = 0 AND e.status <> 'voided'
        AND substr(e.duplicate_key, 1, instr(e.duplicate_key, '|') - 1) = ?3
      ORDER BY e.id LIMIT ?4
    """
    return statement(query, act.account_id, act.cursor, str(act.asked["key"]), limit)


def _change(act: Act, row: Row) -> Change | LeftOut | None:
    changes = changes_of(Gives(category=str(act.asked["category"])), sorted_of(row))
    if changes and text(row, "status") == "approved":
        return LeftOut(APPROVED)
    return change_of(row, changes, act.created_by) if changes else None


PLANS: Final = {APPLY: Plan(_page, _change)}
