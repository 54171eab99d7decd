"""Words of the mapping for tax: a treatment and a rate. Pure.

A rate alone, such as `19`, stands for the tax of the company's own country. All else is named by
its treatment, with its rate where it has one: `eu_services:19`, `exempt`. Of what the company owes
itself and does not deduct, a third part says so: `eu_services:19:not_deducted`.
"""

from decimal import Decimal, InvalidOperation
from typing import Final

from tillroll.tax.rules import OWED, Treatment
from tillroll.tax.sales import SaleKey, SaleTreatment
from tillroll_documents.money import written_rate

NO_TAX: Final = "none"
"""The document says nothing of tax."""
OTHER_TAX: Final = "other"
"""There is tax, and it fits no rate that is mapped."""
EXEMPT: Final = "exempt"
NOT_DEDUCTED: Final = "not_deducted"
"""The seller charged tax, and it is a part of the cost."""
STANDS_FOR: Final = {Treatment.NO_TAX.value: (NO_TAX,)}
"""Words whose code a treatment has where it has none of its own."""
_BETWEEN: Final = ":"
OF_SALES: Final = frozenset(each.value for each in SaleTreatment) - {SaleTreatment.TAXED.value}
"""Treatments of what is charged; none of them has a rate."""
_OF_PURCHASES: Final = frozenset(each.value for each in Treatment) - {
    Treatment.DOMESTIC.value
} - frozenset(each.value for each in OWED) | {EXEMPT, NOT_DEDUCTED}
_WITH_RATE: Final = frozenset(each.value for each in OWED)


def sale_word(key: SaleKey | None) -> str:
    """The word of what is charged; without a key, the document names no tax."""
    if key is None:
        return NO_TAX
    if key.treatment is SaleTreatment.TAXED and key.rate is not None:
        return written_rate(str(key.rate))
    return key.treatment.value


def is_domestic(word: str) -> bool:
    """Whether the word stands for the tax of the company's own country, or for no treatment."""
    return word in {NO_TAX, OTHER_TAX} or is_rate(word)


def is_rate(word: str) -> bool:
    """Whether it is a rate as it is kept: percent, without zeros that say nothing."""
    try:
        rate = Decimal(word)
    except InvalidOperation:
        return False
    return rate.is_finite() and 0 <= rate <= 100 and word == f"{rate.normalize() + 0:f}"


def has_tax(word: str) -> bool:
    """Whether a line of this word always has tax."""
    return word == OTHER_TAX or (is_rate(word) and Decimal(word) > 0)


def is_word(word: str, *, is_of_sales: bool) -> bool:
    """Whether a line can have it, of what is charged or of what is bought."""
    if is_domestic(word):
        return True
    if is_of_sales:
        return word in OF_SALES
    match word.split(_BETWEEN):
        case [treatment, rate] if treatment in _WITH_RATE:
            return is_rate(rate)
        case [treatment, rate, deduction] if treatment in _WITH_RATE:
            return is_rate(rate) and deduction == NOT_DEDUCTED
        case _:
            return word in _OF_PURCHASES


def tax_says(word: str) -> str:
    """The word as a part of a sentence."""
    treatment, _, rest = word.partition(_BETWEEN)
    rate, _, deduction = rest.partition(_BETWEEN)
    phrase = _PHRASES.get(treatment)
    if phrase is None:
        return f"of {word} %"
    if deduction:
        return f"{phrase} at {rate} %, not deducted"
    if rate:
        return f"{phrase} at {rate} %"
    return phrase


_PHRASES: Final = {
    NO_TAX: "of a document that names none",
    OTHER_TAX: "of no rate that is mapped",
    EXEMPT: "of what is exempt",
    NOT_DEDUCTED: "that is not deducted",
    "eu_services": "of services between firms of the EU",
    "other_services": "of services from outside of the EU",
    "domestic_reverse": "of a reverse charge at home",
    "eu_goods": "of goods from another country of the EU",
    "import": "that was paid to customs",
    "foreign_tax": "of another country",
    "no_tax": "of what is no purchase with tax",
    "abroad": "of what is supplied abroad",
    "outside": "of what is not subject to VAT",
    "small_business": "of a small business",
    "disbursed": "of what was paid in the client's name",
}
