"""What reads like a party's name, and the names that a label gives one."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from tillroll_documents.money import CODES
from tillroll_documents.reading.invoices import party_words, sum_words, words
from tillroll_documents.reading.invoices.sheet import Cell, Found, Sheet
from tillroll_documents.reading.merchants.contacts import PROVIDERS
from tillroll_documents.reading.text.company_names import LEGAL_FORM, name_key

SEPARATORS: Final = re.compile(r"\s{0,9}(?:[·•|;▪●*]|\s[\u2013-]\s|,\s)\s{0,9}")
POSTCODE: Final = re.compile(
    r"(?<!\d)(?:[A-Z]{1,3}[- ])?(?:\d{4,5}|\d{2}-\d{3}|\d{3} "
    r"\d{2}|\d{4}-\d{3})(?!\d)\s{1,9}[^\W\d_]"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b[A-Z]\d{2} ?[A-Z\d]{4}\b|\b[A-Z]{2},? "
    r"\d{5}(?:-\d{4})?\b"
)
STREET: Final = re.compile(
    r"[^\W\d_].{0,99}\s#?\d{1,5}\s?[a-zA-Z]?\b|^\d{1,5}\s?(?-i:[a-z])?(?:-\d{1,4})?,?\s[^\W\d_]"
    r"|\b(?:rue|boulevard|place|chemin|all[ée]e|quai|impasse|piazza|corso|viale|via|calle|avenue"
    r"|street|road|lane|estate"
    r"|floor|suite|unit|platz|weg)\b",
    re.IGNORECASE,
)
TITLE: Final = words.title((*words.INVOICE, *words.CREDIT_NOTE, *words.STATEMENT, *words.OTHER))
SALUTATION: Final = re.compile(
    r"^(?:herrn?|frau|firma(?! "
    r"(?:handl|us[łl]ug|produk|transp|budowl|remont|wielo|rodzin))|mr\.?|mrs\.?|ms\.?|m\.|mme"
    r"|monsieur|madame|fa\.)(?:[ /]+(?:herrn?|frau|firma))*\s+",
    re.IGNORECASE,
)
_MOST_WORDS: Final = 9
_ALIGNED: Final = 2
_WINDOW_SHIFT: Final = 6
"""Columns by which the address in a window may stand beside its sender's line."""
_SHORT_FORM: Final = 3
_REST_WORDS: Final = 4
_CAPITAL: Final = re.compile(r"^\W*(?:\w{2,5}\.?\s)?au capital", re.IGNORECASE)
CAPITAL_END: Final = re.compile(
    r"(?:(?:(?:au )?capital )?(?:social )?de )?\d[\d .\u00a0\u202f]*(?:€|euros?|chf|eur)"
    r"|(?:au )?capital(?: social)?(?: de)?",
    re.IGNORECASE,
)
"""The rest of "au capital de 8 000 €", which a narrow column breaks."""
_WITH_CAPITAL: Final = re.compile(r"(?<![\s,])[\s,]+au(?: capital\b.*)?$", re.IGNORECASE)
_NO_NAME: Final = re.compile(
    r"^(?:w[äa]hrung|currency|monnaie|valuta|betrag|montant|importo|empfangsschein|zahlteil"
    r"|r[ée]c[ée]piss[ée]|section paiement|sezione pagamento|annahmestelle|point de d[ée]p[ôo]t"
    r"|kunden\w*|debitor\w*|client|customer|order|nummer|number|globale|ust|vat|tel|telefon"
    r"|telefax|fax|e-?mail|www\w*|https?|datum|date|seite|page|attn|z\.? ?hd|c/o|anschrift|address"
    r"|adresse|ansprechpartner|steuer(?:-?nr|nummer|-?id|satz)?|iban|bic|siret|gln|n\s?[°º]|id"
    r"|inhaber(?:in)?|inh\.|gesch[äa]ftsf[üu]hr\w*|owner|prop\.|phone|mobil|t[ée]l|spett|rooms?"
    r"|payment|terms|due|paid|balance|[àa] l.attention)(?![\w])",
    re.IGNORECASE,
)
_SUMS: Final = (
    sum_words.DUE, sum_words.GROSS, sum_words.NET, sum_words.TAX, sum_words.ANY_TOTAL
)  # fmt: skip
_SUM: Final = re.compile("|".join(each.pattern for each in _SUMS), re.IGNORECASE)
"""At the beginning of a sum's label."""
_WEIGHT: Final = re.compile(r"\d\s?kg\b", re.IGNORECASE)
"""A weight of goods; its unit is no legal form."""
_CONTACT: Final = re.compile(
    r"^\W*(?:(?:your |ihr |votre |su |uw "
    r")?(?:contact|kontakt|ansprechpartner(?:in)?|(?:sach)?bearbeiter(?:in)?"
    r"|contatto|contacto|contato|contactpersoon|kontaktperson|commercial|agente?|referente"
    r"|handl[äa]ggare"
    r"|opiekun klienta|sales rep))\W*$",
    re.IGNORECASE,
)
"""The label of a person beside it."""
_STREET_NAME: Final = re.compile(
    r"(?:ul\.|al\.|rue|via|viale|corso|piazza|strada|boulevard|chemin|calle|paseo|rua|avenida"
    r"|pra[çc]a|quai|all[ée]e"
    r"|impasse|(?:avenue|place|route) d[eu'\u2019])\s?(?!\S*(?:&|\+))[^\W\d_]",
    re.IGNORECASE,
)
"""Before the number of a house that stands elsewhere."""
_NUMBERED_BILL: Final = re.compile(
    r"\b(?:bill|receipt|invoice|[a-zäöüß-]*rechnung|facture)\s(?:n[or]\.?\s)?#?\d{4,}$",
    re.IGNORECASE,
)
"""A title with the document's number: "Electricity bill 774120"."""
_DOTTED: Final = re.compile(
    r"(?P<name>[^·•]*[^·•\s])\s?[·•]\s?(?P<street>[^·•]+?)\s?[·•]\s?[^\W\d_][^·•\d]*\d{0,2}W?"
)
"""The last part is a town, or one with its district: "Dublin 1", "Dublin 6W"."""
_BEFORE_FORM: Final = re.compile(r", (?:Inc|LLC|L\.L\.C|Corp|Ltd)\.?(?=$|\s{0,9}[·•|;,])")
"""A comma that is a part of the name: "Figma, Inc.". Other countries set none there."""
SITE: Final = re.compile(r"@|\bwww\.|https?:|^\S+\.[a-z]{2,6}$")
_NO_PART: Final = re.compile(r"\s+[^\W_A-ZÄÖÜÉÈÀ]")
_LABELLED_PART: Final = re.compile(
    r"(?:ust|u\.?st|vat|tva|iva|btw|steuer|tax|siret|iban|bic|bank|tel|fax|e-?mail|hr[ab]\b|kvk"
    r"|nif|cif|p\.? ?iva"
    r"|gesch|inhaber|www|https?:)",
    re.IGNORECASE,
)


