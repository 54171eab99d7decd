"""Arguments and output of the command."""

import argparse
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import httpx

from cli.accounts import new_account
from cli.audit import Expected, NoKey, NotWhole, new_key_text, public_key, public_key_text, verify_files
from cli.backup import BrokenExport, NotEmpty, Place, back_up, restore
from cli.backup_folder import BrokenBackup
from cli.bucket import Bucket, BucketError
from cli.objects import add_objects
from cli.operators import change_operator
from cli.people import add_people, add_tokens
from cli.rates import WHOLE_HISTORY, import_rates
from cli.where import add_where, execute, name
from local import config
from local.d1 import D1Error
from tillroll.exchange.rates import InvalidRates


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tillroll", description="Operate Tillroll.")
    subjects = parser.add_subparsers(required=True, metavar="SUBJECT")
    _add_account(subjects.add_parser("account", help="accounts"))
    add_tokens(subjects.add_parser("token", help="bearer tokens: list, make, revoke"))
    _add_audit(subjects.add_parser("audit", help="the audit's keys, and the verification of an export"))
    add_objects(subjects.add_parser("objects", help="what lies in the bucket"))
    _add_operator(subjects.add_parser("operator", help="who looks after the whole deployment"))
    _add_backup(
        subjects.add_parser("backup", help="write the database and all objects into a folder, or renew it"),
        subjects.add_parser("restore", help="put a backup into an empty database and bucket"),
    )
    _add_rates(subjects.add_parser("rates", help="exchange rates"))
    options = parser.parse_args(arguments)
    try:
        options.act(options)
    except (
        BrokenBackup,
        BrokenExport,
        BucketError,
        D1Error,
        InvalidRates,
        NoKey,
        NotEmpty,
        NotWhole,
        OSError,
        UnicodeDecodeError,
        httpx.HTTPError,
    ) as error:
        print(f"{options.failure}\n{error}", file=sys.stderr)
        return 1
    return 0


def _add_account(subject: argparse.ArgumentParser) -> None:
    actions = subject.add_subparsers(required=True, metavar="ACTION")
    create = actions.add_parser("create", help="make an account with its owner; prints the owner's token, once")
    create.add_argument("--name", type=name, required=True, help="the account's name, for instance the company's")
    create.add_argument("--user", type=name, required=True, help="the owner's name")
    create.add_argument("--operator", action="store_true", help="let them look after the whole deployment besides")
    add_where(create)
    create.set_defaults(act=_create_account, failure="The account was not made.")
    add_people(actions.add_parser)


def _add_audit(subject: argparse.ArgumentParser) -> None:
    actions = subject.add_subparsers(required=True, metavar="ACTION")
    key = actions.add_parser("key", help="make a key that seals the audit; prints both halves, once")
    key.set_defaults(act=_make_audit_key, failure="No key was made.")
    half = actions.add_parser("public-key", help="print the public half of a key")
    half.add_argument("file", type=Path, help="holds the key, for instance .tillroll/audit-signing-key")
    half.set_defaults(act=_print_public_key, failure="This file holds no key.")
    verify = actions.add_parser(
        "verify", help="verify exports without any database; exit code 1 where one is not whole"
    )
    verify.add_argument("files", type=Path, nargs="+", metavar="FILE", help="exports, or copies, in the order of seals")
    verify.add_argument(
        "--public-key", type=public_key, action="append", required=True, help="base64, or a file; repeat"
    )
    verify.add_argument("--from-seal", type=int, default=1, help="the seal that the export begins with (default: 1)")
    verify.add_argument("--expect-seal", type=int, help="the number of the last seal, as it was noted elsewhere")
    verify.add_argument("--expect-hash", help="the hash of the last seal, as it was noted elsewhere")
    verify.set_defaults(act=_verify_audit, failure="The export was not verified.")


def _add_operator(subject: argparse.ArgumentParser) -> None:
    actions = subject.add_subparsers(required=True, metavar="ACTION")
    for action_name, is_operator, text in (
        ("grant", True, "let a user see metrics, alerts and the audit of all accounts"),
        ("revoke", False, "take that back"),
    ):
        action = actions.add_parser(action_name, help=text)
        action.add_argument("--account", required=True, help="the account's id, acc_…")
        action.add_argument("--user", required=True, help="the user's id, usr_…")
        add_where(action)
        failure = "Nothing was changed. Is this user in this account, and not yet what was asked for?"
        action.set_defaults(act=_change_operator, is_operator=is_operator, failure=failure)


def _add_rates(subject: argparse.ArgumentParser) -> None:
    actions = subject.add_subparsers(required=True, metavar="ACTION")
    load = actions.add_parser("import", help="store the European Central Bank's rates: its whole history, or a file's")
    text = "its XML, CSV or ZIP file, or an address of one (default: the whole history since 1999, %(default)s)"
    load.add_argument("file", nargs="?", default=WHOLE_HISTORY, metavar="FILE", help=text)
    load.add_argument("--since", type=date.fromisoformat, help="leave out days before this one (YYYY-MM-DD)")
    add_where(load)
    load.set_defaults(act=_import_rates, failure="No rate was stored.")


def _add_backup(keep: argparse.ArgumentParser, put_back: argparse.ArgumentParser) -> None:
    keep.set_defaults(act=_back_up, failure="There is no whole backup.")
    put_back.set_defaults(act=_restore, failure="The backup was not restored.")
    for action in (keep, put_back):
        action.add_argument("folder", type=Path)
        add_where(action)


def _create_account(options: argparse.Namespace) -> None:
    account = new_account(options.name, options.user, datetime.now(UTC), is_operator=options.operator)
    execute(account.sql, options)
    print(f"Made account {account.account_id} ({options.name}), owned by {account.user_id} ({options.user}).")
    print("Their token, which is shown this once and stored nowhere:")
    print(account.token)


def _make_audit_key(_: argparse.Namespace) -> None:
    print(new_key_text())


def _print_public_key(options: argparse.Namespace) -> None:
    print(public_key_text(options.file))


def _verify_audit(options: argparse.Namespace) -> None:
    expected = Expected(options.from_seal, options.expect_seal, options.expect_hash)
    print(verify_files(options.files, options.public_key, expected))


def _change_operator(options: argparse.Namespace) -> None:
    execute(change_operator(options.account, options.user, datetime.now(UTC), is_operator=options.is_operator), options)
    print(f"{options.user} is {'now' if options.is_operator else 'no longer'} an operator.")


def _import_rates(options: argparse.Namespace) -> None:
    found = import_rates(options.file, options.since, datetime.now(UTC).date())
    if found is None:
        print(f"{options.file} has no rate of {options.since} or later.")
        return
    execute(found.sql, options)
    print(f"Stored {found.count} rates of {found.first} to {found.last}; those that were there before have stayed.")


def _back_up(options: argparse.Namespace) -> None:
    with _place(options) as place:
        back_up(place, options.folder, datetime.now(UTC), print)
    print(f"{options.folder} holds a whole backup. It is as secret as the receipts in it.")


def _restore(options: argparse.Namespace) -> None:
    with _place(options) as place:
        made_at = restore(place, options.folder, print)
    print(f"Restored as of {made_at}. What was under way is taken up within two minutes of the Worker's start.")


@contextmanager
def _place(options: argparse.Namespace) -> Generator[Place]:
    state = None if options.remote else options.state.resolve()
    with config.for_one_command() as configuration, config.for_the_bucket(is_remote=options.remote) as bucket:
        yield Place(Bucket(bucket, state), configuration, state)
