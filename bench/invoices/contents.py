"""What an invented invoice says: lines whose sums close, terms, and the numbers of its head."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bench.invoices.facts import Deduction, Earlier, Facts, Line, Party, TaxSum
from bench.invoices.identifiers import by_pattern, iban, payment_reference
from bench.invoices.parties import party, private_person, trade_of
from bench.invoices.words import COUNTRIES, country, language

_CENT = Decimal("0.01")
_FIRST_DAY = date(2023, 1, 2)
_NUMBERS = (
    "{year}-{serial:04}",
    "RE{year}{serial:05}",
    "R-{short}-{serial}",
    "{serial:06}",
    "{serial}",
    "{year}/{serial:03}",
    "INV-{serial:04}",
    "{short}{month:02}-{serial:03}",
    "FA{short}{serial:05}",
    "{serial:03}/{year}",
    "{letters}{serial}-{short}",
    "{serial:08}",
    "F{year}-{month:02}-{serial:03}",
    "{serial}/{letters}/{month:02}/{year}",
)
_FOREIGN = {
    "EUR": ("USD", "GBP", "CHF"),
    "CHF": ("EUR",),
    "GBP": ("EUR", "USD"),
    "USD": ("EUR", "CAD"),
}
_ONE_ID = frozenset({"BE", "CH", "DK", "ES", "IT", "PL", "PT", "US"})
"""Countries where who has no tax on sales has that number all the same."""
_MARKETS = ("Marktplatz24", "shopmondo.com", "Fairbay", "Handelsplatz Europa")


def cents(value: Decimal) -> Decimal:
    return value.quantize(_CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class _Deal:
    """Which kind of business the invoice is of."""

    is_credit: bool
    is_gross: bool
    no_tax: str
    has_private_buyer: bool


def draw_facts(chance: random.Random, country_code: str, language_code: str) -> Facts:
    trade = trade_of(chance, language_code)
    seller = party(chance, country_code, language_code, trade, sole=0.22)
    deal = _deal(chance, seller, language_code)
    if deal.no_tax == "small_business":
        seller = replace(seller, vat_id=seller.vat_id if country_code in _ONE_ID else "")
    abroad = deal.no_tax == "reverse_charge" or chance.random() < 0.04
    buyer = _buyer(
        chance, country_code, language_code, abroad=abroad, is_private=deal.has_private_buyer
    )
    currency = country(country_code)["currency"]
    if abroad and chance.random() < 0.4:
        currency = chance.choice(_FOREIGN.get(currency, ("EUR", "EUR", "USD")))
    rates = [Decimal(str(rate)) for rate in _rates(chance, country_code)]
    lines = _lines(chance, trade, rates, deal)
    charges = _charges(chance, lines)
    taxes = _taxes(lines, charges, is_gross=deal.is_gross, has_tax=not deal.no_tax)
    net, tax = (
        sum((part.base for part in taxes), Decimal(0)),
        sum((part.tax for part in taxes), Decimal(0)),
    )
    day = _FIRST_DAY + timedelta(days=chance.randint(0, 1000))
    facts = Facts(
        country=country_code,
        language=language_code,
        currency=currency,
        seller=seller,
        buyer=buyer,
        number=_number(chance, day, country_code),
        day=day,
        due=day + timedelta(days=chance.choice([7, 10, 14, 14, 30, 30, 30, 45]))
        if chance.random() < 0.85
        else None,
        lines=lines,
        charges=charges,
        taxes=taxes,
        net=net,
        tax=tax,
        total=net + tax,
        is_credit=deal.is_credit,
        is_gross=deal.is_gross,
        no_tax=deal.no_tax,
    )
    return _with_extras(chance, facts)


def _rates(chance: random.Random, country_code: str) -> list[float]:
    """Of a state of the country, where each has its own."""
    rates = country(country_code)["rates"]
    return chance.choice(rates) if isinstance(rates[0], list) else rates


def _deal(chance: random.Random, seller: Party, language_code: str) -> _Deal:
    draw = chance.random()
    no_tax = "reverse_charge" if draw < 0.05 else ""
    if seller.is_sole and draw > 0.65 and language(language_code)["sentences"]["small_business"]:
        no_tax = "small_business"
    is_private = no_tax != "reverse_charge" and chance.random() < 0.15
    has_gross = not country(seller.country).get("has_no_gross")
    is_gross = not no_tax and has_gross and chance.random() < (0.6 if is_private else 0.08)
    return _Deal(chance.random() < 0.07, is_gross, no_tax, is_private)


def _buyer(
    chance: random.Random, country_code: str, language_code: str, *, abroad: bool, is_private: bool
) -> Party:
    """Whoever buys: a firm of any trade, a bank, a person; abroad it is named as its own country
    does.
    """
    if abroad:
        country_code = chance.choice([code for code in COUNTRIES if code != country_code])
        spoken = next(iter(country(country_code)["languages"]))
        made = party(chance, country_code, spoken, trade_of(chance, spoken), sole=0)
        names = country(country_code)["names"]
        return replace(
            made,
            address=(*made.address, names.get(language_code) or names.get("en") or names[spoken]),
        )
    if is_private:
        return private_person(chance, country_code, language_code)
    made = party(chance, country_code, language_code, trade_of(chance, language_code), sole=0.08)
    if chance.random() < 0.07:
        return replace(made, name=made.bank)
    return made


def _lines(
    chance: random.Random, trade: dict[str, Any], rates: Sequence[Decimal], deal: _Deal
) -> tuple[Line, ...]:
    count = chance.choice([1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 12, 18, 30])
    has_skus, has_discounts = chance.random() < 0.3, chance.random() < 0.12
    made: list[Line] = []
    places = chance.sample(range(len(trade["items"])), len(trade["items"]))
    for row in range(count):
        at = places[row] if row < len(places) else chance.choice(places)
        text, unit, low, high = trade["items"][at]
        price = cents(Decimal(str(round(chance.uniform(low, high), 2))))
        if price > 20 and chance.random() < 0.6:
            price = Decimal(round(price)).quantize(_CENT)
        quantity = _quantity(chance, unit, low)
        discount = Decimal(chance.choice([0, 5, 10, 20])) if has_discounts else Decimal(0)
        reduced = at in trade.get("reduced", []) and len(rates) > 1
        details = trade.get("details", [])
        made.append(
            Line(
                description=text,
                quantity=quantity,
                unit=unit,
                price=price,
                rate=Decimal(0) if deal.no_tax else rates[1 if reduced else 0],
                amount=cents(quantity * price * (100 - discount) / 100),
                details=(chance.choice(details),) if details and chance.random() < 0.35 else (),
                sku=by_pattern(chance, chance.choice(["######", "AA-####", "####.##", "A#####"]))
                if has_skus
                else "",
                discount=discount,
            )
        )
    return tuple(made)


def _quantity(chance: random.Random, unit: str, low: float) -> Decimal:
    if unit == "flat":
        return Decimal(1)
    if unit in {"hour", "day", "kilo", "litre", "metre", "square"}:
        return Decimal(
            chance.choice(["1", "1.5", "2", "2.5", "3", "4", "6.25", "7.5", "8", "12", "16.5"])
        )
    if low < 1:
        return Decimal(chance.choice([50, 100, 200, 250, 500, 1000, 2500]))
    return Decimal(chance.choice([1, 1, 1, 2, 2, 3, 4, 5, 10, 12]))


def _charges(chance: random.Random, lines: Sequence[Line]) -> tuple[tuple[str, Decimal], ...]:
    draw = chance.random()
    if draw < 0.1:
        return (("shipping", Decimal(chance.choice(["4.90", "5.95", "7.50", "12.00", "18.50"]))),)
    rates = {line.rate for line in lines}
    if draw < 0.16 and len(rates) == 1:
        percent = chance.choice([2, 3, 5, 10])
        return (
            (
                f"rebate {percent}",
                -cents(sum(line.amount for line in lines) * percent / Decimal(100)),
            ),
        )
    return ()


def _taxes(
    lines: Sequence[Line], charges: Sequence[tuple[str, Decimal]], *, is_gross: bool, has_tax: bool
) -> tuple[TaxSum, ...]:
    """The sums by rate; charges have the first line's rate."""
    sums: defaultdict[Decimal, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line.rate] += line.amount
    for _, amount in charges:
        sums[lines[0].rate] += amount
    made: list[TaxSum] = []
    for rate, amount in sorted(sums.items(), reverse=True):
        tax = (
            cents(amount * rate / (100 + rate if is_gross else 100)) if has_tax else Decimal("0.00")
        )
        made.append(TaxSum(rate, amount - tax if is_gross else amount, tax))
    return tuple(made)