def is_name(text: str) -> bool:
    """Whether the text may be somebody's name: mostly letters, few words, no address and no
    label.
    """
    if text.strip() in CODES:
        return False
    if any(pattern.search(text) for pattern in (_WEIGHT, SITE, _CAPITAL, _CONTACT)):
        return False
    if _NUMBERED_BILL.search(text) and not LEGAL_FORM.search(text):
        return False
    if (_STREET_NAME.match(text) or TITLE.match(text)) and not LEGAL_FORM.search(text):
        return False
    letters = sum(sign.isalpha() for sign in text)
    is_address = (
        any(map(str.isdecimal, text)) and (STREET.search(text) or POSTCODE.search(text)) is not None
    )
    if is_address and not LEGAL_FORM.search(text):
        return False
    is_sum = _SUM.match(text) is not None and not LEGAL_FORM.search(text)
    is_label = is_sum or _NO_NAME.match(text) is not None or text.rstrip().endswith(":")
    return (
        letters >= 3
        and letters > len(text) / 2
        and len(text.split()) <= _MOST_WORDS
        and not is_label
    )


def without_capital(name: str) -> str:
    """Without what a firm's capital is, behind its legal form."""
    capital = _WITH_CAPITAL.search(name)
    if capital and LEGAL_FORM.search(name[: capital.start()]):
        return name[: capital.start()]
    return name


