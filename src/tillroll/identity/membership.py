"""What other modules do when somebody joins an account, or leaves it."""

from collections.abc import Sequence
from typing import Final, Protocol

from tillroll.access.roles import Ends
from tillroll.module import Hook
from tillroll_durable import Statement
from tillroll_durable.platform.services import Platform


class WriteJoined(Protocol):
    """Write `also` in one batch, with what sets up the person who has joined by them. The
    last of `also` changes one row.
    """

    async def __call__(
        self,
        platform: Platform,
        account_id: str,
        user_id: str,
        mail: str | None,
        also: Sequence[Statement],
    ) -> None: ...


JOINED: Final = Hook[WriteJoined]("identity.joined")
"""What writes that somebody has joined. At most one module answers."""

LEAVERS: Final = Hook[Ends]("identity.leavers")
"""What ends when somebody leaves an account, or loses a right."""


async def write_joined(
    platform: Platform, account_id: str, user_id: str, mail: str | None, also: Sequence[Statement]
) -> None:
    """Write `also`, with what sets up the person where a module does so."""
    answers = JOINED.answers()
    if answers:
        await answers[0](platform, account_id, user_id=user_id, mail=mail, also=also)
    else:
        await platform.database.batch(also)
