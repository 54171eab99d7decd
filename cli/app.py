"""The command as one Typer application."""

import sys
from typing import Annotated

import typer

from . import VERSION
from .checkout import IN_PROJECT
from .commands import (
    api,
    archive,
    bank,
    bulk,
    claims,
    deliveries,
    doctor,
    expenses,
    exports,
    jobs,
    models,
    payment_files,
    payouts,
    review,
    runs,
    schedules,
    seals,
    upload,
    workflows,
)

_HELP = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    name="tillroll", no_args_is_help=True, pretty_exceptions_enable=False, context_settings=_HELP
)


def _say_version(is_asked: bool) -> None:
    if is_asked:
        sys.stdout.write(f"{app.info.name} {VERSION}\n")
        raise typer.Exit


@app.callback(help=expenses.WHAT_FOR)
def _root(  # pyright: ignore[reportUnusedFunction] - Typer calls it
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Say which version this is.", callback=_say_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Durable, audited workflows."""


for command in (
    upload.upload,
    runs.runs,
    runs.run,
    runs.steps,
    runs.operate,
    bulk.bulk,
    bulk.bulks,
    workflows.workflows,
    workflows.trigger,
    workflows.signal,
    workflows.status,
    workflows.step,
    workflows.query,
    review.review,
    expenses.expenses,
    expenses.expense,
    seals.seals,
    exports.export,
    exports.exports,
    schedules.schedules,
    archive.archive,
    jobs.jobs,
    doctor.doctor,
):
    app.command()(command)
app.command(context_settings={"help_option_names": []})(api.api)
for subject, name in (
    (claims.app, "claims"),
    (bank.app, "bank"),
    (payouts.app, "payouts"),
    (payment_files.app, "payment-files"),
    (deliveries.app, "deliveries"),
    (models.app, "models"),
):
    app.add_typer(subject, name=name)

if IN_PROJECT:
    from cli.commands.operations import (
        accounts,
        audits,
        backups,
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

    _OPERATORS = "For whoever runs it"
    _DEVELOPERS = "For developers"
    app.add_typer(making.new, name="new", rich_help_panel=_DEVELOPERS)
    app.add_typer(making.remove, name="remove", rich_help_panel=_DEVELOPERS)
    app.command(rich_help_panel=_DEVELOPERS)(playing.play)
    app.command(rich_help_panel=_DEVELOPERS)(replaying.replay)
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
    app.command(rich_help_panel=_OPERATORS)(deploying.deploy)
    app.command(rich_help_panel=_OPERATORS)(deploying.rollback)
    app.command(rich_help_panel=_OPERATORS)(verifying.verify)
    # What stands behind the first word is wrangler's, options too.
    passed_on = {"ignore_unknown_options": True, "allow_interspersed_args": False}
    app.command(rich_help_panel=_OPERATORS, context_settings=passed_on)(wrangling.wrangler)
    app.command(rich_help_panel=_OPERATORS)(backups.backup)
    app.command(rich_help_panel=_OPERATORS)(backups.restore)
