"""Changes by which one person could pay alone: limits, the company's bound, what is booked on it.
They wait for a second person, or for a day."""

import contextlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, LiteralString

from tillroll.access.permissions import Permission
from tillroll.access.roles import NOW, behind, given_by_asker, holders_in_sql, person_of
from tillroll.ledger.hooks import CONFIRMED
from tillroll.ledger.models import LedgerAccount
from tillroll.ledger.posting import AnotherBody, append_fact
from tillroll.ledger.repository import insert_account
from tillroll.ledger.transfers import Transaction, transaction_in
from tillroll.notifications.service import Subject, notify, notify_departed
from tillroll.notifications.topics import PAYOUT_CHANGE_WAITS, PAYOUT_CHANGE_WITHOUT_YOU
from tillroll.payouts.cron import CHANGES
from tillroll.payouts.four_eyes import SecondNeeded, limits_of, may_decide_on
from tillroll.payouts.models import Audited, PayoutChange, What
from tillroll.payouts.repository import event_of
from tillroll_documents.money import Money
from tillroll_durable import Actor, Statement, ValuesRefused, statement
from tillroll_durable.audit import append_if_changed, values_changed
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    GuardFailed,
    Row,
    of_row,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump, load_object
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform

# When a change takes effect that nobody else could confirm.
_ALONE_AFTER: Final = timedelta(hours=24)
# Changes of an account.
_MOST_WAITING: Final = 100
_ASKERS: Final = behind(person_of("c.asked_by"), "c.created_at")


def _others(now: LiteralString) -> LiteralString:
    """Whether the account of a change `c` has somebody else who may confirm it at `now`, as
    `may_decide_on` has it, in SQL."""
    return f"""
      EXISTS (
        SELECT 1 FROM users u JOIN user_roles o ON o.user_id = u.id
        WHERE u.account_id = c.account_id AND u.removed_at IS NULL
          AND o.role IN ({holders_in_sql(Permission.APPROVE)})
          AND NOT COALESCE({given_by_asker("o", _ASKERS, now)}, 0)
          AND NOT EXISTS (
            SELECT 1 FROM json_each({behind("u.id", NOW)}) decider JOIN json_each({_ASKERS}) asker
            ON decider.value = asker.value
          )
      )
    """


# Whether who asked for a change `c` may still ask for it.
_MAY_ASK: Final = f"""
  EXISTS (
    SELECT 1 FROM users u JOIN user_roles o ON o.user_id = u.id
    WHERE u.id = {person_of("c.asked_by")} AND u.removed_at IS NULL
      AND o.role IN ({holders_in_sql(Permission.PAY)})
  )
"""
_IS_ALONE: Final = (
    "EXISTS (SELECT 1 FROM payout_changes WHERE id = ?4 AND effective_at IS NOT NULL)"
)
_CHANGES: Final = """
  SELECT *, CASE WHEN outcome IS NULL THEN effective_at END AS takes_effect_at FROM payout_changes
"""
_TO_SETTLE: Final = f"""
  SELECT c.*, c.effective_at AS takes_effect_at, {_others("?1")} AS has_others,
    {_MAY_ASK} AS may_ask, s.failures AS setbacks
  FROM payout_changes c INDEXED BY payout_changes_waiting
  {JOIN.format(part=f"'{CHANGES}'", subject="c.id")}
  WHERE c.outcome IS NULL AND {IS_DUE} AND CASE WHEN {_others("?1")} THEN c.effective_at IS NOT NULL
    ELSE c.effective_at IS NULL OR c.effective_at <= ?1 END
  ORDER BY {IN_TURN}, c.effective_at, c.id LIMIT 20
"""


class NoSuchChange(Refusal):
    thing = "change"


class NotWaiting(Refusal):
    """The change was decided before."""

    kind = Kind("change-ended", 409, "The change does not wait any more")
    explanation = "Look at what became of it: GET /api/payout-changes."


async def ask_for_ledger(
    platform: Platform, actor: Actor, change: LedgerAccount | Transaction
) -> PayoutChange:
    """Ask for an account of the ledger, or a transaction, which changes the company's account."""
    if isinstance(change, LedgerAccount):
        return await _ask(
            platform, actor, what="ledger_account", subject=change.id, body=change.as_json()
        )
    return await _ask(
        platform, actor, what="ledger_transfer", subject=change.id, body=load_object(change.body())
    )


