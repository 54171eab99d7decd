"""Connections, set up: made, authorized, changed and ended; their chart and their mapping."""

import base64
import binascii
import secrets
from collections.abc import Awaitable, Mapping, Sequence
from typing import Final, TypeVar

from tillroll.books import repository
from tillroll.books.connections import grants
from tillroll.books.connections.connection import SIGNED, Connection, needs_tax_codes, target_of
from tillroll.books.connections.oauth import Provider, TokenSet
from tillroll.books.cron import CONNECTIONS
from tillroll.books.models import (
    Audited,
    AuthorizationRequest,
    ConnectionChange,
    ConnectionRequest,
    MappedWord,
)
from tillroll.books.settings import BooksSettings
from tillroll.books.syncs.mapping import BooksMapping, Word, check
from tillroll.books.syncs.service import (
    BooksUnreachable,
    NoSuchConnection,
    NotConnected,
    live_connection,
)
from tillroll.books.targets.errors import GrantRevoked, NoAnswer, TargetError
from tillroll.books.targets.signed_http import SignedHttp
from tillroll.books.targets.target import Account, Chart, Company, TaxCode
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import BOOKS_NOT_WITHDRAWN
from tillroll_durable import AccessDenied, Actor, Statement, ValuesRefused, statement
from tillroll_durable.audit import append_if_changed, values_changed
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Row,
    insert_row,
    optional_text,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import encrypt
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject, dump, load_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.web.outgoing import NotPublic, check_configured

MOST_CONNECTIONS: Final = 10
_KEY_BYTES: Final = 32
_MARK: Final = "whsec_"
Answer = TypeVar("Answer")


async def create(
    platform: Platform,
    actor: Actor,
    request: ConnectionRequest,
    *,
    own_host: str,
    redirect_uri: str,
    person: str,
) -> tuple[str, str | None, str | None]:
    """Make a connection: its id, the secret where one was made, and where a person says yes.
    Raises NoKey: this deployment keeps no secrets. `person`, the id of a user, is who may finish
    it.
    """
    await _check_room(platform, actor.account_id)
    connection_id = new_id("bkn")
    now = to_text(platform.clock.now())
    statements: str | None = None
    url: str | None = None
    if request.provider == SIGNED:
        address = _checked_url(platform, request.url, own_host)
        statements = (
            None
            if request.secret
            else f"{_MARK}{base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}"
        )
        secret = statements or _checked_secret(request.secret or "")
        await check_answers(platform, address, secret)
        reached = {
            "url": address,
            "secret": await encrypt(platform, secret, CONNECTIONS.row(connection_id)),
        }
    else:
        if request.url is not None or request.secret is not None:
            raise ValuesRefused(
                [("url", "Only books that take signed requests have an address and a secret.")]
            )
        provider = provider_of(platform, request.provider)
        grant = await grants.begin(
            platform,
            provider,
            account_id=actor.account_id,
            actor=actor.name,
            redirect_uri=redirect_uri,
            person=person,
        )
        url = grant.url
        reached = {"grant_id": grant.grant_id}
    row = {
        "id": connection_id,
        "account_id": actor.account_id,
        "name": request.name,
        "provider": request.provider,
        "direction": "pull" if request.provider == "hubspot" else "push",
        **reached,
        "first_day": request.first_day,
        "only_approved": request.only_approved,
        "on_change": request.on_change,
        "created_by": actor.name,
        "created_at": now,
    }
    detail: JsonObject = {"connection": connection_id, "provider": request.provider}
    event = actor.event(Audited.CONNECTED, f"{connection_id}:made", at=now, detail=detail)
    if row["direction"] == "push":
        items = repository.add_all(actor.account_id, connection_id, now)
    else:
        items = []
    insert = insert_row("books_connections", row)
    await platform.database.batch([insert, append_if_changed(event), *items])
    return connection_id, statements, url


async def _check_room(platform: Platform, account_id: str) -> None:
    query = "SELECT id FROM books_connections WHERE account_id = ? AND ended_at IS NULL"
    if len(await platform.database.all(statement(query, [account_id]))) >= MOST_CONNECTIONS:
        raise ValuesRefused(
            [("provider", f"An account has at most {MOST_CONNECTIONS} connections: end one first.")]
        )


def provider_of(platform: Platform, name: str) -> Provider:
    """The app at a provider. Raises ValuesRefused: this deployment has none."""
    try:
        return platform.settings.of(BooksSettings).provider(name)
    except AccessDenied as error:
        sentence = (
            f"This deployment has no app at {name}: its operator sets {name.upper()}_CLIENT_ID."
        )
        raise ValuesRefused([("provider", sentence)]) from error


