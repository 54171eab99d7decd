"""What is done each minute: the jobs of all features. Wiring only, apart from entry.py since no request needs what it
imports."""

from typing import Final

from tillroll.ai.jobs import JOBS as AI_JOBS
from tillroll.audit.jobs import audit_jobs
from tillroll.claims.jobs import JOBS as CLAIM_JOBS
from tillroll.conversion.jobs import JOBS as RATE_JOBS
from tillroll.deployed import KEPT_SECRETS
from tillroll.durable.declared import of_all
from tillroll.durable.operating.jobs import durable_jobs
from tillroll.durable.record.archive import BUNDLES_IN_USE
from tillroll.expenses.jobs import expense_jobs
from tillroll.idempotency.jobs import JOBS as IDEMPOTENCY_JOBS
from tillroll.identity.jobs import JOBS as SIGN_IN_JOBS
from tillroll.inbound.effects import Inbound
from tillroll.inbound.jobs import inbound_jobs
from tillroll.jobs.job import Job
from tillroll.jobs.tick import tick
from tillroll.ledger.jobs import JOBS as LEDGER_JOBS
from tillroll.mail.jobs import FAILURES, mail_jobs
from tillroll.notifications.jobs import notice_jobs
from tillroll.observability.jobs import observability_jobs
from tillroll.onboarding.billing import JOBS as ONBOARDING_JOBS
from tillroll.payouts.batches.workflow import JOBS as PAYOUT_BATCH_JOBS
from tillroll.payouts.jobs import JOBS as PAYOUT_JOBS
from tillroll.platform.encryption import reencrypt
from tillroll.platform.services import Platform
from tillroll.privacy.data_export.jobs import JOBS as DATA_EXPORT_JOBS
from tillroll.privacy.erasure.repository import BEING_ERASED
from tillroll.quotas.jobs import JOBS as QUOTA_JOBS
from tillroll.receipts.jobs import JOBS as RECEIPT_JOBS
from tillroll.receipts.upload_checks import check_paper
from tillroll.received_mail.jobs import mailed_in_jobs
from tillroll.received_mail.repository import OBJECTS_IN_USE as RAW_MAIL
from tillroll.webhooks.jobs import JOBS as WEBHOOK_JOBS
from tillroll.workflows.registry import CONSUMERS, REGISTRY, TEXTS


async def _reencrypt(platform: Platform) -> None:
    await reencrypt(platform, KEPT_SECRETS)


JOBS: Final[tuple[Job, ...]] = (
    *durable_jobs(REGISTRY, of_all((REGISTRY.objects_in_use, RAW_MAIL, BUNDLES_IN_USE))),
    *AI_JOBS,
    *audit_jobs(left_alone=BEING_ERASED),
    *RATE_JOBS,
    *expense_jobs(TEXTS),
    *LEDGER_JOBS,
    *IDEMPOTENCY_JOBS,
    *notice_jobs(FAILURES),
    *QUOTA_JOBS,
    *mail_jobs(REGISTRY),
    *SIGN_IN_JOBS,
    *inbound_jobs(Inbound(REGISTRY, CONSUMERS)),
    *CLAIM_JOBS,
    *mailed_in_jobs(check_paper),
    *DATA_EXPORT_JOBS,
    *PAYOUT_JOBS,
    *PAYOUT_BATCH_JOBS,
    *ONBOARDING_JOBS,
    *WEBHOOK_JOBS,
    Job("secrets", _reencrypt, 15),
    *RECEIPT_JOBS,
    *observability_jobs(REGISTRY.contracts),
)
"""The one list."""


async def do_each_minute(platform: Platform) -> None:
    """One tick of all jobs."""
    await tick(platform, JOBS)
