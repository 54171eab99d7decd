"""Rules applied to the expenses there are, and proposals from what people chose before."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, cast

from tillroll.expenses.events import Audited
from tillroll.expenses.repository import BASE_COLUMNS, BESIDE_COLUMNS, JOIN_BASE
from tillroll.expenses.search.terms import (
    IS_STANDING,
)
from tillroll.expenses.sorting import rules
from tillroll.expenses.sorting.act import Act, Change, Judged, LeftOut
from tillroll.expenses.sorting.categories import checked_name
from tillroll.expenses.sorting.category_names import checked_as, own_names, own_of
from tillroll.expenses.sorting.locked import MAY_SORT, judge_change, lock_columns
from tillroll.expenses.sorting.plan import Plan
from tillroll_documents.reading.recognition import merchant_key, usual_category
from tillroll_durable import Actor, Statement, statement
from tillroll_durable.audit import append_if_changed, event_of_account
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    digits,
    integer,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, load
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.services import Platform

SELECT: Final = """
  SELECT e.id, e.version, e.status, e.merchant, e.registered_name, e.date, e.total_minor,
    e.currency, e.document_kind,
    e.receipt_number, e.buyer, e.note, e.category, e.category_by, e.project, e.paid_by, e.is_split,
    e.cost_center,
    (SELECT json_group_array(tag) FROM expense_tags WHERE expense_id = e.id) AS tags,
    (SELECT json_group_array(json_each.value ->> 0) FROM expense_items, json_each(items)
     WHERE expense_id = e.id) AS items
  FROM expenses e
"""


_SELECT_LOCKED: Final = SELECT.replace("SELECT e.id,", f"SELECT {lock_columns('e')}, e.id,", 1)
# Whole rows: the event of an approval that ends by a proposal has all values.
_SELECT_WHOLE: Final = f"""
  SELECT expenses.*, {BESIDE_COLUMNS}, {BASE_COLUMNS}, {lock_columns("expenses")}
  FROM expenses INDEXED BY expenses_duplicates {JOIN_BASE}
