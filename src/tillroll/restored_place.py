"""A place that a backup was restored into: what left the old one behind the backup is not known
here. Until somebody says what it was, nothing new is paid and no number is given out."""

from typing import Final

from tillroll_durable.jobs.scans import position_of
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.refusals import Kind, Refusal

HOLD: Final = "restored: what left"
"""The cursor that `tillroll restore` sets; `tillroll endings repeat` and `endings nothing` take it
away."""


class LeftUnknown(Refusal):
    """What left the old place is not known. Nothing was done."""

    kind = Kind("left-unknown", 409, "What left the old place is not known here", may_pass=True)
    explanation = (
        "The database was restored. The operator says first what left behind the backup: "
        "tillroll endings repeat FILE, or tillroll endings nothing."
    )


async def is_held(database: Database) -> bool:
    """Whether nobody has said yet what left the old place."""
    return bool(await position_of(database, HOLD))


async def check_what_left(database: Database) -> None:
    """Raises LeftUnknown: the same may have been paid, or the number given out, before."""
    if await is_held(database):
        raise LeftUnknown
