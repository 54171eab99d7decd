"""An account's settings: columns of its row, each change with its audit event."""

from collections.abc import Iterable
from dataclasses import dataclass

from tillroll.durable.record.audit import append, event_of_account
from tillroll.platform.bindings.database import Statement, statement
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform


@dataclass(frozen=True)
class Setting:
    """A column of `accounts`; the action of its audit event, and the name of the value in it: of a personal one, only
    whether there is one."""

    column: str
    action: str
    told_as: str
    is_personal: bool = False


async def change_setting(
    platform: Platform,
    account_id: str,
    setting: Setting,
    value: str | int | None,
    actor: str,
    also: Iterable[Statement] = (),
) -> None:
    """Set it, and run the statements of `also` in the same batch. What is set already is not set again."""
    # The column's name is a constant of a Setting.
    query = f"SELECT {setting.column} AS value FROM accounts WHERE id = ?"  # noqa: S608
    row = await platform.database.first(statement(query, account_id))
    if row is not None and row["value"] == value:
        return
    event = event_of_account(
        account_id,
        setting.action,
        f"{setting.action}:{new_id('set')}",
        actor=actor,
        at=to_text(platform.clock.now()),
        detail={setting.told_as: value is not None if setting.is_personal else value},
    )
    update = f"UPDATE accounts SET {setting.column} = ?1 WHERE id = ?2"  # noqa: S608
    await platform.database.batch([statement(update, value, account_id), *also, append(event)])
