"""Writes a month as CSV in the styles of several banks."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.support.bank_month import IBAN, Line, Month, decimal, signed


@dataclass(frozen=True, slots=True)
class CsvStyle:
    """How a bank writes CSV. A column's name says what is in it: see `_CELLS`."""

    columns: tuple[tuple[str, str], ...]
    separator: str = ";"
    point: str = ","
    day: str = "%d.%m.%Y"
    encoding: str = "utf-8"
    is_newest_first: bool = False
    before: tuple[str, ...] = field(default=())


STYLES: Final[Mapping[str, CsvStyle]] = {
    "german": CsvStyle(
        (
            ("Buchungstag", "booked"),
            ("Wertstellung", "valued"),
            ("Auftraggeber/Empfänger", "name"),
            ("IBAN", "account"),
            ("Verwendungszweck", "text"),
            ("Betrag", "amount"),
            ("Währung", "currency"),
            ("Saldo nach Buchung", "balance"),
        ),
        encoding="cp1252",
        is_newest_first=True,
        before=(f"Kontonummer:;{IBAN}", ""),
    ),
    "english": CsvStyle(
        (
            ("Date", "booked"),
            ("Description", "both"),
            ("Money Out", "debit"),
            ("Money In", "credit"),
            ("Balance", "balance"),
        ),
        separator=",",
        point=".",
        day="%Y-%m-%d",
    ),
    "dutch": CsvStyle(
        (
            ("Datum", "booked"),
            ("Naam / Omschrijving", "name"),
            ("Rekening", "own"),
            ("Tegenrekening", "account"),
            ("Af Bij", "mark"),
            ("Bedrag (EUR)", "unsigned"),
            ("Mededelingen", "text"),
        ),
        day="%Y%m%d",
    ),
    "revolut": CsvStyle(
        (
            ("Type", "kind"),
            ("Completed Date", "booked"),
            ("Description", "name"),
            ("Amount", "amount"),
            ("Fee", "zero"),
            ("Currency", "currency"),
            ("State", "state"),
            ("Balance", "balance"),
        ),
        separator=",",
        point=".",
        day="%Y-%m-%d 12:00:00",
    ),
    "french": CsvStyle(
        (
            ("Date de comptabilisation", "booked"),
            ("Libellé opération", "both"),
            ("Référence opération", "reference"),
            ("Débit", "debit"),
            ("Crédit", "credit"),
        ),
        encoding="cp1252",
        day="%d/%m/%Y",
    ),
    "polish": CsvStyle(
        (
            ("Data operacji", "booked"),
            ("Data waluty", "valued"),
            ("Opis operacji", "text"),
            ("Dane kontrahenta", "name"),
            ("Numer rachunku kontrahenta", "account"),
            ("Kwota operacji", "amount"),
            ("Waluta", "currency"),
            ("Saldo po operacji", "balance"),
        ),
        day="%Y-%m-%d",
        is_newest_first=True,
    ),
}


def csv_file(of: Month, style: str | CsvStyle = "german") -> bytes:
    """CSV in a bank's style."""
    chosen = STYLES[style] if isinstance(style, str) else style
    out = io.StringIO(newline="")
    for each in chosen.before:
        out.write(f"{each}\r\n")
    writer = csv.writer(out, delimiter=chosen.separator)
    writer.writerow([header for header, _ in chosen.columns])
    balance = of.opening
    rows: list[list[str]] = []
    for line in of.lines:
        balance += 0 if line.is_pending else line.amount
        cells = _cells(line, of, chosen, balance)
        rows.append([cells[kind] for _, kind in chosen.columns])
    writer.writerows(reversed(rows) if chosen.is_newest_first else rows)
    return out.getvalue().encode(chosen.encoding)


def _cells(line: Line, of: Month, style: CsvStyle, balance: int) -> dict[str, str]:
    unsigned = decimal(line.amount, of.currency, style.point)
    return {
        "booked": f"{line.booked_on:{style.day}}",
        "valued": f"{line.valued_on or line.booked_on:{style.day}}",
        "name": line.name,
        "account": line.account,
        "own": of.account,
        "text": line.text,
        "both": f"{line.name} {line.text}".strip(),
        "reference": line.reference,
        "amount": signed(line.amount, of.currency, style.point),
        "unsigned": unsigned,
        "debit": unsigned if line.amount < 0 else "",
        "credit": unsigned if line.amount >= 0 else "",
        "mark": "Af" if line.amount < 0 else "Bij",
        "zero": "0" + style.point + "00",
        "kind": "CARD_PAYMENT",
        "state": "PENDING" if line.is_pending else "COMPLETED",
        "currency": of.currency,
        "balance": "" if line.is_pending else signed(balance, of.currency, style.point),
    }
