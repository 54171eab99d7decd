"""Bank statements in a simulated world, and what must hold of their entries."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tests.simulation.author import Deployed, Faults, Scene, open_world
from tests.simulation.world import World
from tests.support.bank_csv import csv_file
from tests.support.bank_files import camt, mt940
from tests.support.bank_month import IBAN, Line, Month
from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT
from tillroll.bank.automatic import match_again
from tillroll.bank.effects import work_off
from tillroll.bank.models import BankAccountRequest
from tillroll.bank.repository import File, original_key
from tillroll.bank.service import create_account, take_file
from tillroll.bank.workflow import STATEMENT
from tillroll.durable import Actor
from tillroll.platform.services import Platform
from tillroll.workflows.registry import REGISTRY

_ANN: Final = Actor(ACCOUNT, "user:usr_first")
_LINES: Final = (
    Line(amount=-1250, booked_on=date(2026, 3, 2), name="Café Lüna", text="Kartenzahlung", reference="REF-000001"),
    Line(amount=-1250, booked_on=date(2026, 3, 2), name="Café Lüna", text="Kartenzahlung", reference="REF-000002"),
    Line(
        amount=250000, booked_on=date(2026, 3, 4), name="Kontor Nord AG", text="Rechnung 4711", reference="REF-000003"
    ),
    Line(amount=-4999, booked_on=date(2026, 3, 9), name="REWE Markt GmbH", text="Einkauf", reference="REF-000004"),
    Line(amount=-890, booked_on=date(2026, 3, 30), name="Taxi Berlin", text="Fahrt", reference="REF-000005"),
)
MARCH: Final = Month(opening=100_000, lines=_LINES)
_TAXI: Final = Line(amount=-890, booked_on=date(2026, 3, 30), name="Taxi Berlin", text="Fahrt", is_pending=True)


@dataclass(frozen=True)
class Files:
    """What a bank sends, one file after the other, and how many entries there are in the end. `is_known`: the bank
    account's number is known; `given` are expenses, which certain matches are booked with."""

    contents: Sequence[bytes]
    entries: int
    is_known: bool = True
    given: Sequence[Given] = ()


ONE: Final = Files([camt(MARCH)], 5)
AGAIN: Final = Files([camt(MARCH), mt940(MARCH)], 5)
LATER: Final = Files([camt(Month(opening=100_000, lines=(*_LINES[:4], _TAXI))), camt(MARCH)], 5)
# The second café is a twin, which nobody decides on by itself.
CERTAIN: Final = Files(
    [camt(MARCH)],
    5,
    given=(
        Given(1, merchant="REWE Markt GmbH", total_minor=4999, date="2026-03-09"),
        Given(2, merchant="Taxi Berlin", total_minor=890, date="2026-03-30"),
        Given(3, merchant="Café Lüna", total_minor=1250, date="2026-03-02"),
    ),
)
COLUMNS: Final = Files([csv_file(MARCH)], 5)
WRONG: Final = Files([camt(Month(opening=100_000, lines=_LINES, wrong_by=100))], 0)
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
            _ANN,
            BankAccountRequest(
                name="Giro",
                currency="EUR",
                number=IBAN if files.is_known else None,
                books_certain=bool(files.given),
            ),
        )

        async def send() -> None:
            for content in files.contents:
                sha256 = hashlib.sha256(content).hexdigest()
                key = original_key(ACCOUNT, sha256)
                world.host.pieces.objects.content[key] = content
                file = File(
                    sha256=sha256,
                    size=len(content),
                    file_name="march",
                    object_key=key,
                    bank_account_id=account.id,
                    source="upload",
                    by="usr_first",
                )
                first = await take_file(world.host.platform, STATEMENT, _ANN, file)
                again = await take_file(world.host.platform, STATEMENT, _ANN, file)
                assert again.run_id == first.run_id, "sent again, the same bytes had another run"

        async def check() -> None:
            await check_entries(world, files)

        return Scene(world, send, check)

    return open_scene


async def check_entries(world: World, files: Files) -> None:
    """Each entry is there once where all runs have ended well, and none where all were dropped or taken back."""
    states = {str(row["state"]) for row in await world.rows("SELECT state FROM runs WHERE kind = 'statement'")}
    entries = await world.rows("SELECT * FROM bank_entries")
    assert len(entries) <= files.entries, f"{len(entries)} entries are stored, and the bank has {files.entries}"
    orphans = await world.rows(
        "SELECT id FROM bank_entries e WHERE NOT EXISTS (SELECT 1 FROM bank_mentions m WHERE m.entry_id = e.id)"
    )
    assert not orphans, "an entry is in no statement"
    if states == {"matched"}:
        assert len(entries) == files.entries, f"{len(entries)} entries are stored, and the bank has {files.entries}"
        booked = sum(int(str(row["amount"])) for row in entries if row["status"] == "booked")
        assert booked == MARCH.closing - MARCH.opening, f"the entries come to {booked}"
        await check_matches(world, files)
        events = await world.rows("SELECT id FROM audit_events WHERE action = 'bank_statement.imported'")
        assert len(events) == len(files.contents), "the audit does not tell of each file once"
    if states <= {"dropped", "unreadable", "cancelled", "undone", "abandoned"}:
        assert not entries, f"{len(entries)} entries are stored of what was dropped"


async def check_matches(world: World, files: Files) -> None:
    """What is explained is what accepted pairs say, no pair counts twice, and the ledger has each fact once."""
    wrong = await world.rows(
        """
        SELECT e.id FROM bank_entries e WHERE e.explained <> (
          SELECT COALESCE(SUM(p.amount), 0) FROM bank_pairs p WHERE p.entry_id = e.id AND p.counts = 1)
        """
    )
    assert not wrong, "an entry is explained by more, or less, than its accepted pairs"
    twice = await world.rows(
        "SELECT 1 FROM bank_pairs WHERE counts = 1 GROUP BY entry_id, payment, document_id HAVING COUNT(*) > 1"
    )
    assert not twice, "a pair counts twice"
    accepted = await world.rows("SELECT id FROM bank_matches WHERE state = 'accepted'")
    moved = await world.rows("SELECT reference FROM ledger_transfers WHERE reference LIKE 'mat_%'")
    assert sorted(str(row["id"]) for row in accepted) == sorted(str(row["reference"]) for row in moved)
    if files.given:
        assert len(accepted) == 2, f"{len(accepted)} matches were booked, and 2 are certain"
