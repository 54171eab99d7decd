"""Names cut out of lines and greetings, what the words of a line say for or against them, and names
set over several lines.
"""

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from typing import Final

from tillroll_documents.reading import weights, words
from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text import company_names
from tillroll_documents.reading.text.company_names import (
    KINDS,
    find_legal_form,
    leads_name,
    repair_legal_form,
    tells_kind,
)
from tillroll_documents.reading.text.dates import find_time
from tillroll_documents.reading.text.places import is_place, is_town, names_region
from tillroll_documents.reading.text.vocabulary import (
    WORDS_KEPT,
    Codes,
    Found,
    concepts_of,
    find_concepts,
    fold,
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


_BLOCK: Final = re.compile(
    r"[都道府県市区町村郡]\S{0,20}?\d{1,4}(?:[-丁番号]|$)|^〒|^\S{1,5}(?<![商書酒飯薬本茶])店$"
)
"""A block in Japan, in an address without a street, "港区芝1-2-3"; or a branch, "渋谷店"."""
_MOST_LINES: Final = 4
_STACK_MIN: Final = 3
"""Lines; two are joined by their words."""
_KIND_WORDS: Final = frozenset({Concept.TRADE, Concept.CUISINE, Concept.FIRM})
_NO_OBSTACLE: Final = frozenset({"only_kind", "only_form"})
"""What speaks against a line as a name of its own, and not against it as a part of one."""
_GOES_ON: Final = re.compile(r"(?:of|at|by|and|de|du|di|von|van)\s")
"""A line that begins so, in lower case, goes on from the one above."""
_OPEN_END: Final = re.compile(
    r"(?:\s(?:and|of|the|de|du|di|del|la|von|van|und|et|dan|n)|[&+,/-])$", re.IGNORECASE
)
"""A line that ends so goes on in the next."""
_PLACE_ALONE: Final = re.compile(r"\([^\W\d_][^\d()&]{1,18}\)")
_TAILS: Final = words("""
    industry industries industrial machinery equipment international corporation management products
    product sales supply import export imports exports systems solutions security manufacturing
    network design designs properties property investment investments consultancy consultants
    collection culinary malaysia and dan n
""")
"""Words that names of firms end in, and do not begin with; beside them those of `KINDS`."""
_TAIL_WORDS: Final = 3
"""So many words of a line at most, "and" counted: a longer one is a name of its own."""
_LEADING_KINDS: Final = words("""
    restoran restaurant restaurante ristorante trattoria pizzeria osteria cafe kafe kedai syarikat
    perniagaan pasaraya farmasi klinik gerai warung stesen butik boulangerie boucherie pharmacie
    farmacia farmacja panaderia supermercado hotel bengkel perusahaan pusat
""")
"""Words for a kind of shop that stand before its name, so that a name broken after one goes on."""
_LONGEST_KIND: Final = 3


def joined_names(candidates: Sequence[Candidate[str]], page: Page) -> Iterator[Candidate[str]]:
    """Names made of two to four lines that follow each other."""
    for first in range(len(candidates) - 1):
        whole = candidates[first]
        for number in range(first + 1, min(first + _MOST_LINES, len(candidates))):
            last = candidates[number - 1]
            part = candidates[number]
            doubtful = any(weight < 0 for weight in _joinable(part).values())
            if doubtful or not follows(last, part, page) or not _goes_on(whole, part, page):
                break
            whole = _joined(
                whole, part, name=f"{whole.value} {part.value}", reasons=_joinable(whole, part)
            )
            yield whole


def _joined(
    first: Candidate[str], last: Candidate[str], name: str, reasons: dict[str, int]
) -> Candidate[str]:
    """The name that begins with the first and ends with the last, with what speaks for either."""
    reasons |= {code: weight for code, weight in last.reasons.items() if weight > 0}
    joined = Candidate(name, first.line, start=first.start, end=first.end, reasons=reasons)
    joined.give("two_lines", weights.MERCHANT)
    return joined


def stacked_names(candidates: Sequence[Candidate[str]], page: Page) -> Iterator[Candidate[str]]:
    """Names set a word a line, as logos are ("the / Corner / Bakery"), ending in what the shop
    is.
    """
    words: list[Candidate[str]] = []
    for candidate in candidates:
        if " " in candidate.value or not all(
            weight > 0 for weight in _joinable(candidate).values()
        ):
            words = []
            continue
        words = [*(words if words and follows(words[-1], candidate, page) else []), candidate]
        if "has_trade_word" in candidate.reasons and len(words) >= _STACK_MIN:
            yield _joined(
                words[0],
                candidate,
                name=" ".join(word.value for word in words),
                reasons=_joinable(words[0]),
            )


def follows(first: Candidate[str], second: Candidate[str], page: Page) -> bool:
    """Whether the second stands on the next filled line."""
    return page.rank(second.line) == page.rank(first.line) + 1


def is_only_kind(name: str, page: Page) -> bool:
    """Whether each word says what the shop is: "Mexican Restaurant & Bar"."""
    return _are_only_kind(_LETTERS.findall(name), page)


def _are_only_kind(words: Sequence[str], page: Page) -> bool:
    return bool(words) and all(_KIND_WORDS & concepts_of(word, page.languages) for word in words)


def _joinable(part: Candidate[str], other: Candidate[str] | None = None) -> dict[str, int]:
    """The reasons of a part of a name, which may say only what the shop is, unless the other part
    does too.
    """
    both = other is not None and "only_kind" in other.reasons
    return {
        code: weight for code, weight in part.reasons.items() if both or code not in _NO_OBSTACLE
    }


def _goes_on(whole: Candidate[str], part: Candidate[str], page: Page) -> bool:
    """Whether a line finishes what stands above it: joined by "&" in the same case (a note in
    handwriting is in another), holding no more than a place in parentheses, trade words and legal
    form, or below a kind of shop that is named first.
    """
    first = whole.value
    second = part.value
    if "is_person" in whole.reasons:
        return False
    if first.endswith("&") or second.startswith("&"):
        form = find_legal_form(second)
        return first.isupper() == (second[: form[0]] if form and form[0] else second).isupper()
    if find_legal_form(first) is not None:
        return False
    if first.count("(") > first.count(")") and ")" in second.partition("(")[0]:
        return True
    if _GOES_ON.match(second) or _OPEN_END.search(first) or _names_kind_first(whole, part):
        return True
    return not leads_name(second) and _is_rest(second, page, part)


def _is_rest(second: str, page: Page, part: Candidate[str]) -> bool:
    """Whether a line holds no more than the end of a name: what the shop is, a place, a legal
    form.
    """
    form = find_legal_form(second)
    if form is None:
        is_place = _PLACE_ALONE.fullmatch(second) and Concept.TRADE not in page.named(part.line)
        opened, bracket, place = second.partition("(")
        rest = opened if bracket and ")" not in place else second
        return (
            bool(is_place)
            or is_only_kind(second, page)
            or (second[0] != "(" and _is_known(rest, page))
        )
    rest = _BRACKETED.sub(" ", second[: form[0]])
    return is_town(rest) or _is_known(rest, page)


def _is_known(rest: str, page: Page) -> bool:
    """Whether a text has only words for trades and firms, each by itself: "SANYUSTATIONERY" is a
    name.
    """
    spans = [f for f in find_concepts(rest, page.languages) if f.concept in _NAME_WORDS]
    words = [(f, rest[f.start : f.end].strip()) for f in spans]
    earlier = [f for f, word in words if " " in word or concepts_of(word, page.languages)]
    unnamed = "".join(
        c for i, c in enumerate(rest) if not any(f.start <= i < f.end for f in earlier)
    )
    if name_key(unnamed) == "":
        return True
    words = [fold(word) for word in _LETTERS.findall(rest)]
    return len(words) <= _TAIL_WORDS and all(
        _ends_names(word, page) for word in _LETTERS.findall(unnamed)
    )


def _ends_names(word: str, page: Page) -> bool:
    plain = fold(word)
    singular = fold(word).removesuffix("s")
    is_tail = plain in _TAILS or singular in KINDS or plain in KINDS
    return is_tail or Concept.TRADE in concepts_of(singular, page.languages)


def _names_kind_first(whole: Candidate[str], part: Candidate[str]) -> bool:
    words = [fold(word) for word in _LETTERS.findall(whole.value)]
    is_kind = 0 < len(words) <= _LONGEST_KIND and words[0] in _LEADING_KINDS
    is_alone = " " not in whole.value or "only_kind" in whole.reasons
    is_set_alike = part.value.isupper() == whole.value.isupper()
    return is_kind and is_alone and "has_trade_word" not in part.reasons and is_set_alike


_NO_NAMES: Final = [code for code, weight in weights.MERCHANT.items() if weight < -35]
"""Signs that weigh so much make a line no name, whatever else it looks like."""
_AGAINST: Final = {
    Concept.GREETING: "is_greeting",
    Concept.CONTACT: "is_contact",
    Concept.REGISTRATION: "is_registration",
    Concept.STAFF: "is_staff_or_customer",
    Concept.CUSTOMER: "is_staff_or_customer",
}
_ALSO_NAMES: Final = frozenset(
    {Concept.CONTACT, Concept.REGISTRATION, Concept.STAFF, Concept.CUSTOMER, Concept.HEADING}
)
"""Single words for these occur in names: "POS", "Mobile", "Host", "Original"."""
_HEADS_NAMES: Final = frozenset({"original", "check", "bill"})
"""Of the words for a kind of paper, those that names begin with."""
_LEADING: Final = frozenset({Concept.REGISTRATION, Concept.STAFF, Concept.CUSTOMER})
"""These begin a line that is about them: "Cashier Anna"."""
_NAME_WORDS: Final = frozenset({Concept.TRADE, Concept.FIRM})
_OF_NAMES: Final = _NAME_WORDS | {Concept.CUISINE, Concept.ADDRESS, Concept.OWNED_BY}
_FEW_LETTERS: Final = 4
"""So many letters beside known words make no name: "GST ID NO", "TABLE A2"."""
_NOTE: Final = 10
"""Letters; a note in handwriting is shorter."""
_PLACES: Final = words("""
    centre center park plaza mall square tower town city village building box arcade complex
    megamall dataran menara wisma kompleks arked st drive lane airport
""")
"""Words of addresses that are words of names too: "Studio 54 Plaza", "The Toast Box"."""
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_MONEY: Final = re.compile(r"\d[.,]\d{2,3}(?!\d)")
_DIGIT: Final = re.compile(r"\d")
_WEB: Final = re.compile(r"@|www\.|https?:|\.(?:com|net|org)\b", re.IGNORECASE)
_ENTRY: Final = re.compile(r"\w:\s*\w")
"""A heading and what belongs to it: "Guests: 2", "Tab: Bar"."""
_STREET: Final = re.compile(r"[^\W\d_]str(?:\.|aße|asse)?\s{0,2}\d", re.IGNORECASE)
"""German streets end in their kind: "Pilgerstr. 69"."""
_REGISTER_LINE: Final = re.compile(
    r"\W*(?:co|reg|comp\w{0,4}|gst|sst|roc|brn)\b\W?.{0,14}?\d{5}", re.IGNORECASE
)
"""A register's number, whatever is left of its label: "Co-RE:360671-D"."""
_BRACKETED: Final = re.compile(r"\([^()]*\)")
_POSTCODE: Final = re.compile(r"\s*[A-Z]{0,2}-?\d{4,6}[\s,]")
_POSTCODE_BEHIND: Final = re.compile(
    r"\d\w?,? ?(?:, ?|\s)(?:[A-Z]{1,2}-)?(?:\d{3} \d{2}|\d{2}-\d{3}|\d{4}-\d{3}|\d{4,5})\s[^\W\d_]"
    r"|^\W{0,2}\d.{0,60}\b"
    r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{2,3} \d{4,5})\W{0,2}$"
)
"""Behind a street with its number: "Průmyslová 3, 614 00 Brno", "6 Market Row Totnes TQ9 5DL"."""


