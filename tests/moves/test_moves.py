"""A move on the genuine stack; `make moves` makes more of them, with kills and other seeds."""

from pathlib import Path

from tests.moves.rounds import run_rounds


def test_an_account_moves_while_its_owner_uploads(tmp_path: Path) -> None:
    figures = run_rounds(tmp_path, rounds=1, expenses=100, seed=2026, say=print)
    assert figures.moves == {"moved": 1}
    assert figures.uploads >= 2
