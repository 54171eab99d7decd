"""Sign-in links by mail: a person gives an address that they confirmed, and the link goes there."""

from datetime import timedelta
from typing import Final

from tillroll.identity.repository import Person, new_code
from tillroll.mail.addresses import hash_of_address
from tillroll.mail.service import NoMail, mail_link, read_given, sends_mail
from tillroll_durable import NotBegun
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import Database, Row, Statement, statement, text
from tillroll_durable.platform.bindings.guards import must_hold
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import EncryptionSettings
from tillroll_durable.platform.invocation import enter
from tillroll_durable.platform.services import Platform

ACTOR: Final = "system:door"
MOST_AN_HOUR: Final = 5
# Nobody is signed in who could send a key. What is asked for again so soon is the same link, and
# the one that is on its way stays good.
ONE_ASKING: Final = timedelta(minutes=1)
# An address can be confirmed in several accounts; each gets a link of its own.
_MOST_ACCOUNTS: Final = 5


def is_offered(platform: Platform) -> bool:
    """Say whether this deployment mails links: it sends mail, and can keep their codes until
    then.
    """
    return sends_mail(platform) and bool(platform.settings.of(EncryptionSettings).keys)


async def ask_for_link(platform: Platform, address: str) -> None:
    """Mail a link to the person who confirmed this address. Neither the answer nor its time says
    whether there is one: the search begins behind the answer. Raises NoMail, UnusableValue.
    """
    if not is_offered(platform):
        raise NoMail
    await platform.later(_mail_to(platform, read_given("address", address)))


async def _mail_to(platform: Platform, address: str) -> None:
    """Somebody can have accounts in several databases: each is asked for the address."""
    mailed = 0
    for shard in platform.shards:
        entered = enter(platform, shard)
        most = _MOST_ACCOUNTS - mailed
        for row in await _people_at(entered.database, hash_of_address(address), most):
            await _mail(entered, row)
            mailed += 1
        if mailed == _MOST_ACCOUNTS:
            return


async def _mail(platform: Platform, row: Row) -> None:
    """Mail a link to one person, with a code that ends those before it."""
    person = Person(text(row, "account_id"), text(row, "id"))
    address = text(row, "address")
    now = platform.clock.now()
    asked_since = to_text(now - ONE_ASKING)
    code = new_code(person, ACTOR, now=now, purpose="link", mailed_to=address)
    written = [
        _bound(person.user_id, to_text(now - timedelta(hours=1)), MOST_AN_HOUR),
        _asked_anew(person.user_id, address=address, now=to_text(now), since=asked_since),
        _spoil(person.user_id, to_text(now)),
        *code.statements,
    ]
    account = (person.account_id, text(row, "account_name"))
    try:
        await mail_link(
            platform,
            "sign_in",
            account=account,
            user_id=person.user_id,
            address=address,
            code=code.code,
            actor=ACTOR,
            also=written,
        )
    except NotBegun:  # one is on its way, as many as may be were mailed, or the person is gone
        log.warning("sign_in.link_not_mailed", account=person.account_id, subject=person.user_id)


MAY_COME: Final = """
  FROM mail_addresses m JOIN users u ON u.id = m.user_id JOIN accounts a ON a.id = u.account_id
  WHERE m.address_hash = ?1 AND m.address IS NOT NULL AND u.removed_at IS NULL
    AND u.locked_out_at IS NULL
    AND a.closed_at IS NULL AND NOT EXISTS (SELECT 1 FROM mail_suppressions s
        WHERE s.address_hash = ?1)
"""
"""People whose confirmed address has the hash ?1, whom a link that is mailed there may let in."""
_REACHED: Final = f"""
  SELECT u.id, u.account_id, a.name AS account_name, m.address {MAY_COME}
  ORDER BY u.id LIMIT ?2
"""


async def _people_at(database: Database, address_hash: str, most: int) -> list[Row]:
    """People whose confirmed address has a hash, in any account, whom a link that they ask for may
    let in.
    """
    return await database.all(statement(_REACHED, [address_hash, most]))


def _bound(user_id: str, since: str, most: int) -> Statement:
    """Fails where a person has had `most` links mailed, that they asked for, since a time."""
    fewer = """
      (
        SELECT count(*) FROM messages
        WHERE user_id = ?1 AND purpose = 'sign_in' AND created_at > ?2
      ) < ?3
    """
    return must_hold(fewer, user_id, since, most)


def _asked_anew(user_id: str, address: str, now: str, since: str) -> Statement:
    """Fails where a link that is good was mailed to the address since a time."""
    none = """
      NOT EXISTS (
        SELECT 1 FROM sign_in_codes
        WHERE user_id = ?1 AND mailed_to = ?2 AND purpose = 'link' AND used_at IS NULL
          AND expires_at > ?3 AND created_at > ?4
      )
    """
    values = (user_id, address, now, since)
    return must_hold(none, *values)


def _spoil(user_id: str, at: str) -> Statement:
    """End the links that somebody asked for by the address of a person, for the batch of a newer
    one.
    """
    query = """
      UPDATE sign_in_codes SET expires_at = ?1
      WHERE user_id = ?2 AND purpose = 'link' AND used_at IS NULL AND expires_at > ?1
    """
    return statement(query, [at, user_id])