def word_signs(page: Page, line: Line, name: str, end: int, *, legal: bool) -> dict[str, bool]:
    """What the words of the line say of the name that was cut out of it and ends at `end`."""
    text = line.plain
    named = _told(page, line, name)
    if Concept.TRADE in named and _is_in_street(page, line):
        named = named - {Concept.TRADE}
    letters = sum(map(str.isalpha, name))
    words = _LETTERS.findall(name)
    is_paper = any(
        each.concept is Concept.HEADING and each.start < end for each in page.found(line)
    )
    is_shop = bool(named & _NAME_WORDS)
    address = _address_words(page, line)
    numbered = bool(_DIGIT.search(text))
    is_street = numbered and Concept.FIRM not in named and not address <= _PLACES
    is_located = False
    if not legal:
        is_located = is_street or _is_located(
            name, text, address, is_numbered=numbered, is_shop=is_shop
        )
    only_kind = not legal and _are_only_kind(words, page)
    signs = {
        "has_legal_form": legal,
        "has_firm_word": Concept.FIRM in named and not legal,
        "has_trade_word": Concept.TRADE in named,
        "owner_named": Concept.OWNED_BY in named,
        "capitals": letters > 0 and name.upper() == name,
        "too_short": letters < 3,
        "few_letters": letters * 2 < len(name.replace(" ", "")),
        "is_address": is_located,
        "is_entry": bool(":" in name and _ENTRY.search(name) and Concept.OWNED_BY not in named)
        or (only_kind and "#" in text)
        or (Concept.RECEIPT_NUMBER in named and not legal and not is_shop),
        "only_kind": only_kind,
        "only_form": legal and _is_only_form(name),
        "has_address_word": bool(address) and not numbered and not legal and not is_shop,
        "is_heading": (is_paper and Concept.HEADING in named and not legal and not is_shop)
        or _is_label(page, words),
        "is_plot": not legal
        and not is_shop
        and bool(company_names.PLOT.fullmatch(text.strip(" .,"))),
        "has_amount_or_date": numbered
        and bool(_MONEY.search(text) or page.dates(line) or find_time(text)),
    }
    all_signs = signs | {_AGAINST[concept]: True for concept in named & _AGAINST.keys()}
    if not legal and numbered and _REGISTER_LINE.match(text):
        all_signs["is_registration"] = True
    if legal and Concept.CUSTOMER not in named:
        all_signs.pop("is_staff_or_customer", None)  # "PINE HOST SDN BHD" waits at no table
    if _WEB.search(text) and not legal:
        all_signs["is_contact"] = True
    if not any(map(all_signs.get, _NO_NAMES)):
        all_signs |= _looks(text, name, end, legal=legal, is_shop=is_shop)
        is_doubtful = (
            all_signs.get("is_slogan") or all_signs.get("is_branch") or all_signs.get("is_scribble")
        )
        if not is_doubtful and not is_shop:
            all_signs["has_trade_word"] = tells_kind(name)
        elif letters < _NOTE and all_signs.get("is_scribble"):
            all_signs["has_trade_word"] = False  # a note of what was bought: "bill tea"
    return all_signs


