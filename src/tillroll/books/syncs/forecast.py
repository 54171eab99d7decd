"""What the next sync comes to for items, as far as that is known here. Nothing is written, and the
books are not asked: a day that is closed there, and what was changed there, is found when it is
written.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from tillroll.books import repository
from tillroll.books.connections.connection import Connection
from tillroll.books.repository import Write
from tillroll.books.syncs.drafts import draft_of
from tillroll.books.syncs.planning import Item, Planned, Settled
from tillroll.books.syncs.work import look, next_of
from tillroll_durable.platform.bindings.database import Database

NEW_CONTACT: Final = "a new contact: "
"""Followed by its name, it stands for a contact that the books do not have."""
FORETOLD: Final = frozenset({"new", "written", "credited", "left_out", "set_aside"})
"""States of items for which our own records say what is next, where they are due."""
Decided = Planned | Settled | Write


async def forecast(
    database: Database, connection: Connection, ids: Sequence[str], today: date
) -> list[tuple[Item, Decided]]:
    """What is next for each of these items, in the order of their changes. A `Write` was begun
    before.
    """
    if not ids:
        return []
    page = await repository.load_page(database, connection.id, ids)
    outlook = await look(database, connection, page.items)
    # A contact that the books do not have is found or made first: its name stands for it here.
    drafts = [draft_of(subject) for _, subject in outlook.wanted]
    new = {
        outlook.around.key_of(draft): f"{NEW_CONTACT}{draft.party.name}"
        for draft in drafts
        if draft is not None
    }
    around = replace(outlook.around, contacts={**new, **outlook.around.contacts})
    return [
        (
            item,
            page.open.get(item.id)
            or next_of(
                item,
                outlook.subjects.get(item.subject_id),
                entry=subject,
                around=around,
                page=page,
                today=today,
            ),
        )
        for item, subject in outlook.wanted
    ]
