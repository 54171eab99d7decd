"""Rounds of a move on the genuine stack: an account goes from one of three databases to another,
while its owner uploads, and everything is killed at a moment that the seed draws.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.moves.moving import begin_move, check_seals, ended_move, run_to_its_end
from tests.moves.uploading import Uploader
from tests.support.running_stack import RunningStack, wait_until
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.shards import binding_of

_DATABASES: Final = (1, 2, 3)
_LATEST_DEATH_SECONDS: Final = 8.0
_AT_ONCE: Final = 500
# What no move leaves behind, beside the audit, which is sealed where it was written.
_TABLES: Final = ("accounts", "users", "tokens", "runs", "run_steps", "receipts", "expenses")


@dataclass
class Figures:
    """What happened in all rounds. `freezes` are the seconds in which nothing of the account could
    be written, of moves that were not killed.
    """

    moves: Counter[str] = field(default_factory=Counter[str])
    kills: int = 0
    uploads: int = 0
    answers: Counter[int] = field(default_factory=Counter[int])
    freezes: list[float] = field(default_factory=list[float])

    def lines(self) -> list[str]:
        moves = ", ".join(f"{count} {state}" for state, count in sorted(self.moves.items()))
        answers = ", ".join(
            f"{count} of {status}" for status, count in sorted(self.answers.items())
        )
        freezes = ", ".join(f"{seconds:.1f} s" for seconds in self.freezes)
        return [
            f"moves: {moves}; {self.kills} kills",
            f"{self.uploads} uploads were accepted, and each is one expense; answers: {answers}",
            f"nothing of the account could be written for {freezes or 'a time not measured'}",
        ]


def run_rounds(
    state: Path, *, rounds: int, expenses: int, seed: int, say: Callable[[str], None]
) -> Figures:
    """Move an account with so many expenses, round after round. No kill comes in the first one,
    and one in each other.

    Raises:
        AssertionError: something was lost or doubled, an answer was a fault, or a move did not end
            in time.
    """
    figures = Figures()
    operator = RunningStack(state, databases=len(_DATABASES))
    operator.start()
    try:
        owner = operator.in_database(2)
        company = _Company(operator, owner, owner.account_id(), place=2)
        company.add_expenses(expenses)
        for number in range(rounds):
            chance = random.Random(f"{seed} round {number}")
            _round(company, figures, chance=chance, is_killed=number > 0)
            say(f"round {number + 1}: {figures.lines()[0]}")
    except BaseException:
        say(operator.logs())
        raise
    finally:
        operator.stop()
    return figures


@dataclass
class _Company:
    """The account that moves: an operator's stack, its owner's, and the database it lives in."""

    operator: RunningStack
    owner: RunningStack
    account_id: str
    place: int
    expected: int = 0

    def in_database(self, number: int) -> RunningStack:
        stack = copy(self.operator)
        stack.database = binding_of(number)
        return stack

    def count(self, table: str, number: int) -> int:
        """Rows of the account in a table of a database."""
        of_account = {
            "accounts": "id = '{0}'",
            "tokens": "user_id IN (SELECT id FROM users WHERE account_id = '{0}')",
            "run_steps": "run_id IN (SELECT id FROM runs WHERE account_id = '{0}')",
        }
        where = of_account.get(table, "account_id = '{0}'").format(self.account_id)
        query = f"SELECT COUNT(*) AS number FROM {table} WHERE {where}"
        [row] = self.in_database(number).d1(query)
        return int(row["number"])

    def add_expenses(self, number: int) -> None:
        """Expenses that were there before, each with its receipt and its run."""
        for first in range(0, number, _AT_ONCE):
            last = min(first + _AT_ONCE, number) - 1
            self.in_database(self.place).d1(_expenses_of(self.account_id, first, last))
        self.expected += number


def _expenses_of(account_id: str, first: int, last: int) -> str:
    numbers = f"""
      WITH RECURSIVE numbers (n) AS (
        SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}
      )
    """
    at = "'2026-01-01T00:00:00.000Z'"
    return f"""
      INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
          next_safe_action, created_at, updated_at)
      {numbers} SELECT 'run_moves_' || n, '{account_id}', 'receipt', 1, 'rec_moves_' || n,
        'notified', 'complete', 'none', {at}, {at} FROM numbers;
      INSERT INTO receipts (id, account_id, sha256, media_type, size, run_id, uploaded_by,
          created_at)
      {numbers} SELECT 'rec_moves_' || n, '{account_id}', 'sha ' || n, 'image/jpeg', 3,
        'run_moves_' || n, 'usr', {at} FROM numbers;
      INSERT INTO expenses (id, account_id, receipt_id, merchant, date, total_minor, currency,
          duplicate_key, created_at)
      {numbers} SELECT 'exp_moves_' || n, '{account_id}', 'rec_moves_' || n, 'Cafe ' || n,
        '2026-01-02', 1000 + n, 'EUR', 'moves ' || n, {at} FROM numbers;
    """


def _round(company: _Company, figures: Figures, *, chance: random.Random, is_killed: bool) -> None:
    target = chance.choice([each for each in _DATABASES if each != company.place])
    with Uploader(company.owner) as uploader:
        wait_until(lambda: uploader.runs or uploader.fault, "the first upload")
        run_id = begin_move(company.operator, company.account_id, target)
        if is_killed:
            time.sleep(chance.uniform(0.0, _LATEST_DEATH_SECONDS))
            uploader.is_killed = True
            company.operator.kill()
            company.operator.start()
            uploader.is_killed = False
            figures.kills += 1
        move = ended_move(company.operator, run_id)
        _let_go_on(uploader)
    assert uploader.fault is None, uploader.fault
    if move["state"] == "moved":
        company.place = target
    company.expected += len(uploader.runs)
    figures.moves[move["state"]] += 1
    figures.uploads += len(uploader.runs)
    figures.answers += uploader.answers
    if not is_killed:
        figures.freezes.append(_freeze_seconds(company, run_id))
    _check(company, uploader)


def _let_go_on(uploader: Uploader) -> None:
    """Wait for uploads behind the move, too."""
    number = len(uploader.runs)
    wait_until(lambda: len(uploader.runs) > number + 1 or uploader.fault, "an upload behind it")


def _freeze_seconds(company: _Company, run_id: str) -> float:
    rows = company.in_database(1).d1(
        "SELECT step, started_at, ended_at FROM run_steps "
        f"WHERE run_id = '{run_id}' AND step IN ('freeze', 'switch')"
    )
    times = {row["step"]: row for row in rows}
    start = from_text(str(times["freeze"]["started_at"]))
    return (from_text(str(times["switch"]["ended_at"])) - start).total_seconds()


def _check(company: _Company, uploader: Uploader) -> None:
    """All of the account is in one database, each upload is one expense, and all seals hold."""
    for run_id in uploader.runs:
        run = run_to_its_end(company.owner, run_id)
        assert run["status"] == "complete", run
    assert company.count("expenses", company.place) == company.expected
    for number in _DATABASES:
        if number != company.place:
            left = {table: company.count(table, number) for table in _TABLES}
            assert not any(left.values()), f"database {number} still has {left}"
    check_seals(company.operator, _DATABASES)
