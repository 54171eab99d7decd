"""What customers are charged by claims, and by their credit notes: for other books. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tillroll.tax.sales import SaleKey


@dataclass(frozen=True)
class ChargedFile:
    """The statement of a claim, or its invoice, in PDF. `size` is in bytes."""

    object_key: str
    sha256: str
    size: int


@dataclass(frozen=True)
class ChargedLine:
    """What is charged for an expense, in minor units. `key` is how it is taxed; None where the
    claim is no invoice, and names no tax. `is_credited`: a credit note took it back.
    """

    description: str
    category: str | None
    net: int
    tax: int = 0
    key: SaleKey | None = None
    is_credited: bool = False

    @property
    def amount(self) -> int:
        return self.net + self.tax


@dataclass(frozen=True)
class ChargedClaim:
    """A claim against a customer that was issued. What its withdrawal takes back are the lines that
    no credit note took back before."""

    id: str
    version: int
    number: str
    payer: str
    currency: str
    issued: date
    due: date
    lines: Sequence[ChargedLine]
    is_withdrawn: bool
    statement: ChargedFile | None


@dataclass(frozen=True)
class ChargedCredit:
    """A credit note over a part of a claim. `id` is RUN:VERSION; `lines` are what it takes back,
    in amounts above zero; there are none where they do not come to what it is over."""

    id: str
    claim_id: str
    number: str
    payer: str
    currency: str
    issued: date
    lines: Sequence[ChargedLine]
    reason: str
