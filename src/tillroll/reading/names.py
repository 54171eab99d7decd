"""Names cut out of lines and greetings: without registration numbers, handwriting in another column and decoration."""

import re
from functools import lru_cache
from typing import Final

from tillroll.reading import weights as reading_weights
from tillroll.reading.candidates import Candidate
from tillroll.reading.company_names import find_legal_form, repair_legal_form
from tillroll.reading.languages import Concept
from tillroll.reading.name_words import is_slogan
from tillroll.reading.page import Page
from tillroll.reading.transcript import Line
from tillroll.reading.vocabulary import Codes, Found, find_concepts, respell

_LONG_WORD: Final = re.compile(r"[^\W\d_]{6,}")
_NO_KEY: Final = re.compile(r"[\W_]+")
_EDGES: Final = " \t*#=~_-.,:;|<>{}\"'•·"
_NUMBER_REST: Final = r"\d{3}[\dA-Z]{0,24}\s?-?\s?[A-Z]{0,2}\s?[)\]]?[\s.,]{0,24}$"
_REGISTRATION: Final = re.compile(
    r"[\s,]{0,24}[(\[]?\s?(?:(?:co|reg|company|brn|roc)\b\.?\s?(?:no)?\.?\s?:?\s?)?\(?"
    rf"(?:(?<![^\W\d_])[A-Z]{{1,2}})?\d{_NUMBER_REST}",
    re.IGNORECASE,
)
_NUMBER_AT_END: Final = re.compile(rf"\d{_NUMBER_REST}", re.IGNORECASE)
"""How every registration number ends, found much sooner than where one begins."""
_STORE_NUMBER: Final = re.compile(r"\s*#\s?(?:[A-Z]{1,3}-)?\d")
"""Which of its shops it is, and what follows: "Taco Time #114"."""
_COMPANY: Final = re.compile(r"(?<=\w\s)Co\.(?=\s+(?!(?:no|reg|id|ltd)\b)[^\W\d])", re.IGNORECASE)
"""What follows "Corner Coffee Co." on the line is the branch."""
_FORMER: Final = re.compile(r"(?<=\w.)[\s(]+(?:f\.?k\.?a|a\.?k\.?a|formerly|previously|also known)\b", re.IGNORECASE)
"""What follows is another name of the firm."""
_LABEL: Final = re.compile(
    r"(?:company|shop|store|merchant|seller|vendor|nama (?:syarikat|kedai))(?: name)? ?[:=] ?(?=[^\W\d]{2})",
    re.IGNORECASE,
)
"""Before the name where a form is printed: "COMPANY : PINE TRADING"."""
_WITHOUT_ACCENTS: Final = frozenset({"en", "ms"})
# Accents that English and Malay names do not bear; OCR sees them in specks. É, ñ, ö and others occur in loan words.
_STRAY_ACCENTS: Final = str.maketrans("ÀÁÂÃÅàáâãåÌÍÎìíîÒÓÔÕòóôõÙÚÛùúû", "AAAAAaaaaaIIIiiiOOOOooooUUUuuu")
_FRAMES: Final = "kedai restoran farmasi klinik syarikat perniagaan pasaraya perusahaan bengkel koperasi".split()  # noqa: SIM905
_TORN: Final = {torn: word for word in _FRAMES for torn in (word[:-1], word[1:])}
"""Malay words for a kind of shop that stand first in its name, where print is torn: a letter of theirs lost."""
_ZERO_PART: Final = re.compile(r"(?<=[A-Z]-)0(?![^\W_])|(?<=[A-Z])0(?=[A-Z])")
_LETTERS_WITH_DIGIT: Final = re.compile(r"(?<![^\W_])(?=[A-Z058]*[A-Z]{3})[A-Z058]+(?![^\W_])")
_DIGIT_LETTERS: Final = str.maketrans("058", "OSB")
_OPEN_BRACKET_AS_I: Final = re.compile(r"(?<=[A-Z])\[(?![^\]]*\])|(?<=[A-Z])\|(?=[A-Z\s]|$)")


