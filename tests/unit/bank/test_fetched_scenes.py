"""Records of a bank's API whose ids change, or are used again: each purchase is booked once, and
what is left out is counted (decision 152).

The scenes are played over real HTTP; a campaign draws banks of every habit.
"""

import random
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from local.banks import enable_banking
from local.banks.bank import Booking
from local.banks.server import BankProviders
from tests.support.bank_memory import Memory
from tests.support.bank_month import IBAN
from tests.support.campaigns import some_of_campaign
from tests.unit.bank.sources import Connected, connected
from tests.unit.tillroll_documents.bank_files.reading import only
from tillroll.bank.sources.pages import Merge
from tillroll.bank.statements.verdicts import Verdict
from tillroll_documents.bank_files.api.files import Fetched, first_line, last_line, record_line
from tillroll_documents.bank_files.printed import Format
from tillroll_durable.platform.json import JsonObject

TODAY = date(2026, 3, 1)
FIRST = TODAY - timedelta(days=9)
COFFEE = Booking(amount=-450, day=FIRST, name="Café A", text="Espresso", reference="REF0000001")
CAKE = replace(COFFEE, amount=-720, text="Cake", reference="REF0000002")
LATER = FIRST + timedelta(days=8)
PIE = replace(CAKE, day=LATER, text="Pie", reference="REF0000003")
TEA = replace(COFFEE, day=FIRST - timedelta(days=1), text="Tea", reference="REF0000004")
HELD = replace(COFFEE, is_pending=True)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What the bank lists at the first fetch, after its first page, and at the fetch of the next
    day; then what is booked, and what a fetch says of what it left out.
    """

    first: Sequence[Booking]
    between: Sequence[Booking] | None = None
    following: Sequence[Booking] | None = None
    page: int = 50
    overlap: int = 0
    booked: Sequence[tuple[int, str]]
    pending: int = 0
    notes: Sequence[str] = ()


SCENES = {
    "the id of one record changes": Scene(
        first=[COFFEE, CAKE],
        following=[replace(COFFEE, reference="NEW0000001"), CAKE],
        booked=[(-720, "Cake"), (-450, "Espresso")],
    ),
    "all ids change": Scene(
        first=[COFFEE, CAKE],
        following=[
            replace(COFFEE, reference="NEW0000001"),
            replace(CAKE, reference="NEW0000002"),
        ],
        booked=[(-720, "Cake"), (-450, "Espresso")],
    ),
    "an id changes, and the bank adds a word": Scene(
        first=[COFFEE, CAKE],
        following=[replace(COFFEE, reference="NEW0000001", text="Espresso Karte 1234"), CAKE],
        booked=[(-720, "Cake"), (-450, "Espresso")],
    ),
    "an equal purchase comes under an id of its own": Scene(
        first=[COFFEE, CAKE],
        following=[COFFEE, replace(COFFEE, reference="REF0000003"), CAKE],
        booked=[(-720, "Cake"), (-450, "Espresso"), (-450, "Espresso")],
    ),
    "an id changes, and an equal purchase comes": Scene(
        first=[COFFEE, CAKE],
        following=[
            replace(COFFEE, reference="NEW0000001"),
            replace(COFFEE, reference="REF0000003"),
            CAKE,
        ],
        booked=[(-720, "Cake"), (-450, "Espresso"), (-450, "Espresso")],
    ),
    "an id changes, and another purchase has it now": Scene(
        first=[COFFEE, CAKE],
        following=[
            replace(COFFEE, reference="NEW0000001"),
            replace(COFFEE, day=LATER, text="Tea"),
            CAKE,
        ],
        booked=[(-720, "Cake"), (-450, "Espresso"), (-450, "Tea")],
    ),
    "the text of another purchase is under an id that changed": Scene(
        first=[COFFEE, CAKE],
        following=[replace(COFFEE, reference="NEW0000001", day=LATER), COFFEE, CAKE],
        booked=[(-720, "Cake"), (-450, "Espresso"), (-450, "Espresso")],
    ),
    "two purchases of a day and amount exchange their ids": Scene(
        first=[COFFEE, replace(COFFEE, text="Tea", reference="REF0000002")],
        following=[
            replace(COFFEE, reference="REF0000002"),
            replace(COFFEE, text="Tea"),
        ],
        booked=[(-450, "Espresso"), (-450, "Tea")],
    ),
    "an id is used again on another day": Scene(
        first=[COFFEE, replace(COFFEE, day=LATER)],
        page=1,
        booked=[(-450, "Espresso"), (-450, "Espresso")],
    ),
    "an id is used again for another text": Scene(
        first=[COFFEE, replace(COFFEE, text="Tea")],
        page=1,
        booked=[(-450, "Espresso"), (-450, "Tea")],
    ),
    "an id is used again at the next fetch": Scene(
        first=[COFFEE],
        following=[replace(COFFEE, day=LATER, text="Tea"), COFFEE],
        booked=[(-450, "Espresso"), (-450, "Tea")],
    ),
    "what was pending is booked on another page, with another day and text": Scene(
        first=[CAKE, HELD, PIE],
        between=[replace(COFFEE, day=FIRST - timedelta(days=2), text="CAFE A 4711"), CAKE, PIE],
        page=2,
        overlap=1,
        booked=[(-720, "Cake"), (-720, "Pie"), (-450, "CAFE A 4711")],
        notes=["1 pending record is booked on another page, and is left out."],
    ),
    "what was pending is booked at the next fetch, with another day and text": Scene(
        first=[HELD, CAKE],
        following=[replace(COFFEE, day=LATER, text="CAFE A 4711"), CAKE],
        booked=[(-720, "Cake"), (-450, "CAFE A 4711")],
    ),
    "two are pending, and one of them is booked": Scene(
        first=[HELD, replace(HELD, text="Tea", day=LATER), CAKE],
        following=[replace(COFFEE), replace(HELD, text="Tea", day=LATER), CAKE],
        booked=[(-720, "Cake"), (-450, "Espresso")],
        pending=1,
    ),
    "pages overlap": Scene(
        first=[COFFEE, CAKE, replace(COFFEE, day=LATER, reference="REF0000003")],
        page=2,
        overlap=1,
        booked=[(-720, "Cake"), (-450, "Espresso"), (-450, "Espresso")],
        notes=["1 record came again on another page, and is counted once."],
    ),
    "pages overlap, and an id changes between them": Scene(
        first=[TEA, CAKE, COFFEE, PIE],
        between=[TEA, CAKE, replace(COFFEE, reference="NEW0000001"), PIE],
        page=3,
        overlap=2,
        booked=[(-720, "Cake"), (-720, "Pie"), (-450, "Espresso"), (-450, "Tea")],
        notes=["2 records came again on other pages, and are counted once."],
    ),
}


@pytest.fixture
async def here(started: BankProviders) -> AsyncGenerator[Connected]:
    bank = started.bank
    bank.a_day = None
    bank.begins_empty = False
    bank.accounts.clear()
    started.enable_banking.sessions.clear()
    async with connected(started) as each:
        yield each
    bank.after_page = lambda _: None
    bank.page = 50
    bank.overlap = 0


@pytest.mark.parametrize("name", SCENES)
async def test_each_purchase_is_booked_once(here: Connected, name: str) -> None:
    scene = SCENES[name]
    bank = here.providers.bank
    bank.page = scene.page
    bank.overlap = scene.overlap
    here.has(*scene.first)
    between = scene.between
    if between is not None:

        def change(page: int) -> None:
            if page == 1:
                here.bank_account.bookings[:] = between

        bank.after_page = change
    source = await here.connect("enable-banking")
    await here.minutes()
    statement = await _statement(here, source)
    assert [each["says"] for each in statement["misfits"] if "record" in each["says"]] == [
        *scene.notes
    ]
    if scene.following is not None:
        here.has(*scene.following)
        await here.days(1)
        assert (await _statement(here, source))["status"] == "complete", "nobody is asked"
    entries = await here.entries()
    booked = [(each["amount"], each["words"]) for each in entries if each["status"] == "booked"]
    assert sorted(booked) == sorted(scene.booked)
    assert sum(each["status"] == "pending" for each in entries) == scene.pending


async def _statement(here: Connected, source: str) -> dict[str, Any]:
    last = (await here.shown(source))["last"]
    return (await here.client.get(f"/api/bank/statements/{last['statementId']}")).json()


@dataclass(frozen=True)
class Habits:
    """What a bank does with the ids of its records."""

    renames: float
    """How often a record has another id at the next fetch."""
    reuses: bool
    """Whether the ids of each day begin anew."""
    page: int
    overlap: int


class DrawnBank:
    """Purchases of some weeks, and the ids that they have now."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.habits = Habits(
            renames=self.draw.choice([0, 0.1, 0.5, 1]),
            reuses=self.draw.random() < 0.5,
            page=self.draw.randint(3, 9),
            overlap=self.draw.randint(0, 2),
        )
        self.bookings: list[Booking] = []
        self.names = 0

    def buy(self, day: date) -> None:
        """Purchases of a day: some are equal, but for a bank that uses ids again."""
        texts = ["Espresso", "Tea", "Cake"]
        if self.habits.reuses:
            self.draw.shuffle(texts)
        else:
            texts = self.draw.choices(texts, k=3)
        for number, text in enumerate(texts[: self.draw.randint(1, 3)], start=1):
            booking = replace(COFFEE, day=day, text=text, amount=self.draw.choice([-450, -720]))
            self.bookings.append(replace(booking, reference=self._name(number)))

    def rename(self) -> None:
        """Give some records another id."""
        for booking in self.bookings:
            if self.draw.random() < self.habits.renames:
                booking.reference = self._name(self.draw.randint(1, 3))

    def _name(self, number: int) -> str:
        if self.habits.reuses:
            return f"00000{number}"
        self.names += 1
        return f"REF{self.names:07d}"

    def pages(self, first: date, last: date) -> list[list[JsonObject]]:
        """What it answers for some days, the newest first."""
        listed: list[JsonObject] = [
            enable_banking.record_of(each, "EUR")
            for each in sorted(self.bookings, key=lambda each: each.day, reverse=True)
            if first <= each.day <= last
        ]
        pages: list[list[JsonObject]] = []
        begin = 0
        while begin < len(listed):
            pages.append(listed[begin : begin + self.habits.page])
            begin += self.habits.page
            if begin < len(listed):
                begin -= self.habits.overlap
        return pages or [[]]


