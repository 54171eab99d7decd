"""Who pays a payout: the provider, or a file for the bank."""

from tillroll.durable import AccessDenied
from tillroll.payments.provider import Payment, PaymentHistory, Payments
from tillroll.payments.settings import PaymentSettings
from tillroll.payments.stripe import Stripe
from tillroll.platform.services import Platform
from tillroll.workflows.payout.by_file.instructions import PaymentsByFile
from tillroll.workflows.payout.rows import BY_FILE, Payout


def payments_of(platform: Platform, payout: Payout) -> Payments:
    """Who pays this payout, by its payee.

    Raises:
        AccessDenied: nobody does.
    """
    return PaymentsByFile(platform) if payout.paid_by == BY_FILE else provider(platform)


def history_of(platform: Platform, payout: Payout) -> PaymentHistory:
    """What whoever pays this payout has of its payments.

    Raises:
        AccessDenied: nobody does.
    """
    return PaymentsByFile(platform) if payout.paid_by == BY_FILE else _stripe(platform)


def provider(platform: Platform) -> Payments:
    """The provider that pays for this deployment.

    Raises:
        AccessDenied: there is none.
    """
    return _stripe(platform)


def _stripe(platform: Platform) -> Stripe:
    settings = platform.settings.of(PaymentSettings)
    if not settings.pays:
        raise AccessDenied("this deployment has no PAYMENTS_API_KEY")
    return Stripe(platform.http, settings)


def asked_of(payout: Payout) -> Payment:
    """The payment of a payout, as it is asked for."""
    return Payment(
        ours=payout.run_id,
        recipient=payout.recipient,
        method=payout.method,
        currency=payout.currency,
        amount=payout.amount,
        description=payout.reference,
    )
