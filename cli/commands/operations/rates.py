"""`tillroll rates`: exchange rates in the database."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from cli.commands.operations.options import where
from cli.operations.place import Where
from tillroll_command.replies import reply
from tillroll_command.shared_options import taking

rates = typer.Typer(no_args_is_help=True, help="Exchange rates.")


@rates.callback()
# Typer calls it, and so keeps the subcommand's name.
def _rates() -> None:
    """Exchange rates."""


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("write the day as YYYY-MM-DD, such as 2026-01-31") from error


@rates.command("import")
@taking(where)
def load(
    place: Where,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE]",
            show_default=False,
            help="Its XML, CSV or ZIP file, or an address of one.",
        ),
    ] = None,
    since: Annotated[
        date | None,
        typer.Option(
            parser=_day, metavar="DAY", help="Leave out days before this one (YYYY-MM-DD)."
        ),
    ] = None,
) -> None:
    """Store the European Central Bank's rates: its whole history since 1999, or a file's."""
    from cli.operations.databases import each_of
    from cli.operations.failures import or_else
    from cli.operations.rates import WHOLE_HISTORY, import_rates
    from cli.operations.where import execute
    from tillroll.conversion.rates import InvalidRates

    with or_else("No rate was stored.", InvalidRates):
        source = file or WHOLE_HISTORY
        found = import_rates(source, since, datetime.now(UTC).date())
        if found is None:
            reply(
                {"stored": 0}, f"{source} has no rate of {since} or later.", as_json=place.as_json
            )
            return
        # Each database has all rates, for the accounts that live there.
        for database in each_of(place):
            execute(found.sql, database)
    reply(
        {"stored": found.count, "from": str(found.first), "to": str(found.last)},
        f"Stored {found.count} rates of {found.first} to {found.last}; those that were there "
        "before have stayed.",
        as_json=place.as_json,
    )
