"""The chain of an expense as its rows have it: its rule, the steps that were given, and whose turn
it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.access.roles import NOW, behind, may_in_sql
from tillroll.expenses.approval.chains import Given, Person, Rule, Subject, Turn, rule_for, turn_of
from tillroll.expenses.approval.policies import ROLES, Claimed, roles_in
from tillroll.expenses.events import Audited, audited
from tillroll.notifications.service import Subject as NoticeSubject
from tillroll.notifications.service import notify
from tillroll.notifications.topics import (
    APPROVAL_WAITS,
    EXPENSE_MERGED,
    EXPENSE_REJECTED,
    EXPENSE_SENT_BACK,
    NoticeTopic,
)
from tillroll_documents.money import Money
from tillroll_durable import Statement, statement
from tillroll_durable.audit import append_if_changed, append_where
from tillroll_durable.platform.bindings.database import Row, integer, of_row, optional_text, text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump, load_texts
from tillroll_durable.platform.models import Model
from tillroll_durable.runs import touch

# Of `expenses`: what a step approves. Where that is another, the step counts no more, no
# matter who changed it.
APPROVES: Final = """
  json_array(expenses.person, expenses.total_minor, expenses.currency, expenses.date,
    expenses.paid_by, expenses.client_id, expenses.billable, expenses.category, json((
    SELECT json_group_array(json_array(category, amount_minor)) FROM (
      SELECT * FROM expense_parts WHERE expense_id = expenses.id AND expenses.is_split = 1
      ORDER BY number))))
"""
WAITS_SINCE: Final = """
  COALESCE((SELECT approval_starts.at FROM approval_starts
      WHERE approval_starts.expense_id = expenses.id),
    expenses.created_at)
"""
_PEOPLE: Final = f"""
  SELECT users.id, users.name, {ROLES} AS roles, {behind("users.id", NOW)} AS behind,
    users.removed_at IS NULL AND {may_in_sql(Permission.APPROVE, "users.id")} AS can_approve
  FROM users WHERE users.account_id = ?
"""
_STEPS: Final = f"""
  SELECT approval_steps.* FROM approval_steps
  JOIN expenses ON expenses.id = approval_steps.expense_id
  WHERE expenses.account_id = ?1 AND expenses.id IN (SELECT value FROM json_each(?2))
    AND approval_steps.ended_at IS NULL AND approval_steps.of = {APPROVES}
  ORDER BY approval_steps.expense_id, approval_steps.number
"""


@dataclass(frozen=True)
class Circle:
    """What chains of an account stand on: its rules, who can approve, who stands in for whom today,
    and all names.
    """

    rules: Sequence[Rule]
    people: Sequence[Person]
    substitutes: Sequence[tuple[str, str]]
    names: dict[str, str]

    def name(self, user_id: str) -> str:
        return self.names.get(user_id, "somebody who has left")

    def called(self, role: str) -> str:
        """Whom a step waits for, in words: `role` is ANYONE, a role, or a user's id."""
        return _ROLES.get(role) or self.name(role)


_ROLES: Final = {"anyone": "anyone who can approve", "owner": "an owner", "approver": "an approver"}


def queries_of(account_id: str, ids: Sequence[str], today: str) -> list[Statement]:
    """Make the queries whose rows `circle_of` takes; the last one reads the expenses' steps."""
    substitutes = """
      SELECT person, substitute FROM approval_substitutes
      WHERE account_id = ?1 AND ended_at IS NULL AND first_day <= ?2 AND last_day >= ?2 ORDER BY id
    """
    return [
        statement("SELECT * FROM approval_chains WHERE account_id = ? ORDER BY id", [account_id]),
        statement(_PEOPLE, [account_id]),
        statement(substitutes, [account_id, today]),
        statement(_STEPS, [account_id, dump([*ids])]),
    ]


def rule_of_row(row: Row) -> Rule:
    return of_row(Rule, row, steps=tuple(load_texts(text(row, "steps"))))


def circle_of(rules: Sequence[Row], people: Sequence[Row], substitutes: Sequence[Row]) -> Circle:
    able = [row for row in people if row["can_approve"] == 1]
    return Circle(
        [rule_of_row(row) for row in rules],
        [
            Person(text(row, "id"), roles_in(row), frozenset(load_texts(text(row, "behind"))))
            for row in able
        ],
        substitutes=[(text(row, "person"), text(row, "substitute")) for row in substitutes],
        names={text(row, "id"): text(row, "name") for row in people},
    )


