"""Jobs of signing in: codes that ended are kept for a month, and so is what was refused."""

from datetime import timedelta
from typing import Final

from tillroll.identity.browser import SESSION_SECONDS
from tillroll.identity.refusals import KEPT as REFUSED_KEPT
from tillroll.identity.refusals import sweep_refused
from tillroll.jobs.job import Job
from tillroll.platform.bindings.database import statement
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.platform.tables import Kept

CODES_KEPT: Final = timedelta(days=30)
_AT_ONCE: Final = 500
_CODES: Final = """
  DELETE FROM sign_in_codes WHERE hash IN (
    SELECT hash FROM sign_in_codes WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2
  ) RETURNING hash
"""


async def sweep_sign_ins(platform: Platform) -> None:
    """Delete some of the codes that ended longer ago than CODES_KEPT, and what is counted of refused sign-ins."""
    before = to_text(platform.clock.now() - CODES_KEPT)
    gone = await platform.database.all(statement(_CODES, before, _AT_ONCE))
    platform.turn.has_more(where=len(gone) == _AT_ONCE)
    await sweep_refused(platform)


JOBS: Final = (Job("old sign-ins", sweep_sign_ins, 5, timedelta(minutes=10)),)


RETENTION: Final = (
    Kept(
        "sign-in codes",
        "an hour; an invitation three days, a recovery one. The row, a hash, for {} after that",
        period=CODES_KEPT,
        sweep=sweep_sign_ins,
    ),
    Kept("refused sign-ins, by the hour and the network", "{}", period=REFUSED_KEPT, sweep=sweep_refused),
    Kept("sessions", "{}", "KV", timedelta(seconds=SESSION_SECONDS)),
)