async def _ask(
    platform: Platform, actor: Actor, what: What, subject: str, body: JsonObject
) -> PayoutChange:
    """Ask for a change, which waits from now on in place of another one of its subject. All owners
    are notified."""
    waiting = await waiting_of(platform.database, actor.account_id, what=what, subject=subject)
    if waiting is not None and waiting.body == body:
        return waiting
    id_ = new_id("pch")
    now = platform.clock.now()
    insert = statement(
        f"""
        INSERT INTO payout_changes (
          id, account_id, what, subject, body, asked_by, created_at, effective_at)
        SELECT ?1, c.account_id, ?3, ?4, ?5, c.asked_by, ?7, CASE
          WHEN {_others("?7")} THEN NULL ELSE ?8 END
        FROM (SELECT ?2 AS account_id, ?6 AS asked_by, ?7 AS created_at) c
        WHERE (SELECT COUNT(*) FROM payout_changes w WHERE w.account_id = ?2
          AND w.outcome IS NULL) < ?9
        """,
        [
            id_,
            actor.account_id,
            what,
            subject,
            dump(body),
            actor.name,
            to_text(now),
            to_text(now + _ALONE_AFTER),
            _MOST_WAITING,
        ],
    )
    detail: JsonObject = {"change": id_, "what": what, "subject": subject}
    event = event_of(actor, Audited.PAYOUT_CHANGE_ASKED, key=id_, now=to_text(now), detail=detail)
    notices = await _notices(platform, actor.account_id, Subject(id_, about=subject))
    try:
        await platform.database.batch(
            [
                _replace(actor, what, subject=subject, now=to_text(now)),
                insert,
                append_if_changed(event),
                *notices,
            ]
        )
    except ConstraintFailed as error:
        problem = f"{_MOST_WAITING} changes wait already: have them confirmed or rejected first."
        raise ValuesRefused([("currency" if what == "limit" else "id", problem)]) from error
    return await _load(platform.database, actor.account_id, id_)


def _replace(actor: Actor, what: What, subject: str, now: str) -> Statement:
    """Record that a newer change of a subject replaces the one that waits."""
    query = """
      UPDATE payout_changes SET outcome = 'replaced', ended_by = ?4, ended_at = ?5
      WHERE account_id = ?1 AND what = ?2 AND subject = ?3 AND outcome IS NULL
    """
    return statement(query, [actor.account_id, what, subject, actor.name, now])


async def decide(
    platform: Platform, actor: Actor, user_id: str, id_: str, *, confirms: bool
) -> PayoutChange:
    """Confirm a change, which takes effect, or reject it. The person who asked may take it back,
    and no more."""
    change = await _load(platform.database, actor.account_id, id_)
    if confirms and (refused := await may_decide_on("change", platform, id_=id_, user_id=user_id)):
        raise SecondNeeded(refused)
    if change.outcome is not None:
        raise NotWaiting(change.outcome)
    if not await _end(
        platform, change, outcome="confirmed" if confirms else "rejected", by=actor.name
    ):
        raise NotWaiting(id_)
    return await _load(platform.database, actor.account_id, id_)


async def settle_changes(platform: Platform) -> int:
    """Let a change that nobody else can confirm take effect, a day after that began to be so. One
    that somebody else can confirm by now waits for them. How many there were."""
    now = platform.clock.now()

    async def settle(row: Row) -> None:
        change = _change(row)
        if row["has_others"]:
            wait = "UPDATE payout_changes SET effective_at = NULL WHERE id = ? AND outcome IS NULL"
            await platform.database.batch([statement(wait, [change.id], account=change.account_id)])
        elif change.takes_effect_at is None:
            until = to_text(now + _ALONE_AFTER)
            count = "UPDATE payout_changes SET effective_at = ?2 WHERE id = ?1 AND outcome IS NULL"
            subject = Subject(change.id, about=change.subject, occasion=until)
            notices = await _notices(platform, change.account_id, subject)
            with contextlib.suppress(GuardFailed):  # somebody has decided meanwhile
                counted = must_hit(statement(count, [change.id, until], account=change.account_id))
                await platform.database.batch([*counted, *notices])
        else:
            outcome = "elapsed" if row["may_ask"] else "refused"
            await _end(platform, change, outcome=outcome, by="system:payout-changes", by_time=True)

    return await each_row(
        platform,
        CHANGES,
        rows=await platform.database.all(statement(_TO_SETTLE, [to_text(now)])),
        subject="id",
        do=settle,
    )


