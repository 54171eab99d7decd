"""Passkeys: the challenges of both ceremonies, who we are to an authenticator, and a person's
passkeys.
"""

import hashlib
import ipaddress
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from tillroll.api.rates import count_sign_in
from tillroll.identity import cose, models, passkey_rows, webauthn
from tillroll.identity.authentication import Principal, principal_of
from tillroll.identity.cose import CeremonyRefused
from tillroll.identity.passkey_rows import MOST_PASSKEYS
from tillroll.identity.refusals import note_refused
from tillroll.identity.repository import Audited, Person, secret_hash, write
from tillroll.identity.sessions import SignIn
from tillroll.identity.webauthn import Expected, Known
from tillroll_durable import Actor
from tillroll_durable.audit import append, append_if_changed
from tillroll_durable.platform import base64url, log
from tillroll_durable.platform.bindings.database import ConstraintFailed, Row, integer, of_row, text
from tillroll_durable.platform.bindings.moves import find
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.invocation import enter
from tillroll_durable.platform.json import JsonObject, dump, load_texts
from tillroll_durable.platform.refusals import INVALID_VALUES, Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import FIRST, of_id

LIFETIME: Final = timedelta(minutes=5)

Purpose: TypeAlias = Literal["register", "sign_in"]


class NoSuchPasskey(Refusal):
    thing = "passkey"


class NoPasskeysHere(Refusal):
    """The address has no name, and no passkey can be bound to it."""

    kind = Kind("no-passkeys-here", 409, "No passkey can be bound to this address")
    explanation = (
        "Open Tillroll by its name, on this machine http://localhost and the port, and try again."
    )


class LastPasskey(Refusal):
    """The passkey is the person's last one."""

    kind = Kind("last-passkey", 409, "It is the last passkey")
    explanation = (
        "Without it you sign in by a link only, which an owner of the account makes. Add another "
        "passkey first, or send `last=true`."
    )


class NotKept(Refusal):
    """A new passkey cannot be taken; the message says why."""

    kind = INVALID_VALUES
    explanation = "The passkey was not kept. Begin again with `POST /api/passkeys/options`."

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.extra = {
            "errors": [{"field": "attestationObject", "message": f"It cannot be taken: {why}."}]
        }


class PasskeyRefused(Refusal):
    """Nobody is let in by a passkey; the message says what to do."""

    kind = Kind("passkey-refused", 401, "The passkey cannot be used")


@dataclass(frozen=True)
class RelyingParty:
    """`id` is the host's name, to which passkeys are bound; `origin` has its scheme and port
    too.
    """

    id: str
    origin: str


def relying_party(scheme: str, host: str, netloc: str) -> RelyingParty:
    """Name the relying party by the address that the browser asks. Cloudflare hands us requests for
    our own hosts only, and a page of another host has another origin in its client data.
    """
    name = host.lower()
    if not name or _is_address(name):
        raise NoPasskeysHere
    return RelyingParty(name, f"{scheme}://{netloc}".lower())


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


async def begin_ceremony(
    platform: Platform, purpose: Purpose, user_id: str | None
) -> tuple[bytes, str]:
    """A new challenge, and a secret by which the browser is known that answers it."""
    challenge = secrets.token_bytes(32)
    browser = secrets.token_urlsafe(32)
    now = platform.clock.now()
    ceremony = {
        "challenge_hash": _challenge_hash(challenge),
        "purpose": purpose,
        "user_id": user_id,
        "browser_hash": secret_hash(browser),
        "expires_at": to_text(now + LIFETIME),
    }
    await platform.database.batch(passkey_rows.insert_ceremony(ceremony, to_text(now)))
    return challenge, browser


async def _take_challenge(
    platform: Platform, purpose: Purpose, user_id: str | None, browser: str, client: bytes
) -> bytes:
    """The challenge that client data answer. It counts from here on as answered, whatever comes of
    the answer.
    """
    challenge = webauthn.challenge_of(client)
    of_browser = secret_hash(browser)
    now = to_text(platform.clock.now())
    if not await passkey_rows.take_ceremony(
        platform.database,
        _challenge_hash(challenge),
        purpose=purpose,
        user_id=user_id,
        browser=of_browser,
        now=now,
    ):
        raise CeremonyRefused(
            "the challenge is not for this browser, was answered before, or is older than five "
            "minutes"
        )
    return challenge


