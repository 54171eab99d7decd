"""Names cut out of lines and greetings, repaired where OCR read them badly."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from tillroll_documents.reading import weights
from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text import company_names
from tillroll_documents.reading.text.company_names import (
    find_legal_form,
    repair_legal_form,
)
from tillroll_documents.reading.text.vocabulary import (
    WORDS_KEPT,
    Codes,
    find_concepts,
    respell,
)
from tillroll_documents.reading.weights import Candidate

_LONG_WORD: Final = re.compile(r"[^\W\d_]{6,}")
_EDGES: Final = " \t*#=~_-.,:;|<>{}\"'•·"
_NUMBER_REST: Final = r"\d{3}[\dA-Z]{0,24}\s?-?\s?[A-Z]{0,2}\s?[)\]]?[\s.,]{0,24}$"
_REGISTRATION: Final = re.compile(
    r"[\s,]{0,24}[(\[]?\s?(?:(?:co|reg|company|brn|roc)\b\.?\s?(?:no)?\.?\s?:?\s?)?\(?"
    rf"(?:(?<![^\W\d_])[A-Z]{{1,2}})?\d{_NUMBER_REST}",
    re.IGNORECASE,
)
_NUMBER_AT_END: Final = re.compile(rf"\d{_NUMBER_REST}", re.IGNORECASE)
"""How every registration number ends, found much sooner than where one begins."""
_TORN_NUMBER: Final = re.compile(r"(?<=\w)\s*\(\s?\d[^()]*$")
"""A register's number behind the name, its end lost: "PINE TRADING (001"."""
_STORE_NUMBER: Final = re.compile(r"\s*#\s?(?:[A-Z]{1,3}-)?\d")
"""Which of its shops it is, and what follows: "Taco Time #114"."""
_COMPANY: Final = re.compile(
    r"(?-i:[Cc])(?<=\w\s.)o\.(?=\s+(?!(?:no|reg|id|ltd)\b)[^\W\d])", re.IGNORECASE
)
"""What follows "Corner Coffee Co." on the line is the branch."""
_FORMER: Final = re.compile(
    r"[\s(](?<=\w..)[\s(]*(?:f\.?k\.?a|a\.?k\.?a|formerly|previously|also known)\b", re.IGNORECASE
)
_NAME_FOLLOWS: Final = r"(?=[^\W\d]{2})"
_LABEL: Final = re.compile(
    r"(?:(?:company|shop|store|merchant|seller|vendor|nama (?:syarikat|kedai))(?: name)? ?[:=] ?"
    r"|(?:sold|fulfilled) by ?: ?"
    r"|(?:your |the )?(?:e-?)?(?:receipt|invoice|order|purchase|payment)(?: confirmation)?"
    r" (?:from|at|with) "
    r"|(?:ihr(?:e)? )?(?:beleg|rechnung|bestellung|einkauf) (?:von|bei) "
    rf"|(?:votre )?(?:re[çc]u|facture|commande|achat) (?:de|chez) ){_NAME_FOLLOWS}",
    re.IGNORECASE,
)
"""Before a name: "COMPANY : PINE TRADING" on a form, "Your receipt from Pine" in a mail."""
_WITHOUT_ACCENTS: Final = frozenset({"en", "ms"})
# Accents that English and Malay names do not bear; OCR sees them in specks. É, ñ, ö and others
# occur in loan words.
_STRAY_ACCENTS: Final = str.maketrans(
    "ÀÁÂÃÅàáâãåÌÍÎìíîÒÓÔÕòóôõÙÚÛùúû", "AAAAAaaaaaIIIiiiOOOOooooUUUuuu"
)
_FRAMES: Final = [
    "kedai",
    "restoran",
    "farmasi",
    "klinik",
    "syarikat",
    "perniagaan",
    "pasaraya",
    "perusahaan",
    "bengkel",
    "koperasi",
]
_TORN: Final = {torn: word for word in _FRAMES for torn in (word[:-1], word[1:])}
"""Malay words for a kind of shop that stand first in its name, where print is torn: a letter of
theirs lost.
"""
_ZERO_PART: Final = re.compile(r"(?<=[A-Z]-)0(?![^\W_])|(?<=[A-Z])0(?=[A-Z])")
_LETTERS_WITH_DIGIT: Final = re.compile(r"(?<![^\W_])(?=[A-Z058]*[A-Z]{3})[A-Z058]+(?![^\W_])")
_DIGIT_LETTERS: Final = str.maketrans("058", "OSB")
_OPEN_BRACKET_AS_I: Final = re.compile(r"(?<=[A-Z])\[(?![^\]]*\])|(?<=[A-Z])\|(?=[A-Z\s]|$)")


