"""The forms of tax numbers by country, and how each is checked. To add one: a row here.

Sources: the European Commission's VIES list of VAT number structures and the member states' published algorithms
(`check_digits` names each method); for other countries the tax authority named in the row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tillroll.receipts.numbers import check_digits
from tillroll.receipts.numbers.check_digits import weighted

_SWISS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 1)

Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class TaxIdForm:
    """One country's number. `pattern` matches what follows `prefix`, without spaces, points, dashes and slashes;
    `check` takes that part, and is None where no check digit is published. A prefix may be left out in print unless
    `prefix_printed`."""

    country: str
    prefix: str
    pattern: str
    check: Check | None
    prefix_printed: bool = False


FORMS: Final = (
    # Royal Malaysian Customs: GST (2015-2018) twelve digits, SST a letter, place and number.
    TaxIdForm("MY", "", r"[0-9]{12}", None),
    TaxIdForm("MY", "", r"[A-Z][0-9]{2}[0-9]{4}[0-9]{8}", None),
    TaxIdForm("GB", "GB", r"[0-9]{9}", check_digits.united_kingdom),
    TaxIdForm("IE", "IE", r"[0-9]{7}[A-W][A-IW]?", check_digits.ireland),
    TaxIdForm("DE", "DE", r"[1-9][0-9]{8}", check_digits.mod_11_10, prefix_printed=True),
    TaxIdForm("AT", "ATU", r"[0-9]{8}", check_digits.austria, prefix_printed=True),
    TaxIdForm("FR", "FR", r"[0-9]{11}", check_digits.france, prefix_printed=True),
    TaxIdForm("ES", "ES", r"[A-Z0-9][0-9]{7}[A-Z0-9]", check_digits.spain),
    TaxIdForm("PT", "PT", r"[1-9][0-9]{8}", check_digits.descending_mod_11),
    TaxIdForm("IT", "IT", r"[0-9]{11}", check_digits.luhn),
    TaxIdForm("NL", "NL", r"[0-9]{9}B[0-9]{2}", check_digits.netherlands),
    TaxIdForm("BE", "BE", r"[01][0-9]{9}", check_digits.belgium),
    TaxIdForm("LU", "LU", r"[0-9]{8}", check_digits.luxembourg, prefix_printed=True),
    TaxIdForm("DK", "DK", r"[1-9][0-9]{7}", lambda number: weighted(number, (2, 7, 6, 5, 4, 3, 2, 1), 11) == 0),
    TaxIdForm("SE", "SE", r"[0-9]{10}01", lambda number: check_digits.luhn(number[:10]), prefix_printed=True),
    TaxIdForm("FI", "FI", r"[0-9]{8}", lambda number: weighted(number, (7, 9, 10, 5, 8, 4, 2, 1), 11) == 0),
    TaxIdForm("PL", "PL", r"[0-9]{10}", lambda number: weighted(number, (6, 5, 7, 2, 3, 4, 5, 6, 7, -1), 11) == 0),
    # Federal Statistical Office: UID, with MWST, TVA or IVA behind it.
    TaxIdForm("CH", "CHE", r"[0-9]{9}", lambda number: weighted(number, _SWISS, 11) == 0, prefix_printed=True),
    TaxIdForm("AU", "", r"[1-9][0-9]{10}", check_digits.australia),  # Australian Business Register
    TaxIdForm("BR", "", r"[0-9]{14}", check_digits.brazil),  # Receita Federal
    TaxIdForm("IN", "", r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][0-9A-Z]Z[0-9A-Z]", check_digits.india),  # GST Council
    TaxIdForm("SG", "", r"(?:M[0-9]{8}[A-Z]|[0-9]{9}[A-Z])", None),  # IRAS: GST registration number or UEN
    TaxIdForm("MX", "", r"[A-ZÑ&]{3,4}[0-9]{6}[A-Z0-9]{3}", None),  # SAT: RFC
)
