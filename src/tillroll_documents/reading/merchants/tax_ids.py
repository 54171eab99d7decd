"""The merchant's tax number, known by its label, its country's form and its check digits. To add a
form: a row in FORMS.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tillroll_documents.reading import weights
from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.weights import Candidate

_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def luhn(number: str) -> bool:
    """ISO/IEC 7812-1, annex B: every second digit from the right doubled."""
    return _luhn_sum(number) % 10 == 0


def _luhn_sum(number: str) -> int:
    return sum(
        sum(divmod(int(c) * (1 + place % 2), 10)) for place, c in enumerate(reversed(number))
    )


def weighted(number: str, factors: Sequence[int], modulus: int) -> int:
    """The sum of the digits, each times its factor, modulo `modulus`. Digits without one do not
    count.
    """
    return sum(int(c) * factor for c, factor in zip(number, factors, strict=False)) % modulus


def mod_11_10(number: str) -> bool:
    """ISO/IEC 7064, MOD 11,10: the hybrid system of Germany's VAT numbers."""
    check = 5
    for c in number:
        check = ((check or 10) * 2 % 11 + int(c)) % 10
    return check == 1


def descending_mod_11(number: str) -> bool:
    """Weights from the length down to 2; the last digit is 11 minus the remainder, 0 where that is
    10 or 11.
    """
    rest = weighted(number, range(len(number), 1, -1), 11)
    return int(number[-1]) == (0 if rest < 2 else 11 - rest)


def united_kingdom(number: str) -> bool:
    """HMRC's modulus 97, and 97 - 55 for numbers given out since 2010."""
    rest = (weighted(number, (8, 7, 6, 5, 4, 3, 2), 97) + int(number[7:9])) % 97
    return rest in (0, 97 - 55)


def france(number: str) -> bool:
    """Two digits of key and the SIREN: key = (12 + 3 · (SIREN mod 97)) mod 97, and the SIREN by
    Luhn.
    """
    key = number[:2]
    siren = number[2:]
    return luhn(siren) and int(key) == (12 + 3 * (int(siren) % 97)) % 97


def netherlands(number: str) -> bool:
    """Nine digits, B and two: the ninth is the weighted sum modulo 11. Numbers of sole traders
    since 2020 follow ISO/IEC 7064, MOD 97-10, with NL in front and letters as 10 to 35
    (Belastingdienst).
    """
    if weighted(number[:8], range(9, 1, -1), 11) == int(number[8]):
        return True
    return int("".join(str(_BASE_36.index(c)) for c in f"NL{number}")) % 97 == 1


def spain(number: str) -> bool:
    """NIF: a person's letter is the number modulo 23 (X, Y, Z of foreigners are 0, 1, 2); a firm's
    (CIF) last sign is the check digit of Luhn's method, or the letter that stands for it.
    """
    first = number[0]
    body = number[1:-1]
    last = number[-1]
    if first.isdecimal() or first in "XYZ":
        digits = first.translate(str.maketrans("XYZ", "012")) + body
        return last == _DNI_LETTERS[int(digits) % 23]
    check = -_luhn_sum(f"{body}0") % 10
    return last in (str(check), "JABCDEFGHI"[check])


def ireland(number: str) -> bool:
    """Seven digits and a letter, the weighted sum modulo 23; a second letter counts nine times its
    place.
    """
    if len(number) > 8 and number[8] != "W":
        extra = 9 * (ord(number[8]) - ord("@"))
    else:
        extra = 0
    return (
        "WABCDEFGHIJKLMNOPQRSTUV"[(weighted(number[:7], range(8, 1, -1), 23) + extra) % 23]
        == number[7]
    )


def australia(number: str) -> bool:
    """ABN: one taken from the first digit, the weighted sum divisible by 89 (Australian Business
    Register).
    """
    return (
        weighted(f"{int(number[0]) - 1}{number[1:]}", (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19), 89)
        == 0
    )


def brazil(number: str) -> bool:
    """CNPJ: two digits, each by weights 2 to 9 from the right modulo 11 (Receita Federal)."""
    rests = (
        sum(int(c) * (2 + place % 8) for place, c in enumerate(number[:end][::-1])) % 11
        for end in (12, 13)
    )
    return number[12:14] == "".join("0" if rest < 2 else str(11 - rest) for rest in rests)


