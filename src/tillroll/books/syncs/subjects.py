"""What is written into the books: expenses, claims against customers, and their credit notes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tillroll.claims.charged import ChargedClaim, ChargedCredit
from tillroll.expenses.exported import ExportedExpense

_ENDINGS: Final = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
}


class SubjectKind(StrEnum):
    EXPENSE = "expense"
    CLAIM = "claim"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True)
class File:
    """A file of ours that belongs to a document."""

    object_key: str
    sha256: str
    media_type: str

    @property
    def name(self) -> str:
        """Name the file: unique among the files of a document, and the same each time."""
        return f"receipt-{self.sha256[:12]}.{_ENDINGS.get(self.media_type, 'bin')}"


@dataclass(frozen=True)
class ExpenseSubject:
    """`person` is the id of the user who paid, or handed it in; None where nobody is known.
    `is_in_closing`: the closing of its day has it as it is now.
    """

    expense: ExportedExpense
    version: int
    status: str
    person: str | None
    file: File | None = None
    person_name: str | None = None
    is_in_closing: bool = False

    @property
    def id(self) -> str:
        return self.expense.id


Subject = ExpenseSubject | ChargedClaim | ChargedCredit


def version_of(subject: Subject) -> int:
    """The version of a subject, which grows with each change. A credit note never changes."""
    if isinstance(subject, ChargedCredit):
        return 1
    return subject.version


def existed_before_closing(subject: Subject) -> bool:
    """Whether it was there, as it is now, when its day was closed. Claims and credit notes are of
    the day on which they are made, and only days that are over can be closed.
    """
    if isinstance(subject, ExpenseSubject):
        return subject.is_in_closing
    return True


def is_over(subject: Subject) -> bool:
    """Whether it counts nowhere any more: voided, or withdrawn."""
    match subject:
        case ExpenseSubject():
            return subject.status == "voided"
        case ChargedClaim():
            return subject.is_withdrawn
        case ChargedCredit():
            return False


def file_of(subject: Subject) -> File | None:
    """The file that goes with its document."""
    match subject:
        case ExpenseSubject():
            return subject.file
        case ChargedClaim():
            document = subject.statement
            if document is None:
                return None
            return File(document.object_key, document.sha256, "application/pdf")
        case ChargedCredit():
            return None
