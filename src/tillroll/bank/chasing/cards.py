"""Who is asked for the document of an entry, in SQL. Pure."""

from typing import Final, LiteralString

# What banks print before the last four digits of a card.
_BEFORE: Final[tuple[LiteralString, ...]] = (
    "[*x#•]",
    "[*x#•] ",
    "card ",
    "card no. ",
    "ending in ",
    "karte ",
    "karte nr. ",
    "kartennr. ",
    "debitk. ",
)
_TEXT: Final = "lower(' ' || e.words || ' ' || COALESCE(e.counterparty, '') || ' ')"
_BY_CARD: Final = " OR ".join(
    f"{_TEXT} GLOB '*{before}' || c.ending || '[^0-9]*'" for before in _BEFORE
)
HOLDER: Final = f"""
  COALESCE(
    e.owed_by,
    (SELECT c.held_by FROM bank_cards c
     WHERE c.bank_account_id = e.bank_account_id AND ({_BY_CARD}) ORDER BY c.ending LIMIT 1),
    a.held_by
  )
"""
"""SQL: the user who is asked for the document of an entry `e` of a bank account `a`.

The one who was named by hand, else whose card it is, else whose account; NULL for nobody."""
