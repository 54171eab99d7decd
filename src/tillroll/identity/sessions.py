"""Sign-in codes, what follows from the one that somebody came by, and browser sessions."""

import re
import secrets
from dataclasses import dataclass
from typing import Final, Literal

from tillroll.api.problems import Problem
from tillroll.api.rates import count_sign_in
from tillroll.identity import repository
from tillroll.identity.authentication import Principal, principal_of
from tillroll.identity.membership import write_joined
from tillroll.identity.refusals import note_refused
from tillroll.identity.repository import (
    Audited,
    NewCode,
    Person,
    end_sessions,
    event_key_of_code,
    find_user,
    new_code,
    secret_hash,
    write,
)
from tillroll.identity.session_rows import (
    LIFETIME,
    NewSession,
    end_session,
    end_session_of,
    insert_session,
)
from tillroll.mail.addresses import confirmed_at, forget_pending, set_confirmed
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import CREDENTIALS_ENDED
from tillroll_durable import Actor
from tillroll_durable.audit import append, append_if_changed
from tillroll_durable.platform.bindings.database import (
    Row,
    Statement,
    integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.bindings.moves import find
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.invocation import enter
from tillroll_durable.platform.json import Json
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import marked, of_secret

INVALID_CODE: Final = Kind("invalid-code", 401, "The sign-in code cannot be used")
SESSION_SECONDS: Final = int(LIFETIME.total_seconds())
_BROWSERS: Final = (
    "Edg",
    "OPR",
    "Firefox",
    "FxiOS",
    "Chromium",
    "HeadlessChrome",
    "Chrome",
    "CriOS",
    "Safari",
    "curl",
)
_CALLED: Final = {
    "Edg": "Edge",
    "OPR": "Opera",
    "FxiOS": "Firefox",
    "HeadlessChrome": "Chromium",
    "CriOS": "Chrome",
    "Macintosh": "macOS",
    "CrOS": "ChromeOS",
}
_SYSTEMS: Final = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "CrOS", "Linux")


class NoSuchSession(Refusal):
    thing = "session"


@dataclass(frozen=True)
class SignIn:
    """Somebody who signs in, on the platform in their database. `purpose` is a code's. `epoch` is
    the user's from before they were let in: anyone who signs out everywhere right after that ends
    this session too. `mailed_to` is the address to which the code was mailed.
    """

    platform: Platform
    principal: Principal
    epoch: int
    how: Literal["code", "passkey"]
    purpose: str = ""
    mailed_to: str | None = None


async def begin_session(
    sign_in: SignIn, agent: str, earlier: str | None, *, is_secure: bool
) -> str:
    """The token of a new session. It ends the one that the browser had, whose token is `earlier`.
    `agent` is what the browser says of itself.
    """
    if earlier is not None:
        hashed = secret_hash(earlier)
        await find(
            sign_in.platform,
            of_secret(earlier),
            lambda entered: end_session_of(entered.database, hashed),
        )
    platform = enter(sign_in.platform, sign_in.platform.shard)
    new = new_session(platform, agent, is_secure=is_secure)
    whose = statement(
        "SELECT ?1, CAST(?2 AS INTEGER), ?3, ?4",
        [sign_in.principal.user_id, sign_in.epoch, sign_in.how, sign_in.mailed_to],
    )
    await platform.database.batch([insert_session(new, whose)])
    return new.token


def new_session(
    platform: Platform, agent: str, *, is_secure: bool, since: str | None = None
) -> NewSession:
    """A session that begins now, in this database. `since` is when its person signed in, where that
    was before.
    """
    now = to_text(platform.clock.now())
    return NewSession(
        id=new_id("ses"),
        token=marked(secrets.token_urlsafe(32)),
        browser=browser_of(agent),
        since=since or now,
        begins_at=now,
        is_secure=is_secure,
    )


def browser_of(agent: str) -> str:
    """What a person calls a browser and its system, such as `Firefox, Linux`. Many browsers name
    others too: the first of ours that stands there is meant.
    """
    names = [_first_named(agent, each) for each in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in names if name is not None) or "another program"


def _first_named(agent: str, names: tuple[str, ...]) -> str | None:
    for name in names:
        if re.search(rf"\b{re.escape(name)}", agent):
            return _CALLED.get(name, name)
    return None


async def make_code(platform: Platform, principal: Principal) -> NewCode:
    """Make a code that signs the caller in, once."""
    code = new_code(principal.person, principal.actor, platform.clock.now())
    await platform.database.batch(code.statements)
    return code


async def end_own_session(platform: Platform, principal: Principal) -> None:
    """End the session that the caller came by. One who came by a token has none."""
    if principal.session is not None:
        await platform.database.batch([end_session(principal.user_id, principal.session.id)])


