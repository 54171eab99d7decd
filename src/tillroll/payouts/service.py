"""Use cases of payouts and payees: ask for a payout, keep a payee, archive one."""

import contextlib
from collections.abc import Sequence
from typing import Any, Final

from tillroll.fields import check_look
from tillroll.ledger.repository import AnotherAccount
from tillroll.payouts import sepa
from tillroll.payouts.bank_files.debtor import debtor_of
from tillroll.payouts.changes import waiting_of
from tillroll.payouts.contract import KIND, PayoutParams
from tillroll.payouts.cron import PAYEES
from tillroll.payouts.models import BY_FILE, BY_HAND, BY_PROVIDER, Audited, Payee, PayeeRequest
from tillroll.payouts.owed.covers import insert_covers, lines_of
from tillroll.payouts.payments import name_of
from tillroll.payouts.postings import company, open_accounts
from tillroll.payouts.repository import (
    event_of,
    insert_payout,
    load_payee,
    names_of_the_paid,
)
from tillroll.payouts.settings import PaymentSettings
from tillroll.restored_place import check_what_left
from tillroll_durable import (
    Actor,
    KeyReused,
    NotBegun,
    Statement,
    Triggered,
    ValuesRefused,
    Workflow,
    begin,
)
from tillroll_durable.audit import append_if_changed, values_changed
from tillroll_durable.beginning import NewRun, check_same
from tillroll_durable.declared import checked
from tillroll_durable.platform.bindings.database import ConstraintFailed, statement, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import encrypt
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_durable.platform.refusals import KEY_REUSED, Kind, Refusal
from tillroll_durable.platform.services import Platform

_MOST_PAYEES: Final = 5000
"""Payees of an account that are not archived."""


class PayoutKeyReused(KeyReused, Refusal):
    """The key stands for another payout; nothing was begun."""

    kind = KEY_REUSED
    explanation = "This Idempotency-Key stands for another payout: send this one under its own."


class OwedChanged(Refusal):
    """What is owed changed while it was to be paid; nothing was begun."""

    kind = Kind("owed-changed", 409, "What is owed has changed")
    explanation = (
        "Some of these expenses changed, or were paid, a moment ago: look at what is owed, "
        "and pay again."
    )


class NoSuchPayee(Refusal):
    thing = "payee"


class PayeeExists(Refusal):
    """The account has a payee with the same recipient and bank account; the message is its id."""

    kind = Kind("already-there", 409, "There is one already")
    explanation = "The payee {} has this recipient and bank account: use that."


async def begin_payout(
    platform: Platform, workflow: Workflow, actor: Actor, params: Any, key: str | None
) -> Triggered:
    """Begin a payout, once under a key. Raises ValuesRefused, or KeyReused: the key stands for
    another payout."""
    request = PayoutParams.model_validate(params)
    cause = f"payout:{key or new_id('ask')}"
    # What it covers is owed no more once it was asked for: asked for again, it is looked for first.
    if request.expenses:
        existing = await begun_as(platform, actor, kind=KIND, cause=cause)
    else:
        existing = None
    if existing is not None:
        if existing[1] != load_object(checked(workflow.params, request)[1]):
            raise PayoutKeyReused(cause)
        return Triggered(existing[0])
    await check_what_left(platform.database)
    await prepare(platform, actor, request)
    lines = await lines_of(platform.database, actor.account_id, request)

    def insert(run: NewRun, now: str) -> Sequence[Statement]:
        if lines:
            covers = [
                insert_covers(
                    actor.account_id, run.id, run_id=run.id, place=0, lines=lines, now=now
                )
            ]
        else:
            covers = []
        name = name_of(actor.account_id, cause)
        payout = insert_payout(actor, request, run_id=run.id, payment_name=name, now=now)
        return [*covers, payout]

    try:
        run = await begin(platform, workflow, params=request, actor=actor, key=cause, also=insert)
        if not run.is_new:
            check_same(workflow, request, stored=run.params, key=cause)
    except NotBegun as error:
        payee = await load_payee(platform.database, actor.account_id, request.payee_id)
        if lines and payee is not None and payee.archived_at is None:
            raise OwedChanged from error
        raise ValuesRefused([("payeeId", "The payee was archived a moment ago.")]) from error
    except KeyReused as error:
        raise PayoutKeyReused(cause) from error
    return Triggered(run.id)