def _checked_url(platform: Platform, url: str | None, own_host: str) -> str:
    if url is None:
        raise ValuesRefused([("url", "Give the address that takes signed requests.")])
    try:
        check_configured(platform, url, own_host)
    except NotPublic as error:
        raise ValuesRefused([("url", f"The address cannot be taken: {error}.")]) from error
    return url


async def check_answers(platform: Platform, url: str, secret: str) -> None:
    """Raises ValuesRefused: the address does not answer at all. What it answers shows when its
    chart is read: it may not know the secret yet.
    """
    try:
        await SignedHttp(platform, url, [secret]).read_chart()
    except NoAnswer as error:
        reason = str(error).partition(": ")[2].rstrip(".")
        raise ValuesRefused(
            [("url", f"The address does not answer, so nothing was connected: {reason}.")]
        ) from error
    except (TargetError, AccessDenied):
        return


def _checked_secret(secret: str) -> str:
    try:
        if secret.startswith(_MARK):
            key = base64.b64decode(secret.removeprefix(_MARK), validate=True)
        else:
            key = b""
    except binascii.Error:
        key = b""
    if not 24 <= len(key) <= 64:
        raise ValuesRefused(
            [("secret", "Give whsec_ and 24 to 64 bytes in base64, or leave it out.")]
        )
    return secret


async def ask_again(
    platform: Platform, actor: Actor, connection_id: str, redirect_uri: str, *, person: str
) -> str:
    """Where a person says yes once more. Raises ValuesRefused: nobody is asked for this
    provider.
    """
    connection = await live_connection(platform, actor.account_id, connection_id)
    if connection.grant_id is None:
        raise ValuesRefused(
            [
                (
                    "connection",
                    "Its requests are signed: nobody is asked. Read its chart to try again.",
                )
            ]
        )
    provider = provider_of(platform, connection.provider)
    grant = await grants.begin(
        platform,
        provider,
        account_id=actor.account_id,
        actor=actor.name,
        redirect_uri=redirect_uri,
        grant_id=connection.grant_id,
        person=person,
    )
    return grant.url


async def authorize(
    platform: Platform, actor: Actor, request: AuthorizationRequest, *, person: str
) -> str:
    """Take what a provider's page has handed over: the connection's id. Raises what `grants.finish`
    does.
    """
    account_id = actor.account_id
    name = await grants.provider_asked(platform, account_id, request.state, person=person)

    async def company_of(tokens: TokenSet) -> Company:
        return await _company(platform, name, tokens=tokens, realm=request.realm_id)

    grant = await reached(
        grants.finish(
            platform,
            provider_of(platform, name),
            account_id=account_id,
            state=request.state,
            code=request.code,
            company_of=company_of,
            person=person,
        )
    )
    row = await platform.database.first(
        statement(
            "SELECT id FROM books_connections WHERE account_id = ? AND grant_id = ?",
            [account_id, grant.id],
        )
    )
    if row is None:
        raise NoSuchConnection
    connection_id = text(row, "id")
    changes = [*reversed(let_in(connection_id))]
    await _write(
        platform,
        actor,
        connection_id=connection_id,
        action=Audited.CONNECTED,
        detail={"provider": name},
        statements=changes,
    )
    return connection_id


async def _company(platform: Platform, name: str, tokens: TokenSet, realm: str | None) -> Company:
    url = platform.settings.of(BooksSettings).app(name).url
    if name == "xero":
        from tillroll.books.targets import xero  # noqa: PLC0415 - only what is connected is loaded

        return await xero.company_of(platform, tokens.access, url or xero.API_URL)
    if name == "quickbooks":
        from tillroll.books.targets import quickbooks  # noqa: PLC0415 - as above

        if not realm:
            raise ValuesRefused(
                [("realmId", "QuickBooks says whose books they are: give its realmId.")]
            )
        return await quickbooks.company_of(
            platform, tokens.access, realm=realm, api_url=url or quickbooks.API_URL
        )
    from tillroll.books.targets import hubspot  # noqa: PLC0415 - as above

    return await hubspot.company_of(platform, tokens.access, url or hubspot.API_URL)


_LET_IN: Final = """
  UPDATE books_connections SET denied_at = NULL, denied_why = NULL WHERE id = ? AND ended_at IS NULL
"""


def let_in(connection_id: str) -> list[Statement]:
    """The books let us in again: what was kept back is looked at."""
    return [
        statement(_LET_IN, [connection_id]),
        repository.touch(connection_id, "code = 'disconnected'"),
    ]


