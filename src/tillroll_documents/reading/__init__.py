"""Reading: from the text of a page to fields with evidence, for receipts and invoices. Pure, no
I/O.
"""


def words(text: str) -> frozenset[str]:
    """The words of a table that is written as text."""
    return frozenset(text.split())