def _is_located(
    name: str, text: str, address: Set[str], *, is_numbered: bool, is_shop: bool
) -> bool:
    """Whether a line with this name, and these words of an address, says where something is."""
    if address and _is_building(name, text, is_shop=is_shop):
        return True
    if is_numbered and (
        _POSTCODE.match(text) or _POSTCODE_BEHIND.search(text) or _STREET.search(text)
    ):
        return True
    if is_town(text):
        return True
    if not is_shop and (is_place(name) or names_region(name)):
        return True
    return not name.isascii() and _BLOCK.search(name) is not None


def _is_in_street(page: Page, line: Line) -> bool:
    """Whether the trade is in the name of a street only: "1 Market St", "Bakery Lane 3"."""
    labels = page.found(line)
    trades = [each for each in labels if each.concept is Concept.TRADE]
    streets = [each.start for each in labels if each.concept is Concept.ADDRESS]
    for trade in trades:
        streets_after = [start for start in streets if start >= trade.end]
        if not streets_after or line.plain[trade.end : min(streets_after)].strip():
            return False
    return bool(trades)


def _is_building(name: str, text: str, *, is_shop: bool) -> bool:
    """Whether a line that names a building or a square gives its number too: "4 Market Square",
    "PLAZA OAK, 2-12".
    """
    if name[0].isdecimal():
        return not is_shop or fold(name.rsplit(maxsplit=1)[-1]) in _PLACES
    return not is_shop and "," in text and bool(_DIGIT.search(text))