async def change(
    platform: Platform, actor: Actor, connection_id: str, request: ConnectionChange
) -> None:
    """Change what is given. With other approvals wanted, all that is not written is looked at
    again.
    """
    connection = await live_connection(platform, actor.account_id, connection_id)
    changes = request.model_dump(exclude_none=True)
    if not changes:
        return
    before: JsonObject = {
        "onlyApproved": connection.only_approved,
        "onChange": connection.on_change,
    }
    after: JsonObject = {
        name: value
        for name, value in request.as_json().items()
        if name in before and value is not None
    }
    update = statement(
        """
        UPDATE books_connections
        SET name = COALESCE(?3, name), only_approved = COALESCE(?4, only_approved),
          on_change = COALESCE(?5, on_change)
        WHERE id = ?1 AND account_id = ?2 AND ended_at IS NULL
        """,
        [
            connection_id,
            actor.account_id,
            request.name,
            _flag(request.only_approved),
            _flag(request.on_change),
        ],
    )
    if request.only_approved is None:
        touched = []
    else:
        touched = [repository.touch(connection_id, "state = 'left_out'")]
    await _write(
        platform,
        actor,
        connection_id=connection_id,
        action=Audited.CHANGED,
        detail={"fields": [*sorted(changes)], **values_changed(before, after)},
        statements=[*touched, update],
    )


def _flag(value: bool | None) -> int | None:
    if value is None:
        return None
    return int(value)


async def end(platform: Platform, actor: Actor, connection_id: str) -> None:
    """End a connection. What is in the books stays there. Where the provider did not confirm that
    our permission has ended, a notice asks owners to end it there.
    """
    connection = await live_connection(platform, actor.account_id, connection_id)
    now = to_text(platform.clock.now())
    notice: list[Statement] = []
    if connection.grant_id is not None:
        provider = provider_of(platform, connection.provider)
        is_withdrawn = await grants.disconnect(
            platform, provider, account_id=actor.account_id, grant_id=connection.grant_id
        )
        if not is_withdrawn:
            about = f"{connection.name}, in {connection.provider_name}"
            subject = Subject(connection_id, about=about)
            notice = notify(actor.account_id, BOOKS_NOT_WITHDRAWN, subject=subject, now=now)
    ended = statement(
        """
        UPDATE books_connections SET ended_at = ?3, secret = NULL
        WHERE id = ?1 AND account_id = ?2 AND ended_at IS NULL
        """,
        [connection_id, actor.account_id, now],
    )
    await _write(
        platform,
        actor,
        connection_id=connection_id,
        action=Audited.DISCONNECTED,
        detail={},
        statements=[*notice, ended],
    )


async def _write(
    platform: Platform,
    actor: Actor,
    connection_id: str,
    action: Action,
    detail: JsonObject,
    statements: Sequence[Statement],
) -> None:
    """The last of `statements` changes the connection's row, or nothing is written.
    Raises NoSuchConnection.
    """
    now = to_text(platform.clock.now())
    event = actor.event(
        action, new_id("aud"), at=now, detail={"connection": connection_id, **detail}
    )
    try:
        await platform.database.batch([*statements, append_if_changed(event)])
    except ConstraintFailed as error:
        raise NoSuchConnection from error


async def reached(answer: Awaitable[Answer]) -> Answer:
    """What a target answers to a person who waits for it. Raises NotConnected, BooksUnreachable."""
    try:
        return await answer
    except (GrantRevoked, AccessDenied) as error:
        raise NotConnected(str(error)) from error
    except TargetError as error:
        raise BooksUnreachable(str(error)) from error


async def read_chart(platform: Platform, actor: Actor, connection_id: str) -> Chart:
    """Read the accounts and tax codes that there are, and keep them. A connection that had been
    refused is good again.
    """
    connection = await live_connection(platform, actor.account_id, connection_id)
    chart = await reached(_chart(platform, connection))
    statements = let_in(connection_id) if connection.denied_at is not None else []
    keep = statement(
        "UPDATE books_connections SET chart = ?2, chart_at = ?3 WHERE id = ?1",
        [connection_id, chart_to_json(chart), to_text(platform.clock.now())],
        account=actor.account_id,
    )
    await platform.database.batch([keep, *statements])
    return chart


async def _chart(platform: Platform, connection: Connection) -> Chart:
    return await (await target_of(platform, connection)).read_chart()