def india(number: str) -> bool:
    """GSTIN: Luhn's method in base 36, digits and letters, every second one from the right
    doubled.
    """
    values = [_BASE_36.index(c) for c in reversed(number)]
    return (
        sum(sum(divmod(value * (1 + place % 2), 36)) for place, value in enumerate(values)) % 36
        == 0
    )


def greece(number: str) -> bool:
    """AFM: weights of 256 down to 2, modulo 11, of which 10 is 0 (AADE)."""
    return weighted(number[:8], [2**place for place in range(8, 0, -1)], 11) % 10 == int(number[8])


def turkey(number: str) -> bool:
    """VKN: each digit raised by 9 down to 1 modulo 10, times a power of two modulo 9, where 0 stays
    0 and 9 is kept (Gelir İdaresi). TCKN of a person: two digits over odd and even places.
    """
    digits = [int(c) for c in number]
    if len(digits) == 11:
        odd = sum(digits[0:9:2])
        even = sum(digits[1:8:2])
        return (odd * 7 - even) % 10 == digits[9] and sum(digits[:10]) % 10 == digits[10]
    total = 0
    for place, digit in enumerate(digits[:9]):
        raised = (digit + 9 - place) % 10
        if raised != 0:
            total += raised * 2 ** (9 - place) % 9 or 9
    return -total % 10 == digits[9]


def japan(number: str) -> bool:
    """T and a corporate number: its first digit is 9 less the others, by 1 and 2 from the right,
    modulo 9 (National Tax Agency).
    """
    rest = sum(int(c) * (1 + place % 2) for place, c in enumerate(reversed(number[1:]))) % 9
    return int(number[0]) == 9 - rest


def korea(number: str) -> bool:
    """Business registration: by 1, 3, 7, 1, 3, 7, 1, 3, 5, and the tens of the last product
    (National Tax Service).
    """
    total = weighted(number[:9], (1, 3, 7, 1, 3, 7, 1, 3, 5), 1_000) + int(number[8]) * 5 // 10
    return -total % 10 == int(number[9])


def thailand(number: str) -> bool:
    """13 digits: 11 less the sum by 13 down to 2 modulo 11, of which the last digit counts."""
    rest = weighted(number[:12], range(13, 1, -1), 11)
    return (11 - rest) % 10 == int(number[12])


def vietnam(number: str) -> bool:
    """MST: ten digits by primes, 10 less the sum modulo 11; three more name a branch."""
    rest = weighted(number[:9], (31, 29, 23, 19, 17, 13, 7, 5, 3), 11)
    return 10 - rest == int(number[9])


def russia(number: str) -> bool:
    """INN: ten digits of a firm with one check digit, twelve of a person with two (FNS)."""
    weights_of_last = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    if len(number) == 10:
        return weighted(number[:9], weights_of_last[2:], 11) % 10 == int(number[9])
    first = weighted(number[:10], weights_of_last[1:], 11) % 10
    second = weighted(number[:11], weights_of_last, 11) % 10
    return number[10:] == f"{first}{second}"


def israel(number: str) -> bool:
    """Nine digits by Luhn's method (Israel's company and dealer numbers)."""
    return luhn(number)


_SWISS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 1)

Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class TaxIdForm:
    """One country's number. `pattern` matches what follows `prefix`, without separators; `check`
    takes that part, and is None where no check digit is published. A prefix may be left out unless
    `prefix_printed`.
    """

    country: str
    prefix: str
    pattern: str
    check: Check | None
    prefix_printed: bool = False


