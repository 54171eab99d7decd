"""What is written into the audit of receipts by mail."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "receipt_address.made": "the account got an address for receipts; one before it holds until `endsAt`",
    "receipt_address.ended": "nothing that is mailed to the account's addresses is taken any more",
    "mail_intake.changed": "who may send receipts by mail was changed, or whether they must prove it",
    "mail.received": "a mail was stored; what it brought begins runs by the actor `mail:` and its id",
    "mail.replayed": "a mail that failed is worked off again",
}
