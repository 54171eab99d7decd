"""What ended in a place after its backup was made, and what left it: read from its audit, and done
again, or said, in a restored place.

A backup brings back people who were removed since, tokens that were revoked, and what was erased.
The audit of the old place has each of these acts, with ids and without names, also where only its
sealed copies are left.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, LiteralString

from cli.operations.beginning import begin_run
from cli.operations.leaving import (
    EXPORTS,
    LEFT,
    NUMBERS,
    floor_of,
    lost_numbers,
    new_series,
    sentence_of,
)
from cli.operations.operators import Audited, change_operator
from cli.operations.people import OPERATOR
from tillroll.access.roles import Role
from tillroll.audit.reading import actions
from tillroll.identity import people
from tillroll.identity.passkey_rows import remove_passkey
from tillroll.identity.repository import Audited as OfPeople
from tillroll.identity.repository import Person
from tillroll.identity.tokens import revoke_token
from tillroll.secret_links import LINKS
from tillroll_command.sql import as_text, literal
from tillroll_durable.audit import AuditEvent, append, append_if_changed, event_of_account
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import Statement, statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_durable.webhooks.endpoint_rows import delete_endpoint

# Acts on what lies at somebody else, which a command cannot repeat.
_BY_HAND: Final[Mapping[str, str]] = {
    "bank_source.ended": "a bank source was ended: end it again on the page Bank",
    "books.disconnected": "books were disconnected: disconnect them again on the page Books",
    "receipt_address.ended": "the address for receipts was ended: end it again under Settings",
    "mail_address.removed": (
        "a person's mail address was removed: they remove it again under Settings"
    ),
}
_PEOPLE: Final = ("user.removed", "user.roles_changed", "user.locked_out", "passkey.removed")
_OTHERS: Final = (
    "token.revoked",
    "operator.revoked",
    "export_link.revoked",
    "claim_link.revoked",
    "endpoint.deleted",
    "source.ended",
    "erasure.requested",
    "erasure.taken_back",
    "erasure.begun",
)
ACTIONS: Final = (*_PEOPLE, *_OTHERS, *_BY_HAND, *LEFT, NUMBERS)
"""The actions of the audit that are looked for."""


class NoEvents(Exception):
    """A file has a line that is no event of an audit; the message says which."""


@dataclass(frozen=True)
class Ending:
    """An act of the old place. `detail` has ids and codes; `at` is UTC, ISO 8601."""

    action: str
    account_id: str
    event_key: str
    at: str
    detail: JsonObject

    def line(self) -> str:
        """The ending as a line of a list."""
        return json.dumps(
            {
                "action": self.action,
                "accountId": self.account_id,
                "eventKey": self.event_key,
                "at": self.at,
                "detail": json.dumps(self.detail),
            }
        )

    def text(self, name: str) -> str:
        """A member of the detail; empty where there is none."""
        return str(self.detail.get(name) or "")


def endings_query() -> str:
    """SQL whose rows `endings_of_rows` takes."""
    actions = ", ".join(literal(action) for action in ACTIONS)
    columns = "action, account_id, event_key, at, detail"
    return f"SELECT {columns} FROM audit_events WHERE action IN ({actions}) ORDER BY id"


def endings_of_rows(rows: Iterable[Mapping[str, object]]) -> list[Ending]:
    return [
        Ending(
            action=str(row["action"]),
            account_id=str(row["account_id"]),
            event_key=str(row["event_key"]),
            at=str(row["at"]),
            detail=load_object(str(row["detail"])),
        )
        for row in rows
    ]


def read_endings(files: Iterable[Path]) -> list[Ending]:
    """The endings of lists, of exports of the audit, or of copies of seals: each once, in the order
    of their times.

    Raises:
        NoEvents: a line is no event. OSError, UnicodeDecodeError: a file cannot be read.
    """
    endings: dict[str, Ending] = {}
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            ending = _ending_of_line(line, f"line {number} of {file}")
            if ending is not None:
                endings.setdefault(ending.event_key, ending)
    return sorted(endings.values(), key=lambda each: (each.at, each.event_key))


def _ending_of_line(line: str, place: str) -> Ending | None:
    """None where the line is a seal's, empty, or an event of another action."""
    if not line.strip() or line.startswith('{"hash":'):
        return None
    try:
        event = load_object(line)
        if event["action"] not in ACTIONS:
            return None
        return Ending(
            action=str(event["action"]),
            account_id=str(event["accountId"]),
            event_key=str(event["eventKey"]),
            at=str(event["at"]),
            detail=load_object(str(event["detail"])),
        )
    except (ValueError, KeyError) as error:
        raise NoEvents(f"{place} is no event of an audit: {error}") from error


