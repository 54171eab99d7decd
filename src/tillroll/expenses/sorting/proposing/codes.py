"""Kinds by the classification codes of e-invoice items (BT-158): UNSPSC and the EU's CPV, by their
first digits.
"""

from collections.abc import Mapping
from typing import Final

from tillroll.expenses.sorting.proposing.kinds import Kind

# List identifiers of UNTDID 7143, as BT-158-1 has them. The longest beginning that is listed
# decides.
_UNSPSC: Final[Mapping[str, Kind]] = {
    "1510": Kind.FUEL, "2510": Kind.VEHICLE, "2517": Kind.VEHICLE, "27": Kind.TOOLS,
    "31": Kind.TOOLS,
    "4323": Kind.SOFTWARE, "4410": Kind.OFFICE, "4411": Kind.OFFICE, "4412": Kind.OFFICE,
    "1411": Kind.OFFICE,
    "5510": Kind.BOOKS, "7810": Kind.POSTAGE, "7811": Kind.FARES, "781117": Kind.PARKING,
    "7818": Kind.VEHICLE,
    "8012": Kind.ADVICE, "8013": Kind.RENT, "8111": Kind.SOFTWARE, "8116": Kind.SOFTWARE,
    "8210": Kind.ADVERTISING,
    "8311": Kind.PHONE, "8312": Kind.PHONE, "8410": Kind.BANK, "8411": Kind.ADVICE,
    "8412": Kind.BANK,
    "8413": Kind.INSURANCE, "86": Kind.TRAINING, "9010": Kind.MEALS, "9011": Kind.LODGING,
}  # fmt: skip
_CPV: Final[Mapping[str, Kind]] = {
    "091": Kind.FUEL, "22": Kind.BOOKS, "301": Kind.OFFICE, "3019": Kind.OFFICE,
    "48": Kind.SOFTWARE,
    "445": Kind.TOOLS, "501": Kind.VEHICLE, "551": Kind.LODGING, "552": Kind.LODGING,
    "553": Kind.MEALS,
    "555": Kind.MEALS, "60": Kind.FARES, "63712": Kind.PARKING, "635": Kind.FARES,
    "641": Kind.POSTAGE,
    "642": Kind.PHONE, "661": Kind.BANK, "665": Kind.INSURANCE, "701": Kind.RENT, "702": Kind.RENT,
    "722": Kind.SOFTWARE,
    "724": Kind.PHONE, "791": Kind.ADVICE, "792": Kind.ADVICE, "7934": Kind.ADVERTISING,
    "80": Kind.TRAINING,
}  # fmt: skip
_SCHEMES: Final[Mapping[str, Mapping[str, Kind]]] = {"TST": _UNSPSC, "STI": _CPV}


def kind_of_code(code: str) -> Kind | None:
    """The kind of `scheme:code`, as "TST:90111501"; None for another scheme, or a code that says
    nothing here.
    """
    scheme, _, digits = code.partition(":")
    table = _SCHEMES.get(scheme, {})
    beginnings = (digits[:length] for length in range(len(digits), 1, -1))
    return next((table[start] for start in beginnings if start in table), None)
