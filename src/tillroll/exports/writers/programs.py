"""Files for accounting programs: hledger, beancount, Xero, QuickBooks Online, and DATEV's batch of bookings."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from tillroll.expenses.exported import Concerned, ExportedExpense, Share, decimal_amount, has_amount, negated
from tillroll.exports.writers import formats
from tillroll.exports.writers.formats import About, DateForm, Datev, Writer, harmless, writable
from tillroll.exports.writers.tables import Lines

_NO_CATEGORY = "Uncategorised"


class HledgerWriter(Writer):
    """hledger's journal (https://hledger.org/hledger.html#journal). Amounts have a decimal point in every locale."""

    def __init__(self, about: About) -> None:
        self._title = _one_line(about.account_name)

    def begin(self) -> bytes:
        return f"; Expenses of {self._title}\ndecimal-mark .\n\n".encode()

    def add(self, expense: ExportedExpense) -> bytes:
        payee = _plain(expense.merchant)
        note = _plain(expense.receipt_number or "")
        lines = [
            f"{expense.date} {payee} | {note}" if note else f"{expense.date} {payee}",
            f"    ; expense: {expense.id}",
            *([] if expense.tax is None else [f"    ; tax: {expense.tax}"]),
            *([] if expense.corrects is None else [f"    ; corrects: {expense.corrects}"]),
            *([] if expense.after_closing is None else [f"    ; after-closing: {expense.after_closing}"]),
            *(
                f"    expenses:{_hledger_account(share.category)}  {expense.currency} {share.total}"
                for share in expense.shares
            ),
            f"    liabilities:expenses  {expense.currency} {negated(expense.total)}",
        ]
        return ("\n".join(lines) + "\n\n").encode()


def _one_line(text: str) -> str:
    return " ".join(writable(text).split())


def _plain(text: str) -> str:
    """As a description: a semicolon begins a comment, a bar parts payee and note, and marks in front mean a status."""
    return _one_line(text.replace(";", ",").replace("|", "/")).lstrip("*!(=~ ") or "-"


def _hledger_account(category: str | None) -> str:
    """Part of an account's name: no colon, which would part it, and no brackets, which would make it virtual."""
    return re.sub(r"[:;()\[\]]+", "-", _one_line(category or _NO_CATEGORY)).strip("- ") or _NO_CATEGORY


class BeancountWriter(Writer):
    """beancount's language (https://beancount.github.io/docs/beancount_language_syntax.html)."""

    def __init__(self, about: About) -> None:
        self._title = about.account_name
        self._first_day = about.earliest
        self._opened: set[str] = set()

    def begin(self) -> bytes:
        return f'option "title" {_quoted(self._title)}\n\n'.encode()

    def add(self, expense: ExportedExpense) -> bytes:
        shares = [(f"Expenses:{_beancount_account(share.category)}", share.total) for share in expense.shares]
        lines = [
            *self._open(self._first_day or expense.date, *(account for account, _ in shares), "Liabilities:Expenses"),
            f"{expense.date} * {_quoted(expense.merchant)} {_quoted(expense.receipt_number or '')}",
            f"  expense: {_quoted(expense.id)}",
            *([] if expense.tax is None else [f"  tax: {expense.tax} {expense.currency}"]),
            *([] if expense.corrects is None else [f"  corrects: {_quoted(expense.corrects)}"]),
            *([] if expense.after_closing is None else [f"  after-closing: {_quoted(expense.after_closing)}"]),
            *(f"  {account}  {total} {expense.currency}" for account, total in shares),
            f"  Liabilities:Expenses  {negated(expense.total)} {expense.currency}",
        ]
        return ("\n".join(lines) + "\n\n").encode()

    def _open(self, day: str, *accounts: str) -> list[str]:
        new = [account for account in dict.fromkeys(accounts) if account not in self._opened]
        self._opened.update(new)
        return [f"{day} open {account}" for account in new]


def _quoted(text: str) -> str:
    return '"' + _one_line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _beancount_account(category: str | None) -> str:
    """Letters, decimal digits and hyphens; a capital or a digit first, and where a script has no capitals, "C-"."""
    kept = "".join(mark if mark.isalpha() or mark.isdecimal() else "-" for mark in category or "")
    name = re.sub("-+", "-", kept).strip("-") or _NO_CATEGORY
    name = name[:1].upper() + name[1:]
    return name if name[0].isupper() or name[0].isdecimal() else f"C-{name}"


# More of a name or a number tells nobody more, and bank feeds cut long lines.
_LONGEST = 255


