"""Acts that change many expenses: begun, gone on with, undone; their rows, and every kind there is.

Each batch of an act is one transaction: its expenses, what they had before, how far the act is, and
its event. Two that go on at once write each batch once, and a crash loses none: anyone who goes on
next begins where the last batch ended.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from tillroll.access.roles import person_of
from tillroll.expenses.approval.decisions import notices_of_ends
from tillroll.expenses.cron import ACTING
from tillroll.expenses.events import Audited
from tillroll.expenses.sorting import categories, chosen, merchants, rule_acts
from tillroll.expenses.sorting.act import SORTS_BACK, UNDONE_BY_OWN, Act, Change, LeftOut
from tillroll.expenses.sorting.plan import Plan, nothing, with_rules
from tillroll_durable import Actor, Statement, statement
from tillroll_durable.audit import AuditEvent, append_if_changed, event_of_account
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
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
from tillroll_durable.platform.json import Json, JsonObject, dump, load_object
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.sight import Sight, all_of

PLANS: Final[Mapping[str, Plan]] = {
    **categories.PLANS,
    **merchants.PLANS,
    **rule_acts.PLANS,
    **chosen.PLANS,
}

# Expenses that one batch changes, that are looked at for it, and batches that one request writes.
_CHANGED: Final = 200
_LOOKED_AT: Final = 1_000
BATCHES_A_REQUEST: Final = 5
_TRIES: Final = 5
# Approvals that one batch ends: each is some ten statements.
_ENDINGS: Final = 20
MOST_UNFINISHED: Final = 10
"""Acts of an account that are not finished, when another is begun."""
_UNFINISHED: Final = "state IN ('applying', 'undoing') AND account_id = ?2"


class NoSuchAct(Refusal):
    thing = "act"


class TooMany(Refusal):
    kind = Kind(
        "acts-unfinished", 409, "Too many acts of the account are not finished", may_pass=True
    )

    def __init__(self, count: int, acts: list[str]) -> None:
        super().__init__(
            f"{count} acts of this account are not finished: wait a minute, or go on with one of "
            "`acts` by"
            " POST /api/acts/{id}/continue; then ask again."
        )
        self.extra = {"acts": [*acts]}


class Disturbed(Refusal):
    """Others changed the same expenses again and again; nothing is lost, and going on later is
    safe.
    """

    kind = Kind("expenses-disturbed", 409, "Others change the same expenses")
    explanation = (
        "Others change the same expenses. Nothing is lost: go on with POST /api/acts/{id}/continue."
    )

    def __init__(self, act_id: str) -> None:
        super().__init__(act_id)
        self.extra = {"act": act_id}


class ActSummary(Model):
    """One act. `changed` expenses were changed so far; `left_out` would have been, and may not be:
    `GET /api/acts/{id}/left-out` says why of each. While `state` is applying or undoing, go on with
    POST /api/acts/{id}/continue. `restored` expenses have again what they had; `kept` ones were
    changed by a person since, or are locked, and stay: the list says why of each too.
    """

    id: str
    kind: str
    state: Literal["applying", "applied", "undoing", "undone"]
    changed: int
    left_out: int
    restored: int
    kept: int
    created_by: str
    created_at: str
    finished_at: str | None
    undone_by: str | None
    undone_at: str | None


class LeftOutExpense(Model):
    """An expense that an act left as it is, as it is now, and why."""

    expense_id: str
    merchant: str
    date: str
    reason: str


async def list_left_out(
    database: Database, sight: Sight, act_id: str, before: str, limit: int
) -> list[LeftOutExpense]:
    """List what an act left as it is and is seen, the newest first, behind an expense's id."""
    narrowed, only = sight.narrowing("expenses.person")
    query = f"""
      SELECT refused.expense_id, expenses.merchant, expenses.date, refused.reason
      FROM bulk_act_refusals AS refused JOIN expenses ON expenses.id = refused.expense_id
      WHERE refused.act_id = ? AND refused.expense_id < ?{narrowed} ORDER BY refused.expense_id DESC
      LIMIT ?
    """
    rows = await database.all(statement(query, [act_id, before, *only, limit]))
    return [of_row(LeftOutExpense, row) for row in rows]


async def list_acts(database: Database, sight: Sight, before: str, limit: int) -> list[ActSummary]:
    """The acts that are seen, newest first, behind the id `before`."""
    narrowed, only = sight.narrowing("only")
    query = (
        f"SELECT * FROM bulk_acts WHERE account_id = ? AND id < ?{narrowed} ORDER BY id DESC "
        "LIMIT ?"
    )
    rows = await database.all(statement(query, [sight.account_id, before, *only, limit]))
    return [of_row(ActSummary, row) for row in rows]


