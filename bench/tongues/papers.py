"""20 papers of a tongue, each with its truth, and further ones that are no receipts.

The forms are those that laws on receipts and manuals of tills describe: what a receipt must name,
in the order in which tills print it. The same tongue gives the same papers each time.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from bench.tongues.tongue import Tongue

_FIRST_DAY = date(2026, 1, 5)
_DAYS = 300
_TO_PAY = timedelta(days=14)
TODAY = date(2026, 11, 27)
"""No paper is of a later day."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A printed paper; `total` in the smallest unit, None where it is no receipt. `is_page` means a
    digital PDF.
    """

    name: str
    tongue: Tongue
    text: str
    day: date
    total: int | None
    is_page: bool = False
    due: date | None = None
    """Until when it is to be paid."""


@dataclass(slots=True)
class Sale:
    """What was bought, and which of the words are used."""

    tongue: Tongue
    choice: int
    day: date
    items: list[tuple[str, int, int]]
    """Name, count and price of one, in the smallest unit."""
    time: str
    number: str

    @property
    def goods(self) -> int:
        """What all items come to."""
        return sum(count * price for _, count, price in self.items)

    def word(self, name: str) -> str:
        """The sale's word of a kind."""
        return self.tongue.word(name, self.choice)

    def row(self, name: str, amount: int, *, mark: bool = False) -> str:
        """A line of a word and an amount."""
        return self.tongue.row(self.word(name), self.tongue.amount(amount, mark=mark))

    def tax_in(self, gross: int, rate: int = 0) -> int:
        """The tax that a gross amount includes, rounded to the smallest unit."""
        percent = self.tongue.rate(rate)
        return round(gross * percent / (100 + percent))

    @property
    def head(self) -> list[str]:
        """The shop's lines."""
        return self.word("shops").split("|")

    def date_row(self, *, clock: bool = True) -> str:
        """The day behind its label."""
        line = f"{self.word('date')}: {self.tongue.day(self.day, self.choice)}"
        return f"{line} {self.time}" if clock else line


Form = Callable[[Sale], tuple[list[str], int]]


def _item_rows(sale: Sale, *, mark: bool = False) -> list[str]:
    rows: list[str] = []
    for name, count, price in sale.items:
        if count == 1:
            rows.append(sale.tongue.row(name, sale.tongue.amount(price, mark=mark)))
        else:
            rows.append(name)
            left = f"  {count} x {sale.tongue.amount(price)}"
            rows.append(sale.tongue.row(left, sale.tongue.amount(count * price, mark=mark)))
    return rows


def _tendered(sale: Sale, total: int) -> int:
    """The next round sum of notes above the total."""
    euro = sale.tongue.step if sale.tongue.decimals else sale.tongue.step // 100
    note = 5 * 10 ** (len(str(euro)) - 1)
    return total + note - total % note


def _cash(sale: Sale) -> tuple[list[str], int]:
    total = sale.goods
    paid = _tendered(sale, total)
    lines = [
        *sale.head,
        sale.word("title"),
        f"{sale.word('number')} {sale.number}",
        *_item_rows(sale),
        sale.row("subtotal", total),
        sale.row("total", total),
        sale.row("cash", paid),
        sale.row("change", paid - total),
        sale.tongue.row(
            sale.tongue.with_rate(sale.word("tax")), sale.tongue.amount(sale.tax_in(total))
        ),
        f"{sale.tongue.day(sale.day, sale.choice)} {sale.time}",
        sale.word("thanks"),
    ]
    return lines, total


def _card(sale: Sale) -> tuple[list[str], int]:
    total = sale.goods
    lines = [
        *sale.head,
        sale.date_row(),
        f"{sale.word('number')} {sale.number}",
        "-" * 30,
        *_item_rows(sale, mark=True),
        "-" * 30,
        sale.row("total", total, mark=True),
        sale.row("card", total, mark=True),
        sale.tongue.row(
            sale.tongue.with_rate(sale.word("tax")), sale.tongue.amount(sale.tax_in(total))
        ),
        "VISA ************4821",
    ]
    return lines, total