def cleaned(party: Found[str]) -> Found[str]:
    """Strip a name of a salutation before it, and of an address or a label after it."""
    name = without_capital(SALUTATION.sub("", party.value))
    parts = SEPARATORS.split(name)
    if len(parts) > 1 and any(_is_no_part(part) for part in parts[1:]):
        first = next(number for number, part in enumerate(parts[1:], start=1) if _is_no_part(part))
        name = name[: name.index(parts[first], len(parts[0]))].rstrip(" ,;|·•▪●*\u2013-")
    bare = name.rstrip(" ,")
    if any(form.end() == len(bare) for form in LEGAL_FORM.finditer(bare)):
        name = bare  # behind a legal form, a comma leads to the address
    start = party.start + max(0, party.value.find(name))
    return Found(name, party.rank, start=start, end=start + len(name), score=party.score)


def _is_no_part(part: str) -> bool:
    return any(sign.isdecimal() for sign in part) or _LABELLED_PART.match(part) is not None


def with_legal_form(cell: Cell, score: int) -> Found[str] | None:
    """The part of the cell that has a legal form, and reads like a name."""
    place = 0
    for part in _parts(cell.text):
        text = part.strip()
        place = cell.text.find(text, place) if text else place
        label, colon, tail = text.rpartition(": ")
        name = _cut(tail if colon and len(label) < 30 else text)
        if _has_form(name) and is_name(name):
            start = cell.start + cell.text.index(name, place)
            return Found(name, cell.rank, start=start, end=start + len(name), score=score)
    return None


def _parts(text: str) -> Iterator[str]:
    """The parts between signs; an American form behind a comma ends the name before it."""
    begin = 0
    for separator in SEPARATORS.finditer(text):
        if _BEFORE_FORM.match(text, separator.start()):
            continue
        yield text[begin : separator.start()]
        begin = separator.end()
    yield text[begin:]


def _has_form(name: str) -> bool:
    """Whether there is a legal form; short ones are words as well where they are written small."""
    return any(
        len(match[0]) > _SHORT_FORM or not match[0].islower() for match in LEGAL_FORM.finditer(name)
    )


def _cut(name: str) -> str:
    """Cut off what follows the legal form in small letters or digits ("au capital de 10 000"), or
    as a label.
    """
    forms = [match.end() for match in LEGAL_FORM.finditer(name)]
    if not forms:
        return name
    rest = name[forms[-1] :]
    is_cut = _NO_PART.match(rest) or _LABELLED_PART.match(rest.strip())
    if is_cut:
        return name[: forms[-1]]
    return name


def sender(cell: Cell, score: int) -> Found[str] | None:
    """The name in the line above an address window. Nobody calls himself "Mr"."""
    if SALUTATION.match(cell.text):
        return None
    return before_address(cell, score) or _dotted(cell, score)


def _dotted(cell: Cell, score: int) -> Found[str] | None:
    """The firm in a line with dots between name, street and town; Irish ones often have no
    postcode.
    """
    match = _DOTTED.fullmatch(cell.text)
    if match is None or not LEGAL_FORM.search(match["name"]) or not is_name(match["name"]):
        return None
    is_street = any(map(str.isdecimal, match["street"])) and STREET.search(match["street"])
    if not is_street or party_words.ACCOUNT.match(match["street"]):
        return None
    start = cell.start + match.start("name")
    end = cell.start + match.end("name")
    return Found(match["name"], cell.rank, start=start, end=end, score=score)


def before_address(cell: Cell, score: int) -> Found[str] | None:
    """The name in a line with an address: name, street and town, parted by signs."""
    parts = [part for part in SEPARATORS.split(cell.text) if part]
    if (
        len(parts) < 3
        or not any(POSTCODE.search(part) for part in parts[1:4])
        or not is_name(parts[0])
    ):
        return None
    if not any(STREET.search(part) for part in parts[1:3]) or any(
        party_words.ACCOUNT.match(part) for part in parts[1:]
    ):
        return None
    start = cell.start + cell.text.index(parts[0])
    end = start + len(parts[0])
    return Found(parts[0].strip(), rank=cell.rank, start=start, end=end, score=score)


