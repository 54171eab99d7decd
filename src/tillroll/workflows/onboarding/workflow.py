"""Onboarding as one value: all that is its own."""

from tillroll.billing.settings import BillingSettings
from tillroll.durable import Allowed, Trigger, Workflow
from tillroll.workflows.onboarding import contract
from tillroll.workflows.onboarding.asking import begin_onboarding
from tillroll.workflows.onboarding.body import onboarding_v1

ONBOARDING = Workflow(
    contract=contract.ONBOARDING_V1,
    body=onboarding_v1,
    params=contract.OnboardingParams,
    subject=contract.subject_of,
    settings=(BillingSettings,),
    sentences=contract.SENTENCES,
    allowed=Allowed(trigger="onboarding", decide="review", operate="operate"),
    trigger=Trigger(begin_onboarding),
)
