"""What is written into the audit of the ledger: ids and digests only, since names of accounts may be personal."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "ledger.account": "an account of the ledger was made; `ledgerAccount` is its id, `digest` the SHA-256 of its body",
    "ledger.transaction": "transfers were applied or refused; `body` is the SHA-256 of what was asked for, amounts too",
}
