"""Links that let somebody in, by mail: to an address that is given, or to the one that they have confirmed."""

from typing import Literal

from tillroll.api.door.access import Principal
from tillroll.api.door.credentials import NewCode, Person
from tillroll.api.mail.addresses import invalid_address, no_mail_here
from tillroll.api.problems import MISCONFIGURED, Problem, not_found
from tillroll.durable import NotBegun
from tillroll.mail.addresses import InvalidAddress, read_mail_address
from tillroll.platform.bindings.database import Database, Statement, optional_text, statement
from tillroll.platform.encryption import NoKey
from tillroll.platform.services import Platform
from tillroll.workflows.mail.service.letting_in import mail_link, sends_mail

_CONFIRMED = """
  SELECT m.address FROM mail_addresses m JOIN users u ON u.id = m.user_id
  WHERE u.id = ?1 AND u.account_id = ?2 AND u.removed_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM mail_suppressions s WHERE s.address_hash = m.address_hash)
"""


def address_given(platform: Platform, given: str) -> str:
    """Raises Problem: 409, no mail is sent here; 422, it is no address."""
    if not sends_mail(platform):
        raise no_mail_here()
    try:
        return read_mail_address(given)
    except InvalidAddress as error:
        raise invalid_address("mail", str(error)) from error


async def confirmed_address(database: Database, person: Person) -> str:
    """Raises Problem: 422, the person has none, or mail there came back."""
    row = await database.first(statement(_CONFIRMED, person.user_id, person.account_id))
    address = None if row is None else optional_text(row, "address")
    if address is None:
        raise invalid_address("byMail", "This person has no confirmed address that mail is sent to.")
    return address


async def mail_code(
    platform: Platform,
    principal: Principal,
    purpose: Literal["invitation", "recovery"],
    user_id: str,
    address: str,
    code: NewCode,
    also: list[Statement],
) -> None:
    """Write `also` and the code, and have the link mailed, in one batch.

    Raises:
        Problem: 409, no mail is sent here; 503, no code can be kept; 404, the account has no such person.
    """
    if not sends_mail(platform):
        raise no_mail_here()
    account, written = (principal.account_id, principal.account_name), [*also, *code.statements]
    try:
        await mail_link(platform, purpose, account, user_id, address, code.code, principal.actor, written)
    except NoKey as error:
        raise Problem(MISCONFIGURED, f"{error}.") from error
    except NotBegun as error:
        raise not_found("person") from error