@dataclass(frozen=True)
class Standing:
    """What the restored place has: the keys of its endings, and by their ids the things that are
    still good.
    """

    keys: frozenset[str]
    users: Mapping[str, str]
    operators: frozenset[str]
    good: frozenset[str]
    erasures: Mapping[str, str]


_ERASURES: Final = """
  SELECT id, CASE
    WHEN taken_back_at IS NOT NULL OR erased_at IS NOT NULL THEN 'over'
    WHEN begun_at IS NOT NULL THEN 'begun'
    ELSE 'waiting' END AS standing
  FROM erasures
"""


def standing_queries() -> list[str]:
    """SQL of what `standing_of` takes."""
    good = [
        "SELECT id FROM tokens WHERE revoked_at IS NULL",
        "SELECT id FROM passkeys WHERE removed_at IS NULL",
        "SELECT id FROM endpoints WHERE deleted_at IS NULL",
        "SELECT id FROM inbound_sources WHERE ended_at IS NULL",
    ]
    good += [
        f"SELECT id FROM {table} WHERE revoked_at IS NULL" for table in _link_tables().values()
    ]
    repeated = literal(Audited.ENDING_REPEATED)
    keys = f"""
      SELECT event_key FROM ({endings_query()})
      UNION ALL SELECT event_key FROM ({EXPORTS})
      UNION ALL SELECT detail ->> 'act' FROM audit_events WHERE action = {repeated}
    """
    users = "SELECT id, account_id, is_operator FROM users WHERE removed_at IS NULL"
    return [keys, users, _ERASURES, *good]


def standing_of(answers: Sequence[Sequence[Mapping[str, object]]]) -> Standing:
    keys, users, erasures, *good = answers
    return Standing(
        keys=frozenset(str(row["event_key"]) for row in keys),
        users={str(row["id"]): str(row["account_id"]) for row in users},
        operators=frozenset(str(row["id"]) for row in users if row["is_operator"]),
        good=frozenset(str(row["id"]) for rows in good for row in rows),
        erasures={str(row["id"]): str(row["standing"]) for row in erasures},
    )


@dataclass(frozen=True)
class Step:
    """An ending that is done again: what is said of it, and its SQL, which fails as a whole or not
    at all.
    """

    sentence: str
    sql: str


@dataclass(frozen=True)
class Plan:
    """`steps` are to be done; `by_hand` are sentences of what a person has to do."""

    steps: Sequence[Step]
    by_hand: Sequence[str]


def plan(endings: Sequence[Ending], standing: Standing, now: datetime) -> Plan:
    """What of the endings the restored place has not seen, in the order of their times."""
    missing = [each for each in endings if each.event_key not in standing.keys]
    by_hand: list[str] = []
    steps: list[Step] = []
    for each in _latest(missing):
        if each.action in _BY_HAND:
            by_hand.append(f"{each.account_id}: {_BY_HAND[each.action]} ({each.at}).")
            continue
        if each.action in LEFT:
            by_hand.append(sentence_of(each.action, each.account_id, each.at, each.detail))
            continue
        marker = as_text([append(_repeated(each, to_text(now)))])
        steps += [
            Step(step.sentence, step.sql + marker)
            for step in _steps_of(each, missing, standing, now)
        ]
    for account_id in lost_numbers((each.account_id, each.action) for each in missing):
        steps.append(_new_series(account_id, missing, now))
    return Plan(steps, by_hand)


