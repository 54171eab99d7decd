"""Bank statements in a simulated world, and what must hold of their entries."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final

from tests.simulation.author import Deployed, Faults, Scene, open_world
from tests.simulation.bookkeeping import (
    ANN,
    USER,
    Act,
    accepts,
    declines,
    rival,
    splits,
    undoes,
    undoes_import,
)
from tests.support.bank_csv import csv_file
from tests.support.bank_files import camt, mt940
from tests.support.bank_march import GIVEN, LINES, MARCH, TWINS
from tests.support.bank_month import IBAN, Line, Month
from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT
from tests.support.matched import Said, check_matches, check_sums
from tillroll.bank.decisions.automatic import match_again
from tillroll.bank.decisions.effects import work_off
from tillroll.bank.models import BankAccountRequest
from tillroll.bank.repository import File, original_key
from tillroll.bank.service import create_account, take_file
from tillroll.bank.statements.workflow import STATEMENT
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.services import Platform
from tillroll_testing.simulation.world import World

_WINDOWS: Final = 4
_TAXI: Final = Line(
    amount=-890, booked_on=date(2026, 3, 30), name="Taxi Berlin", text="Fahrt", is_pending=True
)


@dataclass(frozen=True)
class Files:
    """What a bank sends, one file after the other, and how many entries there are in the end.
    `is_known`: the bank account's number is known; `given` are expenses, with which certain matches
    are booked if the account `books` them. Then people do `acts`, and what happens by itself
    follows each. `booked` matches are accepted in the end.
    """

    contents: Sequence[bytes]
    entries: int
    is_known: bool = True
    given: Sequence[Given] = ()
    books: bool = False
    acts: Sequence[Act] = ()
    booked: int = 0
    moved: int = MARCH.closing - MARCH.opening


ONE: Final = Files([camt(MARCH)], 5)
AGAIN: Final = Files([camt(MARCH), mt940(MARCH)], 5)
LATER: Final = Files([camt(Month(opening=100_000, lines=(*LINES[:4], _TAXI))), camt(MARCH)], 5)
_PARTS: Final = (
    (Given(4, merchant="Bauhaus", total_minor=3001, date="2026-03-07"), -3001),
    (Given(5, merchant="Papier Fischer", total_minor=1998, date="2026-03-08"), -1998),
)
CERTAIN: Final = Files([camt(MARCH)], 5, given=GIVEN, books=True, booked=2)
ASKED: Final = Files([camt(MARCH)], 5, given=GIVEN)
ACCEPTED: Final = Files(
    [camt(MARCH)], 5, given=GIVEN, acts=[accepts(-4999), accepts(-890)], booked=2
)
_RIVALS: Final = (rival(-4999, turns=6), rival(-890, turns=6))
RIVALS: Final = Files([camt(MARCH)], 5, given=GIVEN, acts=_RIVALS, booked=2)
DECLINED: Final = Files([camt(MARCH)], 5, given=GIVEN, acts=[declines(-4999), declines(-890)])
UNDONE: Final = Files([camt(MARCH)], 5, given=GIVEN, acts=[accepts(-4999), undoes(-4999)])
TAKEN_BACK: Final = Files(
    [camt(MARCH)], 5, given=GIVEN, books=True, acts=[accepts(-1250), undoes_import()]
)
SPLIT: Final = Files(
    [camt(MARCH)], 5, given=[each for each, _ in _PARTS], acts=[splits(-4999, _PARTS)], booked=1
)
_BACK: Final = Line(
    amount=4999,
    booked_on=date(2026, 4, 3),
    name="REWE Markt GmbH",
    text="Storno Einkauf",
    reference="REF-000006",
    is_reversal=True,
)
_APRIL: Final = Month(
    opening=MARCH.closing,
    lines=(_BACK,),
    number=4,
    from_day=date(2026, 4, 1),
    to_day=date(2026, 4, 30),
)
COLUMNS: Final = Files([csv_file(MARCH)], 5)
WRONG: Final = Files([camt(Month(opening=100_000, lines=LINES, wrong_by=100))], 0)
BROKEN: Final = Files([camt(MARCH)[:-200]], 0)


async def _each_minute(platform: Platform) -> None:
    await match_again(platform)
    await work_off(platform)


def opened(files: Files) -> Callable[[Faults], Awaitable[Scene]]:
    """A scene in which a bank's files are sent, each twice, as where an answer was lost."""

    async def open_scene(faults: Faults) -> Scene:
        deployed = Deployed(STATEMENT, {}, REGISTRY.objects_in_use, more_ticks=[_each_minute])
        world = await open_world(faults, deployed)
        await add_expenses(world.host.database, *files.given)
        platform = world.host.platform
        account = await create_account(
            platform,
            ANN,
            BankAccountRequest(
                name="Giro",
                currency="EUR",
                number=IBAN if files.is_known else None,
                books_certain=files.books,
            ),
        )

        async def send() -> None:
            for content in files.contents:
                await _send(world, content, account.id)

        said = Said()

        async def go_on() -> None:
            for act in files.acts:
                await _some_ticks(world)
                await world.surviving(partial(act, world, said))
            await _some_ticks(world)

        async def check() -> None:
            await check_sums(world.rows)
            await check_matches(world.rows, said, TWINS)
            await check_entries(world, files)

        return Scene(world, send, check, afterwards=go_on)

    return open_scene


