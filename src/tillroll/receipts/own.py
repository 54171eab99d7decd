"""What an account calls itself, so that it is never taken for its own merchant."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tillroll.receipts.names.legal_forms import LEGAL_FORM
from tillroll.receipts.page.vocabulary import fold

_ADDRESSED: Final = re.compile(
    r"^\W*(?:(?:(?:bill|sold|ship|invoiced?|deliver(?:ed|y)?) )?to|attn|customer|client|company|buyer|kunde|an|firma"
    r"|facturé à|destinataire|cliente|klant|kepada)\b\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Own:
    """What the account calls itself: names as `name_key` gives them, and tax ids without spaces."""

    names: frozenset[str] = frozenset()
    tax_ids: frozenset[str] = frozenset()

    @classmethod
    def of(cls, names: Iterable[str], tax_ids: Iterable[str]) -> "Own":
        """From what an owner typed in."""
        return cls(frozenset(filter(None, map(name_key, names))), frozenset(filter(None, map(plain_id, tax_ids))))

    def is_name(self, name: str | None) -> bool:
        """Whether the name is one of them, whatever its legal form."""
        return name is not None and name_key(name) in self.names

    def is_addressed(self, text: str) -> bool:
        """Whether the text is one of them, alone or behind a word that addresses it: "Sold to: Kontor Nord AG"."""
        return bool(self.names) and (self.is_name(text) or self.is_name(_ADDRESSED.sub("", text)))

    def is_tax_id(self, tax_id: str | None) -> bool:
        return tax_id is not None and plain_id(tax_id) in self.tax_ids


def name_key(name: str) -> str:
    """Letters and digits of a name without its legal form, folded."""
    return "".join(sign for sign in fold(LEGAL_FORM.sub(" ", name)) if sign.isalnum())


def plain_id(text: str) -> str:
    """A tax id's letters and digits."""
    return "".join(sign for sign in text.upper() if sign.isalnum())
