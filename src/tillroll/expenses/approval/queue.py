"""What waits for approval: for one person, and for whom in the account; reminders."""

from dataclasses import dataclass, field
from typing import Final, LiteralString

from tillroll.expenses.approval.chains import ANYONE
from tillroll.expenses.approval.decisions import (
    ApprovalOutcome,
    hindrance,
    outcome_of,
)
from tillroll.expenses.approval.judged import (
    Approver,
    Looked,
    look_at,
)
from tillroll.expenses.approval.moves import (
    APPROVE,
)
from tillroll.expenses.approval.own_expenses import MAY_HINDER
from tillroll.expenses.duplicates.twins import Twin, twins_of
from tillroll.expenses.events import Audited
from tillroll.expenses.exported import decimal_amount
from tillroll.expenses.models import Expense
from tillroll.expenses.repository import expense_from
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import APPROVAL_REMINDED
from tillroll_durable import ValuesRefused, statement
from tillroll_durable.audit import append, event_of_account
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    of_row,
    optional_integer,
    optional_text,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.models import DayText, Model, TimeText
from tillroll_durable.platform.services import Platform
from tillroll_durable.sight import Sight

LOOKED_AT: Final = 500
"""So many expenses are looked at, those that have waited longest."""


class Queued(Model):
    """An expense that waits for the caller's approval, and what is known of that. `mediaType` is
    its document's; null where it has none. `twins` may be the same purchase, and nobody has settled
    that.
    """

    expense: Expense
    twins: list[Twin]
    media_type: str | None
    approval: ApprovalOutcome
    waits_since: str


class ApprovalQueue(Model):
    """What waits for the caller, the longest first. `total` is in the account's base `currency`,
    without `unconverted` expenses; both are null without a base currency. `isWhole` is false where
    more wait than the 500 looked at.
    """

    items: list[Queued]
    count: int
    total: str | None
    currency: str | None
    unconverted: int
    is_whole: bool


@dataclass
class _Sum:
    count: int = 0
    minor: int = 0
    unconverted: int = 0
    since: str = ""
    expenses: list[str] = field(default_factory=list[str])
    people: dict[str, None] = field(default_factory=dict[str, None])
    substitutes: dict[str, None] = field(default_factory=dict[str, None])

    def add(self, looked: Looked) -> None:
        row = looked.row
        self.count += 1
        self.expenses.append(text(row, "id"))
        base = optional_integer(row, "base_total_minor")
        self.minor += base or 0
        if base is None:
            self.unconverted += 1
        since = text(row, "waits_since")
        self.since = since if not self.since else min(self.since, since)
        name = optional_text(row, "person_name")
        if name is not None:
            self.people[name] = None


def _user_of(actor: LiteralString) -> LiteralString:
    """SQL: the user that a name in the audit stands for. `actor` is an expression."""
    id_of_token = f"substr({actor}, length('token:') + 1)"
    of_token = f"SELECT tokens.user_id FROM tokens WHERE tokens.id = {id_of_token}"
    return f"COALESCE(({of_token}), substr({actor}, length('user:') + 1))"


