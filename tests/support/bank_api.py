"""A month as the API of Enable Banking has it, and as the file that is kept of it."""

from datetime import date

from local.banks import enable_banking
from local.banks.bank import Booking
from tests.support.bank_month import Line, Month, signed
from tillroll_documents.bank_files.api.files import Fetched, first_line, last_line, record_line
from tillroll_documents.bank_files.printed import Format
from tillroll_durable.platform.json import JsonObject


def booking_of(line: Line, balance: int | None = None) -> Booking:
    """A line as the local bank has it."""
    return Booking(
        amount=line.amount,
        day=line.booked_on,
        value_day=line.valued_on,
        name=line.name,
        account=line.account,
        text=line.text,
        reference=line.reference,
        end_to_end=line.end_to_end,
        mandate=line.mandate,
        is_pending=line.is_pending,
        foreign=line.foreign,
        balance=balance,
    )


def enable_banking_record(
    line: Line, currency: str = "EUR", balance: int | None = None
) -> JsonObject:
    """A transaction of GET /accounts/{uid}/transactions."""
    return {**enable_banking.record_of(booking_of(line, balance), currency), "transaction_id": None}


def api_file(month: Month, *, is_proven: bool = True) -> bytes:
    """The file of a month that was fetched. `is_proven`: each record has the balance after it."""
    fetched = Fetched(
        format=Format.ENABLE_BANKING,
        account=month.account or None,
        currency=month.currency,
        bank=None,
        from_day=month.from_day,
        to_day=month.to_day,
    )
    lines, balance = [first_line(fetched)], month.opening
    for line in month.lines:
        balance += 0 if line.is_pending else line.amount
        printed = balance if is_proven and not line.is_pending else None
        lines.append(record_line(enable_banking_record(line, month.currency, printed)))
    lines.append(
        last_line(
            len(month.lines), [_balance(balance + month.wrong_by, month.currency, month.to_day)]
        )
    )
    return "\n".join(lines).encode() + b"\n"


def _balance(minor: int, currency: str, day: date) -> JsonObject:
    amount: JsonObject = {"amount": signed(minor, currency), "currency": currency}
    return {
        "name": "",
        "balance_amount": amount,
        "balance_type": "ITBD",
        "reference_date": day.isoformat(),
    }