"""


def facts_of(row: Row) -> rules.Facts:
    """A row of SELECT."""
    texts = [optional_text(row, name) for name in ("receipt_number", "buyer", "note")]
    return of_row(rules.Facts, row, other_texts=[*filter(None, texts), *_list(row, "items")])


def sorted_of(row: Row) -> rules.Sorted:
    """A row of SELECT."""
    return of_row(
        rules.Sorted,
        row,
        is_chosen=optional_text(row, "category_by") is not None,
        tags=frozenset(_list(row, "tags")),
    )


def change_of(row: Row, changes: JsonObject, category_by: str | None) -> Change:
    """Make the change of an act from what `changes_of` found."""
    before: JsonObject = {name: [] if name == "tags" else row[name] for name in changes}
    after = dict(changes)
    if "category" in changes:
        before["category_by"] = row["category_by"]
        after["category_by"] = category_by
    return Change(before, after)


def _list(row: Row, column: str) -> list[str]:
    return cast("list[str]", load(optional_text(row, column) or "[]"))


APPLY_RULES: Final = "rules"
# A preview looks at the newest expenses, and shows so many of what would change.
PREVIEWED: Final = 5_000
_SAMPLE: Final = 10
_PAGE: Final = 1_000


class Previewed(Model):
    """An expense that a rule would change. `changes` holds what it would get."""

    expense_id: str
    rule_id: str
    merchant: str
    date: str
    category: str | None
    changes: rules.RuleGives


class RulePreview(Model):
    """What rules would change. `matched` expenses are decided on by one, `changes` of them would
    change; `chosen` keep a category that a person chose, `approved` are locked. `is_whole` is false
    where only the newest 5,000 were looked at.
    """

    matched: int
    changes: int
    chosen: int
    approved: int
    sample: list[Previewed]
    is_whole: bool


async def rules_asked(database: Database, account_id: str, ids: list[str] | None) -> JsonObject:
    """What an act is asked for that applies these rules, or all that are active, as they are
    now.
    """
    candidates = await rules.load_rules(database, account_id, ids)
    candidates = await _with_own_names(database, account_id, candidates)
    for rule in candidates:
        if rule.gives.category is not None:
            await checked_as(database, account_id, rule.gives.category, field="rules")
    return {"rules": [rules.rule_json(rule) for rule in candidates]}


async def _with_own_names(
    database: Database, account_id: str, candidates: Sequence[rules.Rule]
) -> list[rules.Rule]:
    """The rules, with each category by its own name of this moment: so expenses get it."""
    names = await own_names(database, account_id)
    result: list[rules.Rule] = []
    for rule in candidates:
        category = rule.gives.category
        if category is None:
            result.append(rule)
        else:
            own = own_of(names, category)
            result.append(replace(rule, gives=replace(rule.gives, category=own)))
    return result


async def preview_rules(
    database: Database, account_id: str, candidates: Sequence[rules.Rule]
) -> RulePreview:
    """Preview what these rules would change of the expenses there are."""
    candidates = await _with_own_names(database, account_id, candidates)
    preview = RulePreview(matched=0, changes=0, chosen=0, approved=0, sample=[], is_whole=False)
    before = "~"
    for _ in range(PREVIEWED // _PAGE):
        query = (
            f"{SELECT} WHERE e.account_id = ? AND e.id < ? AND e.status <> 'voided' "
            "ORDER BY e.id DESC LIMIT ?"
        )
        rows = await database.all(statement(query, [account_id, before, _PAGE]))
        for row in rows:
            _count(preview, candidates, row)
        if len(rows) < _PAGE:
            preview.is_whole = True
            break
        before = text(rows[-1], "id")
    return preview


def _count(preview: RulePreview, candidates: Sequence[rules.Rule], row: Row) -> None:
    rule = rules.first_match(candidates, facts_of(row))
    if rule is None:
        return
    preview.matched += 1
    has = sorted_of(row)
    preview.chosen += rules.stays_chosen(rule.gives, has)
    changes = rules.changes_of(rule.gives, has)
    if not changes:
        return
    if text(row, "status") == "approved":
        preview.approved += 1
        return
    preview.changes += 1
    if len(preview.sample) < _SAMPLE:
        gets = rules.RuleGives.model_validate(changes)
        preview.sample.append(
            of_row(Previewed, row, expense_id=text(row, "id"), rule_id=rule.id, changes=gets)
        )


def _page_of_rules(act: Act, limit: int) -> Statement:
    where = (
        "WHERE e.account_id = ? AND e.id > ? AND e.created_at <= "
        "(SELECT created_at FROM bulk_acts WHERE id = ?)"
    )
    query = f"{_SELECT_LOCKED} {where} AND e.status <> 'voided' ORDER BY e.id LIMIT ?"
    return statement(query, [act.account_id, act.cursor, act.id, limit])


def _change_by_rules(act: Act, row: Row) -> Judged:
    stored = act.asked["rules"]
    candidates = [rules.rule_of(each) for each in stored] if isinstance(stored, list) else []
    rule = rules.first_match(candidates, facts_of(row))
    if rule is None:
        return None
    has = sorted_of(row)
    changes = rules.changes_of(rule.gives, has)
    if changes:
        # Nobody chose it for this expense, so another rule or a person may change it.
        return judge_change(act, row, change_of(row, changes, None))
    if rules.stays_chosen(rule.gives, has):
        return LeftOut("A person chose its category.")
    return None


APPLY_PROPOSAL: Final = "proposal"
MOST_PROPOSED: Final = 50

# Expenses without a category that are looked at, the newest first, and merchants among them.
WAITING: Final = 2_000
_MERCHANTS: Final = 100

_KEY: Final = "substr(e.duplicate_key, 1, instr(e.duplicate_key, '|') - 1)"
_OF_MERCHANT: Final = "e.duplicate_key >= {0} || '|' AND e.duplicate_key < {0} || '}}'"
# How often people chose each category for each merchant that has expenses without one, and how many
# these are.
_HISTORY: Final = f"""
  WITH newest AS (
    SELECT led.n FROM expense_terms AS terms
    CROSS JOIN expense_postings AS led ON led.term = terms.id
    WHERE terms.account_id = ?1 AND {IS_STANDING} AND instr(terms.term, ';missing:category;') > 0
      AND (instr(terms.term, ';status:ready;') > 0 OR instr(terms.term, ';status:in_review;') > 0)
    ORDER BY led.day DESC, led.n DESC LIMIT {digits(WAITING)}
  ), waiting AS (
    SELECT {_KEY} AS merchant_key FROM newest
    CROSS JOIN expense_finds AS finds ON finds.n = newest.n
    CROSS JOIN expenses e ON e.id = finds.expense_id WHERE e.is_split = 0
  ), open AS (
    SELECT merchant_key, COUNT(*) AS waiting FROM waiting WHERE merchant_key <> ''
    GROUP BY merchant_key ORDER BY waiting DESC LIMIT {digits(_MERCHANTS)}
  )
  SELECT open.merchant_key, open.waiting, e.category, COUNT(*) AS times,
    MAX(e.merchant) AS merchant,
    EXISTS (
      SELECT 1 FROM proposals_dismissed d
      WHERE d.account_id = ?1 AND d.merchant_key = open.merchant_key
        AND d.category = e.category) AS dismissed
  FROM open CROSS JOIN expenses e
    ON e.account_id = ?1 AND {_OF_MERCHANT.format("open.merchant_key")}
  WHERE +e.category IS NOT NULL AND e.category_by IS NOT NULL AND e.status <> 'voided'
  GROUP BY open.merchant_key, e.category
