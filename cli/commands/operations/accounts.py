"""`tillroll account`: accounts, and their people."""

from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands.operations.options import (
    Account,
    Address,
    User,
    in_database_of,
    name,
    where,
)
from cli.commands.operations.plans import Mail, PlanName, PlanOption
from cli.commands.operations.quotas import quotas
from cli.operations.place import Where
from cli.session import Session, session
from tillroll_command.replies import reply
from tillroll_command.shared_options import taking
from tillroll_durable.platform.shards import FIRST, make_here, number_of

if TYPE_CHECKING:
    from cli.operations.accounts import NewAccount
    from tillroll.access.roles import Role as GivenRole
    from tillroll.identity.repository import NewCode

app = typer.Typer(no_args_is_help=True, help="Accounts and their people.")
app.command()(quotas)
_UNCHANGED = "Nothing was changed."


class Role(StrEnum):
    """As `tillroll.access.roles`, which takes longer to import."""

    OWNER = "owner"
    APPROVER = "approver"
    SUBMITTER = "submitter"
    OPERATOR = "operator"
    AUDITOR = "auditor"


Roles = Annotated[
    list[Role],
    typer.Option("--role", help="What they do in the account; give it again for another role."),
]


def _onboarding(
    account: "NewAccount", mail: str | None, plan: PlanName, now: datetime
) -> tuple[str, str]:
    """The run that sets the owner up, and its SQL."""
    from cli.operations.onboarding import new_onboarding
    from tillroll_durable import InvalidParams

    try:
        onboarding = new_onboarding(account, mail, plan.value, now)
    except InvalidParams as error:
        raise typer.BadParameter(str(error), param_hint="--mail") from error
    return onboarding.run_id, onboarding.sql


def _with_room(place: Where) -> Where:
    """The database that a new account goes to, which what is made from here on says."""
    from cli.operations.databases import bindings, roomiest, standings
    from cli.operations.failures import or_else

    if place.is_database_given or len(bindings(place)) == 1:
        return place
    with or_else("The account was not made."):
        chosen = roomiest(standings(place))
    make_here(number_of(chosen.binding) or FIRST)
    return replace(place, database=chosen.binding)


@app.command()
@taking(session)
def move(
    here: Session,
    account_id: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="Its id; it is never your own account.")
    ],
    binding: Annotated[
        str,
        typer.Argument(metavar="DATABASE", help="The database's binding: `databases` lists them."),
    ],
) -> None:
    """Move an account to another database, by a run of yours. Meanwhile nothing of the account can
    be changed. Where it fails, or is cancelled, the account stays where it was.
    """
    begun = here.api.send(
        "POST",
        "/api/workflows/account-move/trigger",
        {"accountId": account_id, "database": binding},
    )
    if here.as_json:
        here.show.document(begun)
        return
    here.show.say(
        f"{begun['id']}: {begun['status']}. `tillroll run {begun['id']} --follow` shows how "
        "far it is."
    )


@app.command()
@taking(where)
def create(
    place: Where,
    name: Annotated[
        str, typer.Option(parser=name, help="The account's name, for instance the company's.")
    ],
    user: Annotated[str, typer.Option(parser=name, help="The owner's name.")],
    *,
    operator: Annotated[
        bool, typer.Option("--operator", help="Let them look after the whole deployment besides.")
    ] = False,
    mail: Mail = None,
    plan: PlanOption = PlanName.FREE,
    url: Address = "",
) -> None:
    """Make an account with its owner, and have both set up; print the owner's token and their first
    link, once. Of several databases it goes where there is most room.
    """
    from cli.operations.accounts import new_account
    from cli.operations.failures import or_else
    from cli.operations.people import OPERATOR
    from cli.operations.where import execute
    from tillroll.identity.repository import Person, new_code
    from tillroll_command.sql import as_text

    place = _with_room(place)
    now = datetime.now(UTC)
    if plan is not PlanName.FREE and mail is None:
        raise typer.BadParameter(
            "a plan that is paid for needs --mail, where its invoices go.", param_hint="--plan"
        )
    account = new_account(name, user, now, is_operator=operator)
    code = new_code(Person(account.account_id, account.user_id), OPERATOR, now, "invitation")
    sql = account.sql + as_text(code.statements)
    run_id, onboarding = _onboarding(account, mail, plan, now)
    sql += onboarding
    with or_else("The account was not made."):
        execute(sql, place)
    url = _address(url, place)
    link = _link(code, url)
    reply(
        {
            "account": account.account_id,
            "user": account.user_id,
            "link": link,
            "token": account.token,
            "run": run_id,
        },
        f"Made account {account.account_id} ({name}), owned by {account.user_id} ({user}).",
        f"It has categories and a policy. {run_id} sets up an address for receipts and "
        "a sample receipt.",
        _before(
            url,
            "Their link, which signs a browser in once, within three days, and asks for a passkey:",
        ),
        link,
        "Their token, which is shown this once and stored nowhere:",
        account.token,
        as_json=place.as_json,
    )


