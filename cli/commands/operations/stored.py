"""`tillroll objects`: what lies in the bucket."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands.operations.options import in_database_of, where
from cli.operations.place import Where
from tillroll_command.counting import counted
from tillroll_command.replies import reply
from tillroll_command.shared_options import taking

if TYPE_CHECKING:
    pass

objects = typer.Typer(no_args_is_help=True, help="What lies in the bucket.")
quarantine = typer.Typer(
    no_args_is_help=True, help="Objects that nothing refers to, and that will be deleted."
)
objects.add_typer(quarantine, name="quarantine")


def _key(text: str) -> str:
    if not text.isprintable() or not text.partition("/")[2]:
        raise typer.BadParameter("a key is ACCOUNT/…, as `objects quarantine list` prints it")
    return text


@quarantine.command("list")
@taking(where)
def list_all(place: Where) -> None:
    """What is in it, and from when on each is deleted."""
    from cli.operations.databases import each_of
    from cli.operations.failures import or_else
    from cli.operations.objects import LIST, line_of
    from cli.operations.where import query

    with or_else("The quarantine could not be read."):
        rows = [row for database in each_of(place) for row in query(LIST, database)]
    reply(
        {"items": rows},
        *(line_of(row) for row in rows),
        f"{counted(len(rows), 'object')}.",
        as_json=place.as_json,
    )


@quarantine.command("restore")
@taking(where)
def keep(
    place: Where,
    keys: Annotated[
        list[str], typer.Argument(metavar="KEY...", parser=_key, help="As `list` prints it.")
    ],
) -> None:
    """Have objects kept, whatever refers to them."""
    from cli.operations.objects import restored
    from cli.operations.reasons import not_in_quarantine, or_why
    from cli.operations.where import execute

    kept = [*dict.fromkeys(keys)]
    done: list[str] = []
    for database in dict.fromkeys(in_database_of(place, key) for key in kept):
        own = [key for key in kept if in_database_of(place, key) == database]
        unchanged = f"{', '.join(done)}: kept. Nothing else was changed."
        if not done:
            unchanged = "Nothing was changed."
        with or_why(unchanged, database, not_in_quarantine(own)):
            execute(restored(own, datetime.now(UTC)), database)
        done += own
    reply({"kept": kept}, f"{', '.join(kept)}: kept.", as_json=place.as_json)
