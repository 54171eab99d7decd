"""`tillroll rate`: exchange rates that a person enters, where none was published."""

from typing import Annotated

import typer

from ..session import Session, session
from ..shared_options import taking

app = typer.Typer(no_args_is_help=True, help="Exchange rates by hand, where none was published.")

_PATH = "/api/entered-rates"


@app.command("list")
@taking(session)
def list_rates(here: Session) -> None:
    """List the rates that were entered."""
    page = here.api.get(_PATH)
    rows = [
        (each["id"], _says(each), each["firstDay"], each["lastDay"], each["source"])
        for each in page["items"]
    ]
    here.show.listing(page, ("rate", "says", "from", "to", "source"), rows)


@app.command()
@taking(session)
def enter(
    here: Session,
    currency: Annotated[str, typer.Argument(help="What is converted, such as USD.")],
    rate: Annotated[
        str, typer.Argument(help="What one of it is in the base currency, such as 0.92.")
    ],
    first: Annotated[
        str, typer.Option("--from", metavar="DAY", help="The first day that it counts for.")
    ],
    source: Annotated[
        str, typer.Option(metavar="TEXT", help="Where it is from, such as a card's statement.")
    ],
    last: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help="The last day. The first unless said.")
    ] = None,
) -> None:
    """Enter a rate. Expenses that lack one are converted by it; those in closed periods stay as
    they are.
    """
    body = {
        "currency": currency,
        "rate": rate,
        "firstDay": first,
        "lastDay": last,
        "source": source,
    }
    entered = here.api.send(
        "POST", _PATH, {name: value for name, value in body.items() if value is not None}
    )
    if here.as_json:
        here.show.document(entered)
    else:
        here.show.say(
            f"{entered['id']}: {_says(entered)}, from {entered['firstDay']} to "
            f"{entered['lastDay']}."
        )


@app.command()
@taking(session)
def withdraw(
    here: Session, rate: Annotated[str, typer.Argument(help="As the list shows it.")]
) -> None:
    """Withdraw a rate. What was converted by it is converted anew, but in closed periods."""
    here.api.send("DELETE", f"{_PATH}/{rate}")
    here.show.say("The rate is withdrawn.")


def _says(rate: dict[str, str]) -> str:
    return f"1 {rate['currency']} = {rate['rate']} {rate['baseCurrency']}"
