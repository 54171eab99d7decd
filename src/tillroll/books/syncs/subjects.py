"""What is written into the books: expenses, claims against customers, and their credit notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tillroll.claims.charged import (
    ChargedClaim,
    ChargedCredit,
    claim_of,
    credit_note_of,
    select_claims,
    select_credit_notes,
)
from tillroll.expenses.exported import ExportedExpense
from tillroll.expenses.repository import EXPORTED_COLUMNS, EXPORTED_JOINS, exported
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, Row, integer, optional_text, text
from tillroll_durable.platform.json import dump

_EXPENSES: Final = f"""
  SELECT {EXPORTED_COLUMNS}, receipts.object_key, receipts.sha256, receipts.media_type
  FROM expenses {EXPORTED_JOINS}
  WHERE expenses.account_id = ?1 AND expenses.id IN (SELECT value FROM json_each(?2))
"""  # noqa: S608 - constants
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
        """Unique among the files of a document, and the same each time."""
        return f"receipt-{self.sha256[:12]}.{_ENDINGS.get(self.media_type, 'bin')}"


@dataclass(frozen=True)
class ExpenseSubject:
    """`person` is the id of the user who paid, or handed it in; None where nobody is known."""

    expense: ExportedExpense
    version: int
    status: str
    person: str | None
    file: File | None = None
    person_name: str | None = None

    @property
    def id(self) -> str:
        return self.expense.id


Subject = ExpenseSubject | ChargedClaim | ChargedCredit


def version_of(subject: Subject) -> int:
    """The version of a subject, which grows with each change. A credit note never changes."""
    if isinstance(subject, ChargedCredit):
        return 1
    return subject.version


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


async def load_subjects(
    database: Database, account_id: str, ids: Sequence[str]
) -> dict[str, Subject]:
    """The subjects by their ids; those that are there no more are left out."""
    listed = [*dict.fromkeys(ids)]
    expenses, claims, notes = await database.batch(
        [
            statement(_EXPENSES, account_id, dump([*listed])),
            select_claims(account_id, listed),
            select_credit_notes(account_id, listed),
        ]
    )
    subjects: list[Subject] = [
        *map(_expense, expenses),
        *map(claim_of, claims),
        *map(credit_note_of, notes),
    ]
    return {each.id: each for each in subjects}


def _expense(row: Row) -> ExpenseSubject:
    file = File(text(row, "object_key"), text(row, "sha256"), text(row, "media_type"))
    return ExpenseSubject(
        exported(row),
        integer(row, "version"),
        status=text(row, "status"),
        person=optional_text(row, "person"),
        file=file,
        person_name=optional_text(row, "person_name"),
    )
