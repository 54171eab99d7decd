"""Tax of QuickBooks: a document has one amount of tax for each rate, and its lines name codes of
one rate or several.

Our lines have their own tax. It is added up by rate to be written, and shared out among the lines
again when it is read: by their net amounts, the rest to the largest remainders. So a line's tax may
be read back a cent apart; equal sums give equal lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tillroll.books.targets.calls import objects, text
from tillroll.books.targets.errors import ItemRefused
from tillroll.books.targets.target import Line, TaxCode
from tillroll_durable.platform.json import JsonObject


@dataclass(frozen=True)
class Code:
    """A code: the percentage of each of its rates, by the rate's id."""

    id: str
    name: str
    is_active: bool
    rates: Mapping[str, Decimal]

    def shown(self) -> TaxCode:
        percent = sum(self.rates.values(), Decimal(0))
        return TaxCode(
            self.id,
            self.name,
            percent=f"{percent.normalize():f}" if self.rates else None,
            is_active=self.is_active,
        )


@dataclass(frozen=True)
class Codes:
    """A company's codes for purchases and for sales, by id. In the United States purchases have
    none.
    """

    of_purchases: Mapping[str, Code]
    of_sales: Mapping[str, Code]

    def of(self, *, is_of_supplier: bool) -> Mapping[str, Code]:
        if is_of_supplier:
            return self.of_purchases
        return self.of_sales


def read_codes(codes: Sequence[JsonObject], rates: Sequence[JsonObject]) -> Codes:
    """Read the tax codes from the answers to queries for TaxCode and TaxRate."""
    percents = {text(each, "Id"): _decimal(each.get("RateValue")) for each in rates}
    return Codes(
        _side(codes, percents, "PurchaseTaxRateList"), _side(codes, percents, "SalesTaxRateList")
    )


def _side(
    codes: Sequence[JsonObject], percents: Mapping[str, Decimal], name: str
) -> dict[str, Code]:
    result: dict[str, Code] = {}
    for each in codes:
        rate_list = each.get(name)
        if isinstance(rate_list, dict):
            details = objects(rate_list.get("TaxRateDetail"))
        else:
            details = []
        rates = {
            id_: percents.get(id_, Decimal(0))
            for detail in details
            if (id_ := reference(detail, "TaxRateRef"))
        }
        if rates:
            id_ = text(each, "Id")
            result[id_] = Code(
                id_, text(each, "Name"), is_active=each.get("Active") is not False, rates=rates
            )
    return result


def reference(answer: JsonObject, name: str) -> str:
    """The id of a reference; empty where there is none."""
    member = answer.get(name)
    if isinstance(member, dict):
        return text(member, "value")
    return ""


def by_rate(lines: Sequence[Line], codes: Mapping[str, Code]) -> dict[str, tuple[int, int]]:
    """Net and tax of each rate, in minor units. Raises ItemRefused: a line has tax, and no code
    that has a rate.
    """
    sums: dict[str, tuple[int, int]] = {}
    for line in lines:
        code = codes.get(line.tax_code or "")
        if code is None:
            if line.tax_code is not None:
                raise ItemRefused(f"there is no tax code {line.tax_code} for this", "TaxCodeRef")
            if line.tax:
                raise ItemRefused("a line with tax needs a tax code", "TaxCodeRef")
            continue
        for rate, tax in zip(code.rates, shared(line.tax, list(code.rates.values())), strict=True):
            net, before = sums.get(rate, (0, 0))
            sums[rate] = (net + line.net, before + tax)
    return sums


def taxes_of(
    nets: Sequence[tuple[int, str | None]], taxes: Mapping[str, int], codes: Mapping[str, Code]
) -> list[int]:
    """The tax of each line, of which net and code are given, out of the tax of each rate."""
    result = [0] * len(nets)
    for rate, tax in taxes.items():
        theirs = [
            number
            for number, (_, code) in enumerate(nets)
            if code and code in codes and rate in codes[code].rates
        ]
        if theirs:
            parts = shared(tax, [Decimal(abs(nets[number][0])) for number in theirs])
            for number, part in zip(theirs, parts, strict=True):
                result[number] += part
    return result


def as_read(lines: Sequence[Line], codes: Mapping[str, Code]) -> list[Line]:
    """Lines with their tax as it will be read back."""
    sums = {rate: tax for rate, (_, tax) in by_rate(lines, codes).items()}
    taxes = taxes_of([(line.net, line.tax_code) for line in lines], sums, codes)
    return [replace(line, tax=tax) for line, tax in zip(lines, taxes, strict=True)]


def shared(amount: int, weights: Sequence[Decimal]) -> list[int]:
    """Parts of an amount by weight, which add up to it; equal ones where all weights are zero."""
    total = sum(weights)
    if not total:
        weights, total = [Decimal(1)] * len(weights), Decimal(len(weights))
    exact = [abs(amount) * weight / total for weight in weights]
    parts = [int(each) for each in exact]
    largest = sorted(range(len(parts)), key=lambda number: (parts[number] - exact[number], number))
    for number in largest[: abs(amount) - sum(parts)]:
        parts[number] += 1
    if amount < 0:
        return [-part for part in parts]
    return parts


def _decimal(value: object) -> Decimal:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return Decimal(0)