async def begun_as(
    platform: Platform, actor: Actor, kind: str, cause: str
) -> tuple[str, JsonObject] | None:
    """The run that stands under a key, and its params; None where none does."""
    query = "SELECT id, params FROM runs WHERE account_id = ? AND kind = ? AND begin_key = ?"
    row = await platform.database.first(statement(query, [actor.account_id, kind, cause]))
    if row is None:
        return None
    return (text(row, "id"), load_object(text(row, "params")))


ANOTHER_CURRENCY: Final = (
    f"A file for the bank pays in {sepa.CURRENCY} only. Pay in {sepa.CURRENCY}, by the payment "
    "provider, or by hand."
)


async def prepare(platform: Platform, actor: Actor, params: PayoutParams) -> None:
    """Make the accounts of the ledger that a payout needs. Raises ValuesRefused: it could not be
    paid or booked."""
    payee = await load_payee(platform.database, actor.account_id, params.payee_id)
    if payee is None or payee.archived_at is not None:
        raise ValuesRefused(
            [("payeeId", "Name a payee of this account: GET /api/payees lists them.")]
        )
    _check(platform.settings.of(PaymentSettings), actor.account_id, payee=payee, params=params)
    if (
        payee.paid_by == BY_FILE
        and (debtor := await debtor_of(platform, actor.account_id)).party is None
    ):
        raise ValuesRefused([("payeeId", debtor.says)])
    # The first payout would make that account, without a bound, for good.
    if await waiting_of(
        platform.database, actor.account_id, what="ledger_account", subject=company(params.currency)
    ):
        problem = (
            f"The bound of {company(params.currency)} waits for a second person: have it "
            "confirmed or rejected first."
        )
        raise ValuesRefused([("currency", problem)])
    try:
        await open_accounts(platform, actor, payee_id=payee.id, currency=params.currency)
    except AnotherAccount as error:
        problem = (
            f"The ledger has an account {error} of another currency, side or limit: no payout "
            "can be booked."
        )
        raise ValuesRefused([("currency", problem)]) from error


def _check(settings: PaymentSettings, account_id: str, payee: Payee, params: PayoutParams) -> None:
    if (payee.paid_by == BY_HAND) != (params.paid_on is not None):
        problem = (
            "Give the day of a payment by hand, of a payee who is paid by hand, and of no other."
        )
        raise ValuesRefused([("paidOn", problem)])
    if payee.paid_by == BY_HAND:
        return
    if payee.paid_by == BY_PROVIDER:
        if not settings.pays_for(account_id):
            problem = (
                "This deployment pays nobody for this account: set PAYMENTS_API_KEY, "
                "_ACCOUNT and _PAYER."
            )
            raise ValuesRefused([("payeeId", problem)])
        return
    if params.currency != sepa.CURRENCY:
        raise ValuesRefused([("currency", ANOTHER_CURRENCY)])
    if params.amount > sepa.LARGEST_CENTS:
        raise ValuesRefused(
            [("amount", f"A file for the bank pays at most {sepa.LARGEST_CENTS} cents at once.")]
        )
    try:
        written = sepa.in_sepa(params.reference)
    except sepa.Unwritable as error:
        raise ValuesRefused(
            [("reference", f"A file for the bank cannot have it: {error}.")]
        ) from error
    if len(written) > sepa.LONGEST_PURPOSE:
        raise ValuesRefused(
            [
                (
                    "reference",
                    f"It has {len(written)} characters; a file takes {sepa.LONGEST_PURPOSE}.",
                )
            ]
        )


