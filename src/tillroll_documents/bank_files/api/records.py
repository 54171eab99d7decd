"""Records of transactions and balances, as Enable Banking has them.

They follow ISO 20022 and the Berlin Group's NextGenPSD2. What a record lacks is left out; what
contradicts itself is refused.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from tillroll_documents.bank_files.limits import MAX_TEXT
from tillroll_documents.bank_files.printed import (
    Balance,
    Counterparty,
    Entry,
    EntryStatus,
    Foreign,
    UnreadableFile,
)
from tillroll_documents.bank_files.values import (
    account_of,
    currency_of,
    iso_day,
    minor_of,
    one_line,
    rate_of,
    reference_of,
    shown,
)

Record = Mapping[str, Any]

_STATUSES: Final = {
    "BOOK": EntryStatus.BOOKED,
    "PDNG": EntryStatus.PENDING,
    "HOLD": EntryStatus.PENDING,
    "OTHR": EntryStatus.INFORMATION,
    "SCHD": EntryStatus.INFORMATION,
    "INFO": EntryStatus.INFORMATION,
}
LEFT_OUT: Final = {
    "CNCL": "The bank voided this transaction, so it is left out.",
    "RJCT": "The bank rejected this transaction, so it is left out.",
}
"""In these statuses no money moved."""
_MANDATE: Final = "SDDM"
# Balances of what is booked, the final one first.
_BOOKED: Final = ("CLBD", "ITBD")
_AVAILABLE: Final = ("CLAV", "ITAV")
_EXPECTED: Final = ("XPCD",)


def left_out(record: Record) -> str | None:
    """Why a record is no entry, as a sentence; None where it is one."""
    status = record.get("status")
    if not isinstance(status, str):
        return None
    return LEFT_OUT.get(status)


def enable_banking_entry(record: Record, currency: str, position: int, line: int) -> Entry:
    """An entry of a transaction of Enable Banking. Raises UnreadableFile."""
    status = _STATUSES.get(_text(record, "status") or "BOOK")
    if status is None:
        raise UnreadableFile(
            f"the status “{shown(str(record['status']))}” is not known", field="status"
        )
    is_credit = _is_credit(record)
    amount = _amount(_inner(record, "transaction_amount"), currency, "transaction_amount")
    if amount < 0 and is_credit:
        raise UnreadableFile(
            "the amount is negative, and is said to be received", field="credit_debit_indicator"
        )
    side = "debtor" if is_credit else "creditor"
    account = _inner(record, f"{side}_account")
    other = _text(_inner(account, "other"), "identification")
    reference = _text(record, "reference_number")
    is_mandate = _text(record, "reference_number_schema") == _MANDATE
    code = _inner(record, "bank_transaction_code")
    codes = [_text(code, name) for name in ("code", "sub_code")]
    exchange = _inner(record, "exchange_rate")
    signed = abs(amount) if is_credit else -abs(amount)
    booked_on = _day(record, "booking_date")
    return Entry(
        amount=signed,
        counterparty=Counterparty(
            one_line(_text(_inner(record, side), "name")) or None,
            account_of(_text(account, "iban") or other),
            account_of(_text(_inner(record, f"{side}_agent"), "bic_fi")),
        ),
        bank_reference=_reference(record, "entry_reference"),
        mandate=reference_of(reference) if is_mandate else None,
        creditor_reference=None if is_mandate else _joined(reference),
        text=one_line(" ".join(_texts(record, "remittance_information"))),
        code="-".join(filter(None, codes)) or _text(code, "description"),
        foreign=_foreign(
            _inner(exchange, "instructed_amount"),
            _text(exchange, "exchange_rate"),
            amount=signed,
            currency=currency,
        ),
        position=position,
        status=status,
        booked_on=booked_on,
        valued_on=_day(record, "value_date") or _day(record, "transaction_date") or booked_on,
        balance=_balance_after(_inner(record, "balance_after_transaction"), currency),
        line=line,
    )


def balances_of(
    records: list[Record], currency: str
) -> tuple[Balance | None, Balance | None, Balance | None]:
    """What is booked, available and expected, as far as the bank says it. Raises UnreadableFile."""
    balances: dict[str, Balance] = {}
    for record in records:
        kind = _text(record, "balance_type")
        amount = _inner(record, "balance_amount")
        if (
            kind is None
            or not amount
            or currency_of(_text(amount, "currency") or currency) != currency
        ):
            continue
        day = _day(record, "reference_date")
        balances.setdefault(kind, Balance(_amount(amount, currency, "balances"), day))

    def first(kinds: tuple[str, ...]) -> Balance | None:
        return next((balances[kind] for kind in kinds if kind in balances), None)

    return first(_BOOKED), first(_AVAILABLE), first(_EXPECTED)


def _is_credit(record: Record) -> bool:
    indicator = _text(record, "credit_debit_indicator")
    if indicator not in {"CRDT", "DBIT"}:
        raise UnreadableFile(
            "nothing says whether it was received or paid", field="credit_debit_indicator"
        )
    return indicator == "CRDT"


def _amount(amount: Record, currency: str, field: str) -> int:
    """Minor units of an amount in the account's currency."""
    printed = _text(amount, "amount")
    stated = _text(amount, "currency")
    if printed is None:
        raise UnreadableFile("the amount is missing", field=field)
    if stated is not None and currency_of(stated) != currency:
        raise UnreadableFile(
            f"it is in {shown(stated)}, and the account in {currency}", field=field
        )
    return minor_of(printed, currency)