def _cafe(sale: Sale) -> tuple[list[str], int]:
    total = sale.goods
    lines = [
        *sale.head,
        sale.date_row(clock=False),
        *_item_rows(sale),
        sale.row("pay", total, mark=True),
        sale.row("cash", total),
        sale.word("thanks"),
    ]
    return lines, total


def _taxed(sale: Sale) -> tuple[list[str], int]:
    total = sale.goods
    tax = sale.tax_in(total)
    lines = [
        *sale.head,
        sale.word("title"),
        sale.date_row(),
        *_item_rows(sale),
        sale.tongue.row(sale.tongue.with_rate(sale.word("net")), sale.tongue.amount(total - tax)),
        sale.tongue.row(sale.tongue.with_rate(sale.word("tax")), sale.tongue.amount(tax)),
        sale.row("total", total, mark=True),
        sale.row("card", total),
        sale.word("cashier"),
    ]
    return lines, total


def _discounted(sale: Sale) -> tuple[list[str], int]:
    discount = sale.goods // 10
    total = sale.goods - discount
    paid = _tendered(sale, total)
    lines = [
        *sale.head,
        f"{sale.word('number')}: {sale.number}",
        *_item_rows(sale),
        sale.row("subtotal", sale.goods),
        sale.row("discount", -discount),
        sale.row("total", total, mark=True),
        sale.row("cash", paid, mark=True),
        sale.row("change", paid - total, mark=True),
        sale.date_row(),
        sale.word("thanks"),
    ]
    return lines, total


def _signed(sale: Sale) -> tuple[list[str], int]:
    """A till that prints a sign of its own before each amount."""
    sign = str(sale.tongue.values.get("till_sign", ""))
    total = sale.goods
    tax = sale.tax_in(total)

    def row(label: str, amount: int) -> str:
        return sale.tongue.row(label, sign + sale.tongue.amount(amount))

    lines = [
        *sale.head,
        sale.date_row(),
        *[
            row(f"{name} {count} x {sale.tongue.amount(price)}", count * price)
            for name, count, price in sale.items
        ],
        row(sale.tongue.with_rate(sale.word("tax")), tax),
        row(sale.word("total"), total),
        row(sale.word("card"), total),
    ]
    return lines, total


def _small(sale: Sale) -> tuple[list[str], int]:
    name, _, price = sale.items[0]
    sale.items = [(name, 1, price)]
    lines = [
        *sale.head,
        f"{sale.tongue.day(sale.day, sale.choice)}  {sale.time}",
        *_item_rows(sale),
        sale.row("total", price, mark=True),
        sale.row("card", price, mark=True),
    ]
    return lines, price


def _large(sale: Sale) -> tuple[list[str], int]:
    """Amounts that are grouped."""
    sale.items = [(name, count, price * 100) for name, count, price in sale.items]
    return _taxed(sale)


def _long_date(sale: Sale) -> tuple[list[str], int]:
    total = sale.goods
    lines = [
        *sale.head,
        sale.word("title"),
        f"{sale.word('date')}: {sale.tongue.long_day(sale.day)}",
        *_item_rows(sale, mark=True),
        sale.row("subtotal", total, mark=True),
        sale.row("total", total, mark=True),
        sale.row("card", total, mark=True),
        sale.word("thanks"),
    ]
    return lines, total


def _two_rates(sale: Sale) -> tuple[list[str], int]:
    total = sale.goods
    low = sale.items[0][1] * sale.items[0][2]
    high = total - low
    rows: list[str] = []
    for part, rate in ((high, 0), (low, 1)):
        tax = sale.tax_in(part, rate)
        percent = sale.tongue.with_rate("{rate}%", rate)
        amounts = "  ".join(sale.tongue.amount(value) for value in (part - tax, tax, part))
        rows.append(f"{percent}  {amounts}")
    lines = [
        *sale.head,
        *_item_rows(sale),
        sale.row("total", total, mark=True),
        sale.row("card", total),
        *rows,
        sale.date_row(),
        f"{sale.word('number')} {sale.number}",
    ]
    return lines, total