def _file(pages: list[list[JsonObject]], first: date, last: date) -> bytes:
    """The file of a fetch, as it is made of pages."""
    merge = Merge()
    for page in pages:
        merge.see(page)
    kept = [each for number, page in enumerate(pages) for each in merge.kept(number, page)]
    fetched = Fetched(
        format=Format.ENABLE_BANKING,
        account=IBAN,
        currency="EUR",
        bank=None,
        from_day=first,
        to_day=last,
    )
    lines = [first_line(fetched), *map(record_line, kept), last_line(len(kept), [], merge.left_out)]
    return "\n".join(lines).encode()


@pytest.mark.campaign
@pytest.mark.parametrize("seed", some_of_campaign(range(300)))
def test_banks_of_every_habit_book_each_purchase_once(seed: int) -> None:
    bank = DrawnBank(seed)
    memory = Memory(part=bank.draw.choice([2, 7, 2_000]))
    for number in range(8):
        day = FIRST + timedelta(days=number)
        bank.rename()
        bank.buy(day)
        since = max(FIRST, day - timedelta(days=bank.draw.randint(1, 14)))
        statement, entries = only(_file(bank.pages(since, day), since, day))
        assert memory.unproven(statement, entries) == [], bank.habits
        decisions = memory.take(statement, entries)
        new = sum(each.verdict is Verdict.NEW for each in decisions)
        assert len(memory.entries) == len(bank.bookings), (bank.habits, number, new)
    for entry in memory.entries.values():
        assert len({each.traits.words for each in entry.mentions}) == 1, "it is one purchase"
    stored = Counter(each.mentions[0].traits.amount for each in memory.entries.values())
    assert stored == Counter(each.amount for each in bank.bookings)
