"""Why the database refused a change: asked of the database, not guessed."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, LiteralString

from cli.operations.failures import or_else
from cli.operations.place import Where
from cli.operations.where import query
from local.d1 import D1Error
from tillroll_command.endings import Code, Stopped
from tillroll_command.sql import as_text
from tillroll_durable.platform.bindings.database import Statement, digits, place


@dataclass(frozen=True)
class Reason:
    """`condition` is SQL that is true where `sentence` is why a change was refused. The command
    ends with `code`.
    """

    sentence: str
    condition: LiteralString
    code: Code = Code.REFUSED


@dataclass(frozen=True)
class Reasons:
    """What can be the reason; the first that holds is it. `values` are ?1, ?2, … of each
    condition.
    """

    reasons: Sequence[Reason]
    values: Sequence[str]


_OTHER_OWNER: Final = """
  SELECT 1 FROM users u JOIN user_roles r ON r.user_id = u.id AND r.role = 'owner'
  WHERE u.account_id = ?1 AND u.id <> ?2 AND u.removed_at IS NULL
"""


def no_account(account_id: str) -> Reasons:
    return Reasons([_no_account(account_id)], [account_id])


def no_user(account_id: str, user_id: str) -> Reasons:
    """The account has no such user, or has no longer."""
    return Reasons(_no_user(account_id, user_id), [account_id, user_id])


def last_owner(account_id: str, user_id: str) -> Reasons:
    """As `no_user`; or the account would have no owner."""
    sentence = f"{user_id} is the only owner of {account_id}: make somebody else an owner first."
    is_owner = "EXISTS (SELECT 1 FROM user_roles WHERE user_id = ?2 AND role = 'owner')"
    reason = Reason(sentence, f"{is_owner} AND NOT EXISTS ({_OTHER_OWNER})")
    return Reasons([*_no_user(account_id, user_id), reason], [account_id, user_id])


def no_change_of_operator(account_id: str, user_id: str, *, is_operator: bool) -> Reasons:
    """As `no_user`; or the user is already what was asked for."""
    sentence = f"{user_id} is no operator."
    if is_operator:
        sentence = f"{user_id} is an operator already."
    same = f"EXISTS (SELECT 1 FROM users WHERE id = ?2 AND is_operator = {digits(is_operator)})"
    return Reasons([*_no_user(account_id, user_id), Reason(sentence, same)], [account_id, user_id])


def no_token(account_id: str, token_id: str) -> Reasons:
    """The account has no such token, or it is revoked already."""
    of_account = """
      SELECT 1 FROM tokens t JOIN users u ON u.id = t.user_id WHERE t.id = ?2 AND u.account_id = ?1
    """
    reasons = [
        _no_account(account_id),
        Reason(
            f"{account_id} has no token {token_id}.", f"NOT EXISTS ({of_account})", Code.NOT_FOUND
        ),
        Reason(
            f"{token_id} is revoked already.", f"EXISTS ({of_account} AND t.revoked_at IS NOT NULL)"
        ),
    ]
    return Reasons(reasons, [account_id, token_id])


def not_in_quarantine(keys: Sequence[str]) -> Reasons:
    """One of the objects is not in quarantine, was restored before, or is being deleted."""
    reasons: list[Reason] = []
    for number, key in enumerate(keys, start=1):
        row = f"SELECT 1 FROM object_quarantine WHERE object_key = {place(number)}"
        reasons += [
            Reason(f"{key} is not in quarantine.", f"NOT EXISTS ({row})", Code.NOT_FOUND),
            Reason(f"{key} was restored before.", f"EXISTS ({row} AND state = 'restored')"),
            Reason(f"{key} is being deleted.", f"EXISTS ({row} AND state = 'deleting')"),
        ]
    return Reasons(reasons, keys)


@contextmanager
def or_why(sentence: str, place: Where, reasons: Reasons) -> Generator[None]:
    """As `or_else`, with the reason that the database has, where it has one.

    Raises:
        Stopped: the change was refused, and why.
    """
    with or_else(sentence):
        try:
            yield
        except D1Error as error:
            reason = _reason(place, reasons)
            if reason is None:
                raise
            # What the database says is a guard's name: it would only hide the reason.
            raise Stopped(reason.code, f"{sentence}\n{reason.sentence}") from error


def _reason(place: Where, reasons: Reasons) -> Reason | None:
    cases = " ".join(
        f"WHEN {each.condition} THEN {digits(number)}"
        for number, each in enumerate(reasons.reasons)
    )
    question = Statement(f"SELECT CASE {cases} END AS number", tuple(reasons.values))
    try:
        [row] = query(as_text([question]), place)
    except D1Error:
        # The database does not answer at all: what it said first is the reason.
        return None
    number = row["number"]
    if number is None:
        return None
    return reasons.reasons[int(number)]


def _no_account(account_id: str) -> Reason:
    condition = "NOT EXISTS (SELECT 1 FROM accounts WHERE id = ?1)"
    return Reason(f"There is no account {account_id}.", condition, Code.NOT_FOUND)


def _no_user(account_id: str, user_id: str) -> list[Reason]:
    user = "SELECT 1 FROM users WHERE account_id = ?1 AND id = ?2"
    return [
        _no_account(account_id),
        Reason(f"{account_id} has no user {user_id}.", f"NOT EXISTS ({user})", Code.NOT_FOUND),
        Reason(
            f"{user_id} was removed from {account_id}.",
            f"EXISTS ({user} AND removed_at IS NOT NULL)",
        ),
    ]
