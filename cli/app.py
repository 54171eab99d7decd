"""What the product adds to the command `tillroll`: cli/pyproject.toml names `add`."""

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    import typer


def add(app: "typer.Typer") -> None:
    """Add the product's commands to an application."""
    app.info.help = expenses.WHAT_FOR
    for command in (
        upload.upload,
        runs.runs,
        runs.run,
        runs.steps,
        runs.operate,
        runs.restart,
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
        (schedules.app, "schedules"),
    ):
        app.add_typer(subject, name=name)
    if IN_PROJECT:
        from cli.commands.operations.adding import add_all

        add_all(app)
