"""The commands that work in the project's folder only."""

import typer

from cli.commands.operations import (
    accounts,
    audits,
    backups,
    databases,
    deploying,
    endings,
    making,
    operators,
    playing,
    rates,
    replaying,
    secrets,
    stored,
    tokens,
    verifying,
    wrangling,
)

_OPERATORS = "For the operator"
_DEVELOPERS = "For developers"


def add_all(app: typer.Typer) -> None:
    """Add what works in the project's folder only."""
    app.add_typer(making.new, name="new", rich_help_panel=_DEVELOPERS)
    app.add_typer(making.remove, name="remove", rich_help_panel=_DEVELOPERS)
    app.command(rich_help_panel=_DEVELOPERS)(playing.play)
    app.command(rich_help_panel=_DEVELOPERS)(replaying.replay)
    app.command(rich_help_panel=_DEVELOPERS)(replaying.histories)
    app.command(rich_help_panel=_DEVELOPERS)(replaying.check)
    for subject, name in (
        (accounts.app, "account"),
        (tokens.app, "token"),
        (audits.app, "audit"),
        (stored.objects, "objects"),
        (operators.app, "operator"),
        (rates.rates, "rates"),
        (secrets.app, "secrets"),
        (endings.app, "endings"),
    ):
        app.add_typer(subject, name=name, rich_help_panel=_OPERATORS)
    app.command(rich_help_panel=_OPERATORS)(databases.databases)
    app.command(rich_help_panel=_OPERATORS)(deploying.deploy)
    app.command(rich_help_panel=_OPERATORS)(deploying.rollback)
    app.command(rich_help_panel=_OPERATORS)(verifying.verify)
    # What stands behind the first word is wrangler's, options too.
    passed_on = {"ignore_unknown_options": True, "allow_interspersed_args": False}
    app.command(rich_help_panel=_OPERATORS, context_settings=passed_on)(wrangling.wrangler)
    app.command(rich_help_panel=_OPERATORS)(backups.backup)
    app.command(rich_help_panel=_OPERATORS)(backups.restore)
