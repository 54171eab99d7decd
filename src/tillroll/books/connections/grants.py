"""Grants: what companies let this deployment do in their books or CRM. Tokens lie encrypted, each
bound to its row.

New tokens are kept before one of them is used. One request renews within a minute, in which others
wait, so that a token is not renewed twice. A grant that the provider ended is marked so, until a
person connects it again, to the same company.
"""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from tillroll.books.connections.oauth import (
    CodeRefused,
    NotRenewed,
    Provider,
    TokenSet,
    authorize_url,
    redeem,
    renew,
    withdraw,
)
from tillroll.books.cron import GRANTS
from tillroll.books.targets.calls import text as member
from tillroll.books.targets.errors import Busy, GrantRevoked, TargetUncertain
from tillroll.books.targets.target import Company
from tillroll_durable.platform.bindings.database import (
    GuardFailed,
    Row,
    Statement,
    integer,
    of_row,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import UnreadableSecret, decrypt, encrypt
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import dump, load_object
from tillroll_durable.platform.refusals import INVALID_VALUES, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import ACCOUNT, Gone, Table

_ASKED_FOR: Final = timedelta(minutes=15)
_RENEWS_FOR: Final = timedelta(minutes=1)
_WAIT_SECONDS: Final = 5.0
_GRANTS: Final = """
  SELECT id, account_id, provider, company, company_name, created_by, created_at, ended_at,
    ended_why,
    kept IS NOT NULL AS is_connected
  FROM books_grants WHERE account_id = ?1
"""


class NoGrant(Refusal):
    thing = "connection"


class NotConnected(Refusal):
    """What a person came back with cannot be used. No tokens were kept."""

    kind = INVALID_VALUES


@dataclass(frozen=True)
class Grant:
    """A connection. `company` is the provider's id of the company, None before a person said yes.
    `ended_why` is "revoked", by the provider, or "disconnected", here.
    """

    id: str
    account_id: str
    provider: str
    company: str | None
    company_name: str | None
    created_by: str
    created_at: str
    ended_at: str | None
    ended_why: str | None
    is_connected: bool


@dataclass(frozen=True)
class Asked:
    """`url` is where a person says yes, within a quarter of an hour."""

    grant_id: str
    url: str


CompanyOf = Callable[[TokenSet], Awaitable[Company]]
"""Finds out whose tokens they are. Raises what a target does."""


async def load_grant(platform: Platform, account_id: str, grant_id: str) -> Grant:
    """Raises NoGrant."""
    row = await platform.database.first(statement(f"{_GRANTS} AND id = ?2", [account_id, grant_id]))
    if row is None:
        raise NoGrant
    return of_row(Grant, row)


async def begin(
    platform: Platform,
    provider: Provider,
    account_id: str,
    actor: str,
    redirect_uri: str,
    grant_id: str | None = None,
    *,
    person: str,
) -> Asked:
    """Have a person asked to connect, or to connect the grant `grant_id` again. Raises NoGrant;
    NoKey: no key encrypts. `person`, the id of a user, is who may finish it.

    Tokens that the grant has are kept until the person has said yes.
    """
    now = to_text(platform.clock.now())
    state = secrets.token_urlsafe(32)
    verifier = secrets.token_urlsafe(48)
    id_ = grant_id or new_id("grn")
    asking = await encrypt(
        platform, dump({"verifier": verifier, "redirectUri": redirect_uri}), _asking_row(id_)
    )
    values = (id_, account_id, provider.name, _hash(state), asking, now, person)
    if grant_id is None:
        sql = """
          INSERT INTO books_grants
            (id, account_id, provider, state_hash, asking, asked_at, asked_by, created_by,
             created_at, updated_at)
          VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?6, ?6) RETURNING id
        """
        insert = statement(sql, [*values, actor])
    else:
        sql = """
          UPDATE books_grants SET state_hash = ?4, asking = ?5, asked_at = ?6, asked_by = ?7,
            updated_at = ?6
          WHERE id = ?1 AND account_id = ?2 AND provider = ?3 RETURNING id
        """
        insert = statement(sql, [*values])
    if await platform.database.first(insert) is None:
        raise NoGrant
    return Asked(id_, authorize_url(provider, redirect_uri, state=state, verifier=verifier))


async def provider_asked(platform: Platform, account_id: str, state: str, *, person: str) -> str:
    """The name of the provider that a person comes back from, who began it. Raises NotConnected."""
    return text(await _find_request(platform, account_id, state, person=person), "provider")


async def finish(  # noqa: PLR0913 - what came back, and of whom
    platform: Platform,
    provider: Provider,
    account_id: str,
    state: str,
    code: str,
    company_of: CompanyOf,
    *,
    person: str,
    then: Sequence[Statement] = (),
) -> Grant:
    """Keep the tokens of a code, and write `then` with them. A state is good for one code, of the
    `person` who began it: else one person's company would be connected by another's link.
    Raises NotConnected, and what a target does; a person begins anew then."""
    row = await _find_request(platform, account_id, state, person=person)
    grant_id = text(row, "id")
    now = to_text(platform.clock.now())
    sql = """
      UPDATE books_grants SET state_hash = NULL, asking = NULL, asked_by = NULL, updated_at = ?3
      WHERE id = ?1 AND state_hash = ?2 RETURNING id
    """
    use = statement(sql, [grant_id, _hash(state), now], account=account_id)
    if await platform.database.first(use) is None:
        raise NotConnected("This answer was used before. Connect again.")
    try:
        asking = load_object(await decrypt(platform, text(row, "asking"), _asking_row(grant_id)))
        tokens = await redeem(
            platform,
            provider,
            code=code,
            redirect_uri=member(asking, "redirectUri"),
            verifier=member(asking, "verifier"),
        )
    except (CodeRefused, UnreadableSecret) as error:
        raise NotConnected("What came back cannot be used. Connect again.") from error
    company = await company_of(tokens)
    if optional_text(row, "company") not in {None, company.id}:
        raise NotConnected(
            f"This connection is to {optional_text(row, 'company_name')}. Choose that company."
        )
    encrypted = await encrypt(platform, tokens.to_json(), GRANTS.row(grant_id))
    sql = """
      UPDATE books_grants
      SET company = ?2, company_name = ?3, kept = ?4, version = version + 1, renewing_until = NULL,
        ended_at = NULL, ended_why = NULL, updated_at = ?5
      WHERE id = ?1 AND state_hash IS NULL
    """
    values = (grant_id, company.id, company.name, encrypted, now)
    granted = statement(sql, [*values], account=account_id)
    try:
        await platform.database.batch([*must_hit(granted), *then])
    except GuardFailed as error:
        raise NotConnected("Somebody else connects at this moment. Connect again.") from error
    return await load_grant(platform, account_id, grant_id)


async def disconnect(
    platform: Platform,
    provider: Provider,
    account_id: str,
    grant_id: str,
    *,
    then: Sequence[Statement] = (),
) -> bool:
    """Forget the tokens, and have the provider forget them. Whether the provider has no permission
    of ours any more, as far as it says; where not, a person can end it there. Raises NoGrant.
    """
    await load_grant(platform, account_id, grant_id)
    tokens = None
    is_readable = True
    try:
        tokens = await _find(platform, grant_id)
    except UnreadableSecret:
        is_readable = False
    now = to_text(platform.clock.now())
    await platform.database.batch([_end(account_id, grant_id, "disconnected", now), *then])
    if tokens is None:
        return is_readable
    try:
        await withdraw(platform, provider, tokens.tokens)
    except (Busy, TargetUncertain, GrantRevoked):
        return False
    return True


@dataclass(frozen=True)
class _StoredGrant:
    tokens: TokenSet
    version: int


class GrantTokens:
    """`Tokens` of a kept grant. Raises GrantRevoked: a person must connect again, or mend the
    settings; Busy: nothing was sent, since somebody else renews, or the provider does not answer.
    """

    def __init__(
        self, platform: Platform, provider: Provider, grant_id: str, *, account_id: str
    ) -> None:
        self._platform = platform
        self._provider = provider
        self._grant_id = grant_id
        self._account_id = account_id
        self._last: _StoredGrant | None = None

    async def token(self) -> str:
        grant = self._last or await self._read()
        if grant.tokens.is_valid(self._platform.clock.now()):
            return grant.tokens.access
        grant = await self._read()
        if grant.tokens.is_valid(self._platform.clock.now()):
            return grant.tokens.access
        return await self._renewed(grant)

    async def after(self, refused: str) -> str:
        grant = await self._read()
        if grant.tokens.access != refused:
            return grant.tokens.access
        return await self._renewed(grant)

    async def _read(self) -> _StoredGrant:
        self._last = None
        grant = await _find(self._platform, self._grant_id)
        if grant is None:
            raise GrantRevoked(f"{self._provider.name} is not connected: connect it again")
        self._last = grant
        return grant

    async def _renewed(self, grant: _StoredGrant) -> str:
        now = self._platform.clock.now()
        sql = """
          UPDATE books_grants SET renewing_until = ?3
          WHERE id = ?1 AND version = ?2 AND kept IS NOT NULL AND (renewing_until IS NULL
              OR renewing_until <= ?4)
          RETURNING id
        """
        values = (self._grant_id, grant.version, to_text(now + _RENEWS_FOR), to_text(now))
        mine = statement(sql, [*values], account=self._account_id)
        if await self._platform.database.first(mine) is None:
            return await self._of_another(grant)
        try:
            tokens = await renew(self._platform, self._provider, grant.tokens)
        except NotRenewed as error:
            return await self._revoked(grant, error)
        except (Busy, TargetUncertain) as error:
            await self._release(grant)
            seconds = error.seconds if isinstance(error, Busy) else None
            # The request that needs the token was not sent, whatever became of the token.
            raise Busy(
                f"a new access token cannot be had now: {error}", seconds or _WAIT_SECONDS
            ) from error
        except GrantRevoked:
            await self._release(grant)
            raise
        encrypted = await encrypt(self._platform, tokens.to_json(), GRANTS.row(self._grant_id))
        sql = """
          UPDATE books_grants
          SET kept = ?3, version = version + 1, renewing_until = NULL, updated_at = ?4
          WHERE id = ?1 AND version = ?2 RETURNING id
        """
        values = (self._grant_id, grant.version, encrypted, to_text(now))
        keep = statement(sql, [*values], account=self._account_id)
        if await self._platform.database.first(keep) is None:
            return await self._of_another(grant)
        return tokens.access

    async def _of_another(self, grant: _StoredGrant) -> str:
        """The token that somebody else has kept since."""
        newest = await self._read()
        if newest.version == grant.version:
            raise Busy("somebody else renews the access token", _WAIT_SECONDS)
        return newest.tokens.access

    async def _revoked(self, grant: _StoredGrant, error: NotRenewed) -> str:
        sql = _end(
            self._account_id,
            self._grant_id,
            "revoked",
            now=to_text(self._platform.clock.now()),
            version=grant.version,
        )
        if await self._platform.database.first(sql) is None:
            return await self._of_another(grant)
        raise GrantRevoked(
            f"{self._provider.name} ended the connection: connect it again"
        ) from error

    async def _release(self, grant: _StoredGrant) -> None:
        sql = "UPDATE books_grants SET renewing_until = NULL WHERE id = ? AND version = ?"
        values = (self._grant_id, grant.version)
        await self._platform.database.all(statement(sql, [*values], account=self._account_id))


async def _find(platform: Platform, grant_id: str) -> _StoredGrant | None:
    """Raises UnreadableSecret: the deployment lacks the key. The grant is as good as it was, once
    the key is back.
    """
    sql = "SELECT kept, version FROM books_grants WHERE id = ? AND kept IS NOT NULL"
    row = await platform.database.first(statement(sql, [grant_id]))
    if row is None:
        return None
    tokens = TokenSet.from_json(await decrypt(platform, text(row, "kept"), GRANTS.row(grant_id)))
    return _StoredGrant(tokens, integer(row, "version"))


def _end(
    account_id: str, grant_id: str, why: str, now: str, version: int | None = None
) -> Statement:
    """End a grant, whose tokens are of `version` where one is given."""
    sql = """
      UPDATE books_grants
      SET kept = NULL, ended_at = ?3, ended_why = ?2, renewing_until = NULL, state_hash = NULL,
        asking = NULL, asked_by = NULL, version = version + 1, updated_at = ?3
      WHERE id = ?1 AND ended_at IS NULL AND (?4 IS NULL OR version = ?4) RETURNING id
    """
    return statement(sql, [grant_id, why, now, version], account=account_id)


async def _find_request(platform: Platform, account_id: str, state: str, *, person: str) -> Row:
    sql = """
      SELECT id, provider, company, company_name, asking FROM books_grants
      WHERE account_id = ?1 AND state_hash = ?2 AND asked_at > ?3 AND asked_by = ?4
    """
    since = to_text(platform.clock.now() - _ASKED_FOR)
    row = await platform.database.first(statement(sql, [account_id, _hash(state), since, person]))
    if row is None:
        raise NotConnected(
            "This `state` belongs to no request of yours, or to one that is over. Connect again."
        )
    return row


def _asking_row(grant_id: str) -> str:
    return f"books_grants/{grant_id}/asking"


def _hash(state: str) -> str:
    return sha256(state.encode()).hexdigest()


TABLES: Final = (
    # Tokens let somebody in, and so does what is kept while a person is asked.
    Table("books_grants", Gone(ACCOUNT), without=frozenset({"kept", "state_hash", "asking"})),
)
