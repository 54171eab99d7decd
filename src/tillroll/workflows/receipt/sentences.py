"""The sentences for reason codes: of the reading of the text, and of the steps."""

from tillroll.invoices.reasons import SENTENCES as OF_INVOICES
from tillroll.receipts.reasons import SENTENCES as OF_READING
from tillroll.workflows.receipt.contract import (
    AI_BUDGET,
    ENCRYPTED_PDF,
    NO_TEXT_IN_PDF,
    POSSIBLE_DUPLICATE,
    TOO_MANY_PAGES,
    UNREADABLE_XML,
)

SENTENCES = {
    **OF_READING,
    **OF_INVOICES,
    AI_BUDGET: "Today's AI budget is spent, or this month's AI calls are used up (Settings says which): type the "
    "values in, or have it read when there is more.",
    NO_TEXT_IN_PDF: "This PDF has no text and no picture that can be read: type the values in, or send a photo of it.",
    ENCRYPTED_PDF: "This PDF opens with a password only: save it without one and upload that, or type the values in.",
    UNREADABLE_XML: "This XML is broken, or holds what no e-invoice may: reject it and ask the seller for another.",
    TOO_MANY_PAGES: "This PDF has more than 20 pages: reject it, and send the pages of the receipt by themselves.",
    POSSIBLE_DUPLICATE: "You may have this one already: compare it with the other receipt, then approve or reject it.",
}
