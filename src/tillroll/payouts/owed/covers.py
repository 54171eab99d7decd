"""Rows of expenses that people paid themselves, and of the payouts that cover them, in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Final

from tillroll.conversion.rates import AmountTooLarge, convert
from tillroll.expenses import conversions
from tillroll.expenses.at_bank import AGREES, AT_BANK, AgreeingEntry, agreeing_entry
from tillroll.expenses.duplicates.doubted_payments import DOUBTED_PAYOUT
from tillroll.expenses.duplicates.holds import OpenTwin, explain_holds, name_in_words, open_twins
from tillroll.payouts.contract import PayoutParams
from tillroll.payouts.owed.rules import ClaimedAs, Cover, OwnPaid, Split, split
from tillroll_durable import Statement, ValuesRefused, statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    digits,
    integer,
    optional_integer,
    optional_text,
    text,
    word,
)
from tillroll_durable.platform.json import dump, load

# What people paid themselves; journeys at a rate are always theirs.
OWN_PAID: Final = (
    "e.status = 'approved' AND (e.paid_by = 'employee' OR e.origin IN ('mileage', 'per_diem'))"
)
_AT_BANK: Final = AT_BANK.format(expenses="e")
_COVERED: Final = """
  COALESCE((SELECT SUM(x.of_amount) FROM payout_expenses x WHERE x.expense_id = e.id
    AND x.released_at IS NULL), 0)
"""
_CLAIMED: Final = """
  FROM claim_items i JOIN claims k ON k.run_id = i.run_id
  WHERE i.expense_id = e.id AND i.released_at IS NULL AND k.payer_kind = 'company'
"""
# An expense and to whom it is owed, once for each person. One that a payout covers counts for who
# was paid also where nothing of it is theirs any more: it is not approved, was voided or merged, or
# is another's. What they got is owed back.
_WHOSE: Final = f"""(
  SELECT e.id, e.person, 1 AS is_own FROM expenses e WHERE e.account_id = ?1 AND {OWN_PAID}
  UNION ALL
  SELECT DISTINCT e.id, x.person, 0 FROM payout_expenses x
  JOIN expenses e ON e.id = x.expense_id AND e.account_id = x.account_id
  WHERE x.account_id = ?1 AND x.released_at IS NULL AND NOT ({OWN_PAID} AND e.person IS x.person)
)"""
_FACTS: Final = f"""
  SELECT e.id, e.account_id, w.person, w.is_own,
    (SELECT name FROM users u WHERE u.id = w.person) AS person_name, e.merchant, e.date, e.origin,
    e.currency, w.is_own * e.total_minor AS total_minor, e.version,
    w.is_own * {_AT_BANK} AS at_bank,
    CASE w.is_own WHEN 1 THEN {AGREES.format(expenses="e")} END AS bank_entry,
    CASE w.is_own WHEN 1 THEN {DOUBTED_PAYOUT.format(expenses="e")} END AS doubted_payout,
    {_COVERED} AS covered, c.base_currency, c.total_minor AS base_total, c.rate, c.rate_date,
      c.source,
    (SELECT base_currency FROM accounts a WHERE a.id = e.account_id) AS books_in,
    e.awaits_conversion,
    CASE w.is_own WHEN 1 THEN (SELECT k.run_id {_CLAIMED}) END AS claim_id,
    CASE w.is_own WHEN 1 THEN (SELECT CASE
       WHEN k.claimed - k.credited - k.applied - k.written_off > 0 THEN '{word(ClaimedAs.OPEN)}'
       WHEN k.applied = 0 AND k.written_off > 0 THEN '{word(ClaimedAs.WRITTEN_OFF)}'
       ELSE '{word(ClaimedAs.PAID)}' END {_CLAIMED}) END AS claimed_as,
    (SELECT json_group_array(json_array(x.of_amount, x.of_currency, x.paid_at IS NOT NULL))
     FROM payout_expenses x
     WHERE x.expense_id = e.id AND x.person = w.person AND x.released_at IS NULL) AS covers
  FROM {_WHOSE} w CROSS JOIN expenses e ON e.id = w.id
  LEFT JOIN expense_conversions c ON c.expense_id = e.id
    AND c.base_currency = (SELECT base_currency FROM accounts a WHERE a.id = e.account_id)
  WHERE true