_Span = tuple[int, int]
_PARTING_DOT: Final = re.compile("[·•∙]")
_FEWEST_DOTS: Final = 2
"""One dot may part two names, or be a speck."""


def name_in(page: Page, line: Line) -> tuple[str, int, int]:
    """The name that a line may hold, repaired, with the span of what was printed; "" when nothing
    is left. A legal form ends it.
    """
    cells = line.cells
    start, end, form = _cell(page, line, cells)
    if len(cells) > 1:
        starts = [at for at, _ in cells if at > start + 2]  # a heading is a column beside the name
        end = min(
            [
                each.start
                for each in page.found(line)
                if each.concept is Concept.HEADING and each.start in starts
            ],
            default=end,
        )
    start, end, form = _sender(line.plain, start, end, form=form)
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
    if "#" in text:
        text = _before(_STORE_NUMBER, text)
    if _NUMBER_AT_END.search(text):
        text = _before(_REGISTRATION, text)
    stamped = Concept.STAMP in page.named(line)
    name = (_without_stamp(text, page.languages) if stamped else text).strip(_EDGES)
    if text.rstrip().endswith(".") and (form is not None or company):
        name += "."
    start += text.find(name.rstrip("."))
    end = start + len(name)
    if name.count("(") != name.count(")"):
        name = _TORN_NUMBER.sub("", name).strip("() ")
    return repair_name(" ".join(name.split()), page.languages), start, end


def _sender(text: str, start: int, end: int, form: _Span | None) -> tuple[int, int, _Span | None]:
    """The part of a cell that is a firm, with its legal form's span in it, where dots part name,
    street and town: "PINE · Pine AG · Am Ring 3 · 04107 Leipzig". Other cells stay whole.
    """
    marks = [mark.start() for mark in _PARTING_DOT.finditer(text, start, end)]
    if len(marks) < _FEWEST_DOTS:
        return start, end, form
    starts = [start, *(mark + 1 for mark in marks)]
    for part_start, part_end in zip(starts, [*marks, end], strict=True):
        form_in_part = find_legal_form(text[part_start:part_end])
        if form_in_part is not None:
            return part_start, part_end, form_in_part
    return start, end, form


def repair_name(name: str, languages: Codes) -> str:
    """The name with OCR's usual slips put right: "SDN 8HD", "KAI-0", "MONTA[ BOOKS", "HARDWÀRE",
    "STTIONERY".
    """
    repaired = _ZERO_PART.sub("O", name) if "0" in name else name
    if "[" in repaired or "|" in repaired:
        repaired = _OPEN_BRACKET_AS_I.sub("I", repaired)
    if "ms" in languages:
        repaired = _whole_frame(repaired)
    if not repaired.isascii() and languages <= _WITHOUT_ACCENTS:
        repaired = repaired.translate(_STRAY_ACCENTS)
    repaired = _LONG_WORD.sub(lambda match: _respelled(match[0], languages), repaired)
    if repair_legal_form(repaired) == repaired:
        return repaired
    # A name whose legal form was misread has other letters misread for digits too: "99 5PEED MART
    # S/8".
    return repair_legal_form(
        _LETTERS_WITH_DIGIT.sub(lambda match: match[0].translate(_DIGIT_LETTERS), repaired)
    )


