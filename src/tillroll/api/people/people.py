"""The people of an account. An owner invites them, and lets them in again, by a link that works once."""

from typing import Annotated, Literal

from fastapi import APIRouter, Body
from pydantic import AfterValidator, Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.door.credentials import NewCode, Person, new_code, new_member
from tillroll.api.needs import needs
from tillroll.api.people import record
from tillroll.api.problems import INVALID_VALUES, Problem, not_found
from tillroll.api.shapes import Shape
from tillroll.platform.bindings.database import ConstraintFailed, Row, Statement, integer, text
from tillroll.platform.services import Platform
from tillroll.platform.shape import Asked, ShownOnce

router = APIRouter(tags=["people"])

_LONGEST_NAME = 200


class AccountPersonShape(Shape):
    """`passkeys` and `open_links` count what a person has, and which links nobody has used yet; null where a member
    asks, who is not told."""

    id: str
    name: str
    role: str
    created_at: str
    passkeys: int | None
    open_links: int | None


class PeopleList(Shape):
    items: list[AccountPersonShape]


class LinkShape(Shape):
    """`url` is shown this once. It is relative to where Tillroll runs, and has the code in its fragment."""

    user_id: str
    url: ShownOnce
    expires_at: str


def _name(given: str) -> str:
    if not given.strip() or not given.isprintable() or len(given) > _LONGEST_NAME:
        raise ValueError(f"Give a name of 1 to {_LONGEST_NAME} printable characters")
    return given.strip()


class InvitationRequest(Asked):
    name: Annotated[str, AfterValidator(_name), Field(description="What the new person is called")]
    role: Annotated[Literal["member", "owner"], Field(description="What they may do in the account")] = "member"


@router.get("/api/people", openapi_extra=needs(Permission.READ))
async def list_people(platform: PlatformHere, principal: Asking) -> PeopleList:
    """Everybody of the account, in the order in which they came."""
    rows = await record.people_of(platform.database, principal.account_id, platform.clock.now())
    return PeopleList(items=[_shape(row, is_for_owner=principal.may(Permission.ADMINISTER)) for row in rows])


@router.post("/api/people", status_code=201, openapi_extra=needs(Permission.ADMINISTER))
async def invite(
    platform: PlatformHere,
    principal: Asking,
    asked: Annotated[InvitationRequest, Body(openapi_examples={"member": {"value": {"name": "Bob"}}})],
) -> LinkShape:
    """Make a further person of the account, and the link that lets them in, once, within three days."""
    now = platform.clock.now()
    if len(await record.people_of(platform.database, principal.account_id, now)) >= record.MOST:
        raise Problem(INVALID_VALUES, f"An account has at most {record.MOST} people.")
    user_id, statements, code = new_member(principal.account_id, asked.name, asked.role, principal.actor, now)
    await platform.database.batch([*statements, *code.statements])
    return _link(user_id, code)


@router.post("/api/people/{user_id}/links", status_code=201, openapi_extra=needs(Permission.ADMINISTER))
async def make_link(platform: PlatformHere, principal: Asking, user_id: str) -> LinkShape:
    """Make a link that lets a person in who cannot sign in any more, once, within a day."""
    person = Person(principal.account_id, user_id)
    code = new_code(person, principal.actor, platform.clock.now(), "recovery")
    await _write(platform, code.statements)
    return _link(user_id, code)


@router.delete("/api/people/{user_id}/links", status_code=204, openapi_extra=needs(Permission.ADMINISTER))
async def take_back_links(platform: PlatformHere, principal: Asking, user_id: str) -> None:
    """Take back all links and codes of a person that nobody has used."""
    person = Person(principal.account_id, user_id)
    await _write(platform, record.take_back_links(person, principal.actor, platform.clock.now()))


@router.post("/api/people/{user_id}/lock-out", status_code=204, openapi_extra=needs(Permission.ADMINISTER))
async def lock_out(platform: PlatformHere, principal: Asking, user_id: str) -> None:
    """End all of a person's sessions, passkeys and unused links, for instance after a theft. Their tokens are revoked
    one by one; a link lets them in again."""
    person = Person(principal.account_id, user_id)
    await _write(platform, record.lock_out(person, principal.actor, platform.clock.now()))


async def _write(platform: Platform, statements: list[Statement]) -> None:
    """Raises Problem: 404, the account has no such person."""
    try:
        await platform.database.batch(statements)
    except ConstraintFailed as error:
        raise not_found("person") from error


def _link(user_id: str, code: NewCode) -> LinkShape:
    return LinkShape(user_id=user_id, url=code.path, expires_at=code.expires_at)


def _shape(row: Row, *, is_for_owner: bool) -> AccountPersonShape:
    return AccountPersonShape(
        id=text(row, "id"),
        name=text(row, "name"),
        role=text(row, "role"),
        created_at=text(row, "created_at"),
        passkeys=integer(row, "passkeys") if is_for_owner else None,
        open_links=integer(row, "links") if is_for_owner else None,
    )
