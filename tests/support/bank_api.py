"""A month as the APIs of Enable Banking and GoCardless have it, and as the file that is kept of it."""

from datetime import date

from local.banks import enable_banking, gocardless
from local.banks.bank import Booking
from tests.support.bank_month import Line, Month, signed
from tillroll.bank.api_files import Fetched, Listed, first_line, last_line, record_line
from tillroll.bank.printed import Format
from tillroll.platform.json import JsonObject


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


def enable_banking_record(line: Line, currency: str = "EUR", balance: int | None = None) -> JsonObject:
    """A transaction of GET /accounts/{uid}/transactions."""
    return {**enable_banking.record_of(booking_of(line, balance), currency), "transaction_id": None}


def gocardless_record(line: Line, currency: str = "EUR", balance: int | None = None) -> JsonObject:
    """A transaction of GET /api/v2/accounts/{id}/transactions/."""
    return gocardless.record_of(booking_of(line, balance), currency)


def api_file(month: Month, format_: Format = Format.ENABLE_BANKING, *, is_proven: bool = True) -> bytes:
    """The file of a month that was fetched. `is_proven`: each record has the balance after it."""
    fetched = Fetched(
        format=format_,
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
        listed: Listed = "transaction"
        record = enable_banking_record(line, month.currency, printed)
        if format_ is Format.GOCARDLESS:
            listed = "pending" if line.is_pending else "booked"
            record = gocardless_record(line, month.currency, printed)
        lines.append(record_line(listed, record))
    lines.append(
        last_line(len(month.lines), [_balance(format_, balance + month.wrong_by, month.currency, month.to_day)])
    )
    return "\n".join(lines).encode() + b"\n"


def _balance(format_: Format, minor: int, currency: str, day: date) -> JsonObject:
    amount: JsonObject = {"amount": signed(minor, currency), "currency": currency}
    if format_ is Format.GOCARDLESS:
        return {"balanceAmount": amount, "balanceType": "interimBooked", "referenceDate": day.isoformat()}
    return {"name": "", "balance_amount": amount, "balance_type": "ITBD", "reference_date": day.isoformat()}
