"""`tillroll account quotas`: what an account has used, and quotas of its own."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands.operations.options import Account, in_database_of, where
from cli.operations.place import Where
from tillroll_command.endings import Code, Stopped
from tillroll_command.replies import reply
from tillroll_command.shared_options import taking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tillroll.quotas.usage import Quota
    from tillroll_durable.platform.bindings.database import Row

_DEFAULT = "default"
_HELP = f"A whole number, or `{_DEFAULT}` for the deployment's."
Uploads = Annotated[
    str, typer.Option("--uploads", metavar="N", help=f"Documents handed in a month. {_HELP}")
]
StorageMb = Annotated[
    str, typer.Option("--storage-mb", metavar="N", help=f"Megabytes of documents. {_HELP}")
]
AiCalls = Annotated[
    str, typer.Option("--ai-calls", metavar="N", help=f"Calls to models a month. {_HELP}")
]


@taking(where)
def quotas(
    place: Where,
    account: Account,
    uploads: Uploads = "",
    storage_mb: StorageMb = "",
    ai_calls: AiCalls = "",
) -> None:
    """Show what an account has used and its own quotas; give it others, or the deployment's
    again.
    """
    from cli.operations.failures import or_else
    from cli.operations.people import OPERATOR
    from cli.operations.quotas import quotas_of
    from cli.operations.reasons import no_account, or_why
    from cli.operations.where import execute, query
    from tillroll.quotas.own_quotas import set_quotas
    from tillroll_command.sql import as_text

    place = in_database_of(place, account)
    now = datetime.now(UTC)
    limits = _limits(uploads, storage_mb, ai_calls)
    if limits:
        with or_why("Nothing was changed.", place, no_account(account)):
            execute(as_text(set_quotas(account, limits, OPERATOR, now)), place)
    with or_else("The quotas could not be read."):
        rows = query(quotas_of(account, now), place)
    if not rows:
        raise Stopped(Code.NOT_FOUND, f"There is no account {account}.")
    reply(
        {"account": account, "items": rows}, *(_line_of(row) for row in rows), as_json=place.as_json
    )


def _line_of(row: "Row") -> str:
    used = _amount(row["quota"], row["used"])
    if row["own"] is None:
        return f"{row['quota']:<9}  {used} used, of the deployment's quota"
    return f"{row['quota']:<9}  {used} used of {_amount(row['quota'], row['own'])}, its own quota"


def _amount(quota: object, value: object) -> str:
    """A number; of the storage as `--storage-mb` takes it."""
    from tillroll.quotas.usage import MB, Quota

    if quota != Quota.STORAGE or not isinstance(value, int):
        return str(value)
    return f"{value / MB:.1f} MB"


def _limits(uploads: str, storage_mb: str, ai_calls: str) -> "Mapping[Quota, int | None]":
    """What is given. Raises BadParameter: one is no number."""
    from tillroll.quotas.usage import MB, Quota

    given = (
        ("--uploads", Quota.UPLOADS, uploads, 1),
        ("--storage-mb", Quota.STORAGE, storage_mb, MB),
        ("--ai-calls", Quota.AI_CALLS, ai_calls, 1),
    )
    return {quota: _limit(option, text, unit) for option, quota, text, unit in given if text}


def _limit(option: str, text: str, unit: int) -> int | None:
    from tillroll_durable.platform.bindings.database import LARGEST_INTEGER

    if text == _DEFAULT:
        return None
    if not (
        text.isascii()
        and text.isdecimal()
        and len(text) < 17
        and int(text) * unit <= LARGEST_INTEGER
    ):
        most = LARGEST_INTEGER // unit
        raise typer.BadParameter(
            f"give a whole number up to {most}, or `{_DEFAULT}`", param_hint=option
        )
    return int(text) * unit
