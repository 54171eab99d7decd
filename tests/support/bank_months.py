"""Invented months of bank accounts: lines, documents, and which belong together.

`month(seed)` draws about two months of a small company: card payments with names as banks write
them, invoices, claims, payouts, transfers, fees, holds, refunds, and what is missing on either
side.

What it does not have: decisions of people (nothing is learned), batches whose single payments are
listed, refunds in a foreign currency, banks that write names in other scripts, duplicate payments
by mistake, lines whose day is missing, and amounts netted before they are paid.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from tests.support.bank_words import (
    ABROAD,
    CHAINS,
    CITIES,
    CLIENT_NAMES,
    COMMON_PRICES,
    FEE_TEXTS,
    FIRST_NAMES,
    FORMS,
    LAST_NAMES,
    SHOP_KINDS,
    SHOP_NAMES,
    SUBSCRIPTIONS,
    mangled,
    slipped,
    transliterated,
)
from tillroll_documents.matching.models import Document, DocumentKind, Line, MatchKind

T = TypeVar("T")
FIRST: Final = date(2026, 3, 1)
DAYS: Final = 61
_LAGS: Final = ((0, 10), (1, 34), (2, 25), (3, 16), (4, 8), (5, 4), (6, 2), (7, 1))


@dataclass(frozen=True)
class Truth:
    """Lines and documents that belong together."""

    kind: MatchKind
    lines: frozenset[str]
    documents: frozenset[str]
    is_twin: bool = False
    """Nothing tells it from another truth: same day, merchant and amount."""


@dataclass
class Month:
    """What a bank and a company wrote, and what is true of it.

    Attributes:
        asked: ids of lines that nobody but a person may decide, and why.
        must_propose: ids of lines whose true match must be proposed, and why.
        also_right: pairs that count as right beside the truths, such as a return and its claim.
        stories: by id of a line, the story that it is part of.
    """

    lines: list[Line] = field(default_factory=list[Line])
    documents: list[Document] = field(default_factory=list[Document])
    truths: list[Truth] = field(default_factory=list[Truth])
    asked: dict[str, str] = field(default_factory=dict[str, str])
    must_propose: dict[str, str] = field(default_factory=dict[str, str])
    also_right: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    stories: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class _Party:
    name: str
    iban: str
    is_known: bool
    """The account's books have the IBAN."""


def month(seed: int, size: int = 1) -> Month:
    """Two months of `seed`; `size` times as many of everything."""
    return _Drawing(random.Random(seed), size).draw()


