"""The command as one Typer application."""

import typer

from .checkout import IN_PROJECT
from .commands import (
    doctor,
    expenses,
    exports,
    inbound,
    ledger,
    reports,
    review,
    runs,
    schedules,
    stating,
    upload,
    workflows,
)

_HELP = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(name="tillroll", no_args_is_help=True, pretty_exceptions_enable=False, context_settings=_HELP)


@app.callback()
def _root() -> None:  # pyright: ignore[reportUnusedFunction] - Typer calls it
    """Receipts become expenses that can be trusted."""


for command in (
    upload.upload,
    stating.voucher,
    stating.mileage,
    stating.per_diem,
    runs.runs,
    runs.run,
    runs.operate,
    workflows.workflows,
    workflows.trigger,
    workflows.status,
    workflows.step,
    review.review,
    expenses.expenses,
    expenses.expense,
    reports.report,
    exports.export,
    exports.exports,
    schedules.schedules,
    schedules.schedule,
    schedules.reschedule,
    doctor.doctor,
):
    app.command()(command)
app.add_typer(ledger.app, name="ledger")
app.add_typer(inbound.app, name="sources")
app.add_typer(inbound.events_app, name="events")

if IN_PROJECT:
    from cli.commands.operating import accounts, audits, making, operators, stored, tokens

    _OPERATORS = "For whoever runs it"
    _DEVELOPERS = "For developers"
    app.add_typer(making.new, name="new", rich_help_panel=_DEVELOPERS)
    app.add_typer(making.remove, name="remove", rich_help_panel=_DEVELOPERS)
    for subject, name in (
        (accounts.app, "account"),
        (tokens.app, "token"),
        (audits.app, "audit"),
        (stored.objects, "objects"),
        (operators.app, "operator"),
        (stored.rates, "rates"),
    ):
        app.add_typer(subject, name=name, rich_help_panel=_OPERATORS)
    app.command(rich_help_panel=_OPERATORS)(stored.backup)
    app.command(rich_help_panel=_OPERATORS)(stored.restore)
