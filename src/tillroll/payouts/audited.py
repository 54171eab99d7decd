"""What payouts write into the audit, beside what their runs do."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "payee.created": "somebody whom the payment provider can pay was named",
    "payee.archived": "nobody is paid under this payee any more",
    "payout_limit.changed": "the amount was changed above which a second person decides; null: taken away",
    "payout_change.asked": "a change was asked for by which one person could pay alone; it waits for a second one",
    "payout_change.ended": "`outcome` says what became of it: confirmed, elapsed (nobody else could confirm it for a "
    "day), rejected, replaced or refused by the ledger",
    "payment_file.made": "payments that waited were closed into a file for the bank; `amount` is their sum in cents, "
    "`alsoArchived` the payouts that somebody named whose payees were archived since",
    "payment_file.answered": "what the bank said of a file was taken: `source` is its report, or `by hand`",
    "payment_file.recovered": "a file that was made behind the backup which was restored was taken up again",
    "payment_file.discarded": "such a file was dropped: it never was handed to the bank",
    "payment_file.all_known": "somebody said, behind a restore, that the bank has no other file than are known",
    "payout.settled_by_hand": "a person said what became of a payment of which nobody else could say it: "
    "`settledAs`, and the books follow",
    "payout.returned": "a payment came back after it had been booked as paid; the company's account has it again",
    "payout.stray": "a payment was found that its payout knows nothing of: it came late, behind a refusal or an "
    "undoing. `status` says whether it was called back",
}