async def end_one_session(platform: Platform, principal: Principal, session_id: str) -> None:
    """End one of the caller's sessions. Raises NoSuchSession."""
    ended = principal.person.event(
        Audited.SESSION_ENDED,
        f"{Audited.SESSION_ENDED}:{session_id}",
        actor=principal.actor,
        at=to_text(platform.clock.now()),
        session=session_id,
    )
    batch = [end_session(principal.user_id, session_id), append_if_changed(ended)]
    await write(platform.database, batch, NoSuchSession())


async def end_all_sessions(platform: Platform, principal: Principal) -> None:
    """End all of the caller's sessions, and spoil their unused codes."""
    batch = end_sessions(principal.person, principal.actor, platform.clock.now())
    await platform.database.batch(batch)


async def sign_in_by_code(platform: Platform, code: str, address: str | None) -> SignIn:
    """Use a code. Of several requests with the same code, one gets it."""
    now = to_text(platform.clock.now())
    hashed = secret_hash(code)
    await count_sign_in(platform, f"code:{hashed}")
    platform, used = await find(
        platform,
        of_secret(code),
        lambda entered: repository.use_code(entered.database, hashed, now),
    )
    if used is None:
        user = None
    else:
        user = await find_user(platform.database, text(used, "user_id"))
    if used is None or user is None:
        await note_refused(platform, "code", key=hashed, address=address)
        # It was somebody's: theirs are counted together, from wherever they are tried.
        owner = await repository.user_of_code(platform.database, hashed)
        if owner is not None:
            await count_sign_in(platform, f"user:{owner}")
        raise Problem(
            INVALID_CODE, "The code is wrong, was used before, or has expired. Ask for a new link."
        )
    person = Person(text(user, "account_id"), text(user, "id"))
    mailed_to = optional_text(used, "mailed_to")
    actor = f"user:{person.user_id}"
    made_by = optional_text(used, "made_by")
    event_key = event_key_of_code(Audited.SESSION_CREATED, hashed)
    event = Actor(person.account_id, actor).event(Audited.SESSION_CREATED, event_key, now)
    purpose = text(used, "purpose")
    written = [append(event)]
    # that goes to an address that was confirmed before
    if mailed_to is not None and purpose != "link":
        written.insert(0, set_confirmed(person.user_id, mailed_to, now))
    if purpose == "recovery":
        written.append(repository.unlock_links(person.user_id))
    ended: list[Row] = []
    if mailed_to is not None or made_by is None:
        ended = await _no_more_behind(platform, person, mailed_to=mailed_to, now=now)
    elif made_by != person.user_id:  # its maker saw it, and may be the person who came
        written.append(repository.let_in(person, used, now))
    if ended:
        written += _came_themselves(person, ended, now)
    if purpose == "invitation":
        await write_joined(
            platform, person.account_id, user_id=person.user_id, mail=mailed_to, also=written
        )
    else:
        await platform.database.batch(written)
    epoch = integer(used, "session_epoch") + bool(ended)
    principal = principal_of(user, actor)
    return SignIn(platform, principal, epoch, how="code", purpose=purpose, mailed_to=mailed_to)


async def _no_more_behind(
    platform: Platform, person: Person, mailed_to: str | None, now: str
) -> list[Row]:
    """The people let in as this person who no longer count as them: by a link to an address that
    was confirmed before, or of the deployment's own operator, it is the person who comes."""
    standing = await repository.those_let_in(platform.database, person.user_id)
    if mailed_to is None:
        since = now
    else:
        since = await confirmed_at(platform.database, person.user_id, mailed_to)
    if since is None:
        return []
    # An address that was confirmed later may have been given by the person who was let in.
    others = [row for row in standing if not integer(row, "is_first")]
    ended = [row for row in others if mailed_to is None or since < text(row, "since")]
    # The link that they first came by shut nobody out, so an address that was given later is
    # enough. Its maker may have used it all the same, so what was made since is no more the
    # person's than after any other.
    if len(ended) == len(others):
        return standing
    return ended


def _came_themselves(person: Person, ended: list[Row], now: str) -> list[Statement]:
    """End all credentials that were made as the person since the first of these links: nobody can
    say whose they are. Nobody else acts as the person any more. The person gets a notice, so that
    they make their own again.
    """
    by: list[Json] = [text(row, "by_user_id") for row in ended]
    actor = f"user:{person.user_id}"
    user_id = person.user_id
    subject = Subject(user_id, occasion=now)
    return [
        append(
            person.event(
                Audited.USER_CAME_THEMSELVES, new_id("let"), actor=actor, at=now, endsLetInBy=by
            )
        ),
        *end_sessions(person, actor, from_text(now)),
        *repository.end_since(person, now, text(ended[0], "since")),
        forget_pending(user_id),
        *notify(person.account_id, CREDENTIALS_ENDED, subject=subject, now=now, person=user_id),
    ]