async def _send(world: World, content: bytes, bank_account_id: str | None = None) -> None:
    """Twice, as where the first answer was lost."""
    sha256 = hashlib.sha256(content).hexdigest()
    key = original_key(ACCOUNT, sha256)
    world.host.pieces.objects.content[key] = content
    file = File(
        sha256=sha256,
        size=len(content),
        file_name="march",
        object_key=key,
        bank_account_id=bank_account_id,
        source="upload",
        by=USER,
    )
    first = await take_file(world.host.platform, STATEMENT, ANN, file)
    again = await take_file(world.host.platform, STATEMENT, ANN, file)
    assert again.run_id == first.run_id, "sent again, the same bytes had another run"


def sends(content: bytes) -> Act:
    """The bank's next file comes, and names its account."""

    async def act(world: World, _said: Said) -> None:
        await _send(world, content)

    return act


async def _some_ticks(world: World) -> None:
    """A month is matched in as many turns as it has windows of days."""
    for _ in range(_WINDOWS):
        await world.surviving(world.turn)
        world.host.pieces.clock.advance(timedelta(minutes=1))


async def check_entries(world: World, files: Files) -> None:
    """Each entry is there once where all runs have ended well, and none where all were dropped or
    taken back.
    """
    states = {
        str(row["state"])
        for row in await world.rows("SELECT state FROM runs WHERE kind = 'statement'")
    }
    entries = await world.rows("SELECT * FROM bank_entries")
    assert len(entries) <= files.entries, (
        f"{len(entries)} entries are stored, and the bank has {files.entries}"
    )
    orphans = await world.rows(
        "SELECT id FROM bank_entries e WHERE NOT EXISTS (SELECT 1 FROM bank_mentions m "
        "WHERE m.entry_id = e.id)"
    )
    assert not orphans, "an entry is in no statement"
    if states == {"matched"}:
        assert len(entries) == files.entries, (
            f"{len(entries)} entries are stored, and the bank has {files.entries}"
        )
        booked = sum(int(str(row["amount"])) for row in entries if row["status"] == "booked")
        assert booked == files.moved, f"the entries come to {booked}"
        accepted = await world.rows("SELECT id FROM bank_matches WHERE state = 'accepted'")
        assert len(accepted) == files.booked, (
            f"{len(accepted)} matches stand, and {files.booked} should"
        )
        events = await world.rows(
            "SELECT id FROM audit_events WHERE action = 'bank_statement.imported'"
        )
        taken = await world.rows("SELECT id FROM bank_statements")
        assert len(events) == len(taken), "the audit does not tell of each file once"
    if states <= {"dropped", "unreadable", "cancelled", "undone", "abandoned"}:
        assert not entries, f"{len(entries)} entries are stored of what was dropped"


TWIN: Final = Files([camt(MARCH)], 5, given=GIVEN, acts=[accepts(-1250)], booked=1)
# What paid REWE is open again; the two entries explain each other.
REVERSED: Final = Files(
    [camt(MARCH)],
    6,
    given=GIVEN,
    acts=[accepts(-4999), sends(camt(_APRIL)), accepts(4999, "reversal")],
    booked=1,
    moved=_APRIL.closing - MARCH.opening,
)