class ApprovalStep(Model):
    """A step of a chain. `waitsFor` is whom it waits for or waited for, in words. `approvedBy` is
    the person's name, and `inPlaceOf` whose substitute they were; null until it is approved, as
    `at` is.
    """

    waits_for: str
    approved_by: str | None
    in_place_of: str | None
    at: str | None


class ApprovalChain(Model):
    """Who approves an expense, in order. `rule` is the rule's name, `current` the step that is
    waited for, from 0; null where the chain has ended. `waitsFor` are the names of all who can
    decide now, empty where an owner has to give the step to somebody. `isMine`: the caller is one
    of them, in place of `forPerson` where they are a substitute. `fell`: the step's own person
    cannot decide, so it waits for the owners.
    """

    rule: str
    steps: list[ApprovalStep]
    current: int | None
    waits_for: list[str]
    is_mine: bool
    for_person: str | None
    fell: bool


@dataclass(frozen=True)
class Chain:
    """An expense's chain. `own` are those who handed it in or changed its money, and who may be
    behind them.
    """

    rule: Rule
    given: Sequence[Row]
    turn: Turn | None
    own: frozenset[str]
    circle: Circle
    reassigned: dict[int, str]

    @property
    def is_last(self) -> bool:
        return self.turn is not None and self.turn.number == len(self.rule.steps) - 1

    def hindrance(self, user_id: str) -> str | None:
        """Why this person does not decide the step that is waited for; None where they do."""
        if self.turn is None or user_id in self.turn.deciders:
            return None
        if user_id in self.own:
            return "You handed it in, or changed it: somebody else approves it."
        if any(user_id in (row["user_id"], row["for_user"]) for row in self.given):
            return f"You approved a step of it already: it waits for {self.waits_for}."
        return f"It waits for {self.waits_for}."

    @property
    def waits_for(self) -> str:
        if self.turn is None:
            return "nobody"
        if not self.turn.deciders:
            return "an owner to give it to somebody, since nobody else may approve it"
        return self.circle.called(self.turn.waits_for)

    def shown(self, user_id: str) -> ApprovalChain:
        turn = self.turn
        circle = self.circle
        steps: list[ApprovalStep] = []
        for number, role in enumerate(self.rule.steps):
            if number < len(self.given):
                row = self.given[number]
            else:
                row = None
            if row is None:
                for_user = None
            else:
                for_user = optional_text(row, "for_user")
            steps.append(
                ApprovalStep(
                    waits_for=circle.called(self.reassigned.get(number, role)),
                    approved_by=None if row is None else circle.name(text(row, "user_id")),
                    in_place_of=None if for_user is None else circle.name(for_user),
                    at=None if row is None else text(row, "at"),
                )
            )
        mine = None if turn is None else turn.deciders.get(user_id)
        return ApprovalChain(
            rule=self.rule.name,
            steps=steps,
            current=None if turn is None else turn.number,
            waits_for=[] if turn is None else [circle.name(each) for each in turn.deciders],
            is_mine=turn is not None and user_id in turn.deciders,
            for_person=None if mine is None else circle.name(mine),
            fell=turn is not None and turn.has_fallen,
        )


def chain_of(row: Row, claimed: Claimed, circle: Circle, steps: Sequence[Row]) -> Chain | None:
    """The chain of an expense, a row with WAITS_SINCE as `waits_since`; None where no rule is for
    it. Once a step was given or given to another person, the rule stays. `steps` are those of the
    account.
    """
    its = [each for each in steps if each["expense_id"] == row["id"]]
    if its:
        chain_id = text(its[0], "chain_id")
        rule = next((each for each in circle.rules if each.id == chain_id), None)
    else:
        subject = Subject(claimed.categories, claimed.person, claimed.amounts)
        rule = rule_for(circle.rules, subject, text(row, "waits_since"))
    if rule is None:
        return None
    approved = [each for each in its if each["what"] == "approved"]
    reassigned = {
        integer(each, "number"): text(each, "to_user")
        for each in its
        if each["what"] == "reassigned"
    }
    approvals = [of_row(Given, each) for each in approved]
    own = claimed.editors | claimed.behind | ({claimed.person} if claimed.person else set[str]())
    turn = turn_of(
        rule.steps,
        approvals,
        people=circle.people,
        substitutes=circle.substitutes,
        own=own,
        reassigned=reassigned,
    )
    return Chain(rule, approved, turn=turn, own=own, circle=circle, reassigned=reassigned)