_READY: Final = (
    "SELECT id FROM expenses WHERE account_id = ?1 AND status = 'ready' ORDER BY created_at, id "
    "LIMIT"
)
# Whether ?3 handed one of them in, or may have changed it; true also where two people may be one.
_HAS_OWN: Final = f"""
  (
    EXISTS (
      SELECT 1 FROM users JOIN let_in ON let_in.user_id = users.id
      WHERE users.account_id = ?1
    )
    OR EXISTS (
      SELECT 1 FROM ({_READY} ?2) AS few JOIN expenses ON expenses.id = few.id
      WHERE expenses.person = ?3
        OR EXISTS (
          SELECT 1 FROM expense_changes made
          WHERE made.expense_id = few.id AND {_user_of("made.actor")} = ?3
        )
        OR EXISTS (
          SELECT 1 FROM reviews JOIN review_decisions decided ON decided.review_id = reviews.id
          WHERE reviews.run_id = expenses.run_id AND {_user_of("decided.actor")} = ?3
        )
        OR EXISTS (
          SELECT 1 FROM inbound_events event
          JOIN inbound_source_people people ON people.source_id = event.source_id
          WHERE event.run_id = expenses.run_id AND people.user_id = ?3
        )
    )
  )
"""
# Where no rule keeps anybody from approving, all of it is everybody's who approves, and the
# database counts it.
_COUNTED: Final = f"""
  SELECT (SELECT base_currency FROM accounts WHERE id = ?1) AS base_currency,
    (SELECT COUNT(*) FROM ({_READY} ?2 + 1)) > ?2 AS has_more,
    EXISTS (SELECT 1 FROM approval_chains WHERE account_id = ?1)
      OR EXISTS (SELECT 1 FROM approval_policies
                 WHERE account_id = ?1 AND deleted_at IS NULL AND held_at = 'approval'
                   AND effect <> 'warn')
      OR ({MAY_HINDER} AND {_HAS_OWN}) AS has_rules,
    COUNT(*) AS count, COALESCE(SUM(base.total_minor), 0) AS minor,
    COUNT(*) - COUNT(base.total_minor) AS unconverted
  FROM ({_READY} ?2) AS few
  LEFT JOIN expense_conversions AS base ON base.expense_id = few.id
    AND base.base_currency = (SELECT base_currency FROM accounts WHERE id = ?1)
"""


async def _waiting(platform: Platform, approver: Approver) -> list[Looked]:
    """The ready expenses that have waited longest."""
    rows = await platform.database.all(statement(f"{_READY} ?2", [approver.account_id, LOOKED_AT]))
    ids = [text(row, "id") for row in rows]
    if ids:
        looked = await look_at(platform, approver, ids, is_shown=False)
    else:
        looked = {}
    return [looked[each] for each in ids if each in looked]


async def queue_of(
    platform: Platform, approver: Approver, sight: Sight, limit: int
) -> ApprovalQueue:
    """What waits for this person; the first `limit` with all that is shown. With none it is what
    the page's menu counts all the time: one query where no rule keeps anybody from approving.
    """
    parameters = (approver.account_id, LOOKED_AT, approver.user_id)
    [counted] = await platform.database.all(statement(_COUNTED, [*parameters]))
    together = _Sum()
    base = optional_text(counted, "base_currency")
    if counted["has_rules"] == 1:
        mine = [
            each for each in await _waiting(platform, approver) if hindrance(each, APPROVE) is None
        ]
        for each in mine:
            together.add(each)
        ids = [text(each.row, "id") for each in mine[:limit]]
    else:
        together = of_row(_Sum, counted, since="", expenses=[], people={}, substitutes={})
        if limit:
            rows = await platform.database.all(
                statement(f"{_READY} ?2", [approver.account_id, limit])
            )
        else:
            rows = []
        ids = [text(row, "id") for row in rows]
    looks = await look_at(platform, approver, ids) if ids else {}
    twins = await twins_of(platform.database, sight, ids, asker=approver.user_id)
    return ApprovalQueue(
        items=[
            Queued(
                expense=expense_from(each.row),
                twins=twins.get(text(each.row, "id"), []),
                media_type=optional_text(each.row, "media_type"),
                approval=outcome_of(text(each.row, "id"), each, outcome="done", reason=None),
                waits_since=text(each.row, "waits_since"),
            )
            for each in (looks[id_] for id_ in ids if id_ in looks)
        ],
        count=together.count,
        total=decimal_amount(together.minor, base),
        currency=base,
        unconverted=together.unconverted if base else 0,
        is_whole=counted["has_more"] == 0,
    )


class WaitingFor(Model):
    """What waits for one approver, or for `role` (anyone, owner, approver) where `person` is null.
    `count` expenses since `since`, handed in by `people`; `expenses` are their ids, the longest
    first. `total` in the base `currency`, without `unconverted` ones. `substitutes` decide them
    today too. `reminded` is the day of the last reminder. `isStuck`: nobody can decide them, so an
    owner has to give them to somebody.
    """

    person: str | None
    role: str | None
    name: str
    substitutes: list[str]
    count: int
    expenses: list[str]
    since: TimeText
    people: list[str]
    total: str | None
    currency: str | None
    unconverted: int
    reminded: DayText | None
    is_stuck: bool


