"""Views: filters of expenses that people keep under a name, for themselves or for the whole
account.
"""

from dataclasses import dataclass
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.expenses.events import Audited
from tillroll.expenses.search.filters import Parameters, as_parameters
from tillroll.identity.authentication import Principal
from tillroll_durable import ValuesRefused
from tillroll_durable.audit import append_if_changed, event_of_account
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    GuardFailed,
    Row,
    Statement,
    Value,
    digits,
    insert_row,
    integer,
    of_row,
    statement,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump, load_object
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform

MOST_VIEWS: Final = 200
# What a person sees: their own, and those that others share. None of these goes to a person who
# sees their own documents alone: a filter names people and merchants.
_SELECT: Final = """
  SELECT * FROM expense_views WHERE account_id = ?1 AND (user_id = ?2 OR is_shared = 1
      AND ?3 IS NULL)
"""


class NoSuchView(Refusal):
    """There is no view of that id that the person may change."""

    thing = "view that you may change"


class View(Model):
    """`filter` has the parameters of `GET /api/expenses`; `is_own` where the caller made it."""

    id: str
    name: str
    filter: Parameters
    sort: str
    is_shared: bool
    is_own: bool
    created_at: str


@dataclass(frozen=True)
class Kept:
    """What is kept: `chosen` by the names of the API."""

    name: str
    chosen: JsonObject
    sort: str
    is_shared: bool

    @property
    def columns(self) -> dict[str, Value]:
        return {
            "name": self.name,
            "filter": dump(self.chosen),
            "sort": self.sort,
            "is_shared": int(self.is_shared),
        }


async def list_views(database: Database, principal: Principal) -> list[View]:
    """List the views in the order of their names."""
    query = f"{_SELECT} ORDER BY name, id LIMIT {digits(MOST_VIEWS)}"
    rows = await database.all(
        statement(query, [principal.account_id, principal.user_id, principal.sight.only])
    )
    return [_view_from(row, principal) for row in rows]


async def keep_view(platform: Platform, principal: Principal, draft: Kept) -> View:
    """Keep a filter under a name."""
    view = new_id("view")
    count = await platform.database.first(
        statement(
            "SELECT COUNT(*) AS views FROM expense_views WHERE account_id = ?",
            [principal.account_id],
        )
    )
    if count is not None and integer(count, "views") >= MOST_VIEWS:
        raise ValuesRefused([("name", f"An account keeps {MOST_VIEWS} views: delete one of them.")])
    row = {
        "id": view,
        "account_id": principal.account_id,
        "user_id": principal.user_id,
        **draft.columns,
        "created_at": to_text(platform.clock.now()),
    }
    return await _write(
        platform,
        principal,
        view=view,
        action=Audited.VIEW_CREATED,
        write=insert_row("expense_views", row),
    )


async def change_view(platform: Platform, principal: Principal, view: str, draft: Kept) -> View:
    """Give a view all of what is kept."""
    await find_own(platform.database, principal, view)
    sql = "UPDATE expense_views SET name = ?2, filter = ?3, sort = ?4, is_shared = ?5 WHERE id = ?1"
    update = statement(sql, [view, *draft.columns.values()])
    return await _write(platform, principal, view=view, action=Audited.VIEW_CHANGED, write=update)


async def _write(
    platform: Platform, principal: Principal, view: str, action: Action, write: Statement
) -> View:
    try:
        await platform.database.batch(
            [write, _audited(platform, principal, action=action, view=view)]
        )
    except GuardFailed as error:
        raise NoSuchView(view) from error
    except ConstraintFailed as error:
        message = "You have a view of this name: choose another, or change that."
        raise ValuesRefused([("name", message)]) from error
    return await _view(platform.database, principal, view)


async def delete_view(platform: Platform, principal: Principal, view: str) -> None:
    await find_own(platform.database, principal, view)
    delete = statement("DELETE FROM expense_views WHERE id = ?", [view])
    try:
        await platform.database.batch(
            [delete, _audited(platform, principal, action=Audited.VIEW_DELETED, view=view)]
        )
    except GuardFailed as error:
        raise NoSuchView(view) from error


async def find_own(database: Database, principal: Principal, view: str) -> View:
    row = await _view(database, principal, view)
    if not (row.is_own or principal.may(Permission.ADMINISTER)):
        raise NoSuchView(view)
    return row


async def _view(database: Database, principal: Principal, view: str) -> View:
    whose = principal.account_id, principal.user_id, principal.sight.only
    row = await database.first(statement(f"{_SELECT} AND id = ?4", [*whose, view]))
    if row is None:
        raise NoSuchView(view)
    return _view_from(row, principal)


def _view_from(row: Row, principal: Principal) -> View:
    return of_row(
        View,
        row,
        filter=as_parameters(load_object(text(row, "filter"))),
        is_own=text(row, "user_id") == principal.user_id,
    )


def _audited(platform: Platform, principal: Principal, action: Action, view: str) -> Statement:
    at = to_text(platform.clock.now())
    key = f"{action}:{new_id('evt')}"
    return append_if_changed(
        event_of_account(
            principal.account_id, action, key, actor=principal.actor, at=at, detail={"view": view}
        )
    )