def step_given(expense: Row, chain: Chain, user_id: str, actor: str, now: str) -> list[Statement]:
    """Approve the step that is waited for, as this person: for a batch, which is refused where the
    expense has changed or another was first.
    """
    turn = chain.turn
    for_user = None if turn is None else turn.deciders.get(user_id)
    detail: JsonObject = {"inPlaceOf": for_user} if for_user else {}
    written = _step(
        expense,
        chain,
        values={"what": "approved", "for_user": for_user},
        by=(user_id, actor, now),
        more=detail,
    )
    following = Given(0 if turn is None else turn.number, user_id, for_user)
    return [*written, *_build_notices(expense, chain, approvals=[following], now=now)]


_MOST_TOLD: Final = 3


def first_told(expense: Row, chain: Chain, now: str) -> list[Statement]:
    """Tell those whose turn is first of an expense that was handed in: for the batch of that."""
    return _build_notices(expense, chain, approvals=[], now=now)


def _build_notices(
    expense: Row, chain: Chain, approvals: Sequence[Given], now: str
) -> list[Statement]:
    """Tell those whose turn is next after these `approvals`, where it is not that of many:
    these find it in their queue.
    """
    before = [of_row(Given, row) for row in chain.given]
    circle = chain.circle
    following = turn_of(
        chain.rule.steps,
        [*before, *approvals],
        people=circle.people,
        substitutes=circle.substitutes,
        own=chain.own,
        reassigned=chain.reassigned,
    )
    if following is None or len(following.deciders) > _MOST_TOLD:
        return []
    return _notices(expense, [*following.deciders], occasion=f"{now} {following.number}", now=now)


def told_again(
    expense: Row, chain: Chain | None, able: Sequence[Person], but: str, now: str
) -> list[Statement]:
    """Tell all who can approve an expense now that it was looked at again, but for the person who
    did: for the batch of that. These are the people its chain waits for; without a chain, all who
    are `able`.
    """
    turn = None if chain is None else chain.turn
    if turn is None:
        deciders = [each.id for each in able]
    else:
        deciders = [*turn.deciders]
    return _notices(expense, [each for each in deciders if each != but], occasion=now, now=now)


def told_sent_back(expense: Row, reason: str | None, actor: str, now: str) -> list[Statement]:
    """Tell the person whose expense is sent back, but for one who does so themselves: for the batch
    of that.
    """
    return _reason_notices(expense, EXPENSE_SENT_BACK, reason=reason, actor=actor, now=now)


def notices_of_rejection(expense: Row, reason: str | None, actor: str, now: str) -> list[Statement]:
    """Tell the person whose expense is voided, but for one who does so themselves: for the batch of
    that.
    """
    return _reason_notices(expense, EXPENSE_REJECTED, reason=reason, actor=actor, now=now)


def notices_of_merge(expense: Row, actor: str, now: str) -> list[Statement]:
    """Tell the person whose expense is voided for another, but for one who does so themselves: for
    the batch of that.
    """
    return _reason_notices(expense, EXPENSE_MERGED, reason=None, actor=actor, now=now)


def _reason_notices(
    expense: Row, topic: NoticeTopic, reason: str | None, actor: str, now: str
) -> list[Statement]:
    person = optional_text(expense, "person")
    if person is None:
        return []
    subject = NoticeSubject(text(expense, "id"), about=reason or "", occasion=now)
    account_id = text(expense, "account_id")
    return notify(account_id, topic, subject=subject, now=now, person=person, by=actor)


def _notices(expense: Row, people: Sequence[str], occasion: str, now: str) -> list[Statement]:
    currency = text(expense, "currency")
    amount = f"{Money(integer(expense, 'total_minor'), currency).to_decimal_string()} {currency}"
    subject = NoticeSubject(text(expense, "id"), about=amount)
    return [
        one
        for user_id in people
        for one in notify(
            text(expense, "account_id"),
            APPROVAL_WAITS,
            subject=replace(subject, occasion=f"{occasion} {user_id}"),
            now=now,
            person=user_id,
        )
    ]


