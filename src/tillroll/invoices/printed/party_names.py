"""What reads like a party's name, and what is an address."""

import re
from typing import Final

from tillroll.invoices.printed import words
from tillroll.invoices.printed.sheet import Cell, Found, Sheet
from tillroll.receipts.names.legal_forms import LEGAL_FORM

SEPARATORS: Final = re.compile(r"\s{0,9}(?:[·•|;▪●*]|\s[\u2013-]\s|,\s)\s{0,9}")
POSTCODE: Final = re.compile(
    r"(?<!\d)(?:[A-Z]{1,3}[- ])?(?:\d{4,5}|\d{2}-\d{3}|\d{3} \d{2}|\d{4}-\d{3})(?!\d)\s{1,9}[^\W\d_]"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b[A-Z]\d{2} ?[A-Z\d]{4}\b|\b[A-Z]{2},? \d{5}(?:-\d{4})?\b"
)
STREET: Final = re.compile(
    r"[^\W\d_].{0,99}\s#?\d{1,5}\s?[a-zA-Z]?\b|^\d{1,5},?\s[^\W\d_]"
    r"|\b(?:rue|via|calle|avenue|street|road|lane|estate|floor|suite|unit|platz|weg)\b",
    re.IGNORECASE,
)
SALUTATION: Final = re.compile(
    r"^(?:herrn?|frau|firma|mr\.?|mrs\.?|ms\.?|m\.|mme|monsieur|madame|fa\.)(?:[ /]+(?:herrn?|frau|firma))*\s+",
    re.IGNORECASE,
)
_MOST_WORDS: Final = 9
_NO_NAME: Final = re.compile(
    r"^(?:kunden\w*|debitor\w*|client|customer|order|nummer|number|globale|ust|vat|tel|telefon|telefax|fax|e-?mail"
    r"|www\w*|https?|datum|date|seite|page|attn|z\.? ?hd|c/o|anschrift|address|adresse|ansprechpartner"
    r"|steuer(?:-?nr|nummer|-?id|satz)?|iban|bic|siret|gln|n\s?[°º]|id|inhaber(?:in)?|inh\.|gesch[äa]ftsf[üu]hr\w*"
    r"|owner|prop\.|phone|mobil|t[ée]l|spett|rooms?|payment|terms|due|paid|balance|[àa] l.attention)(?![\w])",
    re.IGNORECASE,
)
_SUM: Final = re.compile(
    "|".join(each.pattern for each in (words.DUE, words.GROSS, words.NET, words.TAX, words.ANY_TOTAL)), re.IGNORECASE
)
"""At the beginning of a sum's label."""
_FIGURES: Final = re.compile(r"%|\d[.,]\d{2}(?!\d)")
_WEIGHT: Final = re.compile(r"\d\s?kg\b", re.IGNORECASE)
"""Of goods; its unit is no legal form."""
_NO_PART: Final = re.compile(r"\s+[^\W_A-ZÄÖÜÉÈÀ]")
_LABELLED_PART: Final = re.compile(
    r"(?:ust|u\.?st|vat|tva|iva|btw|steuer|tax|siret|iban|bic|bank|tel|fax|e-?mail|hr[ab]\b|kvk|nif|cif|p\.? ?iva"
    r"|gesch|inhaber|www|https?:)",
    re.IGNORECASE,
)


def is_name(text: str) -> bool:
    """Whether the text may be somebody's name: mostly letters, few words, no address and no label."""
    if _WEIGHT.search(text):
        return False
    letters = sum(sign.isalpha() for sign in text)
    is_address = any(map(str.isdecimal, text)) and (STREET.search(text) or POSTCODE.search(text)) is not None
    if is_address and not LEGAL_FORM.search(text):
        return False
    is_sum = _SUM.match(text) is not None and not LEGAL_FORM.search(text)
    is_label = is_sum or _NO_NAME.match(text) is not None or text.rstrip().endswith(":")
    return letters >= 3 and letters > len(text) / 2 and len(text.split()) <= _MOST_WORDS and not is_label


