"""What is taken of a mail beside receipts: other modules say which files are theirs, and take
them.
"""

from typing import Final, Protocol

from tillroll.access.permissions import Permission
from tillroll.access.roles import granted, roles_of
from tillroll.mail.addresses import hash_of_address
from tillroll.module import Hook
from tillroll.received_mail.attachments import Attachment
from tillroll.received_mail.repository import StoredMail
from tillroll_durable import Actor, statement
from tillroll_durable.platform.bindings.database import Database, optional_text
from tillroll_durable.platform.services import Platform


class Taker(Protocol):
    """Takes files of one sort. `permission` is what the sender needs, `what` names such a file: a
    bank statement.
    """

    @property
    def permission(self) -> Permission: ...

    @property
    def what(self) -> str: ...

    def recognizes(self, name: str | None, content: bytes) -> bool:
        """Whether a file is of this sort."""
        ...

    async def take(
        self, platform: Platform, actor: Actor, user_id: str, name: str | None, content: bytes
    ) -> str:
        """Begin a run for a file, once for its bytes; its id. Raises Refusal."""
        ...


TAKERS: Final = Hook[Taker]("received_mail.takers")
"""What takes files of a mail that are no receipts."""


def taker_of(attachment: Attachment) -> Taker | None:
    """What takes a file that is no receipt; None where nothing does."""
    content = attachment.unread
    if content is None:
        return None
    return next(
        (each for each in TAKERS.answers() if each.recognizes(attachment.name, content)), None
    )


_SENDER = """
  SELECT (SELECT group_concat(r.role, ' ') FROM user_roles r WHERE r.user_id = u.id) AS roles
  FROM users u JOIN mail_addresses m ON m.user_id = u.id
  WHERE u.id = ?1 AND u.removed_at IS NULL AND m.address_hash = ?2 AND m.address IS NOT NULL
"""


async def may_send(database: Database, mail: StoredMail, permission: Permission) -> bool:
    """Whether a mail comes from a person of this permission: proven, and from their own confirmed
    address. A shop that an owner lets send receipts may not do what that person may.
    """
    if not mail.is_authenticated:
        return False
    row = await database.first(statement(_SENDER, [mail.user_id, hash_of_address(mail.sender)]))
    return row is not None and permission in granted(
        roles_of(optional_text(row, "roles")), is_operator=False
    )
