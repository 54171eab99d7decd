"""Connections: one company's books or CRM, and the client that reaches it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll.books.connections.grants import GrantTokens, load_grant
from tillroll.books.cron import CONNECTIONS
from tillroll.books.settings import BooksSettings
from tillroll.books.targets.errors import GrantRevoked
from tillroll.books.targets.signed_http import SignedHttp
from tillroll.books.targets.source import Source
from tillroll.books.targets.target import Target
from tillroll_durable import StepContext, statement
from tillroll_durable.platform.bindings.database import Database, of_row
from tillroll_durable.platform.encryption import decrypt
from tillroll_durable.platform.services import Platform

SIGNED: Final = "signed"
NAMES: Final = {
    SIGNED: "the books",
    "xero": "Xero",
    "quickbooks": "QuickBooks",
    "hubspot": "HubSpot",
}
"""What people call a provider."""


_WITHOUT_CODES: Final = frozenset({SIGNED})


def needs_tax_codes(provider: str) -> bool:
    """Whether the books refuse a line that has tax, and no code of it."""
    return provider not in _WITHOUT_CODES


_ONE_CURRENCY: Final = frozenset({"quickbooks"})


def contacts_have_one_currency(provider: str) -> bool:
    """Whether all documents of a contact are in one currency, so that another needs another
    contact.
    """
    return provider in _ONE_CURRENCY


@dataclass(frozen=True)
class Connection:
    """A row of `books_connections`."""

    id: str
    account_id: str
    name: str
    provider: str
    direction: str
    url: str | None
    secret: str | None
    grant_id: str | None
    first_day: date
    only_approved: bool
    on_change: bool
    denied_at: str | None
    denied_why: str | None
    ended_at: str | None

    @property
    def provider_name(self) -> str:
        return NAMES.get(self.provider, self.provider)


async def find_connection(
    database: Database, account_id: str, connection_id: str
) -> Connection | None:
    """Find a connection, also one that has ended."""
    query = "SELECT * FROM books_connections WHERE account_id = ? AND id = ?"
    row = await database.first(statement(query, [account_id, connection_id]))
    if row is None:
        return None
    return of_row(Connection, row)


async def connected(context: StepContext, connection_id: str) -> Connection:
    """Raises GrantRevoked: it has ended, or lets us in no more."""
    connection = await find_connection(
        context.platform.database, context.run.account_id, connection_id
    )
    if connection is None or connection.ended_at is not None or connection.denied_at is not None:
        raise GrantRevoked("the connection has ended: connect again")
    return connection


async def target_of(platform: Platform, connection: Connection) -> Target:
    """The books of a connection. Raises GrantRevoked: what lets us in is not there any more;
    UnreadableSecret.
    """
    if connection.url is not None:
        secret = await decrypt(platform, connection.secret or "", CONNECTIONS.row(connection.id))
        return SignedHttp(platform, connection.url, [secret])
    return await _by_grant(platform, connection)


async def source_of(platform: Platform, connection: Connection) -> Source:
    """The CRM of a connection. Raises GrantRevoked: nobody has connected it, or it has ended."""
    # Only what is connected is loaded.
    from tillroll.books.targets.hubspot import API_URL, HubSpot  # noqa: PLC0415

    tokens, _, url = await _reached(platform, connection)
    return HubSpot(platform, tokens, url or API_URL)


async def _by_grant(platform: Platform, connection: Connection) -> Target:
    tokens, company, url = await _reached(platform, connection)
    make = _MAKE.get(connection.provider)
    if make is None:
        raise GrantRevoked(f"{connection.provider_name} has no books")
    return make(platform, tokens, company, url)


async def _reached(platform: Platform, connection: Connection) -> tuple[GrantTokens, str, str]:
    """The tokens of a grant, the company that it reaches, and where; empty for the provider's own
    address.
    """
    grant = await load_grant(platform, connection.account_id, connection.grant_id or "")
    if grant.company is None or grant.ended_at is not None:
        raise GrantRevoked(f"{connection.provider_name} is not connected: connect it again")
    settings = platform.settings.of(BooksSettings)
    tokens = GrantTokens(
        platform,
        settings.provider(connection.provider),
        grant.id,
        account_id=connection.account_id,
    )
    return tokens, grant.company, settings.app(connection.provider).url


def _xero(platform: Platform, tokens: GrantTokens, company: str, url: str) -> Target:
    # Only what is connected is loaded.
    from tillroll.books.targets.xero import API_URL, Xero  # noqa: PLC0415

    return Xero(platform, tokens, tenant=company, api_url=url or API_URL)


def _quickbooks(platform: Platform, tokens: GrantTokens, company: str, url: str) -> Target:
    from tillroll.books.targets.quickbooks import API_URL, QuickBooks  # noqa: PLC0415 - as above

    return QuickBooks(platform, tokens, realm=company, api_url=url or API_URL)


_MAKE: Final[dict[str, Callable[[Platform, GrantTokens, str, str], Target]]] = {
    "xero": _xero,
    "quickbooks": _quickbooks,
}
