"""Names within greetings: "Thank you for shopping at PINE MART". Another print of a name, and the only one at times."""

import re
from typing import Final

from tillroll.receipts.languages import Concept
from tillroll.receipts.names.names import repair_name
from tillroll.receipts.names.not_names import is_slogan
from tillroll.receipts.page.page import Page
from tillroll.receipts.weighing import weights
from tillroll.receipts.weighing.scoring import Candidate

_GREETED: Final = re.compile(
    r"\b(?:welcome ?to|(?:shopping|dining|eating|staying|parking) (?:at|with|in)|visiting|choosing|selamat datang ke"
    r"|willkommen (?:bei|im|in der)|einkauf (?:bei|im)|besuch (?:bei|im)|bienvenue (?:chez|[aà])|visite chez"
    r"|benvenut[oi] (?:da|al|alla|in)|bienvenidos? a(?:l)?)[ :]+(?P<name>[^\W\d_].{2,40}?)[\s.!,*]*$",
    re.IGNORECASE,
)
_NOT_SAID: Final = re.compile(r"(?:our|us|the family|your|this|one of|again|you)\b", re.IGNORECASE)


def greeted_names(page: Page) -> list[Candidate[str]]:
    """Candidates for the merchant's name out of greetings anywhere on the paper."""
    names: list[Candidate[str]] = []
    for line in page.naming(Concept.GREETING):
        match = _GREETED.search(line.plain)
        if match is None or _NOT_SAID.match(match["name"]) or is_slogan(match["name"]):
            continue
        candidate = Candidate(repair_name(match["name"], page.languages), line, match.start("name"), match.end("name"))
        candidate.give("greeted", weights.MERCHANT)
        names.append(candidate)
    return names
