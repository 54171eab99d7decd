"""What is sold and what it comes to: the table of items, on one page or more, and the totals."""

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from bench.invoices.blocks import Align, Block, Box, Column, Pairs, Row, Split, Table, Text
from bench.invoices.facts import Deduction, Facts, Line
from bench.invoices.layout import Layout
from bench.invoices.words import Writing, language

_WEIGHTS = {
    "description": 5.0,
    "amount": 1.6,
    "price": 1.5,
    "sku": 1.5,
    "position": 0.7,
    "unit": 0.9,
}
_LATER_ROWS = 22
_RIGHT = frozenset({"quantity", "price", "discount", "rate", "amount"})


class Sums:
    """Amounts of a credit note have a minus where the layout prints one."""

    def __init__(self, chance: random.Random, facts: Facts, layout: Layout, write: Writing) -> None:
        self._chance, self._facts, self._layout, self._write = chance, facts, layout, write
        self._sign = -1 if facts.is_credit and chance.random() < 0.6 else 1
        self._units = {
            name: chance.choice(words) for name, words in language(facts.language)["units"].items()
        }
        self._is_quantity_right = chance.random() < 0.7

    def tables(self) -> list[Table]:
        """A table a page."""
        lines, layout = self._facts.lines, self._layout
        chunks: list[Sequence[tuple[int, Line]]] = []
        rest = list(enumerate(lines, start=1))
        size = layout.rows_on_first
        while rest:
            chunks.append(rest[:size])
            rest, size = rest[size:], _LATER_ROWS
        made: list[Table] = []
        carried = Decimal(0)
        for page, chunk in enumerate(chunks):
            rows = [self._row(number, line) for number, line in chunk]
            if page and layout.has_carry:
                rows.insert(
                    0, self._marked(self._write.word("sums", "carry", page=page), carried, "carry")
                )
            carried += sum((line.amount for _, line in chunk), Decimal(0))
            if page < len(chunks) - 1 and layout.has_carry:
                rows.append(
                    self._marked(self._write.word("sums", "carry", page=page + 1), carried, "carry")
                )
            if page == len(chunks) - 1:
                rows += [self._marked(label, amount, "item") for label, amount in self._charges()]
                if layout.totals == "rows":
                    rows += [
                        self._marked(label, amount, "sum", with_money=True)
                        for label, amount in self._total_pairs()
                    ]
            made.append(Table(self._columns(), tuple(rows), layout.rules))
        return made

    def totals(self) -> list[Block]:
        """What stands below the table."""
        blocks: list[Block] = []
        if self._layout.has_tax_table and any(part.tax for part in self._facts.taxes):
            blocks.append(self._tax_table())
        if self._layout.totals == "rows":
            return blocks
        pairs = tuple((label, self._money(amount)) for label, amount in self._total_pairs())
        listed = Pairs(
            pairs, "beside", colon=self._layout.has_colons, align="right", bold=self._total_word()
        )
        match self._layout.totals:
            case "right":
                return [*blocks, Split(((5, ()), (4, (listed,))))]
            case "box":
                return [*blocks, Split(((4, ()), (5, (Box((listed,), filled=True),))))]
            case "left":
                return [*blocks, Split(((4, (listed,)), (4, ())))]
            case _:
                return [
                    *blocks,
                    Pairs(pairs, "across", colon=False, ruled=True, bold=self._total_word()),
                ]

    def money(self, amount: Decimal) -> str:
        """As in the totals, without regard to the sign of a credit note."""
        return self._write.money(amount)

    def _columns(self) -> tuple[Column, ...]:
        made: list[Column] = []
        for name in self._layout.columns:
            align: Align = (
                "right"
                if name in _RIGHT and (name != "quantity" or self._is_quantity_right)
                else "left"
            )
            made.append(Column(self._write.word("columns", name), align, _WEIGHTS.get(name, 1.0)))
        return tuple(made)

    def _row(self, number: int, line: Line) -> Row:
        write, layout = self._write, self._layout
        details = list(line.details)
        if "quantity" not in layout.columns and line.quantity != 1:
            details.append(
                f"{write.quantity(line.quantity)} {self._units[line.unit]} x "
                f"{write.amount(line.price)}"
            )
        money = write.money if layout.has_money_in_rows else write.amount
        rate = f"{write.rate(line.rate)}{'%' if number % 1 == 0 and layout.has_colons else ' %'}"
        quantity = write.quantity(line.quantity)
        if (
            "unit" not in layout.columns
            and layout.has_money_in_rows
            and line.unit not in {"piece", "flat"}
        ):
            quantity = f"{quantity} {self._units[line.unit]}"
        cells = {
            "position": (str(number),),
            "sku": (line.sku,),
            "description": (line.description, *details),
            "quantity": (quantity,),
            "unit": (self._units[line.unit],),
            "price": (money(line.price),),
            "discount": (f"{write.rate(line.discount)} %" if line.discount else "",),
            "rate": (rate,),
            "amount": (money(self._sign * line.amount),),
        }
        return Row(tuple(cells[name] for name in layout.columns))

    def _marked(
        self,
        label: str,
        amount: Decimal,
        kind: Literal["item", "sum", "carry"],
        *,
        with_money: bool = False,
    ) -> Row:
        text = (self._money if with_money else self._plain)(amount)
        cells = [()] * len(self._layout.columns)
        place = self._layout.columns.index("description")
        filled: list[tuple[str, ...]] = [*cells]
        filled[place], filled[-1] = (label,), (text,)
        return Row(tuple(filled), kind)

    def _plain(self, amount: Decimal) -> str:
        return (self._write.money if self._layout.has_money_in_rows else self._write.amount)(
            self._sign * amount
        )

    def _money(self, amount: Decimal) -> str:
        return self._write.money(self._sign * amount)

    def _charges(self) -> list[tuple[str, Decimal]]:
        made: list[tuple[str, Decimal]] = []
        for kind, amount in self._facts.charges:
            name, _, rate = kind.partition(" ")
            made.append((self._write.word("sums", name, rate=rate), amount))
        return made

    def _total_pairs(self) -> list[tuple[str, Decimal]]:
        facts, write = self._facts, self._write
        total = (self._total_word(), facts.total)
        taxes = [
            (
                write.word(
                    "sums",
                    "included" if facts.is_gross else "tax",
                    tax=write.tax_name,
                    rate=write.rate(part.rate),
                    base=write.amount(part.base),
                ),
                part.tax,
            )
            for part in facts.taxes
        ]
        rounded = [(write.word("sums", "rounding"), facts.rounding)] if facts.rounding else []
        net = (write.word("sums", "net"), facts.net)
        if facts.no_tax:
            pairs = (
                [*rounded, total] if facts.no_tax == "small_business" else [net, *rounded, total]
            )
        elif facts.is_gross:
            pairs = [*rounded, total, *taxes]
            if self._layout.has_tax_table:
                pairs = [net, *taxes, *rounded, total]
        else:
            pairs = [net, *taxes, *rounded, total]
        pairs += [(self._deducted(part), -part.amount) for part in facts.deductions]
        if facts.prepaid and facts.prepaid_on:
            values = {"date": write.day(facts.prepaid_on), "number": f"A-{facts.prepaid_on:%m%d}"}
            pairs.append((write.word("sums", "prepaid", **values), -facts.prepaid))
        if facts.payable != facts.total:
            pairs.append((write.word("sums", "payable"), facts.payable))
        return pairs

    def _deducted(self, part: Deduction) -> str:
        if part.kind == "withholding":
            return self._write.custom("withholding").format(rate=part.rate)
        day = self._write.day(part.day) if part.day else ""
        return self._write.word("sums", part.kind, rate=part.rate, number=part.number, date=day)

    def _total_word(self) -> str:
        write = self._write
        word = write.word("sums", "credit_total" if self._facts.is_credit else "total")
        is_said_with_it = (
            write.symbol and self._layout.has_greeting and not self._layout.has_money_in_rows
        )
        return f"{word} {write.symbol}" if is_said_with_it else word

    def _tax_table(self) -> Table:
        write = self._write
        columns = (
            Column(write.word("sums", "rate")),
            Column(write.word("sums", "base"), "right"),
            Column(write.word("sums", "tax_amount"), "right"),
        )
        rows = [
            Row(
                (
                    (f"{write.rate(part.rate)} %",),
                    (write.amount(part.base),),
                    (write.amount(part.tax),),
                )
            )
            for part in self._facts.taxes
        ]
        return Table(columns, tuple(rows), "rows")


def currency_note(write: Writing, facts: Facts) -> list[Block]:
    """Where amounts have no symbol beside them, the page says the currency elsewhere, as a rule."""
    if write.symbol:
        return []
    return [Text((write.word("sentences", "currency", currency=facts.currency),), size=0.85)]
