"""People of an account: invited, listed, given roles, let in again, locked out and removed. An
owner stays.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from tillroll.access.permissions import Permission
from tillroll.access.roles import OF_INVITED, Ends, Leaver, Role, granted, roles_of
from tillroll.identity import passkey_rows, repository
from tillroll.identity.authentication import Principal
from tillroll.identity.membership import LEAVERS
from tillroll.identity.models import AccountPerson, InvitationRequest, PersonLink
from tillroll.identity.repository import (
    Audited,
    NewCode,
    Person,
    end_sessions,
    keep_roles,
    new_code,
    rename,
    write,
)
from tillroll.mail.addresses import UnusableValue, hash_of_address, stopped
from tillroll.mail.service import NoMail, TooMany, mail_link, read_given, sends_mail
from tillroll.notifications.service import (
    Subject,
    notify,
    notify_approves_no_more,
    notify_owners,
    notify_removed,
)
from tillroll.notifications.topics import LINK_SHOWN
from tillroll.secret_links import LINKS, end_links
from tillroll_durable import NotBegun, Statement
from tillroll_durable.audit import append, append_if_changed, values_changed
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    insert_row,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, load_texts
from tillroll_durable.platform.refusals import INVALID_VALUES, Kind, Refusal
from tillroll_durable.platform.services import Platform

MOST_PEOPLE: Final = 200
"""So many can be invited."""
MOST_MAILED_A_DAY: Final = 50
"""So many links an account has mailed in a day: anyone who has an owner's token mails strangers no
more than that.
"""


class NoSuchPerson(Refusal):
    thing = "person"


class LastOwner(Refusal):
    kind = Kind("last-owner", 409, "The account would have no owner")
    explanation = "An account keeps an owner: make somebody else one first."


class TooManyPeople(Refusal):
    kind = INVALID_VALUES
    explanation = f"An account has at most {MOST_PEOPLE} people."


class TooManyMails(Refusal):
    kind = TooMany.kind
    explanation = f"{MOST_MAILED_A_DAY} links were mailed within a day. Try again tomorrow."


def end_secret_links(leaver: Leaver, at: str) -> Sequence[Statement]:
    """Take back the links to exports and claims that they made."""
    return [
        each
        for table, permission in LINKS.answers()
        for each in end_links(table, permission, leaver=leaver, at=at)
    ]


ENDS: Final[Sequence[Ends]] = (
    repository.end_tokens,
    repository.end_sign_in_links,
    end_secret_links,
)


def ending(leaver: Leaver, at: str) -> list[Statement]:
    """The statements that end it, for the batch of the change. Said again, they change nothing."""
    return [each for ends in (*ENDS, *LEAVERS.answers()) for each in ends(leaver, at)]


async def list_people(platform: Platform, principal: Principal) -> list[AccountPerson]:
    """Everybody of the account. What is for owners alone is left out for anyone else."""
    rows = await repository.people_of(platform.database, principal.account_id, platform.clock.now())
    names = ("passkeys", "open_links", "mail", "last_mail", "let_in_by")
    if principal.may(Permission.PEOPLE):
        withheld = {}
    else:
        withheld = dict.fromkeys(names)
    people: list[AccountPerson] = []
    for row in rows:
        row_lists = {
            "roles": roles_of(optional_text(row, "roles")),
            "let_in_by": load_texts(text(row, "let_in_by")),
        }
        people.append(of_row(AccountPerson, row, **{**row_lists, **withheld}))
    return people


def new_member(
    account_id: str,
    name: str,
    roles: Sequence[Role],
    actor: str,
    now: datetime,
    mailed_to: str | None = None,
) -> tuple[str, list[Statement], NewCode]:
    """A further user of an account: the id, the statements, which come first, and the code that
    signs them in.
    """
    person = Person(account_id, new_id("usr"))
    at = to_text(now)
    insert = insert_row(
        "users", {"id": person.user_id, "account_id": account_id, "name": name, "created_at": at}
    )
    event = person.event(
        Audited.USER_INVITED, f"user.invited:{person.user_id}", actor=actor, at=at, roles=[*roles]
    )
    code = new_code(person, actor, now=now, purpose="invitation", mailed_to=mailed_to)
    return (
        person.user_id,
        [insert, append_if_changed(event), keep_roles(person.user_id, roles, actor=actor, at=at)],
        code,
    )


async def rename_oneself(platform: Platform, principal: Principal, name: str) -> None:
    """Give the caller another name, from now on. Raises NoSuchPerson: they were removed."""
    event = principal.person.event(
        Audited.USER_RENAMED,
        new_id("ren"),
        actor=principal.actor,
        at=to_text(platform.clock.now()),
    )
    guarded = [rename(principal.person, name), append_if_changed(event)]
    await write(platform.database, guarded, refusal=NoSuchPerson())


async def invite(
    platform: Platform, principal: Principal, request: InvitationRequest
) -> PersonLink:
    """Make a further person of the account, and the link that lets them in."""
    now = platform.clock.now()
    roles = request.roles or OF_INVITED
    present = await repository.people_of(platform.database, principal.account_id, now)
    if sum(person["removed_at"] is None for person in present) >= MOST_PEOPLE:
        raise TooManyPeople
    if request.mail is None:
        mail = None
    else:
        mail = await _address_given(platform, request.mail)
    user_id, member, code = new_member(
        principal.account_id,
        request.name,
        roles=roles,
        actor=principal.actor,
        now=now,
        mailed_to=mail,
    )
    person = Person(principal.account_id, user_id)
    batch = [*member, *code.statements]
    if mail is not None:
        await _mail_code(
            platform,
            principal,
            purpose="invitation",
            person=person,
            address=mail,
            code=code.code,
            batch=batch,
        )
    else:
        decides = Permission.APPROVE in granted(roles, is_operator=False)
        await platform.database.batch([*batch, *(_notices_of(person, now) if decides else [])])
    return _link(person, code, mail)


async def make_link(platform: Platform, principal: Principal, user_id: str) -> PersonLink:
    """Make a link that lets a person in who cannot sign in any more; mailed where they have a
    confirmed address.
    """
    person = Person(principal.account_id, user_id)
    now = platform.clock.now()
    if sends_mail(platform):
        mail = await repository.find_mail_address(platform.database, person)
    else:
        mail = None
    code = new_code(person, principal.actor, now=now, purpose="recovery", mailed_to=mail)
    if mail is None:
        await write(
            platform.database, [*code.statements, *_notices_of(person, now)], NoSuchPerson()
        )
    else:
        await _mail_code(
            platform,
            principal,
            purpose="recovery",
            person=person,
            address=mail,
            code=code.code,
            batch=code.statements,
        )
    return _link(person, code, mail)


def _notices_of(person: Person, now: datetime) -> list[Statement]:
    """Tell the person, and all owners, that somebody saw a link that signs in as them."""
    at = to_text(now)
    return notify(
        person.account_id,
        LINK_SHOWN,
        subject=Subject(person.user_id, occasion=at),
        now=at,
        person=person.user_id,
    )


def _link(person: Person, code: NewCode, mailed_to: str | None) -> PersonLink:
    url = code.path if mailed_to is None else None
    return PersonLink(
        user_id=person.user_id, url=url, mailed_to=mailed_to, expires_at=code.expires_at
    )


async def _address_given(platform: Platform, mail: str) -> str:
    """Raises Problem: 409, no mail is sent here; 422, it is no address, or nothing is sent there
    any more.
    """
    if not sends_mail(platform):
        raise NoMail
    address = read_given("mail", mail)
    if await stopped(platform.database, hash_of_address(address)) is not None:
        raise UnusableValue(
            "mail", "Mail there came back, or was reported as spam. Give another one."
        )
    return address


async def _mail_code(
    platform: Platform,
    principal: Principal,
    purpose: Literal["invitation", "recovery"],
    person: Person,
    address: str,
    code: str,
    batch: list[Statement],
) -> None:
    """Write the batch, and have the link mailed. Raises NoKey: this deployment has no
    ENCRYPTION_KEYS.
    """
    account_id = principal.account_id
    since = to_text(platform.clock.now() - timedelta(days=1))
    written = [repository.bound_links(account_id, since, MOST_MAILED_A_DAY), *batch]
    account = (account_id, principal.account_name)
    try:
        await mail_link(
            platform,
            purpose,
            account=account,
            user_id=person.user_id,
            address=address,
            code=code,
            actor=principal.actor,
            also=written,
        )
    except NotBegun as error:
        if await repository.count_links(platform.database, account_id, since) >= MOST_MAILED_A_DAY:
            raise TooManyMails from error
        raise NoSuchPerson from error


def change_roles(
    person: Person,
    roles: Sequence[Role],
    actor: str,
    now: datetime,
    *,
    before: Sequence[str] | None = None,
) -> list[Statement]:
    """Give a person these roles in place of those of `before`, which the audit names where it is
    known; what they made and need other rights for ends. The batch fails where the account has no
    such person, or would have no owner.
    """
    at = to_text(now)
    changes: JsonObject = {}
    if before is not None:
        changes = values_changed({"roles": [*before]}, {"roles": [*roles]})
    # What looking after the deployment grants comes from no role, and stays.
    keeps = granted(roles, is_operator=True)
    return [
        repository.find_first_with_owner(person, roles),
        append_if_changed(
            person.event(
                Audited.USER_ROLES_CHANGED,
                new_id("rol"),
                actor=actor,
                at=at,
                roles=[*roles],
                **changes,
            )
        ),
        *(
            []
            if Permission.APPROVE in keeps
            else notify_approves_no_more(person.account_id, person.user_id, at)
        ),
        repository.drop_roles(person.user_id, roles),
        keep_roles(person.user_id, roles, actor=actor, at=at),
        *notify_owners(person.account_id, person.user_id, at),
        *ending(Leaver(person.account_id, person.user_id, keeps), at),
    ]


def remove_person(person: Person, actor: str, now: datetime) -> list[Statement]:
    """Let a person out for good, with all that they made that lets anybody in or does anything.
    What they did stays, under their name. The batch fails as `change_roles`.
    """
    at = to_text(now)
    return [
        repository.remove_user(person, at),
        append_if_changed(
            person.event(Audited.USER_REMOVED, f"user.removed:{person.user_id}", actor=actor, at=at)
        ),
        *end_sessions(person, actor, now),
        passkey_rows.remove_passkeys(person, at),
        *notify_removed(person.account_id, person.user_id, at),
        *ending(Leaver(person.account_id, person.user_id, None), at),
    ]


async def keeping_an_owner(platform: Platform, person: Person, statements: list[Statement]) -> None:
    """Change a person's roles, or remove them."""
    try:
        await platform.database.batch(statements)
    except ConstraintFailed as error:
        if await repository.is_there(platform.database, person):
            raise LastOwner from error
        raise NoSuchPerson from error


