"""The companies of one person, and the way from one to the other in their browser.

Users of several accounts with the same confirmed mail address are one person's. That an address is
confirmed says that somebody read mail there once, not that it is who asks now: so a session leads
to other companies where it began by a link that was mailed there.
"""

import asyncio
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from tillroll.api.problems import Problem
from tillroll.api.rates import count_sign_in
from tillroll.identity.authentication import Principal, SessionHere, principal_of
from tillroll.identity.companies.rows import (
    companies_at,
    company_at,
    end_left,
    insert_switched,
    is_own,
)
from tillroll.identity.models import Companies, Company
from tillroll.identity.repository import Audited, Person, write
from tillroll.identity.session_rows import NewSession, end_session
from tillroll.identity.sessions import new_session
from tillroll.mail.addresses import find_address
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.bindings.moves import find
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.invocation import over_all
from tillroll_durable.platform.refusals import UNAUTHENTICATED, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import of_id

Lacks: TypeAlias = Literal["address", "link"]
_ENDED: Final = "The session ended meanwhile. Sign in again."


class NoSuchCompany(Refusal):
    """One answer for a company that does not exist, and for one that this session does not lead
    to.
    """

    explanation = (
        "This is none of your companies, or nobody can say so: both need the same confirmed mail "
        "address, and this browser a session that began by a link which was mailed there."
    )


@dataclass(frozen=True)
class Switched:
    """Who is signed in now. `platform` is in the database of their company, and `token` the new
    session's: None where nothing had to be done.
    """

    platform: Platform
    principal: Principal
    token: str | None


@dataclass(frozen=True)
class Membership:
    """Who the person is in one of their companies. `platform` is in its database; `is_present`: it
    is the one they ask in.
    """

    platform: Platform
    principal: Principal
    is_present: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands among others: by name."""
        return self.principal.account_name.casefold(), self.principal.account_id


async def memberships_of(
    platform: Platform, principal: Principal
) -> tuple[list[Membership], Lacks | None]:
    """The companies of the person who asks, the present one too, in the order of their names; and
    what they lack so that others are among them.
    """
    lacks = await _lacks(platform, principal)
    memberships = {principal.account_id: Membership(platform, principal, is_present=True)}
    if lacks is None:
        for each in await _others(platform, _proved(principal.session)):
            memberships.setdefault(each.principal.account_id, each)
    return sorted(memberships.values(), key=lambda each: each.place), lacks


async def companies_of(platform: Platform, principal: Principal) -> Companies:
    """The companies of the person who asks, the present one too, in the order of their names."""
    memberships, lacks = await memberships_of(platform, principal)
    items = [
        Company(
            id=each.principal.account_id,
            name=each.principal.account_name,
            roles=[*each.principal.roles],
            is_present=each.is_present,
        )
        for each in memberships
    ]
    return Companies(items=items, lacks=lacks)


async def _others(platform: Platform, address: str) -> list[Membership]:
    """Each database is asked: somebody can have accounts in several."""
    platforms = over_all(platform)
    parts = await asyncio.gather(*(companies_at(each.database, address) for each in platforms))
    return [
        Membership(entered, principal_of(row, f"user:{text(row, 'id')}"))
        for entered, rows in zip(platforms, parts, strict=True)
        for row in rows
    ]


def _proved(session: SessionHere | None) -> str:
    """The address at which this session's person reads mail; empty where nothing says so."""
    if session is None:
        return ""
    return session.mailed_to or ""


async def _lacks(platform: Platform, principal: Principal) -> Lacks | None:
    """What the caller lacks so that other companies are shown."""
    address = _proved(principal.session)
    if address and await is_own(platform.database, principal.user_id, address):
        return None
    if (await find_address(platform, principal.user_id)).address is None:
        return "address"
    return "link"


async def switch(
    platform: Platform, principal: Principal, account_id: str, agent: str, *, is_secure: bool
) -> Switched:
    """Sign this browser in to another company of its person, in place of the present one.

    The new session takes over since when the person is signed in, so that it is neither fresher
    nor longer than the first. Raises NoSuchCompany, Problem.
    """
    session = principal.session
    address = _proved(session)
    if session is not None and account_id == principal.account_id:
        return Switched(platform, principal, None)
    await count_sign_in(platform, f"user:{principal.user_id}")
    if session is None or not await is_own(platform.database, principal.user_id, address):
        raise NoSuchCompany
    entered, row = await find(
        platform,
        of_id(account_id),
        lambda each: company_at(each.database, address, account_id),
    )
    if row is None:
        raise NoSuchCompany
    successor = principal_of(row, f"user:{text(row, 'id')}")
    new = await _begin(entered, successor.person, address, session, agent, is_secure=is_secure)
    try:
        await _leave(platform, principal, session, address)
    except Problem:
        await entered.database.batch([end_session(successor.user_id, new.id)])
        raise
    return Switched(entered, successor, new.token)


async def _begin(
    platform: Platform,
    person: Person,
    address: str,
    earlier: SessionHere,
    agent: str,
    *,
    is_secure: bool,
) -> NewSession:
    """The session in the other company. Raises NoSuchCompany: the person was removed, locked out or
    has another address by now.
    """
    new = new_session(platform, agent, is_secure=is_secure, since=earlier.since)
    event = person.event(
        Audited.SESSION_CREATED,
        f"{Audited.SESSION_CREATED}:{new.id}",
        actor=f"user:{person.user_id}",
        at=new.begins_at,
        isSwitch=True,
    )
    insert = insert_switched(address, person.user_id, new)
    await write(platform.database, [insert, append_if_changed(event)], NoSuchCompany())
    return new


async def _leave(
    platform: Platform, principal: Principal, session: SessionHere, address: str
) -> None:
    """End the session that the browser had. Raises Problem: it has ended already, by whatever, so
    nothing goes on from it.
    """
    event = principal.person.event(
        Audited.SESSION_LEFT,
        f"{Audited.SESSION_LEFT}:{session.id}",
        actor=principal.actor,
        at=to_text(platform.clock.now()),
    )
    ended = end_left(principal.user_id, session.id, address)
    refused = Problem(UNAUTHENTICATED, _ENDED)
    await write(platform.database, [ended, append_if_changed(event)], refused)
