"""Payouts by files for the bank, of which it says that they were carried out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.support.stored.numbers import Numbers, iban_of
from tests.support.stored.place import BASE, Place
from tillroll.payouts.sepa import as_reference
from tillroll_documents.matching.models import Document

_PURPOSE: Final = "Auslagen"


@dataclass
class Payouts:
    """The payouts of a month. `ids` has the ids of drawn documents by those of payouts; `purposes`
    what both sides read, by drawn document."""

    place: Place
    numbers: Numbers
    purposes: Mapping[str, str]
    ids: dict[str, str] = field(default_factory=dict[str, str])
    _payees: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    async def pay(self, documents: Sequence[Document], shared: Mapping[str, int]) -> None:
        """Pay the payouts of one day. Those that share a reference, which so many documents have,
        are in one file, and the others in another."""
        files: dict[str, list[Document]] = defaultdict(list)
        for document in documents:
            [file] = [each for each in document.references if shared[each] > 1] or [""]
            files[file].append(document)
        for name, several in files.items():
            for document in several:
                await self._ask(document, file=name)
            await self.place.settle()
            file = await self.place.ask("POST", "/api/payment-files", {})
            if name:
                self.numbers.add(name, as_reference(file["id"]))
            outcome = {"status": "posted"}
            await self.place.ask("POST", f"/api/payment-files/{file['id']}/outcomes", outcome)
            await self.place.settle()

    async def _ask(self, document: Document, *, file: str) -> None:
        [name] = document.names
        account = next(iter(document.accounts), name)
        body = {
            "payeeId": await self._payee(name, iban_of(account)),
            "currency": BASE,
            "amount": -document.amount,
            "reference": self.purposes.get(document.id) or _PURPOSE,
        }
        payout = await self.place.ask("POST", "/api/payouts", body)
        self.ids[payout["id"]] = document.id
        for reference in document.references:
            if reference != file:
                self.numbers.add(reference, as_reference(payout["id"]))

    async def _payee(self, name: str, iban: str) -> str:
        if (name, iban) not in self._payees:
            payee = await self.place.ask("POST", "/api/payees", {"name": name, "iban": iban})
            self._payees[name, iban] = payee["id"]
        return self._payees[name, iban]
