"""`tillroll objects`, `backup`, `restore` and `rates`: what lies in the database and the bucket."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands.operating.options import reply, say_beside, where
from cli.operating.place import Where
from cli.taking import taking

if TYPE_CHECKING:
    from cli.operating.backup import Place

objects = typer.Typer(no_args_is_help=True, help="What lies in the bucket.")
quarantine = typer.Typer(no_args_is_help=True, help="Objects that nothing refers to, and that will be deleted.")
objects.add_typer(quarantine, name="quarantine")
rates = typer.Typer(no_args_is_help=True, help="Exchange rates.")


def _key(text: str) -> str:
    if not text.isprintable() or not text.partition("/")[2]:
        raise typer.BadParameter("a key is ACCOUNT/…, as `objects quarantine list` prints it")
    return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("write the day as YYYY-MM-DD, such as 2026-01-31") from error


@quarantine.command("list")
@taking(where)
def list_all(place: Where) -> None:
    """What is in it, and from when on each is deleted."""
    from cli.operating.failures import or_else
    from cli.operating.objects import LIST, line_of
    from cli.operating.where import query

    with or_else("The quarantine could not be read."):
        rows = query(LIST, place)
    reply({"items": rows}, *(line_of(row) for row in rows), f"{len(rows)} objects.", as_json=place.as_json)


@quarantine.command("restore")
@taking(where)
def keep(
    place: Where,
    keys: Annotated[list[str], typer.Argument(metavar="KEY...", parser=_key, help="As `list` prints it.")],
) -> None:
    """Have objects kept, whatever refers to them."""
    from cli.operating.failures import or_else
    from cli.operating.objects import restored
    from cli.operating.where import execute

    with or_else("Nothing was changed. Is each of these objects in quarantine, and not restored or being deleted?"):
        execute(restored(keys, datetime.now(UTC)), place)
    kept = [*dict.fromkeys(keys)]
    reply({"kept": kept}, f"{', '.join(kept)}: kept.", as_json=place.as_json)


@rates.command("import")
@taking(where)
def load(
    place: Where,
    file: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", show_default=False, help="Its XML, CSV or ZIP file, or an address of one."),
    ] = None,
    since: Annotated[
        date | None, typer.Option(parser=_day, metavar="DAY", help="Leave out days before this one (YYYY-MM-DD).")
    ] = None,
) -> None:
    """Store the European Central Bank's rates: its whole history since 1999, or a file's."""
    from cli.operating.failures import or_else
    from cli.operating.rates import WHOLE_HISTORY, import_rates
    from cli.operating.where import execute

    with or_else("No rate was stored."):
        source = file or WHOLE_HISTORY
        found = import_rates(source, since, datetime.now(UTC).date())
        if found is None:
            reply({"stored": 0}, f"{source} has no rate of {since} or later.", as_json=place.as_json)
            return
        execute(found.sql, place)
    reply(
        {"stored": found.count, "from": str(found.first), "to": str(found.last)},
        f"Stored {found.count} rates of {found.first} to {found.last}; those that were there before have stayed.",
        as_json=place.as_json,
    )


@taking(where)
def backup(place: Where, folder: Path) -> None:
    """Write the database and all objects into a folder, or renew it."""
    from cli.operating.backup import back_up
    from cli.operating.failures import or_else

    with or_else("There is no whole backup."), _of(place) as deployment:
        back_up(deployment, folder, datetime.now(UTC), say_beside(as_json=place.as_json))
    sentence = f"{folder} holds a whole backup. It is as secret as the receipts in it."
    reply({"folder": str(folder)}, sentence, as_json=place.as_json)


@taking(where)
def restore(place: Where, folder: Path) -> None:
    """Put a backup into an empty database and bucket."""
    from cli.operating.backup import restore as put_back
    from cli.operating.failures import or_else

    with or_else("The backup was not restored."), _of(place) as deployment:
        made_at = put_back(deployment, folder, say_beside(as_json=place.as_json))
    sentence = f"Restored as of {made_at}. What was under way is taken up within two minutes of the Worker's start."
    reply({"madeAt": made_at}, sentence, as_json=place.as_json)


@contextmanager
def _of(where: Where) -> Generator["Place"]:
    from cli.operating.backup import Place
    from cli.operating.bucket import Bucket
    from local import config

    with config.for_one_command() as configuration, config.for_the_bucket(is_remote=where.state is None) as bucket:
        yield Place(Bucket(bucket, where.state), configuration, where.state)
