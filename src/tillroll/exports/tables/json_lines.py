"""JSON Lines (https://jsonlines.org): one JSON object a line, for programs; keys in camelCase as the API has them."""

import json

from tillroll.exports.expense import ExportedExpense
from tillroll.exports.writer import About, Writer


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


class JsonLinesWriter(Writer):
    """What an expense has not is null, so every line has the same keys."""

    def __init__(self, _about: About) -> None:
        self._names: dict[str, str] = {}

    def add(self, expense: ExportedExpense) -> bytes:
        members = expense.as_dict()
        self._names = self._names or {name: _camel(name) for name in members}
        line = json.dumps({self._names[name]: value for name, value in members.items()}, ensure_ascii=False)
        # A half of a mark, which UTF-8 does not have, ends no export.
        return f"{line}\n".encode(errors="replace")