def _told(page: Page, line: Line, name: str) -> Set[Concept]:
    """The concepts that the line is about. A word that is a part of a name is no label: "PEJABAT
    POS SELATAN".
    """
    text = line.plain
    named = page.named(line)
    doubtful = named & _ALSO_NAMES
    if not doubtful or ":" in text or "#" in text or _DIGIT.search(name):
        return named
    terms = page.found(line)
    spans = {(each.start, each.end) for each in terms}
    letters = sum(map(str.isalpha, text)) - sum(
        sum(map(str.isalpha, text[start:end])) for start, end in spans
    )
    if letters < _FEW_LETTERS:
        return named
    return named - {
        c
        for c in doubtful
        if not any(_is_label_of(c, each, text=text, named=named) for each in terms)
    }


def _is_label_of(concept: Concept, term: Found, text: str, named: Set[Concept]) -> bool:
    """Whether the found words are a label for the concept, not a word of a name."""
    if term.concept is not concept:
        return False
    words = text[term.start : term.end]
    is_first = not text[: term.start].strip(" *-")
    if " " in words.strip():
        return True
    if concept is Concept.HEADING:
        return not (is_first and fold(words) in _HEADS_NAMES)
    return concept in _LEADING and is_first and not named & _NAME_WORDS


def _address_words(page: Page, line: Line) -> Set[str]:
    """The line's words for an address, folded; "no" behind another word counts something else:
    "QUEUE NO 23".
    """
    text = line.plain
    terms = [each for each in page.found(line) if each.concept is Concept.ADDRESS]
    words = {fold(text[each.start : each.end]) for each in terms}
    if words == {"no"}:
        before = text[: terms[0].start].rstrip()
        if not before or not before[-1].isalpha():
            return words
        return frozenset()
    return words


