"""What whoever is to pay answers by their link: that they have paid, or that the claim is wrong."""

from tillroll.claims.standing import Moved, NotNow
from tillroll.durable import Statement, statement
from tillroll.notifications.notify import Subject, notify
from tillroll.notifications.topics import CLAIM_ANSWERED
from tillroll.platform.bindings.database import integer
from tillroll.platform.services import Platform
from tillroll.secret_links.links import Link
from tillroll.workflows.claim.rows.claims import Claim, Event
from tillroll.workflows.claim.service.changing import Act, Once, change, dispute_claim


async def say_paid(platform: Platform, link: Link) -> Claim:
    """Note that they say that they have paid: no payment, and once until one is recorded. People are told.

    Raises:
        Unchangeable: nothing is open.
    """
    query = "SELECT COUNT(*) AS n FROM claim_events WHERE run_id = ? AND kind = 'payment'"
    row = await platform.database.first(statement(query, link.thing_id))
    key = f"said_paid:{0 if row is None else integer(row, 'n')}"

    async def said(claim: Claim, now: str) -> Act:
        if not claim.standing.is_issued or claim.standing.is_closed:
            raise NotNow("Nothing of this claim is open.")
        return Act(Moved(claim.standing), Event("said_paid", key, link.actor, now), told(claim, now))

    async def same(_event: Event) -> bool:
        return True

    return await change(platform, link.account_id, link.thing_id, said, Once(key, same))


async def say_wrong(platform: Platform, link: Link, why: str) -> Claim:
    """Dispute it. People are told.

    Raises:
        Unchangeable: nothing is open.
    """
    return await dispute_claim(platform, link.account_id, link.actor, link.thing_id, why, also=told)


def told(claim: Claim, now: str) -> list[Statement]:
    """What tells people of an answer."""
    subject = Subject(claim.run_id, claim.run_id, claim.number or "", occasion=f"answer {claim.version + 1}")
    return [*notify(claim.account_id, CLAIM_ANSWERED, subject, now)]