def step_reassigned(
    expense: Row, chain: Chain, to: str, by: tuple[str, str, str]
) -> list[Statement]:
    """Give the step that is waited for to a person. `by` is the user's id, how the audit names
    them, and the time.
    """
    number = 0 if chain.turn is None else chain.turn.number
    end = """
      UPDATE approval_steps SET ended_at = ?
      WHERE expense_id = ? AND number = ? AND what = 'reassigned'
        AND ended_at IS NULL
    """
    before = statement(end, [by[2], text(expense, "id"), number])
    return [
        before,
        *_step(
            expense, chain, values={"what": "reassigned", "to_user": to}, by=by, more={"to": to}
        ),
    ]


def _step(
    expense: Row,
    chain: Chain,
    values: dict[str, str | None],
    by: tuple[str, str, str],
    more: JsonObject,
) -> list[Statement]:
    user_id, actor, now = by
    expense_id = text(expense, "id")
    version = integer(expense, "version")
    step_id = new_id("stp")
    number = 0 if chain.turn is None else chain.turn.number
    stale = f"""
      UPDATE approval_steps SET ended_at = ?1 WHERE expense_id = ?2 AND ended_at IS NULL
        AND of <> (SELECT {APPROVES} FROM expenses WHERE expenses.id = ?2)
    """
    # Puts NULL into a NOT NULL column where it is not as it was looked at.
    insert = f"""
      INSERT INTO approval_steps (
        id, expense_id, chain_id, number, what, user_id, for_user, to_user, actor, at, of)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, (
        SELECT {APPROVES} FROM expenses
        WHERE expenses.id = ?2 AND expenses.version = ?11 AND expenses.status = 'ready'
          AND ?4 = (SELECT COUNT(*) FROM approval_steps before
                    WHERE before.expense_id = ?2 AND before.what = 'approved'
                      AND before.ended_at IS NULL)))
    """
    written = statement(
        insert,
        [
            step_id,
            expense_id,
            chain.rule.id,
            number,
            values["what"],
            user_id,
            values.get("for_user"),
            values.get("to_user"),
            actor,
            now,
            version,
        ],
    )
    approved = values["what"] == "approved"
    if approved:
        action = Audited.APPROVAL_STEP_GIVEN
    else:
        action = Audited.APPROVAL_STEP_REASSIGNED
    detail: JsonObject = {
        "chain": chain.rule.id,
        "step": number + 1,
        "of": len(chain.rule.steps),
        **more,
    }
    event = audited(
        expense,
        f"{expense_id}:{step_id}",
        action=action,
        outcome=str(values["what"]),
        actor=actor,
        now=now,
        detail=detail,
    )
    return [
        statement(stale, [now, expense_id]),
        written,
        append_if_changed(event),
        touch(text(expense, "run_id"), now),
    ]


_HAS_STEPS: Final = (
    "EXISTS (SELECT 1 FROM approval_steps WHERE expense_id = ?11 AND ended_at IS NULL)"
)


def begun_anew(expense: Row, actor: str, now: str) -> list[Statement]:
    """The chain of an expense begins again, under the rules of `now`: for the batch of what changes
    it.
    """
    expense_id = text(expense, "id")
    event = audited(
        expense,
        new_id("anw"),
        action=Audited.APPROVAL_BEGAN_ANEW,
        outcome="waits",
        actor=actor,
        now=now,
        detail={},
    )
    return [
        append_where(event, _HAS_STEPS, expense_id),
        *all_begun_anew([expense_id], now),
    ]


def all_begun_anew(ids: Sequence[str], now: str) -> list[Statement]:
    """The chains of many begin again, but for those that are approved. Their event is another."""
    start = """
      INSERT INTO approval_starts (expense_id, at)
      SELECT expenses.id, ?2 FROM expenses
      WHERE expenses.id IN (SELECT value FROM json_each(?1)) AND expenses.status <> 'approved'
        AND EXISTS (SELECT 1 FROM approval_chains
            WHERE approval_chains.account_id = expenses.account_id)
      ON CONFLICT (expense_id) DO UPDATE SET at = excluded.at
    """
    end = """
      UPDATE approval_steps SET ended_at = ?2
      WHERE ended_at IS NULL AND expense_id IN (
        SELECT id FROM expenses
        WHERE id IN (SELECT value FROM json_each(?1)) AND status <> 'approved')
    """
    listed = dump([*ids])
    return [statement(start, [listed, now]), statement(end, [listed, now])]
