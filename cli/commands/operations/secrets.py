"""`tillroll secrets`: which keys the secrets in the database are encrypted under, and whether the
Worker has them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands.operations.options import where
from cli.operations.place import Where
from tillroll_command.replies import AsJson, reply
from tillroll_command.shared_options import taking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tillroll_durable.platform.bindings.database import Row

app = typer.Typer(
    no_args_is_help=True, help="Secrets that the database keeps encrypted, and their keys."
)


@app.command()
@taking(where)
def status(place: Where) -> None:
    """Which key encrypted how many, and whether the Worker has that key; exit code 1 where some
    cannot be read.
    """
    from cli.operations.databases import each_of
    from cli.operations.failures import or_else

    with or_else("The secrets could not be counted."):
        found = [_kept_in(database) for database in each_of(place)]
    lines: list[str] = []
    for kept in found:
        if len(found) > 1:
            lines.append(f"{kept.database}:")
        lines += _lines_of(kept)
    items = [{**row, "database": kept.database} for kept in found for row in kept.rows]
    document = {
        "keys": [{**key, "database": kept.database} for kept in found for key in kept.keys],
        "items": items,
        "changed": [each for kept in found for each in kept.changed],
    }
    reply(document, *lines, as_json=place.as_json)
    if any(kept.lost or kept.changed for kept in found):
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Kept:
    """What one database keeps: the Worker's keys that its cron saw, the secrets by their keys, and
    what no key reads.
    """

    database: str
    keys: "Sequence[Row]"
    rows: "Sequence[Row]"
    unreadable: "Sequence[Row]"

    @property
    def is_known(self) -> bool:
        return bool(self.keys or self.unreadable)

    @property
    def changed(self) -> list[str]:
        """The places of secrets that were changed since they were encrypted."""
        causes = [str(row["cause"]) for row in self.unreadable]
        return [each.partition(" ")[2] for each in causes if each.startswith("row ")]

    @property
    def lost(self) -> list[str]:
        """The names of the keys that the Worker lacks."""
        if not self.is_known:
            return []
        return sorted({str(row["key"]) for row in self.rows if row["place"] is None})


def _kept_in(place: Where) -> _Kept:
    """Raises D1Error."""
    from cli.operations.where import query
    from tillroll.workflows.registry import KEPT_SECRETS
    from tillroll_durable.platform.encryption import UNREADABLE_SECRETS
    from tillroll_durable.platform.kept_secrets import KNOWN_KEYS, secrets_by_key

    rows = query(secrets_by_key(KEPT_SECRETS), place)
    keys = query(KNOWN_KEYS, place)
    unreadable = query(UNREADABLE_SECRETS, place)
    return _Kept(place.database, keys, rows, unreadable)


def _lines_of(kept: _Kept) -> list[str]:
    lines = [_of_keys(kept.keys, is_known=kept.is_known)]
    if kept.is_known:
        lines += [_of_row(row) for row in kept.rows]
    else:
        lines += [f"{row['sort']}: {row['secrets']} by the key {row['key']}" for row in kept.rows]
    if kept.changed:
        lines.append(
            f"Changed since they were encrypted, so no key reads them: {', '.join(kept.changed)}."
        )
    if kept.lost:
        lines.append(f"Put back into ENCRYPTION_KEYS, behind the newest: {', '.join(kept.lost)}.")
    if not kept.rows:
        lines.append("No secret is kept.")
    return lines


def _of_keys(keys: "Sequence[Row]", *, is_known: bool) -> str:
    if not keys and is_known:
        return "The Worker has no key: ENCRYPTION_KEYS is not set."
    if not keys:
        return (
            "Which keys the Worker has is not known yet: its cron has not run since it was made or "
            "restored. Ask again in two minutes."
        )
    newest, *earlier = [str(row["name"]) for row in keys]
    behind = f", and reads what {', '.join(earlier)} encrypted" if earlier else ""
    return f"The Worker encrypts by the key {newest}{behind}."


def _of_row(row: "Row") -> str:
    says = f"{row['sort']}: {row['secrets']} by the key {row['key']}"
    if row["place"] is None:
        return f"{says}: CANNOT BE READ, since the Worker does not have this key"
    if row["place"] == 0:
        return f"{says}, the newest"
    return f"{says}, to be encrypted anew by the cron"


@app.command()
def names(
    file: Annotated[
        Path,
        typer.Argument(help="Holds what ENCRYPTION_KEYS takes, such as .tillroll/encryption-keys."),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Print the names of keys, the newest first, as `secrets status` shows them; nothing of the
    keys themselves.
    """
    from cli.operations.failures import or_else
    from tillroll_durable.platform.encryption import EncryptionSettings
    from tillroll_durable.platform.settings import InvalidSetting

    with or_else("This file holds no keys.", InvalidSetting):
        content = file.read_text(encoding="utf-8").strip()
        found = [*EncryptionSettings.read(lambda _: content).by_name]
    reply({"names": found}, *found, as_json=as_json)
