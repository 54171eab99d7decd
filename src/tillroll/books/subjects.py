"""What is written into the books: expenses, claims against customers, and their credit notes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tillroll.expenses.exported import ExportedExpense


class SubjectKind(StrEnum):
    EXPENSE = "expense"
    CLAIM = "claim"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True)
class File:
    """A file of ours that belongs to a document. `size` is in bytes."""

    object_key: str
    sha256: str
    media_type: str
    size: int

    @property
    def name(self) -> str:
        """Unique among the files of a document, and the same each time."""
        ending = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
        return f"receipt-{self.sha256[:12]}.{ending.get(self.media_type, 'bin')}"


@dataclass(frozen=True)
class ExpenseSubject:
    """`person` is the id of the user who paid, or handed it in; None where nobody is known."""

    expense: ExportedExpense
    version: int
    status: str
    person: str | None
    file: File | None = None

    @property
    def id(self) -> str:
        return self.expense.id


@dataclass(frozen=True)
class ClaimLine:
    """`amount` is what is charged, in minor units, tax included."""

    description: str
    category: str | None
    amount: int


@dataclass(frozen=True)
class ClaimSubject:
    """A claim against a customer that was issued. `credited` is the sum of its credit notes, without its withdrawal."""

    id: str
    version: int
    number: str
    payer: str
    currency: str
    issued: date
    due: date
    lines: Sequence[ClaimLine]
    credited: int
    is_withdrawn: bool
    file: File | None = None


@dataclass(frozen=True)
class CreditNoteSubject:
    """A credit note over a part of a claim. `amount` is in minor units."""

    id: str
    claim_id: str
    number: str
    payer: str
    currency: str
    issued: date
    amount: int
    reason: str
    version: int = 1


Subject = ExpenseSubject | ClaimSubject | CreditNoteSubject
