"""The parts of a page that say who sells, who buys, and which invoice it is."""

import random
from datetime import date

from bench.invoices.blocks import Align, Block, Box, Drawing, Pairs, Picture, Text
from bench.invoices.facts import Facts
from bench.invoices.identifiers import filled, grouped
from bench.invoices.layout import Layout
from bench.invoices.words import Writing, country

_LONG_NAME = 34
_DAYS = frozenset({"delivered", "ordered"})


class Parts:
    """Blocks of one invoice; what is drawn for one of them holds for all of them."""

    def __init__(self, chance: random.Random, facts: Facts, layout: Layout) -> None:
        self.facts, self.layout = facts, layout
        self.write = Writing(chance, facts.country, facts.language, facts.currency, layout.second)
        self._chance = chance
        self._is_iban_grouped = chance.random() < 0.8
        self._has_tax_number = chance.random() < 0.5 or not facts.seller.vat_id
        self._separator = chance.choice([" · ", " • ", " | ", ", ", " - ", " \N{EN DASH} "])
        self._title_size = chance.choice([1.4, 1.8, 2.2, 2.6])
        self._attention = chance.random()
        self._speaks_for_seller = not facts.seller.is_sole and chance.random() < 0.04
        customs = country(facts.country)
        self._shows_id = layout.logo == "pictured" or chance.random() < customs.get("shows_id", 1)
        self._vat_form = chance.choice(customs.get("vat_forms") or [""])

    # --- the seller

    def logo(self, *, align: Align = "left") -> list[Block]:
        """What stands first: a drawing, the brand or the name; nothing where the layout has no
        logo.
        """
        layout, seller = self.layout, self.facts.issuer
        drawn: list[Block] = []
        if layout.logo == "pictured":
            return [Picture(seller.name, self._chance.choice([1.4, 2.0, 2.6]), layout.colour)]
        if layout.logo in {"drawn", "both"}:
            drawn.append(Drawing(self._chance.choice(["disc", "bars", "wave"]), layout.colour))
        if layout.logo in {"text", "both"}:
            lines = (seller.brand,) if seller.brand else self._wrapped(seller.name)
            size = self._chance.choice([1.3, 1.6, 2.0])
            drawn.append(Text(lines, size=size, bold=True, align=align, colour=layout.colour))
        return drawn

    def names(self) -> list[str]:
        """The name where it is text; nothing on a page whose logo is a picture of it."""
        return [] if self.layout.logo == "pictured" else [self.facts.issuer.name]

    def address_lines(self) -> list[str]:
        """Of the seller's branch, where the invoice is from one."""
        if branch := self.facts.branch:
            return [self.write.word("sentences", "branch", city=branch.city), *branch.address]
        return [*self.facts.issuer.address]

    def is_named_by_logo(self) -> bool:
        layout = self.layout
        return layout.logo == "pictured" or (
            layout.logo in {"text", "both"} and not self.facts.issuer.brand
        )

    def seller_lines(self) -> list[str]:
        """Name and address, and how to reach the seller, without ids and bank."""
        seller = self.facts.issuer
        named = [] if self.is_named_by_logo() else [*self._wrapped(seller.name)]
        if self._speaks_for_seller:
            named.append(self.write.word("sentences", "represented", name=seller.people[0]))
        return [*named, *self.address_lines(), *self.contact_lines()]

    def contact_lines(self) -> list[str]:
        seller, chosen = self.facts.issuer, self._chance.random()
        labelled = [
            ("phone", seller.phone),
            ("fax", seller.fax),
            ("mail", seller.mail),
            ("web", seller.web),
        ]
        found = [(name, value) for name, value in labelled if value]
        if chosen < 0.25:
            return [value for _, value in found]
        return [
            f"{self.write.word('labels', name)}{':' if chosen < 0.7 else ''} {value}"
            for name, value in found
        ]

    def sender_line(self) -> Block:
        seller = self.facts.issuer
        text = self._separator.join([*self.names(), *seller.address])
        return Text((text,), size=0.7, underlined=self._chance.random() < 0.5)

    def id_lines(self) -> list[str]:
        """Tax ids and the register."""
        seller, made = self.facts.issuer, list[str]()
        if seller.vat_id and self._shows_id:
            made.append(f"{self.write.custom('vat_labels')}: {self._vat_text(seller.vat_id)}")
        if seller.tax_number and self._has_tax_number:
            labels = country(self.facts.country)["tax_numbers"]["labels"].get(self.facts.language)
            if labels:
                made.append(f"{self._chance.choice(labels)} {seller.tax_number}")
        return [*made, *([seller.register] if seller.register else [])]

    def people_lines(self) -> list[str]:
        seller, custom = self.facts.issuer, self.write.custom("managers")
        if not custom or (seller.is_sole and self.facts.country != "DE"):
            return []
        return [custom.format(names=", ".join(seller.people))]

    def bank_lines(self) -> list[str]:
        seller, made = self.facts.issuer, list[str]()
        label = self.write.word("labels", "bank")
        made.append(f"{label}: {seller.bank}" if self._chance.random() < 0.5 else seller.bank)
        if self._chance.random() < 0.2 and self.names():
            made.append(f"{self.write.word('labels', 'holder')}: {seller.name}")
        if country(self.facts.country).get("sort_code"):
            sort, account = seller.iban[8:14], seller.iban[14:]
            made.append(f"Sort code: {sort[:2]}-{sort[2:4]}-{sort[4:]}")
            made.append(f"Account no: {account}")
        made += [line for line in seller.accounts if self.names() or seller.name not in line]
        is_known_inside = bool(seller.accounts) or country(self.facts.country).get("sort_code")
        if seller.iban and (not is_known_inside or self._chance.random() < 0.4):
            made.append(f"IBAN: {grouped(seller.iban) if self._is_iban_grouped else seller.iban}")
            made.append(f"{self._chance.choice(['BIC', 'BIC/SWIFT', 'SWIFT'])}: {seller.bic}")
        return made

    # --- the buyer

    def buyer(self, *, labelled: bool | None = None) -> list[Block]:
        facts = self.facts
        blocks: list[Block] = []
        if self.layout.is_buyer_labelled if labelled is None else labelled:
            text = self.write.word("labels", "buyer")
            blocks.append(
                Text((text + (":" if self.layout.has_colons else ""),), bold=True, size=0.9)
            )
        lines = [*self._wrapped(facts.buyer.name, always=False)]
        if facts.buyer.people and self._attention < 0.4:
            name = facts.buyer.people[0]
            last = name.split()[-1]
            lines.append(self.write.word("sentences", "attention", name=name, last=last))
        if facts.buyer_by:
            lines.append(self.write.word("sentences", "represented", name=facts.buyer_by))
        return [*blocks, Text((*lines, *facts.buyer.address))]

    def delivery(self) -> list[Block]:
        other = self.facts.delivery
        if other is None:
            return []
        title = Text(
            (self.write.word("labels", "delivery") + (":" if self.layout.has_colons else ""),),
            bold=True,
        )
        return [title, Text((other.name, *other.address))]

    def agent(self) -> list[Block]:
        """For whom the invoice is, with address and tax id where it is on another one's paper."""
        facts = self.facts
        if facts.agent is None:
            return []
        values = {"name": facts.seller.name, "market": facts.agent.name}
        said = self.write.word("sentences", "on_behalf", **values)
        if not facts.is_by_agent:
            return [Text((said,))]
        vat = facts.seller.vat_id
        tax = [f"{self.write.custom('vat_labels')} {self._vat_text(vat)}"] if vat else []
        return [Text((said, ", ".join([*facts.seller.address, *tax])))]

    # --- which invoice

    def title(self) -> list[Block]:
        facts = self.facts
        values = {"number": facts.number, "refers": facts.other.get("refers", "")}
        text = self.write.word("credit_titles" if facts.is_credit else "titles", **values)
        if self.layout.title_place == "numbered" and facts.number not in text:
            text = (
                f"{text} {self._chance.choice(['', 'Nr. ' if facts.language == 'de' else ''])}"
                f"{facts.number}"
            )
        return [
            Text(
                (text,),
                size=self._title_size,
                bold=self._chance.random() < 0.8,
                colour=self.layout.colour,
            )
        ]

    def meta(self) -> list[Block]:
        """Number and day for sure, and what else the head says."""
        form = self.layout.meta_form
        if form == "sentence":
            return [Text((self._sentence(),), bold=True), *self._few(self._pairs()[2:])]
        pairs = tuple(self._pairs())
        if form == "line":
            return [Pairs(pairs, "line", colon=True)]
        if form == "box":
            return [
                Box(
                    (Pairs(pairs, "beside", colon=self.layout.has_colons),),
                    filled=self._chance.random() < 0.5,
                )
            ]
        if form == "across":
            return [
                Pairs(pairs[:5], "across", colon=False, ruled=True),
                *self._few(list(pairs[5:])),
            ]
        return [Pairs(pairs, form, colon=self.layout.has_colons, ruled=self._chance.random() < 0.2)]

    def _few(self, pairs: list[tuple[str, str]]) -> list[Block]:
        return [Pairs(tuple(pairs), "beside", colon=self.layout.has_colons)] if pairs else []

    def _sentence(self) -> str:
        facts = self.facts
        text = self.write.word(
            "sentences",
            "meta",
            number=facts.number,
            date=self.write.day(facts.day),
            city=facts.seller.city,
        )
        if facts.is_credit:
            title = self.write.word("credit_titles", refers=facts.other.get("refers", ""))
            text = f"{title} {facts.number}, {self.write.day(facts.day)}"
        return text

    def _pairs(self) -> list[tuple[str, str]]:
        facts, word = self.facts, self.write.word
        number = (word("labels", "credit_number" if facts.is_credit else "number"), facts.number)
        day = (word("labels", "date"), self.write.day(facts.day))
        first = [number, day]
        rest = list[tuple[str, str]]()
        if facts.due and not facts.is_credit and self._chance.random() < 0.6:
            rest.append((word("labels", "due"), self.write.day(facts.due)))
        for name, value in facts.other.items():
            if name == "period":
                last = date.fromisoformat(value)
                text = f"{self.write.day(last.replace(day=1))} \N{EN DASH} {self.write.day(last)}"
                rest.append((word("labels", "period"), text))
            elif name in _DAYS:
                rest.append((word("labels", name), self.write.day(date.fromisoformat(value))))
            elif name not in {"buyer_iban", "slip"}:
                rest.append((word("labels", name), value))
        self._chance.shuffle(rest)
        return [*first, *rest] if self._chance.random() < 0.8 else [day, number, *rest]

    # --- how it is written

    def _wrapped(self, name: str, *, always: bool = True) -> tuple[str, ...]:
        """A long name on two lines, often."""
        words = name.split(" ")
        if (
            len(name) <= _LONG_NAME
            or len(words) < 3
            or (not always and self._chance.random() < 0.5)
        ):
            return (name,)
        half = next(
            at for at in range(1, len(words)) if len(" ".join(words[:at])) >= len(name) / 2 - 4
        )
        return (" ".join(words[:half]), " ".join(words[half:]))

    def _vat_text(self, vat_id: str) -> str:
        if self._vat_form:
            return filled(self._vat_form, vat_id[2:])
        if self.facts.country == "US":
            return vat_id
        if self.facts.country == "CH":
            return f"{vat_id} {self.write.tax_name.upper().rstrip('.')}"
        if self.facts.country == "IT" and not self._is_iban_grouped:
            return vat_id[2:]
        return f"{vat_id[:2]} {grouped(vat_id[2:], 3)}" if self._separator == ", " else vat_id
