"""Use cases of what is owed to people: list it, and pay it by a file, by the provider, or by
hand."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from tillroll.expenses.at_bank import AgreeingEntry
from tillroll.expenses.duplicates.holds import NO_DETAILS, name_in_words
from tillroll.ledger.transfers import LARGEST_AMOUNT
from tillroll.payouts import sepa
from tillroll.payouts.batches import workflow as batches
from tillroll.payouts.batches.workflow import PayoutBatchParams, begin_batch
from tillroll.payouts.contract import KIND, MOST_PAYOUTS, PayoutParams
from tillroll.payouts.four_eyes import needs_second
from tillroll.payouts.models import BY_FILE, BY_HAND
from tillroll.payouts.owed import covers
from tillroll.payouts.owed.covers import CoverLine, Fact, line_of
from tillroll.payouts.owed.models import (
    Owed,
    OwedAccount,
    OwedBase,
    OwedBaseAmount,
    OwedExpense,
    OwedPayment,
    OwedPaymentRequest,
    OwedPerson,
    OwedPlan,
    OwedSum,
    PaidBackBy,
    PlannedExpense,
    PlannedPayout,
)
from tillroll.payouts.repository import find_alike
from tillroll.payouts.service import (
    ANOTHER_CURRENCY,
    OwedChanged,
    PayoutKeyReused,
    begin_payout,
    begun_as,
    payee_by_hand,
)
from tillroll_documents.money import Money
from tillroll_durable import Actor, ValuesRefused, Workflow, statement
from tillroll_durable.platform.bindings.database import LARGEST_INTEGER, of_row, optional_text, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform

_NONE: Final = "-"
_IN_BASE: Final = "base"


async def list_owed(platform: Platform, account_id: str, person: str | None) -> list[Owed]:
    """List what the company owes, by person: who is owed for longest first. Only of `person` where
    one is given; nobody to whom nothing is owed.
    """
    by_person: dict[str, list[Fact]] = {}
    for fact in await covers.open_facts(platform.database, account_id, person):
        if fact.expense.person is not None and (fact.split.owed or fact.split.on_its_way):
            by_person.setdefault(fact.expense.person, []).append(fact)
    accounts = await _accounts(platform, account_id)
    return [_owed(facts, accounts.get(id_, ())) for id_, facts in by_person.items()]


def _summable(facts: Sequence[Fact]) -> list[Fact]:
    """The facts, in their order, as far as no sum of one currency goes beyond LARGEST_INTEGER: the
    others count once these are paid."""
    counted: list[Fact] = []
    sizes = Counter[str]()
    for each in facts:
        worth = {
            each.expense.currency: abs(each.split.owed) + abs(each.split.on_its_way),
            _IN_BASE: abs(each.base_owed or 0) + abs(each.base_on_its_way or 0),
        }
        if all(sizes[name] + worth[name] <= LARGEST_INTEGER for name in worth):
            sizes.update(worth)
            counted.append(each)
    return counted


def _owed(all_facts: Sequence[Fact], accounts: Sequence[OwedAccount]) -> Owed:
    facts = _summable(all_facts)
    owed = Counter[str]()
    on_its_way = Counter[str]()
    for each in facts:
        owed[each.expense.currency] += each.split.owed
        on_its_way[each.expense.currency] += each.split.on_its_way
    payable = [each for each in facts if each.split.owed]
    base = optional_text(facts[0].row, "books_in")
    worth = [each.base_owed for each in payable]
    coming = [each.base_on_its_way for each in facts]
    return Owed(
        person=_person(facts[0]),
        sums=[
            OwedSum(currency=each, owed=owed[each], on_its_way=on_its_way[each])
            for each in sorted({*owed})
        ],
        base=None
        if base is None
        else OwedBase(
            currency=base,
            owed=sum(each for each in worth if each is not None),
            on_its_way=sum(each for each in coming if each is not None),
            without_rate=sum(each is None for each in worth),
        ),
        expenses=len(payable),
        held_back=sum(each.is_held_back for each in payable),
        oldest=min((date.fromisoformat(text(each.row, "date")) for each in payable), default=None),
        accounts=[*accounts],
    )


def _person(fact: Fact) -> OwedPerson:
    return OwedPerson(id=fact.expense.person or "", name=optional_text(fact.row, "person_name"))


async def _accounts(platform: Platform, account_id: str) -> Mapping[str, list[OwedAccount]]:
    """Find by person the payees through which they can be paid."""
    query = """
      SELECT person, id AS payee_id, name, paid_by, CASE paid_by WHEN 'file' THEN method END AS iban
      FROM payees
      WHERE account_id = ? AND person IS NOT NULL AND archived_at IS NULL AND paid_by <> 'hand'
      ORDER BY id
    """
    accounts: dict[str, list[OwedAccount]] = {}
    for row in await platform.database.all(statement(query, [account_id])):
        accounts.setdefault(text(row, "person"), []).append(of_row(OwedAccount, row))
    return accounts


async def expenses_of(
    platform: Platform, facts: Sequence[Fact], *, sees_all: bool = True
) -> list[OwedExpense]:
    """Expenses as the API shows them, with the payouts that cover them, or did. `sees_all`:
    also whom the company's account paid, and another's expense, which are not for everybody."""
    paid_back = await covers.payouts_of(platform.database, [each.id for each in facts])
    expenses: list[OwedExpense] = []
    for fact in facts:
        row = fact.row
        split = fact.split
        payouts = [of_row(PaidBackBy, each) for each in paid_back.get(fact.id, ())]
        base = fact.base_owed
        expenses.append(
            of_row(
                OwedExpense,
                row,
                person=_person(fact) if fact.expense.person else None,
                total=fact.expense.total,
                owed=split.owed,
                on_its_way=split.on_its_way,
                paid=split.paid,
                not_reimbursable=split.not_reimbursable,
                standing=split.standing,
                base=None
                if base is None or optional_text(row, "rate") is None
                else OwedBaseAmount(
                    currency=text(row, "base_currency"),
                    owed=base,
                    rate=text(row, "rate"),
                    rate_day=date.fromisoformat(text(row, "rate_date")),
                    source=text(row, "source"),
                ),
                paid_on=max(
                    (each.paid_on for each in payouts if each.paid_on and not each.released_at),
                    default=None,
                ),
                bank_entry=_shown_entry(fact, sees_all=sees_all),
                doubted_payout=fact.doubted_payout,
                duplicate=fact.twin if sees_all or fact.twin is None else NO_DETAILS,
                payouts=payouts,
            )
        )
    return expenses


def _shown_entry(fact: Fact, *, sees_all: bool) -> AgreeingEntry | None:
    entry = fact.bank_entry
    if entry is None or sees_all:
        return entry
    return AgreeingEntry(id=entry.id, day=entry.day, name="")


@dataclass(frozen=True)
class _Payout:
    """A payout that is planned: who gets what, and for which expenses."""

    person: OwedPerson
    currency: str
    account: OwedAccount | None
    lines: Sequence[tuple[Fact, CoverLine]]

    @property
    def amount(self) -> int:
        return sum(line.amount for _, line in self.lines)


async def plan(platform: Platform, account_id: str, request: OwedPaymentRequest) -> OwedPlan:
    """What would be paid. Raises ValuesRefused: by the place of an expense, what is in the way."""
    planned = await _plan(platform, account_id, request)
    lines = [
        (each.account.payee_id, each.currency, each.amount)
        for each in planned
        if each.account is not None
    ]
    by_hand = await _hand_lines(platform, account_id, planned)
    # It has no run yet: as if it were asked for now.
    now = platform.clock.now()
    second = await needs_second(
        platform.database, account_id, run_id=_NONE, lines=[*lines, *by_hand], at=to_text(now)
    )
    alike = await find_alike(platform.database, account_id, lines=[*lines, *by_hand], at=now)
    return OwedPlan(payouts=[_planned(each) for each in planned], second=second, alike=alike)


async def _hand_lines(
    platform: Platform, account_id: str, planned: Iterable[_Payout]
) -> list[tuple[str, str, int]]:
    """Lines of payouts by hand, by any payee of the person: they count as one."""
    query = (
        "SELECT id FROM payees WHERE account_id = ? AND person = ? "
        "ORDER BY archived_at IS NOT NULL LIMIT 1"
    )
    hand_lines: list[tuple[str, str, int]] = []
    for each in planned:
        if each.account is None:
            row = await platform.database.first(statement(query, [account_id, each.person.id]))
            hand_lines.append(("" if row is None else text(row, "id"), each.currency, each.amount))
    return hand_lines


def _planned(payout: _Payout) -> PlannedPayout:
    return PlannedPayout(
        person=payout.person,
        account=payout.account,
        currency=payout.currency,
        amount=payout.amount,
        expenses=[
            PlannedExpense(
                expense_id=fact.id,
                merchant=text(fact.row, "merchant"),
                date=date.fromisoformat(text(fact.row, "date")),
                amount=line.amount,
                of_amount=line.of_amount,
                of_currency=line.of_currency,
                rate=line.rate,
                rate_day=None if line.rate_day is None else date.fromisoformat(line.rate_day),
                rate_source=line.rate_source,
            )
            for fact, line in payout.lines
        ],
    )


async def _plan(platform: Platform, account_id: str, request: OwedPaymentRequest) -> list[_Payout]:
    _check_day(platform, request)
    ids = [*dict.fromkeys(request.expenses)]
    facts: dict[str, Fact] = {}
    for each in await covers.facts_of(platform.database, account_id, ids):
        # Of an expense that is another person's by now, theirs is paid, and the other's is not set
        # off by it.
        if each.is_own or each.id not in facts:
            facts[each.id] = each
    accounts = await _accounts(platform, account_id)
    problems: list[tuple[str, str]] = []
    groups: dict[tuple[str, str], _Payout] = {}
    for place, id_ in enumerate(ids):
        fact = facts.get(id_)
        if fact is None or fact.expense.person is None:
            problem = "It is no approved expense of your account that a person paid themselves."
            problems.append((f"expenses.{place}", problem))
            continue
        person = _person(fact)
        currency = request.currency or fact.expense.currency
        way = next(
            (each for each in accounts.get(person.id, ()) if each.paid_by == request.way), None
        )
        if way is None and request.way != BY_HAND:
            problem = _WITHOUT_ACCOUNT[request.way].format(person.name or person.id)
            problems.append((f"expenses.{place}", problem))
            continue
        if request.way == BY_FILE and currency != sepa.CURRENCY:
            problems.append((f"expenses.{place}", ANOTHER_CURRENCY))
            continue
        try:
            line = line_of(fact, currency, despite_bank=request.despite_bank)
        except ValueError as error:
            problems.append((f"expenses.{place}", str(error)))
            continue
        group = groups.setdefault(
            (person.id, currency), _Payout(person, currency, account=way, lines=())
        )
        groups[person.id, currency] = replace(group, lines=[*group.lines, (fact, line)])
    planned = [*groups.values()]
    problems += await _left_out(platform, account_id, planned=planned, ids=ids)
    problems += [
        ("expenses", f"{each.person.name} would get nothing in {each.currency}: choose others.")
        for each in planned
        if each.amount <= 0
    ]
    problems += [("expenses", _too_much(each)) for each in planned if each.amount > LARGEST_AMOUNT]
    if len(planned) > MOST_PAYOUTS:
        problems.append(
            ("expenses", f"At most {MOST_PAYOUTS} payouts are made at once; choose fewer people.")
        )
    if problems:
        raise ValuesRefused(problems[:20])
    return planned


def _too_much(payout: _Payout) -> str:
    amount = Money(payout.amount, payout.currency).to_decimal_string()
    largest = Money(LARGEST_AMOUNT, payout.currency).to_decimal_string()
    return (
        f"{payout.person.name} would get {amount} {payout.currency}, and a payout is of at most "
        f"{largest} {payout.currency}: choose fewer expenses."
    )


async def _left_out(
    platform: Platform, account_id: str, planned: Sequence[_Payout], ids: Sequence[str]
) -> list[tuple[str, str]]:
    """What was paid too much to the people who are to be paid, and is not set off by it."""
    problems: list[tuple[str, str]] = []
    for payout in planned:
        facts = await covers.overpaid_facts(platform.database, account_id, payout.person.id)
        for fact in facts:
            if fact.id not in ids and fact.expense.currency == payout.currency:
                amount = Money(-fact.split.owed, payout.currency).to_decimal_string()
                named = f"{name_in_words(fact.row)} ({fact.id})"
                problem = (
                    f"{amount} {payout.currency} was paid too much to {payout.person.name}: select "
                    f"{named} too, which sets it off."
                )
                problems.append(("expenses", problem))
    return problems


_WITHOUT_ACCOUNT: Final = {
    "file": "{} has no bank account here: add it as a payee with an IBAN.",
    "provider": "{} has no account at the payment provider here: add it as a payee.",
}


def _check_day(platform: Platform, request: OwedPaymentRequest) -> None:
    if (request.way == BY_HAND) != (request.paid_on is not None):
        raise ValuesRefused([("paidOn", "Give the day only where the payment is made by hand.")])
    today = platform.clock.now().date()
    if request.paid_on is not None and request.paid_on > today:
        raise ValuesRefused([("paidOn", f"Give a day that is not after today, {today}.")])


async def pay(
    platform: Platform,
    workflows: Mapping[str, Workflow],
    actor: Actor,
    request: OwedPaymentRequest,
    key: str | None,
) -> OwedPayment:
    """Pay expenses back, once under a key: a payout, or a batch of them. Raises ValuesRefused,
    OwedChanged, PayoutKeyReused."""
    own = key or new_id("owe")
    existing = await _existing_payment(platform, actor, request=request, key=own)
    if existing is not None:
        return existing
    planned = await _plan(platform, actor.account_id, request)
    sums = Counter[str]()
    for each in planned:
        sums[each.currency] += each.amount
    if request.expects is not None and request.expects != dict(sums):
        raise OwedChanged
    requests: list[PayoutParams] = []
    for each in planned:
        if each.account is not None:
            payee_id = each.account.payee_id
        else:
            payee_id = (await payee_by_hand(platform, actor, each.person.id)).id
        params = PayoutParams(
            payee_id=payee_id,
            currency=each.currency,
            amount=each.amount,
            reference=request.reference,
            expenses=tuple(fact.id for fact, _ in each.lines),
            paid_on=request.paid_on,
            despite_bank=request.despite_bank,
        )
        requests.append(params)
    if len(requests) == 1:
        triggered = await begin_payout(
            platform, workflows[KIND], actor=actor, params=requests[0], key=own
        )
        return OwedPayment(payout_id=triggered.run_id, batch_id=None)
    batch = PayoutBatchParams(name=request.reference[:100], payouts=requests)
    triggered = await begin_batch(
        platform, workflows[batches.KIND], actor=actor, params=batch, key=own
    )
    return OwedPayment(payout_id=None, batch_id=triggered.run_id)


async def _existing_payment(
    platform: Platform, actor: Actor, request: OwedPaymentRequest, key: str
) -> OwedPayment | None:
    """What stands under a key. Raises PayoutKeyReused: it pays other expenses back."""
    payout = await begun_as(platform, actor, kind=KIND, cause=f"payout:{key}")
    batch = await begun_as(platform, actor, kind=batches.KIND, cause=f"payout-batch:{key}")
    run = payout or batch
    if run is None:
        return None
    if {*_expenses_in(run[1])} != {*request.expenses}:
        raise PayoutKeyReused(key)
    return OwedPayment(
        payout_id=payout[0] if payout else None, batch_id=batch[0] if batch else None
    )


def _expenses_in(params: JsonObject) -> Iterable[str]:
    match params:
        case {"payouts": list(payouts)}:
            for each in payouts:
                if isinstance(each, dict):
                    yield from _expenses_in(each)
        case {"expenses": list(ids)}:
            yield from (str(each) for each in ids)
        case _:
            return
