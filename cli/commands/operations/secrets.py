"""`tillroll secrets`: which keys the secrets in the database are encrypted under, and whether the
Worker has them.
"""

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
    from cli.operations.failures import or_else
    from cli.operations.where import query
    from tillroll.workflows.registry import KEPT_SECRETS
    from tillroll_durable.platform.encryption import UNREADABLE_SECRETS
    from tillroll_durable.platform.kept_secrets import KNOWN_KEYS, secrets_by_key

    with or_else("The secrets could not be counted."):
        rows = query(secrets_by_key(KEPT_SECRETS), place)
        keys = query(KNOWN_KEYS, place)
        unreadable = query(UNREADABLE_SECRETS, place)
    is_known = bool(keys or unreadable)
    lines = [_of_keys(keys, is_known=is_known)]
    if is_known:
        lines += [_of_row(row) for row in rows]
    else:
        lines += [f"{row['sort']}: {row['secrets']} by the key {row['key']}" for row in rows]
    changed = [
        str(row["cause"]).partition(" ")[2]
        for row in unreadable
        if str(row["cause"]).startswith("row ")
    ]
    if changed:
        lines.append(
            f"Changed since they were encrypted, so no key reads them: {', '.join(changed)}."
        )
    lost = sorted({str(row["key"]) for row in rows if row["place"] is None}) if is_known else []
    if lost:
        lines.append(f"Put back into ENCRYPTION_KEYS, behind the newest: {', '.join(lost)}.")
    if not rows:
        lines.append("No secret is kept.")
    document = {"keys": keys, "items": rows, "changed": changed}
    reply(document, *lines, as_json=place.as_json)
    if lost or changed:
        raise typer.Exit(1)


def _of_keys(keys: "Sequence[Row]", *, is_known: bool) -> str:
    if not keys and is_known:
        return "The Worker has no key: ENCRYPTION_KEYS is not set."
    if not keys:
        return (
            "Which keys the Worker has is not known yet: its cron has not run since it was made or "
            "restored. "
            "Ask again in two minutes."
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
