"""Texts, tags and choices that people add to an expense, checked."""

import re
from collections.abc import Mapping
from typing import Final

from tillroll.platform.json import Json
from tillroll.receipts.document_facts import Problems, one_line

LONGEST_NOTE: Final = 2_000
MOST_TAGS: Final = 20
LONGEST_TAG: Final = 40
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "paymentMethod": ("cash", "card", "transfer", "direct_debit", "other"),
    "paidBy": ("company", "employee"),
}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def check_note(value: Json, problems: Problems) -> str | None:
    """A note keeps its lines; None for an empty one."""
    note = _CONTROL.sub(" ", str(value or "").replace("\r\n", "\n")).strip()
    if len(note) > LONGEST_NOTE:
        problems.append(("note", f"Shorten the note to at most {LONGEST_NOTE} characters."))
    return note or None


def check_line(name: str, value: Json, problems: Problems) -> str | None:
    return one_line(name, str(value or ""), problems)


def check_tags(value: Json, problems: Problems) -> list[Json]:
    """Each once, whatever its case, in the order of the alphabet."""
    tags: dict[str, str] = {}
    for tag in value if isinstance(value, list) else []:
        name = " ".join(_CONTROL.sub(" ", str(tag)).split())
        if len(name) > LONGEST_TAG:
            problems.append(("tags", f"Shorten the tag to at most {LONGEST_TAG} characters: {name[:LONGEST_TAG]}…"))
        elif name:
            tags.setdefault(name.casefold(), name)
    if len(tags) > MOST_TAGS:
        problems.append(("tags", f"Choose at most {MOST_TAGS} tags."))
    return [*sorted(tags.values())]


def check_choice(name: str, value: Json, problems: Problems) -> str | None:
    choices = CHOICES[name]
    if value in choices:
        return str(value)
    if value is not None or name == "paidBy":
        problems.append((name, f"There is no such choice; use {', '.join(choices)}."))
    return None
