"""Recognises the same purchase photographed twice: other bytes, but the same merchant, date and total."""

from datetime import date

from tillroll.receipts.page.vocabulary import fold


def duplicate_key(merchant: str, date: date, total_minor: int, currency: str) -> str:
    """A key that is equal for the same purchase: letters and digits of the merchant without case and accents, the day,
    and the total in minor units."""
    name = "".join(c for c in fold(merchant) if c.isalnum())
    return f"{name}|{date.isoformat()}|{currency}|{total_minor}"
