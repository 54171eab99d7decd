"""Who may look after the whole deployment."""

from datetime import datetime

from tillroll_command.sql import as_text
from tillroll_durable.audit import AuditEvent, append_if_changed
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.clock import to_text


class Audited(Action):
    ACCOUNT_CREATED = "account.created", "an account was made, with its first user and token"
    OPERATOR_GRANTED = "operator.granted", "a user was made an operator of the whole deployment"
    OPERATOR_REVOKED = "operator.revoked", "a user is no operator any more"
    ENDING_REPEATED = (
        "ending.repeated",
        (
            "after a restore, what ended since the backup was ended again; `act` is the key "
            "of its event"
        ),
    )


def change_operator(account_id: str, user_id: str, now: datetime, *, is_operator: bool) -> str:
    """SQL that makes a user an operator, or no longer one, with its audit event.

    It fails, and changes nothing, where the account has no such user or they are already what is
    asked for.
    """
    at = to_text(now)
    action = Audited.OPERATOR_GRANTED if is_operator else Audited.OPERATOR_REVOKED
    event = AuditEvent(
        stream=f"account:{account_id}",
        event_key=f"{action}:{user_id}:{at}",
        account_id=account_id,
        actor="operator",
        action=action,
        outcome="success",
        at=at,
        detail={"user": user_id},
    )
    update = statement(
        "UPDATE users SET is_operator = ?1 WHERE id = ?2 AND account_id = ?3 AND is_operator <> ?1",
        [int(is_operator), user_id, account_id],
    )
    return as_text([update, append_if_changed(event)])
