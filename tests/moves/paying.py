"""An account that pays and writes its books moves to another database and back, while payouts stand
at each of their moments and a sync is in the middle of what it writes.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from tests.money.bank import Bank
from tests.money.company import Company
from tests.money.payouts import Payout, Payouts
from tests.money.reading import check_all
from tests.money.rounds import settle
from tests.money.stack import PAYER, money_stack
from tests.moves.moving import begin_move, check_seals, ended_move, run_to_its_end
from tests.support.connected_books import signed_books, state_of
from tests.support.expenses import Given, id_of, sql_of
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack, wait_until
from tillroll_durable.platform.shards import binding_of

_DATABASES: Final = (1, 2)
_EXPENSES_A_ROUND: Final = 20
_SECONDS_A_DOCUMENT: Final = 0.5
_IN_THE_MIDDLE: Final = 3
_MOST_SYNCS: Final = 5
_LATEST_DEATH_SECONDS: Final = 6.0
# The account and the tax code of the local books.
_WORDS: Final = (
    {"what": "category", "word": "Travel", "code": "6300"},
    {"what": "tax", "word": "*", "code": "V19"},
)


@dataclass
class Paid:
    """What happened: how often the account moved, and the payouts and documents of all rounds."""

    moves: Counter[str] = field(default_factory=Counter[str])
    kills: int = 0
    payouts: list[Payout] = field(default_factory=list[Payout])
    documents: int = 0

    def line(self) -> str:
        moves = ", ".join(f"{count} {state}" for state, count in sorted(self.moves.items()))
        return (
            f"moves while it pays: {moves}; {self.kills} kills; {len(self.payouts)} payouts, none "
            f"paid twice; {self.documents} documents in the books, each once"
        )


def move_while_it_pays(state: Path, *, rounds: int, seed: int, say: Callable[[str], None]) -> Paid:
    """Move the account, round after round. No kill comes in the first one, and one in each other.

    Raises:
        AssertionError: money or a document was lost or doubled, or something did not end in time.
    """
    paid = Paid()
    state.mkdir(parents=True, exist_ok=True)
    with Bank(state) as bank, money_stack(state, bank, databases=len(_DATABASES)) as stack:
        operator = _operator_elsewhere(stack)
        company = Company(stack, bank)
        books = _Books(stack)
        for number in range(rounds):
            chance = random.Random(f"{seed} paying {number}")
            payouts = Payouts(company, number, chance)
            payouts.begin()
            sync_id = books.begin_sync(number)
            payouts.act_before_death()
            target = _DATABASES[(number + 1) % len(_DATABASES)]
            run_id = begin_move(operator, PAYER, target)
            if number > 0:
                time.sleep(chance.uniform(0.0, _LATEST_DEATH_SECONDS))
                stack.kill()
                stack.start()
                paid.kills += 1
            move = ended_move(operator, run_id)
            assert move["state"] == "moved", move
            stack.database = binding_of(target)
            payouts.act_after_death()
            payouts.act_when_it_lives()
            settle(company, payouts)
            books.end_sync(sync_id)
            paid.moves[move["state"]] += 1
            paid.payouts += payouts.payouts
            paid.documents = books.check()
            check_all(company, paid.payouts, [])
            check_seals(operator, _DATABASES)
            say(paid.line())
        company.close()
    return paid


def _operator_elsewhere(stack: RunningStack) -> RunningStack:
    """An operator whose account never moves."""
    operator = stack.in_database(2)
    operator.d1(f"UPDATE users SET is_operator = 1 WHERE account_id = '{operator.account_id()}'")
    return operator


class _Books:
    """The account's books, to which a sync writes its expenses."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack
        self._written: list[Given] = []
        self._add_expenses(0)
        self._connection = signed_books(stack, "Books")
        path = f"/api/books/connections/{self._connection}"
        stack.ask(f"{path}/chart").raise_for_status()
        with stack.client() as client:
            client.put(f"{path}/mapping", json={"words": _WORDS}).raise_for_status()

    def _add_expenses(self, number: int) -> None:
        first = 1_000 * (number + 1)
        added = [_expense(place) for place in range(first, first + _EXPENSES_A_ROUND)]
        self._stack.d1("".join(sql_of(PAYER, each) for each in added))
        self._written += added

    def begin_sync(self, number: int) -> str:
        """Begin one, and wait until it is in the middle. Returns its run's id."""
        if number > 0:
            self._add_expenses(number)
        before = len(self._documents())
        self._local("faults", kind="slow", on="document.write", times=_EXPENSES_A_ROUND)
        run_id = self._begin()
        wait_until(
            lambda: len(self._documents()) >= before + _IN_THE_MIDDLE,
            "the middle of the sync",
        )
        return run_id

    def _begin(self) -> str:
        path = f"/api/books/connections/{self._connection}/syncs"
        return str(self._stack.ask(path).raise_for_status().json()["runId"])

    def end_sync(self, run_id: str) -> None:
        run = run_to_its_end(self._stack, run_id)
        assert run["status"] == "complete", run
        for _ in range(_MOST_SYNCS):
            if len(self._documents()) >= len(self._written):
                return
            run_to_its_end(self._stack, self._begin())

    def check(self) -> int:
        """How many documents the books have: one for each expense."""
        times = Counter(str(each["reference"]) for each in self._documents())
        assert times == Counter(id_of(PAYER, each) for each in self._written), (
            "a document is lost or doubled"
        )
        return len(self._written)

    def _documents(self) -> Sequence[dict[str, Any]]:
        return [*state_of(self._stack, "signed")["documents"].values()]

    def _local(self, path: str, **body: Any) -> None:
        url = f"{self._stack.stack.books_url}/signed/_/{path}"
        given = {**body, "seconds": _SECONDS_A_DOCUMENT}
        httpx.post(url, json=given, timeout=PATIENCE_SECONDS).raise_for_status()


def _expense(number: int) -> Given:
    return Given(
        number,
        date="2026-02-14",
        merchant=f"Shop {number % 3}",
        total_minor=11_900 + number,
        tax_minor=1_900,
        category="Travel",
    )