def _number(chance: random.Random, day: date, country_code: str) -> str:
    own = country(country_code).get("numbers")
    return chance.choice(own if own and chance.random() < 0.7 else _NUMBERS).format(
        year=day.year,
        short=f"{day.year % 100:02}",
        month=day.month,
        serial=chance.choice(
            [chance.randint(1, 99), chance.randint(100, 9999), chance.randint(10000, 99999)]
        ),
        letters=chance.choice(["A", "AB", "WEB", "K", "VK", "SI"]),
    )


def _with_extras(chance: random.Random, facts: Facts) -> Facts:
    """The same with what is taken off the total, other numbers, and an invoice of before."""
    before = facts.day - timedelta(days=chance.randint(1, 40))
    facts = _rounded(chance, facts)
    deductions = () if facts.is_credit else _deductions(chance, facts)
    prepaid = Decimal(0)
    if not facts.is_credit and not deductions and facts.total > 300 and chance.random() < 0.1:
        prepaid = cents(facts.total * Decimal(chance.choice(["0.3", "0.5", "0.25"])))
    return _with_others(
        chance,
        replace(
            facts,
            other=_others(chance, facts, before),
            deductions=deductions,
            prepaid=prepaid,
            prepaid_on=before if prepaid else None,
            earlier=_earlier(chance, facts) if chance.random() < 0.07 else None,
        ),
    )


