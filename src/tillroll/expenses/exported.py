"""An expense as a file shows it, and which expenses a remark on a file is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, Self

from tillroll.expenses.fields import InFiles, fields_of
from tillroll.expenses.models import ExpenseValues
from tillroll.expenses.shares import share_by_columns, share_out
from tillroll_documents.money import Money
from tillroll_durable.platform.json import JsonObject

_ROUNDED_OFF = 2
"""Smallest units by which the tax of a line may differ from its rate of the gross amount."""


@dataclass(frozen=True, slots=True)
class Share:
    """What of an expense belongs to one category: all of it, or a part; and of that what is taxed
    at one `rate` in percent and of one VAT category, None where that is not known. Amounts as the
    expense's.
    """

    category: str | None
    total: str
    tax: str | None
    rate: str | None = None
    vat_category: str | None = None


class ExportedExpense(ExpenseValues):
    """Days are YYYY-MM-DD; amounts are decimal strings with the currency's digits, below zero
    where money came back. The `base_` members are the expense in its account's base currency, at
    `rate` of `rate_date`. `tax_lines` have `rate` (percent), `base` (without the tax), `tax` and
    `vat_category`. A line that takes back what an earlier export said has that export's id in
    `corrects`. `after_closing` is the closed period, FROM/TO, that it came into, or was changed
    in, afterwards; `part` says which part of an expense it is: 1/2. `approver` is the name of the
    person who approved it last, on `approved_on` (UTC). `tax_treatment` is how a person says that
    it is taxed, `tax_rate_owed` the rate (percent) at which the company then owes the tax, and
    `tax_deductible` how much of the tax is deducted, in percent. `seller_country` (ISO 3166) is by
    the seller's tax number or its e-invoice."""

    id: str
    receipt_id: str
    base_currency: str | None
    base_total: str | None
    base_tax: str | None
    rate: str | None
    rate_date: str | None
    file_name: str | None
    corrects: str | None
    after_closing: str | None
    part: str | None = None
    tax_lines: Sequence[Mapping[str, str | None]] = ()
    tax_treatment: str | None = None
    tax_rate_owed: str | None = None
    tax_deductible: int = 100
    seller_country: str | None = None
    approver: str | None = None
    approved_on: str | None = None

    @property
    def employee(self) -> str | None:
        """The name of the person whose expense it is."""
        if self.person is None:
            return None
        return self.person.name

    def as_dict(self) -> JsonObject:
        """Give the members by their names, without `part`, which is of a row; `from_dict` reads
        it.
        """
        return self.model_dump(mode="json", exclude={"part"})

    def as_line(self) -> JsonObject:
        """What files of JSON have of it, by the names of the API."""
        members: JsonObject = {
            **self.model_dump(mode="json", by_alias=True, include=_IN_FILES),
            "employee": self.employee,
            "parts": [
                {"category": part.category, "total": part.amount, "tax": part.tax}
                for part in self.parts
            ],
        }
        first: JsonObject = {"id": self.id, "receiptId": self.receipt_id}
        return {**first, **members}

    def changed(self, **values: object) -> Self:
        """Return the expense with other values of some members."""
        return self.model_copy(update=values)

    @property
    def shares(self) -> list[Share]:
        """List its parts; an expense without parts is its only share."""
        if not self.parts:
            return [Share(self.category, self.total, self.tax)]
        return [Share(part.category, part.amount, part.tax) for part in self.parts]

    @property
    def shares_by_rate(self) -> list[Share] | None:
        """A share for each tax rate, and one at 0 for the remainder, such as a tip; None where it
        is not known what of it is taxed at which.
        """
        kinds = {(line["rate"], line.get("vat_category")) for line in self.tax_lines}
        is_unknown = any(
            None in (line["rate"], line["base"], line["tax"]) for line in self.tax_lines
        )
        if self.parts and not is_unknown and self.tax_lines:
            by_part = self._taxed_by_part()
            if by_part is not None:
                return [share for shares in by_part for share in shares]
        if len(kinds) <= 1 and (is_unknown or self._is_taxed_whole):
            rate, category = next(iter(kinds), (None, None))
            return [replace(share, rate=rate, vat_category=category) for share in self.shares]
        if self.parts or is_unknown:
            return None
        return self._taxed()

    def _taxed(self) -> list[Share] | None:
        """A share for each kind of its tax lines, and one at 0 for what they leave."""
        sums: dict[tuple[str, str | None], tuple[Decimal, Decimal]] = {}
        for line in self.tax_lines:
            kind = (str(line["rate"]), line.get("vat_category"))
            total, tax = sums.get(kind, (Decimal(0), Decimal(0)))
            own = Decimal(str(line["tax"]))
            sums[kind] = (total + Decimal(str(line["base"])) + own, tax + own)
        whole = Decimal(self.total)
        remainder = whole - sum((total for total, _ in sums.values()), Decimal(0))
        if remainder and (remainder < 0) != (whole < 0):
            return None  # the lines come to more than the whole
        if remainder:
            total, tax = sums.get(("0", None), (Decimal(0), Decimal(0)))
            sums["0", None] = (total + remainder, tax)
        return [
            Share(
                category=self.category,
                total=f"{total.quantize(whole) + 0:f}",
                tax=f"{tax.quantize(whole) + 0:f}",
                rate=rate,
                vat_category=category,
            )
            for (rate, category), (total, tax) in sums.items()
            if total
        ]

    def _taxed_by_part(self) -> list[list[Share]] | None:
        """What of each part is taxed at which rate: each rate in proportion, or, where a person
        gave the parts other taxes, the one rate that has such a tax. The shares add up to the
        parts and to the rates. None where neither is so.
        """
        if self._is_taxed_whole_at_one_rate:
            line = self.tax_lines[0]
            kinds = [Share(None, self.total, self.tax, line["rate"], line.get("vat_category"))]
        else:
            kinds = self._taxed()
        amounts = self._minors([part.amount for part in self.parts])
        if kinds is None or not _have_one_sign(amounts):
            return None
        if self._have_parts_own_tax:
            return self._by_own_tax(kinds)
        grosses = self._minors([kind.total for kind in kinds])
        taxes = self._minors([kind.tax for kind in kinds])
        shared = zip(
            self.parts,
            share_by_columns(amounts, grosses),
            self._share_taxes(taxes),
            strict=True,
        )
        return [
            [
                replace(kind, category=part.category, total=self._text(gross), tax=self._text(tax))
                for kind, gross, tax in zip(kinds, part_grosses, part_taxes, strict=True)
                if gross or tax
            ]
            for part, part_grosses, part_taxes in shared
        ]

    def _by_own_tax(self, kinds: Sequence[Share]) -> list[list[Share]] | None:
        """Each part at the one of these rates that has its tax; None where one has none."""
        shares: list[list[Share]] = []
        for part in self.parts:
            kind = next((kind for kind in kinds if _has_rate(part.amount, part.tax, kind)), None)
            if kind is None and not has_amount(part.tax):
                kind = Share(None, part.amount, part.tax, rate="0")
            if kind is None:
                return None
            own = replace(kind, category=part.category, total=part.amount, tax=part.tax)
            shares.append([own])
        return shares

    @property
    def _have_parts_own_tax(self) -> bool:
        """Whether a person gave the parts other taxes than their share of the whole's."""
        if all(part.tax is None for part in self.parts):
            return False
        own = self._minors([part.tax for part in self.parts])
        shared = share_out(sum(own), self._minors([part.amount for part in self.parts]))
        return any(abs(tax - share) > 1 for tax, share in zip(own, shared, strict=True))

    def _share_taxes(self, taxes: Sequence[int]) -> list[list[int]]:
        """Each of the taxes over the parts, by their own tax where that has the same sum."""
        columns = self._minors([part.tax for part in self.parts])
        if sum(columns) != sum(taxes):
            amounts = self._minors([part.amount for part in self.parts])
            columns = share_out(sum(taxes), amounts)
        return share_by_columns(columns, taxes)

    @property
    def _lines_by_part(self) -> list[list[dict[str, str | None]]]:
        """The tax lines of each part, which add up to those of the whole. None where the parts have
        a tax of their own that no line explains."""
        amounts = self._minors([part.amount for part in self.parts])
        if not self.tax_lines or not _have_one_sign(amounts):
            return [[] for _ in self.parts]
        if self._have_parts_own_tax:
            by_part = self.shares_by_rate or []
            if len(by_part) != len(self.parts):
                return [[] for _ in self.parts]
            return [
                [
                    {
                        "rate": share.rate,
                        "base": self._text(
                            self._minors([share.total])[0] - self._minors([share.tax])[0]
                        ),
                        "tax": share.tax or self._text(0),
                        "vat_category": share.vat_category,
                    }
                ]
                for share in by_part
            ]
        taxes = self._share_taxes(self._minors([line["tax"] for line in self.tax_lines]))
        bases = [
            share_out(base, amounts)
            for base in self._minors([line["base"] for line in self.tax_lines])
        ]

        def text_of(printed: str | None, share: int) -> str | None:
            if printed is None:
                return None
            return self._text(share)

        return [
            [
                {
                    **line,
                    "base": text_of(line["base"], bases[place][number]),
                    "tax": text_of(line["tax"], taxes[number][place]),
                }
                for place, line in enumerate(self.tax_lines)
            ]
            for number in range(len(self.parts))
        ]

    def _minors(self, amounts: Sequence[str | None]) -> list[int]:
        """Amounts in the smallest units of the total; 0 where there is none."""
        exponent = int(Decimal(self.total).as_tuple().exponent)
        return [int(Decimal(amount or 0).scaleb(-exponent)) for amount in amounts]

    def _text(self, minor: int) -> str:
        exponent = int(Decimal(self.total).as_tuple().exponent)
        return f"{Decimal(minor).scaleb(exponent):f}"

    @property
    def _is_taxed_whole_at_one_rate(self) -> bool:
        kinds = {(line["rate"], line.get("vat_category")) for line in self.tax_lines}
        return len(kinds) == 1 and self._is_taxed_whole

    @property
    def _is_taxed_whole(self) -> bool:
        """Whether its total has the tax of its lines at their one rate, but for their rounding. It
        has not where a tip or a deposit is beside them."""
        if not self.tax_lines:
            return True
        rate = Decimal(str(self.tax_lines[0]["rate"]))
        tax = sum((Decimal(str(line["tax"])) for line in self.tax_lines), Decimal(0))
        whole = Decimal(self.total)
        smallest = Decimal(1).scaleb(int(whole.as_tuple().exponent))
        return abs(whole * rate / (100 + rate) - tax) <= _ROUNDED_OFF * smallest * len(
            self.tax_lines
        )

    @property
    def by_parts(self) -> list["ExportedExpense"]:
        """An expense for each part, or itself; their amounts add up to its own. What is due stands
        with the first.
        """
        if not self.parts:
            return [self]
        totals = _shared(self.base_total, [part.amount for part in self.parts])
        taxes = _shared(self.base_tax, [part.tax for part in self.parts])
        lines = self._lines_by_part
        return [
            self.changed(
                category=part.category,
                total=part.amount,
                tax=part.tax,
                tax_lines=lines[number],
                base_total=totals[number],
                base_tax=taxes[number],
                amount_due=self.amount_due if number == 0 else None,
                parts=[],
                part=f"{number + 1}/{len(self.parts)}",
            )
            for number, part in enumerate(self.parts)
        ]

    def taken_back(self, export_id: str) -> "ExportedExpense":
        """The line that takes this one back, which stands in an earlier export."""
        return self.changed(
            tax_lines=[*map(_turned, self.tax_lines)],
            total=negated(self.total),
            tax=_negated(self.tax),
            amount_due=None,
            base_total=_negated(self.base_total),
            base_tax=_negated(self.base_tax),
            parts=[
                part.model_copy(update={"amount": negated(part.amount), "tax": _negated(part.tax)})
                for part in self.parts
            ],
            corrects=export_id,
        )

    def says_the_same_as(self, other: "ExportedExpense") -> bool:
        """Whether books that hold this one hold the other as well: a note, or the name of a file,
        changes no booking.
        """
        return (
            [*map(dict, self.tax_lines)] == [*map(dict, other.tax_lines)]
            and all(getattr(self, name) == getattr(other, name) for name in _BOOKED)
            and self.shares == other.shares
        )


