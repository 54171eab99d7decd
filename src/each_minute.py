"""What is done each minute. Wiring only, apart from entry.py since no request needs what it imports."""

from tillroll.ai.interrupted_calls import settle_interrupted
from tillroll.api.accounts.sweeping import sweep_sign_ins
from tillroll.api.files.by_mail import check_paper
from tillroll.audit.archiving.moving import archive_old
from tillroll.audit.sealing.rounds import seal_and_verify
from tillroll.conversion.rates_update import update_rates
from tillroll.deployed import KEPT_SECRETS
from tillroll.durable.objects import of_all
from tillroll.durable.operating.archiving.verifying import verify_files
from tillroll.durable.operating.reconciliation.reconciler import Mended, reconcile
from tillroll.durable.operating.schedules.ticking import begin_due
from tillroll.durable.record.archive.archived import BUNDLES_IN_USE
from tillroll.expenses.finding.indexing import index_waiting
from tillroll.expenses.sorting.acts.continuing import continue_acts
from tillroll.expenses.sorting.plans import PLANS
from tillroll.idempotency.keys import sweep_keys
from tillroll.inbound.effects import Inbound
from tillroll.inbound.working import sweep
from tillroll.ledger.record.expiring import expire_due
from tillroll.mailed_in.forgetting import forget_raw_mail
from tillroll.mailed_in.rows import OBJECTS_IN_USE as RAW_MAIL
from tillroll.mailed_in.working import sweep as sweep_mail
from tillroll.notifications.sweeping import sweep_notices
from tillroll.notifications.watching import tell_of_events
from tillroll.observability.observing import observe
from tillroll.platform import log
from tillroll.platform.rotation.reencryption import reencrypt
from tillroll.platform.services import Platform
from tillroll.quotas.telling import tell_of_quotas
from tillroll.webhooks.sweeping import sweep_deliveries
from tillroll.webhooks.telling import tell_of_disabled
from tillroll.workflows.claim.mailing.telling import tell_mailed
from tillroll.workflows.claim.service.changing import tell_changes
from tillroll.workflows.claim.service.noting import write_notes
from tillroll.workflows.data_export.service.sweeping import sweep_data_exports
from tillroll.workflows.erasure.rows import BEING_ERASED
from tillroll.workflows.mail.service.notices import FAILURES, mail_notices
from tillroll.workflows.mail.service.sweeping import forget_old_mail
from tillroll.workflows.onboarding.strays import end_strays
from tillroll.workflows.payout.by_file.answering import tell_of_ended
from tillroll.workflows.payout.service.auditing import audit_payments
from tillroll.workflows.payout.service.changes import settle_changes
from tillroll.workflows.payout.service.late import book_late as book_late_payments
from tillroll.workflows.payout.service.settling import call_back_strays, look_after_payments
from tillroll.workflows.payout_batch.asking import tell_of_ended_batches
from tillroll.workflows.receipt.service.originals import make_bare
from tillroll.workflows.registry import CONSUMERS, REGISTRY, TEXTS


async def do_each_minute(platform: Platform) -> None:
    """Each part whatever became of the others; observability last, to see the rest."""
    mended: Mended | None = None

    async def mend() -> None:
        nonlocal mended
        mended = await reconcile(
            platform, REGISTRY.contracts, of_all((REGISTRY.objects_in_use, RAW_MAIL, BUNDLES_IN_USE))
        )
        if any(vars(mended).values()):
            log.warning("reconciler.mended", mended=vars(mended))

    async def work_off_overdue() -> None:
        await sweep(platform, Inbound(REGISTRY, CONSUMERS))

    async def watch() -> None:
        await observe(platform, REGISTRY.contracts, None if mended is None else vars(mended))

    parts = {
        "schedules": begin_due(platform, REGISTRY),
        "reconciler": mend(),
        "ai calls": settle_interrupted(platform),
        "seals": seal_and_verify(platform),
        "rates": update_rates(platform),
        "words": index_waiting(platform, TEXTS),
        "ledger": expire_due(platform),
        "acts": continue_acts(platform, PLANS),
        "idempotency keys": sweep_keys(platform),
        "notices": tell_of_events(platform, FAILURES),
        "quotas": tell_of_quotas(platform),
        "mail": mail_notices(platform, REGISTRY),
        "old notices": sweep_notices(platform),
        "old mail": forget_old_mail(platform),
        "old sign-ins": sweep_sign_ins(platform),
        "inbound": work_off_overdue(),
        "claims": tell_changes(platform),
        "claims by mail": tell_mailed(platform),
        "credit notes": write_notes(platform),
        "received mail": sweep_mail(platform, check_paper),
        "data exports": sweep_data_exports(platform),
        "raw mail": forget_raw_mail(platform),
        "payments": look_after_payments(platform),
        "payments by file": tell_of_ended(platform),
        "payout batches": tell_of_ended_batches(platform),
        "stray payments": call_back_strays(platform),
        "payout changes": settle_changes(platform),
        "late payments": book_late_payments(platform),
        "audit of payments": audit_payments(platform),
        "stray customers": end_strays(platform),
        "endpoints": tell_of_disabled(platform),
        "deliveries": sweep_deliveries(platform),
        "secrets": reencrypt(platform, KEPT_SECRETS),
        "originals": make_bare(platform),
        "archive": archive_old(platform, but=BEING_ERASED),
        "archive's files": verify_files(platform),
        "observability": watch(),
    }
    for name, part in parts.items():
        try:
            await part
        except Exception as error:  # noqa: BLE001 - the next minute does it again; what watches must still run
            log.crash("cron.failed", error, source=name)