async def create_payee(platform: Platform, actor: Actor, request: PayeeRequest) -> Payee:
    """Keep whom the provider, or a file for the bank, pays. An IBAN is encrypted."""
    id_ = new_id("pay")
    now = to_text(platform.clock.now())
    name = request.name.strip()
    names = await names_of_the_paid(platform.database, actor.account_id)
    check_look(name, names, field="name")
    match request.recipient, request.method, request.iban:
        case str(recipient), str(method), None if request.bic is None:
            paid_by = BY_PROVIDER
            iban = None
            bic = None
            encrypted_iban = None
            to = recipient
        case None, None, str(given):
            iban, bic = _bank_account(name, given, request.bic)
            to = await sepa.fingerprint(platform, actor.account_id, iban)
            encrypted_iban = await encrypt(platform, iban, PAYEES.row(id_))
            paid_by = BY_FILE
            recipient = name
            method = sepa.masked(iban)
        case _:
            problem = (
                "Send recipient and method, or else an iban (with the bic of its bank, where "
                "that is needed)."
            )
            raise ValuesRefused([("recipient", problem)])
    await _check_person(platform, actor.account_id, person=request.person, paid_by=paid_by)
    where = (recipient, method, paid_by, bic, encrypted_iban, to, request.person)
    insert = _insert_payee(id_, actor, name=name, where=where, now=now)
    event = append_if_changed(
        event_of(actor, Audited.PAYEE_CREATED, key=id_, now=now, detail={"payee": id_})
    )
    try:
        await platform.database.batch([insert, event])
    except ConstraintFailed as error:
        query = (
            "SELECT id FROM payees WHERE account_id = ? AND paid_to = ? AND method = ? "
            "AND archived_at IS NULL"
        )
        existing = await platform.database.first(statement(query, [actor.account_id, to, method]))
        if existing is not None:
            raise PayeeExists(text(existing, "id")) from error
        problem = (
            f"An account has at most {_MOST_PAYEES} payees: archive one that is not paid any more."
        )
        raise ValuesRefused([("name", problem)]) from error
    return await _existing_payee(platform, actor, id_)


def _insert_payee(
    id_: str,
    actor: Actor,
    name: str,
    where: tuple[str, str, str, str | None, str | None, str, str | None],
    now: str,
) -> Statement:
    """`where`: recipient, method, way, BIC, IBAN, the place that payees are one by, and the
    person."""
    query = """
      INSERT INTO payees (
        id, account_id, name, created_by, created_at, recipient, method, paid_by, bic, iban,
        paid_to, person)
      SELECT ?1, ?2, ?3, ?4, ?5, ?7, ?8, ?9, ?10, ?11, ?12, ?13
      WHERE (SELECT COUNT(*) FROM payees WHERE account_id = ?2 AND archived_at IS NULL) < ?6
    """
    return statement(query, [id_, actor.account_id, name, actor.name, now, _MOST_PAYEES, *where])


async def _check_person(
    platform: Platform, account_id: str, person: str | None, paid_by: str
) -> None:
    """Raises ValuesRefused: it is nobody of the account, or another payee pays them back in the
    same way."""
    if person is None:
        return
    query = """
      SELECT (SELECT y.name FROM payees y WHERE y.account_id = ?2 AND y.person = u.id
        AND y.paid_by = ?3
        AND y.archived_at IS NULL) AS payee
      FROM users u WHERE u.id = ?1 AND u.account_id = ?2 AND u.removed_at IS NULL
    """
    row = await platform.database.first(statement(query, [person, account_id, paid_by]))
    if row is None:
        raise ValuesRefused([("person", "There is nobody of this id in your account.")])
    if row["payee"] is not None:
        raise ValuesRefused(
            [
                (
                    "person",
                    f"The payee {row['payee']} is theirs already, and is paid in the same way.",
                )
            ]
        )


async def link_payee(platform: Platform, actor: Actor, payee_id: str, person: str | None) -> Payee:
    """Say whose expenses a payee pays back; None: nobody's. The same again changes nothing.
    Raises NoSuchPayee, ValuesRefused."""
    payee = await load_payee(platform.database, actor.account_id, payee_id)
    if payee is None:
        raise NoSuchPayee(payee_id)
    if payee.person == person:
        return payee
    if payee.archived_at is not None or payee.paid_by == BY_HAND:
        raise ValuesRefused(
            [("person", "A payee who is archived or paid by hand keeps the person they belong to.")]
        )
    await _check_person(platform, actor.account_id, person=person, paid_by=payee.paid_by)
    now = to_text(platform.clock.now())
    query = "UPDATE payees SET person = ?3 WHERE id = ?1 AND account_id = ?2 AND person IS NOT ?3"
    change = statement(query, [payee_id, actor.account_id, person])
    changed = values_changed({"person": payee.person}, {"person": person})
    detail: JsonObject = {"payee": payee_id, "person": person, **changed}
    event = append_if_changed(
        event_of(actor, Audited.PAYEE_LINKED, key=new_id("say"), now=now, detail=detail)
    )
    try:
        await platform.database.batch([change, event])
    except ConstraintFailed as error:  # somebody else has linked another at this moment
        raise ValuesRefused(
            [("person", "Another payee is theirs already, and is paid in the same way.")]
        ) from error
    return await _existing_payee(platform, actor, payee_id)


