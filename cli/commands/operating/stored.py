"""`tillroll objects`, `backup` and `restore`: what lies in the database and the bucket."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
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


def _key(text: str) -> str:
    if not text.isprintable() or not text.partition("/")[2]:
        raise typer.BadParameter("a key is ACCOUNT/…, as `objects quarantine list` prints it")
    return text


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