def _whole_frame(name: str) -> str:
    """The name with the word for a kind of shop whole that it begins with: "KEDA PAPAN" is a "KEDAI
    PAPAN".
    """
    first, space, rest = name.partition(" ")
    whole = _TORN.get(first.casefold())
    if whole is None or not space:
        return name
    return f"{_cased(whole.capitalize(), first)} {rest}"


def _cased(spelling: str, printed: str) -> str:
    if printed.isupper():
        return spelling.upper()
    return spelling


def _respelled(word: str, languages: Codes) -> str:
    spelling = respell(word, languages)
    if spelling is None:
        return word
    return _cased(spelling.capitalize() if word[0].isupper() else spelling, word)


@lru_cache(maxsize=WORDS_KEPT)
def name_key(name: str) -> str:
    """Letters and digits without case: what makes two printed names the same."""
    return "".join(filter(str.isalnum, name.casefold()))


def _before(pattern: re.Pattern[str], text: str) -> str:
    """The text before what the pattern finds; all of it where that stands at its beginning."""
    match = pattern.search(text)
    if match is None or match.start() <= 2:
        return text
    return text[: match.start()]


def _without_stamp(text: str, languages: Codes) -> str:
    stamps = [
        term.start for term in find_concepts(text, languages) if term.concept is Concept.STAMP
    ]
    if stamps and stamps[0] > 2:
        return text[: stamps[0]]
    return text


def _cell(
    page: Page, line: Line, cells: Sequence[tuple[int, int]]
) -> tuple[int, int, tuple[int, int] | None]:
    """The span of the column with the name, by a legal form or from the first to the last that
    begin with a letter, and the span of the form.
    """
    lettered: list[tuple[int, int, tuple[int, int] | None]] = []
    # Of several columns one may end in what is no form within the line.
    is_without = line.index not in page.legal and len(cells) == 1 and cells[0][0] == 0
    for start, end in cells:
        cell = line.plain[start:end]
        form = None if is_without else find_legal_form(cell)
        if form is not None and form[0] > 2:
            return start, end, form
        letters = sum(map(str.isalpha, cell))
        if letters >= 2 and letters * 2 > len(cell.replace(" ", "")):
            lettered.append((start, end, form))
    if len(lettered) == 1:
        return lettered[0]
    start, end = (lettered[0][0], lettered[-1][1]) if lettered else (0, len(line.plain))
    return start, end, None if is_without else find_legal_form(line.plain[start:end])


_GREETED: Final = re.compile(
    r"\b(?:welcome ?to|(?:shopping|dining|eating|staying|parking) "
    r"(?:at|with|in)|visiting|choosing|selamat datang ke"
    r"|willkommen (?:bei|im|in der)|einkauf (?:bei|im)|besuch (?:bei|im)|bienvenue "
    r"(?:chez|[aà])|visite chez"
    r"|benvenut[oi] (?:da|al|alla|in)|bienvenidos? a(?:l)?)[ "
    r":]+(?P<name>[^\W\d_].{2,40}?)[\s.!,*]*$",
    re.IGNORECASE,
)
_NOT_SAID: Final = re.compile(r"(?:our|us|the family|your|this|one of|again|you)\b", re.IGNORECASE)


def greeted_names(page: Page) -> Iterator[Candidate[str]]:
    """Candidates for the merchant's name out of greetings anywhere on the paper."""
    for line in page.naming(Concept.GREETING):
        match = _GREETED.search(line.plain)
        if (
            match is None
            or _NOT_SAID.match(match["name"])
            or company_names.is_slogan(match["name"])
        ):
            continue
        name = repair_name(match["name"], page.languages)
        yield Candidate(name, line, *match.span("name")).give_all(
            {"greeted": True}, weights.MERCHANT
        )