def _new_series(account_id: str, missing: Sequence[Ending], now: datetime) -> Step:
    """Begin new series of numbers, since nobody knows the last ones of the old place."""
    reason = next(
        each
        for each in missing
        if each.account_id == account_id and each.action in {"claim.issued", "claim.credited"}
    )
    marker = as_text([append(_repeated(reason, to_text(now)))])
    return Step(
        f"Numbers of {account_id} begin a new series, of five digits: numbers were given out "
        "behind the backup, and the list does not say which.",
        new_series(now.year, account_id) + marker,
    )


def _repeated(ending: Ending, at: str) -> AuditEvent:
    """The event that says so, once for each ending."""
    return event_of_account(
        ending.account_id,
        Audited.ENDING_REPEATED,
        f"{Audited.ENDING_REPEATED}:{ending.event_key}",
        actor=OPERATOR,
        at=at,
        detail={"act": ending.event_key},
    )


def _latest(endings: Sequence[Ending]) -> Iterator[Ending]:
    """The endings, and of a person's roles only what was given them last."""
    last = {each.text("user"): each for each in endings if each.action == "user.roles_changed"}
    for each in endings:
        if each.action != "user.roles_changed" or last[each.text("user")] is each:
            yield each


def _steps_of(
    ending: Ending, endings: Sequence[Ending], standing: Standing, now: datetime
) -> Iterator[Step]:
    if ending.action == NUMBERS:
        number = f"{ending.text('number')} of {ending.text('year')}"
        yield Step(
            f"Numbers of {ending.account_id} ({ending.text('series')}) go on behind {number}.",
            as_text([floor_of(ending.account_id, ending.detail)]),
        )
    elif ending.action in _PEOPLE:
        yield from _of_person(ending, standing, now)
    elif ending.action.startswith("erasure."):
        yield from _of_erasure(ending, endings, standing, now)
    else:
        yield from _of_thing(ending, standing, now)


def _of_person(ending: Ending, standing: Standing, now: datetime) -> Iterator[Step]:
    user_id = ending.text("user")
    if standing.users.get(user_id) != ending.account_id:
        return
    person = Person(ending.account_id, user_id)
    if ending.action == "user.removed":
        statements = people.remove_person(person, OPERATOR, now)
        yield Step(f"{user_id} of {ending.account_id} is removed.", as_text(statements))
    elif ending.action == "user.locked_out":
        statements = people.lock_out(person, OPERATOR, now)
        yield Step(f"{user_id} of {ending.account_id} is locked out.", as_text(statements))
    elif ending.action == "user.roles_changed":
        names = ending.detail.get("roles")
        roles = [role for role in Role if isinstance(names, list) and role in names]
        statements = people.change_roles(person, roles, OPERATOR, now)
        yield Step(f"{user_id} of {ending.account_id} is {', '.join(roles)}.", as_text(statements))
    elif ending.action == "passkey.removed":
        passkey_id = ending.text("passkey")
        if passkey_id in standing.good:
            at = to_text(now)
            event = person.event(
                OfPeople.PASSKEY_REMOVED, ending.event_key, OPERATOR, at, passkey=passkey_id
            )
            update = remove_passkey(user_id, passkey_id, at, also_last=True)
            yield Step(
                f"The passkey {passkey_id} is removed.", as_text([update, append_if_changed(event)])
            )


def _of_thing(ending: Ending, standing: Standing, now: datetime) -> Iterator[Step]:
    at = to_text(now)
    if ending.action == "token.revoked" and ending.text("token") in standing.good:
        token_id = ending.text("token")
        statements = revoke_token(ending.account_id, token_id, OPERATOR, now)
        yield Step(f"The token {token_id} is revoked.", as_text(statements))
    elif ending.action == "operator.revoked" and ending.text("user") in standing.operators:
        user_id = ending.text("user")
        sql = change_operator(ending.account_id, user_id, now, is_operator=False)
        yield Step(f"{user_id} is no operator any more.", sql)
    elif ending.action in _link_tables() and ending.text("link") in standing.good:
        table = _link_tables()[ending.action]
        link_id = ending.text("link")
        update = statement(f"UPDATE {table} SET revoked_at = ?1 WHERE id = ?2", [at, link_id])
        yield Step(f"The link {link_id} is revoked.", _with_event(ending, [update], at))
    elif ending.action == "endpoint.deleted" and ending.text("endpoint") in standing.good:
        endpoint_id = ending.text("endpoint")
        first, *others = delete_endpoint(endpoint_id, at)
        yield Step(
            f"The endpoint {endpoint_id} is deleted.",
            _with_event(ending, [first], at) + as_text(others),
        )
    elif ending.action == "source.ended" and ending.text("source") in standing.good:
        from tillroll.inbound.service import ending_of  # noqa: PLC0415 - a project may lack it

        source_id = ending.text("source")
        statements = ending_of(ending.account_id, source_id, at)
        yield Step(f"The source {source_id} is ended.", _with_event(ending, statements, at))