async def revoke_links(platform: Platform, principal: Principal, user_id: str) -> None:
    """Take back the links and codes that a person has not used. Raises NoSuchPerson."""
    person = Person(principal.account_id, user_id)
    batch = take_back_links(person, principal.actor, platform.clock.now())
    await write(platform.database, batch, NoSuchPerson())


async def lock_person_out(platform: Platform, principal: Principal, user_id: str) -> None:
    """End a person's sessions, passkeys and unused links. Raises NoSuchPerson."""
    person = Person(principal.account_id, user_id)
    batch = lock_out(person, principal.actor, platform.clock.now())
    await write(platform.database, batch, NoSuchPerson())


async def sign_person_out(platform: Platform, principal: Principal, user_id: str) -> None:
    """End a person's sessions, and spoil their unused codes. Raises NoSuchPerson."""
    person = Person(principal.account_id, user_id)
    batch = end_sessions(person, principal.actor, platform.clock.now())
    await write(platform.database, batch, NoSuchPerson())


def take_back_links(person: Person, actor: str, now: datetime) -> list[Statement]:
    """Spoil the links and codes that a user has not used; the batch fails where the account has no
    such user.
    """
    at = to_text(now)
    event = person.event(Audited.LINKS_TAKEN_BACK, new_id("lnk"), actor=actor, at=at)
    return [
        repository.find_first(person),
        append_if_changed(event),
        repository.spoil_codes(person, at),
    ]


def lock_out(person: Person, actor: str, now: datetime) -> list[Statement]:
    """End all sessions, passkeys and unused links of a user, who gets no other link but an owner's;
    the batch fails where the account has no such user.
    """
    at = to_text(now)
    event = person.event(Audited.USER_LOCKED_OUT, new_id("lck"), actor=actor, at=at)
    return [
        *end_sessions(person, actor, now),
        passkey_rows.remove_passkeys(person, at),
        repository.lock_links(person, at),
        append(event),
    ]
