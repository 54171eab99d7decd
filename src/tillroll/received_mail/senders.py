"""Who may send receipts by mail: the account's people from their confirmed addresses, and whom an owner allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.access.roles import granted, roles_of
from tillroll.durable import Actor, ValuesRefused, statement
from tillroll.durable.record.audit import append, event_of_account
from tillroll.mail.addresses import InvalidAddress, hash_of_address, read_mail_address
from tillroll.platform.bindings.database import Row, of_row, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform

MOST: Final = 100

_PERSON: Final = """
  u.id, (SELECT group_concat(r.role, ' ') FROM user_roles r WHERE r.user_id = u.id) AS roles
"""
# A person's own address before what was allowed, an address before its domain.
_WHO: Final = f"""
  SELECT {_PERSON} FROM (
    SELECT m.user_id, 0 AS rank FROM mail_addresses m WHERE m.address_hash = ?2 AND m.address IS NOT NULL
    UNION ALL
    SELECT s.user_id, CASE WHEN s.pattern = ?3 THEN 1 ELSE 2 END FROM allowed_senders s
    WHERE s.account_id = ?1 AND s.pattern IN (?3, ?4)
  ) w JOIN users u ON u.id = w.user_id
  WHERE u.account_id = ?1 AND u.removed_at IS NULL ORDER BY w.rank LIMIT 5
"""  # noqa: S608 - a constant


@dataclass(frozen=True)
class AllowedSender:
    """`pattern` is an address, or all of a domain: @example.com. What they send counts as sent in by `user_id`."""

    pattern: str
    user_id: str


@dataclass(frozen=True)
class Intake:
    """What an account asks of mail, and what of it was refused at the door: how many, when last, and why."""

    requires_authentication: bool
    senders: Sequence[AllowedSender]
    refused: int = 0
    refused_at: str | None = None
    refused_why: str | None = None


async def read_intake(platform: Platform, account_id: str) -> Intake:
    rows, senders = await platform.database.batch(
        [
            statement("SELECT * FROM mail_intakes WHERE account_id = ?", account_id),
            statement("SELECT pattern, user_id FROM allowed_senders WHERE account_id = ? ORDER BY pattern", account_id),
        ]
    )
    allowed = [AllowedSender(text(row, "pattern"), text(row, "user_id")) for row in senders]
    if not rows:
        return Intake(True, allowed)
    row = rows[0]
    return of_row(Intake, row, senders=allowed, refused=int(row["refused"] or 0))


async def change_intake(
    platform: Platform, actor: Actor, senders: Sequence[AllowedSender], *, requires_authentication: bool
) -> None:
    """Say who may send beside the account's people, and whether senders must be proven.

    Raises:
        ValuesRefused: an address is none, or somebody may not hand in receipts.
    """
    checked = await _checked(platform, actor.account_id, senders)
    now = to_text(platform.clock.now())
    event = event_of_account(
        actor.account_id,
        "mail_intake.changed",
        new_id("aud"),
        actor=actor.name,
        at=now,
        detail={"requiresAuthentication": requires_authentication, "senders": len(checked)},
    )
    await platform.database.batch(
        [
            statement(
                """
                INSERT INTO mail_intakes (account_id, requires_authentication) VALUES (?1, ?2)
                ON CONFLICT (account_id) DO UPDATE SET requires_authentication = excluded.requires_authentication
                """,
                actor.account_id,
                int(requires_authentication),
            ),
            statement("DELETE FROM allowed_senders WHERE account_id = ?", actor.account_id),
            *(
                statement(
                    "INSERT INTO allowed_senders (account_id, pattern, user_id, created_at) VALUES (?, ?, ?, ?)",
                    actor.account_id,
                    each.pattern,
                    each.user_id,
                    now,
                )
                for each in checked
            ),
            append(event),
        ]
    )


async def who_sends(platform: Platform, account_id: str, sender: str) -> str | None:
    """The id of the person whose receipts these are, who may hand some in; None for whoever is not allowed to send."""
    domain = f"@{sender.rpartition('@')[2]}"
    rows = await platform.database.all(statement(_WHO, account_id, hash_of_address(sender), sender, domain))
    return next((text(row, "id") for row in rows if _may_submit(row)), None)


def _may_submit(row: Row) -> bool:
    roles = roles_of(optional_text(row, "roles"))
    return Permission.SUBMIT in granted(roles, is_operator=False)


async def _checked(platform: Platform, account_id: str, senders: Sequence[AllowedSender]) -> list[AllowedSender]:
    rows = await platform.database.all(
        statement(f"SELECT {_PERSON} FROM users u WHERE u.account_id = ? AND u.removed_at IS NULL", account_id)  # noqa: S608 - names and constants of ours
    )
    people = {text(row, "id") for row in rows if _may_submit(row)}
    problems: list[tuple[str, str]] = []
    checked: dict[str, AllowedSender] = {}
    for number, each in enumerate(senders):
        try:
            pattern = _pattern(each.pattern)
        except InvalidAddress:
            message = "Give a mail address, or all of a domain as @example.com"
            problems.append((f"senders.{number}.pattern", message))
            continue
        if each.user_id not in people:
            problems.append((f"senders.{number}.userId", "Name a person of the account who may hand in receipts"))
        if pattern in checked:
            problems.append((f"senders.{number}.pattern", "It stands in the list twice"))
        checked[pattern] = AllowedSender(pattern, each.user_id)
    if len(senders) > MOST:
        problems.append(("senders", f"At most {MOST} senders are allowed; allow a domain in place of its addresses"))
    if problems:
        raise ValuesRefused(problems)
    return list(checked.values())


def _pattern(given: str) -> str:
    """Raises InvalidAddress."""
    asked = given.strip().casefold()
    return read_mail_address(f"all{asked}").removeprefix("all") if asked.startswith("@") else read_mail_address(asked)
