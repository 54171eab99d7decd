"""Routes of the people of an account, who an owner invites and lets in again."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Body
from pydantic import AfterValidator, Field

from tillroll.access.permissions import Permission
from tillroll.access.roles import OF_INVITED, Role, granted, roles_of
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.problems import INVALID_VALUES, LAST_OWNER, Problem, not_found
from tillroll.identity import invitations, people
from tillroll.identity.credentials import NewCode, Person, end_sessions, new_code, new_member
from tillroll.mail.service import sends_mail
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import LINK_SHOWN
from tillroll.platform.bindings.database import ConstraintFailed, Row, Statement, integer, of_row, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import load_texts
from tillroll.platform.models import Model, RequestBody, ShownOnce
from tillroll.platform.services import Platform

router = APIRouter(tags=["people"])

_LONGEST_NAME = 200


class AccountPerson(Model):
    """`removed_at` is null while they are there.
    `passkeys` and `open_links` count what a person has, and which links nobody has used yet; `mail` says whether
    links can be mailed to them, and is stopped where mail came back. `last_mail` says what became of the last mail to
    them, an invitation too: waiting, sent, unsent (its run failed or was stopped), bounced (it came back) or complained
    (it was reported as spam). `let_in_by` names those who let the person in by a link that they saw: wherever a second
    person decides, they and the person count as one. These are null where a member asks, who is not told."""

    id: str
    name: str
    roles: list[Role]
    created_at: str
    removed_at: str | None
    passkeys: int | None
    open_links: int | None
    mail: Literal["none", "confirmed", "stopped"] | None
    last_mail: Literal["waiting", "sent", "unsent", "bounced", "complained"] | None
    let_in_by: list[str] | None


class PeopleList(Model):
    """`offers_mail`: links can be mailed, since this deployment sends mail."""

    items: list[AccountPerson]
    offers_mail: bool


class RolesShape(Model):
    user_id: str
    roles: list[Role]


class LinkShape(Model):
    """`url` is shown this once. It is relative to where Tillroll runs, and has the code in its fragment; it is null
    where the link was mailed, to `mailed_to`."""

    user_id: str
    url: ShownOnce
    mailed_to: str | None
    expires_at: str


def _name(given: str) -> str:
    if not given.strip() or not given.isprintable() or len(given) > _LONGEST_NAME:
        raise ValueError(f"Give a name of 1 to {_LONGEST_NAME} printable characters")
    return given.strip()


Roles = Annotated[list[Role], Field(min_length=1, max_length=len(Role))]


class InvitationRequest(RequestBody):
    name: Annotated[str, AfterValidator(_name), Field(description="What the new person is called")]
    roles: Annotated[
        Roles | None, Field(description="What they do in the account; submitter and operator, if not said")
    ] = None
    mail: Annotated[
        str | None, Field(description="Where the link is mailed; without one it is answered, for you to hand on")
    ] = None


class RolesRequest(RequestBody):
    """All that the person does in the account from then on."""

    roles: Roles


@router.get("/api/people", openapi_extra=needs(Permission.READ))
async def list_people(platform: PlatformHere, principal: Caller) -> PeopleList:
    """Everybody of the account, in the order in which they came."""
    rows = await people.people_of(platform.database, principal.account_id, platform.clock.now())
    return PeopleList(
        items=[_shape(row, is_for_owner=principal.may(Permission.PEOPLE)) for row in rows],
        offers_mail=sends_mail(platform),
    )


@router.post("/api/people", status_code=201, openapi_extra=needs(Permission.PEOPLE))
async def invite(
    platform: PlatformHere,
    principal: Caller,
    asked: Annotated[InvitationRequest, Body(openapi_examples={"member": {"value": {"name": "Bob"}}})],
) -> LinkShape:
    """Make a further person of the account, and the link that lets them in, once, within three days. Where it is not
    mailed, whoever made it counts as the person wherever a second one decides, until they come by one that is."""
    now = platform.clock.now()
    present = await people.people_of(platform.database, principal.account_id, now)
    if sum(person["removed_at"] is None for person in present) >= people.MOST_PEOPLE:
        raise Problem(INVALID_VALUES, f"An account has at most {people.MOST_PEOPLE} people.")
    roles = asked.roles or OF_INVITED
    mail = None if asked.mail is None else await invitations.address_given(platform, asked.mail)
    user_id, statements, code = new_member(principal.account_id, asked.name, roles, principal.actor, now, mail)
    if mail is None:
        decides = Permission.APPROVE in granted(roles, is_operator=False)
        told = _shown(Person(principal.account_id, user_id), now) if decides else []
        await platform.database.batch([*statements, *code.statements, *told])
    else:
        await invitations.mail_code(platform, principal, "invitation", user_id, mail, code, statements)
    return _link(user_id, code, mail)


@router.post("/api/people/{user_id}/links", status_code=201, openapi_extra=needs(Permission.PEOPLE))
async def make_link(
    platform: PlatformHere,
    principal: Caller,
    user_id: str,
) -> LinkShape:
    """Make a link that lets a person in who cannot sign in any more, once, within a day. It is mailed to their
    confirmed address and not answered. Where they have none, it is answered: then whoever made it counts as the person
    wherever a second one decides, until they come by a link that was mailed, and all owners are told."""
    person, now = Person(principal.account_id, user_id), platform.clock.now()
    mail = await invitations.confirmed_address(platform, person)
    if mail is None:
        code = new_code(person, principal.actor, now, "recovery")
        await _write(platform, [*code.statements, *_shown(person, now)])
        return _link(user_id, code)
    code = new_code(person, principal.actor, now, "recovery", mail)
    await invitations.mail_code(platform, principal, "recovery", user_id, mail, code, [])
    return _link(user_id, code, mail)


@router.delete("/api/people/{user_id}/links", status_code=204, openapi_extra=needs(Permission.PEOPLE))
async def take_back_links(platform: PlatformHere, principal: Caller, user_id: str) -> None:
    """Take back all links and codes of a person that nobody has used."""
    person = Person(principal.account_id, user_id)
    await _write(platform, people.take_back_links(person, principal.actor, platform.clock.now()))


@router.post("/api/people/{user_id}/lock-out", status_code=204, openapi_extra=needs(Permission.PEOPLE))
async def lock_out(platform: PlatformHere, principal: Caller, user_id: str) -> None:
    """End all of a person's sessions, passkeys and unused links, for instance after a theft. Their tokens are revoked
    one by one; a link lets them in again."""
    person = Person(principal.account_id, user_id)
    await _write(platform, people.lock_out(person, principal.actor, platform.clock.now()))


@router.put("/api/people/{user_id}/roles", openapi_extra=needs(Permission.PEOPLE))
async def change_roles(
    platform: PlatformHere,
    principal: Caller,
    user_id: str,
    asked: Annotated[RolesRequest, Body(openapi_examples={"an approver": {"value": {"roles": ["approver"]}}})],
) -> RolesShape:
    """Give a person these roles in place of those they had: their next request is held to them."""
    person = Person(principal.account_id, user_id)
    roles = [role for role in Role if role in asked.roles]
    changed = people.change_roles(person, roles, principal.actor, platform.clock.now())
    await _keeping_an_owner(platform, person, changed)
    return RolesShape(user_id=user_id, roles=roles)


@router.delete("/api/people/{user_id}/sessions", status_code=204, openapi_extra=needs(Permission.PEOPLE))
async def sign_out_person(platform: PlatformHere, principal: Caller, user_id: str) -> None:
    """Sign a person out everywhere at once. Their passkeys and tokens stay."""
    person = Person(principal.account_id, user_id)
    await _write(platform, end_sessions(person, principal.actor, platform.clock.now()))


@router.delete("/api/people/{user_id}", status_code=204, openapi_extra=needs(Permission.PEOPLE))
async def remove_person(platform: PlatformHere, principal: Caller, user_id: str) -> None:
    """Remove a person: sessions, passkeys, tokens and links have ended, and cannot be made again. What they handed in
    and decided stays, under their name."""
    person = Person(principal.account_id, user_id)
    await _keeping_an_owner(platform, person, people.remove_person(person, principal.actor, platform.clock.now()))


async def _keeping_an_owner(platform: Platform, person: Person, statements: list[Statement]) -> None:
    """Raises Problem: 404, the account has no such person; 409, it would have no owner."""
    try:
        await platform.database.batch(statements)
    except ConstraintFailed as error:
        if await people.is_there(platform.database, person):
            raise Problem(LAST_OWNER, "An account keeps an owner: make somebody else one first.") from error
        raise not_found("person") from error


async def _write(platform: Platform, statements: list[Statement]) -> None:
    """Raises Problem: 404, the account has no such person."""
    try:
        await platform.database.batch(statements)
    except ConstraintFailed as error:
        raise not_found("person") from error


def _shown(person: Person, now: datetime) -> list[Statement]:
    """Tell the person, and all owners, that somebody saw a link that signs in as them."""
    at = to_text(now)
    return notify(person.account_id, LINK_SHOWN, Subject(person.user_id, occasion=at), at, person=person.user_id)


def _link(user_id: str, code: NewCode, mailed_to: str | None = None) -> LinkShape:
    url = code.path if mailed_to is None else None
    return LinkShape(user_id=user_id, url=url, mailed_to=mailed_to, expires_at=code.expires_at)


def _shape(row: Row, *, is_for_owner: bool) -> AccountPerson:
    return of_row(
        AccountPerson,
        row,
        roles=[*roles_of(optional_text(row, "roles"))],
        passkeys=integer(row, "passkeys") if is_for_owner else None,
        open_links=integer(row, "links") if is_for_owner else None,
        mail=_mail_of(row) if is_for_owner else None,
        last_mail=_last_mail_of(row) if is_for_owner else None,
        let_in_by=load_texts(text(row, "let_in_by")) if is_for_owner else None,
    )


def _mail_of(row: Row) -> Literal["none", "confirmed", "stopped"]:
    match row["mail"]:
        case "confirmed" | "stopped" as state:
            return state
        case _:
            return "none"


def _last_mail_of(row: Row) -> Literal["waiting", "sent", "unsent", "bounced", "complained"] | None:
    match row["last_mail"]:
        case "waiting" | "sent" | "unsent" | "bounced" | "complained" as became:
            return became
        case _:
            return None
