"""A claim as whoever is to pay is told of it."""

from tillroll.platform.json import JsonObject
from tillroll.receipts.amounts.money import Money
from tillroll.workflows.claim.contract import ClaimTold
from tillroll.workflows.claim.rows.claims import Claim


def told_of(claim: Claim, stage: str) -> JsonObject:
    """The payload of `claim.asked`, of a claim that was issued."""
    standing = claim.standing
    return ClaimTold(
        claim_id=claim.run_id,
        number=claim.number or "",
        stage=stage,
        payer_name=claim.payer_name,
        currency=standing.currency,
        total=Money(standing.claimed - standing.credited, standing.currency).to_decimal_string(),
        open=Money(standing.open, standing.currency).to_decimal_string(),
        due_on="" if standing.due_on is None else standing.due_on.isoformat(),
    ).model_dump(mode="json")