def windowed(sheet: Sheet, cell: Cell) -> Found[str] | None:
    """The first line of the address under a sender's line; None where no address follows there."""
    rows = sheet.rows[cell.rank + 1 : cell.rank + 1 + BLOCK_LINES + 1]
    column: list[Cell] = []
    for row in rows:
        column += [other for other in row if abs(other.start - cell.start) <= _WINDOW_SHIFT]
    name = next((other for other in column if not SALUTATION.fullmatch(f"{other.text} ")), None)
    has_town = any(POSTCODE.search(other.text) for other in column)
    if name and is_name(name.text) and (has_town or LEGAL_FORM.search(name.text)):
        return cleaned(name.found(LABELLED))
    return None


def column(sheet: Sheet, cell: Cell, lines: int) -> list[Cell]:
    """The aligned cells under this one, one a line, until two lines have none."""
    cells: list[Cell] = []
    missed = 0
    half = max(line.end for row in sheet.rows for line in row[-1:]) / 2
    # Large print shifts what is set to the right: cells that end their lines in the right half.
    is_right = cell.start > half and cell is sheet.rows[cell.rank][-1]
    for row in sheet.rows[cell.rank + 1 : cell.rank + 1 + lines]:
        shifted = row[-1:] if is_right and row[-1].start > half else ()
        under = [other for other in row if is_under(other, cell) or other in shifted]
        missed = 0 if under else missed + 1
        if missed > 1:
            break
        cells += under[:1]
    return cells


def is_under(other: Cell, cell: Cell) -> bool:
    """Whether the other shares a column with the cell, whichever way the column is aligned."""
    return (
        other.overlaps(cell) or abs(other.start - cell.start) <= 2 or abs(other.end - cell.end) <= 2
    )


BUYER, SELLER, OTHER = (
    party_words.party(table)
    for table in (party_words.BUYER, party_words.SELLER, party_words.OTHER_PARTY)
)
LABELLED: Final = 40
"""The score of such a name."""
BLOCK_LINES: Final = 6


def labelled(sheet: Sheet, pattern: re.Pattern[str]) -> Iterator[tuple[Cell, Found[str]]]:
    """The labels of a party, each with the name under or beside it."""
    for cell in sheet.cells():
        match = pattern.fullmatch(cell.text)
        if match is None:
            continue
        parties = (
            _in_cell(cell, match) or _named_in_block(sheet, cell) or _beside_or_below(sheet, cell)
        )
        if parties:
            yield cell, _over_two_lines(sheet, parties)


def _over_two_lines(sheet: Sheet, party: Found[str]) -> Found[str]:
    """The name with the rest of it below: a legal form alone, or a line with one that ends no name
    by itself, since the page has both together elsewhere. Where the line below begins as the name
    does, it is the name in full.
    """
    if party.rank + 1 >= len(sheet.rows):
        return party
    below = next(
        (cell for cell in sheet.rows[party.rank + 1] if abs(cell.start - party.start) <= _ALIGNED),
        None,
    )
    if below is None or not LEGAL_FORM.search(below.text) or is_party_label(below.text):
        return party
    if not (is_name(below.text) or LEGAL_FORM.fullmatch(below.text)):
        return party
    rest = below.found(party.score)
    key = name_key(party.value)
    rest_key = name_key(below.text)
    if rest_key.startswith(key):
        return rest
    has_form = LEGAL_FORM.search(party.value) is not None
    is_rest = not rest_key or (
        not has_form and any(key + rest_key in name_key(line.plain) for line in sheet.lines)
    )
    if not is_rest and (has_form or len(below.text.split()) > _REST_WORDS):
        return party
    return Found(
        f"{party.value} {below.text}",
        party.rank,
        start=party.start,
        end=party.end,
        score=party.score,
    )


def _in_cell(cell: Cell, match: re.Match[str]) -> Found[str] | None:
    text = (match["name"] or "").strip()
    if not is_name(text):
        return None
    start = cell.start + match.start("name")
    return cleaned(Found(text, cell.rank, start=start, end=start + len(text), score=LABELLED))


