"""Links that let somebody in, by mail: to an address that is given, or to the one that they have confirmed."""

from datetime import timedelta
from typing import Final, Literal

from tillroll.api.door.access import Principal
from tillroll.api.door.credentials import NewCode, Person
from tillroll.api.mail.addresses import invalid_address, no_mail_here
from tillroll.api.problems import TOO_MANY_MAILS, Problem, not_found
from tillroll.durable import NotBegun
from tillroll.mail.addresses import InvalidAddress, hash_of_address, read_mail_address, stopped
from tillroll.platform.bindings.database import Statement, integer, optional_text, statement
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.workflows.mail.service.letting_in import mail_link, sends_mail

MOST_A_DAY: Final = 50
"""So many links an account has mailed in a day: whoever has an owner's token mails strangers no more than that."""

# Where as many were mailed, a NULL goes into a column that takes none, and nothing is written.
_WITHIN_BOUNDS: Final = """
  UPDATE accounts SET name = CASE WHEN (
    SELECT count(*) FROM messages
    WHERE account_id = ?1 AND purpose IN ('invitation', 'recovery') AND created_at > ?2
  ) < ?3 THEN name END WHERE id = ?1
"""
_MAILED: Final = """
  SELECT count(*) AS mailed FROM messages
  WHERE account_id = ? AND purpose IN ('invitation', 'recovery') AND created_at > ?
"""
_CONFIRMED = """
  SELECT m.address FROM mail_addresses m JOIN users u ON u.id = m.user_id
  WHERE u.id = ?1 AND u.account_id = ?2 AND u.removed_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM mail_suppressions s WHERE s.address_hash = m.address_hash)
"""


async def address_given(platform: Platform, given: str) -> str:
    """Raises Problem: 409, no mail is sent here; 422, it is no address, or nothing is sent there any more."""
    if not sends_mail(platform):
        raise no_mail_here()
    try:
        address = read_mail_address(given)
    except InvalidAddress as error:
        raise invalid_address("mail", str(error)) from error
    if await stopped(platform.database, hash_of_address(address)) is not None:
        raise invalid_address("mail", "Mail there came back, or was reported as spam. Give another one.")
    return address


async def confirmed_address(platform: Platform, person: Person) -> str | None:
    """Where a link for a person is mailed; None where they have no confirmed address, mail there came back, or this
    deployment sends no mail."""
    if not sends_mail(platform):
        return None
    row = await platform.database.first(statement(_CONFIRMED, person.user_id, person.account_id))
    return None if row is None else optional_text(row, "address")


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
        Problem: 409, no mail is sent here; 404, the account has no such person; 429, as many links were mailed today
            as an account has mailed in a day.
        NoKey: this deployment has no ENCRYPTION_KEYS.
    """
    if not sends_mail(platform):
        raise no_mail_here()
    since = to_text(platform.clock.now() - timedelta(days=1))
    bound = statement(_WITHIN_BOUNDS, principal.account_id, since, MOST_A_DAY)
    account, written = (principal.account_id, principal.account_name), [bound, *also, *code.statements]
    try:
        await mail_link(platform, purpose, account, user_id, address, code.code, principal.actor, written)
    except NotBegun as error:
        row = await platform.database.first(statement(_MAILED, principal.account_id, since))
        if row is not None and integer(row, "mailed") >= MOST_A_DAY:
            detail = f"{MOST_A_DAY} links were mailed within a day. Try again tomorrow."
            raise Problem(TOO_MANY_MAILS, detail) from error
        raise not_found("person") from error