FORMS: Final = (
    # Royal Malaysian Customs: GST (2015-2018) twelve digits, SST a letter, place and number.
    TaxIdForm("MY", "", pattern=r"[0-9]{12}", check=None),
    TaxIdForm("MY", "", pattern=r"[A-Z][0-9]{2}[0-9]{4}[0-9]{8}", check=None),
    TaxIdForm("GB", "GB", pattern=r"[0-9]{9}", check=united_kingdom),
    TaxIdForm("IE", "IE", pattern=r"[0-9]{7}[A-W][A-IW]?", check=ireland),
    TaxIdForm("DE", "DE", pattern=r"[1-9][0-9]{8}", check=mod_11_10, prefix_printed=True),
    # Ministry of Finance: Luhn's sum of the first seven digits, and four.
    TaxIdForm(
        "AT",
        "ATU",
        pattern=r"[0-9]{8}",
        check=lambda n: (_luhn_sum(n[:7]) + 4 + int(n[7])) % 10 == 0,
        prefix_printed=True,
    ),
    TaxIdForm("FR", "FR", pattern=r"[0-9]{11}", check=france, prefix_printed=True),
    TaxIdForm("ES", "ES", pattern=r"[A-Z0-9][0-9]{7}[A-Z0-9]", check=spain),
    TaxIdForm("PT", "PT", pattern=r"[1-9][0-9]{8}", check=descending_mod_11),
    TaxIdForm("IT", "IT", pattern=r"[0-9]{11}", check=luhn),
    TaxIdForm("NL", "NL", pattern=r"[0-9]{9}B[0-9]{2}", check=netherlands),
    TaxIdForm(
        "BE",
        "BE",
        pattern=r"[01][0-9]{9}",
        check=lambda number: int(number[8:]) == 97 - int(number[:8]) % 97,
    ),
    TaxIdForm(
        "LU",
        "LU",
        pattern=r"[0-9]{8}",
        check=lambda number: int(number[6:]) == int(number[:6]) % 89,
        prefix_printed=True,
    ),
    TaxIdForm(
        "DK",
        "DK",
        pattern=r"[1-9][0-9]{7}",
        check=lambda number: weighted(number, (2, 7, 6, 5, 4, 3, 2, 1), 11) == 0,
    ),
    TaxIdForm(
        "SE",
        "SE",
        pattern=r"[0-9]{10}01",
        check=lambda number: luhn(number[:10]),
        prefix_printed=True,
    ),
    TaxIdForm(
        "FI",
        "FI",
        pattern=r"[0-9]{8}",
        check=lambda number: weighted(number, (7, 9, 10, 5, 8, 4, 2, 1), 11) == 0,
    ),
    TaxIdForm(
        "PL",
        "PL",
        pattern=r"[0-9]{10}",
        check=lambda number: weighted(number, (6, 5, 7, 2, 3, 4, 5, 6, 7, -1), 11) == 0,
    ),
    # Federal Statistical Office: UID, with MWST, TVA or IVA behind it.
    TaxIdForm(
        "CH",
        "CHE",
        pattern=r"[0-9]{9}",
        check=lambda number: weighted(number, _SWISS, 11) == 0,
        prefix_printed=True,
    ),
    TaxIdForm("AU", "", pattern=r"[1-9][0-9]{10}", check=australia),  # Australian Business Register
    TaxIdForm("BR", "", pattern=r"[0-9]{14}", check=brazil),  # Receita Federal
    # GST Council
    TaxIdForm("IN", "", pattern=r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][0-9A-Z]Z[0-9A-Z]", check=india),
    # IRAS: GST registration number or UEN
    TaxIdForm("SG", "", pattern=r"(?:M[0-9]{8}[A-Z]|[0-9]{9}[A-Z])", check=None),
    TaxIdForm("GR", "EL", pattern=r"[0-9]{9}", check=greece),
    TaxIdForm("TR", "", pattern=r"[0-9]{10,11}", check=turkey),
    TaxIdForm("JP", "T", pattern=r"[1-9][0-9]{12}", check=japan, prefix_printed=True),
    TaxIdForm("KR", "", pattern=r"[1-9][0-9]{9}", check=korea),
    TaxIdForm("TH", "", pattern=r"[0-9]{13}", check=thailand),
    TaxIdForm("VN", "", pattern=r"[0-9]{10}(?:[0-9]{3})?", check=vietnam),
    TaxIdForm("RU", "", pattern=r"[0-9]{10}(?:[0-9]{2})?", check=russia),
    TaxIdForm("IL", "", pattern=r"[0-9]{9}", check=israel),
    # ZATCA: fifteen digits, the first and the last of which are 3.
    TaxIdForm("SA", "", pattern=r"3[0-9]{13}3", check=None),
    TaxIdForm("AE", "", pattern=r"100[0-9]{12}", check=None),  # Federal Tax Authority: TRN
    TaxIdForm("MX", "", pattern=r"[A-ZÑ&]{3,4}[0-9]{6}[A-Z0-9]{3}", check=None),  # SAT: RFC
)