def _challenge_hash(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()


def _user_handle(user_id: str) -> str:
    """What a passkey keeps of its user: the id, which says nothing about the person."""
    return base64url.encoded(user_id.encode())


def _user_of(handle: str) -> str:
    """The user that a handle says; empty where it says none, which no passkey of ours does."""
    try:
        return cose.from_base64url(handle).decode()
    except (CeremonyRefused, UnicodeDecodeError):
        return ""


async def list_passkeys(platform: Platform, user_id: str) -> list[models.Passkey]:
    """List a person's passkeys in the order in which they were made."""
    return [
        of_row(models.Passkey, row)
        for row in await passkey_rows.passkeys_of(platform.database, user_id)
    ]


async def begin_registration(
    platform: Platform, principal: Principal, party: RelyingParty
) -> tuple[models.CreationOptions, str]:
    """What `navigator.credentials.create` is asked for, and the browser's secret."""
    rows = await passkey_rows.passkeys_of(platform.database, principal.user_id)
    challenge, browser = await begin_ceremony(platform, "register", principal.user_id)
    options = models.CreationOptions(
        rp=models.RelyingPartyEntity(id=party.id, name="Tillroll"),
        user=models.UserEntity(
            id=_user_handle(principal.user_id),
            name=f"{principal.user_name} ({principal.account_name})",
            display_name=principal.user_name,
        ),
        challenge=base64url.encoded(challenge),
        pub_key_cred_params=[models.KeyParameter(alg=number) for number in cose.ALGORITHMS],
        timeout=int(LIFETIME.total_seconds() * 1000),
        exclude_credentials=[
            models.CredentialDescriptor(
                id=text(row, "credential_id"), transports=load_texts(text(row, "transports"))
            )
            for row in rows
            if row["rp_id"] == party.id
        ],
        authenticator_selection=models.AuthenticatorSelection(),
    )
    return options, browser


async def add_passkey(
    platform: Platform,
    principal: Principal,
    party: RelyingParty,
    browser: str,
    request: models.RegistrationRequest,
) -> models.Passkey:
    """Keep the passkey that a browser has made."""
    try:
        client = cose.from_base64url(request.client_data)
        challenge = await _take_challenge(
            platform, "register", user_id=principal.user_id, browser=browser, client=client
        )
        registration = await webauthn.register(
            platform.verifier,
            client,
            attestation_object=cose.from_base64url(request.attestation_object),
            expected=Expected(challenge, party.origin, party.id),
        )
    except CeremonyRefused as error:
        raise NotKept(str(error)) from error
    passkey_id = new_id("pky")
    at = to_text(platform.clock.now())
    insert = passkey_rows.insert_passkey(
        principal.person,
        {
            "id": passkey_id,
            "credential_id": base64url.encoded(registration.credential_id),
            "rp_id": party.id,
            "public_key": base64url.encoded(registration.public_key),
            "sign_count": registration.sign_count,
            "is_backup_eligible": int(registration.backup_eligible),
            "is_backed_up": int(registration.backed_up),
            "transports": dump([*request.transports]),
            "name": request.name,
            "created_at": at,
        },
    )
    event = principal.person.event(
        Audited.PASSKEY_ADDED,
        f"passkey.added:{passkey_id}",
        actor=principal.actor,
        at=at,
        passkey=passkey_id,
    )
    refusal = NotKept(f"it is registered already, or there are {MOST_PASSKEYS} others")
    await write(platform.database, [insert, append_if_changed(event)], refusal)
    return models.Passkey(
        id=passkey_id,
        name=request.name,
        host=party.id,
        synced=registration.backed_up,
        created_at=at,
        last_used_at=None,
    )


async def rename_passkey(
    platform: Platform, principal: Principal, passkey_id: str, name: str
) -> models.Passkey:
    """Give a passkey another name."""
    at = to_text(platform.clock.now())
    event = principal.person.event(
        Audited.PASSKEY_RENAMED, new_id("pkr"), actor=principal.actor, at=at, passkey=passkey_id
    )
    renamed = passkey_rows.rename_passkey(principal.user_id, passkey_id, name)
    await write(platform.database, [renamed, append_if_changed(event)], NoSuchPasskey())
    return of_row(models.Passkey, await _own(platform, principal, passkey_id))


async def remove_passkey(
    platform: Platform, principal: Principal, passkey_id: str, *, also_last: bool
) -> None:
    """End a passkey; the last one only with `also_last`."""
    at = to_text(platform.clock.now())
    key = f"passkey.removed:{passkey_id}"
    event = principal.person.event(
        Audited.PASSKEY_REMOVED, key, actor=principal.actor, at=at, passkey=passkey_id
    )
    removed = passkey_rows.remove_passkey(principal.user_id, passkey_id, at, also_last=also_last)
    try:
        await platform.database.batch([removed, append_if_changed(event)])
    except ConstraintFailed as error:
        await _own(platform, principal, passkey_id)
        raise LastPasskey from error


async def _own(platform: Platform, principal: Principal, passkey_id: str) -> Row:
    row = await passkey_rows.passkey_of(platform.database, principal.user_id, passkey_id)
    if row is None:
        raise NoSuchPasskey
    return row


async def begin_sign_in(
    platform: Platform, party: RelyingParty
) -> tuple[models.RequestOptions, str]:
    """What `navigator.credentials.get` is asked for, and the browser's secret. Nobody knows who
    will answer: the challenge waits in the first database.
    """
    challenge, browser = await begin_ceremony(enter(platform, FIRST), "sign_in", None)
    options = models.RequestOptions(
        challenge=base64url.encoded(challenge),
        rp_id=party.id,
        timeout=int(LIFETIME.total_seconds() * 1000),
        allow_credentials=[],
    )
    return options, browser


async def sign_in(
    platform: Platform,
    party: RelyingParty,
    browser: str,
    request: models.AssertionRequest,
    address: str | None,
) -> SignIn:
    """Let somebody in by a passkey's signature."""
    first = enter(platform, FIRST)
    platform = enter(platform, of_id(_user_of(request.user_handle)))
    try:
        platform, row, assertion, session_key = await _assert(
            platform, first=first, party=party, browser=browser, request=request
        )
    except CeremonyRefused as error:
        log.warning("passkey.refused", error=error)
        await note_refused(platform, "passkey", key=request.id, address=address)
        raise PasskeyRefused(
            "The passkey cannot be used here. Try again, or ask an owner of the account for a link."
        ) from error
    person = Person(text(row, "account_id"), text(row, "id"))
    at = to_text(platform.clock.now())
    passkey_id = text(row, "passkey_id")
    actor = f"user:{person.user_id}"
    if assertion.went_back:
        detail: JsonObject = {
            "passkey": row["passkey_id"],
            "kept": row["sign_count"],
            "given": assertion.sign_count,
        }
        event = Actor(person.account_id, actor).event(
            Audited.PASSKEY_COUNTER_WENT_BACK, new_id("pkc"), at=at, detail=detail
        )
        await platform.database.batch([append(replace(event, outcome="failure"))])
        await note_refused(platform, "passkey", key=request.id, address=address)
        raise PasskeyRefused(
            "The passkey's counter went back, as it does when a passkey was copied. Sign in "
            "otherwise and remove it."
        )
    used = passkey_rows.use_passkey(row, assertion.sign_count, backed_up=assertion.backed_up, at=at)
    event = person.event(
        Audited.SESSION_CREATED, session_key, actor=actor, at=at, passkey=passkey_id
    )
    refusal = PasskeyRefused(
        "The passkey was removed, or used elsewhere in this moment. Try again."
    )
    await write(platform.database, [used, append_if_changed(event)], refusal)
    epoch = integer(row, "session_epoch")
    return SignIn(platform, principal_of(row, actor), epoch, how="passkey")


async def _assert(
    platform: Platform,
    *,
    first: Platform,
    party: RelyingParty,
    browser: str,
    request: models.AssertionRequest,
) -> tuple[Platform, Row, webauthn.Asserted, str]:
    """The platform in the passkey's database, its row, what was asserted, and the key of the event
    that says so. The challenge waits on the platform `first`.
    """
    client = cose.from_base64url(request.client_data)
    challenge = await _take_challenge(
        first, "sign_in", user_id=None, browser=browser, client=client
    )
    platform, row = await find(
        platform,
        platform.shard,
        lambda entered: passkey_rows.find_passkey(entered.database, request.id),
    )
    if row is None or text(row, "rp_id") != party.id:
        raise CeremonyRefused("there is no such passkey")
    await count_sign_in(platform, f"user:{text(row, 'id')}")
    if request.user_handle != _user_handle(text(row, "id")):
        raise CeremonyRefused("the passkey is another user's")
    credential = Known(
        cose.from_base64url(text(row, "public_key")),
        integer(row, "sign_count"),
        bool(row["is_backup_eligible"]),
    )
    assertion = await webauthn.assert_known(
        platform.verifier,
        credential,
        client=client,
        authenticator=cose.from_base64url(request.authenticator_data),
        signature=cose.from_base64url(request.signature),
        expected=Expected(challenge, party.origin, party.id),
    )
    return platform, row, assertion, f"session.created:{_challenge_hash(challenge)[:16]}"