async def show_act(database: Database, sight: Sight, act_id: str) -> ActSummary:
    return of_row(ActSummary, await _row(database, sight, act_id))


async def moves_rules(database: Database, sight: Sight, act_id: str) -> bool:
    """Whether policies or chains moved along with an act, which undoing it gives back."""
    act = _act_of(await _row(database, sight, act_id))
    return act.kind == categories.MERGE_CATEGORIES and bool(act.asked.get(categories.RULES))


async def _row(database: Database, sight: Sight, act_id: str) -> Row:
    narrowed, only = sight.narrowing("only")
    query = f"SELECT * FROM bulk_acts WHERE id = ? AND account_id = ?{narrowed}"
    row = await database.first(statement(query, [act_id, sight.account_id, *only]))
    if row is None:
        raise NoSuchAct(act_id)
    return row


def _act_of(row: Row) -> Act:
    request = load_object(text(row, "asked"))
    return of_row(Act, row, asked=request, rule_categories=())


async def _begun_under(database: Database, account_id: str, key: str) -> Act | None:
    query = "SELECT * FROM bulk_acts WHERE account_id = ? AND begin_key = ?"
    row = await database.first(statement(query, [account_id, key]))
    if row is None:
        return None
    return _act_of(row)


async def begin_act(
    platform: Platform,
    actor: Actor,
    kind: str,
    key: str | None,
    request: JsonObject | Callable[[], Awaitable[JsonObject]],
) -> ActSummary:
    """Begin an act and do its first batches. Under the same key it is the act that there is, and
    `request` is not called, which gives the values that the act is done with.
    """
    begin_key = None if key is None else f"key:{key}"
    existing = (
        None
        if begin_key is None
        else await _begun_under(platform.database, actor.account_id, begin_key)
    )
    if existing is None:
        values = await request() if callable(request) else request
        act = Act(
            new_id("act"),
            actor.account_id,
            kind=kind,
            asked=values,
            state="applying",
            step=0,
            cursor="",
            created_by=actor.name,
            only=actor.only,
        )
        existing = await _begin(platform, act, begin_key or f"act:{act.id}")
    return await go_on(
        platform, Sight(actor.account_id, actor.only), act_id=existing.id, actor=actor.name
    )


async def _begin(platform: Platform, act: Act, key: str) -> Act:
    now = to_text(platform.clock.now())
    # Refused where the account has one of that key, or MOST_UNFINISHED that are not finished.
    sql = f"""
      INSERT INTO bulk_acts (id, account_id, kind, begin_key, asked, created_at, created_by, only)
      SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
      WHERE (SELECT COUNT(*) FROM bulk_acts WHERE {_UNFINISHED}) < {digits(MOST_UNFINISHED)}
    """
    insert = statement(
        sql, [act.id, act.account_id, act.kind, key, dump(act.asked), now, act.created_by, act.only]
    )
    event = _event(act, Audited.ACT_BEGUN, actor=act.created_by, now=now, more={}, key="begun")
    try:
        await platform.database.batch(
            [insert, append_if_changed(event), *PLANS[act.kind].on_begin(act)]
        )
    except ConstraintFailed:
        existing = await _begun_under(platform.database, act.account_id, key)
        if existing is not None:
            return existing  # two came at once
        query = f"SELECT id, only FROM bulk_acts WHERE {_UNFINISHED} ORDER BY id LIMIT ?1"
        rows = await platform.database.all(statement(query, [MOST_UNFINISHED, act.account_id]))
        if len(rows) < MOST_UNFINISHED:
            raise
        visible = [
            row for row in rows if act.sight.sees(act.account_id, optional_text(row, "only"))
        ]
        raise TooMany(len(rows), [text(row, "id") for row in visible]) from None
    return act


