"""Expenses, stored as the step of a receipt's run stores them, and the costs that claims charge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tests.support.host_platform import ACCOUNT, USER
from tests.support.stored.numbers import Numbers
from tests.support.stored.place import BASE, Place
from tillroll.expenses.conversions import convert_in_base, store_decisions
from tillroll.expenses.writes import expense_id, insert_expense
from tillroll_documents.matching.models import Document
from tillroll_documents.reading.correction import DocumentFacts, ExpenseFields
from tillroll_documents.reading.voucher import MEDIA_TYPES, Origin
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.json import Json, dump
from tillroll_durable.runs import Run, find_run

_NOW: Final = "2026-01-01T00:00:00.000Z"
_EMPLOYEE: Final = "usr_employee"
_INVOICE: Final = "application/pdf"
_BEGIN: Final = """
  INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
    next_safe_action, created_at, updated_at)
  VALUES (?1, ?2, 'receipt', 1, ?3, 'notified', 'complete', 'none', ?4, ?4)
"""
_RECEIVE: Final = """
  INSERT INTO receipts (id, account_id, sha256, media_type, size, run_id, uploaded_by, paid_by,
    created_at)
  VALUES (?1, ?2, ?1, ?7, 3, ?3, ?4, ?5, ?6)
"""


@dataclass(frozen=True)
class _Receipt:
    """A receipt whose run has ended."""

    name: str
    media_type: str = _INVOICE
    uploader: str = USER
    payer: str = "company"

    async def receive(self, database: Database) -> Run:
        """Store it, and return its run."""
        run_id = f"run_{self.name}"
        receipt_id = f"rec_{self.name}"
        facts = (self.uploader, self.payer, _NOW, self.media_type)
        await database.batch(
            [
                statement(_BEGIN, [run_id, ACCOUNT, receipt_id, _NOW]),
                statement(_RECEIVE, [receipt_id, ACCOUNT, run_id, *facts]),
            ]
        )
        run = await find_run(database, run_id)
        assert run is not None
        return run


def may_be_expense(document: Document) -> bool:
    """Whether there is such an expense. A receipt without a merchant waits for a person."""
    return bool(document.names) and document.day is not None


async def store_expenses(
    place: Place, documents: Sequence[Document], numbers: Numbers
) -> dict[str, str]:
    """Store what receipts say; returns the ids of drawn documents by those of expenses."""
    names = {each.employee for each in documents if each.employee}
    insert = "INSERT INTO users (id, account_id, name, created_at) VALUES (?1, ?2, ?3, ?4)"
    people = [statement(insert, [_EMPLOYEE, ACCOUNT, name, _NOW]) for name in names]
    if people:
        await place.database.batch(people)
    ids: dict[str, str] = {}
    for number, document in enumerate(documents, start=1):
        receipt = _Receipt(f"{number:06}")
        if document.employee:
            receipt = _Receipt(f"{number:06}", uploader=_EMPLOYEE, payer="employee")
        run = await receipt.receive(place.database)
        id_ = expense_id(run.id)
        await place.database.batch(
            [
                insert_expense(run, _fields(document, numbers), _NOW),
                convert_in_base(id_, _NOW),
                *_conversion(id_, document),
            ]
        )
        ids[id_] = document.id
    return ids


async def store_cost(place: Place, client_id: str, *, cents: int, day: date) -> str:
    """Store what was paid in cash for a client, with a voucher. It is approved; returns its id."""
    place.costs += 1
    receipt = _Receipt(f"cost{place.costs:05}", media_type=MEDIA_TYPES[Origin.VOUCHER])
    run = await receipt.receive(place.database)
    fields = ExpenseFields(
        merchant=f"Material {place.costs}",
        date=day,
        total_minor=cents,
        tax_minor=None,
        currency=BASE,
    )
    id_ = expense_id(run.id)
    approve = """
      UPDATE expenses SET status = 'approved', billable = 1, client_id = ?2,
        client = (SELECT name FROM clients WHERE id = ?2)
      WHERE id = ?1
    """
    await place.database.batch(
        [
            insert_expense(run, fields, _NOW, payment_method="cash"),
            convert_in_base(id_, _NOW),
            statement(approve, [id_, client_id]),
        ]
    )
    return id_


def _fields(document: Document, numbers: Numbers) -> ExpenseFields:
    """An expense as it is read: of a purchase the money leaves, so its total is above zero."""
    assert document.day is not None
    merchant, *others = document.names
    number = next(iter(document.references), None)
    if number is not None:
        number = numbers.of(number)
    return ExpenseFields(
        merchant=merchant,
        date=document.day,
        total_minor=-document.amount,
        tax_minor=None,
        currency=document.currency,
        registered_name=next(iter(others), None),
        document=DocumentFacts(number=number, due_date=document.due),
    )


def _conversion(id_: str, document: Document) -> Sequence[Statement]:
    """What the job of conversions stores of an expense in another currency."""
    if document.converted is None or document.currency == BASE or document.day is None:
        return ()
    decision: dict[str, Json] = {
        "expense": id_,
        "base": BASE,
        "version": 1,
        "total_minor": -document.converted,
        "tax_minor": None,
        "rate": f"{document.amount / document.converted:.4f}",
        "rate_date": document.day.isoformat(),
        "source": "ECB",
        "entered_rate": None,
        "awaits": None,
    }
    return store_decisions(dump([decision]), _NOW)