def _is_label(page: Page, words: Sequence[str]) -> bool:
    """Whether the words of a line are no more than a label of other things than names: "CASH",
    "TOTAL".
    """
    concepts_of_words = (concepts_of(word, page.languages) for word in words)
    return bool(words) and all(
        concepts and concepts.isdisjoint(_OF_NAMES) for concepts in concepts_of_words
    )


def _looks(text: str, name: str, end: int, *, legal: bool, is_shop: bool) -> dict[str, bool]:
    """What a line looks like whose words do not say that it is no name."""
    is_other_firm = bool(company_names.OTHER_FIRM.search(text[:end]))
    if legal:
        return {"is_other_firm": is_other_firm}
    is_branch = not is_shop and company_names.is_branch(text)
    return {
        "is_slogan": company_names.is_slogan(text),
        "is_branch": is_branch or bool(company_names.STORE_NUMBER.match(text.lstrip(" *#-("))),
        "is_other_firm": is_other_firm,
        "is_person": not is_shop and company_names.is_person(name),
        "is_scribble": company_names.is_scribble(name),
    }


def _is_only_form(name: str) -> bool:
    """Whether nothing is left of a name but its legal form and a place in parentheses: "(M) SDN
    BHD".
    """
    form = find_legal_form(name)
    if form is None or leads_name(name):
        return False
    rest = name[: form[0]]
    if name[form[0] : form[1]] in company_names.WITHOUT_SPACES:
        rest += name[form[1] :]  # "株式会社" may precede the name
    return not name_key(_BRACKETED.sub("", rest))