"""
# One payout has paid all of it, so that nothing is owed; the rule says so as well.
_NOT_DONE: Final = """
  (w.is_own = 0 OR NOT EXISTS (
    SELECT 1 FROM payout_expenses d
    WHERE d.expense_id = e.id AND d.person = e.person AND d.released_at IS NULL
      AND d.paid_at IS NOT NULL AND d.of_amount = e.total_minor AND d.of_currency = e.currency))
"""
_MOST_EXPENSES: Final = digits(5_000)
"""Expenses that are looked at for what is owed to all people; the oldest."""


@dataclass(frozen=True)
class Fact:
    """An expense as it was looked at. `twin`: another that may be the same purchase, while it is
    owed."""

    row: Row
    expense: OwnPaid
    split: Split
    twin: OpenTwin | None = None

    @property
    def id(self) -> str:
        return text(self.row, "id")

    @property
    def is_own(self) -> bool:
        """Whether it is an approved expense of the person. Otherwise they only were paid for it."""
        return self.row["is_own"] == 1

    @property
    def bank_entry(self) -> AgreeingEntry | None:
        """The entry of the company's own account that may have paid it, while it is owed."""
        if self.split.owed <= 0:
            return None
        return agreeing_entry(self.row)

    @property
    def doubted_payout(self) -> str | None:
        """The payout that came to nothing and may have paid it all the same, while it is owed."""
        if self.split.owed <= 0:
            return None
        return optional_text(self.row, "doubted_payout")

    @property
    def is_held_back(self) -> bool:
        """Whether it waits for what a person says of it."""
        holds = (self.bank_entry, self.twin, self.doubted_payout)
        return any(each is not None for each in holds)

    @property
    def base_owed(self) -> int | None:
        """What is owed of it in the account's base currency; None where no rate is known, or none
        was chosen."""
        return self._in_base(self.split.owed)

    @property
    def base_on_its_way(self) -> int | None:
        """What is on its way, in the account's base currency; None as for `base_owed`."""
        return self._in_base(self.split.on_its_way)

    def _in_base(self, part: int) -> int | None:
        base = optional_text(self.row, "books_in")
        if base == self.expense.currency:
            return part
        rate = optional_text(self.row, "rate")
        if base is None or rate is None:
            return None
        if part == self.expense.total:
            return optional_integer(self.row, "base_total")
        try:
            return convert(part, self.expense.currency, target=base, rate=Decimal(rate))
        except AmountTooLarge:
            return None


def _fact(row: Row) -> Fact:
    covers: list[Cover] = []
    match load(text(row, "covers")):
        case list(listed):
            for each in listed:
                match each:
                    case [int(amount), str(currency), int(is_paid)]:
                        covers.append(Cover(amount, currency, bool(is_paid)))
                    case _:
                        raise ValueError(f"{each!r} covers nothing")
        case other:
            raise ValueError(f"{other!r} is no list of what covers an expense")
    claimed = optional_text(row, "claimed_as")
    expense = OwnPaid(
        person=optional_text(row, "person"),
        currency=text(row, "currency"),
        total=integer(row, "total_minor"),
        at_bank=integer(row, "at_bank"),
        covers=covers,
        claim=None if claimed is None else ClaimedAs(claimed),
    )
    return Fact(row, expense, split(expense))


async def open_facts(database: Database, account_id: str, person: str | None) -> list[Fact]:
    """What is owed or on its way, of one person or of all; the oldest first, 5,000 at most."""
    facts = await _open_facts(database, account_id, person)
    return await _with_twins(database, account_id, facts)


async def overpaid_facts(database: Database, account_id: str, person: str) -> list[Fact]:
    """What a person was paid for, and is not theirs any more: they owe it back."""
    facts = await _open_facts(database, account_id, person)
    return [each for each in facts if not each.is_own and each.split.owed < 0]


async def _open_facts(database: Database, account_id: str, person: str | None) -> list[Fact]:
    query = f"""
      {_FACTS} AND (?2 IS NULL OR w.person = ?2) AND {_NOT_DONE}
      ORDER BY e.date, e.id LIMIT {_MOST_EXPENSES}
    """
    return [_fact(row) for row in await database.all(statement(query, [account_id, person]))]


