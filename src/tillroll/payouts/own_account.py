"""Where a person is paid back: they enter their own bank account, once.

Nobody enters it for themselves under another name, and nobody replaces one: money would go
elsewhere by a browser that somebody else has opened. Who may `pay` archives the old one first.
"""

from typing import Annotated

from pydantic import Field

from tillroll.payouts import sepa
from tillroll.payouts.models import BY_FILE, PayeeRequest
from tillroll.payouts.service import PayeeExists, create_payee
from tillroll_durable import Actor, ValuesRefused, statement
from tillroll_durable.platform.bindings.database import Database, Row, optional_text, text
from tillroll_durable.platform.models import Model, RequestBody
from tillroll_durable.platform.services import Platform

# A person, and the payee who they are; of those who are paid by a file for the bank.
_PERSON = f"""
  SELECT u.name, y.paid_to, y.method FROM users u
  LEFT JOIN payees y ON y.account_id = u.account_id AND y.person = u.id
    AND y.paid_by = '{BY_FILE}' AND y.archived_at IS NULL
  WHERE u.id = ?1 AND u.account_id = ?2
"""


class OwnAccount(Model):
    """The bank account that a person is paid at, by its first and last four characters; null where
    none is there."""

    iban: str | None


class OwnAccountRequest(RequestBody):
    """The `iban`, and the `bic` of its bank, which is needed outside of the European Economic Area
    only."""

    iban: Annotated[str, Field(min_length=1, max_length=50)]
    bic: Annotated[str, Field(min_length=1, max_length=20)] | None = None


async def find_own_account(database: Database, account_id: str, person: str) -> OwnAccount:
    """Where the person is paid by a file for the bank."""
    row = await _row_of(database, account_id, person)
    if row is None:
        return OwnAccount(iban=None)
    return OwnAccount(iban=optional_text(row, "method"))


async def enter_own_account(
    platform: Platform, actor: Actor, person: str, request: OwnAccountRequest
) -> OwnAccount:
    """Keep where the person is paid. The same again changes nothing. Raises ValuesRefused: there is
    another one, or somebody else is paid there."""
    row = await _row_of(platform.database, actor.account_id, person)
    if row is None:
        raise ValuesRefused([("iban", "You are nobody of this account any more.")])
    existing = optional_text(row, "paid_to")
    if existing is not None:
        if existing == await _fingerprint(platform, actor.account_id, request.iban):
            return OwnAccount(iban=optional_text(row, "method"))
        problem = (
            f"You are paid at {row['method']}. Ask somebody who may pay to archive that account, "
            "and enter the new one then."
        )
        raise ValuesRefused([("iban", problem)])
    payee = PayeeRequest(name=text(row, "name"), iban=request.iban, bic=request.bic, person=person)
    try:
        await create_payee(platform, actor, payee)
    except PayeeExists as error:
        problem = "Somebody is paid at this account already: ask somebody who may pay."
        raise ValuesRefused([("iban", problem)]) from error
    return await find_own_account(platform.database, actor.account_id, person)


async def _row_of(database: Database, account_id: str, person: str) -> Row | None:
    return await database.first(statement(_PERSON, [person, account_id]))


async def _fingerprint(platform: Platform, account_id: str, iban: str) -> str:
    """Raises ValuesRefused: it is no IBAN."""
    try:
        return await sepa.fingerprint(platform, account_id, sepa.read_iban(iban))
    except sepa.NoBankAccount as error:
        sentence = str(error)
        raise ValuesRefused([("iban", f"{sentence[:1].upper()}{sentence[1:]}.")]) from error