@app.command()
@taking(where)
def users(place: Where, account: Account) -> None:
    """List the users of an account."""
    from cli.operations.failures import or_else
    from cli.operations.people import those_of, users_of
    from cli.operations.where import query
    from tillroll.access.roles import roles_of

    place = in_database_of(place, account)
    with or_else("The users could not be read."):
        rows = those_of(account, query(users_of(account), place))
    roles = [[*roles_of(str(row["roles"] or ""))] for row in rows]
    lines = [
        f"{row['id']}  {', '.join(theirs):<9}  since {row['created_at']}  {row['name']}"
        + (f"  removed {row['removed_at']}" if row["removed_at"] else "")
        for row, theirs in zip(rows, roles, strict=True)
    ]
    shown = [{**row, "roles": theirs} for row, theirs in zip(rows, roles, strict=True)]
    reply({"items": shown}, *lines, as_json=place.as_json)


@app.command()
@taking(where)
def invite(
    place: Where,
    account: Account,
    user: Annotated[str, typer.Option(parser=name, metavar="NAME", help="The new user's name.")],
    role: Roles = [Role.SUBMITTER],  # noqa: B006 - Typer copies it
    url: Address = "",
) -> None:
    """Make a further user of an account; print a link that signs them in."""
    from cli.operations.people import OPERATOR
    from cli.operations.reasons import no_account, or_why
    from cli.operations.where import execute
    from tillroll.identity.people import new_member
    from tillroll.identity.repository import LIFETIMES
    from tillroll_command.sql import as_text

    place = in_database_of(place, account)
    roles = _roles(role)
    user_id, statements, code = new_member(account, user, roles, OPERATOR, datetime.now(UTC))
    with or_why("Nobody was invited.", place, no_account(account)):
        execute(as_text([*statements, *code.statements]), place)
    url = _address(url, place)
    link, days = _link(code, url), LIFETIMES["invitation"].days
    reply(
        {"user": user_id, "roles": [*roles], "link": link},
        f"Made {user_id} ({user}), {', '.join(roles)} of {account}.",
        _before(url, f"Give them this link, which signs a browser in once, within {days} days:"),
        link,
        as_json=place.as_json,
    )


@app.command()
@taking(where)
def sign_in_link(place: Where, account: Account, user: User, url: Address = "") -> None:
    """Print a link that signs a user in, once, within an hour."""
    from cli.operations.people import OPERATOR
    from cli.operations.reasons import no_user, or_why
    from cli.operations.where import execute
    from tillroll.identity.repository import Person, new_code
    from tillroll_command.sql import as_text

    place = in_database_of(place, account)
    code = new_code(Person(account, user), OPERATOR, datetime.now(UTC))
    with or_why(_UNCHANGED, place, no_user(account, user)):
        execute(as_text(code.statements), place)
    url = _address(url, place)
    sentence, link = (
        _before(url, "This link signs a browser in once, within an hour:"),
        _link(code, url),
    )
    reply({"user": user, "link": link}, sentence, link, as_json=place.as_json)