def _invoice(sale: Sale) -> tuple[list[str], int]:
    net = sale.goods * 20
    tax = round(net * sale.tongue.rate() / 100)
    total = net + tax
    due = sale.day + _TO_PAY
    head = sale.head
    items = [
        f"{name}    {count}    {sale.tongue.amount(count * price * 20)}"
        for name, count, price in sale.items
    ]
    lines = [
        *head,
        "",
        sale.word("invoice"),
        f"{sale.word('invoice_number')}: {sale.number}",
        f"{sale.word('invoice_date')}: {sale.tongue.day(sale.day, sale.choice)}",
        f"{sale.word('due')}: {sale.tongue.day(due, sale.choice)}",
        f"{sale.word('buyer')}: Nordwind Studio GmbH",
        "Lindenallee 5, 20144 Hamburg",
        "",
        *items,
        "",
        f"{sale.tongue.with_rate(sale.word('net'))}    {sale.tongue.amount(net)}",
        f"{sale.tongue.with_rate(sale.word('tax'))}    {sale.tongue.amount(tax)}",
        f"{sale.word('pay')}    {sale.tongue.amount(total, mark=True)}",
    ]
    return lines, total


FORMS: tuple[tuple[str, Form], ...] = (
    ("cash", _cash),
    ("card", _card),
    ("cafe", _cafe),
    ("taxed", _taxed),
    ("discounted", _discounted),
    ("signed", _signed),
    ("small", _small),
    ("large", _large),
    ("long date", _long_date),
    ("two rates", _two_rates),
)
"""Two papers of each, with other words, make the 20."""


def papers(tongue: Tongue) -> Iterator[Paper]:
    """The 20 receipts of a tongue."""
    for number in range(2 * len(FORMS)):
        name, form = FORMS[number % len(FORMS)]
        sale = _sale(tongue, number)
        lines, total = form(sale)
        text = "\n".join(lines)
        if tongue.digits and number % 4 == 3:
            text = text.translate(str.maketrans("0123456789", tongue.digits))
        yield Paper(
            f"{tongue.code}-{number + 1:02}-{name.replace(' ', '-')}", tongue, text, sale.day, total
        )


def invoices(tongue: Tongue) -> Iterator[Paper]:
    """Two invoices of a tongue, as digital PDFs have their text."""
    for number in (20, 21):
        sale = _sale(tongue, number)
        lines, total = _invoice(sale)
        yield Paper(
            f"{tongue.code}-{number + 1}-invoice",
            tongue,
            "\n".join(lines),
            day=sale.day,
            total=total,
            is_page=True,
            due=sale.day + _TO_PAY,
        )


def labelled(tongue: Tongue) -> Iterator[tuple[Paper, str]]:
    """Invoices that name seller and buyer behind their labels, as VAT laws ask for both; each with
    the seller's name. Of ten layouts: labels before the names, over them, and side by side.
    """
    buyer = ["Nordwind Studio GmbH", "Lindenallee 5", "20144 Hamburg"]
    for number in range(70, 80):
        sale = _sale(tongue, number)
        head = sale.head
        lines, total = _invoice(sale)
        label = sale.word("buyer")
        body = [line for line in lines[len(head) :] if not line.startswith((label, buyer[1]))]
        seller_label = sale.word("seller")
        over = [f"{seller_label}:", *head, "", f"{label}:", *buyer, ""]
        turned = [f"{label}:", *buyer, "", f"{seller_label}:", *head, ""]
        before = [f"{seller_label}: {head[0]}", *head[1:], f"{label}: {buyer[0]}", *buyer[1:], ""]
        rows = zip_longest([f"{seller_label}:", *head], [f"{label}:", *buyer], fillvalue="")
        columns = [f"{left:44}{right}".rstrip() for left, right in rows]
        rows = zip_longest([f"{label}:", *buyer], [f"{seller_label}:", *head], fillvalue="")
        swapped = [f"{left:44}{right}".rstrip() for left, right in rows]
        layouts = (over, turned, before, columns, swapped)
        block = layouts[number % len(layouts)]
        is_titled_first = number % 2 == 0
        text = [*body[:4], *block, *body[4:]] if is_titled_first else [*block, *body]
        paper = Paper(
            f"{tongue.code}-{number}-labelled",
            tongue,
            "\n".join(text),
            day=sale.day,
            total=total,
            is_page=True,
            due=sale.day + _TO_PAY,
        )
        yield paper, head[0]


