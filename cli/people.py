"""The people of an account, and what lets them in: members, sign-in links, sessions and tokens."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from cli.sql import as_text
from cli.where import add_where, execute, name, query
from tillroll.api.door.credentials import (
    INVITATION_LIFETIME,
    MOST_DAYS,
    NewCode,
    Person,
    end_sessions,
    new_code,
    new_member,
    new_token,
    revoke_token,
)
from tillroll.platform.bindings.database import statement
from tillroll.platform.clock import to_text

_ACTOR: Final = "operator"
_USERS: Final = """
  SELECT u.id, u.name, u.role, u.created_at FROM users u WHERE u.account_id = ?1 ORDER BY u.id
"""
_TOKENS: Final = """
  SELECT t.id, u.id AS user, t.name, t.created_at,
         CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked ' || t.revoked_at
              WHEN t.expires_at IS NULL THEN 'active, without an end'
              WHEN t.expires_at > ?2 THEN 'active until ' || t.expires_at
              ELSE 'expired ' || t.expires_at END AS status
  FROM tokens t JOIN users u ON u.id = t.user_id WHERE u.account_id = ?1 ORDER BY t.id
"""
_NOBODY: Final = "Nothing was changed. Is this user in this account?"

AddParser = Callable[..., argparse.ArgumentParser]


def add_people(add: AddParser) -> None:
    """The actions of `tillroll account` that are about its people."""
    users = add("users", help="list the users of an account")
    _add_account(users)
    users.set_defaults(act=_list_users, failure="The users could not be read.")
    invite = add("invite", help="make a further user of an account; prints a link that signs them in")
    _add_account(invite)
    invite.add_argument("--user", type=name, required=True, metavar="NAME", help="the new user's name")
    invite.add_argument("--role", choices=("member", "owner"), default="member", help="default: %(default)s")
    _add_address(invite)
    invite.set_defaults(act=_invite, failure="Nobody was invited. Is there this account?")
    link = add("sign-in-link", help="print a link that signs a user in, once, within an hour")
    _add_person(link)
    _add_address(link)
    link.set_defaults(act=_print_link, failure=_NOBODY)
    leave = add("sign-out", help="end all browser sessions of a user, and the links they have not used")
    _add_person(leave)
    leave.set_defaults(act=_sign_out, failure=_NOBODY)


def add_tokens(subject: argparse.ArgumentParser) -> None:
    """The actions of `tillroll token`."""
    actions = subject.add_subparsers(required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="list the tokens of an account, also those that have ended")
    _add_account(listing)
    listing.set_defaults(act=_list_tokens, failure="The tokens could not be read.")
    create = actions.add_parser("create", help="make a token for a user; prints it, once")
    _add_person(create)
    create.add_argument("--name", type=name, required=True, help="what it is for, for instance a script's name")
    create.add_argument("--days", type=_days, help="after so many days it is refused (default: it does not end)")
    create.set_defaults(act=_create_token, failure="No token was made. Is this user in this account?")
    revoke = actions.add_parser("revoke", help="end a token: the next request with it is refused")
    _add_account(revoke)
    revoke.add_argument("--token", required=True, metavar="ID", help="the token's id, tok_…, as `token list` shows it")
    revoke.set_defaults(
        act=_revoke_token, failure="Nothing was changed. Is this token of this account, and not revoked yet?"
    )


def _add_account(action: argparse.ArgumentParser) -> None:
    action.add_argument("--account", required=True, metavar="ID", help="the account's id, acc_…")
    add_where(action)


def _add_person(action: argparse.ArgumentParser) -> None:
    _add_account(action)
    action.add_argument("--user", required=True, metavar="ID", help="the user's id, usr_…; `account users` lists them")


def _add_address(action: argparse.ArgumentParser) -> None:
    action.add_argument("--url", default="", help="where Tillroll runs, such as https://tillroll.example.com")


def _days(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"a number of days is 1 to {MOST_DAYS}")
    return int(text)


def _person(options: argparse.Namespace) -> Person:
    return Person(options.account, options.user)


def _list_users(options: argparse.Namespace) -> None:
    for row in query(as_text([statement(_USERS, options.account)]), options):
        print(f"{row['id']}  {row['role']:<6}  since {row['created_at']}  {row['name']}")


def _invite(options: argparse.Namespace) -> None:
    user_id, statements, code = new_member(options.account, options.user, options.role, _ACTOR, datetime.now(UTC))
    execute(as_text([*statements, *code.statements]), options)
    print(f"Made {user_id} ({options.user}), {options.role} of {options.account}.")
    days = INVITATION_LIFETIME.days
    _print_code(code, options, f"Give them this link, which signs a browser in once, within {days} days:")


def _print_link(options: argparse.Namespace) -> None:
    code = new_code(_person(options), _ACTOR, datetime.now(UTC))
    execute(as_text(code.statements), options)
    _print_code(code, options, "This link signs a browser in once, within an hour:")


def _print_code(code: NewCode, options: argparse.Namespace, sentence: str) -> None:
    print(sentence if options.url else f"{sentence} put the address of Tillroll before it.")
    print(f"{options.url.rstrip('/')}{code.path}")


def _sign_out(options: argparse.Namespace) -> None:
    execute(as_text(end_sessions(_person(options), _ACTOR, datetime.now(UTC))), options)
    print(f"{options.user} is signed out everywhere. Their tokens are as they were: see `token list`.")


def _list_tokens(options: argparse.Namespace) -> None:
    rows = query(as_text([statement(_TOKENS, options.account, to_text(datetime.now(UTC)))]), options)
    for row in rows:
        print(f"{row['id']}  {row['user']}  made {row['created_at']}  {row['status']}  {row['name']}")


def _create_token(options: argparse.Namespace) -> None:
    made = new_token(_person(options), options.name, options.days, _ACTOR, datetime.now(UTC))
    execute(as_text(made.statements), options)
    end = f"It ends at {made.expires_at}." if made.expires_at else "It does not end by itself."
    print(f"Made {made.id} ({options.name}) for {options.user}. {end} It is shown this once and stored nowhere:")
    print(made.secret)


def _revoke_token(options: argparse.Namespace) -> None:
    execute(as_text(revoke_token(options.account, options.token, _ACTOR, datetime.now(UTC))), options)
    print(f"{options.token} is revoked. The next request with it is refused.")
