"""Why an expense has no place in the tax report. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class OpenReason(StrEnum):
    """Why an expense has no place."""

    NO_EXCHANGE_RATE = "no_exchange_rate"
    NO_TAX_LINES = "no_tax_lines"
    NO_TAX_RATE = "no_tax_rate"
    NO_NET = "no_net"
    SUM_DIFFERS = "sum_differs"
    SELLER_ABROAD = "seller_abroad"
    SELLER_UNKNOWN = "seller_unknown"
    REVERSE_CHARGE = "reverse_charge"
    EU_SUPPLY = "eu_supply"
    EXPORT_SUPPLY = "export_supply"
    OUTSIDE_OF_VAT = "outside_of_vat"
    OTHER_TAX = "other_tax"
    OTHER_CURRENCY = "other_currency"
    OTHER_RATE = "other_rate"
    TAX_CHARGED = "tax_charged"
    IE_LODGING = "ie_lodging"
    IE_FUEL = "ie_fuel"
    IE_TRAVEL = "ie_travel"
    IE_NO_CATEGORY = "ie_no_category"
    DE_GIFTS = "de_gifts"
    AT_CAR = "at_car"
    AT_ENTERTAINMENT = "at_entertainment"
    GB_ENTERTAINMENT = "gb_entertainment"
    PARTLY_BY_LAW = "partly_by_law"


OPEN_SAYS: Final[Mapping[OpenReason, str]] = {
    OpenReason.NO_EXCHANGE_RATE: (
        "It has no amount in the base currency. Wait for the rate, or enter it in Settings."
    ),
    OpenReason.NO_TAX_LINES: (
        "No tax line says at which rate it was taxed. Add the tax lines, or say how it is taxed."
    ),
    OpenReason.NO_TAX_RATE: (
        "A tax line has no rate. Add the rate from the document, or say how it is taxed."
    ),
    OpenReason.NO_NET: (
        "It has several rates, and a tax line without its net amount. Add the net amount."
    ),
    OpenReason.SUM_DIFFERS: (
        "Its tax lines do not add up to its total and its tax. Correct the lines or the total."
    ),
    OpenReason.SELLER_ABROAD: "The seller's tax number is of another country. Say how it is taxed.",
    OpenReason.SELLER_UNKNOWN: (
        "No tax was charged, and nobody knows where the seller is: you may owe the tax."
        " Say how it is taxed."
    ),
    OpenReason.REVERSE_CHARGE: (
        "The document says that the company owes the tax (category AE). Say how it is taxed."
    ),
    OpenReason.EU_SUPPLY: "The document says that goods came from another country of the EU"
    " (category K). Say how it is taxed.",
    OpenReason.EXPORT_SUPPLY: "The document says that goods were exported to the company"
    " (category G). Say how it is taxed.",
    OpenReason.OUTSIDE_OF_VAT: "The document says that no VAT holds (category O), and the seller"
    " may be abroad. Say how it is taxed.",
    OpenReason.OTHER_TAX: "The tax is that of the Canary Islands, Ceuta or "
    "Melilla (category L or M)."
    " Say how it is taxed.",
    OpenReason.OTHER_CURRENCY: (
        "The currency is not your country's, so the tax may be another country's."
        " Say how it is taxed."
    ),
    OpenReason.OTHER_RATE: (
        "The rate is none of your country's on this day. Say how it is taxed, or correct the rate."
    ),
    OpenReason.TAX_CHARGED: (
        "The company owes the tax, but it is charged. Ask the seller, or change how it is taxed."
    ),
    OpenReason.IE_LODGING: (
        "Tax on accommodation is deductible in Ireland only for a qualifying conference."
        " Say how much is deducted."
    ),
    OpenReason.IE_FUEL: (
        "In Ireland tax on diesel is deductible, on petrol it is not, and on a car at most in part."
        " Say how much is deducted."
    ),
    OpenReason.IE_TRAVEL: (
        "In Ireland tax on food, drink and accommodation is not deductible."
        " Choose a closer category, or say how much is deducted."
    ),
    OpenReason.IE_NO_CATEGORY: (
        "Its category decides in Ireland whether its tax is deductible: that on food is not."
        " Choose one, or say how much is deducted."
    ),
    OpenReason.DE_GIFTS: (
        "Tax on gifts is not deductible in Germany where one recipient gets more than 50 EUR a"
        " year (35 EUR until 2023). Say how much is deducted."
    ),
    OpenReason.AT_CAR: (
        "Tax on cars and what they need is deductible in Austria only for some, such as electric"
        " ones. Say how much is deducted."
    ),
    OpenReason.AT_ENTERTAINMENT: (
        "Tax on entertainment is deductible in Austria only where it serves advertising."
        " Say how much is deducted."
    ),
    OpenReason.GB_ENTERTAINMENT: (
        "Tax on entertainment is deductible in the United Kingdom only for staff and customers"
        " from overseas. Say how much is deducted."
    ),
    OpenReason.PARTLY_BY_LAW: (
        "Law does not let the tax on some of its parts be deducted. Say how much is deducted."
    ),
}