def letters(tongue: Tongue) -> Iterator[Paper]:
    """Invoices as letters: the buyer's address stands where a till prints the shop's, without a
    label.

    The seller is in the foot, in small print above the buyer, or beside it.
    """
    buyer = ["Nordwind Studio GmbH", "Lindenallee 5", "20144 Hamburg", ""]
    for number in range(40, 43):
        sale = _sale(tongue, number)
        head = sale.head
        lines, total = _invoice(sale)
        label = sale.word("buyer")
        body = [line for line in lines[len(head) :] if not line.startswith((label, buyer[1]))]
        beside = [f"{left:40}{right}" for left, right in zip_longest(buyer, head, fillvalue="")]
        layouts = {
            "foot": [*buyer, *body, "", "  •  ".join(head)],
            "small print": [" - ".join(head[:2]), "", *buyer, *body],
            "beside": [*beside, *body],
        }
        for layout, text in layouts.items():
            yield Paper(
                f"{tongue.code}-{number}-{layout}",
                tongue,
                "\n".join(text),
                day=sale.day,
                total=total,
                is_page=True,
                due=sale.day + _TO_PAY,
            )


def no_receipts(tongue: Tongue) -> Iterator[Paper]:
    """Papers that say themselves that they are no receipts."""
    for number, phrase in enumerate(tongue.values["not_receipt"]):
        for form in (_taxed, _cafe):
            sale = _sale(tongue, 30 + 2 * number + (form is _cafe))
            lines, _ = form(sale)
            head = len(sale.head)
            title = sale.word("title")
            kept = [line for line in lines[head:] if line != title]
            text = "\n".join([*lines[:head], str(phrase), *kept])
            yield Paper(
                f"{tongue.code}-no-{number + 1}-{form.__name__[1:]}", tongue, text, sale.day, None
            )


def titled(tongue: Tongue, titles: Sequence[str]) -> Iterator[Paper]:
    """Receipts with another title below the shop, such as that of a refund."""
    forms = (_taxed, _card, _small)
    for number, title in enumerate(titles):
        sale = _sale(tongue, 60 + number)
        lines, total = forms[number % len(forms)](sale)
        head = len(sale.head)
        usual = sale.word("title")
        rest = [line for line in lines[head:] if line != usual]
        text = "\n".join([*lines[:head], title, *rest])
        yield Paper(f"{tongue.code}-titled-{number}", tongue, text, sale.day, total)


def _sale(tongue: Tongue, number: int) -> Sale:
    chance = random.Random(f"{tongue.code} {number}")
    names = chance.sample(tongue.values["items"], 3)
    unit = 1 if tongue.decimals else 100
    items: list[tuple[str, int, int]] = []
    for name in names:
        cents = chance.randint(120, 990)
        price = cents * tongue.step // 100
        if unit > 1:
            price = max(10, price // unit // 10 * 10)
        items.append((name, chance.choice((1, 1, 2, 3)), price))
    day = _FIRST_DAY + timedelta(days=chance.randrange(_DAYS))
    time = f"{chance.randint(8, 21):02}:{chance.randint(0, 59):02}"
    choice = number + number // len(FORMS)
    return Sale(tongue, choice, day, items, time, str(chance.randint(10_000, 99_999)))