class QuickBooksWriter(Writer):
    """Days are MM/DD/YYYY unless the profile says otherwise. No byte order mark: it would belong to the heading."""

    def __init__(self, about: About) -> None:
        self._days = about.profile.date_form or DateForm.AMERICAN
        self._lines = Lines()

    def begin(self) -> bytes:
        return self._lines.line(["Date", "Description", "Amount"])

    def add(self, expense: ExportedExpense) -> bytes:
        return self._lines.line([self._days.write(expense.date), harmless(described(expense)), negated(expense.total)])


def described(expense: ExportedExpense) -> str:
    """In one line: the merchant, the number, and what the line corrects or comes after."""
    words = [expense.merchant[:_LONGEST], None if expense.receipt_number is None else expense.receipt_number[:_LONGEST]]
    words += [f"(corrects {expense.corrects})"] if expense.corrects else []
    words += [f"(after closing {expense.after_closing})"] if expense.after_closing else []
    return " ".join(" ".join(filter(None, words)).split())


BILL_HEADINGS = (
    *("*ContactName", "EmailAddress", "POAddressLine1", "POAddressLine2", "POAddressLine3", "POAddressLine4"),
    *("POCity", "PORegion", "POPostalCode", "POCountry", "*InvoiceNumber", "*InvoiceDate", "*DueDate", "Total"),
    *("InventoryItemCode", "Description", "*Quantity", "*UnitAmount", "*AccountCode", "*TaxType", "TaxAmount"),
    *("TrackingName1", "TrackingOption1", "TrackingName2", "TrackingOption2", "Currency"),
)
STATEMENT_HEADINGS = ("*Date", "*Amount", "Payee", "Description", "Reference", "Check Number")
_NO_TAX = "Tax Exempt"
# What Xero keeps of a contact's name and of a number, of which a few marks may stand behind ours.
_LONGEST_NAME, _LONGEST_NUMBER = 255, 230


class XeroBillsWriter(Writer):
    """A bill for each expense, with a line for each of its categories. Xero takes lines of one contact and number for
    one bill, so a number that comes again is told apart."""

    def __init__(self, about: About) -> None:
        self._profile = about.profile
        self._days = about.profile.date_form or DateForm.BRITISH
        self._lines = Lines()
        self._used: set[tuple[str, str]] = set()
        self._without_account = Concerned()
        self._without_code = Concerned()

    def begin(self) -> bytes:
        return self._lines.line(BILL_HEADINGS)

    def add(self, expense: ExportedExpense) -> bytes:
        contact = " ".join(expense.merchant.split())[:_LONGEST_NAME]
        number = self._number(contact, expense)
        self._look_at(expense)
        return b"".join(
            self._line(
                {
                    "*ContactName": harmless(contact),
                    "*InvoiceNumber": harmless(number),
                    "*InvoiceDate": self._days.write(expense.date),
                    "*DueDate": self._days.write(expense.due_date or expense.date),
                    "Total": expense.total,
                    "Description": harmless(self._described(expense, share.category)),
                    "*Quantity": "1",
                    "*UnitAmount": share.total,
                    "*AccountCode": harmless(self._profile.coding_of(share.category).account),
                    "*TaxType": harmless(self._profile.coding_of(share.category).tax_code or _NO_TAX),
                    "TaxAmount": share.tax or "",
                    "Currency": expense.currency,
                }
            )
            for share in expense.shares
        )

    def remarks(self) -> Sequence[str]:
        account = self._profile.other.account
        return [
            *self._without_account.says(formats.WITHOUT_ACCOUNT.replace("{account}", account or "")),
            *self._without_code.says(
                f"{{count}} expenses have tax, and categories without a tax code ({{about}}): Xero gets {_NO_TAX}. They"
                " are {expenses}."
            ),
        ]

    def _look_at(self, expense: ExportedExpense) -> None:
        """What a person should hear of its codes."""
        for share in expense.shares:
            category = share.category or formats.NO_CATEGORY
            if not self._profile.has_account(share.category):
                self._without_account.add(expense, category)
            if has_amount(share.tax) and self._profile.coding_of(share.category).tax_code is None:
                self._without_code.add(expense, category)

    def _line(self, cells: dict[str, str]) -> bytes:
        return self._lines.line([cells.get(heading, "") for heading in BILL_HEADINGS])

    def _number(self, contact: str, expense: ExportedExpense) -> str:
        number = " ".join((expense.receipt_number or "").split())[:_LONGEST_NUMBER] or expense.id
        if expense.corrects:
            number = f"{number}-R"
        if (contact, number) in self._used:
            number = f"{number}-{expense.id[-8:]}"
        self._used.add((contact, number))
        return number

    def _described(self, expense: ExportedExpense, category: str | None) -> str:
        words = [(category or "Expense")[:_LONGEST_NAME]]
        words += [f"corrects {expense.corrects}"] if expense.corrects else []
        words += [f"after closing {expense.after_closing}"] if expense.after_closing else []
        return ", ".join(words)


