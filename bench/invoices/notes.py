"""What stands below the totals and at the foot of an invoice: terms, legal sentences, how to pay,
and the imprint.
"""

import random
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from bench.invoices.blocks import Block, Box, Gap, Pairs, Split, Text
from bench.invoices.contents import cents
from bench.invoices.facts import Facts
from bench.invoices.identifiers import by_pattern, grouped
from bench.invoices.layout import Layout
from bench.invoices.parts import Parts
from bench.invoices.words import country


def notes(chance: random.Random, parts: Parts) -> list[Block]:
    """Sentences about tax, payment and whatever else."""
    facts, write, word = parts.facts, parts.write, parts.write.word
    lines: list[str] = []
    if facts.no_tax:
        lines.append(word("sentences", facts.no_tax))
    lines.append(_payment(chance, parts))
    if chance.random() < 0.12 and not facts.is_credit:
        lines.append(word("sentences", "service_day"))
    if other := facts.earlier:
        day, amount = write.day(other.day), write.money(other.amount)
        lines.append(word("sentences", other.kind, number=other.number, date=day, amount=amount))
    if slip := facts.other.get("slip"):
        lines.append(f"{word('labels', 'reference')}: {slip}")
    if extras := country(facts.country).get("extras"):
        lines.append(by_pattern(chance, chance.choice(extras)))
    closing = [word("sentences", "closing", mail=facts.issuer.mail)]
    if chance.random() < 0.25:
        closing.append(word("sentences", "legal", city=facts.issuer.city))
    if chance.random() < 0.15:
        closing.append(facts.issuer.people[0])
    return [
        Gap(),
        *(Text((line,)) for line in lines),
        *(Text((line,)) for line in closing[: parts.layout.notes]),
    ]


def _payment(chance: random.Random, parts: Parts) -> str:
    facts, write = parts.facts, parts.write
    if facts.is_credit:
        return write.word("sentences", "refund")
    percent = chance.choice([2, 2, 3])
    saved = cents(facts.total * percent / Decimal(100))
    due = facts.due or facts.day + timedelta(days=14)
    values = {
        "days": (due - facts.day).days,
        "due": write.day(due),
        "payable": write.money(facts.payable),
        "early": write.day(facts.day + timedelta(days=10)),
        "percent": percent,
        "saved": write.money(saved),
        "reduced": write.money(facts.payable - saved),
        "date": write.day(facts.day),
        "buyer_iban": grouped(facts.other.get("buyer_iban", "")),
    }
    if facts.due is None:
        return write.word("sentences", chance.choice(["paid", "days"]), **values)
    kinds = ["days", "days", "due", "due", "cash_discount"]
    kind = chance.choice([*kinds, "debit"] if values["buyer_iban"] else kinds)
    return write.word("sentences", kind, **values)


def pay_slip(chance: random.Random, parts: Parts) -> list[Block]:
    """The text of a Swiss payment part, as it is printed below a dotted line."""
    facts = parts.facts
    if (
        not country(facts.country).get("payment_part")
        or facts.is_credit
        or not parts.names()
        or chance.random() < 0.4
    ):
        return []
    titles = {
        "de": (
            "Empfangsschein",
            "Zahlteil",
            "Konto / Zahlbar an",
            "Referenz",
            "Zahlbar durch",
            "Währung",
            "Betrag",
        ),
        "fr": (
            "Récépissé",
            "Section paiement",
            "Compte / Payable à",
            "Référence",
            "Payable par",
            "Monnaie",
            "Montant",
        ),
        "it": (
            "Ricevuta",
            "Sezione pagamento",
            "Conto / Pagabile a",
            "Riferimento",
            "Pagabile da",
            "Valuta",
            "Importo",
        ),
    }[facts.language]
    seller, buyer = facts.seller, facts.buyer
    reference = by_pattern(chance, "## ##### ##### ##### ##### #####")
    amount = f"{facts.payable:,.2f}".replace(",", " ")

    def half(title: str) -> tuple[Block, ...]:
        return (
            Text((title,), bold=True),
            Text((titles[2],), size=0.8, bold=True),
            Text((grouped(seller.iban), seller.name, *seller.address), size=0.85),
            Text((titles[3],), size=0.8, bold=True),
            Text((reference,), size=0.85),
            Text((titles[4],), size=0.8, bold=True),
            Text((buyer.name, *buyer.address), size=0.85),
            Pairs(((titles[5], facts.currency), (titles[6], amount)), "across", colon=False),
        )

    return [Gap(2), Box((Split(((3, half(titles[0])), (6, half(titles[1])))),))]


def foot(chance: random.Random, parts: Parts) -> tuple[Block, ...]:
    """The imprint at the end of each page, in up to four columns, or in lines in the middle."""
    layout, seller = parts.layout, parts.facts.issuer
    if not layout.foot_columns:
        return ()
    address = [*parts.names(), *seller.address]
    groups = [
        address,
        parts.contact_lines(),
        parts.bank_lines(),
        [*parts.people_lines(), *parts.id_lines()],
    ]
    if layout.foot_columns == 1:
        separator = chance.choice([" · ", " | ", " - ", " • "])
        lines = tuple(separator.join(group) for group in groups if group)
        return (Text(lines, size=0.75, align="center"),)
    return (
        Split(
            tuple(
                (1.0, (Text(tuple(group), size=0.75),))
                for group in _merged(groups, layout)
                if group
            )
        ),
    )


def _merged(groups: Sequence[list[str]], layout: Layout) -> list[list[str]]:
    if layout.foot_columns == 2:
        return [[*groups[0], *groups[1]], [*groups[2], *groups[3]]]
    if layout.foot_columns == 3:
        return [[*groups[0], *groups[1]], groups[2], groups[3]]
    return [*groups]


def facts_outside_foot(parts: Parts) -> list[Block]:
    """Ids and bank details where the page has no foot for them."""
    if parts.layout.foot_columns:
        return []
    return [
        Gap(),
        Text(tuple(parts.bank_lines())),
        Gap(0.5),
        Text((*parts.people_lines(), *parts.id_lines())),
    ]


def page_number(parts: Parts, page: int, pages: int) -> list[Block]:
    return [
        Text(
            (parts.write.word("sentences", "page", page=page, pages=pages),),
            size=0.75,
            align="right",
        )
    ]


def greeting(parts: Parts, facts: Facts) -> list[Block]:
    if not parts.layout.has_greeting:
        return []
    name = (facts.buyer.people or (facts.buyer.name,))[0]
    hello = parts.write.word("sentences", "greeting", first=name.split()[0], last=name.split()[-1])
    intro = parts.write.word(
        "sentences",
        "credit_intro" if facts.is_credit else "intro",
        refers=facts.other.get("refers", ""),
    )
    return [Text((hello,)), Gap(0.5), Text((intro,)), Gap(0.5)]
