"""Transfers of an invented month, and the lines of the account itself."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from tests.support.bank_month_basics import Basics, Party
from tests.support.bank_words import (
    CLIENT_NAMES,
    FEE_TEXTS,
    slipped,
    transliterated,
)
from tillroll_documents.matching.models import Document, DocumentKind, Line, MatchKind


class Transfers(Basics):
    """Draws invoices, claims, payouts, transfers between own accounts, and fees."""

    def _written(self, party: Party) -> str:
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

    def _owed(self, party: Party, kind: DocumentKind, amount: int, day: date) -> Document:
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

    def _transferred(self, amount: int, day: date, party: Party, text: str, **values: Any) -> Line:
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

    def _together(self, parties: Sequence[Party], kind: DocumentKind) -> None:
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
