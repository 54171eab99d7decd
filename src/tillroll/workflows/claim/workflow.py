"""The claim workflow as values, a version each: all that is its own."""

from dataclasses import replace

from tillroll.durable import Allowed, Trigger, Workflow
from tillroll.mail.settings import MailSettings
from tillroll.workflows.claim import contract
from tillroll.workflows.claim.body import claim_v1, claim_v2, claim_v3
from tillroll.workflows.claim.rows.claims import withdraw_draft
from tillroll.workflows.claim.rows.files import OBJECTS_IN_USE
from tillroll.workflows.claim.service.asking import begin_claim

_ALLOWED = Allowed(trigger="book", decide="approve", operate="operate", signals={contract.CHANGED.name: "operate"})

CLAIM = Workflow(
    contract=contract.CLAIM_V3,
    body=claim_v3,
    params=contract.ClaimParams,
    settings=(MailSettings,),
    objects_in_use=OBJECTS_IN_USE,
    when_undone=lambda run, _now: [withdraw_draft(run.id)],
    allowed=replace(_ALLOWED, signals={**_ALLOWED.signals, contract.MAILED.name: "operate"}),
    own_signals=(contract.CHANGED.name, contract.MAILED.name),
    trigger=Trigger(begin_claim),
)
# For runs that began under them.
CLAIM_V2 = replace(CLAIM, contract=contract.CLAIM_V2, body=claim_v2, allowed=_ALLOWED)
CLAIM_V1 = replace(CLAIM, contract=contract.CLAIM_V1, body=claim_v1, allowed=_ALLOWED)
