"""The command as one Typer application."""

import typer

from .checkout import IN_PROJECT
from .commands import (
    archive,
    bulk,
    claims,
    doctor,
    expenses,
    exports,
    inbound,
    jobs,
    ledger,
    notices,
    payment_files,
    payouts,
    people,
    privacy,
    received_mail,
    reports,
    review,
    runs,
    schedules,
    stating,
    upload,
    webhooks,
    workflows,
)

_HELP = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(name="tillroll", no_args_is_help=True, pretty_exceptions_enable=False, context_settings=_HELP)


@app.callback(help=expenses.WHAT_FOR)
def _root() -> None:  # pyright: ignore[reportUnusedFunction] - Typer calls it
    """Durable, audited workflows."""


for command in (
    upload.upload,
    stating.voucher,
    stating.mileage,
    stating.per_diem,
    runs.runs,
    runs.run,
    runs.operate,
    bulk.bulk,
    bulk.bulks,
    workflows.workflows,
    workflows.trigger,
    workflows.signal,
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
    archive.archive,
    jobs.jobs,
    doctor.doctor,
):
    app.command()(command)
app.add_typer(ledger.app, name="ledger")
app.add_typer(claims.app, name="claims")
app.add_typer(payouts.app, name="payouts")
app.add_typer(payouts.payees_app, name="payees")
app.add_typer(payment_files.app, name="payment-files")
app.add_typer(people.app, name="people")
app.add_typer(privacy.app, name="privacy")
app.add_typer(notices.app, name="notices")
app.add_typer(inbound.app, name="sources")
app.add_typer(inbound.events_app, name="events")
app.add_typer(webhooks.endpoints_app, name="endpoints")
app.add_typer(webhooks.deliveries_app, name="deliveries")
app.add_typer(received_mail.app, name="mail")

if IN_PROJECT:
    from cli.commands.operations import (
        accounts,
        audits,
        backups,
        making,
        operators,
        playing,
        projects,
        rates,
        replaying,
        secrets,
        stored,
        tokens,
    )

    _OPERATORS = "For whoever runs it"
    _DEVELOPERS = "For developers"
    app.add_typer(making.new, name="new", rich_help_panel=_DEVELOPERS)
    app.add_typer(making.remove, name="remove", rich_help_panel=_DEVELOPERS)
    app.command(rich_help_panel=_DEVELOPERS)(projects.upgrade)
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
    ):
        app.add_typer(subject, name=name, rich_help_panel=_OPERATORS)
    app.command(rich_help_panel=_OPERATORS)(backups.backup)
    app.command(rich_help_panel=_OPERATORS)(backups.restore)