async def _notices(platform: Platform, account_id: str, subject: Subject) -> list[Statement]:
    """All owners are notified that a change waits. So is anyone who could have confirmed it until
    less than a day ago, where nobody else can: the person who asked for it may have seen to
    that."""
    now = platform.clock.now()
    departed = await notify_departed(
        platform.database,
        account_id,
        topic=PAYOUT_CHANGE_WITHOUT_YOU,
        subject=subject,
        since=now - _ALONE_AFTER,
        now=now,
        where=_IS_ALONE,
    )
    return [*notify(account_id, PAYOUT_CHANGE_WAITS, subject=subject, now=to_text(now)), *departed]


async def _load(database: Database, account_id: str, id_: str) -> PayoutChange:
    row = await database.first(
        statement(f"{_CHANGES} WHERE account_id = ? AND id = ?", [account_id, id_])
    )
    if row is None:
        raise NoSuchChange(id_)
    return _change(row)


async def waiting_of(
    database: Database, account_id: str, what: What, subject: str
) -> PayoutChange | None:
    """What waits of a subject."""
    query = f"{_CHANGES} WHERE account_id = ? AND what = ? AND subject = ? AND outcome IS NULL"
    row = await database.first(statement(query, [account_id, what, subject]))
    if row is None:
        return None
    return _change(row)


async def list_changes(
    database: Database, account_id: str, cursor: str, limit: int, *, is_waiting: bool
) -> list[PayoutChange]:
    """The newest first, after the id `cursor`; only what waits, or all."""
    query = f"""
      {_CHANGES} WHERE account_id = ?1 AND id < ?2 AND (?4 = 0 OR outcome IS NULL)
      ORDER BY id DESC LIMIT ?3
    """
    rows = await database.all(statement(query, [account_id, cursor, limit, int(is_waiting)]))
    return [_change(row) for row in rows]


_OR_REPLACE: Final = """
  ON CONFLICT (account_id, currency) DO UPDATE SET
    above = excluded.above, changed_by = excluded.changed_by, changed_at = excluded.changed_at
"""


async def set_limit(
    platform: Platform, actor: Actor, currency: str, above: int | None
) -> PayoutChange | None:
    """Let a second person decide above an amount; None: take the currency's limit away. A limit
    that becomes lower, and the first one of an account, holds at once. Anything else waits, and is
    returned."""
    now = to_text(platform.clock.now())
    former = (await limits_of(platform.database, actor.account_id)).get(currency)
    if above is not None:
        query = f"""
          INSERT INTO payout_limits (account_id, currency, above, changed_by, changed_at)
          SELECT ?1, ?2, CAST(?3 AS INTEGER), ?4, ?5
          WHERE CAST(?3 AS INTEGER) < COALESCE(
            (SELECT above FROM payout_limits WHERE account_id = ?1 AND currency = ?2),
            -- Where there are limits, that of a currency without one is 0.
            CASE WHEN EXISTS (SELECT 1 FROM payout_limits WHERE account_id = ?1) THEN 1
              ELSE ?3 + 1 END)
          {_OR_REPLACE}
        """
        lower = statement(query, [actor.account_id, currency, above, actor.name, now])
        with contextlib.suppress(ConstraintFailed):  # it is no lower one
            event = append_if_changed(
                actor.event(
                    Audited.PAYOUT_LIMIT_CHANGED,
                    new_id("lim"),
                    at=now,
                    detail={
                        "currency": currency,
                        "above": above,
                        **values_changed({"above": former}, {"above": above}),
                    },
                )
            )
            await platform.database.batch(
                [lower, event, _replace(actor, "limit", subject=currency, now=now)]
            )
            return None
    if former == above:
        return None
    return await _ask(platform, actor, what="limit", subject=currency, body={"above": above})


async def _end(
    platform: Platform, change: PayoutChange, outcome: str, by: str, *, by_time: bool = False
) -> bool:
    """End what waits, with its effect; False where it had ended before. What cannot take effect any
    more is refused. `by_time`: only where its time has come, and who asked may, or may not, ask
    still."""
    now = to_text(platform.clock.now())
    effect: Sequence[Statement] = []
    if outcome in {"confirmed", "elapsed"}:
        try:
            effect = await _effect_of(platform, change)
        except AnotherBody:
            return await _end(platform, change, outcome="refused", by=by)
    try:
        await platform.database.batch(
            [*_ending(change, outcome, by=by, now=now, by_time=by_time), *effect]
        )
    except ConstraintFailed as error:
        current = await _load(platform.database, change.account_id, change.id)
        if current.outcome is not None or not effect:
            return False
        if by_time and await _is_overtaken(platform, change):
            return False
        log.warning(
            "payout-change.refused", account=change.account_id, subject=change.id, error=error
        )
        return await _end(platform, change, outcome="refused", by=by)
    return True