def _of_erasure(
    ending: Ending, endings: Sequence[Ending], standing: Standing, now: datetime
) -> Iterator[Step]:
    """An erasure that had begun is due now, and nothing hinders it any more. One that was asked for
    waits for its day; one that was taken back after the backup is taken back.
    """
    from tillroll.privacy.repository import stop  # noqa: PLC0415 - a project may lack it

    erasure_id = ending.text("erasure")
    state = standing.erasures.get(erasure_id)
    at = to_text(now)
    what = f"The erasure {erasure_id} of the {ending.text('what')} {ending.text('target')}"
    if state == "over":
        return
    if ending.action == "erasure.taken_back":
        if state == "waiting":
            yield Step(f"{what} is taken back.", _with_event(ending, [stop(erasure_id, at)], at))
        return
    if state is not None:
        if ending.action == "erasure.begun":
            update = statement("UPDATE erasures SET is_repeated = 1 WHERE id = ?1", [erasure_id])
            yield Step(f"{what} goes on.", as_text([update]))
        return
    others = {each.action: each for each in endings if each.text("erasure") == erasure_id}
    if "erasure.taken_back" in others:
        return
    begun = others.get("erasure.begun")
    if ending is not (begun or others.get("erasure.requested")):
        return
    due_at = at
    if begun is None:
        due_at = ending.text("dueAt")
    yield Step(
        f"{what} begins again.", _erasure(ending, due_at, now, is_repeated=begun is not None)
    )


def _erasure(ending: Ending, due_at: str, now: datetime, *, is_repeated: bool) -> str:
    # A project may lack it.
    from tillroll.privacy.erasure.workflow import ERASURE, ErasureParams  # noqa: PLC0415

    # A project may lack it.
    from tillroll.privacy.repository import AccountErasure, What, insert_erasure  # noqa: PLC0415

    # A project may lack it.
    from tillroll.privacy.repository import Audited as OfErasures  # noqa: PLC0415

    erasure_id = ending.text("erasure")
    params = ErasureParams(erasure_id=erasure_id)
    run = begin_run(ERASURE, ending.account_id, params, key=erasure_id, subject=erasure_id, now=now)
    erasure = AccountErasure(
        id=erasure_id,
        account_id=ending.account_id,
        what=What(ending.text("what")),
        target=ending.text("target"),
        run_id=run.run_id,
        status="waiting",
        requested_at=to_text(now),
        due_at=due_at,
        insisted=True,
        is_repeated=is_repeated,
        taken_back_at=None,
        erased_at=None,
    )
    detail: JsonObject = {
        "erasure": erasure_id,
        "what": ending.text("what"),
        "target": ending.text("target"),
        "dueAt": due_at,
    }
    key = f"{erasure_id}:requested"
    event = event_of_account(
        ending.account_id,
        OfErasures.ERASURE_REQUESTED,
        key,
        actor=OPERATOR,
        at=to_text(now),
        detail=detail,
    )
    return run.sql + as_text([insert_erasure(erasure, OPERATOR), append_if_changed(event)])


def _with_event(ending: Ending, statements: Sequence[Statement], at: str) -> str:
    """The statements, the last of which changes one row, and the act's event under the key that it
    had.
    """
    action: Action = actions()[ending.action]
    event = event_of_account(
        ending.account_id, action, ending.event_key, actor=OPERATOR, at=at, detail=ending.detail
    )
    return as_text([*statements, append_if_changed(event)])


def _link_tables() -> Mapping[str, LiteralString]:
    """The tables of links that let somebody in, by the action that ends one."""
    return {str(table.revoked): table.name for table, _ in LINKS.answers()}
