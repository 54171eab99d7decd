"""All workflows that are deployed, with the versions that live runs may still have: the one list of kinds."""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.bulk.workflow import bulk_operation
from tillroll.claims.books import OWN as CLAIM_BOOKS
from tillroll.claims.service import CLAIM_LINKS
from tillroll.claims.workflow import CLAIM
from tillroll.durable.registry import Registry
from tillroll.expenses.events import TOPICS
from tillroll.expenses.search.index import TextsOf
from tillroll.exports.service import EXPORT_LINKS
from tillroll.exports.workflow import EXPORT
from tillroll.inbound.models import Consumers
from tillroll.mail.workflow import MAIL
from tillroll.onboarding.workflow import ONBOARDING
from tillroll.payouts.bank_files.ibans import file_row, key_row, payee_row
from tillroll.payouts.bank_files.service import renew_copy
from tillroll.payouts.batches.workflow import PAYOUT_BATCH
from tillroll.payouts.books import COMPANY
from tillroll.payouts.books import OWN as PAYOUT_BOOKS
from tillroll.payouts.settlement import take_payment_event
from tillroll.payouts.workflow import PAYOUT
from tillroll.platform.encryption import KeptSecrets
from tillroll.privacy.data_export.workflow import DATA_EXPORT
from tillroll.privacy.erasure.workflow import ERASURE
from tillroll.receipts.repository import read_lines
from tillroll.receipts.workflow import RECEIPT
from tillroll.secret_links import LinkTable

# What is done in bulk is done by each run's own contract.
BULK_OPERATION = bulk_operation(lambda: REGISTRY)

# Names only: `tillroll new workflow` writes one more, and takes it out again.
WORKFLOWS = (RECEIPT, EXPORT, MAIL, ERASURE, DATA_EXPORT, BULK_OPERATION, PAYOUT, PAYOUT_BATCH, CLAIM, ONBOARDING)

REGISTRY: Registry = Registry(WORKFLOWS, told_beside=TOPICS)

# What takes events of other systems by a name of its own, beside the kinds.
CONSUMERS: Final[Consumers] = {"payments": take_payment_event}
# Links to what kinds make, and what making one needs.
LINKS: Final[tuple[tuple[LinkTable, Permission], ...]] = (
    (EXPORT_LINKS, Permission.EXPORT),
    (CLAIM_LINKS, Permission.BOOK),
)

# The beginnings of the ledger's accounts on which only the runs of a kind book; of the company's, people set the bound.
OWN_ACCOUNTS: Final = (PAYOUT_BOOKS, CLAIM_BOOKS)
FUNDED: Final = COMPANY

# Where kinds keep secrets encrypted.
SECRETS: Final = (
    KeptSecrets("payee_keys", "kept", key_row),
    KeptSecrets("payees", "iban", payee_row),
    KeptSecrets("payment_files", "content", file_row, copy=renew_copy),
)

# What was read for an expense's run: one kind reads.
TEXTS: Final[TextsOf] = read_lines
