"""Routes of the passkeys of whoever asks: made, listed, named, removed."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.problems import INVALID_VALUES, LAST_PASSKEY, Problem, not_found
from tillroll.identity import cose, passkeys
from tillroll.identity.authentication import Principal
from tillroll.identity.cose import ALGORITHMS, CeremonyRefused
from tillroll.identity.credentials import Person
from tillroll.identity.models import (
    AuthenticatorSelection,
    CreationOptions,
    CredentialDescriptor,
    KeyParameter,
    Passkey,
    PasskeyList,
    PasskeyNameRequest,
    RegistrationRequest,
    RelyingPartyShape,
    UserEntity,
)
from tillroll.identity.passkeys import PARTY_NAME, relying_party
from tillroll.identity.webauthn import Expected, register
from tillroll.platform.bindings.database import ConstraintFailed, Row, of_row, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import load
from tillroll.platform.services import Platform

router = APIRouter(tags=["passkeys"])


@router.get("/api/passkeys", openapi_extra=needs(Permission.CREDENTIALS))
async def list_passkeys(platform: PlatformHere, principal: Caller) -> PasskeyList:
    """The passkeys of whoever asks."""
    rows = await passkeys.passkeys_of(platform.database, principal.user_id)
    return PasskeyList(items=[_shape(row) for row in rows])


@router.post("/api/passkeys/options", openapi_extra=needs(Permission.CREDENTIALS))
async def begin_registration(
    request: Request, response: Response, platform: PlatformHere, principal: Caller
) -> CreationOptions:
    """What `navigator.credentials.create` is asked for. The challenge is good for five minutes, in this browser."""
    party = relying_party(request)
    rows = await passkeys.passkeys_of(platform.database, principal.user_id)
    challenge = await passkeys.begin_ceremony(platform, request, response, "register", principal.user_id)
    return CreationOptions(
        rp=RelyingPartyShape(id=party.id, name=PARTY_NAME),
        user=UserEntity(
            id=user_handle(principal.user_id),
            name=f"{principal.user_name} ({principal.account_name})",
            display_name=principal.user_name,
        ),
        challenge=cose.to_base64url(challenge),
        pub_key_cred_params=[KeyParameter(alg=number) for number in ALGORITHMS],
        timeout=int(passkeys.LIFETIME.total_seconds() * 1000),
        exclude_credentials=[_descriptor(row) for row in rows if row["rp_id"] == party.id],
        authenticator_selection=AuthenticatorSelection(),
    )


@router.post("/api/passkeys", status_code=201, openapi_extra=needs(Permission.CREDENTIALS))
async def add_passkey(
    request: Request, platform: PlatformHere, principal: Caller, asked: RegistrationRequest
) -> Passkey:
    """Keep the passkey that a browser has made."""
    party = relying_party(request)
    try:
        client = cose.from_base64url(asked.client_data)
        challenge = await passkeys.take_challenge(platform, request, "register", principal.user_id, client)
        made = await register(
            platform.verifier,
            client,
            cose.from_base64url(asked.attestation_object),
            Expected(challenge, party.origin, party.id),
        )
    except CeremonyRefused as error:
        raise _not_kept(str(error)) from error
    naming = passkeys.Naming(party.id, asked.name, tuple(asked.transports))
    at = to_text(platform.clock.now())
    passkey_id, batch = passkeys.add(_person(principal), made, naming, principal.actor, at)
    try:
        await platform.database.batch(batch)
    except ConstraintFailed as error:
        raise _not_kept(f"it is registered already, or there are {passkeys.MOST_PASSKEYS} others") from error
    return Passkey(
        id=passkey_id, name=asked.name, host=party.id, synced=made.backed_up, created_at=at, last_used_at=None
    )


@router.patch("/api/passkeys/{passkey_id}", openapi_extra=needs(Permission.CREDENTIALS))
async def name_passkey(
    platform: PlatformHere, principal: Caller, passkey_id: str, asked: PasskeyNameRequest
) -> Passkey:
    """Give a passkey another name."""
    at = to_text(platform.clock.now())
    try:
        await platform.database.batch(passkeys.rename(_person(principal), passkey_id, asked.name, principal.actor, at))
    except ConstraintFailed as error:
        raise not_found("passkey") from error
    return _shape(await _own(platform, principal, passkey_id))


@router.delete("/api/passkeys/{passkey_id}", status_code=204, openapi_extra=needs(Permission.CREDENTIALS))
async def remove_passkey(
    platform: PlatformHere,
    principal: Caller,
    passkey_id: str,
    is_last_too: Annotated[bool, Query(alias="last", description="Also where it is the last one")] = False,
) -> None:
    """End a passkey: nobody signs in with it any more. Sessions that it began stay."""
    at = to_text(platform.clock.now())
    try:
        await platform.database.batch(
            passkeys.remove(_person(principal), passkey_id, principal.actor, at, also_last=is_last_too)
        )
    except ConstraintFailed as error:
        await _own(platform, principal, passkey_id)
        raise Problem(
            LAST_PASSKEY,
            "Without it you sign in by a link only, which an owner of the account makes. Add another passkey first, or "
            "send `last=true`.",
        ) from error


async def _own(platform: Platform, principal: Principal, passkey_id: str) -> Row:
    """Raises Problem: 404, whoever asks has no such passkey."""
    row = await passkeys.passkey_of(platform.database, principal.user_id, passkey_id)
    if row is None:
        raise not_found("passkey")
    return row


def user_handle(user_id: str) -> str:
    """What a passkey keeps of its user: the id, which says nothing about the person."""
    return cose.to_base64url(user_id.encode())


def _person(principal: Principal) -> Person:
    return Person(principal.account_id, principal.user_id)


def _not_kept(why: str) -> Problem:
    return Problem(
        INVALID_VALUES,
        "The passkey was not kept. Begin again with `POST /api/passkeys/options`.",
        errors=[{"field": "attestationObject", "message": f"It cannot be taken: {why}."}],
    )


def _descriptor(row: Row) -> CredentialDescriptor:
    transports = load(text(row, "transports"))
    return CredentialDescriptor(
        id=text(row, "credential_id"),
        transports=[str(each) for each in transports] if isinstance(transports, list) else [],
    )


def _shape(row: Row) -> Passkey:
    return of_row(Passkey, row, host=text(row, "rp_id"), synced=bool(row["is_backed_up"]))
