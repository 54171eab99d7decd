"""Connections, mapping, syncs, items and conflicts, as the API has them."""

from tillroll.platform.actions import Action


class Audited(Action):
    CONNECTED = "books.connected", "books were connected, or connected again"
    CHANGED = "books.changed", "what of an account books get was changed; `fields` names what"
    MAPPED = "books.mapped", "what our words are in the books was changed"
    DISCONNECTED = "books.disconnected", "a connection of books was ended: nothing is written there any more"
    SYNCED = "books.synced", "a sync was begun"
    RETRIED = "books.retried", "items that were set aside are looked at again"
    DECIDED = "books.decided", "somebody decided which side of a document that was changed in the books holds"
