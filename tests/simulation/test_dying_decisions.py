"""The process dies after any line between a decision on a match and what follows from it at a claim
or payout.

Afterwards the ledger, the entry and the other side say the same: all of it happened, or none of it.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Final

import pytest

from tests.simulation.bookkeeping import ANN, BOOKKEEPER
from tests.simulation.bookkeeping_office import Office, done, open_office, pair
from tests.simulation.dying import Lines, dies
from tests.support.bank_month import Line
from tests.support.campaigns import IS_WHOLE
from tests.support.expenses import Given, add_client
from tests.support.host_platform import ACCOUNT
from tests.support.matched import check_books
from tillroll.bank.agreement import compare
from tillroll.bank.decisions.deciding import make_match, undo_match
from tillroll.bank.decisions.effects import work_off
from tillroll.bank.decisions.models import MatchRequest, Undoing
from tillroll_durable import statement

WHOLE: Final = 40_000
_FILES: Final = (
    "bank/decisions/booking.py",
    "bank/decisions/claim_returns.py",
    "bank/decisions/deciding.py",
    "bank/decisions/effects.py",
    "bank/decisions/matches.py",
    "claims/",
    "ledger/",
    "payouts/",
)
_MOST_LINES: Final = 3_000
_STRIDE: Final = 1 if IS_WHOLE else 41
_LINES_OF_A_STORY: Final = 100
"""After so many, another claim begins: what may happen to one is bounded."""


async def _a_claim(office: Office) -> tuple[str, str, int]:
    """A claim of a customer over WHOLE, and what its bank books of it."""
    database = office.platform.database
    [expense] = await office.owe("usr_first", Given(1, total_minor=WHOLE, merchant="Hotel"))
    await add_client(database, "cli_acme", "ACME")
    bill = "UPDATE expenses SET billable = 1, client_id = 'cli_acme', client = 'ACME' WHERE id = ?"
    await database.batch([statement(bill, [expense])])
    body = {"currency": "EUR", "payerKind": "customer", "clientId": "cli_acme"}
    claim = await done(await office.owner.post("/api/claims", json=body))
    await office.world.settle()
    return "claim", str(claim["id"]), WHOLE


async def _a_payout(office: Office) -> tuple[str, str, int]:
    """A payout of WHOLE by a file, and what the bank books of it."""
    payee = await office.payee()
    payout = await office.ask(payee, WHOLE)
    await office.file()
    return "payout", payout, -WHOLE


async def _agrees(office: Office, bank_account: str, where: str) -> None:
    """All that was decided has been told, and all says the same."""
    await work_off(office.platform)
    await office.world.settle()
    await check_books(office.world.rows)
    compared = await compare(office.platform, ACCOUNT, bank_account)
    assert compared.in_words is None, f"{where}: {compared.in_words}"
    undone = await office.world.rows("SELECT id FROM bank_effects WHERE done_at IS NULL")
    assert not undone, f"{where}: it was not told: {undone}"
    refused = await office.world.rows("SELECT refused FROM bank_effects WHERE refused IS NOT NULL")
    assert not refused, f"{where}: it was refused: {refused}"


async def _said(office: Office, kind: str, document: str) -> bool:
    """Whether the other side says that the money moved."""
    if kind == "claim":
        [row] = await office.world.rows("SELECT applied FROM claims WHERE run_id = ?", document)
        return row["applied"] == WHOLE
    [row] = await office.world.rows("SELECT payment_status FROM payouts WHERE run_id = ?", document)
    return row["payment_status"] == "posted"


async def _accepted(office: Office) -> list[str]:
    rows = await office.world.rows("SELECT id FROM bank_matches WHERE state = 'accepted'")
    return [str(row["id"]) for row in rows]


class _Story:
    """One entry, and the claim or payout that it pays: matched and taken back, again and again."""

    def __init__(
        self, office: Office, bank_account: str, kind: str, document: str, request: MatchRequest
    ) -> None:
        self._office = office
        self._bank_account = bank_account
        self._kind = kind
        self._document = document
        self._request = request

    async def match(self) -> None:
        await make_match(self._office.platform, ANN, BOOKKEEPER, self._request)

    async def undo(self) -> None:
        for id_ in await _accepted(self._office):
            await undo_match(self._office.platform, ANN, BOOKKEEPER, id_, Undoing(reason="a slip"))

    async def is_whole(self, where: str) -> bool:
        """Whether it is matched; either way, everything says so."""
        await _agrees(self._office, self._bank_account, where)
        is_matched = bool(await _accepted(self._office))
        says = await _said(self._office, self._kind, self._document)
        assert says is is_matched, (
            f"{where}: matched is {is_matched}, and the other side says {says}"
        )
        return is_matched

    async def dies_at(self, line: int) -> bool:
        """Match and take back, with a death at this line of each; whether both were over before
        it.
        """
        office = self._office
        has_died = await dies(office.world, self.match, Lines(_FILES, line))
        if not await self.is_whole(f"matching, line {line}"):
            await self.match()
        has_died |= await dies(office.world, self.undo, Lines(_FILES, line))
        if await self.is_whole(f"taking back, line {line}"):
            await self.undo()
            await self.is_whole(f"taking back after line {line}")
        return has_died


async def _story(prepare: Callable[[Office], Awaitable[tuple[str, str, int]]]) -> _Story:
    office = await open_office()
    kind, document, amount = await prepare(office)
    bank_account = await office.bank_account()
    await office.send(
        Line(amount=amount, booked_on=date(2026, 3, 6), name="Somebody else", text="x")
    )
    [entry] = await office.entries()
    request = MatchRequest.model_validate(pair(entry, kind, document))
    return _Story(office, bank_account, kind, document, request)


@pytest.mark.campaign
@pytest.mark.parametrize("prepare", [_a_claim, _a_payout])
async def test_a_death_after_any_line_leaves_all_or_nothing(
    prepare: Callable[[Office], Awaitable[tuple[str, str, int]]],
) -> None:
    story = await _story(prepare)
    for number, line in enumerate(range(1, _MOST_LINES, _STRIDE), start=1):
        if not await story.dies_at(line):
            return
        if number % _LINES_OF_A_STORY == 0:
            story = await _story(prepare)
    raise AssertionError(f"it takes more than {_MOST_LINES} lines")