@app.command()
@taking(where)
def recover(
    place: Where,
    account: Account,
    user: User,
    *,
    lock_out: Annotated[
        bool,
        typer.Option("--lock-out", help="End their sessions, passkeys and unused links first."),
    ] = False,
    url: Address = "",
) -> None:
    """Print a link for a user who cannot sign in any more; it works once, within a day, and asks
    for a passkey.
    """
    from cli.operations.people import OPERATOR
    from cli.operations.reasons import no_user, or_why
    from cli.operations.where import execute
    from tillroll.identity.people import lock_out as locked_out
    from tillroll.identity.repository import Person, new_code
    from tillroll_command.sql import as_text

    place = in_database_of(place, account)
    person, now = Person(account, user), datetime.now(UTC)
    code = new_code(person, OPERATOR, now, "recovery")
    with or_why(_UNCHANGED, place, no_user(account, user)):
        execute(
            as_text([*(locked_out(person, OPERATOR, now) if lock_out else ()), *code.statements]),
            place,
        )
    url = _address(url, place)
    sentence, link = (
        _before(url, "This link signs a browser in once, within a day:"),
        _link(code, url),
    )
    reply(
        {"user": user, "link": link, "lockedOut": lock_out}, sentence, link, as_json=place.as_json
    )


@app.command()
@taking(where)
def sign_out(place: Where, account: Account, user: User) -> None:
    """End all browser sessions of a user, and the links they have not used."""
    from cli.operations.people import OPERATOR
    from cli.operations.reasons import no_user, or_why
    from cli.operations.where import execute
    from tillroll.identity.repository import Person, end_sessions
    from tillroll_command.sql import as_text

    place = in_database_of(place, account)
    with or_why(_UNCHANGED, place, no_user(account, user)):
        execute(as_text(end_sessions(Person(account, user), OPERATOR, datetime.now(UTC))), place)
    sentence = f"{user} is signed out everywhere. Their tokens are as they were: see `token list`."
    reply({"user": user, "signedOut": True}, sentence, as_json=place.as_json)


@app.command()
@taking(where)
def roles(place: Where, account: Account, user: User, role: Roles) -> None:
    """Give a user these roles in place of those they had. An account keeps an owner."""
    from cli.operations.people import OPERATOR
    from cli.operations.reasons import last_owner, or_why
    from cli.operations.where import execute
    from tillroll.identity.people import change_roles
    from tillroll.identity.repository import Person
    from tillroll_command.sql import as_text

    place = in_database_of(place, account)
    given = _roles(role)
    with or_why(_UNCHANGED, place, last_owner(account, user)):
        execute(
            as_text(change_roles(Person(account, user), given, OPERATOR, datetime.now(UTC))), place
        )
    reply(
        {"user": user, "roles": [*given]},
        f"{user} is {', '.join(given)} of {account}.",
        as_json=place.as_json,
    )


@app.command()
@taking(where)
def remove(place: Where, account: Account, user: User) -> None:
    """Let a user out for good: sessions, passkeys, tokens and links end. What they did stays, under
    their name.
    """
    from cli.operations.people import OPERATOR
    from cli.operations.reasons import last_owner, or_why
    from cli.operations.where import execute
    from tillroll.identity import people
    from tillroll.identity.repository import Person
    from tillroll_command.sql import as_text

    place = in_database_of(place, account)
    with or_why(_UNCHANGED, place, last_owner(account, user)):
        execute(
            as_text(people.remove_person(Person(account, user), OPERATOR, datetime.now(UTC))), place
        )
    reply(
        {"user": user, "removed": True},
        f"{user} is out of {account} for good.",
        as_json=place.as_json,
    )


def _roles(given: list[Role]) -> "list[GivenRole]":
    from tillroll.access.roles import Role as Known

    return [role for role in Known if role in given]


def _address(url: str, place: Where) -> str:
    """Where Tillroll answers: as it was said, else as this machine's `make dev` wrote it down;
    empty where nobody knows.
    """
    from cli.client.server import instances

    if url or place.state is None:
        return url
    return next((each.url for each in instances(place.state, place.state)), "")


def _before(url: str, sentence: str) -> str:
    return sentence if url else f"{sentence} put the address of Tillroll before it."


def _link(code: "NewCode", url: str) -> str:
    return f"{url.rstrip('/')}{code.path}"
