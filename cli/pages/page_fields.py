"""What the page knows of an expense's fields, of filters by them, and of the headings of exports:
three modules of public/js that `make docs` makes. The models of the Worker declare all three.
"""

from collections.abc import Iterable
from typing import Final, get_args

from tillroll.expenses.approval.approved import SORTED
from tillroll.expenses.fields import Entry, Group, Kind, fields_of, json_name
from tillroll.expenses.models import ExpenseDetail
from tillroll.expenses.search.grammar import DECLARED
from tillroll.expenses.values import MONEY
from tillroll.exports.writers.tables import CHOSEN, COLUMNS

_MADE: Final = "made from the code by `make docs`"
_ENTRIES: Final = {
    json_name(name): entry for name, entry in fields_of(ExpenseDetail, Entry).items()
}


def fields_module() -> str:
    """The page's module of an expense's fields, and its groups in the form."""
    groups = {
        group: [name for name, entry in _ENTRIES.items() if entry.group == group]
        for group in get_args(Group)
    }
    money = [name for name in _ENTRIES if name in MONEY]
    sorts = [name for name in _ENTRIES if name in SORTED]
    return "".join(
        [
            f"/** Fields of an expense: {_MADE}. */\n\n",
            'import { t } from "../words.ts";\n\n',
            f"type Kind = {_union(get_args(Kind))};\n",
            "export type Entry = { label: string; kind: Kind; longest?: number };\n\n",
            "/** What a person may give. */\n",
            "export const GIVEN = {\n",
            *(f"  {name}: {_spec(entry)},\n" for name, entry in _ENTRIES.items()),
            "} satisfies Record<string, Entry>;\n\ntype Name = keyof typeof GIVEN;\n\n",
            "/** Where the form shows them. */\n",
            f"export const GROUPS: Record<{_union(get_args(Group))}, Name[]> = {{\n",
            *(f"  {group}: {_list(names)},\n" for group, names in groups.items()),
            "};\n\n/** A change of these needs a reason. */\n",
            f"export const MONEY: Name[] = {_list(money)};\n\n",
            "/** What an approved expense is sorted by. */\n",
            f"export const SORTED: Name[] = {_list(sorts)};\n",
        ]
    )


def filters_module() -> str:
    """The page's module of the filters that fields of an expense declare."""
    return "".join(
        [
            f"/** Filters by one field of an expense: {_MADE}. */\n\n",
            'import { t } from "../words.ts";\n\n',
            "/** What the search finds by the whole value. */\n",
            f"export const FILTERS = {_list(DECLARED)} as const;\n",
            "export const FILTER_LABELS: Record<(typeof FILTERS)[number], string> = {\n",
            *(f"  {name}: t`{each.label}`,\n" for name, each in DECLARED.items()),
            "};\n",
        ]
    )


def headings_module() -> str:
    """The page's module of the headings that a table of expenses may have."""
    return "".join(
        [
            f"/** Headings of exports: {_MADE}. */\n\n",
            'import { t } from "../words.ts";\n\n',
            "/** What a file has unless a profile chooses others, in this order. */\n",
            f"export const COLUMNS = [\n{_words(COLUMNS)}];\n\n",
            "/** What stands only where a profile asks for it. */\n",
            f"export const CHOSEN = [\n{_words(CHOSEN)}];\n",
        ]
    )


def _spec(entry: Entry) -> str:
    members = [f"label: t`{entry.label}`", f"kind: {_quoted(entry.kind)}"]
    if entry.longest is not None:
        members.append(f"longest: {entry.longest}")
    return f"{{ {', '.join(members)} }}"


def _list(names: Iterable[str]) -> str:
    return f"[{', '.join(_quoted(name) for name in names)}]"


def _union(names: Iterable[str]) -> str:
    return " | ".join(_quoted(name) for name in names)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _words(headings: Iterable[str]) -> str:
    return "".join(f"  t`{heading}`,\n" for heading in headings)
