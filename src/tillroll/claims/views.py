"""Claims as they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.claims.files import ClaimFile, list_claim_files
from tillroll.claims.letters import ClaimMail, list_claim_mails
from tillroll.claims.repository import Claim, Event, Item, claim_of, list_events, list_items, load_claim
from tillroll.claims.service import NoSuchClaim
from tillroll.durable import statement
from tillroll.platform.bindings.database import text
from tillroll.platform.services import Platform

# As `Standing.state` calls it.
_STATE: Final = """
  CASE WHEN is_withdrawn = 1 THEN 'withdrawn' WHEN due_on IS NULL THEN 'draft' WHEN credited = claimed THEN 'credited'
    WHEN claimed = credited + applied THEN 'paid' WHEN is_disputed = 1 THEN 'disputed' WHEN due_on < ?5 THEN 'overdue'
    WHEN applied > 0 THEN 'part_paid' ELSE 'issued' END
"""
_LISTED: Final = f"""
  SELECT claims.*, runs.state AS run_state FROM claims JOIN runs ON runs.id = claims.run_id
  WHERE claims.account_id = ?1 AND claims.run_id < ?2 AND (?4 IS NULL OR ?4 = {_STATE})
  ORDER BY claims.run_id DESC LIMIT ?3
"""  # noqa: S608 - constants


@dataclass(frozen=True)
class Seen:
    """A claim, with where its run stands."""

    claim: Claim
    run_state: str


@dataclass(frozen=True)
class SeenWhole(Seen):
    """With the expenses in it, what happened to it, its files and its mails."""

    items: Sequence[Item]
    events: Sequence[Event]
    files: Sequence[ClaimFile]
    mails: Sequence[ClaimMail]


async def list_claims(
    platform: Platform, account_id: str, behind: str, wanted: int, state: str | None = None
) -> list[Seen]:
    """The newest first, `behind` an id; of one state today, or all."""
    today = platform.clock.now().date().isoformat()
    rows = await platform.database.all(statement(_LISTED, account_id, behind, wanted, state, today))
    return [Seen(claim_of(row), text(row, "run_state")) for row in rows]


async def show_claim(platform: Platform, account_id: str, run_id: str) -> SeenWhole:
    """
    Raises:
        NoSuchClaim: the account has none of this id.
    """
    claim = await load_claim(platform.database, run_id, account_id)
    run = await platform.database.first(statement("SELECT state FROM runs WHERE id = ?", run_id))
    if claim is None or run is None:
        raise NoSuchClaim(run_id)
    items = await list_items(platform.database, run_id)
    events, files = await list_events(platform.database, run_id), await list_claim_files(platform.database, run_id)
    mails = await list_claim_mails(platform.database, run_id)
    return SeenWhole(claim, text(run, "state"), items, events, files, mails)
