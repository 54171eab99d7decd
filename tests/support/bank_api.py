"""A month as the APIs of Enable Banking and GoCardless have it, and as the file that is kept of it."""

from datetime import date

from tests.support.bank_month import Line, Month, signed
from tillroll.bank.api_files import Fetched, Listed, first_line, last_line, record_line
from tillroll.bank.printed import Format
from tillroll.platform.json import JsonObject


def enable_banking_record(line: Line, currency: str = "EUR", balance: int | None = None) -> JsonObject:
    """A transaction (Transaction of GET /accounts/{uid}/transactions)."""
    is_credit = line.amount >= 0
    side = "debtor" if is_credit else "creditor"
    record: JsonObject = {
        "entry_reference": line.reference or None,
        "transaction_amount": {"amount": signed(abs(line.amount), currency), "currency": currency},
        "credit_debit_indicator": "CRDT" if is_credit else "DBIT",
        "status": "PDNG" if line.is_pending else "BOOK",
        "booking_date": None if line.is_pending else line.booked_on.isoformat(),
        "value_date": line.valued_on.isoformat() if line.valued_on else None,
        "transaction_date": line.booked_on.isoformat(),
        "remittance_information": [line.text] if line.text else [],
        side: {"name": line.name} if line.name else None,
        f"{side}_account": {"iban": line.account} if line.account else None,
        "transaction_id": None,
    }
    if line.mandate:
        record |= {"reference_number": line.mandate, "reference_number_schema": "SDDM"}
    if line.foreign is not None:
        minor, code, rate = line.foreign
        instructed: JsonObject = {"amount": signed(abs(minor), code), "currency": code}
        record["exchange_rate"] = {"instructed_amount": instructed, "exchange_rate": rate, "unit_currency": currency}
    if balance is not None:
        record["balance_after_transaction"] = {"amount": signed(balance, currency), "currency": currency}
    return record


def gocardless_record(line: Line, currency: str = "EUR", balance: int | None = None) -> JsonObject:
    """A transaction (of GET /api/v2/accounts/{id}/transactions/)."""
    side = "debtor" if line.amount >= 0 else "creditor"
    record: JsonObject = {
        "transactionId": line.reference,
        "transactionAmount": {"amount": signed(line.amount, currency), "currency": currency},
        "valueDate": (line.valued_on or line.booked_on).isoformat(),
        "remittanceInformationUnstructured": line.text,
        "endToEndId": line.end_to_end or "NOTPROVIDED",
    }
    if not line.is_pending:
        record |= {"bookingDate": line.booked_on.isoformat(), "internalTransactionId": f"i{line.reference}"}
    if line.name:
        record[f"{side}Name"] = line.name
    if line.account:
        record[f"{side}Account"] = {"iban": line.account}
    if line.mandate:
        record["mandateId"] = line.mandate
    if line.foreign is not None:
        minor, code, rate = line.foreign
        instructed: JsonObject = {"amount": signed(abs(minor), code), "currency": code}
        record["currencyExchange"] = [{"exchangeRate": rate, "sourceCurrency": code, "instructedAmount": instructed}]
    if balance is not None:
        record["balanceAfterTransaction"] = {
            "balanceAmount": {"amount": signed(balance, currency), "currency": currency}
        }
    return record


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