# Values of the expense that files do not have, and the part, which is of a row.
_WITHHELD: Final = {*ExpenseValues.model_fields} - {*fields_of(ExpenseValues, InFiles)} | {"part"}
_IN_FILES: Final = {*ExportedExpense.model_fields} - _WITHHELD


# A change of one of these corrects an export.
_BOOKED = (
    *("date", "merchant", "total", "tax", "currency", "category", "receipt_number", "due_date"),
    *("project", "cost_center", "tax_treatment", "tax_rate_owed", "tax_deductible"),
)


def from_dict(members: Mapping[str, object]) -> ExportedExpense:
    """Read what `as_dict` gave."""
    return ExportedExpense.model_validate(members)


def decimal_amount(minor: int | None, currency: str | None) -> str | None:
    """Minor units as a decimal string; None where there is no amount."""
    if minor is None or currency is None:
        return None
    return Money(minor, currency).to_decimal_string()


def has_amount(amount: str | None) -> bool:
    """Whether it is more than nothing, or less."""
    return amount is not None and bool(amount.strip("-0."))


def negated(amount: str) -> str:
    """The amount below zero, or above where it was below."""
    if amount.startswith("-") or not amount.strip("0."):
        return amount.removeprefix("-")
    return f"-{amount}"


def _negated(amount: str | None) -> str | None:
    if amount is None:
        return None
    return negated(amount)


