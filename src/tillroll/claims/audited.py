"""What claims write into the audit, beside what their runs do."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "claim.issued": "a claim was issued under the next number of its account and year",
    "claim.presented": "a claim was presented to whoever is to pay",
    "claim.payment": "a payment was recorded; `applied` minor units of it belong to the claim",
    "claim.reversed": "a payment of a claim was taken back: it was recorded by mistake, or it bounced",
    "claim.written_off": "what was not paid of a claim was given up",
    "claim.refunded": "what was owed back to whoever paid a claim was sent back",
    "claim.credited": "a part of a claim was taken back by a credit note",
    "claim.withdrawn": "a claim was taken back as a whole",
    "claim.disputed": "whoever is to pay said that a claim is wrong",
    "claim.resolved": "a dispute of a claim was over",
    "claim.said_paid": "whoever is to pay said by a link that they have paid",
    "claim_link.created": "a link was made by which whoever is to pay sees a claim until it expires",
    "claim_link.revoked": "such a link was taken back",
    "claim.reminder": "a claim that was due was asked for",
    "claim.second_reminder": "a claim that was due was asked for again",
    "claim.escalation": "people of the account were told that a claim is not paid",
}
