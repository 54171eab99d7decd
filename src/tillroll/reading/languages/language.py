"""What a language file holds: the words that receipts use for each concept, and the names of the months."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Concept(StrEnum):
    """What a word on a receipt speaks of. A line's label is the set of concepts in it: "Total excl. tax" is
    TOTAL + EXCLUDING + TAX, and `labels` decides from the set alone."""

    TOTAL = "total"
    SUBTOTAL = "subtotal"
    PAYABLE = "payable"
    """What is left to pay: "amount due", "zu zahlen"."""
    AMOUNT = "amount"
    TAX = "tax"
    INCLUDING = "including"
    EXCLUDING = "excluding"
    CONTAINED = "contained"
    """A tax named as part of a total: "included in total", "dont TVA"."""
    ROUNDING = "rounding"
    DISCOUNT = "discount"
    VOUCHER = "voucher"
    """Something used in place of money: whether it lowers the price or pays it is for a person to say."""
    SAVING = "saving"
    SERVICE = "service"
    TIP = "tip"
    SUGGESTION = "suggestion"
    """With a tip: what a guest might give, which nobody has paid."""
    PAID = "paid"
    CASH = "cash"
    CARD = "card"
    CHANGE = "change"
    QUANTITY = "quantity"
    POINTS = "points"
    SUMMARY = "summary"
    """The heading of a table of taxes by rate."""
    DATE = "date"
    OTHER_DATE = "other_date"
    """A date that is not the purchase's: expiry, due, printed, closed."""
    RECEIPT_NUMBER = "receipt_number"
    HEADING = "heading"
    """What kind of paper it is: "tax invoice"."""
    STAMP = "stamp"
    """Stamped or printed beside the name: "posted", "copy"."""
    GREETING = "greeting"
    ADDRESS = "address"
    CONTACT = "contact"
    REGISTRATION = "registration"
    STAFF = "staff"
    CUSTOMER = "customer"
    OWNED_BY = "owned_by"
    TRADE = "trade"
    """What a shop is: "restaurant", "hardware"."""
    CUISINE = "cuisine"
    """Whose food or what kind of it: with a trade's word no name, "Mexican Restaurant"."""
    FIRM = "firm"
    """A word that registered names end in, without being a legal form: "trading", "& sons"."""
    PRODUCT_HEADER = "product_header"
    """Headings of the columns of goods."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language. Phrases are written in lower case or not, with or without accents: both are folded away."""

    code: str
    words: Mapping[Concept, tuple[str, ...]]
    months: Mapping[str, int]
    """Names and abbreviations of the months, 1..12, without full stops."""
    weekdays: Mapping[str, int]
    """Names and abbreviations of the days of the week, Monday 0; none that is a month's too ("mar")."""
