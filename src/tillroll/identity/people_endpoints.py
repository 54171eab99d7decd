"""Routes of the people of an account, of their tokens, and of sign-ins that were refused."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import Body

from tillroll.access.permissions import Permission
from tillroll.access.roles import Role
from tillroll.api.across import EachDatabase, merged
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged, PageRequest
from tillroll.api.routing import Router
from tillroll.identity import models, people, refusal_rows, tokens
from tillroll.identity.recent import SignedInRecently
from tillroll.identity.refusals import NOBODY
from tillroll.identity.repository import Person, roles_held
from tillroll.mail.service import sends_mail
from tillroll_durable.platform.bindings.database import Row, of_row, text
from tillroll_durable.platform.models import Page
from tillroll_durable.platform.services import Platform

router = Router()

_NEW_TOKEN: Final = {
    "name": "bookkeeping script",
    "expiresInDays": 90,
    "scopes": ["read", "submit"],
}


@router.get("/api/people", tags=["people"], openapi_extra=needs(Permission.READ))
async def list_people(platform: PlatformHere, principal: Caller) -> models.PeopleList:
    """Everybody of the account, in the order in which they came."""
    return models.PeopleList(
        items=await people.list_people(platform, principal), offers_mail=sends_mail(platform)
    )


@router.post(
    "/api/people", tags=["people"], status_code=201, openapi_extra=needs(Permission.PEOPLE)
)
async def invite_person(
    platform: PlatformHere,
    principal: Caller,
    request: Annotated[
        models.InvitationRequest, Body(openapi_examples={"member": {"value": {"name": "Bob"}}})
    ],
) -> models.PersonLink:
    """Make a further person of the account, and the link that lets them in, once, within three
    days. Where it is not mailed, the one who made it counts as the person wherever a second one
    decides, until they come by one that is.
    """
    return await people.invite(platform, principal, request)


@router.post(
    "/api/people/{user_id}/links",
    tags=["people"],
    status_code=201,
    openapi_extra=needs(Permission.PEOPLE),
)
async def create_person_link(
    platform: PlatformHere,
    principal: Caller,
    user_id: str,
) -> models.PersonLink:
    """Make a link that lets a person in who cannot sign in any more, once, within a day. It is
    mailed to their confirmed address and not answered. Where they have none, it is answered: then
    the one who made it counts as the person wherever a second one decides, until they come by a
    link that was mailed, and all owners are notified.
    """
    return await people.make_link(platform, principal, user_id)


@router.delete(
    "/api/people/{user_id}/links",
    tags=["people"],
    status_code=204,
    openapi_extra=needs(Permission.PEOPLE),
)
async def revoke_person_links(platform: PlatformHere, principal: Caller, user_id: str) -> None:
    """Take back all links and codes of a person that nobody has used."""
    await people.revoke_links(platform, principal, user_id)


@router.post(
    "/api/people/{user_id}/lock-out",
    tags=["people"],
    status_code=204,
    openapi_extra=needs(Permission.PEOPLE),
)
async def lock_out_person(platform: PlatformHere, principal: Caller, user_id: str) -> None:
    """End all of a person's sessions, passkeys and unused links, for instance after a theft. Their
    tokens are revoked one by one; a link lets them in again.
    """
    await people.lock_person_out(platform, principal, user_id)


@router.put("/api/people/{user_id}/roles", tags=["people"], openapi_extra=needs(Permission.PEOPLE))
async def change_person_roles(
    platform: PlatformHere,
    principal: Caller,
    user_id: str,
    request: Annotated[
        models.RolesRequest,
        Body(openapi_examples={"an approver": {"value": {"roles": ["approver"]}}}),
    ],
) -> models.PersonRoles:
    """Give a person these roles in place of those they had: their next request is held to them."""
    person = Person(principal.account_id, user_id)
    roles = [role for role in Role if role in request.roles]
    before = await roles_held(platform.database, person)
    changed = people.change_roles(
        person, roles, actor=principal.actor, now=platform.clock.now(), before=before
    )
    await people.keeping_an_owner(platform, person, changed)
    return models.PersonRoles(user_id=user_id, roles=roles)


@router.delete(
    "/api/people/{user_id}/sessions",
    tags=["people"],
    status_code=204,
    openapi_extra=needs(Permission.PEOPLE),
)
async def sign_out_person(platform: PlatformHere, principal: Caller, user_id: str) -> None:
    """Sign a person out everywhere at once. Their passkeys and tokens stay."""
    await people.sign_person_out(platform, principal, user_id)


@router.delete(
    "/api/people/{user_id}",
    tags=["people"],
    status_code=204,
    openapi_extra=needs(Permission.PEOPLE),
)
async def remove_person(platform: PlatformHere, principal: Caller, user_id: str) -> None:
    """Remove a person: sessions, passkeys, tokens and links have ended, and cannot be made again.
    What they handed in and decided stays, under their name.
    """
    person = Person(principal.account_id, user_id)
    removed = people.remove_person(person, principal.actor, platform.clock.now())
    await people.keeping_an_owner(platform, person, removed)


@router.get("/api/sign-in-refusals", tags=["people"], openapi_extra=needs(Permission.PEOPLE))
async def list_sign_in_refusals(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
) -> Page[models.RefusedSignIns]:
    """Refused codes, passkeys and tokens of the account's people in the last thirty days, newest
    hour first.
    """
    return await _page_of_refusals([platform], principal.account_id, page)


@router.get(
    "/api/sign-in-refusals/of-nobody", tags=["people"], openapi_extra=needs(Permission.DEPLOYMENT)
)
async def list_sign_in_refusals_of_nobody(
    databases: EachDatabase,
    page: Paged,
) -> Page[models.RefusedSignIns]:
    """Refused sign-ins by what is no code, passkey or token that anybody has, or had."""
    return await _page_of_refusals(databases, NOBODY, page)


async def _page_of_refusals(
    databases: Sequence[Platform],
    account_id: str,
    page: PageRequest,
) -> Page[models.RefusedSignIns]:
    place = [*page.after.split(" "), "", "", ""][:4]  # its hour, user, way and network

    async def rows_of(platform: Platform) -> list[Row]:
        return await refusal_rows.refusals_of(
            platform.database, account_id, place=place, limit=page.fetch_limit
        )

    rows = refusal_rows.sum_by_place(
        await merged(databases, rows_of, lambda row: text(row, "place"))
    )
    refusals, cursor = page.cut(rows, lambda row: text(row, "place"))
    return Page(items=[of_row(models.RefusedSignIns, row) for row in refusals], next_cursor=cursor)


@router.get("/api/tokens", tags=["tokens"], openapi_extra=needs(Permission.CREDENTIALS))
async def list_tokens(platform: PlatformHere, principal: Caller, page: Paged) -> Page[models.Token]:
    """The tokens, newest first, also those that have ended."""
    return page.of(
        await tokens.list_tokens(platform, principal, cursor=page.after, limit=page.fetch_limit)
    )


@router.post(
    "/api/tokens", tags=["tokens"], status_code=201, openapi_extra=needs(Permission.CREDENTIALS)
)
async def create_token(
    platform: PlatformHere,
    principal: Caller,
    _: SignedInRecently,
    request: Annotated[
        models.TokenRequest, Body(openapi_examples={"a quarter": {"value": _NEW_TOKEN}})
    ],
) -> models.NewToken:
    """Make a token for the caller. It is in no other place than this answer."""
    return await tokens.make_token(platform, principal, request)


@router.delete(
    "/api/tokens/{token_id}",
    tags=["tokens"],
    status_code=204,
    openapi_extra=needs(Permission.CREDENTIALS),
)
async def revoke_token(platform: PlatformHere, principal: Caller, token_id: str) -> None:
    """Revoke a token: the next request with it is refused. One that is revoked already stays so."""
    await tokens.end_token(platform, principal, token_id)
