"""Who is paid: the payees of an account."""

import contextlib
from dataclasses import dataclass
from typing import Final

from tillroll.durable import Actor, ValuesRefused, statement
from tillroll.durable.record.audit import append_if_changed, event_of_account
from tillroll.payouts.bank_files.ibans import (
    NoBankAccount,
    Unwritable,
    fingerprint,
    in_sepa,
    masked,
    payee_row,
    read_bic,
    read_iban,
)
from tillroll.payouts.bank_files.pain import LONGEST_NAME
from tillroll.payouts.repository import BY_FILE, BY_PROVIDER, Payee, load_payee, payee_of
from tillroll.platform.bindings.database import ConstraintFailed, Row, text
from tillroll.platform.clock import to_text
from tillroll.platform.encryption import encrypt
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform

MOST_PAYEES: Final = 5000
"""Payees of an account that are not archived."""


class NoSuchPayee(Exception):
    """The account has no such payee."""


class PayeeThere(Exception):
    """The account has a payee with the same recipient and bank account; the message is its id."""


class TooManyPayees(Exception):
    """The account has as many as it may."""


@dataclass(frozen=True)
class PaidHow:
    """Where somebody is paid: by the provider under its two ids, or by a file, where `recipient` is the holder of the
    bank account, `method` its whole IBAN."""

    recipient: str
    method: str
    by: str = BY_PROVIDER
    bic: str | None = None


def paid_by_file(holder: str, iban: str, bic: str | None) -> PaidHow:
    """
    Raises:
        ValuesRefused: it is no bank account of SEPA, or a file cannot have the holder's name.
    """
    problems: list[tuple[str, str]] = []
    try:
        written = in_sepa(holder)
        if len(written) > LONGEST_NAME:
            problems.append(("name", f"A file for the bank takes a name of at most {LONGEST_NAME} characters."))
    except Unwritable as error:
        problems.append(("name", f"A file for the bank cannot have it: {error}."))
    try:
        iban = read_iban(iban)
    except NoBankAccount as error:
        problems.append(("iban", f"{str(error)[:1].upper()}{str(error)[1:]}."))
    try:
        bic = read_bic(bic) if bic else None
    except NoBankAccount as error:
        problems.append(("bic", f"{str(error)[:1].upper()}{str(error)[1:]}."))
    if problems:
        raise ValuesRefused(problems)
    return PaidHow(holder, iban, BY_FILE, bic)


async def list_payees(platform: Platform, account_id: str, behind: str, wanted: int) -> list[Payee]:
    """The newest first, archived ones among them; `behind` is an id, `wanted` how many."""
    rows = await platform.database.all(
        statement(
            "SELECT * FROM payees WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT ?", account_id, behind, wanted
        )
    )
    return [payee_of(row) for row in rows]


async def create_payee(platform: Platform, actor: Actor, name: str, paid: PaidHow) -> Payee:
    """Keep whom the provider, or a file for the bank, pays. An IBAN is encrypted.

    Raises:
        PayeeThere: somebody is kept already who is paid there.
        TooManyPayees: one has to be archived first.
        NoKey: this deployment cannot keep an IBAN.
    """
    id_, now = new_id("pay"), to_text(platform.clock.now())
    iban, method, to = None, paid.method, paid.recipient
    if paid.by == BY_FILE:
        to = await fingerprint(platform, actor.account_id, paid.method)
        iban, method = await encrypt(platform, paid.method, payee_row(id_)), masked(paid.method)
    insert = statement(
        """
        INSERT INTO payees
          (id, account_id, name, recipient, method, created_by, created_at, paid_by, bic, iban, paid_to)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?9, ?10, ?11, ?12
        WHERE (SELECT COUNT(*) FROM payees WHERE account_id = ?2 AND archived_at IS NULL) < ?8
        """,
        id_,
        actor.account_id,
        name,
        paid.recipient,
        method,
        actor.name,
        now,
        MOST_PAYEES,
        paid.by,
        paid.bic,
        iban,
        to,
    )
    event = event_of_account(
        actor.account_id, "payee.created", f"payee.created:{id_}", actor=actor.name, at=now, detail={"payee": id_}
    )
    try:
        await platform.database.batch([insert, append_if_changed(event)])
    except ConstraintFailed as error:
        there = await _alike(platform, actor.account_id, to, method)
        raise (TooManyPayees() if there is None else PayeeThere(text(there, "id"))) from error
    return Payee(id_, actor.account_id, name, paid.recipient, method, now, None, paid.by, paid.bic)


async def archive_payee(platform: Platform, actor: Actor, payee_id: str) -> None:
    """Let nobody be paid under it any more; what is on its way goes on. Archived again, it changes nothing.

    Raises:
        NoSuchPayee: there is none.
    """
    payee = await load_payee(platform.database, actor.account_id, payee_id)
    if payee is None:
        raise NoSuchPayee(payee_id)
    if payee.archived_at is not None:
        return
    now = to_text(platform.clock.now())
    archive = statement(
        "UPDATE payees SET archived_at = ?3 WHERE id = ?1 AND account_id = ?2 AND archived_at IS NULL",
        payee_id,
        actor.account_id,
        now,
    )
    event = event_of_account(
        actor.account_id,
        "payee.archived",
        f"payee.archived:{payee_id}",
        actor=actor.name,
        at=now,
        detail={"payee": payee_id},
    )
    with contextlib.suppress(ConstraintFailed):  # somebody else has archived it meanwhile
        await platform.database.batch([archive, append_if_changed(event)])


async def _alike(platform: Platform, account_id: str, to: str, method: str) -> Row | None:
    query = "SELECT id FROM payees WHERE account_id = ? AND paid_to = ? AND method = ? AND archived_at IS NULL"
    return await platform.database.first(statement(query, account_id, to, method))