async def payee_by_hand(platform: Platform, actor: Actor, person: str) -> Payee:
    """The payee by whom a person is paid outside of Tillroll, made where there is none."""
    query = (
        "SELECT id FROM payees WHERE account_id = ? AND person = ? AND paid_by = ? "
        "AND archived_at IS NULL"
    )
    find = statement(query, [actor.account_id, person, BY_HAND])
    row = await platform.database.first(find)
    if row is None:
        named = await platform.database.first(
            statement(
                "SELECT name FROM users WHERE id = ? AND account_id = ?", [person, actor.account_id]
            )
        )
        if named is None:
            raise ValuesRefused([("expenses", "There is nobody of this id in your account.")])
        id_ = new_id("pay")
        now = to_text(platform.clock.now())
        name = text(named, "name")
        insert = _insert_payee(
            id_,
            actor,
            name=name,
            where=(name, "", BY_HAND, None, None, f"person:{person}", person),
            now=now,
        )
        event = append_if_changed(
            event_of(actor, Audited.PAYEE_CREATED, key=id_, now=now, detail={"payee": id_})
        )
        with contextlib.suppress(ConstraintFailed):  # somebody else has made it at this moment
            await platform.database.batch([insert, event])
        row = await platform.database.first(find)
    if row is None:
        problem = (
            f"An account has at most {_MOST_PAYEES} payees: archive one that is not paid any more."
        )
        raise ValuesRefused([("expenses", problem)])
    return await _existing_payee(platform, actor, text(row, "id"))


async def _existing_payee(platform: Platform, actor: Actor, payee_id: str) -> Payee:
    payee = await load_payee(platform.database, actor.account_id, payee_id)
    assert payee is not None  # noqa: S101 - it was written
    return payee


def _bank_account(holder: str, iban: str, bic: str | None) -> tuple[str, str | None]:
    """The IBAN and BIC as a file has them."""
    problems: list[tuple[str, str]] = []
    try:
        written = sepa.in_sepa(holder)
        if len(written) > sepa.LONGEST_NAME:
            problems.append(
                (
                    "name",
                    f"A file for the bank takes a name of at most {sepa.LONGEST_NAME} characters.",
                )
            )
    except sepa.Unwritable as error:
        problems.append(("name", f"A file for the bank cannot have it: {error}."))
    try:
        iban = sepa.read_iban(iban)
    except sepa.NoBankAccount as error:
        problems.append(("iban", f"{str(error)[:1].upper()}{str(error)[1:]}."))
    try:
        bic = sepa.read_bic(bic) if bic else None
    except sepa.NoBankAccount as error:
        problems.append(("bic", f"{str(error)[:1].upper()}{str(error)[1:]}."))
    if problems:
        raise ValuesRefused(problems)
    return iban, bic


async def archive_payee(platform: Platform, actor: Actor, payee_id: str) -> None:
    """Let nobody be paid under it any more; what is on its way goes on. Archived again, it changes
    nothing."""
    payee = await load_payee(platform.database, actor.account_id, payee_id)
    if payee is None:
        raise NoSuchPayee(payee_id)
    if payee.archived_at is not None:
        return
    now = to_text(platform.clock.now())
    query = (
        "UPDATE payees SET archived_at = ?3 WHERE id = ?1 AND account_id = ?2 "
        "AND archived_at IS NULL"
    )
    archive = statement(query, [payee_id, actor.account_id, now])
    event = append_if_changed(
        event_of(actor, Audited.PAYEE_ARCHIVED, key=payee_id, now=now, detail={"payee": payee_id})
    )
    with contextlib.suppress(ConstraintFailed):  # somebody else has archived it meanwhile
        await platform.database.batch([archive, event])
