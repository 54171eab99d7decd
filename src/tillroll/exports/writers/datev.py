"""DATEV's batch of bookings: EXTF 700, Buchungsstapel 13.

The file is in Windows-1252, with CRLF, semicolons and decimal commas.

The rules are those of "DATEV-Format" on developer.datev.de.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from tillroll.expenses.exported import Concerned, ExportedExpense, Share, decimal_amount, has_amount
from tillroll.exports.writers import formats
from tillroll.exports.writers.datev_charts import (
    chart_number,
    deductible_part,
    not_deductible_account,
)
from tillroll.exports.writers.datev_documents import link_to
from tillroll.exports.writers.datev_keys import OWED, Lack, key_of
from tillroll.exports.writers.datev_occasion import note_on, occasion_fields
from tillroll.exports.writers.datev_rows import (
    DATEV_ENCODING,
    DATEV_HEADINGS,
    Transliterated,
    booking_line,
    line_of,
)
from tillroll.exports.writers.formats import About, Datev, Writer, harmless

# What DATEV's books are kept in where the account has chosen no base currency.
BOOKS_CURRENCY = "EUR"
# What Belegfeld 1 may hold, 36 of them.
_NO_NUMBER = re.compile(r"[^A-Za-z0-9_$&%*+/-]+")
# What KOST1 may not hold: it has letters, digits, blanks and the low line.
_NO_COST_CENTER = re.compile(r"[^\w ]+")
# DATEV's `Kurs` has one to four digits before the comma, and the first of them is no zero.
_LOWEST_RATE = Decimal(1)
_LONGEST_RATE = Decimal(10000)
# Ten digits before the comma, two behind it.
_LARGEST = Decimal(10) ** 10
_DIGITS = Decimal("0.01")


@dataclass(frozen=True)
class _Booked:
    """What of an expense is booked on an account; `base_amount` is what it is in the books, where
    it has another currency, above zero."""

    share: Share
    account: str
    base_amount: Decimal | None


class DatevWriter(Writer):
    """A booking for each category of an expense, or for each of its tax rates: its account against
    the contra account, with tax in it. Entertainment of business contacts is two bookings: what
    reduces the profit, and the rest, both with the same key. The profile has DATEV's numbers.
    """

    def __init__(self, about: About) -> None:
        if about.profile.datev is None:
            raise ValueError(
                "DATEV's batch needs a profile with the numbers of the consultant and the client"
            )
        self._about = about
        self._client: Datev = about.profile.datev
        self._texts = Transliterated()
        self._without_amount = 0
        self._rounded = 0
        self._without_account = Concerned()
        self._without_rate = Concerned()
        self._without_key = Concerned()
        self._in_books = Concerned()
        self._too_large = Concerned()
        self._in_one = Concerned()
        self._without_code = Concerned()
        self._open = Concerned()
        self._reverse_charge = Concerned()

    def begin(self) -> bytes:
        return (line_of(self._head()) + line_of(DATEV_HEADINGS)).encode(DATEV_ENCODING)

    def add(self, expense: ExportedExpense) -> bytes:
        shares = expense.shares_by_rate
        if shares is None:
            self._in_one.add(expense, "")
            shares = expense.shares
        bookings = [
            self._booking(expense, booked, is_deducted=is_deducted)
            for share in shares
            for part, is_deducted in _by_deduction(expense, share)
            for booked in self._by_account(expense, part)
        ]
        return "".join(bookings).encode(DATEV_ENCODING)

    def remarks(self) -> Sequence[str]:
        sentences = self._texts.remarks()
        if self._without_amount == 1:
            sentences.append("1 amount of zero is not in the file: DATEV takes no booking of 0.00.")
        elif self._without_amount:
            sentences.append(
                f"{self._without_amount} amounts of zero are not in the file: DATEV takes no "
                "booking of 0.00."
            )
        if self._rounded == 1:
            sentences.append(
                "1 amount with three digits behind the point is rounded: DATEV takes two."
            )
        elif self._rounded:
            sentences.append(
                f"{self._rounded} amounts with three digits behind the point are rounded: DATEV "
                "takes two."
            )
        sentences += self._too_large.says(
            "1 expense is not in the file: DATEV takes amounts of at most ten digits. It is "
            "{expenses}.",
            "{count} expenses are not in the file: DATEV takes amounts of at most ten digits. They "
            "are {expenses}.",
        )
        sentences += formats.say_without_account(self._without_account, self._about.profile)
        sentences += self._in_one.says(
            "1 expense has several tax rates, and what of it is taxed at which is not known: it is "
            "not parted by rate. Give it its tax lines with amounts. It is {expenses}.",
            "{count} expenses have several tax rates, and what of them is taxed at which is not "
            "known: they are not"
            " parted by rate. Give them their tax lines with amounts. They are {expenses}.",
        )
        sentences += self._without_code.says(
            "1 expense has tax at a rate that DATEV has no code for here ({about} percent): its "
            "lines have none. It is {expenses}.",
            "{count} expenses have tax at a rate that DATEV has no code for here ({about} "
            "percent): these lines have"
            " none. They are {expenses}.",
        )
        sentences += self._remarks_on_keys()
        sentences += self._remarks_on_rates()
        return sentences

    def _remarks_on_keys(self) -> list[str]:
        return [
            *self._without_key.says(
                "1 expense has tax without a known rate, and a category without a BU-Schlüssel"
                " ({about}): its lines have none. Give it its tax lines, or tick that the"
                " category's account is automatic. It is {expenses}.",
                "{count} expenses have tax without a known rate, and categories without a"
                " BU-Schlüssel ({about}): these lines have none. Give them their tax lines, or tick"
                " that the category's account is automatic. They are {expenses}.",
            ),
            *self._open.says(
                "1 expense is an open point of the tax report ({about}): its lines have no"
                " BU-Schlüssel, and neither reverse charge nor input tax is booked. Decide there"
                " how it is taxed. It is {expenses}.",
                "{count} expenses are open points of the tax report ({about}): these lines have no"
                " BU-Schlüssel, and neither reverse charge nor input tax is booked. Decide there"
                " how they are taxed. They are {expenses}.",
            ),
            *self._reverse_charge.says(
                "1 expense is taxed by reverse charge in a way that no BU-Schlüssel tells"
                " ({about}): its lines have none. Move it to a category of its own, with an"
                " automatic account or a BU-Schlüssel for that case of section 13b UStG."
                " It is {expenses}.",
                "{count} expenses are taxed by reverse charge in a way that no BU-Schlüssel tells"
                " ({about}): these lines have none. Move them to categories of their own, with an"
                " automatic account or a BU-Schlüssel for that case of section 13b UStG."
                " They are {expenses}.",
            ),
        ]

    def _remarks_on_rates(self) -> list[str]:
        books = self._books
        return [
            *self._in_books.says(
                f"1 expense has a rate that DATEV does not take ({{about}}): it is booked in"
                f" {books}, and the amount of the receipt is beside it. It is {{expenses}}.",
                f"{{count}} expenses have a rate that DATEV does not take ({{about}}): they are"
                f" booked in {books}, and the amount of the receipt is beside them."
                " They are {expenses}.",
            ),
            *self._without_rate.says(
                f"1 expense is in another currency than the books ({books}), without a rate: DATEV"
                " gets {about} alone. It is {expenses}.",
                f"{{count}} expenses are in another currency than the books ({books}), without a "
                "rate: DATEV gets"
                " {about} alone. They are {expenses}.",
            ),
        ]

    @property
    def _books(self) -> str:
        return self._about.base_currency or BOOKS_CURRENCY

    def _head(self) -> list[str]:
        """The 31 fields of the header."""
        about = self._about
        days = [
            day
            for day in (about.first_day, about.last_day, about.earliest, about.latest)
            if day is not None
        ]
        first = min(days, default=about.asked_at[:10])
        last = max(days, default=about.asked_at[:10])
        year = self._client.fiscal_year_of(date.fromisoformat(last))
        made_at = moment_of(about)
        chart = f'"{chart_number(about.profile)}"'
        return [
            *('"EXTF"', "700", "21", '"Buchungsstapel"', "13", made_at, "", '"TR"', '""', '""'),
            *(str(self._client.consultant), str(self._client.client), f"{year:%Y%m%d}"),
            *(str(self._client.account_length), first.replace("-", ""), last.replace("-", "")),
            *('"Tillroll"', '""', "1", "0", "0", '"' + self._books + '"'),
            *("", '""', "", "", chart, "", "", '""', '""'),
        ]

    def _by_account(self, expense: ExportedExpense, share: Share) -> list[_Booked]:
        """Part what of entertainment reduces the profit from the rest; both come to the share."""
        account = self._about.profile.coding_of(share.category).account
        whole = Decimal(share.total)
        base_amount = self._in_books_of(expense, whole)
        rest_account = not_deductible_account(account, self._about.profile)
        deductible = deductible_part(whole)
        if rest_account is None or not deductible or deductible == whole:
            return [_Booked(share, account or "", base_amount)]
        deductible_base = self._in_books_of(expense, deductible)
        rest_base = None
        if base_amount is not None and deductible_base is not None:
            rest_base = base_amount - deductible_base
        rest = whole - deductible
        return [
            _Booked(_with_total(share, deductible), account or "", deductible_base),
            _Booked(_with_total(share, rest), rest_account, rest_base),
        ]

    def _in_books_of(self, expense: ExportedExpense, amount: Decimal) -> Decimal | None:
        """What an amount is in the books, above zero; None where it needs no other currency."""
        rounded = abs(amount.quantize(_DIGITS, ROUND_HALF_EVEN))
        return _amount_in_base(expense, rounded, base=self._books)

    def _booking(self, expense: ExportedExpense, booked: _Booked, *, is_deducted: bool) -> str:
        share = booked.share
        amount = Decimal(share.total).quantize(_DIGITS, ROUND_HALF_EVEN)
        if amount != Decimal(share.total):
            self._rounded += 1
        if not amount:
            self._without_amount += 1
            return ""
        if abs(amount) >= _LARGEST:
            self._too_large.add(expense, expense.currency)
            return ""
        base_amount = booked.base_amount
        if base_amount is not None and not base_amount:
            self._without_amount += 1
            return ""
        if base_amount is not None and base_amount >= _LARGEST:
            self._too_large.add(expense, expense.currency)
            return ""
        coding = self._about.profile.coding_of(share.category)
        own_center = _NO_COST_CENTER.sub(" ", expense.cost_center or "").strip()
        cost_center = self._about.profile.cost_center_of(own_center, share.category)
        if not self._about.profile.has_account(share.category):
            self._without_account.add(expense, share.category or formats.NO_CATEGORY)
        tax = key_of(expense, share, coding, is_deducted=is_deducted)
        self._note(expense, share, tax.lack)
        if expense.corrects:
            text = f"Storno {expense.merchant}"
        else:
            text = expense.merchant
        fields = {
            **self._amounts(expense, abs(amount), base_amount=base_amount),
            "Soll/Haben-Kennzeichen": "S" if amount > 0 else "H",
            "Konto": booked.account,
            "Gegenkonto (ohne BU-Schlüssel)": self._about.profile.contra_account or "",
            "BU-Schlüssel": tax.key,
            "Sachverhalt L+L": tax.case,
            "Belegdatum": f"{expense.date[8:10]}{expense.date[5:7]}",
            "Belegfeld 1": document_number(expense.receipt_number)
            or document_number(expense.id)[-12:],
            "Beleglink": link_to(expense.receipt_id),
            "Buchungstext": harmless(self._texts.write(text))[:60],
            "KOST1 - Kostenstelle": harmless(self._texts.write(cost_center or ""))[:36],
            "Zusatzinformation - Art 1": "Beleg",
            "Zusatzinformation- Inhalt 1": expense.id,
            "Festschreibung": "0",
        }
        if expense.corrects:
            fields |= {
                "Zusatzinformation - Art 2": "Storno zu Export",
                "Zusatzinformation- Inhalt 2": expense.corrects,
            }
        if expense.after_closing:
            fields |= {
                "Zusatzinformation - Art 3": "Nach Abschluss",
                "Zusatzinformation- Inhalt 3": expense.after_closing,
            }
        fields |= self._occasion(expense, share, coding.account)
        return booking_line(fields)

    def _occasion(
        self, expense: ExportedExpense, share: Share, account: str | None
    ) -> dict[str, str]:
        # Notes of other costs say nothing to the tax office, and may be private: they stay here.
        if not_deductible_account(account, self._about.profile) is None:
            return {}
        return occasion_fields(self._texts.write(note_on(expense, share)))

    def _note(self, expense: ExportedExpense, share: Share, lack: Lack | None) -> None:
        """Keep what a person should know of a line without a key."""
        if lack is Lack.RATE:
            self._without_code.add(expense, share.rate or "")
        elif lack is Lack.KEY:
            self._without_key.add(expense, share.category or formats.NO_CATEGORY)
        elif lack is Lack.OPEN:
            self._open.add(expense, share.vat_category or expense.seller_country or "")
        elif lack is Lack.REVERSE_CHARGE:
            self._reverse_charge.add(expense, share.category or formats.NO_CATEGORY)

    def _amounts(
        self,
        expense: ExportedExpense,
        amount: Decimal,
        *,
        base_amount: Decimal | None,
    ) -> dict[str, str]:
        """The fields of an amount above zero, and of what it is in the base currency.

        DATEV wants `Kurs`, `Basis-Umsatz` and `WKZ Basis-Umsatz` together. A rate that `Kurs`
        cannot hold is that of a currency worth more than the base currency, or at most a
        ten-thousandth of it. Such a line is in the base currency, and names the receipt's
        own amount.
        """
        own = {"Umsatz (ohne Soll/Haben-Kz)": decimal_text(amount), "WKZ Umsatz": expense.currency}
        if base_amount is None or expense.base_total is None:
            if expense.currency != self._books:
                self._without_rate.add(expense, expense.currency)
            return own
        rate = abs(Decimal(expense.total) / Decimal(expense.base_total))
        shown_rate = rate.quantize(Decimal("0.000001"), ROUND_HALF_EVEN)
        if _LOWEST_RATE <= shown_rate < _LONGEST_RATE:
            return own | {
                "Kurs": decimal_text(shown_rate),
                "Basis-Umsatz": decimal_text(base_amount),
                "WKZ Basis-Umsatz": self._books,
            }
        self._in_books.add(expense, expense.currency)
        return {
            "Umsatz (ohne Soll/Haben-Kz)": decimal_text(base_amount),
            "WKZ Umsatz": self._books,
            "Zusatzinformation - Art 4": "Betrag des Belegs",
            "Zusatzinformation- Inhalt 4": f"{decimal_text(amount)} {expense.currency}",
        }


def _by_deduction(expense: ExportedExpense, share: Share) -> list[tuple[Share, bool]]:
    """The share, or its parts whose tax is deducted and is not, each with whether it is
    deducted."""
    percent = expense.tax_deductible
    is_taxed = has_amount(share.tax) or expense.tax_treatment in OWED
    if not is_taxed or percent in {0, 100}:
        return [(share, percent != 0)]
    deducted = _percent_of(share.total, percent)
    deducted_tax = None
    other_tax = None
    if share.tax is not None:
        deducted_tax = _percent_of(share.tax, percent)
        other_tax = Decimal(share.tax) - deducted_tax
    other = Decimal(share.total) - deducted
    return [
        (replace(share, total=f"{deducted:f}", tax=_text(deducted_tax)), True),
        (replace(share, total=f"{other:f}", tax=_text(other_tax)), False),
    ]


def _with_total(share: Share, total: Decimal) -> Share:
    """A part of a share. Its tax stays: the key is by the rate, and by whether there is any."""
    return replace(share, total=f"{total:f}")


def _percent_of(amount: str, percent: int) -> Decimal:
    whole = Decimal(amount)
    return (whole * percent / 100).quantize(whole, ROUND_HALF_EVEN)


def _text(amount: Decimal | None) -> str | None:
    if amount is None:
        return None
    return f"{amount + 0:f}"


def _amount_in_base(expense: ExportedExpense, amount: Decimal, *, base: str) -> Decimal | None:
    """What an amount of the expense is in `base`, at the expense's own rate; None without one."""
    if expense.base_currency != base or expense.base_total is None or expense.currency == base:
        return None
    base_total = Decimal(expense.base_total)
    if not base_total:
        return None
    digits = Decimal(decimal_amount(0, base) or "0")
    rate = Decimal(expense.total) / base_total
    return (amount / rate).quantize(digits, ROUND_HALF_EVEN).quantize(_DIGITS, ROUND_HALF_EVEN)


def moment_of(about: About) -> str:
    """When a file was asked for, as its header has it: 17 digits, to the millisecond."""
    return re.sub(r"\D", "", about.asked_at).ljust(17, "0")[:17]


def document_number(text: str | None) -> str:
    """A text as Belegfeld 1 may hold it. Marks that begin a formula are left out in front: this
    field cannot have an apostrophe."""
    return _NO_NUMBER.sub("", text or "").lstrip("+-")[:36]


def decimal_text(amount: Decimal) -> str:
    """An amount with a comma, and two digits behind it; a rate has more."""
    digits = max(2, -int(amount.as_tuple().exponent))
    return f"{amount:.{digits}f}".replace(".", ",")