"""


class Proposal(Model):
    """A category for a merchant's expenses that have none: people chose it for `times` of the `of`
    expenses of this merchant that they gave one; `waiting` of the newest
    2,000 expenses without one are of this merchant.
    """

    merchant: str
    category: str
    times: int
    of: int
    waiting: int


async def list_proposals(database: Database, account_id: str) -> list[Proposal]:
    """List what is proposed and was not dismissed, the most waiting first."""
    rows = await database.all(statement(_HISTORY, [account_id]))
    by_merchant: dict[str, list[Row]] = {}
    for row in rows:
        by_merchant.setdefault(text(row, "merchant_key"), []).append(row)
    proposals: list[Proposal] = []
    for each in by_merchant.values():
        counts = {text(row, "category"): integer(row, "times") for row in each}
        usual = usual_category(counts)
        chosen = (row for row in each if row["category"] == usual and not row["dismissed"])
        proposals += [of_row(Proposal, row, of=sum(counts.values())) for row in chosen]
    return sorted(proposals, key=lambda each: (-each.waiting, each.merchant))[:MOST_PROPOSED]


async def dismiss_proposal(
    platform: Platform, account_id: str, merchant: str, category: str, actor: str
) -> None:
    """Do not propose this again, and forget that people chose it until now: what they choose later
    counts. What is proposed already is taken away.
    """
    now = to_text(platform.clock.now())
    event = event_of_account(
        account_id, Audited.PROPOSAL_DISMISSED, new_id("dis"), actor=actor, at=now
    )
    sql = """
      INSERT INTO proposals_dismissed (
        account_id, merchant_key, category, dismissed_at, dismissed_by)
      VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (account_id, merchant_key, category) DO UPDATE
      SET dismissed_at = ?4, dismissed_by = ?5
    """
    take_away = f"""
      UPDATE expenses AS e SET proposed_category = NULL
      WHERE e.account_id = ?1 AND {_OF_MERCHANT.format("?2")}
        AND e.proposed_category ->> 'category' = ?3
    """
    about = account_id, merchant_key(merchant), category
    await platform.database.batch(
        [
            statement(sql, [*about, now, actor]),
            append_if_changed(event),
            statement(take_away, [*about]),
        ]
    )


async def proposal_asked(
    platform: Platform, actor: Actor, merchant: str, category: str, *, is_rule: bool
) -> JsonObject:
    """Give a merchant's expenses a category, where they have none; `is_rule`: and the next ones by
    a rule.
    """
    name = await checked_as(platform.database, actor.account_id, checked_name(category))
    if is_rule:
        await rules.create_rule(
            platform,
            actor.account_id,
            conditions=rules.Conditions(merchant=merchant),
            gives=rules.Gives(category=name),
            actor=actor.name,
        )
    # The route asks for the right to sort.
    return {"key": merchant_key(merchant), "category": name, MAY_SORT: True}


def _page_of_proposal(act: Act, limit: int) -> Statement:
    of_merchant = _OF_MERCHANT.format("?3").replace("e.duplicate_key", "expenses.duplicate_key")
    query = f"""
      {_SELECT_WHOLE}
      WHERE expenses.account_id = ?1 AND expenses.id > ?2 AND expenses.category IS NULL
        AND expenses.is_split = 0 AND expenses.status <> 'voided' AND {of_merchant}
      ORDER BY expenses.id LIMIT ?4
    """
    return statement(query, [act.account_id, act.cursor, str(act.asked["key"]), limit])


def _change_by_proposal(act: Act, row: Row) -> Judged:
    changes = rules.changes_of(rules.Gives(category=str(act.asked["category"])), sorted_of(row))
    if not changes:
        return None
    return judge_change(act, row, change_of(row, changes, act.created_by))


PLANS: Final = {
    APPLY_RULES: Plan(_page_of_rules, _change_by_rules),
    APPLY_PROPOSAL: Plan(_page_of_proposal, _change_by_proposal),
}
