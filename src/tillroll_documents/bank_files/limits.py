"""Limits of a bank's file. Each is checked before what exceeds it is kept."""

from typing import Final

MAX_BYTES: Final = 32 * 1024 * 1024
MAX_ENTRIES: Final = 100_000
"""So many entries all statements of a file have together."""
MAX_STATEMENTS: Final = 1_000
MAX_PAYMENTS: Final = 10_000
"""Single payments of a batch."""
MAX_PROBLEMS: Final = 50
"""Problems that a statement keeps; later ones are counted only."""
MAX_TEXT: Final = 10_000
"""Characters of one value. A line of a CSV file may have as many."""
MAX_DEPTH: Final = 40
MAX_COLUMNS: Final = 100
MAX_PREAMBLE: Final = 60
"""Lines before the header of a CSV file."""