async def _with_twins(database: Database, account_id: str, facts: Sequence[Fact]) -> list[Fact]:
    """Give each expense the other that may be the same purchase."""
    owed = [each.id for each in facts if each.is_own and each.split.owed > 0]
    twins = await open_twins(database, account_id, owed)
    # One that is another's by now may be among them twice: only what is owed waits.
    return [replace(each, twin=twins.get(each.id)) if each.is_own else each for each in facts]


async def facts_of(database: Database, account_id: str, ids: Sequence[str]) -> list[Fact]:
    """These expenses, as far as they are approved and their persons paid them; the oldest first."""
    query = f"{_FACTS} AND e.id IN (SELECT value FROM json_each(?2)) ORDER BY e.date, e.id"
    rows = await database.all(statement(query, [account_id, dump([*ids])]))
    return await _with_twins(database, account_id, [_fact(row) for row in rows])


async def list_facts(
    database: Database, account_id: str, person: str | None, cursor: str, limit: int
) -> list[Fact]:
    """All of them, of one person or of all, the newest first, after the id `cursor`."""
    query = f"{_FACTS} AND (?2 IS NULL OR w.person = ?2) AND e.id < ?3 ORDER BY e.id DESC LIMIT ?4"
    rows = await database.all(statement(query, [account_id, person, cursor, limit]))
    return await _with_twins(database, account_id, [_fact(row) for row in rows])


async def payouts_of(database: Database, ids: Sequence[str]) -> Mapping[str, list[Row]]:
    """By expense: the payouts that cover it, or did; the newest first."""
    query = """
      SELECT x.expense_id, COALESCE(x.run_id, x.asked_in) AS payout_id, x.of_amount AS amount,
        x.of_currency AS currency, x.amount AS paid_amount,
        COALESCE(p.currency, CASE WHEN x.rate IS NULL THEN x.of_currency ELSE (
          SELECT base_currency FROM accounts a WHERE a.id = x.account_id) END) AS paid_currency,
        r.state, y.paid_by, x.released_at, p.payment_reason AS reason,
        CASE WHEN x.paid_at IS NOT NULL
          THEN COALESCE(p.paid_on, substr(x.paid_at, 1, 10)) END AS paid_on
      FROM payout_expenses x JOIN runs r ON r.id = COALESCE(x.run_id, x.asked_in)
      LEFT JOIN payouts p ON p.run_id = x.run_id LEFT JOIN payees y ON y.id = p.payee_id
      WHERE x.expense_id IN (SELECT value FROM json_each(?1))
      ORDER BY x.created_at DESC, x.asked_in DESC
    """
    payouts: dict[str, list[Row]] = {}
    for row in await database.all(statement(query, [dump([*ids])])):
        payouts.setdefault(text(row, "expense_id"), []).append(row)
    return payouts


@dataclass(frozen=True)
class CoverLine:
    """What a payout covers of an expense: `amount` in the payout's currency, `of_amount` in the
    expense's. The rest is as the expense was looked at; where it has changed, nothing is begun."""

    expense: str
    person: str | None
    is_own: bool
    version: int
    amount: int
    of_amount: int
    of_currency: str
    rate: str | None
    rate_day: str | None
    rate_source: str | None
    at_bank: int
    covered: int


def line_of(fact: Fact, currency: str, *, despite_bank: bool) -> CoverLine:
    """What is owed of an expense, in a currency. Raises ValueError: nothing is, there is no rate,
    another may be the same purchase, or the company's account may have paid it; the message is for
    people."""
    row = fact.row
    of_currency = fact.expense.currency
    owed = fact.split.owed
    name = name_in_words(row)
    if not owed:
        raise ValueError(f"{name}: nothing is owed of it any more.")
    entry = None
    if not despite_bank:
        entry = fact.bank_entry
    holds = explain_holds(row, fact.twin, entry, doubted_payout=fact.doubted_payout)
    if holds:
        raise ValueError(holds[0])
    if currency == of_currency:
        amount = owed
        rate = None
        day = None
        source = None
    else:
        worth = fact.base_owed
        if currency != optional_text(row, "base_currency") or not worth:
            raise ValueError(_explain_rate(fact, name, currency=currency))
        amount = worth
        rate = text(row, "rate")
        day = text(row, "rate_date")
        source = text(row, "source")
    return CoverLine(
        fact.id,
        person=fact.expense.person,
        is_own=fact.is_own,
        version=integer(row, "version"),
        amount=amount,
        of_amount=owed,
        of_currency=of_currency,
        rate=rate,
        rate_day=day,
        rate_source=source,
        at_bank=fact.expense.at_bank,
        covered=integer(row, "covered"),
    )