class XeroStatementWriter(Writer):
    """What was spent is below zero; the file is of one account, and so of one currency."""

    def __init__(self, about: About) -> None:
        self._days = about.profile.date_form or DateForm.BRITISH
        self._lines = Lines()

    def begin(self) -> bytes:
        return self._lines.line(STATEMENT_HEADINGS)

    def add(self, expense: ExportedExpense) -> bytes:
        day, payee = self._days.write(expense.date), harmless(" ".join(expense.merchant.split())[:_LONGEST_NAME])
        reference = harmless(" ".join((expense.receipt_number or "").split())[:_LONGEST_NUMBER])
        return self._lines.line([day, negated(expense.total), payee, harmless(described(expense)), reference, ""])


# DATEV: EXTF 700, Buchungsstapel 13. Windows-1252, CRLF, semicolons, decimal commas.


def _numbered(kinds: tuple[str, str], times: int) -> list[str]:
    return [f"{kind} {number}" for number in range(1, times + 1) for kind in kinds]


DATEV_HEADINGS: Final = (
    *("Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz"),
    *("WKZ Basis-Umsatz", "Konto", "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum", "Belegfeld 1"),
    *("Belegfeld 2", "Skonto", "Buchungstext", "Postensperre", "Diverse Adressnummer", "Geschäftspartnerbank"),
    *("Sachverhalt", "Zinssperre", "Beleglink"),
    *_numbered(("Beleginfo - Art", "Beleginfo - Inhalt"), 8),
    *("KOST1 - Kostenstelle", "KOST2 - Kostenstelle", "Kost-Menge", "EU-Land u. UStID (Bestimmung)"),
    *("EU-Steuersatz (Bestimmung)", "Abw. Versteuerungsart", "Sachverhalt L+L", "Funktionsergänzung L+L"),
    *("BU 49 Hauptfunktionstyp", "BU 49 Hauptfunktionsnummer", "BU 49 Funktionsergänzung"),
    *_numbered(("Zusatzinformation - Art", "Zusatzinformation- Inhalt"), 20),
    *("Stück", "Gewicht", "Zahlweise", "Forderungsart", "Veranlagungsjahr", "Zugeordnete Fälligkeit", "Skontotyp"),
    *("Auftragsnummer", "Buchungstyp", "USt-Schlüssel (Anzahlungen)", "EU-Land (Anzahlungen)"),
    *("Sachverhalt L+L (Anzahlungen)", "EU-Steuersatz (Anzahlungen)", "Erlöskonto (Anzahlungen)", "Herkunft-Kz"),
    *("Buchungs GUID", "KOST-Datum", "SEPA-Mandatsreferenz", "Skontosperre", "Gesellschaftername"),
    *("Beteiligtennummer", "Identifikationsnummer", "Zeichnernummer", "Postensperre bis"),
    *("Bezeichnung SoBil-Sachverhalt", "Kennzeichen SoBil-Buchung", "Festschreibung", "Leistungsdatum"),
    *("Datum Zuord. Steuerperiode", "Fälligkeit", "Generalumkehr (GU)", "Steuersatz", "Land", "Abrechnungsreferenz"),
    *("BVV-Position", "EU-Land u. UStID (Ursprung)", "EU-Steuersatz (Ursprung)", "Abw. Skontokonto"),
)

# By their place, counted from 1.
_DATEV_TEXTS: Final = (
    *(2, 3, 6, 9, 11, 12, 14, 16, *range(20, 39), 40, 42, *range(48, 88), 91, 95, 96, 98, 102, 103, 105, 107),
    *(109, 110, 112, 118, 120, 121, 123),
)
DATEV_TEXTS: Final = frozenset(DATEV_HEADINGS[place - 1] for place in _DATEV_TEXTS)


# Letters that are no composition of another one, and what stands for them in Latin letters.
_NEAREST = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n", "ẞ": "SS"}
    | {"‐": "-", "‑": "-", "−": "-", "―": "-", "′": "'", "″": '"', "\N{NO-BREAK SPACE}": " "}  # noqa: RUF001 - meant
)


