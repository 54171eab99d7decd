"""The expenses that a remark on a file is about: how many, and the first of them by their ids."""

from tillroll.exports.expense import ExportedExpense

_NAMED = 20


class Concerned:
    """Expenses come in their order, each with all its shares, so one that was counted last is not counted again."""

    def __init__(self) -> None:
        self.count = 0
        self._named: list[str] = []
        self._about: dict[str, None] = {}
        self._last: str | None = None

    def add(self, expense: ExportedExpense, about: str) -> None:
        """`about` is what of it is concerned, such as its category."""
        if len(self._about) < _NAMED:
            self._about[about] = None
        if self._last == expense.id:
            return
        self._last = expense.id
        self.count += 1
        if len(self._named) < _NAMED:
            self._named.append(expense.id)

    def says(self, sentence: str) -> list[str]:
        """The sentence with `count`, `about` and `expenses` filled in; nothing where there are none."""
        if not self.count:
            return []
        more = f" and {self.count - len(self._named)} more" if self.count > len(self._named) else ""
        about, named = ", ".join(self._about), ", ".join(self._named)
        return [sentence.format(count=self.count, about=about, expenses=f"{named}{more}")]
