"""What a new account's owner is set up with, as options of the command."""

from enum import StrEnum
from typing import Annotated

import typer


class PlanName(StrEnum):
    """As `tillroll.onboarding.provider`."""

    FREE = "free"
    TEAM = "team"
    BUSINESS = "business"


Mail = Annotated[
    str | None,
    typer.Option(
        help="The owner's mail address: their welcome and the account's invoices go there."
    ),
]
PlanOption = Annotated[PlanName, typer.Option(help="What the account pays for.")]