class Transliterated:
    """Writes texts in Windows-1252, and counts the marks that it had to replace."""

    def __init__(self) -> None:
        self.marks: set[str] = set()
        self.texts = 0

    def write(self, text: str) -> str:
        """The text in marks that Windows-1252 has, a question mark where nothing is near; no control characters."""
        plain = "".join(mark if mark.isprintable() else " " for mark in unicodedata.normalize("NFC", text))
        written = "".join(mark if _is_there(mark) else _nearest(mark) for mark in plain)
        missing = {mark for mark in plain if not _is_there(mark)}
        self.marks |= missing
        self.texts += bool(missing)
        return written

    def remarks(self) -> list[str]:
        if not self.texts:
            return []
        shown = " ".join(sorted(self.marks)[:20])
        return [f"{self.texts} texts have marks that Windows-1252 does not have; they were written without: {shown}"]


def _is_there(mark: str) -> bool:
    try:
        mark.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _nearest(mark: str) -> str:
    bare = unicodedata.normalize("NFKD", mark.translate(_NEAREST))
    return "".join(each for each in bare if not unicodedata.combining(each) and _is_there(each)) or "?"


DATEV_ENCODING = "cp1252"
# What DATEV's books are kept in where the account has chosen no base currency.
BOOKS_CURRENCY = "EUR"
# What Belegfeld 1 may hold, 36 of them.
_NO_NUMBER = re.compile(r"[^A-Za-z0-9_$&%*+/-]+")
_LONGEST_RATE = Decimal(10000)
# Ten digits before the comma, two behind it.
_LARGEST = Decimal(10) ** 10
_DIGITS = Decimal("0.01")


