"""Acts that change many expenses: begun, gone on with, undone; and every kind there is."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

from tillroll.durable import Statement, statement
from tillroll.durable.record.audit import AuditEvent, append, append_if_changed, event_of_account
from tillroll.expenses.sorting import chosen, renames, rule_acts
from tillroll.expenses.sorting.act_rows import (
    MOST_UNFINISHED,
    ActShape,
    act_of_key,
    check_versions,
    insert_act,
    load_act,
    refuse,
    remember,
    show_act,
    unfinished_acts,
    write_values,
)
from tillroll.expenses.sorting.plan import Act, Batch, Change, LeftOut, Plan, Plans, restored
from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.platform.bindings.database import ConstraintFailed, Row, integer, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, JsonObject, dump, load_object
from tillroll.platform.services import Platform

# Each batch of an act is one transaction: its expenses, what they had before, how far the act is, and its event. Two
# that go on at once write each batch once, and a crash loses none: whoever goes on next begins where the last batch
# ended.

# Expenses that one batch changes, that are looked at for it, and batches that one request writes.
_CHANGED: Final = 200
_LOOKED_AT: Final = 1_000
BATCHES_A_REQUEST: Final = 5
_TRIES: Final = 5


@dataclass(frozen=True)
class Who:
    """The account, and who acts in it."""

    account_id: str
    actor: str


@dataclass(frozen=True)
class NewAct:
    """What a person asks for: its kind, and what makes of the request the values that the act is done with."""

    kind: str
    prepare: Callable[[], Awaitable[JsonObject]]


class TooMany(RuntimeError):
    """So many acts of the account are not finished that none is begun: `acts` are their ids, the oldest first."""

    def __init__(self, acts: list[str]) -> None:
        super().__init__(acts)
        self.acts = acts


class Disturbed(RuntimeError):
    """Others changed the same expenses again and again; nothing is lost, and going on later is safe."""


async def begin_act(platform: Platform, plans: Plans, who: Who, new: NewAct, key: str | None) -> ActShape:
    """Begin an act and do its first batches. Under the same key it is the act that there is.

    Raises:
        TooMany: MOST_UNFINISHED of the account's acts are not finished.
        Disturbed: see `go_on`.
    """
    there = None if key is None else await act_of_key(platform.database, who.account_id, _begin_key(key))
    if there is None:
        there = await _begun(platform, plans, who, new, key)
    return await go_on(platform, plans, who.account_id, there.id, who.actor)


async def _begun(platform: Platform, plans: Plans, who: Who, new: NewAct, key: str | None) -> Act:
    act = Act(new_id("act"), who.account_id, new.kind, await new.prepare(), "applying", 0, "", who.actor)
    begin_key = f"act:{act.id}" if key is None else _begin_key(key)
    now = to_text(platform.clock.now())
    event = event_of_account(
        who.account_id,
        "act.begun",
        f"{act.id}:begun",
        actor=who.actor,
        at=now,
        detail={"act": act.id, "kind": new.kind},
    )
    try:
        await platform.database.batch([insert_act(act, begin_key, now), *plans[new.kind].on_begin(act), append(event)])
    except ConstraintFailed:
        there = await act_of_key(platform.database, who.account_id, begin_key)
        if there is not None:
            return there  # two came at once
        unfinished = await unfinished_acts(platform.database, who.account_id)
        if len(unfinished) < MOST_UNFINISHED:
            raise
        raise TooMany(unfinished) from None
    return act


def _begin_key(key: str) -> str:
    return f"key:{key}"


async def undo_act(platform: Platform, plans: Plans, account_id: str, act_id: str, actor: str) -> ActShape:
    """Take an act back, also one that is not finished. What is being undone, or is, stays so.

    Raises:
        NoSuchAct: the account has none of that id.
        Disturbed: see `go_on`.
    """
    for _ in range(_TRIES):
        act = await load_act(platform.database, account_id, act_id)
        if act.state in {"undoing", "undone"}:
            break
        now = to_text(platform.clock.now())
        turn = statement(
            """
            UPDATE bulk_acts SET state = 'undoing', cursor = '', step = step + 1, undone_at = ?, undone_by = ?
            WHERE id = ? AND state = ? AND step = ?
            """,
            now,
            actor,
            act.id,
            act.state,
            act.step,
        )
        event = _event(act, "act.undoing", actor, now, {})
        try:
            await platform.database.batch([turn, append_if_changed(event), *plans[act.kind].on_undo(act)])
        except ConstraintFailed:
            continue  # a batch came between
        break
    return await go_on(platform, plans, account_id, act_id, actor)


async def go_on(platform: Platform, plans: Plans, account_id: str, act_id: str, actor: str) -> ActShape:
    """Do the next batches of an act that is not finished, at most BATCHES_A_REQUEST.

    Raises:
        NoSuchAct: the account has none of that id.
        Disturbed: a batch was refused five times, since others changed its expenses or went on with the act.
    """
    tries = batches = 0
    while batches < BATCHES_A_REQUEST and (not batches or platform.turn.has_room):
        act = await load_act(platform.database, account_id, act_id)
        if act.state not in {"applying", "undoing"}:
            break
        now = to_text(platform.clock.now())
        batch = _apply if act.state == "applying" else _undo
        statements, then = await batch(platform, plans[act.kind], act, actor, now)
        try:
            await platform.database.batch(statements)
        except ConstraintFailed as error:
            tries += 1
            if tries == _TRIES:
                raise Disturbed(act_id) from error
            continue
        await then()
        batches += 1
    return await show_act(platform.database, account_id, act_id)


_Written: TypeAlias = tuple[list[Statement], Callable[[], Awaitable[None]]]


async def _nothing() -> None:
    """What is to be done behind a batch that nobody is told of."""


async def _apply(platform: Platform, plan: Plan, act: Act, actor: str, now: str) -> _Written:
    """The next batch of changes."""
    most = plan.most or _CHANGED
    looked_at = _LOOKED_AT if plan.writing is None else most
    rows = await platform.database.all(plan.page(act, looked_at))
    changed: list[tuple[Row, Change]] = []
    left: dict[str, str] = {}
    cursor, is_last = act.cursor, len(rows) < looked_at
    for row, judged in zip(rows, await plan.judged(platform.database, act, rows), strict=True):
        if len(changed) == most:
            is_last = False
            break
        cursor = text(row, "id")
        if isinstance(judged, LeftOut):
            left[cursor] = judged.reason
        elif judged is not None:
            changed.append((row, judged))
    advance = statement(
        """
        UPDATE bulk_acts SET step = step + 1, cursor = ?1, changed = changed + ?2, left_out = left_out + ?3, state = ?4,
          finished_at = CASE WHEN ?4 = 'applied' THEN ?5 END
        WHERE id = ?6 AND state = 'applying' AND step = ?7
        """,
        cursor,
        len(changed),
        len(left),
        "applied" if is_last else "applying",
        now,
        act.id,
        act.step,
    )
    ids: list[Json] = [text(row, "id") for row, _ in changed]
    event = _event(act, "act.applied" if is_last else "act.advanced", actor, now, {"expenses": ids})
    statements = [advance, append_if_changed(event)]
    if left:
        statements.append(refuse(act.id, left))
    if not changed:
        return statements, _nothing
    batch = _by_values(changed, now) if plan.writing is None else plan.writing.write(platform, act, changed, now)
    told: list[Json] = [
        {"id": text(row, "id"), "before": dump(each.before), "after": dump(batch.after[text(row, "id")])}
        for row, each in changed
    ]
    versions = {text(row, "id"): integer(row, "version") for row, _ in changed}
    statements += [check_versions(act.id, versions), remember(act.id, told), *batch.statements]
    return statements, batch.then


def _by_values(changed: Sequence[tuple[Row, Change]], now: str) -> Batch:
    after = {text(row, "id"): each.after for row, each in changed}
    return Batch(write_values(after, now), after, _nothing)


async def _undo(platform: Platform, plan: Plan, act: Act, actor: str, now: str) -> _Written:
    """The next batch of what is taken back."""
    query = _undone if plan.writing is None else plan.writing.undone
    most = plan.most or _CHANGED
    rows = await platform.database.all(query(act, most))
    is_last = len(rows) < most
    if plan.writing is None:
        batch = _values_back(plan, rows, now)
    else:
        batch = plan.writing.take_back(platform, rows, actor, now)
    advance = statement(
        """
        UPDATE bulk_acts SET step = step + 1, cursor = ?1, restored = restored + ?2, kept = kept + ?3, state = ?4
        WHERE id = ?5 AND state = 'undoing' AND step = ?6
        """,
        text(rows[-1], "id") if rows else act.cursor,
        len(batch.after),
        len(rows) - len(batch.after),
        "undone" if is_last else "undoing",
        act.id,
        act.step,
    )
    ids: list[Json] = [*batch.after]
    event = _event(act, "act.undone" if is_last else "act.restored", actor, now, {"expenses": ids})
    statements = [advance, append_if_changed(event)]
    if batch.after:
        versions = {text(row, "id"): integer(row, "version") for row in rows if text(row, "id") in batch.after}
        statements += [check_versions(act.id, versions), *batch.statements]
    return statements, batch.then


def _undone(act: Act, limit: int) -> Statement:
    return statement(
        """
        SELECT c.before AS was, c.after AS became, e.*, s.merchant AS seen_as,
          (SELECT json_group_object(number, category) FROM expense_parts WHERE expense_id = e.id) AS parts
        FROM bulk_act_changes c JOIN expenses e ON e.id = c.expense_id
        LEFT JOIN merchant_sightings s ON s.run_id = e.run_id
        WHERE c.act_id = ? AND c.expense_id > ? ORDER BY c.expense_id LIMIT ?
        """,
        act.id,
        act.cursor,
        limit,
    )


def _values_back(plan: Plan, rows: Sequence[Row], now: str) -> Batch:
    values: dict[str, JsonObject] = {}
    for row in rows:
        was, became = load_object(text(row, "was")), load_object(text(row, "became"))
        again = restored(row, was, became, of_approved=plan.of_approved)
        if again:
            values[text(row, "id")] = again
    return Batch(write_values(values, now) if values else [], values, _nothing)


def _event(act: Act, action: str, actor: str, now: str, more: JsonObject) -> AuditEvent:
    return event_of_account(
        act.account_id,
        action,
        f"{act.id}:{act.step + 1}",
        actor=actor,
        at=now,
        detail={"act": act.id, "kind": act.kind, **more},
    )


ACTOR: Final = "system:acts"
JOB: Final = "acts"
# Acts that one tick goes on with, each by the batches of one request.
_A_TICK: Final = 20
_UNFINISHED: Final = f"""
  SELECT a.id, a.account_id, s.failures AS setbacks FROM bulk_acts a
  {JOIN.format(part=f"'{JOB}'", subject="a.id")}
  WHERE a.state IN ('applying', 'undoing') AND COALESCE(a.undone_at, a.created_at) <= ?2 AND {IS_DUE}
  ORDER BY {IN_TURN}, RANDOM() LIMIT ?3
"""  # noqa: S608 - constants
# Until then whoever began the act, or its undoing, goes on with it: two would only hold each other up.
_LEFT_ALONE: Final = timedelta(minutes=1)


async def continue_acts(platform: Platform, plans: Plans) -> int:
    """What the cron does each minute: the next batches of unfinished acts. Returns of how many they were written."""
    now = platform.clock.now()
    rows = await platform.database.all(statement(_UNFINISHED, to_text(now), to_text(now - _LEFT_ALONE), _A_TICK))

    async def write(row: Row) -> None:
        await go_on(platform, plans, text(row, "account_id"), text(row, "id"), ACTOR)
        await platform.pause()

    return await each_row(platform, JOB, rows, "id", write)


PLANS: Final[Plans] = {
    **renames.CATEGORY_PLANS,
    **renames.MERCHANT_PLANS,
    **rule_acts.RULE_PLANS,
    **rule_acts.PROPOSAL_PLANS,
    **chosen.SORTING_PLANS,
    **chosen.MOVING_PLANS,
}
