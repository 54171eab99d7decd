"""What a receipt says beside merchant, date, total and currency."""

from collections.abc import Sequence
from typing import Final

from tillroll.receipts.amounts.currencies import minor_digits
from tillroll.receipts.amounts.figures import Figures
from tillroll.receipts.amounts.labels import LabelledAmount, Role
from tillroll.receipts.extraction import Extraction
from tillroll.receipts.numbers.receipt_number import find_receipt_numbers
from tillroll.receipts.numbers.tax_id import find_tax_ids
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.transcript import Line
from tillroll.receipts.sums.adjustments import find_adjustments
from tillroll.receipts.sums.line_items import find_line_items
from tillroll.receipts.sums.payment import find_card_numbers, find_payment_methods
from tillroll.receipts.sums.taxes import find_tax
from tillroll.receipts.weighing.fields import HALF_DETAIL, adjustment_field, plain_field, tax_field, tax_lines

_ADJUSTMENTS: Final = {
    "subtotal": Role.SUBTOTAL,
    "discount": Role.DISCOUNT,
    "service_charge": Role.SERVICE,
    "tip": Role.TIP,
    "rounding": Role.ROUNDING,
}


def with_details(
    extraction: Extraction,
    page: Page,
    lines: Sequence[Line],
    labelled: Sequence[LabelledAmount],
    figures: Figures,
    total: int | None,
    currency: str,
) -> Extraction:
    """The extraction with everything else filled in. `lines` are all of the transcript, `total` is in minor units of
    `currency`; without it the amounts that only make sense beside a total are left out."""
    cards = find_card_numbers(page)
    details = {
        "payment_method": plain_field(find_payment_methods(page, labelled, cards, total), half=HALF_DETAIL),
        "card_last_four": plain_field(cards, half=HALF_DETAIL),
        "receipt_number": plain_field(find_receipt_numbers(page), half=HALF_DETAIL),
        "tax_id": plain_field(find_tax_ids(page), half=HALF_DETAIL),
        "line_items": find_line_items(page, labelled, minor_digits(currency)),
    }
    if total is not None:
        tax = find_tax(lines, labelled, figures, total)

        details |= {
            "tax": tax_field(tax, currency),
            "tax_lines": tax_lines(tax.rows if tax else (), currency),
        }
        printed = {item.role for item in labelled}
        details |= {
            name: adjustment_field(find_adjustments(role, lines, labelled, figures, total), currency)
            for name, role in _ADJUSTMENTS.items()
            if role in printed
        }
    return extraction.model_copy(update=details)
