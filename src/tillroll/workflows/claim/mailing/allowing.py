"""Whether a claim can be sent by mail: asked before it is begun, so that nobody waits for a mail that never goes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tillroll.durable import Statement, ValuesRefused, statement
from tillroll.mail.addresses import hash_of_address, stopped
from tillroll.mail.settings import MailSettings
from tillroll.platform.bindings.database import integer
from tillroll.platform.clock import to_text
from tillroll.platform.encryption import EncryptionSettings
from tillroll.platform.services import Platform
from tillroll.workflows.claim.rows.claims import NewClaim

MOST_A_DAY: Final = 100
"""So many claims an account has mailed in a day: whoever has its token mails strangers no more than that."""

_ASKED: Final = "SELECT COUNT(*) AS n FROM claims WHERE account_id = ?1 AND payer_mail IS NOT NULL AND created_at > ?2"
# Where as many were asked for, a NULL goes into a column that takes none, and nothing is written.
_WITHIN_BOUNDS: Final = f"UPDATE accounts SET name = CASE WHEN ({_ASKED}) < ?3 THEN name END WHERE id = ?1"  # noqa: S608 - names and constants of ours


async def check_mail(platform: Platform, account_id: str, address: str) -> None:
    """
    Raises:
        ValuesRefused: this deployment sends no mail, nothing is sent to the address any more, or enough was sent today.
    """
    if not platform.settings.of(MailSettings).sends or not platform.settings.of(EncryptionSettings).keys:
        said = "No mail is sent here: leave payerMail out, or set MAIL_FROM, MAIL_API_KEY and ENCRYPTION_KEYS."
        raise ValuesRefused([("payerMail", said)])
    if await stopped(platform.database, hash_of_address(address)) is not None:
        said = "Mail there came back, or was reported as spam. Give another address, or send the claim by hand."
        raise ValuesRefused([("payerMail", said)])
    row = await platform.database.first(statement(_ASKED, account_id, _since(platform)))
    if row is not None and integer(row, "n") >= MOST_A_DAY:
        said = f"{MOST_A_DAY} claims were mailed within a day: try again tomorrow, or send this one by hand."
        raise ValuesRefused([("payerMail", said)])


def within_bounds(platform: Platform, new: NewClaim) -> Sequence[Statement]:
    """What refuses the batch of a claim by mail where others have used up the day meanwhile."""
    if new.payer_mail is None:
        return ()
    return [statement(_WITHIN_BOUNDS, new.account_id, _since(platform), MOST_A_DAY)]


def _since(platform: Platform) -> str:
    return to_text(platform.clock.now() - timedelta(days=1))
