"""`tillroll operator`: who looks after the whole deployment."""

from datetime import UTC, datetime

import typer

from cli.commands.operations.options import Account, User, in_database_of, where
from cli.operations.place import Where
from tillroll_command.replies import reply
from tillroll_command.shared_options import taking

app = typer.Typer(no_args_is_help=True, help="Who looks after the whole deployment.")


@app.command()
@taking(where)
def grant(place: Where, account: Account, user: User) -> None:
    """Let a user see metrics, alerts and the audit of all accounts."""
    _change(place, account, user, is_operator=True)


@app.command()
@taking(where)
def revoke(place: Where, account: Account, user: User) -> None:
    """Take that back."""
    _change(place, account, user, is_operator=False)


def _change(place: Where, account: str, user: str, *, is_operator: bool) -> None:
    from cli.operations.operators import change_operator
    from cli.operations.reasons import no_change_of_operator, or_why
    from cli.operations.where import execute

    place = in_database_of(place, account)
    reasons = no_change_of_operator(account, user, is_operator=is_operator)
    with or_why("Nothing was changed.", place, reasons):
        execute(change_operator(account, user, datetime.now(UTC), is_operator=is_operator), place)
    sentence = f"{user} is {'now' if is_operator else 'no longer'} an operator."
    reply({"user": user, "isOperator": is_operator}, sentence, as_json=place.as_json)