def _ending(
    change: PayoutChange, outcome: str, by: str, now: str, *, by_time: bool
) -> list[Statement]:
    if by_time:
        is_alone = f"AND effective_at <= ?4 AND NOT {_others('?4')}"
    else:
        is_alone = ""
    takes_effect = outcome in {"confirmed", "elapsed"}
    if takes_effect or by_time:
        may_ask = f"AND {'' if takes_effect else 'NOT '}{_MAY_ASK}"
    else:
        may_ask = ""
    query = f"""
      UPDATE payout_changes AS c SET outcome = ?2, ended_by = ?3, ended_at = ?4
      WHERE id = ?1 AND outcome IS NULL {is_alone} {may_ask}
    """
    end = statement(query, [change.id, outcome, by, now])
    detail: JsonObject = {
        "change": change.id,
        "what": change.what,
        "subject": change.subject,
        "outcome": outcome,
    }
    event = event_of(
        Actor(change.account_id, by),
        Audited.PAYOUT_CHANGE_ENDED,
        key=change.id,
        now=now,
        detail=detail,
    )
    return [end, append_if_changed(event)]


async def _is_overtaken(platform: Platform, change: PayoutChange) -> bool:
    """Whether somebody else can confirm by now what was about to take effect by itself."""
    query = f"SELECT {_others('?2')} AS has_others FROM payout_changes c WHERE c.id = ?1"
    row = await platform.database.first(
        statement(query, [change.id, to_text(platform.clock.now())])
    )
    return row is not None and bool(row["has_others"])


def _limit(asker: Actor, change: PayoutChange, former: int | None, now: str) -> Sequence[Statement]:
    above = change.body["above"]
    if above is None:
        drop = "DELETE FROM payout_limits WHERE account_id = ? AND currency = ?"
        written = statement(drop, [change.account_id, change.subject])
    else:
        query = (
            f"INSERT INTO payout_limits VALUES (?1, ?2, CAST(?3 AS INTEGER), ?4, ?5) {_OR_REPLACE}"
        )
        written = statement(query, [change.account_id, change.subject, above, change.asked_by, now])
    changed = values_changed({"above": former}, {"above": above})
    detail: JsonObject = {"currency": change.subject, "above": above, **changed}
    event = asker.event(Audited.PAYOUT_LIMIT_CHANGED, new_id("lim"), at=now, detail=detail)
    return [written, append_if_changed(event)]


async def _effect_of(platform: Platform, change: PayoutChange) -> Sequence[Statement]:
    asker = Actor(change.account_id, change.asked_by)
    now = to_text(platform.clock.now())
    if change.what == "limit":
        limits = await limits_of(platform.database, change.account_id)
        return _limit(asker, change, former=limits.get(change.subject), now=now)
    if change.what == "ledger_account":
        return insert_account(asker, LedgerAccount.model_validate(change.body), now)
    fact = await append_fact(
        platform.database, platform.clock, by=asker, transaction=transaction_in(change.body)
    )
    query = """
      UPDATE payout_changes SET outcome = 'refused' WHERE id = ?1 AND NOT EXISTS (
        SELECT 1 FROM ledger_transactions WHERE account_id = ?2 AND id = ?3 AND outcome = 'applied')
    """
    refused = statement(query, [change.id, change.account_id, change.subject])
    return [*fact.statements, refused]


def _change(row: Row) -> PayoutChange:
    body = load_object(text(row, "body"))
    sentence = _say(text(row, "what"), text(row, "subject"), body)
    return of_row(PayoutChange, row, body=body, says=sentence)


def _say(what: str, subject: str, body: dict[str, Any]) -> str:
    """What a change comes to."""
    match what, body:
        case "limit", {"above": int(above)}:
            return f"Amounts above {_money(above, subject)} need a second person."
        case "limit", _:
            return f"The limit of {subject} is taken away."
        case "ledger_account", {"leastAvailable": int(least), "currency": str(currency)}:
            return f"{subject} is made; at least {_money(least, currency)} stay available."
        case "ledger_account", _:
            return f"{subject} is made, without a limit."
        case _:
            return " ".join(_say_transfer(each) for each in body["transfers"])


def _say_transfer(body: dict[str, Any]) -> str:
    if "debit" in body:
        return (
            f"{_money(body['amount'], body['currency'])} from {body['credit']} to {body['debit']}."
        )
    return f"{body['kind']} of {body.get('reverses') or body.get('pending')}."


def _money(minor: int, currency: str) -> str:
    return f"{Money(minor, currency).to_decimal_string()} {currency}"


LEDGER_CONFIRMATION: Final = CONFIRMED.fill((PayoutChange, ask_for_ledger))
