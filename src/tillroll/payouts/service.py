"""Payouts: asked for, shown, listed, and those that may be the same once more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tillroll.durable import Actor, NotBegun, Triggered, ValuesRefused, Workflow, begin, statement
from tillroll.durable.beginning import check_same
from tillroll.ledger.accounts import AnotherAccount
from tillroll.payouts.bank_files.ibans import Unwritable, in_sepa
from tillroll.payouts.bank_files.pain import CURRENCY, LARGEST_CENTS, LONGEST_PURPOSE
from tillroll.payouts.bank_files.repository import WAITING
from tillroll.payouts.books import company, open_accounts
from tillroll.payouts.changes import What, waiting_of
from tillroll.payouts.contract import PAY, PayoutParams
from tillroll.payouts.repository import OUTCOME, NewPayout, Payee, insert_payout, load_payee
from tillroll.payouts.settings import PaymentSettings
from tillroll.platform.bindings.database import Database, Row, of_row, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import dump
from tillroll.platform.services import Platform


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


_SHOWN: Final = f"""
  SELECT p.run_id, p.payee_id, e.name AS payee_name, p.currency, p.amount, p.reference, p.asked_by, r.state, r.status,
    json_extract(r.external_ids, '$."{PAY.name}"') AS payment_id, p.payment_status, p.payment_reason,
    r.failure_class, p.batch_id, p.settled_as, p.settled_by, p.settled_at, p.created_at,
    e.archived_at AS payee_archived_at,
    EXISTS (SELECT 1 FROM payment_instructions i WHERE i.run_id = p.run_id AND {WAITING}) AS waits_for_file
  FROM payouts p JOIN payees e ON e.id = p.payee_id JOIN runs r ON r.id = p.run_id
"""  # noqa: S608 - constants


@dataclass(frozen=True)
class PayoutSeen:
    """A payout with where its run stands. Amounts are minor units. `settled_as`, paid or not_paid, is what a person has
    said became of it, where nobody else could. `waits_for_file`: a file for the bank takes it, and nobody made one;
    where the payee was archived, only by a person's word."""

    id: str
    payee_id: str
    payee_name: str
    currency: str
    amount: int
    reference: str
    asked_by: str
    state: str
    status: str
    payment_id: str | None
    payment_status: str | None
    payment_reason: str | None
    failure_class: str | None
    settled_as: str | None
    settled_by: str | None
    settled_at: str | None
    batch_id: str | None
    waits_for_file: bool
    payee_archived_at: str | None
    created_at: str


async def show_payout(platform: Platform, account_id: str, run_id: str) -> PayoutSeen | None:
    """One payout of the account; None where it has none of this id."""
    row = await platform.database.first(
        statement(f"{_SHOWN} WHERE p.run_id = ? AND p.account_id = ?", run_id, account_id)
    )
    return None if row is None else _seen(row)


async def list_payouts(
    platform: Platform, account_id: str, state: str | None, batch_id: str | None, behind: str, wanted: int
) -> list[PayoutSeen]:
    """The newest first, `behind` an id; of one batch, where that is given."""
    query = f"""
      {_SHOWN} WHERE p.account_id = ?1 AND p.run_id < ?2 AND (?3 IS NULL OR r.state = ?3)
        AND (?5 IS NULL OR p.batch_id = ?5)
      ORDER BY p.run_id DESC LIMIT ?4
    """
    rows = await platform.database.all(statement(query, account_id, behind, state, wanted, batch_id))
    return [_seen(row) for row in rows]


def _seen(row: Row) -> PayoutSeen:
    return of_row(PayoutSeen, row, id=text(row, "run_id"))


WITHIN: Final = timedelta(days=30)
_MOST: Final = 50
# Only what was paid, or may be yet. What came back after it was paid is with the company: it is rightly asked for anew.
_ALIKE: Final = f"""
  SELECT DISTINCT p.run_id, p.payee_id, e.name AS payee_name, p.currency, p.amount, p.reference, r.state, p.batch_id,
    p.created_at
  FROM json_each(?2) line
  JOIN payees asked ON asked.id = json_extract(line.value, '$[0]') AND asked.account_id = ?1
  JOIN payees e ON e.account_id = ?1 AND e.paid_to = asked.paid_to
  JOIN payouts p ON p.payee_id = e.id AND p.currency = json_extract(line.value, '$[1]')
    AND p.amount = json_extract(line.value, '$[2]')
  JOIN runs r ON r.id = p.run_id
  WHERE p.account_id = ?1 AND p.created_at BETWEEN ?3 AND ?4 AND p.run_id <> ?5 AND COALESCE(p.batch_id, '') <> ?6
    AND {OUTCOME} IN ('paid', 'open', 'unknown')
  ORDER BY p.run_id DESC LIMIT {_MOST}
"""  # noqa: S608 - names of the contract
_NONE: Final = "-"


@dataclass(frozen=True)
class Alike:
    """A payout like the one that is asked for or decided on. `amount` is in minor units."""

    id: str
    payee_id: str
    payee_name: str
    currency: str
    amount: int
    reference: str
    state: str
    batch_id: str | None
    created_at: str


async def alike_to(
    database: Database,
    account_id: str,
    lines: Iterable[tuple[str, str, int]],
    at: datetime,
    *,
    run_id: str | None = None,
    batch_id: str | None = None,
) -> list[Alike]:
    """The newest first, at most fifty: payouts that are live or paid, within thirty days of `at`, like one of `lines`
    (payee, currency, minor units). `run_id` itself is none, nor what is in the batch: whoever lists somebody twice in
    one batch sees both."""
    rows = await database.all(
        statement(
            _ALIKE,
            account_id,
            dump([[*line] for line in {*lines}]),
            to_text(at - WITHIN),
            to_text(at + WITHIN),
            run_id or _NONE,
            batch_id or _NONE,
        )
    )
    return [_alike(row) for row in rows]


def line_of(asked: PayoutParams) -> tuple[str, str, int]:
    """By what payouts are alike."""
    return asked.payee_id, asked.currency, asked.amount


def _alike(row: Row) -> Alike:
    return of_row(Alike, row, id=text(row, "run_id"))