def cleaned(found: Found[str]) -> Found[str]:
    """Without a salutation before it, or an address or a label behind it."""
    name = SALUTATION.sub("", found.value)
    parts = SEPARATORS.split(name)
    if len(parts) > 1 and any(_is_no_part(part) for part in parts[1:]):
        first = next(number for number, part in enumerate(parts[1:], start=1) if _is_no_part(part))
        name = name[: name.index(parts[first], len(parts[0]))].rstrip(" ,;|·•▪●*\u2013-")
    start = found.start + max(0, found.value.find(name))
    return Found(name, found.rank, start, start + len(name), found.score)


def _is_no_part(part: str) -> bool:
    return any(sign.isdecimal() for sign in part) or _LABELLED_PART.match(part) is not None


def with_legal_form(cell: Cell, score: int) -> Found[str] | None:
    """The part of the cell that has a legal form, and reads like a name."""
    place = 0
    for part in SEPARATORS.split(cell.text):
        text = part.strip()
        place = cell.text.find(text, place) if text else place
        label, colon, behind = text.rpartition(": ")
        name = _cut(behind if colon and len(label) < 30 else text)
        if LEGAL_FORM.search(name) and is_name(name):
            start = cell.start + cell.text.index(name, place)
            return Found(name, cell.rank, start, start + len(name), score)
    return None


def _cut(name: str) -> str:
    """Without what follows the legal form in small letters or digits ("au capital de 10 000"), or as a label."""
    forms = [match.end() for match in LEGAL_FORM.finditer(name)]
    if not forms:
        return name
    behind = name[forms[-1] :]
    is_cut = _NO_PART.match(behind) or _LABELLED_PART.match(behind.strip())
    return name[: forms[-1]] if is_cut else name


def sender(cell: Cell, score: int) -> Found[str] | None:
    """The name in the line above an address window: name, street and town, parted by signs."""
    parts = [part for part in SEPARATORS.split(cell.text) if part]
    if len(parts) < 3 or not any(POSTCODE.search(part) for part in parts[1:4]) or not is_name(parts[0]):
        return None
    if not any(STREET.search(part) for part in parts[1:3]):
        return None
    start = cell.start + cell.text.index(parts[0])
    return Found(parts[0].strip(), cell.rank, start, start + len(parts[0]), score)


def column(sheet: Sheet, cell: Cell, lines: int) -> list[Cell]:
    """The cells under this one, aligned with it at the left, at the right, or around its middle; one a line, until two
    lines have none."""
    found: list[Cell] = []
    missed = 0
    for row in sheet.rows[cell.rank + 1 : cell.rank + 1 + lines]:
        under = [other for other in row if is_under(other, cell) or _is_right_of(sheet, other, cell)]
        missed = 0 if under else missed + 1
        if missed > 1:
            break
        found += under[:1]
    return found


def _is_right_of(sheet: Sheet, other: Cell, cell: Cell) -> bool:
    """Whether both end their lines in the right half of the page: large print shifts what is set to the right."""
    half = max(line.end for row in sheet.rows for line in row[-1:]) / 2
    return all(each.start > half and each is sheet.rows[each.rank][-1] for each in (other, cell))


def is_under(other: Cell, cell: Cell) -> bool:
    """Whether the other shares a column with the cell, whichever way the column is aligned."""
    return other.overlaps(cell) or abs(other.start - cell.start) <= 2 or abs(other.end - cell.end) <= 2


def stands_over_address(sheet: Sheet, cell: Cell) -> bool:
    """Whether a street stands under the cell, and with it or below it a town or a number in a register."""
    under = column(sheet, cell, 4)
    return (
        bool(under)
        and not any(_FIGURES.search(other.text) for other in under)
        and STREET.search(under[0].text) is not None
        and any(POSTCODE.search(other.text) or words.IMPRINT.search(other.text) for other in under)
    )
