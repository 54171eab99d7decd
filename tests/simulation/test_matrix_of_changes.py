"""A short form of `make matrix`: a cell of each path in a firm, drawn by a seed."""

import random

from tests.matrix.cells import all_cells
from tests.matrix.comparing import Matrix, play_cells
from tests.matrix.words import Path, State

_SEED = 1


async def test_expenses_change_as_the_text_says() -> None:
    dice = random.Random(_SEED)
    cells = [dice.choice([cell for cell in all_cells() if cell.path is path]) for path in Path]
    matrix = Matrix()
    await play_cells(matrix, cells, _SEED)
    assert not matrix.differences, "\n".join(matrix.differences)
    assert matrix.played == len(Path)
    assert matrix.owed > 0


def test_each_path_is_played_in_each_state_that_it_can_be_in() -> None:
    states = {path: {cell.state for cell in all_cells() if cell.path is path} for path in Path}
    assert all(len(found) > 1 for found in states.values())
    assert {state for found in states.values() for state in found} == {*State}
