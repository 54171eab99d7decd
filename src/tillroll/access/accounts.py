"""Rows of accounts: their settings, which modules keep in columns of their own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, LiteralString

from tillroll_durable.audit import append_if_changed, event_of_account, values_changed
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    Statement,
    Value,
    columns_of,
    place,
    statement,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import Emptied, Shut, Table

TABLES: Final = (
    Table(
        "accounts",
        Emptied(
            "name = 'erased', company_names = NULL, tax_ids = NULL", "id = ?1 AND name <> 'erased'"
        ),
        account_gets="id = ?1",
        shut=Shut("closed_at = COALESCE(closed_at, ?1)", "id = ?2"),
    ),
)


@dataclass(frozen=True)
class Setting:
    """A column of `accounts`, its audit action, and the value's name there: if personal, only
    whether there is one.
    """

    column: LiteralString
    action: Action
    detail_name: str
    is_personal: bool = False


async def change_setting(
    platform: Platform,
    account_id: str,
    setting: Setting,
    value: str | int | None,
    actor: str,
    also: Iterable[Statement] = (),
) -> None:
    """Set it, and run the statements of `also` in the same batch. What is set already is not set
    again.
    """
    query = f"SELECT {setting.column} AS value FROM accounts WHERE id = ?"
    row = await platform.database.first(statement(query, [account_id]))
    if row is not None and row["value"] == value:
        return
    at = to_text(platform.clock.now())
    key = f"{setting.action}:{new_id('set')}"
    recorded_value = value
    if setting.is_personal:
        recorded_value = value is not None
    detail: JsonObject = {setting.detail_name: recorded_value}
    if row is not None and not setting.is_personal:
        detail |= values_changed({setting.detail_name: row["value"]}, {setting.detail_name: value})
    event = event_of_account(account_id, setting.action, key, actor=actor, at=at, detail=detail)
    change = change_account(account_id, {setting.column: value})
    await platform.database.batch([change, append_if_changed(event), *also])


def change_account(account_id: str, values: Mapping[str, Value]) -> Statement:
    """Write columns of an account; keys are constants of the code. The statement hits no row where
    there is no such account.
    """
    columns = ", ".join(
        f"{column} = {_placeholder(number, value)}"
        for number, (column, value) in enumerate(
            zip(columns_of(values), values.values(), strict=True), start=2
        )
    )
    update = f"UPDATE accounts SET {columns} WHERE id = ?1"
    return statement(update, [account_id, *values.values()], account=account_id)


def _placeholder(number: int, value: Value) -> LiteralString:
    if isinstance(value, int):
        return f"CAST({place(number)} AS INTEGER)"
    return place(number)