class _Drawing:
    def __init__(self, chance: random.Random, size: int) -> None:
        self._chance = chance
        self._size = size
        self._month = Month()
        people = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
        self._people = [self._party(name) for name in chance.sample(people, 14)]
        self._clients = [
            self._party(f"{name} {chance.choice(FORMS)}") for name in chance.sample(CLIENT_NAMES, 9)
        ]
        self._suppliers = [
            self._party(
                f"{name} {chance.choice(('Bürobedarf', 'Druckerei', 'IT-Service', 'Reinigung'))} "
                "GmbH"
            )
            for name in chance.sample(LAST_NAMES, 8)
        ]
        self._chains = chance.sample(CHAINS, len(CHAINS))
        kinds = [(kind, name) for kind in SHOP_KINDS for name in SHOP_NAMES]
        self._shops = [f"{kind} {name}" for kind, name in chance.sample(kinds, 30)]
        self._own = {"giro": self._iban(), "card": self._iban(), "savings": self._iban()}

    def draw(self) -> Month:
        chance, size = self._chance, self._size
        for name, iban in self._own.items():
            self._document(
                DocumentKind.OWN_ACCOUNT,
                0,
                None,
                names=("Beispiel Software GmbH",),
                accounts=(iban,),
                id=name,
            )
        for text in FEE_TEXTS[:3]:
            self._document(DocumentKind.FEE, -5_000, None, names=(text,))
        for name, printed in chance.sample(SUBSCRIPTIONS, 6):
            self._subscription(name, printed)
        how_often = [
            (chance.randint(70, 110), self._purchase), (3, self._twins), (7, self._abroad),
            (4, self._refund),
            (3, self._split), (2, self._hold), (1, self._hold_with_tip),
            (chance.randint(14, 22), self._invoice),
            (2, self._bills_together), (2, self._claims_together),
            (chance.randint(10, 16), self._claim),
            (2, self._parts), (8, self._payout), (4, self._transfer), (3, self._fee),
            (5, self._alone),
        ]  # fmt: skip
        for times, draw_one in how_often:
            for _ in range(times * size):
                draw_one()
        self._payment_file()
        self._returned()
        for rows in (self._month.lines, self._month.documents):
            chance.shuffle(rows)
        return self._month

    # What is drawn again and again.

    def _iban(self) -> str:
        return f"DE{self._chance.randrange(10**20):020d}"

    def _party(self, name: str) -> _Party:
        return _Party(name, self._iban(), self._chance.random() < 0.7)

    def _id(self, what: str) -> str:
        # Random, so that their order says nothing of what belongs together.
        return f"{what}-{self._chance.getrandbits(64):016x}"

    def _day(self) -> date:
        return FIRST + timedelta(days=self._chance.randrange(DAYS))

    def _lag(self) -> int:
        return self._chance.choices([lag for lag, _ in _LAGS], [weight for _, weight in _LAGS])[0]

    def _price(self) -> int:
        """As prices are: some again and again, and many that end alike."""
        chance = self._chance
        what = chance.random()
        if what < 0.14:
            return chance.choice(COMMON_PRICES)
        amount = max(120, round(chance.lognormvariate(7.6, 1.0)))
        if what < 0.55:
            amount = amount // 100 * 100 + chance.choice((0, 0, 50, 90, 95, 99))
        return max(100, amount)

    def _favourite(self, several: Sequence[T]) -> T:
        """Some places are visited much more often than others."""
        return self._chance.choices(several, [1 / (2 + at) for at in range(len(several))])[0]

    def _line(self, amount: int, day: date | None, **values: Any) -> Line:
        account = values.pop("account", "giro")
        id_ = self._id("line")
        own = {"id": id_, "account": account, "amount": amount, "currency": "EUR", "day": day}
        line = Line(**own, **values)
        self._month.lines.append(line)
        return line

    def _document(
        self, kind: DocumentKind, amount: int, day: date | None, **values: Any
    ) -> Document:
        values = {"id": self._id("doc"), "currency": "EUR", "remainder": amount, **values}
        document = Document(kind=kind, amount=amount, day=day, **values)
        self._month.documents.append(document)
        return document

    def _true(
        self,
        kind: MatchKind,
        lines: Sequence[Line],
        documents: Sequence[Document],
        *,
        is_twin: bool = False,
    ) -> None:
        ids = frozenset(line.id for line in lines), frozenset(document.id for document in documents)
        self._month.truths.append(Truth(kind, *ids, is_twin))

    # Card payments.

    def _merchant(self) -> tuple[tuple[str, ...], str]:
        """The names that a receipt has, and the bank's."""
        chance = self._chance
        if chance.random() < 0.55:
            name, printed = self._favourite(self._chains)
            printed = (
                f"{printed} {chance.randrange(1, 9999):04d}" if chance.random() < 0.3 else printed
            )
            printed = (
                f"{printed}*{chance.randrange(16**6):06X}"
                if printed.startswith("AMZN")
                else printed
            )
        else:
            name = self._favourite(self._shops)
            printed = mangled(name, chance)
        if chance.random() < 0.6:
            printed = f"{printed} {chance.choice(CITIES)}"
        if chance.random() < 0.25:
            printed += " DE"
        return (name,), printed[:22] if chance.random() < 0.4 else printed

    def _card_line(self, amount: int, bought: date, printed: str, **values: Any) -> Line:
        chance = self._chance
        day = bought + timedelta(days=self._lag())
        text = ""
        if chance.random() < 0.35:
            text = chance.choice(
                (
                    f"{bought:%d.%m.%Y} KARTE 4711",
                    f"Kauf vom {bought:%d.%m.}",
                    f"{bought} 12:31 CARD",
                )
            )
        elif chance.random() < 0.5:
            text = f"KARTENZAHLUNG {chance.randrange(10**8):08d}"
        value_day = bought if chance.random() < 0.3 else day
        return self._line(
            -amount, day, value_day=value_day, name=printed, text=text, account="card", **values
        )

    def _expense(self, amount: int, day: date, names: tuple[str, ...], **values: Any) -> Document:
        chance = self._chance
        if chance.random() < 0.02:
            day += timedelta(days=chance.choice((-1, 1)))  # misread
        what = chance.random()
        if what < 0.04:
            names = tuple(slipped(name, chance) for name in names)
        elif what < 0.06:
            names = (f"{chance.choice(LAST_NAMES)} Gastronomie GmbH",)  # who owns the shop
        elif what < 0.08:
            names = ()
        return self._document(DocumentKind.EXPENSE, -amount, day, names=names, **values)

    def _purchase(self) -> None:
        chance = self._chance
        names, printed = self._merchant()
        amount, day = self._price(), self._day()
        what = chance.random()
        if what < 0.06:
            self._card_line(amount, day, printed)  # without a receipt
        elif what < 0.12:
            self._expense(amount, day, names)  # paid in some other way
        elif what < 0.16:
            tip = max(10, amount * chance.randint(3, 20) // 100)
            tip += -(amount + tip) % 50
            document = self._expense(amount, day, names, allows_tip=True)
            self._true(
                MatchKind.TIP,
                [self._card_line(amount + min(tip, amount // 4), day, printed)],
                [document],
            )
        elif what < 0.17:
            # misread
            document = self._expense(amount + chance.choice((-9, 9, 90, 100)), day, names)
            self._true(MatchKind.EXACT, [self._card_line(amount, day, printed)], [document])
        else:
            allows_tip = chance.random() < 0.2
            document = self._expense(amount, day, names, allows_tip=allows_tip)
            self._true(MatchKind.EXACT, [self._card_line(amount, day, printed)], [document])

    def _twins(self) -> None:
        """Two or three same purchases on one day, or on days that follow each other; some without
        one of both.
        """
        chance = self._chance
        name = chance.choice(self._shops)
        printed, amount, day = (
            mangled(name, chance),
            chance.choice((320, 350, 380, 450)),
            self._day(),
        )
        gap = chance.choice((0, 0, 1, 1, 2))
        for number in range(chance.choice((2, 2, 3))):
            bought = day + timedelta(days=gap * number)
            what = chance.random()
            if what < 0.1:
                self._card_line(amount, bought, printed)
            elif what < 0.2:
                self._expense(amount, bought, (name,))
            else:
                document = self._expense(amount, bought, (name,))
                line = self._card_line(amount, bought, printed)
                self._true(MatchKind.EXACT, [line], [document], is_twin=gap == 0)

    def _subscription(self, name: str, printed: str) -> None:
        chance = self._chance
        amount, day = (
            chance.choice((999, 1_190, 1_999, 4_900, 5_999, 8_990)),
            FIRST + timedelta(days=chance.randrange(25)),
        )
        for number in range(2):
            billed = day + timedelta(days=31 * number)
            what = chance.random()
            if what < 0.15:
                self._card_line(amount, billed, printed)
            else:
                document = self._expense(
                    amount, billed, (name,), references=(f"INV-{chance.randrange(10**7):07d}",)
                )
                self._true(MatchKind.EXACT, [self._card_line(amount, billed, printed)], [document])

    def _abroad(self) -> None:
        chance = self._chance
        name, printed, currency, rate = chance.choice(ABROAD)
        amount, day = self._price(), self._day()
        converted = max(1, round(amount * rate))
        bank = max(1, round(converted * (1 + chance.uniform(-0.005, 0.028))))
        document = self._expense(
            amount, day, (name,), currency=currency, converted=-converted, converted_currency="EUR"
        )
        if chance.random() < 0.1:
            return
        fee = round(bank * 0.0175) if chance.random() < 0.4 else 0
        if chance.random() < 0.55:
            line = self._card_line(
                bank + fee,
                day,
                printed,
                charges=fee,
                foreign_amount=-amount,
                foreign_currency=currency,
                rate=f"{bank / amount:.6f}",
            )
        else:
            line = self._card_line(bank, day, printed)
        self._true(MatchKind.FOREIGN, [line], [document])

    def _refund(self) -> None:
        chance = self._chance
        names, printed = self._merchant()
        amount, day = self._price() + 500, self._day()
        document = self._expense(amount, day, names)
        self._true(MatchKind.EXACT, [self._card_line(amount, day, printed)], [document])
        back = amount if chance.random() < 0.5 else amount * chance.randint(10, 90) // 100
        later = day + timedelta(days=chance.randint(3, 25))
        self._true(MatchKind.REFUND, [self._card_line(-back, later, printed)], [document])

    def _split(self) -> None:
        """An order that is charged as its parts are sent."""
        chance = self._chance
        amount, day = self._price() + 2_000, self._day()
        document = self._expense(amount, day, ("Amazon",))
        first = amount * chance.randint(20, 70) // 100
        parts = [first, amount - first]
        if chance.random() < 0.3:
            parts[1:] = [parts[1] // 3, parts[1] - parts[1] // 3]
        lines = [
            self._card_line(
                part, day + timedelta(days=2 * at), f"AMZN MKTP DE*{chance.randrange(16**6):06X}"
            )
            for at, part in enumerate(parts)
        ]
        self._true(MatchKind.MANY_TO_ONE, lines, [document])

    def _hold(self) -> None:
        chance = self._chance
        name, printed = chance.choice(
            (
                ("Shell Station", "SHELL 4711"),
                ("Motel One", "MOTEL ONE BERLIN"),
                ("Sixt GmbH", "SIXT"),
            )
        )
        amount, day = self._price() + 3_000, self._day()
        held = 15_000 if amount < 15_000 else amount * chance.choice((110, 125, 150)) // 100
        reference = (f"AUTH{chance.randrange(10**8):08d}",) if chance.random() < 0.3 else ()
        document = self._expense(amount, day, (name,))
        booked = self._card_line(amount, day + timedelta(days=1), printed, references=reference)
        pending = self._line(
            -held,
            None,
            value_day=day,
            name=printed,
            account="card",
            is_pending=True,
            references=reference,
        )
        self._true(MatchKind.EXACT, [booked], [document])
        self._true(MatchKind.HOLD, [pending, booked], [])

    def _hold_with_tip(self) -> None:
        """The bill is held, and a tip is added by hand."""
        chance = self._chance
        name = f"Restaurant {chance.choice(SHOP_NAMES)}"
        printed, amount, day = mangled(name, chance), self._price() + 1_500, self._day()
        tip = amount * chance.randint(5, 20) // 100
        document = self._expense(amount, day, (name,), allows_tip=True)
        booked = self._card_line(amount + tip, day + timedelta(days=1), printed)
        pending = self._line(
            -amount, None, value_day=day, name=printed, account="card", is_pending=True
        )
        self._true(MatchKind.TIP, [booked], [document])
        self._true(MatchKind.HOLD, [pending, booked], [])

    # Transfers with references.

    def _written(self, party: _Party) -> str:
        """A party's name as the bank has it."""
        chance = self._chance
        name = transliterated(party.name) if chance.random() < 0.5 else party.name
        what = chance.random()
        if what < 0.4:
            name = name.upper()
        elif what < 0.5:
            name = " ".join(reversed(name.split())) if len(name.split()) == 2 else name
        return name[:27] if chance.random() < 0.3 else name

    def _remittance(
        self, numbers: Sequence[str], others: Sequence[str], right: float = 0.72
    ) -> str:
        """The numbers as people write them: right, with a slip, missing, or another's."""
        chance = self._chance
        what = chance.random()
        word = chance.choice(("Rechnung", "RE", "Invoice", "Rg.-Nr.", "", "Zahlung"))
        written = [
            f" {number}" if chance.random() < 0.7 else number.replace("-", "") for number in numbers
        ]
        if what < right:
            return f"{word} {' '.join(written)}".strip()
        if what < right + 0.09:
            return f"{word} {' '.join(slipped(number, chance) for number in numbers)}".strip()
        if what < right + 0.12 and others:
            return f"{word} {chance.choice(others)}"
        return chance.choice(
            ("", "Danke", "wie besprochen", "Zahlung Maerz", "Rechnung vom letzten Monat")
        )

    def _numbers(self, kind: DocumentKind) -> list[str]:
        return [
            each.references[0]
            for each in self._month.documents
            if each.kind is kind and each.references
        ]

    def _owed(self, party: _Party, kind: DocumentKind, amount: int, day: date) -> Document:
        chance = self._chance
        is_claim = kind is DocumentKind.CLAIM
        number = (
            f"2026-{chance.randrange(2_000):04d}" if is_claim else f"R{chance.randrange(10**6):06d}"
        )
        while number in self._numbers(kind):
            number = f"{number[:5]}{chance.randrange(10_000):04d}"
        return self._document(
            kind,
            amount if is_claim else -amount,
            day,
            due=day + timedelta(days=14 if is_claim else 30),
            names=(party.name,),
            accounts=(party.iban,) if party.is_known else (),
            references=(number,),
        )

    def _amount_owed(self) -> int:
        chance = self._chance
        return (
            chance.choice((11_900, 59_500, 100_000, 119_000))
            if chance.random() < 0.2
            else chance.randint(2_000, 900_000)
        )

    def _transferred(self, amount: int, day: date, party: _Party, text: str, **values: Any) -> Line:
        chance = self._chance
        # The bank names the counterparty's account nearly always; it may be another one than the
        # books have.
        iban = party.iban if chance.random() < 0.92 else self._iban()
        return self._line(
            amount,
            day,
            value_day=day,
            name=self._written(party),
            counterparty=iban,
            text=text,
            **values,
        )

    def _invoice(self) -> None:
        chance = self._chance
        party, amount, day = chance.choice(self._suppliers), self._amount_owed(), self._day()
        document = self._owed(party, DocumentKind.EXPENSE, amount, day)
        if chance.random() < 0.1:
            return
        text = self._remittance(document.references, self._numbers(DocumentKind.EXPENSE)[:-1])
        paid = day + timedelta(days=chance.randint(2, 32))
        self._true(MatchKind.EXACT, [self._transferred(-amount, paid, party, text)], [document])

    def _claim(self) -> None:
        chance = self._chance
        party, amount, day = chance.choice(self._clients), self._amount_owed(), self._day()
        document = self._owed(party, DocumentKind.CLAIM, amount, day)
        if chance.random() < 0.15:
            return
        text = self._remittance(document.references, self._numbers(DocumentKind.CLAIM)[:-1])
        paid = day + timedelta(days=chance.randint(3, 40))
        what = chance.random()
        if what < 0.06:
            fee = chance.choice((500, 1_500))
            line = self._transferred(amount - fee, paid, party, text, charges=fee)
        elif what < 0.1:
            # somebody pays for the client
            payer = self._party(f"{chance.choice(CLIENT_NAMES)} Holding")
            line = self._transferred(amount, paid, payer, text)
        else:
            line = self._transferred(amount, paid, party, text)
        self._true(MatchKind.EXACT, [line], [document])

    def _parts(self) -> None:
        chance = self._chance
        party, amount, day = chance.choice(self._clients), self._amount_owed() + 1_000, self._day()
        document = self._owed(party, DocumentKind.CLAIM, amount, day)
        first = amount * chance.choice((25, 30, 40, 50)) // 100
        parts = [first] if chance.random() < 0.4 else [first, amount - first]
        for at, part in enumerate(parts):
            text = self._remittance(document.references, (), 0.8)
            line = self._transferred(
                part, day + timedelta(days=chance.randint(3, 20) + 15 * at), party, text
            )
            self._true(MatchKind.PARTIAL, [line], [document])

    def _together(self, parties: Sequence[_Party], kind: DocumentKind) -> None:
        chance = self._chance
        party, day = chance.choice(parties), self._day()
        several = [
            self._owed(
                party, kind, self._amount_owed(), day - timedelta(days=chance.randint(0, 12))
            )
            for _ in range(chance.choice((2, 2, 3, 4)))
        ]
        text = self._remittance([document.references[0] for document in several], (), 0.7)
        total = sum(document.amount for document in several)
        line = self._transferred(total, day + timedelta(days=chance.randint(3, 20)), party, text)
        self._true(MatchKind.ONE_TO_MANY, [line], several)

    def _bills_together(self) -> None:
        self._together(self._suppliers, DocumentKind.EXPENSE)

    def _claims_together(self) -> None:
        self._together(self._clients, DocumentKind.CLAIM)

    def _payout(self) -> None:
        chance = self._chance
        party, amount, day = chance.choice(self._people), self._price() * 3, self._day()
        run = f"run_01{chance.randrange(36**8):08d}{chance.randrange(10**6):06d}"
        values = {"names": (party.name,), "accounts": (party.iban,), "references": (run,)}
        document = self._document(DocumentKind.PAYOUT, -amount, day, **values)
        if chance.random() < 0.06:
            return
        references = (run,) if chance.random() < 0.75 else ()
        text = chance.choice(("Auslagen", "Reisekosten Maerz", "Erstattung", ""))
        paid = day + timedelta(days=chance.randint(0, 3))
        self._true(
            MatchKind.EXACT,
            [self._transferred(-amount, paid, party, text, references=references)],
            [document],
        )

    def _payment_file(self) -> None:
        chance = self._chance
        day, file = self._day(), f"PAYFILE{chance.randrange(10**9):09d}"
        several: list[Document] = []
        for party in chance.sample(self._people, chance.randint(3, 9)):
            run = f"run_02{chance.randrange(36**8):08d}{chance.randrange(10**6):06d}"
            values = {"names": (party.name,), "accounts": (party.iban,), "references": (run, file)}
            several.append(self._document(DocumentKind.PAYOUT, -self._price() * 2, day, **values))
        total = sum(document.amount for document in several)
        line = self._line(
            total,
            day + timedelta(days=1),
            value_day=day,
            name="SAMMELUEBERWEISUNG",
            text=f"{file} {len(several)} POSTEN",
        )
        self._true(MatchKind.ONE_TO_MANY, [line], several)

    # Lines of the account itself.

    def _transfer(self) -> None:
        chance = self._chance
        source, target = chance.sample([*self._own], 2)
        amount, day = (
            chance.choice((50_000, 100_000, 150_000, 25_000, 500_000, 123_456)),
            self._day(),
        )
        text, name = (
            chance.choice(("Umbuchung", "Übertrag", "", "Kreditkarte")),
            "BEISPIEL SOFTWARE GMBH",
        )
        has_numbers = chance.random() < 0.8
        one = self._line(
            -amount,
            day,
            account=source,
            name=name,
            text=text,
            counterparty=self._own[target] if has_numbers else None,
        )
        if chance.random() < 0.2:
            if has_numbers:
                own = [each for each in self._month.documents if each.id == target]
                self._true(MatchKind.TRANSFER, [one], own)
            return
        other = self._line(
            amount,
            day + timedelta(days=chance.choice((0, 0, 1, 2, 3))),
            account=target,
            name=name,
            text=text,
            counterparty=self._own[source] if chance.random() < 0.8 else None,
        )
        self._true(MatchKind.TRANSFER, [one, other], [])

    def _fee(self) -> None:
        chance = self._chance
        text = chance.choice(FEE_TEXTS)
        line = self._line(
            -chance.choice((490, 990, 1_250, 175)),
            self._day(),
            text=f"{text.upper()} 03/2026",
            name=None,
        )
        rules = [
            each
            for each in self._month.documents
            if each.kind is DocumentKind.FEE and each.names[0] == text
        ]
        if rules:
            self._true(MatchKind.FEE, [line], rules)

    def _alone(self) -> None:
        """Money without a document."""
        chance = self._chance
        who = self._party(
            chance.choice(
                ("Finanzamt Mitte", "AOK Nordost", "Vermietung Krause", "Stadtwerke", "Anna Weber")
            )
        )
        amount = self._amount_owed() * chance.choice((-1, 1))
        self._transferred(
            amount, self._day(), who, chance.choice(("Steuer 2025", "Miete", "", "Abschlag 4711"))
        )

    def _returned(self) -> None:
        """A direct debit that comes back."""
        party, amount, day = self._chance.choice(self._suppliers), self._amount_owed(), self._day()
        first = self._transferred(-amount, day, party, "Lastschrift", references=())
        back = self._line(
            amount,
            day + timedelta(days=self._chance.randint(1, 8)),
            name=first.name,
            counterparty=first.counterparty,
            text="RUECKLASTSCHRIFT",
            is_reversal=True,
        )
        self._true(MatchKind.REVERSAL, [back, first], [])
