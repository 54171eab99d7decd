"""Holds each view to the arithmetic, and so the views to each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.views.arithmetic import Arithmetic, Figures
from tests.views.playing import Play
from tests.views.story import MonthOfFirm, Paper
from tests.views.views import BOOKS, VIEWS


@dataclass
class Comparison:
    """How many figures were compared, and each that differs, a line for each."""

    compared: int = 0
    differences: list[str] = field(default_factory=list[str])

    async def check(self, play: Play, months: Sequence[MonthOfFirm], come: Sequence[Paper]) -> None:
        """Read each view now, and compare what it shows."""
        arithmetic = Arithmetic(play.story, months, come)
        figures = arithmetic.figures()
        books = arithmetic.books()
        for name, show in VIEWS.items():
            expected = figures
            if name == BOOKS:
                expected = books
            self._compare(name, await show(play, months), expected)

    def _compare(self, view: str, figures: Figures, expected: Figures) -> None:
        for name, figure in sorted(figures.items()):
            self.compared += 1
            if figure != expected[name]:
                self.differences.append(f"{view}: {name} is {figure}, and must be {expected[name]}")
        if view == BOOKS:
            # Another view shows a part of the figures; the books must have each document.
            missing = expected.keys() - figures.keys()
            self.differences += [f"{view}: {name} is missing" for name in sorted(missing)]