def _rounded(chance: random.Random, facts: Facts) -> Facts:
    """To the smallest coin, where the country has none for cents."""
    coin, share = country(facts.country).get("rounding", ("0.01", 0))
    if chance.random() >= share or facts.currency != country(facts.country)["currency"]:
        return facts
    total = (facts.total / Decimal(coin)).quantize(Decimal(1), ROUND_HALF_UP) * Decimal(coin)
    return replace(facts, total=total.quantize(_CENT), rounding=total - facts.total)


def _deductions(chance: random.Random, facts: Facts) -> tuple[Deduction, ...]:
    withheld = country(facts.country).get("withholding", {})
    can_be = facts.seller.is_sole and not facts.buyer.is_sole and not facts.is_gross
    if can_be and facts.language in withheld and chance.random() < withheld["sole"]:
        return (
            Deduction("withholding", cents(facts.net * withheld["rate"] / 100), withheld["rate"]),
        )
    draw = chance.random()
    if draw < 0.03:
        percent = chance.choice([5, 10])
        return (Deduction("retention", cents(facts.total * percent / 100), percent),)
    if draw < 0.07 and facts.total > 500:
        days = sorted(
            facts.day - timedelta(days=chance.randint(10, 150))
            for _ in range(chance.choice([1, 1, 2, 3]))
        )
        return tuple(
            Deduction(
                "partial",
                cents(facts.total * chance.randint(10, 28) / 100),
                0,
                _before(chance, facts, day),
                day,
            )
            for day in days
        )
    return ()


def _before(chance: random.Random, facts: Facts, day: date) -> str:
    """The number of an invoice of that day: often of the same series."""
    serial = facts.number[-2:]
    if serial.isdigit() and int(serial) > 9 and chance.random() < 0.6:
        return f"{facts.number[:-2]}{int(serial) - chance.randint(1, 9):02}"
    return _number(chance, day, facts.country)


def _earlier(chance: random.Random, facts: Facts) -> Earlier:
    day = facts.day - timedelta(days=chance.randint(15, 120))
    kind = "previous" if facts.is_credit or chance.random() < 0.7 else "replaces"
    amount = cents(facts.total * Decimal(chance.choice(["0.37", "0.8", "1.25", "2.1"])))
    return Earlier(kind, _before(chance, facts, day), day, amount)


def _with_others(chance: random.Random, facts: Facts) -> Facts:
    """The same with where it goes, who sells for another and who acts for the buyer."""
    delivery = agent = branch = None
    if not facts.buyer.is_sole and chance.random() < 0.14:
        drawn = private_person(chance, facts.country, facts.language)
        delivery = replace(drawn, name=facts.buyer.name if chance.random() < 0.6 else drawn.name)
    is_by_agent = chance.random() < 0.02
    if is_by_agent or chance.random() < 0.04:
        made = party(
            chance, facts.country, facts.language, trade_of(chance, facts.language), sole=0
        )
        agent = (
            made
            if is_by_agent
            else replace(made, name=chance.choice([made.name, chance.choice(_MARKETS)]))
        )
    elif not facts.seller.is_sole and chance.random() < 0.06:
        branch = private_person(chance, facts.country, facts.language)
    acts = ""
    if facts.buyer.country == facts.country and chance.random() < 0.04:
        acts = party(
            chance, facts.country, facts.language, trade_of(chance, facts.language), sole=0
        ).name
    return replace(
        facts, delivery=delivery, agent=agent, is_by_agent=is_by_agent, branch=branch, buyer_by=acts
    )


def _others(chance: random.Random, facts: Facts, before: date) -> dict[str, str]:
    """What else the head says, by the name of its label."""
    other: dict[str, str] = {}
    for name, share, patterns in (
        ("customer", 0.5, ("#####", "K-####", "10####", "D#####")),
        ("order", 0.4, ("#######", "PO-####", "B2#-####", "45########")),
        ("project", 0.1, ("P-####", "##-###")),
    ):
        if chance.random() < share:
            other[name] = by_pattern(chance, chance.choice(patterns))
    if facts.is_credit:
        other["refers"] = _number(chance, facts.day - timedelta(days=20), facts.country)
    for name, share in (("delivered", 0.35), ("period", 0.12), ("ordered", 0.12)):
        if chance.random() < share:
            other[name] = before.isoformat()
    references = country(facts.country).get("references")
    if references and not facts.is_credit and chance.random() < 0.5:
        # a slip's number stands at the end
        name = "slip" if references[0] == "fik" else "reference"
        other[name] = payment_reference(chance, references[0])
    if chance.random() < 0.25:
        person = facts.seller.people[-1]
        other["contact"] = chance.choice([person, person, f"{person}, {facts.seller.phone}"])
    if facts.buyer.vat_id and (facts.no_tax == "reverse_charge" or chance.random() < 0.25):
        other["your_vat"] = facts.buyer.vat_id
    if facts.buyer.country != "US":
        other["buyer_iban"] = iban(chance, facts.buyer.country)
    return other
