"""Asking for a payout: its row and its run are one batch."""

from typing import Any

from tillroll.durable import (
    Actor,
    NotBegun,
    Triggered,
    ValuesRefused,
    Workflow,
    begin,
)
from tillroll.durable.beginning import check_same
from tillroll.ledger.record.accounts import AnotherAccount
from tillroll.payments.pain.characters import Unwritable, in_sepa
from tillroll.payments.pain.initiation import CURRENCY, LARGEST_CENTS, LONGEST_PURPOSE
from tillroll.payments.settings import PaymentSettings
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.workflows.payout.books import company, open_accounts
from tillroll.workflows.payout.contract import PayoutParams
from tillroll.workflows.payout.rows import NewPayout, Payee, insert_payout, load_payee
from tillroll.workflows.payout.service.changes import What, waiting_of


async def begin_payout(platform: Platform, workflow: Workflow, actor: Actor, params: Any, key: str | None) -> Triggered:
    """Begin a payout, once under a key.

    Raises:
        ValuesRefused: nothing is paid here, or the account has no such payee, or an account of its ledger stands in the
            way.
        KeyReused: the key stands for another payout.
    """
    asked = PayoutParams.model_validate(params)
    payee = await prepare(platform, actor, asked)
    new = NewPayout(actor.account_id, payee.id, asked.currency, asked.amount, asked.reference, actor.name)
    cause = f"payout:{key or new_id('ask')}"
    try:
        run = await begin(
            platform,
            workflow,
            asked,
            actor,
            key=cause,
            also=lambda run, now: [insert_payout(new, run.id, now)],
        )
    except NotBegun as error:
        raise ValuesRefused([("payeeId", "The payee was archived a moment ago.")]) from error
    if not run.is_new:
        check_same(workflow, asked, run.params, cause)
    return Triggered(run.id)


async def prepare(platform: Platform, actor: Actor, asked: PayoutParams) -> Payee:
    """Whom a payout pays, with the accounts of the ledger that it needs.

    Raises:
        ValuesRefused: it could not be paid or booked.
    """
    payee = await load_payee(platform.database, actor.account_id, asked.payee_id)
    if payee is None or payee.archived_at is not None:
        raise ValuesRefused([("payeeId", "Name a payee of this account: GET /api/payees lists them.")])
    _check(platform.settings.of(PaymentSettings), payee, asked)
    # The first payout would make that account, without a bound, for good.
    if await waiting_of(platform.database, actor.account_id, What.ACCOUNT, company(asked.currency)):
        said = f"The bound of {company(asked.currency)} waits for a second person: have it confirmed or rejected first."
        raise ValuesRefused([("currency", said)])
    try:
        await open_accounts(platform, actor.account_id, actor.name, payee.id, asked.currency)
    except AnotherAccount as error:
        said = f"The ledger has an account {error} of another currency, side or limit: no payout can be booked."
        raise ValuesRefused([("currency", said)]) from error
    return payee


def _check(settings: PaymentSettings, payee: Payee, asked: PayoutParams) -> None:
    """
    Raises:
        ValuesRefused: nobody pays this payee for the account, or a file for the bank cannot have the payment.
    """
    if not payee.is_by_file:
        if not settings.pays_for(payee.account_id):
            said = "This deployment pays nobody for this account: set PAYMENTS_API_KEY, _ACCOUNT and _PAYER."
            raise ValuesRefused([("payeeId", said)])
        return
    if settings.debtor_for(payee.account_id) is None:
        said = "This deployment has no bank account for this account: set PAYMENTS_DEBTOR_NAME, _IBAN and _PAYER."
        raise ValuesRefused([("payeeId", said)])
    if asked.currency != CURRENCY:
        raise ValuesRefused([("currency", f"A file for the bank pays in {CURRENCY} only.")])
    if asked.amount > LARGEST_CENTS:
        raise ValuesRefused([("amount", f"A file for the bank pays at most {LARGEST_CENTS} cents at once.")])
    try:
        written = in_sepa(asked.reference)
    except Unwritable as error:
        raise ValuesRefused([("reference", f"A file for the bank cannot have it: {error}.")]) from error
    if len(written) > LONGEST_PURPOSE:
        raise ValuesRefused([("reference", f"It has {len(written)} characters; a file takes {LONGEST_PURPOSE}.")])
