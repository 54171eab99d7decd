"""Faults planted in the bank, each with the story that finds it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import pytest

from tests.simulation.kinds import statement as kind
from tests.simulation.planted.planted import Planted
from tillroll.bank import repository
from tillroll.bank.decisions import automatic, booking, deciding, matches, proposing
from tillroll.bank.decisions.lines import load_lines
from tillroll.bank.statements import entry_identity, storing, undoing
from tillroll.bank.statements import parsing as reading
from tillroll_documents.matching.models import Level
from tillroll_durable import Statement
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.ids import new_id
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.story import Story

_STORIES: Final = {each.name: each for each in kind.STORIES}
_GUARD: Final = "AND state = 'proposed'"
# A part of the guard that would refuse what is not counted.
_FITS: Final = "SUM(s.settles) BETWEEN"
_TRANSFERS: Final[Callable[..., Iterator[Any]]] = vars(booking)["_transfers"]


def _stories(*names: str) -> list[Story]:
    return [_STORIES[name] for name in names]


def _knows_its_own_format_alone(patch: pytest.MonkeyPatch) -> None:
    """What another format has brought is not looked for."""
    original = storing.decide

    def decide(part: Any, known: Any, statement: Any, tally: Any) -> Any:
        same = [
            each
            for each in known
            if all(it.statement.family == statement.family for it in each.mentions)
        ]
        return original(part, same, statement, tally)

    patch.setattr(storing, "decide", decide)


def _books_what_was_pending_anew(patch: pytest.MonkeyPatch) -> None:
    """A pending entry is another one than the booked one."""
    original: Callable[..., Any] = vars(entry_identity)["_Deciding"]._near

    def near(self: Any, traits: Any) -> list[Any]:
        return [each for each in original(self, traits) if each.is_booked == traits.is_booked]

    patch.setattr(vars(entry_identity)["_Deciding"], "_near", near)


def _closes_whatever_it_sums(patch: pytest.MonkeyPatch) -> None:
    """What does not close passes for a statement without balances."""
    original = reading.Sums.close

    def close(self: Any, printed: Any) -> Any:
        result = original(self, printed)
        return replace(result, state=reading.Closing.CLOSES)

    patch.setattr(reading.Sums, "close", close)


def _writes_in_the_step(patch: pytest.MonkeyPatch) -> None:
    """Booking writes before its step is recorded, under another id each time, and asks nobody what
    was booked.
    """
    original = automatic.accept

    async def accept(
        platform: Any, actor: Any, chosen: Any, lines: Any, said: Any = None
    ) -> Sequence[Statement]:
        written = await original(platform, actor, chosen, lines, said)
        await platform.database.batch([each for each in written if "INTO guards" not in each.sql])
        return ()

    async def bookable(platform: Any, actor: Any, person: Any, ids: Any) -> Any:
        del person
        found = await matches.load_matches(platform.database, actor.account_id, ids)
        lines = await load_lines(
            platform.database, actor.account_id, {it.entry_id for x in found for it in x.pairs}
        )
        return found, lines

    def one_by_one(chosen: Sequence[Any], _lines: Any) -> Iterator[list[Any]]:
        return ([each] for each in chosen)

    def anew(_match: Any) -> str:
        return new_id("bnk")

    def unkeyed(*given: Any, **named: Any) -> Any:
        return replace(event(*given, **named), event_key=new_id("evt"))

    event: Callable[..., Any] = vars(booking)["_event"]

    patch.setattr(automatic, "accept", accept)
    patch.setattr(automatic, "_bookable", bookable)
    patch.setattr(automatic, "in_facts", one_by_one)
    patch.setattr(booking, "fact_of", anew)
    patch.setattr(booking, "_event", unkeyed)
    accept_again: str = vars(booking)["_ACCEPT"]
    assert _GUARD in accept_again
    patch.setattr(booking, "_ACCEPT", accept_again.replace(_GUARD, ""))


def _left_out(module: Any, function: str, *fragments: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Some of the statements that a function gives are not written."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        original: Callable[..., Any] = getattr(module, function)

        async def broken(*given: Any, **named: Any) -> Sequence[Statement]:
            every = [*await original(*given, **named)]
            kept = [
                each for each in every if not any(fragment in each.sql for fragment in fragments)
            ]
            assert len(kept) <= len(every) - len(fragments), (
                f"{function} has not all of {fragments} any more"
            )
            return kept

        patch.setattr(module, function, broken)

    return plant


def _reverses_nothing(patch: pytest.MonkeyPatch) -> None:
    """A match is undone, and its fact stands."""
    original = booking.undo

    def nothing(*_: Any, **__: Any) -> Iterator[Any]:
        return iter(())

    async def undo(*given: Any, **named: Any) -> Sequence[Statement]:
        with pytest.MonkeyPatch.context() as within:
            within.setattr(booking, "_transfers", nothing)
            return await original(*given, **named)

    patch.setattr(deciding, "undo", undo)
    patch.setattr(undoing, "undo", undo)


def _loses_a_cent_of_a_split(patch: pytest.MonkeyPatch) -> None:
    """Of what pays several documents the ledger has a cent less."""

    def transfers(match: Any, lines: Any) -> Iterator[Any]:
        for each in _TRANSFERS(match, lines):
            yield replace(each, amount=each.amount - 1) if len(match.pairs) > 1 else each

    patch.setattr(booking, "_transfers", transfers)


def _rounds_a_part(patch: pytest.MonkeyPatch) -> None:
    """The last part of a split is what is left of whole units."""
    original: Callable[..., Any] = vars(deciding)["pairs_of"]

    async def pairs(*given: Any, **named: Any) -> list[Any]:
        *others, last = await original(*given, **named)
        return [*others, replace(last, amount=last.amount + 1, settles=last.settles + 1)]

    patch.setattr(deciding, "pairs_of", pairs)


def _forgets_declines(patch: pytest.MonkeyPatch) -> None:
    """What a person declined is not read again."""
    original = matches.load_knowledge

    async def load(database: Database, account_id: str) -> Any:
        return replace(await original(database, account_id), declined=frozenset())

    patch.setattr(matches, "load_knowledge", load)


def _asks_no_account(patch: pytest.MonkeyPatch) -> None:
    """Each bank account is taken for one that books by itself."""

    async def every(database: Database, account_id: str) -> Any:
        return {each.id for each in await repository.known_accounts(database, account_id)}

    patch.setattr(repository, "accounts_that_book", every)


def _decides_ties(patch: pytest.MonkeyPatch) -> None:
    """The first of several that fit as well passes for certain."""
    original = proposing.match

    def match(*given: Any, **named: Any) -> Any:
        result = original(*given, **named)
        sure = [
            replace(each, level=Level.AUTOMATIC) if each.level is Level.TIE else each
            for each in result.matches
        ]
        return replace(result, matches=tuple(sure))

    patch.setattr(proposing, "match", match)


OF_STATEMENTS: Final = (
    Planted(
        "an entry is stored again where another format has it",
        _knows_its_own_format_alone,
        _stories("a month in two formats"),
        by.KILL,
        "and the bank has 5",
    ),
    Planted(
        "what was pending is stored again",
        _books_what_was_pending_anew,
        _stories("what was pending is booked"),
        by.KILL,
        "and the bank has 5",
    ),
    Planted(
        "a statement that does not close is stored",
        _closes_whatever_it_sums,
        _stories("the sums differ, and a person drops it"),
        by.KILL,
        "does not close|the bank has 0",
    ),
    Planted(
        "a retry of booking books again",
        _writes_in_the_step,
        _stories("what is certain is booked"),
        by.KILL,
        "the ledger has|tells twice",
    ),
    Planted(
        "a decision that finds no match books all the same",
        _left_out(deciding, "accept", "INTO guards"),
        _stories("two people decide at once"),
        by.KILL,
        "the ledger (has|moved)|tells twice|is explained by",
    ),
    Planted(
        "what is accepted stays open",
        _left_out(deciding, "accept", "SET counts = 1", _FITS),
        _stories("a person accepts"),
        by.KILL,
        "is explained by 0",
    ),
    Planted(
        "what is booked by itself stays open",
        _left_out(automatic, "accept", "SET counts = 1", _FITS),
        _stories("what is certain is booked"),
        by.KILL,
        "is explained by 0|booked twice",
    ),
    Planted(
        "what is undone stays explained",
        _left_out(deciding, "undo", "SET counts = 0"),
        _stories("a person accepts, and undoes"),
        by.KILL,
        "its accepted pairs come to 0",
    ),
    Planted(
        "what is undone stays in the ledger",
        _reverses_nothing,
        _stories("a person accepts, and undoes"),
        by.KILL,
        "the ledger has",
    ),
    Planted(
        "what the bank takes back stays explained",
        _left_out(deciding, "undo", "SET counts = 0"),
        _stories("the bank takes back what is explained"),
        by.KILL,
        "cannot be accepted",
    ),
    Planted(
        "what the bank takes back stays in the ledger",
        _reverses_nothing,
        _stories("the bank takes back what is explained"),
        by.KILL,
        "the ledger has",
    ),
    Planted(
        "what a twin was proposed with stays proposed",
        _left_out(deciding, "accept", "INSERT INTO bank_matching", "m.kind <> 'refund'"),
        _stories("a person says which twin it is"),
        by.KILL,
        "not so much is open",
    ),
    Planted(
        "the ledger loses a cent of a split",
        _loses_a_cent_of_a_split,
        _stories("a person splits an entry"),
        by.KILL,
        "the ledger has",
    ),
    Planted(
        "a split loses a cent",
        _rounds_a_part,
        _stories("a person splits an entry"),
        by.KILL,
        "was to pay",
    ),
    Planted(
        "a declined pair comes back",
        _forgets_declines,
        _stories("a person declines"),
        by.KILL,
        "it came back",
    ),
    Planted(
        "no account is asked whether it books",
        _asks_no_account,
        _stories("what is certain is proposed, where the account does not book"),
        by.KILL,
        "does not allow it",
    ),
    Planted(
        "a tie is decided",
        _decides_ties,
        _stories("what is certain is booked"),
        by.KILL,
        "a tie was decided",
    ),
    Planted(
        "what was booked stands in the ledger when it is taken back",
        _reverses_nothing,
        _stories("what is certain is booked"),
        by.CANCEL,
        "the ledger has",
    ),
)