class DatevWriter(Writer):
    """A booking for each category of an expense, or for each of its tax rates: its account against the contra account,
    with tax in it. The profile has DATEV's numbers."""

    def __init__(self, about: About) -> None:
        if about.profile.datev is None:
            raise ValueError("DATEV's batch needs a profile with the numbers of the consultant and the client")
        self._about = about
        self._client: Datev = about.profile.datev
        self._texts = Transliterated()
        self._without_amount = 0
        self._rounded = 0
        self._without_account = Concerned()
        self._without_rate = Concerned()
        self._too_large = Concerned()
        self._in_one = Concerned()
        self._without_code = Concerned()

    def begin(self) -> bytes:
        return (_line(self._head()) + _line(DATEV_HEADINGS)).encode(DATEV_ENCODING)

    def add(self, expense: ExportedExpense) -> bytes:
        shares = expense.shares_by_rate
        if shares is None:
            self._in_one.add(expense, "")
            shares = expense.shares
        return "".join(self._booking(expense, share, len(shares)) for share in shares).encode(DATEV_ENCODING)

    def remarks(self) -> Sequence[str]:
        found = self._texts.remarks()
        if self._without_amount:
            found.append(f"{self._without_amount} amounts of zero are not in the file: DATEV takes no booking of 0.00.")
        if self._rounded:
            found.append(f"{self._rounded} amounts with three digits behind the point are rounded: DATEV takes two.")
        found += self._too_large.says(
            "{count} expenses are not in the file: DATEV takes amounts of at most ten digits. They are {expenses}."
        )
        account = self._about.profile.other.account
        found += self._without_account.says(formats.WITHOUT_ACCOUNT.replace("{account}", account or ""))
        found += self._in_one.says(
            "{count} expenses have several tax rates, and what of them is taxed at which is not known: they are not"
            " parted by rate. Give them their tax lines with amounts. They are {expenses}."
        )
        found += self._without_code.says(
            "{count} expenses have tax at a rate that DATEV has no code for here ({about} percent): these lines have"
            " none. They are {expenses}."
        )
        found += self._without_rate.says(
            f"{{count}} expenses are in another currency than the books ({self._books}), without a rate: DATEV gets"
            " {about} alone. They are {expenses}."
        )
        return found

    @property
    def _books(self) -> str:
        return self._about.base_currency or BOOKS_CURRENCY

    def _head(self) -> list[str]:
        """The 31 fields of the header."""
        about = self._about
        days = [day for day in (about.first_day, about.last_day, about.earliest, about.latest) if day is not None]
        first, last = min(days, default=about.asked_at[:10]), max(days, default=about.asked_at[:10])
        year = self._client.fiscal_year_of(date.fromisoformat(last))
        made_at = re.sub(r"\D", "", about.asked_at).ljust(17, "0")[:17]
        return [
            *('"EXTF"', "700", "21", '"Buchungsstapel"', "13", made_at, "", '"TR"', '""', '""'),
            *(str(self._client.consultant), str(self._client.client), f"{year:%Y%m%d}"),
            *(str(self._client.account_length), first.replace("-", ""), last.replace("-", "")),
            *('"Tillroll"', '""', "1", "0", "0", '"' + self._books + '"'),
            *("", '""', "", "", '""', "", "", '""', '""'),
        ]

    def _booking(self, expense: ExportedExpense, share: Share, of: int) -> str:
        amount = Decimal(share.total).quantize(_DIGITS, ROUND_HALF_EVEN)
        self._rounded += amount != Decimal(share.total)
        if not amount:
            self._without_amount += 1
            return ""
        if abs(amount) >= _LARGEST:
            self._too_large.add(expense, expense.currency)
            return ""
        coding = self._about.profile.coding_of(share.category)
        if not self._about.profile.has_account(share.category):
            self._without_account.add(expense, share.category or formats.NO_CATEGORY)
        in_base_currency = self._in_base_currency(expense, abs(amount))
        if not in_base_currency and expense.currency != self._books:
            self._without_rate.add(expense, expense.currency)
        tax_code = self._client.tax_code_of(coding, share.rate, is_one_of_several=of > 1)
        if of > 1 and not tax_code and share.rate is not None and has_amount(share.tax):
            self._without_code.add(expense, share.rate)
        text = f"Storno {expense.merchant}" if expense.corrects else expense.merchant
        fields = {
            "Umsatz (ohne Soll/Haben-Kz)": _decimal(abs(amount)),
            "Soll/Haben-Kennzeichen": "S" if amount > 0 else "H",
            "WKZ Umsatz": expense.currency,
            **in_base_currency,
            "Konto": coding.account or "",
            "Gegenkonto (ohne BU-Schlüssel)": self._about.profile.contra_account or "",
            "BU-Schlüssel": tax_code,
            "Belegdatum": f"{expense.date[8:10]}{expense.date[5:7]}",
            "Belegfeld 1": _number(expense.receipt_number) or _number(expense.id)[-12:],
            "Buchungstext": harmless(self._texts.write(text))[:60],
            "KOST1 - Kostenstelle": harmless(self._texts.write(coding.cost_centre or ""))[:36],
            "Zusatzinformation - Art 1": "Beleg",
            "Zusatzinformation- Inhalt 1": expense.id,
            "Festschreibung": "0",
        }
        if expense.corrects:
            fields |= {"Zusatzinformation - Art 2": "Storno zu Export", "Zusatzinformation- Inhalt 2": expense.corrects}
        if expense.after_closing:
            fields |= {
                "Zusatzinformation - Art 3": "Nach Abschluss",
                "Zusatzinformation- Inhalt 3": expense.after_closing,
            }
        return _line([_field(heading, fields.get(heading, "")) for heading in DATEV_HEADINGS])

    def _in_base_currency(self, expense: ExportedExpense, amount: Decimal) -> dict[str, str]:
        """The amount in the books' currency, and how much of the other one is one of it."""
        base, base_total, total = expense.base_currency, expense.base_total, Decimal(expense.total)
        if base is None or base_total is None or base == expense.currency or not Decimal(base_total):
            return {}
        rate = total / Decimal(base_total)
        in_base = Decimal(decimal_amount(0, base) or "0")
        share = (amount / rate).quantize(in_base, ROUND_HALF_EVEN).quantize(_DIGITS, ROUND_HALF_EVEN)
        if share >= _LARGEST:
            return {}
        found = {"Basis-Umsatz": _decimal(share), "WKZ Basis-Umsatz": base}
        shown = rate.quantize(Decimal("0.000001"), ROUND_HALF_EVEN)
        return {"Kurs": _decimal(shown), **found} if 0 < shown < _LONGEST_RATE else found


def _line(fields: Sequence[str]) -> str:
    return ";".join(fields) + "\r\n"


def _field(heading: str, value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if heading in DATEV_TEXTS else value


def _number(text: str | None) -> str:
    """Marks that begin a formula are left out in front: this field cannot have an apostrophe."""
    return _NO_NUMBER.sub("", text or "").lstrip("+-")[:36]


def _decimal(amount: Decimal) -> str:
    """With a comma, and two digits behind it; a rate has more."""
    digits = max(2, -int(amount.as_tuple().exponent))
    return f"{amount:.{digits}f}".replace(".", ",")