async def undo_act(
    platform: Platform, sight: Sight, act_id: str, actor: str, *, may_sort: bool = False
) -> ActSummary:
    """Take an act back, also one that is not finished. What is being undone, or is, stays so.
    `may_sort`: approved expenses are sorted again as they were, until they are handed on."""
    for _ in range(_TRIES):
        act = _act_of(await _row(platform.database, sight, act_id))
        if act.state in {"undoing", "undone"}:
            break
        now = to_text(platform.clock.now())
        update = """
          UPDATE bulk_acts
          SET state = 'undoing', cursor = '', step = step + 1, undone_at = ?, undone_by = ?,
            asked = ?
          WHERE id = ? AND state = ? AND step = ?
        """
        is_own = await _is_of_one_person(platform.database, act.created_by, actor)
        values = dump({**act.asked, SORTS_BACK: may_sort, UNDONE_BY_OWN: is_own})
        turn = statement(update, [now, actor, values, act.id, act.state, act.step])
        event = _event(act, Audited.ACT_UNDOING, actor=actor, now=now, more={})
        try:
            await platform.database.batch(
                [turn, append_if_changed(event), *PLANS[act.kind].on_undo(act)]
            )
        except ConstraintFailed:
            continue  # a batch came between
        break
    return await go_on(platform, sight, act_id=act_id, actor=actor)


async def _is_of_one_person(database: Database, one: str, other: str) -> bool:
    """Whether two names in the audit, of browsers or tokens, are one person's."""
    query = f"SELECT {person_of('?1')} = {person_of('?2')} AS is_one"
    row = await database.first(statement(query, [one, other]))
    return row is not None and row["is_one"] == 1


async def go_on(platform: Platform, sight: Sight, act_id: str, actor: str) -> ActSummary:
    """Do the next batches of an act that is not finished, at most BATCHES_A_REQUEST."""
    tries = batches = 0
    while batches < BATCHES_A_REQUEST and (not batches or platform.turn.has_room):
        act = _act_of(await _row(platform.database, sight, act_id))
        if act.state not in {"applying", "undoing"}:
            break
        now = to_text(platform.clock.now())
        batch = _apply if act.state == "applying" else _undo
        statements, then = await batch(platform, PLANS[act.kind], act=act, actor=actor, now=now)
        try:
            await platform.database.batch(statements)
        except ConstraintFailed as error:
            tries += 1
            if tries == _TRIES:
                raise Disturbed(act_id) from error
            continue
        await then()
        batches += 1
    return await show_act(platform.database, sight, act_id)


_Written: TypeAlias = tuple[list[Statement], Callable[[], Awaitable[None]]]


async def _apply(platform: Platform, plan: Plan, act: Act, actor: str, now: str) -> _Written:
    most = plan.most or _CHANGED
    looked_at = plan.most or _LOOKED_AT
    rows = await platform.database.all(plan.page(act, looked_at))
    act = await with_rules(platform, act, rows)
    changed: list[tuple[Row, Change]] = []
    endings = 0
    hindrances: dict[str, str] = {}
    cursor = act.cursor
    is_last = len(rows) < looked_at
    for row, judged in zip(rows, await plan.judged(platform, act, rows), strict=True):
        if len(changed) == most or endings == _ENDINGS:
            is_last = False
            break
        cursor = text(row, "id")
        if isinstance(judged, LeftOut):
            hindrances[cursor] = judged.reason
        elif judged is not None:
            changed.append((row, judged))
            endings += judged.ends_approval
    advance = statement(
        """
        UPDATE bulk_acts
        SET step = step + 1, cursor = ?1, changed = changed + ?2, left_out = left_out + ?3,
          state = ?4,
          finished_at = CASE WHEN ?4 = 'applied' THEN ?5 END
        WHERE id = ?6 AND state = 'applying' AND step = ?7
        """,
        [
            cursor,
            len(changed),
            len(hindrances),
            "applied" if is_last else "applying",
            now,
            act.id,
            act.step,
        ],
    )
    event = _event(
        act,
        Audited.ACT_APPLIED if is_last else Audited.ACT_ADVANCED,
        actor=actor,
        now=now,
        more={"expenses": [text(row, "id") for row, _ in changed]},
    )
    statements = [advance, append_if_changed(event)]
    if hindrances:
        statements.append(_note_reasons(act.id, hindrances))
    if not changed:
        return statements, nothing
    batch = plan.writing.write(platform, act, changed, now)
    remembered: list[Json] = [
        {
            "id": text(row, "id"),
            "before": dump(each.before),
            "after": dump(batch.after[text(row, "id")]),
        }
        for row, each in changed
    ]
    remember = """
      INSERT INTO bulk_act_changes (act_id, expense_id, before, after)
      SELECT ?1, d.value ->> 'id', d.value ->> 'before', d.value ->> 'after' FROM json_each(?2) d
    """
    guard = _check_versions(act.id, [row for row, _ in changed])
    categories = {
        text(row, "id"): each.category_after for row, each in changed if each.ends_approval
    }
    notices = await notices_of_ends(platform, act.account_id, categories, actor=act.created_by)
    return [
        *statements,
        guard,
        statement(remember, [act.id, dump(remembered)]),
        *batch.statements,
        *notices,
    ], batch.then


