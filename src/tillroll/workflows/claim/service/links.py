"""Links by which whoever is to pay a claim sees it without a session."""

from datetime import datetime, timedelta
from typing import Final

from tillroll.durable import Actor
from tillroll.platform.services import Platform
from tillroll.secret_links.links import Link, LinkTable, NewLink
from tillroll.secret_links.links import list_links as list_of
from tillroll.secret_links.links import make_link as make
from tillroll.secret_links.links import new_link as new
from tillroll.workflows.claim.rows.claims import load_claim
from tillroll.workflows.claim.service.changing import NoSuchClaim

CLAIM_LINKS: Final = LinkTable(
    name="claim_links",
    column="run_id",
    thing="claim",
    created="claim_link.created",
    revoked="claim_link.revoked",
    id_prefix="cln",
    marked="clk_",
)


async def make_link(platform: Platform, actor: Actor, run_id: str, days: int) -> tuple[Link, str]:
    """A link, and its token.

    Raises:
        NoSuchClaim: the account has none of that id.
    """
    await _check(platform, actor.account_id, run_id)
    return await make(platform, CLAIM_LINKS, actor, run_id, timedelta(days=days))


def new_link(actor: Actor, run_id: str, days: int, now: datetime) -> NewLink:
    """A link to a claim of the actor's account, for a batch."""
    return new(CLAIM_LINKS, actor, run_id, timedelta(days=days), now)


async def list_links(platform: Platform, account_id: str, run_id: str) -> list[Link]:
    """The newest first, also those that have ended; at most 100.

    Raises:
        NoSuchClaim: the account has none of that id.
    """
    await _check(platform, account_id, run_id)
    return await list_of(platform, CLAIM_LINKS, account_id, run_id)


async def _check(platform: Platform, account_id: str, run_id: str) -> None:
    if await load_claim(platform.database, run_id, account_id) is None:
        raise NoSuchClaim(run_id)