def name_in(page: Page, line: Line) -> tuple[str, int, int]:
    """The name that a line may hold, repaired where OCR is known to misread, with the span of what was printed.

    "" when nothing is left. A legal form ends the name: what follows on the line is no part of it.
    """
    start, end, form = _cell(line)
    end = min([each.start for each in page.found(line) if _heads_column(line, each, start)], default=end)
    text = line.plain[start:end]
    label = _LABEL.match(text)
    if label:
        start += label.end()
        text, form = text[label.end() :], find_legal_form(text[label.end() :])
    if form is not None and form[0] > 2:
        text = text[: form[1]]
    former = _FORMER.search(text)
    if former:
        text = text[: former.start()]
    company = _COMPANY.search(text)
    if form is None and company:
        text = text[: company.end()]
    numbered = _STORE_NUMBER.search(text)
    if numbered and numbered.start() > 2:
        text = text[: numbered.start()]
    cut = _REGISTRATION.search(text) if _NUMBER_AT_END.search(text) else None
    if cut and cut.start() > 2:
        text = text[: cut.start()]
    stamped = Concept.STAMP in page.named(line)
    name = (_without_stamp(text, page.languages) if stamped else text).strip(_EDGES)
    if text.rstrip().endswith(".") and (form is not None or company):
        name += "."
    start += text.find(name.rstrip("."))
    end = start + len(name)
    if name.count("(") != name.count(")"):
        name = name.strip("() ")
    return repair_name(" ".join(name.split()), page.languages), start, end


def _heads_column(line: Line, found: Found, start: int) -> bool:
    """Whether a heading is a column beside the name: "PINE OPTICAL      TAX INVOICE"."""
    return found.concept is Concept.HEADING and any(found.start == at > start + 2 for at, _ in line.cells)


def repair_name(name: str, languages: Codes) -> str:
    """The name with OCR's usual slips put right: "SDN 8HD", "KAI-0", "MONTA[ BOOKS", "HARDWÀRE", "STTIONERY",
    "KEDA PAPAN"."""
    repaired = _ZERO_PART.sub("O", name) if "0" in name else name
    if "[" in repaired or "|" in repaired:
        repaired = _OPEN_BRACKET_AS_I.sub("I", repaired)
    if "ms" in languages:
        repaired = _whole_frame(repaired)
    if languages <= _WITHOUT_ACCENTS:
        repaired = repaired.translate(_STRAY_ACCENTS)
    repaired = _LONG_WORD.sub(lambda match: _respelled(match[0], languages), repaired)
    if repair_legal_form(repaired) == repaired:
        return repaired
    # A name whose legal form was misread has other letters misread for digits too: "99 5PEED MART S/8".
    return repair_legal_form(_LETTERS_WITH_DIGIT.sub(lambda match: match[0].translate(_DIGIT_LETTERS), repaired))


def _whole_frame(name: str) -> str:
    """The name with the word for a kind of shop whole that it begins with: "KEDA PAPAN" is a "KEDAI PAPAN"."""
    first, space, rest = name.partition(" ")
    whole = _TORN.get(first.casefold())
    if whole is None or not space:
        return name
    return f"{whole.upper() if first.isupper() else whole.capitalize()} {rest}"


def _respelled(word: str, languages: Codes) -> str:
    spelling = respell(word, languages)
    if spelling is None:
        return word
    return spelling.upper() if word.isupper() else spelling.capitalize() if word[0].isupper() else spelling


@lru_cache(maxsize=20_000)
def name_key(name: str) -> str:
    """Letters and digits without case: what makes two printed names the same."""
    return _NO_KEY.sub("", name.casefold())


def _without_stamp(text: str, languages: Codes) -> str:
    """The text up to a stamp that stands behind a name."""
    stamps = [found.start for found in find_concepts(text, languages) if found.concept is Concept.STAMP]
    return text[: stamps[0]] if stamps and stamps[0] > 2 else text


def _cell(line: Line) -> tuple[int, int, tuple[int, int] | None]:
    """The span of the column with the name: the one with a legal form, else all columns from the first to the last
    that begin with a letter; and the span in it of the legal form."""
    lettered: list[tuple[int, int, tuple[int, int] | None]] = []
    for start, end in line.cells:
        cell = line.plain[start:end]
        form = find_legal_form(cell)
        if form is not None and form[0] > 2:
            return start, end, form
        if _is_lettered(cell):
            lettered.append((start, end, form))
    if len(lettered) == 1:
        return lettered[0]
    start, end = (lettered[0][0], lettered[-1][1]) if lettered else (0, len(line.plain))
    return start, end, find_legal_form(line.plain[start:end])


def _is_lettered(cell: str) -> bool:
    letters = sum(map(str.isalpha, cell))
    return letters >= 2 and letters * 2 > len(cell.replace(" ", ""))


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
        candidate.give("greeted", reading_weights.MERCHANT)
        names.append(candidate)
    return names