def chart_to_json(chart: Chart) -> str:
    accounts: list[Json] = [
        {
            "code": each.code,
            "name": each.name,
            "number": each.number,
            "type": each.type,
            "isActive": each.is_active,
        }
        for each in chart.accounts
    ]
    taxes: list[Json] = [
        {
            "code": each.code,
            "name": each.name,
            "percent": each.percent,
            "isActive": each.is_active,
            "ofPurchases": each.of_purchases,
            "ofSales": each.of_sales,
        }
        for each in chart.tax_codes
    ]
    return dump(
        {
            "company": chart.company,
            "currency": chart.currency,
            "accounts": accounts,
            "taxCodes": taxes,
        }
    )


def chart_from_json(stored: str) -> Chart:
    fields = load_object(stored)
    accounts = fields["accounts"]
    taxes = fields["taxCodes"]
    assert isinstance(accounts, list)  # noqa: S101 - `chart_to_json` has written it
    assert isinstance(taxes, list)  # noqa: S101 - as above
    return Chart(
        str(fields["company"]),
        str(fields["currency"]),
        accounts=tuple(_account(each) for each in accounts if isinstance(each, dict)),
        tax_codes=tuple(_tax_code(each) for each in taxes if isinstance(each, dict)),
    )


def _account(stored: JsonObject) -> Account:
    names = [str(stored[name]) for name in ("code", "name", "number", "type")]
    return Account(*names, is_active=stored["isActive"] is True)


def _tax_code(stored: JsonObject) -> TaxCode:
    percent = stored["percent"]
    return TaxCode(
        str(stored["code"]),
        str(stored["name"]),
        None if percent is None else str(percent),
        is_active=stored["isActive"] is True,
        of_purchases=stored["ofPurchases"] is True,
        of_sales=stored["ofSales"] is True,
    )


def chart_of(row: Row) -> Chart | None:
    """The chart of a row of `books_connections`; None before it was read."""
    stored = optional_text(row, "chart")
    if stored is None:
        return None
    return chart_from_json(stored)


async def set_mapping(
    platform: Platform, actor: Actor, connection_id: str, words: Sequence[MappedWord]
) -> BooksMapping:
    """Keep a mapping, all of it. What was set aside is looked at again. What is written stays as it
    is, until the expense itself changes.
    """
    connection = await live_connection(platform, actor.account_id, connection_id)
    codes: dict[tuple[Word, str], str] = {}
    problems: list[tuple[str, str]] = []
    for place, each in enumerate(words):
        if (each.what, each.word) in codes:
            problems.append((f"words.{place}", "This word is there twice."))
        codes[each.what, each.word] = each.code.strip()
    query = "SELECT chart FROM books_connections WHERE id = ?"
    row = await platform.database.first(statement(query, [connection_id]))
    places = {(each.what, each.word): place for place, each in enumerate(words)}
    chart = None if row is None else chart_of(row)
    needs_codes = needs_tax_codes(connection.provider)
    for word, sentence in check(codes, chart, needs_codes=needs_codes):
        problems.append((f"words.{places[word]}", sentence))
    problems += await _strangers(platform, actor.account_id, codes=codes, places=places)
    if problems:
        raise ValuesRefused(problems)
    statements = [
        statement("DELETE FROM books_mapping WHERE connection_id = ?", [connection_id]),
        *(
            insert_row(
                "books_mapping",
                {"connection_id": connection_id, "what": what.value, "word": word, "code": code},
            )
            for (what, word), code in codes.items()
        ),
        repository.touch(connection_id, "state = 'set_aside'"),
        statement(
            "UPDATE books_connections SET name = name WHERE id = ? AND account_id = ? "
            "AND ended_at IS NULL",
            [connection_id, actor.account_id],
        ),
    ]
    await _write(
        platform,
        actor,
        connection_id=connection_id,
        action=Audited.MAPPED,
        detail={"words": len(codes)},
        statements=statements,
    )
    return BooksMapping(codes)


async def _strangers(
    platform: Platform,
    account_id: str,
    codes: Mapping[tuple[Word, str], str],
    places: Mapping[tuple[Word, str], int],
) -> list[tuple[str, str]]:
    """People in a mapping whom the account does not have."""
    people = [word for what, word in codes if what is Word.PERSON]
    if not people:
        return []
    query = "SELECT id FROM users WHERE account_id = ? AND id IN (SELECT value FROM json_each(?))"
    rows = await platform.database.all(statement(query, [account_id, dump([*people])]))
    members = {text(row, "id") for row in rows}
    sentence = "The account has no such person."
    return [
        (f"words.{places[Word.PERSON, each]}", sentence) for each in people if each not in members
    ]