def _explain_rate(fact: Fact, name: str, *, currency: str) -> str:
    """Say why an expense has no amount in a currency, and what to do where that helps."""
    row = fact.row
    own = fact.expense.currency
    if currency != optional_text(row, "books_in") or optional_text(row, "rate") is not None:
        return f"{name}: no rate is known from {own} to {currency}."
    if optional_text(row, "awaits_conversion") == conversions.NOW:
        return f"{name}: it is being converted to {currency}. Try again in a minute or two."
    return (
        f"{name}: no rate is known from {own} to {currency}. "
        "An owner can enter it under Settings, Currency."
    )


async def lines_of(database: Database, account_id: str, params: PayoutParams) -> list[CoverLine]:
    """What a payout covers. Raises ValuesRefused: an expense is not owed to its payee, or the
    amount is another."""
    if not params.expenses:
        return []
    rows = await facts_of(database, account_id, params.expenses)
    facts = {(each.id, each.expense.person): each for each in rows}
    row = await database.first(
        statement("SELECT person FROM payees WHERE id = ?", [params.payee_id])
    )
    person = None if row is None else optional_text(row, "person")
    problems: list[tuple[str, str]] = []
    lines: list[CoverLine] = []
    for place, id_ in enumerate(params.expenses):
        fact = facts.get((id_, person))
        if fact is None or person is None:
            problem = "It is no approved expense that this payee paid themselves."
            problems.append((f"expenses.{place}", problem))
            continue
        try:
            lines.append(line_of(fact, params.currency, despite_bank=params.despite_bank))
        except ValueError as error:
            problems.append((f"expenses.{place}", str(error)))
    if not problems and sum(each.amount for each in lines) != params.amount:
        problem = (
            f"The expenses come to {sum(each.amount for each in lines)} minor units of "
            f"{params.currency}."
        )
        problems.append(("amount", problem))
    if problems:
        raise ValuesRefused(problems[:20])
    return lines


def insert_covers(
    account_id: str,
    asked_in: str,
    run_id: str | None,
    place: int,
    lines: Sequence[CoverLine],
    now: str,
) -> Statement:
    """Keep what a payout covers. The batch fails where one of the expenses is not owed as it was
    looked at: it was changed, the bank paid it, a claim holds it, or another payout covers it."""
    query = f"""
      INSERT INTO payout_expenses (
        asked_in, expense_id, account_id, person, place, run_id, amount, of_amount, of_currency,
        rate, rate_day, rate_source, covered_before, created_at)
      SELECT ?1, l.value ->> 'expense', ?2, CASE WHEN e.id IS NOT NULL
        THEN l.value ->> 'person' END,
        ?3, ?4, l.value ->> 'amount', l.value ->> 'of_amount',
        l.value ->> 'of_currency', l.value ->> 'rate', l.value ->> 'rate_day',
        l.value ->> 'rate_source',
        l.value ->> 'covered', ?5
      FROM json_each(?6) l LEFT JOIN expenses e ON e.id = l.value ->> 'expense'
        AND e.account_id = ?2 AND e.version = l.value ->> 'version'
        AND {_COVERED} = l.value ->> 'covered' AND CASE l.value ->> 'is_own'
          WHEN 1 THEN {OWN_PAID} AND e.person = l.value ->> 'person'
            AND {_AT_BANK} = l.value ->> 'at_bank' AND NOT EXISTS (SELECT 1 {_CLAIMED})
          ELSE NOT ({OWN_PAID} AND e.person IS l.value ->> 'person') END
    """
    return statement(
        query, [asked_in, account_id, place, run_id, now, dump([asdict(each) for each in lines])]
    )


def take_covers(batch_id: str, place: int, run_id: str) -> Statement:
    """Have the run of a batch's payout take what was to be covered by it."""
    query = (
        "UPDATE payout_expenses SET run_id = ?3 WHERE asked_in = ?1 AND place = CAST(?2 AS INTEGER)"
    )
    return statement(query, [batch_id, place, run_id])