async def waiting_for(platform: Platform, approver: Approver) -> list[WaitingFor]:
    """Who waits for whom in the account, the longest first. Expenses without a rule wait for anyone
    who can approve.
    """
    account = statement("SELECT base_currency FROM accounts WHERE id = ?", [approver.account_id])
    [[of_account]] = await platform.database.batch([account])
    looked = await _waiting(platform, approver)
    base = optional_text(of_account, "base_currency")
    sums = dict[tuple[str, bool], _Sum]()
    names = dict[str, str]()
    for each in looked:
        turn = None if each.chain is None else each.chain.turn
        approver_id = ANYONE if turn is None else turn.waits_for
        key = (approver_id, turn is not None and not turn.deciders)
        its = sums.setdefault(key, _Sum())
        its.add(each)
        if each.chain is not None and turn is not None:
            names[approver_id] = each.chain.circle.called(approver_id)
            subs = (id_ for id_, for_user in turn.deciders.items() if for_user is not None)
            its.substitutes |= {each.chain.circle.name(id_): None for id_ in subs}
    query = """
      SELECT subject, MAX(created_at) AS at FROM notifications WHERE account_id = ? AND topic = ?
      GROUP BY subject
    """
    rows = await platform.database.all(
        statement(query, [approver.account_id, APPROVAL_REMINDED.name])
    )
    reminded = {text(row, "subject"): text(row, "at")[:10] for row in rows}
    waiting = [
        WaitingFor(
            person=approver_id if approver_id.startswith("usr_") else None,
            role=None if approver_id.startswith("usr_") else approver_id,
            name=names.get(approver_id, "anyone who can approve"),
            substitutes=[*its.substitutes],
            count=its.count,
            expenses=its.expenses,
            since=its.since,
            people=[*its.people],
            total=decimal_amount(its.minor, base),
            currency=base,
            unconverted=its.unconverted if base else 0,
            reminded=reminded.get(approver_id),
            is_stuck=is_stuck,
        )
        for (approver_id, is_stuck), its in sums.items()
    ]
    return sorted(waiting, key=lambda each: (not each.is_stuck, each.since))


class Reminded(Model):
    """`wasSent` is false where the person was reminded today already, or nothing waits for them."""

    was_sent: bool


async def remind(platform: Platform, approver: Approver, person: str) -> Reminded:
    """Remind a person of all that waits for them, once a day."""
    waiting = [each for each in await waiting_for(platform, approver) if each.person == person]
    if not waiting:
        raise ValuesRefused([("person", "Nothing waits for this person.")])
    now = to_text(platform.clock.now())
    about = in_words(waiting[0])
    subject = Subject(person, about=about, occasion=now[:10])
    detail: JsonObject = {"person": person, "count": waiting[0].count}
    event = event_of_account(
        approver.account_id,
        Audited.APPROVAL_REMINDED,
        f"{person}:reminded:{now[:10]}",
        actor=approver.actor,
        at=now,
        detail=detail,
    )
    try:
        notices = notify(
            approver.account_id, APPROVAL_REMINDED, subject=subject, now=now, person=person
        )
        await platform.database.batch([append(event), *notices])
    except ConstraintFailed:
        return Reminded(was_sent=False)  # of this day there is one already
    return Reminded(was_sent=True)


def in_words(waiting: WaitingFor) -> str:
    """Such as: 5 expenses, 312.40 EUR."""
    if waiting.count == 1:
        expenses = "1 expense"
    else:
        expenses = f"{waiting.count} expenses"
    is_summed = waiting.total is not None and waiting.unconverted < waiting.count
    if is_summed:
        return f"{expenses}, {waiting.total} {waiting.currency}"
    return expenses
