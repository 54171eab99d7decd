"""The claim workflow as a value: all that is its own."""

from tillroll.durable import Allowed, Trigger, Workflow
from tillroll.mail.settings import MailSettings
from tillroll.workflows.claim import contract
from tillroll.workflows.claim.body import claim_v1
from tillroll.workflows.claim.rows.claims import withdraw_draft
from tillroll.workflows.claim.rows.files import OBJECTS_IN_USE
from tillroll.workflows.claim.service.asking import begin_claim

CLAIM = Workflow(
    contract=contract.CLAIM_V1,
    body=claim_v1,
    params=contract.ClaimParams,
    settings=(MailSettings,),
    objects_in_use=OBJECTS_IN_USE,
    when_undone=lambda run, _now: [withdraw_draft(run.id)],
    allowed=Allowed(
        trigger="book",
        decide="approve",
        operate="operate",
        signals={contract.CHANGED.name: "operate", contract.MAILED.name: "operate"},
    ),
    own_signals=(contract.CHANGED.name, contract.MAILED.name),
    trigger=Trigger(begin_claim, moves_money=True),
)
