"""What is done each minute. Wiring only, apart from entry.py since no request needs what it imports."""

from tillroll.ai.interrupted_calls import settle_interrupted
from tillroll.audit.sealing.rounds import seal_and_verify
from tillroll.conversion.rates_update import update_rates
from tillroll.durable.operating.reconciliation.reconciler import Mended, reconcile
from tillroll.durable.operating.schedules.ticking import begin_due
from tillroll.expenses.finding.indexing import index_waiting
from tillroll.expenses.sorting.acts.continuing import continue_acts
from tillroll.expenses.sorting.plans import PLANS
from tillroll.idempotency.keys import sweep_keys
from tillroll.inbound.effects import Inbound
from tillroll.inbound.working import sweep
from tillroll.ledger.record.expiring import expire_due
from tillroll.notifications.watching import tell_of_events
from tillroll.observability.observing import observe
from tillroll.platform import log
from tillroll.platform.services import Platform
from tillroll.webhooks.telling import tell_of_disabled
from tillroll.workflows.mail.service.notices import FAILURES, mail_notices
from tillroll.workflows.registry import CONSUMERS, REGISTRY, TEXTS


async def do_each_minute(platform: Platform) -> None:
    """Each part whatever became of the others; observability last, to see the rest."""
    mended: Mended | None = None

    async def mend() -> None:
        nonlocal mended
        mended = await reconcile(platform, REGISTRY.contracts, REGISTRY.objects_in_use)
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
        "mail": mail_notices(platform, REGISTRY),
        "inbound": work_off_overdue(),
        "endpoints": tell_of_disabled(platform),
        "observability": watch(),
    }
    for name, part in parts.items():
        try:
            await part
        except Exception as error:  # noqa: BLE001 - the next minute does it again; what watches must still run
            log.crash("cron.failed", error, source=name)