def _turned(values: Mapping[str, str | None]) -> dict[str, str | None]:
    return {
        name: each if name in {"rate", "vat_category"} else _negated(each)
        for name, each in values.items()
    }


def _shared(amount: str | None, weights: Sequence[str | None]) -> list[str | None]:
    """An amount over weights, so that the shares add up to it. A weight of None has no share,
    unless all have none or nothing: then all of it stands with the first.
    """
    if amount is None:
        return [None] * len(weights)
    whole = Decimal(amount)
    over = sum(Decimal(each) for each in weights if each is not None)
    if not over:
        return [amount, *[None] * (len(weights) - 1)]
    shares: list[str | None] = []
    share = reached = Decimal(0)
    for weight in weights:
        if weight is None:
            shares.append(None)
            continue
        reached += Decimal(weight)
        until = (whole * reached / over).quantize(whole, ROUND_HALF_EVEN)
        shares.append(f"{until - share + 0:f}")  # nothing has no sign
        share = until
    return shares


def _have_one_sign(amounts: Sequence[int]) -> bool:
    """Whether they come to more than nothing, and none goes against the others."""
    return any(amounts) and (min(amounts) >= 0 or max(amounts) <= 0)


def _has_rate(amount: str, tax: str | None, kind: Share) -> bool:
    """Whether the amount has this tax at the rate of a kind, but for its rounding."""
    gross = Decimal(amount)
    rate = Decimal(kind.rate or 0)
    smallest = Decimal(1).scaleb(int(gross.as_tuple().exponent))
    return abs(gross * rate / (100 + rate) - Decimal(tax or 0)) <= smallest * _ROUNDED_OFF


_NAMED = 20


class Concerned:
    """Expenses come in their order, each with all its shares, so one that was counted last is not
    counted again.
    """

    def __init__(self) -> None:
        self.count = 0
        self._named: list[str] = []
        self._about: dict[str, None] = {}
        self._last: str | None = None

    def add(self, expense: ExportedExpense, about: str) -> None:
        """`about` is what of it is concerned, such as its category."""
        if len(self._about) < _NAMED:
            self._about[about] = None
        if self._last != expense.id:
            self._last = expense.id
            self.count += 1
            if len(self._named) < _NAMED:
                self._named.append(f"{expense.merchant} ({expense.date})")

    def says(self, one: str, many: str) -> list[str]:
        """The sentence for so many with `count`, `about` and `expenses` filled in; nothing where
        there are none.
        """
        if not self.count:
            return []
        sentence = one if self.count == 1 else many
        if self.count > len(self._named):
            more = f" and {self.count - len(self._named)} more"
        else:
            more = ""
        about = ", ".join(self._about)
        named = ", ".join(self._named)
        return [sentence.format(count=self.count, about=about, expenses=f"{named}{more}")]