_NUMBER: Final = re.compile(
    r"(?<![^\W_])[A-Z]{0,3}[ .-]?[0-9OIlSB][0-9A-Za-z]*(?:[ ./-]{1,2}[0-9A-Z][0-9A-Z]*){0,11}"
)
_SEPARATORS: Final = re.compile(r"[\s./-]")
_NO_SEPARATORS: Final = str.maketrans("", "", " ./-")
_PREFIXES: Final = [form.prefix for form in FORMS if form.prefix_printed and len(form.prefix) > 1]
"""Those by which a number without a label is known; a single letter is in every line."""
_ALL_PREFIXES: Final = frozenset(form.prefix for form in FORMS)
_SHORT_LABEL: Final = re.compile(r"(?P<letters>[A-Z]{1,3})[ .-]+")
_GAP: Final = re.compile(r"[ ./-]+")
_MISREAD: Final = str.maketrans("OoDIl|SB", "00011158")
_LABELS: Final = frozenset({Concept.TAX, Concept.REGISTRATION})
_MIN_LENGTH: Final = 8
_MIN_DIGITS: Final = 7
_ENOUGH_DIGITS: Final = re.compile(rf"^(?:[^\d\n]*\d){{{_MIN_DIGITS}}}", re.MULTILINE)


def find_tax_ids(page: Page) -> list[Candidate[str]]:
    """Candidates for the tax number, without spaces and points, one for each different number."""
    candidates: dict[str, Candidate[str]] = {}
    forms = [form for form in FORMS if form.prefix or form.country in page.hints]
    for line, _, _ in page.search(_ENOUGH_DIGITS):
        if page.named(line).isdisjoint(_LABELS) and not _may_begin(line.plain):
            continue
        for candidate in _in_line(page, line, forms):
            earlier = candidates.get(candidate.value)
            if earlier is None or candidate.score > earlier.score:
                candidates[candidate.value] = candidate
    return list(candidates.values())


def _may_begin(text: str) -> bool:
    """Whether a prefix may stand in a line, however its signs are parted; only with one is a number
    without a label.
    """
    joined = text.upper().translate(_NO_SEPARATORS)
    return any(prefix in joined for prefix in _PREFIXES)


def _in_line(
    page: Page, line: Line, allowed_forms: Sequence[TaxIdForm]
) -> Iterator[Candidate[str]]:
    for match in _NUMBER.finditer(line.plain):
        if sum(map(str.isdecimal, match[0])) < _MIN_DIGITS:
            continue
        named = page.named(line, 0, match.end())
        forms = allowed_forms
        if not named & _LABELS:
            forms = [
                form for form in allowed_forms if form.prefix_printed and match[0][0].isalpha()
            ]
        start = _start(match)
        number = match[0][start - match.start() :]
        # It may end after any of its groups, the longest first.
        cuts = [len(number), *(gap.start() for gap in reversed(list(_GAP.finditer(number))))]
        for end in (start + cut for cut in cuts if cut >= _MIN_LENGTH):
            printed = _SEPARATORS.sub("", line.plain[start:end]).upper()
            for form in forms:
                has_prefix = bool(form.prefix) and printed.startswith(form.prefix)
                if not has_prefix and form.country not in page.hints:
                    continue
                value = _as_form(printed, form)
                if value is None:
                    continue
                signs = {
                    "labelled_tax_number": Concept.TAX in named,
                    "labelled_registration": Concept.REGISTRATION in named,
                    "check_digits_right": form.check is not None,
                    "fits_country": form.country in page.hints,
                    "country_prefix": has_prefix,
                    "labelled_otherwise": Concept.CONTACT in named
                    or Concept.RECEIPT_NUMBER in named,
                }
                yield Candidate(value, line, start=start, end=end).give_all(signs, weights.TAX_ID)


def _start(match: re.Match[str]) -> int:
    """Where a number begins: behind a short label such as "NIP", but not behind its prefix."""
    label = _SHORT_LABEL.match(match[0])
    if label is None or label["letters"] in _ALL_PREFIXES:
        return match.start()
    return match.start() + label.end()


def _as_form(printed: str, form: TaxIdForm) -> str | None:
    """The number with its prefix, when its check digits are right; they also put letters read for
    digits back.
    """
    has_prefix = bool(form.prefix) and printed.startswith(form.prefix)
    if form.prefix_printed and not has_prefix:
        return None
    body = printed.removeprefix(form.prefix) if has_prefix else printed
    spellings = [body]
    if form.check is not None and sum(map(str.isdecimal, body)) >= _MIN_DIGITS:
        spellings.append(body.translate(_MISREAD))
    for spelling in spellings:
        if re.fullmatch(form.pattern, spelling) and (form.check is None or form.check(spelling)):
            return (form.prefix if has_prefix else "") + spelling
    return None
