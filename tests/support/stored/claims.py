"""Claims of customers, which the API issues, credits and records payments of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.support.bank_month import decimal
from tests.support.stored.expenses import store_cost
from tests.support.stored.numbers import Numbers
from tests.support.stored.place import BASE, Place
from tillroll_documents.matching.models import Document

_LATE: Final = [300, 330, 360]
"""Days after the due day: a month ends before anybody is reminded."""
_CREDITED: Final = 5
"""Each fifth claim had more, of which a credit note is written."""
_INVOICED: Final = 2
"""Each second claim, and what is credited, is an invoice with VAT."""
_CREDIT: Final = 1_190
_INVOICE: Final = {"vatCategory": "S", "vatRate": "19", "charges": "spent"}
_ADDRESS: Final = {
    "street": "Allee 2",
    "postalCode": "20095",
    "city": "Hamburg",
    "country": "DE",
    "vatId": "DE129273398",
}


@dataclass(frozen=True)
class _Issue:
    """A claim that was asked for. `credited` is an expense that it should not hold."""

    id: str
    document: Document
    credited: str | None


@dataclass
class Claims:
    """The claims of a month. `ids` has the ids of drawn documents by those of claims."""

    place: Place
    numbers: Numbers
    ids: dict[str, str] = field(default_factory=dict[str, str])
    _clients: dict[str, str] = field(default_factory=dict[str, str])

    async def issue(self, documents: Sequence[Document]) -> None:
        """Issue claims of one day, with the credit notes that belong to them."""
        issues = [await self._ask(each) for each in documents]
        await self.place.settle()
        for issue in issues:
            shown = await self.place.ask("GET", f"/api/claims/{issue.id}")
            self.numbers.add(issue.document.references[0], shown["number"])
            if issue.credited is not None:
                body = {"expenseIds": [issue.credited], "reason": "not theirs"}
                await self.place.ask("POST", f"/api/claims/{issue.id}/credit-notes", body)
        await self.place.settle()

    async def _ask(self, document: Document) -> _Issue:
        [name] = document.names
        client = await self._client(name)
        assert document.day is not None
        assert document.due is not None
        number = len(self.ids)
        cents = document.amount
        costs = [await store_cost(self.place, client, cents=cents, day=document.day)]
        credited = None
        if number % _CREDITED == 0:
            credited = await store_cost(self.place, client, cents=_CREDIT, day=document.day)
            costs.append(credited)
        body: dict[str, Any] = {
            "currency": BASE,
            "payerKind": "customer",
            "clientId": client,
            "expenseIds": costs,
            "sentBy": "hand",
            "termsDays": (document.due - document.day).days,
            "reminderDays": _LATE,
        }
        if credited is not None or number % _INVOICED == 0:
            body["invoice"] = _INVOICE
        claim = await self.place.ask("POST", "/api/claims", body)
        self.ids[claim["id"]] = document.id
        return _Issue(claim["id"], document, credited)

    async def _client(self, name: str) -> str:
        if name not in self._clients:
            client = await self.place.ask("POST", "/api/clients", {"name": name, **_ADDRESS})
            self._clients[name] = client["id"]
        return self._clients[name]

    async def pay(self, document: Document) -> None:
        """Record that a claim was paid before the month, by money that no line is of."""
        assert document.day is not None
        body = {
            "amount": decimal(document.amount, BASE),
            "currency": BASE,
            "day": document.day.isoformat(),
        }
        await self.place.ask("POST", f"/api/claims/{self.id_of(document)}/payments", body)

    def id_of(self, document: Document) -> str:
        """The claim of a drawn document."""
        return next(id_ for id_, drawn in self.ids.items() if drawn == document.id)
