"""`make matrix`: CELLS cells of the matrix of changes. SEED repeats a difference."""

import asyncio
import random
import sys
import time
from typing import Final

from tests.matrix.cells import all_cells
from tests.matrix.comparing import Matrix, play_cells
from tests.prove.playing import begin, parser_of, say

_A_FIRM: Final = 90
_MOST_SHOWN: Final = 60


def main() -> None:
    """Raises SystemExit: a cell is not as docs/approval.md says."""
    parser = parser_of("matrix", __doc__)
    parser.add_argument("--cells", type=int, default=0, help="how many are drawn; 0: all")
    parser.add_argument("--only", default="", help="only cells whose name has this text")
    options = parser.parse_args()
    seed = begin(options)
    cells = [cell for cell in all_cells() if options.only in str(cell)]
    random.Random(f"{seed} matrix").shuffle(cells)
    if options.cells:
        cells = cells[: options.cells]
    say(f"matrix: {len(cells)} of {len(all_cells())} cells, SEED={seed}")
    matrix = Matrix()
    began = time.monotonic()
    for first in range(0, len(cells), _A_FIRM):
        asyncio.run(play_cells(matrix, cells[first : first + _A_FIRM], seed))
    seconds = time.monotonic() - began
    if matrix.differences:
        say("\n".join(matrix.differences[:_MOST_SHOWN]))
        sys.exit(f"{len(matrix.differences)} differences in {matrix.played} cells")
    say(f"Proved: {matrix.played} cells in {seconds:.0f} s")


if __name__ == "__main__":
    main()
