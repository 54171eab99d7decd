"""What people do with the entries of a simulated bank: accept, decline, split, undo. Done again, it
changes nothing.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from tests.support.expenses import Given
from tests.support.host_platform import ACCOUNT
from tests.support.matched import Said
from tillroll.access.behind import PersonBehind
from tillroll.access.permissions import Permission
from tillroll.bank.decisions.booking import DecidedMeanwhile
from tillroll.bank.decisions.deciding import decide, make_match, undo_match
from tillroll.bank.decisions.models import MatchDecision, MatchRequest, PairRequest, Undoing
from tillroll.bank.models import ImportUndoing
from tillroll.bank.service import undo_import
from tillroll_durable import Actor, ValuesRefused
from tillroll_durable.operations import NotPossible
from tillroll_durable.platform.bindings.database import integer, text
from tillroll_durable.platform.refusals import Refusal
from tillroll_testing.simulation.world import World

USER: Final = "usr_first"
BOOKKEEPER: Final = PersonBehind(USER, frozenset(Permission))
ANN: Final = Actor(ACCOUNT, f"user:{USER}")
Act = Callable[[World, Said], Awaitable[None]]


async def _entry(world: World, amount: int) -> str | None:
    rows = await world.rows(
        "SELECT id FROM bank_entries WHERE amount = CAST(? AS INTEGER)", str(amount)
    )
    return text(rows[0], "id") if rows else None


async def _match(world: World, amount: int, *states: str, kind: str = "") -> str | None:
    """The best match of an entry, of a kind or any; of the first of these states that there is one
    of.
    """
    for state in states:
        rows = await world.rows(
            """
            SELECT m.id FROM bank_matches m JOIN bank_pairs p ON p.match_id = m.id
                JOIN bank_entries e
              ON e.id = p.entry_id
            WHERE e.amount = CAST(?1 AS INTEGER) AND m.state = ?2 AND (?3 = '' OR m.kind = ?3)
            ORDER BY m.score DESC, m.id LIMIT 1
            """,
            str(amount),
            state,
            kind,
        )
        if rows:
            return text(rows[0], "id")
    return None


def accepts(amount: int, kind: str = "") -> Act:
    """The best that is proposed for the entry of this amount, of a kind or any."""

    async def act(world: World, said: Said) -> None:
        id_ = await _match(world, amount, "accepted", "proposed", kind=kind)
        if id_ is None:
            return
        try:
            match = await decide(
                world.host.platform, ANN, BOOKKEEPER, id_, MatchDecision(decision="accept")
            )
        except DecidedMeanwhile as error:
            raise AssertionError(f"what is proposed for {amount} cannot be accepted") from error
        for pair in match.pairs:
            said.explained[pair.entry_id] = pair.amount

    return act


def rival(amount: int, turns: int) -> Act:
    """Two people decide on the entry of this amount at once: one says that it is a fee, and so many
    turns later the other accepts what is proposed."""

    async def act(world: World, said: Said) -> None:
        entry = await _entry(world, amount)
        id_ = await _match(world, amount, "accepted", "proposed")
        if id_ is None or entry is None:
            return
        fee = PairRequest(entry_id=entry, document_kind="fee", document_id="fee:EUR")
        platform = world.host.platform

        async def accept() -> None:
            for _ in range(turns):
                await asyncio.sleep(0)
            await decide(platform, ANN, BOOKKEEPER, id_, MatchDecision(decision="accept"))

        by_hand = make_match(platform, ANN, BOOKKEEPER, MatchRequest(pairs=[fee]))
        answers = await asyncio.gather(by_hand, accept(), return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(
                answer, ValuesRefused | Refusal
            ):
                raise answer
        said.explained[entry] = amount

    return act


def declines(amount: int) -> Act:
    """The best that is proposed for the entry of this amount."""

    async def act(world: World, said: Said) -> None:
        id_ = await _match(world, amount, "declined", "proposed")
        if id_ is None:
            return
        match = await decide(
            world.host.platform, ANN, BOOKKEEPER, id_, MatchDecision(decision="decline")
        )
        said.declined |= {(pair.entry_id, pair.document_id) for pair in match.pairs}

    return act


def undoes(amount: int) -> Act:
    """Take back what explains the entry of this amount."""

    async def act(world: World, said: Said) -> None:
        id_ = await _match(world, amount, "accepted", "undone")
        entry = await _entry(world, amount)
        if id_ is not None and entry is not None:
            await undo_match(
                world.host.platform, ANN, BOOKKEEPER, id_, Undoing(reason="it was another")
            )
            said.explained[entry] = 0

    return act


def splits(amount: int, parts: Sequence[tuple[Given, int]]) -> Act:
    """Pay some expenses with the entry of this amount, each with its part."""

    async def act(world: World, said: Said) -> None:
        entry = await _entry(world, amount)
        if entry is None:
            return
        pairs = [
            PairRequest(entry_id=entry, document_kind="expense", document_id=given.id, amount=part)
            for given, part in parts
        ]
        # It may be split by now, where the answer was lost.
        with contextlib.suppress(ValuesRefused, DecidedMeanwhile):
            await make_match(world.host.platform, ANN, BOOKKEEPER, MatchRequest(pairs=pairs))
        said.explained[entry] = sum(part for _, part in parts)
        paid = await world.rows("SELECT document_id, amount FROM bank_pairs WHERE counts = 1")
        there = {text(row, "document_id"): integer(row, "amount") for row in paid}
        for given, part in parts:
            assert there[given.id] == part, (
                f"{part} was to pay {given.id}, and {there[given.id]} does"
            )

    return act


def undoes_import() -> Act:
    """Take back the first file that came, and all that was said of its entries."""

    async def act(world: World, said: Said) -> None:
        rows = await world.rows("SELECT s.id FROM bank_statements s ORDER BY s.id LIMIT 1")
        # the event of its end is still to be sent, or it has not ended so
        with contextlib.suppress(NotPossible):
            await undo_import(
                world.host.platform,
                ANN,
                BOOKKEEPER,
                text(rows[0], "id"),
                ImportUndoing(reason="wrong file"),
            )
            said.explained.clear()

    return act