def _balance_after(amount: Record, currency: str) -> int | None:
    """What an entry left; None also in another currency."""
    stated = _text(amount, "currency")
    if _text(amount, "amount") is None or (stated is not None and currency_of(stated) != currency):
        return None
    return _amount(amount, currency, "balance_after_transaction")


def _foreign(instructed: Record, rate: str | None, amount: int, currency: str) -> Foreign | None:
    printed = _text(instructed, "amount")
    stated = _text(instructed, "currency")
    if printed is None or stated is None or currency_of(stated) == currency:
        return None
    minor = abs(minor_of(printed, currency_of(stated)))
    return Foreign(minor if amount >= 0 else -minor, currency_of(stated), rate_of(rate))


def _reference(record: Record, name: str) -> str | None:
    """The bank's own id; some banks write zeros where they have none."""
    reference = reference_of(_text(record, name))
    if reference is not None and reference.strip("0"):
        return reference
    return None


def _joined(reference: str | None) -> str | None:
    reference_text = reference_of(reference)
    if reference_text is None:
        return None
    return "".join(reference_text.split())


def _inner(record: Record, name: str) -> Record:
    return mapping_in(record.get(name))


def mapping_in(value: Any) -> Record:
    """The value, if it is an object of JSON; else an empty one."""
    # What JSON gives.
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def listed_in(value: Any) -> list[Any]:
    """The value, if it is an array of JSON; else an empty one."""
    # What JSON gives.
    return value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]


def _text(record: Record, name: str) -> str | None:
    """A text, or a number as it is printed; None where there is none. Raises UnreadableFile: it is
    too long.
    """
    value = record.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        return None
    if len(value) > MAX_TEXT:
        raise UnreadableFile(f"{name} has more than {MAX_TEXT} characters", field=name)
    return value.strip()


def _texts(record: Record, name: str) -> list[str]:
    """The texts of a list, or one text."""
    value: Any = record.get(name)
    texts = [
        one_line(each)
        for each in listed_in(value) or [_text(record, name)]
        if isinstance(each, str) and each
    ]
    if sum(map(len, texts)) > MAX_TEXT:
        raise UnreadableFile(f"{name} has more than {MAX_TEXT} characters", field=name)
    return texts


def _day(record: Record, name: str) -> date | None:
    printed = _text(record, name)
    try:
        if printed is None:
            return None
        return iso_day(printed)
    except UnreadableFile as error:
        error.field = name
        raise
