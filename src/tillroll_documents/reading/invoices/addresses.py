"""Names that stand over an address, whole: a narrow column breaks a name over lines, and a brand or
a person may stand there too. The rest of the page prints the name again, and so tells which lines
it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from typing import Final

from tillroll_documents.reading.invoices import party_words
from tillroll_documents.reading.invoices.lines import tells_of_goods
from tillroll_documents.reading.invoices.party_names import (
    CAPITAL_END,
    POSTCODE,
    STREET,
    TITLE,
    cleaned,
    domains_of,
    fitting,
    is_name,
    is_party_label,
    site_key,
    without_capital,
)
from tillroll_documents.reading.invoices.prints import (
    MOST_LINES,
    Prints,
    has_open_end,
    has_open_start,
)
from tillroll_documents.reading.invoices.sheet import Cell, Found, Sheet
from tillroll_documents.reading.text.company_names import (
    LEGAL_FORM,
    find_legal_form,
    leads_name,
    name_key,
)

_MOST_STREETS: Final = 60
_TOWN_LINES: Final = 3
"""Under the street, in which the town with its postcode stands: British towns stand above it."""
_SENTENCE: Final = re.compile(
    r"\w{3,}[.!?,]$|^(?:cordialement|kind regards|best regards|(?:mit freundlichen|freundliche"
    r"|beste) gr[üu]|distinti saluti|cordiali saluti|met vriendelijke|saludos|atentamente"
    r"|com os melhores|med v[äe]nlig|z powa[żz])",
    re.IGNORECASE,
)
_SHORT_LINE: Final = 5
_OTHER_SIGNS: Final = re.compile(r"[:@,|·•]|\d{4}|\d[./-]\d")
_FOOT: Final = 0.5
"""From this part of the filled lines on."""
_FOOT_LINES: Final = 6


@dataclass(frozen=True, slots=True)
class Addressed:
    """A name over an address: the cells that it stands in, and on how many other places of the page
    it stands again.
    """

    name: Found[str]
    cells: tuple[Cell, ...]
    again: int
    is_open: bool
    """Whether the line above may belong to it, and nothing on the page says so or otherwise."""


class Addresses:
    """The names over the addresses of a page. `domains` are those of its mail and web addresses."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self.domains = domains_of(sheet, frozenset())
        self.prints = Prints(sheet)

    def is_in_imprint(self, each: Addressed) -> bool:
        """Whether the address stands at the foot of the page, beside or over what only a seller
        prints of itself.
        """
        rows = self._sheet.rows
        if each.name.rank < _FOOT * len(rows):
            return False
        return any(
            party_words.IMPRINT.search(line.plain)
            for line in self._sheet.lines[each.name.rank :][:_FOOT_LINES]
        )

    @cached_property
    def names(self) -> tuple[Addressed, ...]:
        """Each name over an address, in the order of the page."""
        names = (self._named(street) for street in self._streets())
        return tuple({each.cells: each for each in names if each is not None}.values())

    def _streets(self) -> Iterator[Cell]:
        count = 0
        for cell in self._sheet.cells():
            is_priced = self._sheet.amounts[cell.rank]
            is_street = (
                STREET.search(cell.text) and any(map(str.isdecimal, cell.text)) and not is_priced
            )
            is_other = LEGAL_FORM.search(cell.text) or party_words.ACCOUNT.match(cell.text)
            if not is_street or is_other or count >= _MOST_STREETS:
                continue
            town: Cell | None = cell
            for _ in range(_TOWN_LINES + 1):
                if town is None:
                    break
                if POSTCODE.search(town.text) and not self._sheet.amounts[town.rank]:
                    count += 1
                    yield cell
                    break
                town = self.prints.aligned(town, 1)

    def _named(self, street: Cell) -> Addressed | None:
        lines: list[Cell] = []
        cell = self.prints.aligned(street, -1)
        while cell is not None and CAPITAL_END.fullmatch(cell.text):
            cell = self.prints.aligned(cell, -1)
        while cell is not None and len(lines) < MOST_LINES and _may_name(cell.text):
            if tells_of_goods(self._sheet, cell):
                break
            lines.insert(0, cell)
            cell = self.prints.aligned(cell, -1)
        spans = [
            tuple(lines[first:last])
            for first in range(len(lines))
            for last in range(first + 1, len(lines) + 1)
        ]
        if not spans:
            return None
        cells = frozenset(lines)
        weighed = [(self._weight(span, lines, cells), span) for span in spans]
        (_, again), best = max(weighed, key=lambda each: each[0])
        text = " ".join(cleaned(each.found(0)).value for each in best)
        joined = re.sub(r"(?<=[^\W\d_])- (?=[^\W\d_])", "-", text)
        stands = [best[0], *(each.cell for each in self.prints.of(text, cells))]
        is_brand = find_legal_form(text) is None and best[-1] is not lines[-1]
        # "SARL Dubois" over "Informatique", and the web address's "Ardent Group" over "Kite GmbH":
        # one name, or two.
        is_short = leads_name(text) and best[-1] is not lines[-1]
        is_begun = again == 0 and (
            is_short or (best[0] is not best[-1] and self._is_site(best[0].text))
        )
        cells_above = [self.prints.aligned(each, -1) for each in stands]
        above = {name_key(cell.text) for cell in cells_above if cell}
        is_open = (
            is_brand
            or is_begun
            or (len(above) == 1 and all(self._goes_on_above(each) for each in stands))
        )
        return Addressed(
            Found(joined, best[0].rank, start=best[0].start, end=best[0].end, score=0),
            best,
            again=again,
            is_open=is_open,
        )

    def _is_site(self, text: str) -> bool:
        return site_key(text) in map(site_key, self.domains)

    def _goes_on_above(self, first: Cell) -> bool:
        """Whether the line right above may be a part of the name; also one with a number in it,
        like "Delta 4".
        """
        above = self.prints.aligned(first, -1)
        if (
            above is None
            or above.rank != first.rank - 1
            or is_party_label(above.text)
            or TITLE.match(above.text)
        ):
            return False
        neighbour = self._sheet.beside(above)
        if neighbour is not None and any(map(str.isdecimal, neighbour.text)):
            return False  # a label and its value
        is_short = len(above.text.split()) <= _SHORT_LINE and not _OTHER_SIGNS.search(above.text)
        return _may_name(above.text) or (is_short and not POSTCODE.search(above.text))

    def _weight(
        self, span: tuple[Cell, ...], lines: list[Cell], cells: frozenset[Cell]
    ) -> tuple[tuple[int, ...], int]:
        """What speaks for these lines as the name, the strongest first; and on how many other
        places they stand.
        """
        text = " ".join(cleaned(each.found(0)).value for each in span)
        prints = self.prints.of(text, cells)
        if span[0] is not lines[0]:
            before = lines[lines.index(span[0]) - 1].text
        else:
            before = ""
        form = find_legal_form(text)
        leads = leads_name(text)
        has_name = bool(name_key(text)) and (
            form is None or leads or name_key(text[: form[1]]) != ""
        )
        has_end = form is not None and not name_key(text[form[1] :])
        if span[-1] is not lines[-1]:
            next_text = lines[lines.index(span[-1]) + 1].text
        else:
            next_text = ""
        is_torn = (
            has_open_start(text) or has_open_end(text) or (before != "" and has_open_end(before))
        )
        is_torn = is_torn or (next_text != "" and not name_key(next_text))
        if any(each.is_bounded for each in prints):
            stands_again = len(name_key(text))
        else:
            stands_again = 0
        keys = [name_key(each.text) for each in span]
        is_twice = any(one and other.startswith(one) for one, other in permutations(keys, 2))
        is_name_alone = has_name and not is_torn and not is_twice
        is_brand = len(span) > 1 and name_key(span[0].text) in self.domains
        site = 0 if is_brand else fitting(text, self.domains)
        return (int(is_name_alone), int(has_end or leads), stands_again, site, -len(span)), len(
            prints
        )


def _may_name(text: str) -> bool:
    is_sentence = _SENTENCE.search(text) is not None and not LEGAL_FORM.search(text)
    is_part = is_name(text) or LEGAL_FORM.fullmatch(without_capital(text.strip())) is not None
    return is_part and not (
        is_sentence or is_party_label(text) or party_words.ACCOUNT_HOLDER.search(text)
    )
