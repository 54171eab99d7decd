"""What the page knows of an expense's fields, and of filters by them. The models of the Worker
declare both.
"""

from typing import Final, get_args

from cli.pages.typescript import MADE, lines_of_union, list_of, quoted, union_of
from tillroll.expenses.approval.approved import SORTED
from tillroll.expenses.fields import Entry, Group, Kind, fields_of, json_name
from tillroll.expenses.models import ExpenseDetail
from tillroll.expenses.search.grammar import DECLARED
from tillroll.expenses.values import MONEY

_ENTRIES: Final = {
    json_name(name): entry for name, entry in fields_of(ExpenseDetail, Entry).items()
}


def _fields() -> str:
    """The page's module of an expense's fields, and its groups in the form."""
    groups = {
        group: [name for name, entry in _ENTRIES.items() if entry.group == group]
        for group in get_args(Group)
    }
    money = [name for name in _ENTRIES if name in MONEY]
    sorts = [name for name in _ENTRIES if name in SORTED]
    return "".join(
        [
            f"/** Fields of an expense: {MADE}. */\n\n",
            'import { t } from "../words.ts";\n\n',
            f"type Kind ={lines_of_union(get_args(Kind))};\n",
            "export type Entry = { label: string; kind: Kind; longest?: number };\n\n",
            "/** What a person may give. */\n",
            "export const GIVEN = {\n",
            *(f"  {name}: {_spec(entry)},\n" for name, entry in _ENTRIES.items()),
            "} satisfies Record<string, Entry>;\n\ntype Name = keyof typeof GIVEN;\n\n",
            "/** Where the form shows them. */\n",
            f"export const GROUPS: Record<{union_of(get_args(Group))}, Name[]> = {{\n",
            *(f"  {group}: {list_of(names)},\n" for group, names in groups.items()),
            "};\n\n/** A change of these needs a reason. */\n",
            f"export const MONEY: Name[] = {list_of(money)};\n\n",
            "/** What an approved expense is sorted by. */\n",
            f"export const SORTED: Name[] = {list_of(sorts)};\n",
        ]
    )


def _filters() -> str:
    """The page's module of the filters that fields of an expense declare."""
    return "".join(
        [
            f"/** Filters by one field of an expense: {MADE}. */\n\n",
            'import { t } from "../words.ts";\n\n',
            "/** What the search finds by the whole value. */\n",
            f"export const FILTERS = {list_of(DECLARED)} as const;\n",
            "export const FILTER_LABELS: Record<(typeof FILTERS)[number], string> = {\n",
            *(f"  {name}: t`{each.label}`,\n" for name, each in DECLARED.items()),
            "};\n",
        ]
    )


def _spec(entry: Entry) -> str:
    members = [f"label: t`{entry.label}`", f"kind: {quoted(entry.kind)}"]
    if entry.longest is not None:
        members.append(f"longest: {entry.longest}")
    return f"{{ {', '.join(members)} }}"


PAGE_MODULES: Final = {
    "public/js/expenses/declared.ts": _fields,
    "public/js/expenses/filters.ts": _filters,
}
