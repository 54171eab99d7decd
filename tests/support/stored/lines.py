"""Lines of a bank: a camt.053 of each account, which is imported."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import Final

from tests.support.bank_files import camt
from tests.support.bank_month import Line as Writing
from tests.support.bank_month import Month as Statement
from tests.support.host_platform import ACCOUNT, TOKEN
from tests.support.stored.numbers import Numbers, iban_of
from tests.support.stored.place import BASE, Place
from tests.support.uploads import MemoryFile, MemoryUpload
from tillroll.bank.decisions.lines import load_around, load_explained, load_window
from tillroll.bank.statements.native import receive
from tillroll_documents.matching.models import Line
from tillroll_durable.platform.bindings.database import Row, integer, optional_text, statement, text

_OPENING: Final = 10_000_000
_GERMAN_CODE: Final = "NTRF+{}+9310"
"""How German banks write their own code, by the DFÜ agreement."""
_Traits = tuple[str, int, str]


@dataclass
class Statements:
    """The bank's files of a month. `accounts` has the mark of each of the own accounts, by its
    drawn id; `true` the drawn numbers that a line is about, by its id."""

    place: Place
    numbers: Numbers
    accounts: Mapping[str, str]
    true: Mapping[str, Sequence[str]]
    ids: dict[str, str] = field(default_factory=dict[str, str])
    """The drawn ids of accounts by those of rows."""
    lines: dict[str, str] = field(default_factory=dict[str, str])
    """The drawn ids of lines by those of entries."""
    _references: dict[str, str] = field(default_factory=dict[str, str])

    async def bring(self, lines: Sequence[Line]) -> None:
        """Make the accounts, and import what the bank writes of each."""
        by_account: dict[str, list[Line]] = defaultdict(list)
        for line in lines:
            by_account[line.account].append(line)
        for name in sorted({*self.accounts, *by_account}):
            iban = iban_of(self.accounts.get(name, name))
            body = {"name": name, "currency": BASE, "number": iban, "booksCertain": False}
            account = await self.place.ask("POST", "/api/bank/accounts", body)
            self.ids[account["id"]] = name
            if name in by_account:
                await self._import(by_account[name], iban)
        await self._find(lines)

    async def _import(self, lines: Sequence[Line], iban: str) -> None:
        ordered = sorted(lines, key=lambda line: (_day_of(line), line.id))
        number = len(self.ids)
        writing: list[Writing] = []
        for position, line in enumerate(ordered, start=1):
            reference = f"B{number}{position:07}"
            if line.is_pending:
                # The bank gives its reference when it books.
                reference = ""
            else:
                self._references[reference] = line.id
            writing.append(self._written(line, reference))
        content = camt(
            Statement(
                opening=_OPENING,
                lines=tuple(writing),
                account=iban,
                currency=BASE,
                number=number,
                from_day=_day_of(ordered[0]),
                to_day=_day_of(ordered[-1]),
            )
        )
        objects = self.place.world.host.pieces.objects
        file = MemoryFile(content, objects, f"statement-{number}.xml")
        upload = MemoryUpload([file], {"authorization": f"Bearer {TOKEN}"}, named="statement")
        answer = await receive(self.place.platform, upload, {})
        await self.place.settle()
        statement_ = await self.place.ask("GET", str(answer.headers["location"]))
        assert statement_["state"] == "matched", statement_

    def _written(self, line: Line, reference: str) -> Writing:
        """A line as the bank writes it."""
        day = _day_of(line)
        foreign = None
        if line.foreign_amount is not None:
            foreign = (line.foreign_amount, line.foreign_currency or "", line.rate or "")
        references = [self.numbers.of(each) for each in line.references]
        account = ""
        if line.counterparty is not None:
            account = iban_of(line.counterparty)
        return Writing(
            amount=line.amount,
            booked_on=day,
            valued_on=line.value_day or day,
            name=line.name or "",
            account=account,
            text=self.numbers.in_text(line.text, self.true.get(line.id, ())),
            reference=reference,
            end_to_end=next(iter(references), ""),
            is_pending=line.is_pending,
            is_reversal=line.is_reversal,
            charges=line.charges,
            foreign=foreign,
            numbers=tuple(references[1:]),
            code=_code(line),
        )

    async def _find(self, lines: Sequence[Line]) -> None:
        """Find the entry of each line by the bank's reference; what is pending by its traits."""
        pending: dict[_Traits, list[str]] = defaultdict(list)
        for line in lines:
            if line.is_pending:
                pending[line.account, line.amount, _day_of(line).isoformat()].append(line.id)
        query = "SELECT * FROM bank_entries WHERE account_id = ? ORDER BY id"
        for row in await self.place.database.all(statement(query, [ACCOUNT])):
            reference = optional_text(row, "bank_reference")
            if reference is None:
                drawn = pending[self._traits(row)].pop()
            else:
                drawn = self._references.pop(reference)
            self.lines[text(row, "id")] = drawn
        lost = [*self._references.values(), *chain.from_iterable(pending.values())]
        assert not lost, f"the import lost lines: {lost[:3]}"

    def _traits(self, row: Row) -> _Traits:
        account = self.ids[text(row, "bank_account_id")]
        return account, integer(row, "amount"), text(row, "day")

    def entry_of(self, line: Line) -> str:
        """The id of a line's entry."""
        return next(id_ for id_, drawn in self.lines.items() if drawn == line.id)

    async def read(self, first: date, last: date) -> list[Line]:
        """The lines of some days, as matching reads them, under their drawn ids."""
        database = self.place.database
        window = await load_window(database, ACCOUNT, first=first, last=last)
        around = await load_around(database, ACCOUNT, lines=window, first=first, last=last)
        explained = await load_explained(database, ACCOUNT, lines=window, first=first, last=last)
        lines = {each.id: each for each in (*window, *around, *explained)}
        return [
            replace(each, id=self.lines[each.id], account=self.ids[each.account])
            for each in lines.values()
        ]


def _day_of(line: Line) -> date:
    assert line.on is not None
    return line.on


def _code(line: Line) -> str:
    if line.code is None:
        return ""
    if line.code.isdecimal():
        return _GERMAN_CODE.format(line.code)
    return line.code