async def _undo(platform: Platform, plan: Plan, act: Act, actor: str, now: str) -> _Written:
    most = plan.most or _CHANGED
    rows = await platform.database.all(plan.writing.undone(act, most))
    act = await with_rules(platform, act, rows)
    is_last = len(rows) < most
    batch = plan.writing.take_back(platform, act, rows, actor, now)
    advance = statement(
        """
        UPDATE bulk_acts
        SET step = step + 1, cursor = ?1, restored = restored + ?2, kept = kept + ?3, state = ?4
        WHERE id = ?5 AND state = 'undoing' AND step = ?6
        """,
        [
            text(rows[-1], "id") if rows else act.cursor,
            len(batch.after),
            len(rows) - len(batch.after),
            "undone" if is_last else "undoing",
            act.id,
            act.step,
        ],
    )
    event = _event(
        act,
        Audited.ACT_UNDONE if is_last else Audited.ACT_RESTORED,
        actor=actor,
        now=now,
        more={"expenses": [*batch.after]},
    )
    statements = [advance, append_if_changed(event)]
    if batch.reasons:
        statements.append(_note_reasons(act.id, batch.reasons))
    if batch.after:
        restored = [row for row in rows if text(row, "id") in batch.after]
        statements += [_check_versions(act.id, restored), *batch.statements]
    return statements, batch.then


def _note_reasons(act_id: str, reasons: Mapping[str, str]) -> Statement:
    """Write down why expenses, by their ids, are left as they are. The last reason counts."""
    insert = """
      INSERT INTO bulk_act_refusals (act_id, expense_id, reason)
      SELECT ?1, d.value ->> 'id', d.value ->> 'reason' FROM json_each(?2) d WHERE true
      ON CONFLICT (act_id, expense_id) DO UPDATE SET reason = excluded.reason
    """
    listed = dump([{"id": expense, "reason": reason} for expense, reason in reasons.items()])
    return statement(insert, [act_id, listed])


def _check_versions(act_id: str, rows: Sequence[Row]) -> Statement:
    """Refuses the batch where an expense was changed since it was read: puts NULL into a NOT NULL
    column.
    """
    insert = """
      INSERT INTO bulk_act_changes (act_id, expense_id, before, after)
      SELECT ?1, NULL, '', '' FROM json_each(?2) d
      WHERE NOT EXISTS (SELECT 1 FROM expenses WHERE id = d.value ->> 'id'
          AND version = d.value ->> 'version')
    """
    versions = dump([{"id": text(row, "id"), "version": integer(row, "version")} for row in rows])
    return statement(insert, [act_id, versions])


def _event(
    act: Act, action: Action, actor: str, now: str, more: JsonObject, key: str = ""
) -> AuditEvent:
    event_key = f"{act.id}:{key or act.step + 1}"
    detail = {"act": act.id, "kind": act.kind, **more}
    return event_of_account(act.account_id, action, event_key, actor=actor, at=now, detail=detail)


ACTOR: Final = "system:acts"
# Acts that one tick goes on with, each by the batches of one request.
_A_TICK: Final = 20
_WAITING: Final = f"""
  SELECT a.id, a.account_id, s.failures AS setbacks FROM bulk_acts a
  {JOIN.format(part=f"'{ACTING}'", subject="a.id")}
  WHERE a.state IN ('applying', 'undoing') AND COALESCE(a.undone_at, a.created_at) <= ?2
    AND {IS_DUE}
  ORDER BY {IN_TURN}, RANDOM() LIMIT ?3
"""
# Until then the one who began the act, or its undoing, goes on with it: two would only hold each
# other up.
_LEFT_ALONE: Final = timedelta(minutes=1)


async def continue_acts(platform: Platform) -> int:
    """The job of each minute: the next batches of unfinished acts. Returns of how many they were
    written.
    """
    now = platform.clock.now()
    rows = await platform.database.all(
        statement(_WAITING, [to_text(now), to_text(now - _LEFT_ALONE), _A_TICK])
    )

    async def write(row: Row) -> None:
        await go_on(platform, all_of(text(row, "account_id")), act_id=text(row, "id"), actor=ACTOR)
        await platform.pause()

    return await each_row(platform, ACTING, rows=rows, subject="id", do=write)