def _named_in_block(sheet: Sheet, label: Cell) -> Found[str] | None:
    """Find a name after "Name:" under the label; a name of two lines begins on the line before."""
    for rank in range(label.rank + 1, min(label.rank + BLOCK_LINES, len(sheet.rows))):
        if any(is_party_label(cell.text) for cell in sheet.rows[rank]):
            return None
        for cell in sheet.rows[rank]:
            match = party_words.NAME_LABEL.fullmatch(cell.text)
            if match is None or not (cell.overlaps(label) or cell.start <= label.start + 12):
                continue
            neighbour = sheet.beside(cell)
            text, start = (
                (match["name"], cell.start + match.start("name")) if match["name"] else ("", 0)
            )
            if not text and neighbour:
                text = neighbour.text
                start = neighbour.start
                above, *others = sheet.rows[rank - 1]
                is_first = not others and above.start > cell.end and above.rank > label.rank
                if is_first and not SALUTATION.fullmatch(f"{above.text} "):
                    text = f"{above.text} {text}"
            if text.strip():
                return cleaned(
                    Found(text.strip(), rank, start=start, end=start + len(text), score=LABELLED)
                )
    return None


def is_party_label(text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in (BUYER, SELLER, OTHER))


def _beside_or_below(sheet: Sheet, label: Cell) -> Found[str] | None:
    """The nearest name under the label in its column; else beside it."""
    for row in sheet.rows[label.rank + 1 : label.rank + 1 + BLOCK_LINES // 2]:
        under = [cell for cell in row if cell.start < label.end + 4 and label.start < cell.end]
        if any(is_party_label(cell.text) for cell in under):
            break
        for cell in under:
            if is_name(cell.text):
                return cleaned(cell.found(LABELLED))
    neighbour = sheet.beside(label)
    if neighbour and label.text.rstrip().endswith(":") and is_name(neighbour.text):
        return cleaned(neighbour.found(LABELLED))
    return None


WINDOW_LINES: Final = 45
_SHORTEST_WORD: Final = 3
_DOMAIN: Final = r"([\w-]+(?:\.[\w-]+)*)\.[a-z]{2,13}\b"
_DOMAIN_NAME: Final = re.compile(rf"(?:@|www\.|https?://)(?:www\.)?{_DOMAIN}", re.IGNORECASE)


def domains_of(sheet: Sheet, excluded: AbstractSet[Cell]) -> frozenset[str]:
    """The names of mail and web addresses in cells that are not `excluded`, without what is behind
    the last point.
    """
    domains = {
        max(match[1].lower().split("."), key=len)
        for cell in sheet.cells()
        if cell not in excluded
        for match in _DOMAIN_NAME.finditer(_unbroken(sheet, cell))
    }
    return frozenset(domain for domain in domains if len(domain) > 3 and domain not in PROVIDERS)


def _unbroken(sheet: Sheet, cell: Cell) -> str:
    """The cell's text with what follows its last hyphen below: a narrow column breaks addresses of
    the web.
    """
    if not cell.text.endswith("-") or not SITE.search(cell.text):
        return cell.text
    below = next(
        (
            each
            for row in sheet.rows[cell.rank + 1 : cell.rank + 3]
            for each in row
            if is_under(each, cell)
        ),
        None,
    )
    if below:
        return cell.text + below.text
    return cell.text


def fits(name: str, domains: frozenset[str]) -> bool:
    """Whether a domain is made of the name's words, or shortens it."""
    return fitting(name, domains) > 0


def site_key(name: str) -> str:
    """As `name_key`, with "ae", "oe" and "ue" as the vowels that addresses of the web spell so."""
    return name_key(name).replace("ae", "a").replace("oe", "o").replace("ue", "u")


def fitting(name: str, domains: frozenset[str]) -> int:
    """How many letters and digits the name shares with a domain that is made of its words, or
    shortens it.
    """
    return max((_shared(name, domain) for domain in domains), default=0)


def is_spelt_from(domain: str, name: str) -> bool:
    """Whether a domain is some of the name's words, in any order: plumbingstanford of "Stanford
    Plumbing & Heating".
    """
    keys = sorted(map(site_key, name.split()), key=lambda key: -len(key))
    rest = site_key(domain)
    parts = 0
    while rest:
        word = next(
            (key for key in keys if len(key) >= _SHORTEST_WORD and rest.startswith(key)), ""
        )
        if not word:
            return False
        rest = rest[len(word) :]
        parts = parts + 1
    return parts > 1


def _shared(name: str, domain: str) -> int:
    key = site_key(name)
    site = site_key(domain)
    if (
        site in key
        or all(site_key(part) in key for part in domain.split("-"))
        or is_spelt_from(domain, name)
    ):
        return len(site)
    if key in site:
        return len(key)
    return 0
