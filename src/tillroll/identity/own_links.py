"""Links that people have mailed to themselves: whoever gives the confirmed address of a person gets one there."""

from datetime import timedelta
from typing import Final

from tillroll.durable import NotBegun
from tillroll.identity import repository
from tillroll.identity.repository import Person, new_code
from tillroll.mail.addresses import hash_of_address
from tillroll.mail.service import NoMail, mail_link, read_given, sends_mail
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, text
from tillroll.platform.clock import to_text
from tillroll.platform.encryption import EncryptionSettings
from tillroll.platform.services import Platform

ACTOR: Final = "system:door"
MOST_AN_HOUR: Final = 5
# An address can be confirmed in several accounts; each gets a link of its own.
_MOST_ACCOUNTS: Final = 5


def is_offered(platform: Platform) -> bool:
    """Whether this deployment mails links: it sends mail, and can keep their codes until then."""
    return sends_mail(platform) and bool(platform.settings.of(EncryptionSettings).keys)


async def ask_for_link(platform: Platform, given: str) -> None:
    """Mail a link to whoever's confirmed address it is. Nothing here, nor how long it takes, says whether it is
    anybody's: that is found out behind the answer. Raises NoMail, UnusableValue."""
    if not is_offered(platform):
        raise NoMail
    await platform.later(_mail_to(platform, read_given("address", given)))


async def _mail_to(platform: Platform, address: str) -> None:
    for row in await repository.people_at(platform.database, hash_of_address(address), _MOST_ACCOUNTS):
        await _mail(platform, row)


async def _mail(platform: Platform, row: Row) -> None:
    """Of one person, with a code that ends those before it."""
    person, address, now = Person(text(row, "account_id"), text(row, "id")), text(row, "address"), platform.clock.now()
    code = new_code(person, ACTOR, now, "link", address)
    written = [
        repository.bound_own_links(person.user_id, to_text(now - timedelta(hours=1)), MOST_AN_HOUR),
        repository.spoil_links(person.user_id, to_text(now)),
        *code.statements,
    ]
    account = (person.account_id, text(row, "account_name"))
    try:
        await mail_link(platform, "sign_in", account, person.user_id, address, code.code, ACTOR, written)
    except NotBegun:  # as many as may be were mailed, or the person is gone
        log.warning("sign_in.link_not_mailed", account=person.account_id, subject=person.user_id)
