"""A move on the genuine stack; `make moves` makes more of them, with kills and other seeds."""

from pathlib import Path

from tests.money.payouts import MOMENTS
from tests.moves.paying import move_while_it_pays
from tests.moves.rounds import run_rounds


def test_an_account_moves_while_its_owner_uploads(tmp_path: Path) -> None:
    figures = run_rounds(tmp_path, rounds=1, expenses=100, seed=2026, say=print)
    assert figures.moves == {"moved": 1}
    assert figures.uploads >= 2


def test_an_account_moves_while_it_pays_and_writes_its_books(tmp_path: Path) -> None:
    paid = move_while_it_pays(tmp_path, rounds=1, seed=2026, say=print)
    assert paid.moves == {"moved": 1}
    assert len(paid.payouts) == len(MOMENTS)
